//! What a piece goes on from.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use galant_types::{Chord, Score};
use galant_words::parse_chord;

use crate::args::ComposeArgs;
use crate::model::Model;
use crate::music;

/// The words to go on from, as `--primer-words` takes them and as the model knows them; none if they are to be drawn.
///
/// A word that the model does not know is replaced by the nearest, and told.
pub(crate) fn primer_words(args: &ComposeArgs, model: &Model) -> anyhow::Result<Option<String>> {
    let chords = match (&args.primer, &args.piece.primer_words) {
        (Some(path), _) => read(path, args.primer_bars.map(|bars| bars.get()), model)?,
        (None, Some(words)) => parse(words)?,
        (None, None) => return Ok(None),
    };
    let tokens = model.tokens(&chords);
    // Each different word once, in the order in which they come.
    let mut unknown: BTreeMap<&Chord, (usize, usize)> = BTreeMap::new();
    for &place in &tokens.unknown {
        unknown.entry(&chords[place]).or_insert((place, 0)).1 += 1;
    }
    let mut unknown: Vec<(usize, &Chord, usize)> =
        unknown.into_iter().map(|(chord, (place, n_times))| (place, chord, n_times)).collect();
    unknown.sort();
    for (place, chord, n_times) in unknown {
        let nearest = model.chord(tokens.tokens[place]);
        let times = if n_times > 1 { format!(", and {} times later", n_times - 1) } else { String::new() };
        eprintln!("warning: primer, word {place}{times}: {chord} is not in the vocabulary; {nearest} stands for it");
    }
    let words: Vec<String> = tokens.tokens.iter().map(|&token| model.chord(token).to_string()).collect();
    Ok(Some(words.join(" ")))
}

/// Words parted by spaces.
pub(crate) fn parse(words: &str) -> anyhow::Result<Vec<Chord>> {
    let word = |(number, word)| parse_chord(word).with_context(|| format!("primer, word {number}"));
    let chords = words.split_whitespace().enumerate().map(word).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(!chords.is_empty(), "the primer has no words; write them like \"60 64.67\"");
    Ok(chords)
}

/// The words of a file of music, or of its first bars.
fn read(path: &Path, n_bars: Option<usize>, model: &Model) -> anyhow::Result<Vec<Chord>> {
    let mut score = music::read(path, model.reading.read_rules())?.score;
    if let Some(n_bars) = n_bars {
        let end = end_of_bar(&score, n_bars);
        score.notes.retain(|note| note.onset < end);
    }
    let chords = model.reading.chords(&score);
    let bars = n_bars.map_or(String::new(), |n_bars| format!(" in its first {n_bars} bars"));
    ensure!(!chords.is_empty(), "reading {}: it has no notes{bars} to go on from", path.display());
    Ok(chords)
}

/// The tick at which bar number `n_bars` ends, counted from 1; a change of meter begins a bar.
fn end_of_bar(score: &Score, n_bars: usize) -> u64 {
    let (mut tick, end) = (0, score.end());
    for _ in 0..n_bars {
        let meter = score.meters.iter().rev().find(|meter| meter.tick <= tick);
        let (beats, denominator_log2) = meter.map_or((4, 2), |meter| (meter.numerator, meter.denominator_log2));
        let quarters_4 = 4 * u64::from(score.ticks_per_quarter) * u64::from(beats);
        let bar = (quarters_4 >> denominator_log2).max(1);
        let change = score.meters.iter().map(|meter| meter.tick).find(|&change| change > tick);
        tick = change.map_or(tick + bar, |change| change.min(tick + bar));
        if tick >= end {
            break;
        }
    }
    tick
}

#[cfg(test)]
mod tests {
    use galant_types::{Meter, Note};

    use super::*;

    #[test]
    fn bars_follow_the_meter_and_a_change_begins_one() {
        let note = Note { onset: 0, length: 100_000, pitch: 60, velocity: 64, channel: 0, track: 0 };
        let plain = Score { notes: vec![note], ..Score::new(100) };
        assert_eq!([1, 2, 3].map(|n| end_of_bar(&plain, n)), [400, 800, 1200]);
        let meters = vec![
            Meter { tick: 0, numerator: 3, denominator_log2: 3 },
            // In the middle of the third bar.
            Meter { tick: 400, numerator: 2, denominator_log2: 2 },
        ];
        let changing = Score { meters, ..plain };
        assert_eq!([1, 2, 3, 4, 5].map(|n| end_of_bar(&changing, n)), [150, 300, 400, 600, 800]);
        // As many bars as the piece has are all there are.
        assert!(end_of_bar(&changing, usize::MAX) >= 100_000);
    }

    #[test]
    fn typed_words_are_named_where_they_are_wrong() {
        assert_eq!(parse(" 60 64.67\n").unwrap().len(), 2);
        assert_eq!(format!("{:#}", parse("").unwrap_err()), "the primer has no words; write them like \"60 64.67\"");
        assert!(format!("{:#}", parse("60 x").unwrap_err()).starts_with("primer, word 1: 'x'"));
    }
}
