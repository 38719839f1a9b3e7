//! How much of the gradient of the last token's loss reaches earlier steps.

use galant_batches::{Split, Windows, WindowsError};
use galant_checkpoint::ModelFile;
use galant_corpus::{Corpus, PieceInfo};
use galant_engine::{Engine, EngineConfig, EngineError};
use galant_model::{
    Cell, Initialization, Inputs, ModelSpec, Optimizer, Reference, ReferenceError, SpecError, Trainable, Weights,
};
use galant_types::{Batch, PackedIds, Seed, Song, TokenId};
use thiserror::Error;

/// How many layers the networks of a comparison have, as the lecture's.
const N_LAYERS: usize = 3;
/// How many windows a training step of theirs reads.
const BATCH_SIZE: usize = 16;

/// ‖∂(mean loss of the last tokens)/∂h‖ of the hidden state of a layer, so many steps before the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientNorm {
    /// How many steps before the last token, from 0.
    pub steps_back: usize,
    /// What the network's layers compute.
    pub cell: Cell,
    /// Which layer, from 1.
    pub layer: usize,
    /// The norm.
    pub norm: f64,
}

/// Which windows of a corpus are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradientProbe {
    /// T, how many tokens a window has.
    pub window: usize,
    /// How many windows are averaged over.
    pub n_windows: usize,
    /// Draws the windows, and the networks of a comparison.
    pub seed: Seed,
}

/// The networks of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradientComparison {
    /// H, the size of each layer's hidden state and of the embedding.
    pub hidden_size: usize,
    /// How many training steps they take; with 0 they stay as they are drawn.
    pub n_steps: usize,
    /// How many threads train them, which changes nothing but time.
    pub n_threads: usize,
}

impl GradientProbe {
    /// The gradients of a trained network while it reads `corpus`, by its own vocabulary and with its own streams.
    ///
    /// # Errors
    ///
    /// If the corpus has no window of the probe's length.
    pub fn of_model(&self, file: &ModelFile, corpus: Corpus) -> Result<Vec<GradientNorm>, GradientError> {
        let Corpus { songs, vocabulary, pieces, .. } = corpus;
        let token = |id: TokenId| vocabulary.token(id).cloned();
        let renumber = |(song, piece): (Song, PieceInfo)| {
            let tokens: Vec<_> = song.tokens.iter().filter_map(token).collect();
            let encoded = file.vocabulary.ids(&tokens);
            let streams = file.streams.encode_written(&file.vocabulary, &piece.frame, &tokens, &encoded.ids);
            let streams = streams.into_iter().map(PackedIds::from).collect();
            Song { tokens: encoded.ids.into(), streams, ..song }
        };
        let windows = self.windows(songs.into_iter().zip(pieces).map(renumber).collect())?;
        Ok(norms(&file.weights, &self.batch(&windows))?)
    }

    /// The gradients of an LSTM and a vanilla RNN of the same sizes after the same training on `corpus`.
    ///
    /// Initial weights say little: orthogonal recurrent weights keep a gradient's length, and only training bends them
    /// and drives a vanilla RNN's units to where tanh is flat.
    /// Each step of both trainings calls `on_step`.
    ///
    /// # Errors
    ///
    /// If the corpus has no window of the probe's length, or if the sizes do not make a network.
    pub fn of_both_cells(
        &self,
        corpus: Corpus,
        networks: GradientComparison,
        on_step: &mut dyn FnMut(),
    ) -> Result<Vec<GradientNorm>, GradientError> {
        let (vocab_size, hidden_size) = (corpus.vocabulary.len(), networks.hidden_size);
        let windows = self.windows(corpus.songs)?;
        let batch = self.batch(&windows);
        let mut all = Vec::new();
        for cell in [Cell::Lstm, Cell::VanillaRnn] {
            let spec = ModelSpec {
                cell,
                inputs: Inputs::tokens(vocab_size, hidden_size),
                hidden_size,
                n_layers: N_LAYERS,
                dropout: 0.0,
                residual: false,
            };
            all.extend(norms(&self.trained(spec, &windows, networks, on_step)?, &batch)?);
        }
        Ok(all)
    }

    /// A network after so many steps of the default training.
    fn trained(
        &self,
        spec: ModelSpec,
        windows: &Windows,
        networks: GradientComparison,
        on_step: &mut dyn FnMut(),
    ) -> Result<Weights, GradientError> {
        let GradientComparison { n_steps, n_threads, .. } = networks;
        let weights = Weights::initial(spec, Initialization::NormalEmbedding, self.seed.child(0))?;
        let config = EngineConfig { optimizer: Optimizer::adam(3e-3), clip_norm: Some(1.0), threads: n_threads };
        let mut engine = Engine::new(weights, config)?;
        let plans = windows.every_token_epoch(BATCH_SIZE, n_steps.max(1), self.seed.child(1));
        for (plan, step) in plans.iter().take(n_steps).zip(0..) {
            engine.train_batch(&windows.batch(plan), self.seed.child(2).child(step), 1.0)?;
            on_step();
        }
        Ok(engine.weights()?)
    }

    fn windows(&self, songs: Vec<Song>) -> Result<Windows, WindowsError> {
        Windows::new(songs, Split::tails(self.window, 0.0))
    }

    /// The windows that are measured.
    fn batch(&self, windows: &Windows) -> Batch {
        windows.batch(&windows.probe(self.n_windows, self.n_windows, self.seed)[0])
    }
}

/// The norms of each layer, from the last step back.
fn norms(weights: &Weights, batch: &Batch) -> Result<Vec<GradientNorm>, ReferenceError> {
    let cell = weights.spec().cell;
    let gradients = Reference::new(weights).gradients(batch, None)?;
    let of_layer = |(norms, layer): (&Vec<f64>, usize)| {
        let norms = norms.iter().rev().enumerate();
        norms.map(|(steps_back, &norm)| GradientNorm { steps_back, cell, layer, norm }).collect::<Vec<_>>()
    };
    Ok(gradients.hidden_norms.iter().zip(1..).flat_map(of_layer).collect())
}

/// Why gradients cannot be measured.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum GradientError {
    /// The corpus cannot be cut into windows.
    #[error(transparent)]
    Windows(#[from] WindowsError),
    /// The sizes do not make a network.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A network could not be trained.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The reference cannot compute.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
}
