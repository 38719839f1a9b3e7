//! What suits each tokenizer by default, as far as it differs.

use std::num::NonZeroU8;
use std::ops::RangeInclusive;

use galant_tokens::Tokenizer;
use galant_tokens::stream::Stream;

/// The settings by default that depend on the tokenizer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Defaults {
    pub(crate) embedding_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) n_layers: usize,
    pub(crate) residual: bool,
    pub(crate) dropout: f32,
    /// What the network is told beside the tokens.
    pub(crate) streams: Vec<Stream>,
    /// Of Adam.
    pub(crate) learning_rate: f64,
    pub(crate) window: usize,
    pub(crate) batch_size: usize,
    /// Semitones by which pieces are transposed.
    pub(crate) transpose: RangeInclusive<i8>,
    /// The most steps.
    pub(crate) steps: u64,
    /// The most passes over the training part.
    pub(crate) passes: u64,
}

impl Defaults {
    pub(crate) fn of(tokenizer: Tokenizer) -> Defaults {
        let notes = Defaults {
            embedding_size: 128,
            hidden_size: 256,
            n_layers: 3,
            residual: true,
            dropout: 0.3,
            streams: told_with_rhythm(&[]),
            learning_rate: 3e-3,
            window: 128,
            batch_size: 16,
            // Of note tokens there are as few in all keys as in one.
            transpose: -5..=5,
            // Less than ten minutes on two cores.
            steps: 2500,
            passes: 60,
        };
        match tokenizer {
            // Chord tokens have no time to tell of.
            Tokenizer::Chords(_) => Defaults { streams: Vec::new(), transpose: 0..=0, ..notes },
            Tokenizer::Rhythm(_) => Defaults { transpose: 0..=0, ..notes },
            Tokenizer::Notes(_) => notes,
            Tokenizer::Voices(_) => Defaults {
                n_layers: 2,
                streams: told_with_rhythm(&told_of_voices()),
                learning_rate: 2e-3,
                window: 256,
                transpose: -6..=6,
                steps: 4500,
                passes: 150,
                ..notes
            },
        }
    }
}

/// What a network of tokens with rhythm is told, and `more`.
fn told_with_rhythm(more: &[Stream]) -> Vec<Stream> {
    let told = [Stream::Meter, Stream::Position, Stream::BarsPlayed, Stream::BarsLeft, Stream::Key, Stream::Style];
    let lookbacks = [1, 2].into_iter().filter_map(NonZeroU8::new).map(Stream::Lookback);
    told.into_iter().chain(lookbacks).chain(more.iter().copied()).collect()
}

/// How many parts, from the first, can be given by default.
const MAX_GIVEN: u8 = 8;

/// What a network of voices is told in addition; of parts that a corpus does not have, nothing.
fn told_of_voices() -> Vec<Stream> {
    let parts = (1..=MAX_GIVEN).filter_map(NonZeroU8::new);
    let given = parts.flat_map(|part| [Stream::Given(part), Stream::Ahead(part)]);
    [Stream::Voice, Stream::Held, Stream::Own].into_iter().chain(given).collect()
}
