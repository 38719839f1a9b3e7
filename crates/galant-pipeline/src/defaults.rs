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
            streams: told_with_rhythm(),
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
            // A pass has few tokens of these two, so that smaller batches learn from more steps.
            Tokenizer::Chords(_) => Defaults { streams: Vec::new(), transpose: 0..=0, batch_size: 8, ..notes },
            Tokenizer::Rhythm(_) => Defaults { transpose: 0..=0, batch_size: 8, ..notes },
            Tokenizer::Notes(_) => notes,
            Tokenizer::Voices(_) => Defaults {
                embedding_size: 32,
                n_layers: 2,
                streams: told_of_voices(),
                transpose: -6..=6,
                steps: 4500,
                passes: 150,
                ..notes
            },
        }
    }
}

/// What a network of rhythm or note tokens is told.
fn told_with_rhythm() -> Vec<Stream> {
    told_of_place().into_iter().chain([1, 2].map(|n_bars| Stream::Lookback(number(n_bars)))).collect()
}

/// The place in the piece.
fn told_of_place() -> [Stream; 6] {
    [Stream::Meter, Stream::Position, Stream::BarsPlayed, Stream::BarsLeft, Stream::Key, Stream::Style]
}

/// How many parts, from the first, are told of by default.
const MAX_TOLD: u8 = 4;

/// What a network of voices is told; of parts that a corpus does not have, nothing.
///
/// A network remembers poorly what the other parts sound: told of it, it pays 9 % less.
fn told_of_voices() -> Vec<Stream> {
    let parts = || (1..=MAX_TOLD).map(number);
    let own = [Stream::Voice, Stream::Held, Stream::Own, Stream::Previous];
    let bar_ago = [Stream::Lookback(number(1)), Stream::LookbackNext(number(1))];
    let told = told_of_place().into_iter().chain(own).chain(bar_ago);
    let others = parts().map(Stream::Sounding).chain(parts().map(Stream::HeldBy));
    let given = parts().flat_map(|part| [Stream::Given(part), Stream::Ahead(part), Stream::Until(part)]);
    told.chain(others).chain(given).collect()
}

fn number(number: u8) -> NonZeroU8 {
    NonZeroU8::new(number).expect("a number from 1 on")
}
