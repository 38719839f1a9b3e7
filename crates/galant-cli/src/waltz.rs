//! What a waltz of the dice game holds, as tokens of each kind.

use galant_dice::{BarNote, Repeats, chord_tokens, token_entropy};
use galant_tokens::{Token, Tokenizer};
use galant_types::{Chord, Note, Score};

use crate::reading::Reading;

/// What the best of networks could not go below.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waltz {
    pub(crate) nats: f64,
    pub(crate) tokens: f64,
}

impl Waltz {
    /// The exact figures of a waltz as such tokens.
    ///
    /// With notes left out a row of tokens may be cut into bars in several ways; then there are none.
    pub(crate) fn of(reading: Reading, playback: Repeats) -> Option<Waltz> {
        let entropy = token_entropy(|bar| reading.bar(bar), playback).ok()?;
        Some(Waltz { nats: entropy.nats_per_waltz, tokens: entropy.tokens_per_waltz })
    }
}

impl Reading {
    /// The tokens of a bar of the dice game that another bar follows.
    ///
    /// Every bar of the print begins with an onset, so that the time after the last one ends at the bar line, and no note
    /// lasts beyond: the tokens of a bar do not hang on the next.
    pub(crate) fn bar(self, bar: &[BarNote]) -> Vec<Token> {
        let kind = self.tokens();
        if let Tokenizer::Chords(tokens) = kind {
            return chord_tokens(bar).iter().map(|chord| Token::Chord(highest(chord, tokens.top))).collect();
        }
        let note = |onset: u8, length: u8, pitch| Note {
            onset: onset.into(),
            length: length.into(),
            pitch,
            velocity: 1,
            channel: 0,
            track: 0,
        };
        let mut notes: Vec<Note> = bar.iter().map(|bar| note(bar.onset_16, bar.length_16, bar.pitch)).collect();
        notes.sort();
        // Stands for the next bar.
        notes.push(note(SIXTEENTHS_PER_BAR, 1, 0));
        let mut tokens = kind.encode(&Score { notes, ..Score::new(4) }).tokens;
        let n_of_next = if matches!(kind, Tokenizer::Notes(_)) { 2 } else { 1 };
        tokens.truncate(tokens.len() - n_of_next);
        tokens
    }
}

/// Three eighths.
const SIXTEENTHS_PER_BAR: u8 = 6;

fn highest(chord: &Chord, top: usize) -> Chord {
    let pitches = chord.pitches();
    let n_dropped = if top == 0 { 0 } else { pitches.len().saturating_sub(top) };
    Chord::new(pitches[n_dropped..].to_vec()).expect("the highest notes of a chord are a chord")
}

#[cfg(test)]
mod tests {
    use galant_dice::{evenings, medley, played_bars, tables};
    use galant_tokens::Grid;
    use galant_types::Seed;

    use super::*;
    use crate::args::{KindArg, Rules};

    fn reading(kind: KindArg, top: usize) -> Reading {
        Reading { rules: Rules::Standard, kind, top, grid: Grid::default() }
    }

    #[test]
    fn the_tokens_of_an_evening_are_those_of_its_bars() {
        for kind in [KindArg::Chords, KindArg::Rhythm, KindArg::Notes] {
            for top in [0, 1] {
                let reading = reading(kind, top);
                let performances = [Repeats::Straight, Repeats::WithRepeats].into_iter().cycle();
                for (throws, playback) in evenings(Seed(3), 4, 40).into_iter().zip(performances) {
                    let mut tokens = reading.tokens().encode(&medley(&throws, playback)).tokens;
                    let bars = throws.iter().flat_map(|throws| played_bars(throws, playback));
                    let mut expected: Vec<Token> = bars.flat_map(|bar| reading.bar(tables().notes(bar))).collect();
                    // Nothing follows the last bar: its last time is that of its last note, or not told.
                    if kind == KindArg::Notes {
                        expected.truncate(tokens.len());
                    } else if kind == KindArg::Rhythm {
                        assert_eq!(tokens.pop().unwrap().pitches(), expected.pop().unwrap().pitches());
                    }
                    assert!(tokens == expected, "{kind:?}, top {top}");
                }
            }
        }
    }

    #[test]
    fn a_waltz_has_the_entropy_of_its_bars_where_rhythm_tells_them_apart() {
        let waltz = |kind| Waltz::of(reading(kind, 0), Repeats::Straight).unwrap();
        assert!((waltz(KindArg::Chords).nats - 31.936_510_725).abs() < 1e-8);
        // Bars of equal chords and different rhythm are told apart.
        for kind in [KindArg::Rhythm, KindArg::Notes] {
            assert!((waltz(kind).nats - galant_dice::bar_entropy()).abs() < 1e-11, "{kind:?}");
        }
    }
}
