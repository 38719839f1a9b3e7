//! Pieces that failed as music.

use std::collections::BTreeSet;
use std::fmt;

use galant_types::{Meter, Note, Score};

/// How many of several composed pieces failed as music, whatever their tokens.
///
/// Percussion does not count. A bar is one of the first meter, and its beats are as long as the meter says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Failures {
    /// How many pieces there are.
    pub n_pieces: usize,
    /// How many have fewer different onsets than bars.
    pub n_with_few_onsets: usize,
    /// How many have fewer different onsets, by the pitches struck together, than bars and than
    /// [`Failures::MIN_DIFFERENT`].
    pub n_monotonous: usize,
    /// How many are silent for more than [`Failures::MAX_SILENT_BARS`] in a row.
    pub n_silent: usize,
    /// How many have more than [`Failures::MAX_SILENT_BARS`] in a row in which notes begin, but none on a beat.
    pub n_off_the_beat: usize,
    /// How many have the same notes as an earlier piece.
    pub n_equal: usize,
    /// How many failed in one way or several.
    pub n_failed: usize,
    /// The notes of all pieces.
    seen: BTreeSet<Vec<(u64, u64, u8, u16)>>,
}

impl Failures {
    /// How many bars may be silent, or without an onset on a beat.
    pub const MAX_SILENT_BARS: u64 = 2;

    /// How many different onsets a piece is expected to have, unless it has fewer bars: 2 of 1,058 chorales, tunes with
    /// chords and pieces by Mozart have fewer.
    pub const MIN_DIFFERENT: u64 = 8;

    /// Counts a piece.
    pub fn add(&mut self, score: &Score) {
        let notes: Vec<&Note> = score.pitched_notes().collect();
        let times = Times::of(score);
        let of_piece = notes.iter().map(|note| (note.onset, note.length, note.pitch, note.track)).collect();
        let failed = [
            has_few_onsets(&notes, times),
            is_monotonous(&notes, times),
            longest_silence(&notes) > Failures::MAX_SILENT_BARS * times.bar,
            longest_off_the_beat(&notes, times) > Failures::MAX_SILENT_BARS * times.bar,
            !self.seen.insert(of_piece),
        ];
        let counts = [
            &mut self.n_with_few_onsets,
            &mut self.n_monotonous,
            &mut self.n_silent,
            &mut self.n_off_the_beat,
            &mut self.n_equal,
        ];
        counts.into_iter().zip(failed).for_each(|(count, failed)| *count += usize::from(failed));
        self.n_failed += usize::from(failed.contains(&true));
        self.n_pieces += 1;
    }
}

/// A line for each count.
impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failures {
            n_pieces,
            n_with_few_onsets,
            n_monotonous,
            n_silent,
            n_off_the_beat,
            n_equal,
            n_failed,
            seen: _,
        } = self;
        let share = |part: &usize| {
            let pieces = if *part == 1 { "piece" } else { "pieces" };
            format!("{part} {pieces}, {:.1} %", 100.0 * *part as f64 / (*n_pieces).max(1) as f64)
        };
        let bars = Failures::MAX_SILENT_BARS;
        writeln!(f, "few onsets        {}: fewer than bars", share(n_with_few_onsets))?;
        let different = Failures::MIN_DIFFERENT;
        writeln!(f, "monotony          {}: fewer than {different} different onsets", share(n_monotonous))?;
        writeln!(f, "silence           {}: for more than {bars} bars", share(n_silent))?;
        writeln!(f, "off the beat      {}: for more than {bars} bars", share(n_off_the_beat))?;
        writeln!(f, "equal             {}: to an earlier piece", share(n_equal))?;
        writeln!(f, "any of these      {}", share(n_failed))
    }
}

/// How long a bar and a beat are, in ticks.
#[derive(Debug, Clone, Copy)]
struct Times {
    bar: u64,
    beat: u64,
}

impl Times {
    fn of(score: &Score) -> Times {
        let meter = score.meters.first().copied().unwrap_or(Meter::DEFAULT);
        let bar = meter.ticks_per_bar(score.ticks_per_quarter);
        let beat = Meter { numerator: 1, ..meter }.ticks_per_bar(score.ticks_per_quarter);
        Times { bar, beat }
    }
}

fn has_few_onsets(notes: &[&Note], times: Times) -> bool {
    let onsets: BTreeSet<u64> = notes.iter().map(|note| note.onset).collect();
    (onsets.len() as u64) < n_bars(notes, times)
}

fn is_monotonous(notes: &[&Note], times: Times) -> bool {
    // Notes are sorted by onset.
    let onsets = notes.chunk_by(|a, b| a.onset == b.onset);
    let pitches = |onset: &[&Note]| onset.iter().map(|note| note.pitch).collect::<BTreeSet<u8>>();
    let different: BTreeSet<BTreeSet<u8>> = onsets.map(pitches).collect();
    (different.len() as u64) < n_bars(notes, times).min(Failures::MIN_DIFFERENT)
}

