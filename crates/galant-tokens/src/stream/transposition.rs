//! Streams in other keys.

use galant_types::TokenId;

use super::kind::Stream;
use super::set::StreamSet;
use crate::Vocabulary;

impl StreamSet {
    /// For each stream, which value each becomes when a piece is transposed by `semitones`; none for a stream that stays
    /// as it is.
    ///
    /// A token that the vocabulary lacks in the other key is none there.
    pub fn transposition(&self, vocabulary: &Vocabulary, semitones: i8) -> Vec<Option<Vec<TokenId>>> {
        let table = |stream: &Stream| match stream {
            Stream::Key => Some(keys(semitones)),
            Stream::Lookback(_)
            | Stream::LookbackNext(_)
            | Stream::Own
            | Stream::Previous
            | Stream::Sounding(_)
            | Stream::Given(_)
            | Stream::Ahead(_) => Some(tokens(vocabulary, semitones)),
            Stream::Meter
            | Stream::Position
            | Stream::BarsPlayed
            | Stream::BarsLeft
            | Stream::Style
            | Stream::Voice
            | Stream::Held
            | Stream::HeldBy(_)
            | Stream::Until(_) => None,
        };
        self.streams().iter().map(table).collect()
    }
}

fn keys(semitones: i8) -> Vec<TokenId> {
    let up = i32::from(semitones).rem_euclid(12) as u32;
    let moved = |key: u32| match key.checked_sub(1) {
        None => 0,
        Some(key) => 1 + key / 12 * 12 + (key % 12 + up) % 12,
    };
    (0..Stream::N_KEYS as u32).map(moved).map(TokenId).collect()
}

fn tokens(vocabulary: &Vocabulary, semitones: i8) -> Vec<TokenId> {
    let nothing = TokenId(vocabulary.len() as u32);
    let moved = vocabulary.transposition(semitones).into_iter().map(|token| token.unwrap_or(nothing));
    moved.chain([nothing]).collect()
}
