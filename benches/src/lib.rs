//! The workloads that the benchmarks and the comparison with other programs share.
//!
//! They are those of the lecture: windows of 128 tokens; a small network for one song, a large one for nine concertos.
#![forbid(unsafe_code)]

mod step;

pub use step::{Step, StepSize, StepTensors, sum_of_h};

use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, StreamSpec, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

/// Tokens per window.
pub const WINDOW: usize = 128;

/// The network for one song.
pub const SMALL: ModelSpec = ModelSpec {
    cell: Cell::Lstm,
    inputs: Inputs::tokens(104, 128),
    hidden_size: 128,
    n_layers: 3,
    dropout: 0.3,
    residual: false,
};

/// The network for the nine concertos.
pub const LARGE: ModelSpec = ModelSpec {
    cell: Cell::Lstm,
    inputs: Inputs::tokens(745, 128),
    hidden_size: 256,
    n_layers: 3,
    dropout: 0.3,
    residual: false,
};

/// A network for the note tokens of a corpus.
pub const NOTES: ModelSpec = ModelSpec { inputs: Inputs::tokens(200, 128), ..LARGE };

/// The same with seven streams that skip the layers: meter, position, bars played and left, key, two that look back.
pub const STREAMS: ModelSpec = ModelSpec {
    inputs: NOTES
        .inputs
        .with(skipping(12, 8))
        .with(skipping(96, 16))
        .with(skipping(16, 8))
        .with(skipping(33, 8))
        .with(skipping(25, 8))
        .with(skipping(200, 24))
        .with(skipping(200, 24)),
    ..NOTES
};

const fn skipping(vocab_size: usize, embedding_size: usize) -> StreamSpec {
    StreamSpec { vocab_size, embedding_size, skip: true }
}

/// What a training step does.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Its name on the command line and in results.
    pub name: &'static str,
    /// The network.
    pub spec: ModelSpec,
    /// Windows per batch.
    pub n_windows: usize,
    /// Which predictions count towards the loss.
    pub positions: Positions,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// The norm to which longer gradients are shortened; `None` for no clipping.
    pub clip_norm: Option<f32>,
}

/// The lecture's two networks with its settings, the large one trained at every position, and the same for note tokens
/// without and with streams.
#[must_use]
pub fn workloads() -> [Workload; 5] {
    let last_token = |name, spec| Workload {
        name,
        spec,
        n_windows: 64,
        positions: Positions::LastToken,
        optimizer: Optimizer::rms_prop(1e-3),
        clip_norm: None,
    };
    let every_token = |name, spec| Workload {
        name,
        spec,
        n_windows: 16,
        positions: Positions::EveryToken,
        optimizer: Optimizer::adam(2e-3),
        clip_norm: Some(1.0),
    };
    [
        last_token("small", SMALL),
        last_token("large", LARGE),
        every_token("every-token", LARGE),
        every_token("notes", NOTES),
        every_token("streams", STREAMS),
    ]
}

impl Workload {
    /// An untrained engine.
    ///
    /// # Panics
    ///
    /// If the workload's settings are out of range.
    #[must_use]
    pub fn engine(&self, threads: usize) -> Engine {
        let weights =
            Weights::initial(self.spec, Initialization::Keras, Seed(1)).expect("the sizes are within their limits");
        let config = EngineConfig { optimizer: self.optimizer, clip_norm: self.clip_norm, threads };
        Engine::new(weights, config).expect("the settings are within their limits")
    }

    /// The floating-point operations of a step's products: two for each weight and token, once forward and twice backward.
    ///
    /// The first layer's input is looked up, and counts nothing.
    #[must_use]
    pub fn flop(&self) -> f64 {
        let ModelSpec { hidden_size, n_layers, .. } = self.spec;
        let n_tokens = self.n_windows * WINDOW;
        let n_predictions = if self.positions == Positions::LastToken { self.n_windows } else { n_tokens };
        let layers = self.spec.n_gate_rows() * hidden_size * (2 * n_layers - 1) * n_tokens;
        let dense = self.spec.dense_input_size() * self.spec.vocab_size() * n_predictions;
        6.0 * (layers + dense) as f64
    }

    /// Windows of the synthetic song; which ones depends on `number`.
    #[must_use]
    pub fn batch(&self, number: u64) -> Batch {
        let song = synthetic_song(4000, self.spec.vocab_size());
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        let mut streams = vec![Vec::new(); self.spec.inputs.len() - 1];
        for window in 0..self.n_windows as u64 {
            let first = (Seed(number).child(window).0 % (song.len() - WINDOW) as u64) as usize;
            inputs.extend_from_slice(&song[first..first + WINDOW]);
            targets.extend_from_slice(&song[first + 1..=first + WINDOW]);
            for (number, (stream, spec)) in streams.iter_mut().zip(&self.spec.inputs[1..]).enumerate() {
                // The first stream changes at every token, the last hardly in a window.
                let value = |place: usize| TokenId(((place >> number) % spec.vocab_size) as u32);
                stream.extend((first..first + WINDOW).map(value));
            }
        }
        let batch = Batch::new(self.n_windows, WINDOW, inputs, targets, self.positions.clone());
        batch.and_then(|batch| batch.with_streams(streams)).expect("the windows are whole")
    }
}

/// Broken chords that change every sixteen tokens: the song that every program of the comparison reads.
#[must_use]
pub fn synthetic_song(n_tokens: usize, vocab_size: usize) -> Vec<TokenId> {
    const PATTERN: [usize; 8] = [0, 4, 7, 12, 16, 12, 7, 4];
    let token = |i: usize| (i / 16 * 7 % 83 + PATTERN[i % 8] + 11 * (i / 8 % 3)) % vocab_size;
    (0..n_tokens).map(|i| TokenId(token(i) as u32)).collect()
}
