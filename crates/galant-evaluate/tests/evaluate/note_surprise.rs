//! The surprise of tokens, divided among the notes of a score.

use std::num::NonZeroUsize;

use galant_corpus::bundled;
use galant_evaluate::{SurprisingScore, note_surprise};
use galant_testkit::{Tolerance, assert_close};
use galant_tokens::{ChordRules, ChordTokenizer, Token, Tokenizer};
use galant_types::{Note, Score};

use crate::{notes, rhythm};

const ROUNDING: Tolerance = Tolerance { absolute: 1e-9, relative: 1e-12 };

fn chords(top: usize) -> Tokenizer {
    Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: NonZeroUsize::new(top) })
}

/// A different number for each token, none for the first.
fn some_nats(n_tokens: usize) -> Vec<Option<f64>> {
    (0..n_tokens).map(|place| (place > 0).then_some(0.25 + (place % 7) as f64)).collect()
}

fn sum(nats: &[Option<f64>]) -> f64 {
    nats.iter().flatten().sum()
}

#[test]
fn no_surprise_is_lost() {
    for tokenizer in [rhythm(), notes(), chords(0)] {
        for piece in bundled::collection("mozart").unwrap().iter().map(|piece| piece.read().unwrap()) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            let nats = some_nats(tokens.len());
            let SurprisingScore { score, nats: of_notes } =
                note_surprise(&piece.score, tokenizer, &tokens, &nats).unwrap();
            assert_eq!(score.notes.len(), of_notes.len(), "{}", piece.name);
            // The first token has no surprise, and neither have the notes that it belongs to; what passes after the last
            // note surprises nobody.
            let first = tokens.iter().position(|token| !token.pitches().is_empty()).unwrap();
            let of_first = match tokenizer {
                Tokenizer::Notes(_) => sum(&nats[first..first + 2]),
                _ => 0.0,
            };
            let last = tokens.iter().rposition(|token| !token.pitches().is_empty() || token.length() > 0).unwrap();
            assert_close(&piece.name, &[sum(&of_notes)], &[sum(&nats[..=last]) - of_first], ROUNDING);
        }
    }
}

fn score(notes: &[(u64, u64, u8)]) -> Score {
    let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 80, channel: 0, track: 0 };
    Score { notes: notes.iter().map(note).collect(), ..Score::new(12) }
}

fn of_notes(score: &Score, tokenizer: Tokenizer, texts: &[&str], nats: &[f64]) -> Vec<Option<f64>> {
    let tokens: Vec<Token> = texts.iter().map(|text| tokenizer.parse(text).unwrap()).collect();
    assert_eq!(tokenizer.encode(score).tokens, tokens);
    let nats: Vec<Option<f64>> = nats.iter().map(|&nats| (nats > 0.0).then_some(nats)).collect();
    note_surprise(score, tokenizer, &tokens, &nats).unwrap().nats
}

#[test]
fn notes_of_a_chord_share_its_surprise() {
    let score = score(&[(0, 12, 60), (12, 12, 64), (12, 12, 67), (24, 12, 60)]);
    let expected = [None, Some(2.0), Some(2.0), Some(1.0)];
    assert_eq!(of_notes(&score, rhythm(), &["60+12>12", "64.67+12>12", "60+12>12"], &[0.0, 4.0, 1.0]), expected);
    assert_eq!(of_notes(&score, chords(0), &["60", "64.67", "60"], &[0.0, 4.0, 1.0]), expected);
    // A note that its token leaves out has none.
    let highest = [None, None, Some(4.0), Some(1.0)];
    assert_eq!(of_notes(&score, chords(1), &["60", "67", "60"], &[0.0, 4.0, 1.0]), highest);
}

#[test]
fn a_note_of_several_tokens_has_the_surprise_of_all() {
    let score = score(&[(0, 12, 60), (12, 12, 64), (12, 6, 67)]);
    let texts = ["60", "+12", ">12", "64", "+12", "67", "+6"];
    let nats = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    // The time before an onset counts for its first note.
    assert_eq!(of_notes(&score, notes(), &texts, &nats), [None, Some(14.0), Some(48.0)]);
}

#[test]
fn a_long_time_before_a_note_counts_as_a_whole() {
    let score = score(&[(0, 12, 60), (60, 12, 64)]);
    let texts = ["60", "+12", ">48", ">12", "64", "+12"];
    let of_notes = of_notes(&score, notes(), &texts, &[0.0, 1.0, 2.0, 4.0, 8.0, 16.0]);
    assert_eq!(of_notes, [None, Some(30.0)]);
}

#[test]
fn tokens_of_another_tokenizer_are_refused() {
    let score = score(&[(0, 12, 60)]);
    let tokens = notes().encode(&score).tokens;
    assert!(note_surprise(&score, rhythm(), &tokens, &[None, Some(1.0)]).is_err());
}