fn n_bars(notes: &[&Note], times: Times) -> u64 {
    let end = notes.iter().map(|note| note.end()).max().unwrap_or(0);
    end.div_ceil(times.bar).max(1)
}

/// The longest time in which nothing sounds, from the beginning of the piece to the end of its last note.
fn longest_silence(notes: &[&Note]) -> u64 {
    let (mut end, mut longest) = (0, 0);
    // Notes are sorted by onset.
    for note in notes {
        longest = longest.max(note.onset.saturating_sub(end));
        end = end.max(note.end());
    }
    longest
}

/// The longest time from an onset off the beat to the last one before an onset on a beat.
fn longest_off_the_beat(notes: &[&Note], times: Times) -> u64 {
    let (mut since, mut longest) = (None, 0);
    let mut at = 0;
    while at < notes.len() {
        // Of the notes that begin together.
        let onset = notes[at].onset;
        at += notes[at..].iter().take_while(|note| note.onset == onset).count();
        if onset.is_multiple_of(times.beat) {
            since = None;
        } else {
            longest = longest.max(onset - *since.get_or_insert(onset));
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes of a tick each, of ten pitches in turn, four ticks a beat, in 4/4.
    fn score(onsets: impl IntoIterator<Item = u64>) -> Score {
        let pitch = |onset: u64| 60 + (onset % 10) as u8;
        let note = |onset| Note { onset, length: 1, pitch: pitch(onset), velocity: 64, channel: 0, track: 0 };
        Score { notes: onsets.into_iter().map(note).collect(), ..Score::new(4) }
    }

    #[track_caller]
    fn check(onsets: impl IntoIterator<Item = u64>, expected: [usize; 3]) {
        let mut failures = Failures::default();
        failures.add(&score(onsets));
        assert_eq!([failures.n_with_few_onsets, failures.n_silent, failures.n_off_the_beat], expected);
        assert_eq!(failures.n_failed, usize::from(expected != [0; 3]));
    }

    #[test]
    fn pieces_fail_by_few_onsets_silence_and_leaving_the_beat() {
        check((0..32).map(|at| 2 * at), [0, 0, 0]);
        // One note in four bars of which the last begins.
        check([0, 49], [1, 1, 0]);
        check([], [1, 0, 0]);
        // Two bars of silence are not more than two.
        check((0..13).chain(45..64), [0, 0, 0]);
        check((0..13).chain(46..64), [0, 1, 0]);
        // After a bar all notes come a tick late.
        check((0..4).map(|at| 4 * at).chain((4..12).map(|at| 4 * at + 1)), [0, 0, 0]);
        check((0..4).map(|at| 4 * at).chain((4..13).map(|at| 4 * at + 1)), [0, 0, 0]);
        check((0..4).map(|at| 4 * at).chain((4..14).map(|at| 4 * at + 1)), [0, 0, 1]);
    }

    #[test]
    fn pieces_fail_by_the_same_few_chords_again_and_again() {
        // Two onsets a bar, of a pitch and the one above it, of so many different ones.
        let is_monotonous = |n_bars: u64, n_different: u64| {
            let mut score = score((0..2 * n_bars).map(|at| 8 * at));
            score.notes.iter_mut().for_each(|note| note.pitch = 60 + (note.onset / 8 % n_different) as u8);
            let above: Vec<Note> = score.notes.iter().map(|note| Note { pitch: note.pitch + 1, ..*note }).collect();
            score.notes.extend(above);
            score.notes.sort_by_key(|note| note.onset);
            let mut failures = Failures::default();
            failures.add(&score);
            assert_eq!(failures.n_failed, failures.n_monotonous);
            failures.n_monotonous == 1
        };
        assert!(is_monotonous(16, 1) && is_monotonous(16, 7) && !is_monotonous(16, 8));
        // A short piece has no more than its bars.
        assert!(is_monotonous(4, 3) && !is_monotonous(4, 4));
    }

    #[test]
    fn equal_pieces_are_counted_from_the_second_on() {
        let mut failures = Failures::default();
        [[0, 4], [0, 4], [0, 5], [0, 4]].into_iter().for_each(|onsets| failures.add(&score(onsets)));
        assert_eq!((failures.n_equal, failures.n_failed), (2, 2));
        expect_test::expect![[r#"
            few onsets        0 pieces, 0.0 %: fewer than bars
            monotony          0 pieces, 0.0 %: fewer than 8 different onsets
            silence           0 pieces, 0.0 %: for more than 2 bars
            off the beat      0 pieces, 0.0 %: for more than 2 bars
            equal             2 pieces, 50.0 %: to an earlier piece
            any of these      2 pieces, 50.0 %
        "#]]
        .assert_eq(&failures.to_string());
    }
}
