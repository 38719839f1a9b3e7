//! The sizes of a network, whatever its vocabulary.

use galant_model::{Cell, Inputs, ModelSpec, StreamSpec};
use galant_tokens::stream::{Stream, StreamSet};

/// The sizes of a network, whatever its vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// What its recurrent layers compute.
    pub cell: Cell,
    /// E, how many numbers stand for a token inside the network.
    pub embedding_size: usize,
    /// H, the size of each layer's hidden state.
    pub hidden_size: usize,
    /// How many recurrent layers it has.
    pub n_layers: usize,
    /// The probability that training drops an output of a layer, 0 to below 1.
    pub dropout: f32,
    /// Whether each layer but the first adds its input to its output.
    pub residual: bool,
    /// What it is told beside the tokens.
    pub streams: Vec<Stream>,
}

impl Network {
    /// The network of a model that is told `streams`.
    pub(crate) fn of(spec: &ModelSpec, streams: &[Stream]) -> Network {
        let ModelSpec { cell, inputs, hidden_size, n_layers, dropout, residual } = *spec;
        let embedding_size = inputs[0].embedding_size;
        Network { cell, embedding_size, hidden_size, n_layers, dropout, residual, streams: streams.to_vec() }
    }

    /// The network for a vocabulary of `vocab_size` tokens and the streams of a corpus.
    pub fn spec(&self, vocab_size: usize, streams: &StreamSet) -> ModelSpec {
        let Network { cell, embedding_size, hidden_size, n_layers, dropout, residual, streams: _ } = *self;
        let sizes = streams.vocab_sizes(vocab_size);
        let specs = streams.streams().iter().zip(sizes).map(|(stream, size)| stream_spec(*stream, size));
        let inputs = specs.fold(Inputs::tokens(vocab_size, embedding_size), Inputs::with);
        ModelSpec { cell, inputs, hidden_size, n_layers, dropout, residual }
    }
}

/// How a stream of `vocab_size` values is read: its embedding is small, and the dense layer reads it too.
fn stream_spec(stream: Stream, vocab_size: usize) -> StreamSpec {
    let embedding_size = match stream {
        Stream::Meter | Stream::BarsPlayed | Stream::BarsLeft | Stream::Key | Stream::Style => 8,
        Stream::Voice | Stream::Held | Stream::HeldBy(_) | Stream::Until(_) => 8,
        Stream::Position => 16,
        // The tokens of voices are few.
        Stream::LookbackNext(_)
        | Stream::Own
        | Stream::Previous
        | Stream::Sounding(_)
        | Stream::Given(_)
        | Stream::Ahead(_) => 16,
        Stream::Lookback(_) => 32,
    };
    StreamSpec { vocab_size, embedding_size, skip: true }
}
