use galant_model::{ModelSpec, OptimizerError};
use galant_types::TokenId;
use tch::TchError;
use thiserror::Error;

use crate::config::MAX_THREADS;

/// Why the engine cannot compute.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TorchError {
    /// A token is not in the vocabulary.
    #[error("token {} is not in the vocabulary of {vocab_size} tokens", token.0)]
    Token {
        /// The token.
        token: TokenId,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// There is not one logit for each token.
    #[error("{len} logits asked for; the vocabulary has {vocab_size} tokens")]
    Logits {
        /// How many there are.
        len: usize,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// A constant of the optimiser is out of its range.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// The gradient's length cannot be limited to that.
    #[error("the gradient cannot be clipped to a norm of {clip_norm}; it must be above 0")]
    ClipNorm {
        /// The limit asked for.
        clip_norm: f32,
    },
    /// There are no threads to compute on, or too many.
    #[error("{threads} threads asked for; it must be 1 to {MAX_THREADS}")]
    Threads {
        /// How many.
        threads: usize,
    },
    /// The machine, or this libtorch, lacks the CUDA device.
    #[error("there is no CUDA device {index}: libtorch sees {n_devices}; compute on the cpu or let auto choose")]
    NoCudaDevice {
        /// The device asked for, from 0.
        index: usize,
        /// How many libtorch sees.
        n_devices: usize,
    },
    /// The machine, or this libtorch, lacks Apple's Metal.
    #[error("libtorch has no Metal (mps) here; compute on the cpu or let auto choose")]
    NoMetal,
    /// The gradient is infinite or not a number.
    #[error(
        "the gradient of {tensor} is not finite at update {update}; choose a smaller learning rate or clip the gradient"
    )]
    NotFinite {
        /// Which update, from 1.
        update: u64,
        /// The first tensor whose gradient is not finite.
        tensor: String,
    },
    /// The loss is infinite or not a number.
    #[error("the loss is not finite after {n_updates} updates; choose a smaller learning rate or clip the gradient")]
    LossNotFinite {
        /// How many updates the weights have had.
        n_updates: u64,
    },
    /// Training cannot go on from another network's numbers.
    #[error("the training state is that of another network: {found:?} instead of {expected:?}")]
    OtherNetwork {
        /// The sizes of the training state's network.
        found: ModelSpec,
        /// The sizes of this one.
        expected: ModelSpec,
    },
    /// Training cannot go on from another optimiser's moments.
    #[error("the training state has {what} of {len} numbers; this network and optimiser need {expected}")]
    OtherOptimizer {
        /// Which moment.
        what: &'static str,
        /// How many numbers it has.
        len: usize,
        /// How many are needed.
        expected: usize,
    },
    /// libtorch failed, for want of memory for example.
    #[error("libtorch failed in {doing}: {message}")]
    Libtorch {
        /// What was being done.
        doing: &'static str,
        /// What libtorch said of it, without the C++ functions it was in.
        message: String,
    },
}

impl TorchError {
    /// Turns what libtorch says into an error of ours.
    pub(crate) fn libtorch(doing: &'static str) -> impl FnOnce(TchError) -> TorchError {
        move |error| {
            // A list of C++ functions follows the first line.
            let message = error.to_string().lines().next().unwrap_or_default().to_owned();
            TorchError::Libtorch { doing, message }
        }
    }
}
