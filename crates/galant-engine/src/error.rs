use galant_model::{ModelSpec, OptimizerError};
use galant_types::TokenId;
use thiserror::Error;

use crate::EngineConfig;

/// Why the engine cannot compute.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EngineError {
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
    /// There are no threads to compute on, or more than can be started.
    #[error("{threads} threads asked for; there must be 1 to {}", EngineConfig::MAX_THREADS)]
    Threads {
        /// How many were asked for.
        threads: usize,
    },
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
    #[error(
        "the loss is not finite after {n_updates} updates{}; choose a smaller learning rate or clip the gradient",
        because_of(.tensor)
    )]
    LossNotFinite {
        /// How many updates the weights have had.
        n_updates: u64,
        /// The first tensor whose weights are not finite; none if all are, and only what they make is too large.
        tensor: Option<String>,
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
}

fn because_of(tensor: &Option<String>) -> String {
    tensor.as_ref().map_or(String::new(), |tensor| format!(", nor are the weights of {tensor}"))
}
