//! How often the parts of a piece break the rules of part-writing.

use std::collections::BTreeMap;

use galant_harmony::{PartRanges, Tally, VoiceLeading};
use galant_tokens::estimate_key;
use galant_types::{Note, PartStep, Score, Texture};

/// The most parts that are judged: each pair of them is.
const MAX_PARTS: usize = 8;

/// How often the parts of a piece break the rules of part-writing; none if it is not a piece of 2 to 8 parts of single
/// notes.
///
/// A part is a channel of a track, and parts are in the order of the score, the highest first. Notes are unrounded: a step
/// begins wherever a note begins or ends. Parts may go as high and as low as they like.
pub fn part_writing(score: &Score) -> Option<Tally> {
    let mut parts: BTreeMap<(u16, u8), Vec<&Note>> = BTreeMap::new();
    for note in score.pitched_notes() {
        parts.entry((note.track, note.channel)).or_default().push(note);
    }
    let is_of_single_notes = |notes: &Vec<&Note>| notes.windows(2).all(|pair| pair[0].end() <= pair[1].onset);
    let is_judged = (2..=MAX_PARTS).contains(&parts.len()) && parts.values().all(is_of_single_notes);
    is_judged.then_some(())?;
    let notes: Vec<Vec<&Note>> = parts.into_values().collect();
    let mut ticks: Vec<u64> = notes.iter().flatten().flat_map(|note| [note.onset, note.end()]).collect();
    ticks.sort_unstable();
    ticks.dedup();
    let steps = ticks.iter().flat_map(|&tick| notes.iter().map(move |notes| step(notes, tick))).collect();
    let mut tally = Tally::default();
    let n_parts = notes.len();
    tally.add(&Texture::new(n_parts, steps), VoiceLeading::new(PartRanges::unlimited(n_parts), estimate_key(score)));
    Some(tally)
}

/// What a part does at a tick.
fn step(notes: &[&Note], tick: u64) -> PartStep {
    let after = notes.partition_point(|note| note.onset <= tick);
    match after.checked_sub(1).map(|at| notes[at]) {
        Some(note) if note.onset == tick => PartStep::Strike(note.pitch),
        Some(note) if tick < note.end() => PartStep::Hold(note.pitch),
        _ => PartStep::Rest,
    }
}

#[cfg(test)]
mod tests {
    use galant_harmony::Rule;

    use super::*;

    #[test]
    fn parallels_are_seen_between_tracks_and_chords_are_no_parts() {
        let note = |onset, pitch, track| Note { onset, length: 4, pitch, velocity: 64, channel: 0, track };
        let mut score = Score::new(4);
        score.notes = vec![note(0, 67, 0), note(0, 60, 1), note(4, 69, 0), note(4, 62, 1)];
        let tally = part_writing(&score).unwrap();
        assert_eq!((tally.n_chords(), tally.per_100_chords(Rule::ParallelFifths)), (2, 50.0));
        score.notes.iter_mut().for_each(|note| note.track = 0);
        assert_eq!(part_writing(&score), None);
    }

    #[test]
    fn a_rest_between_two_notes_ends_what_is_compared() {
        let note = |onset, pitch, track| Note { onset, length: 3, pitch, velocity: 64, channel: 0, track };
        let notes = vec![note(0, 67, 0), note(0, 60, 1), note(4, 69, 0), note(4, 62, 1)];
        assert_eq!(part_writing(&Score { notes, ..Score::new(4) }).unwrap().breaches().hard(), 0);
    }
}
