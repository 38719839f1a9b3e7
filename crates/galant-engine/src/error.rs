use galant_model::{InputError, ModelSpec, OptimizerError};
use thiserror::Error;

use crate::plan::REDUCTION_PLAN;

/// The most threads: more than machines have cores, but few enough to be started.
pub(crate) const MAX_THREADS: usize = 1024;

/// Why the engine cannot compute.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// An input is not one of the network's.
    #[error(transparent)]
    Input(#[from] InputError),
    /// There is not one logit for each token.
    #[error("there is room for {len} logits; the vocabulary has {vocab_size} tokens")]
    Logits {
        /// How many there are.
        len: usize,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// A constant of the optimizer is out of its range.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// The norm for clipping is out of its range.
    #[error("the gradient cannot be clipped to a norm of {clip_norm}; it must be above 0")]
    ClipNorm {
        /// The limit asked for.
        clip_norm: f32,
    },
    /// The number of threads is out of its range.
    #[error("the number of threads is {threads}; it must be 1 to {MAX_THREADS}")]
    Threads {
        /// How many were asked for.
        threads: usize,
    },
    /// The system does not start so many threads.
    #[error("{threads} threads cannot be started: {reason}; choose fewer")]
    NoThreads {
        /// How many were asked for.
        threads: usize,
        /// What the system says.
        reason: String,
    },
    /// A state comes from an engine that adds gradients in another order.
    #[error(
        "the state was computed with reduction plan {found}, and this engine has plan {REDUCTION_PLAN}, which gives other bits; train from the start"
    )]
    OtherPlan {
        /// Its version.
        found: u32,
    },
    /// The gradient is infinite or NaN.
    #[error(
        "the gradient of {tensor} is not finite at update {update}; choose a smaller learning rate or clip the gradient"
    )]
    NotFinite {
        /// Which update, from 1.
        update: u64,
        /// The first tensor whose gradient is not finite.
        tensor: String,
    },
    /// The loss is infinite or NaN.
    #[error(
        "the loss is not finite after {n_updates} updates{}; choose a smaller learning rate or clip the gradient",
        because_of(.tensor)
    )]
    LossNotFinite {
        /// How many updates the weights have had.
        n_updates: u64,
        /// The first tensor whose weights are not finite; none if all are finite.
        tensor: Option<String>,
    },
    /// The training state is that of another network.
    #[error("the training state is that of another network: {found:?} instead of {expected:?}")]
    OtherNetwork {
        /// The sizes of the training state's network.
        found: Box<ModelSpec>,
        /// The sizes of this one.
        expected: Box<ModelSpec>,
    },
    /// The training state is that of another optimizer.
    #[error("the training state has a {what} of {len} numbers; this network and optimizer need {expected}")]
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
    tensor.as_ref().map_or(String::new(), |tensor| format!(", and neither are the weights of {tensor}"))
}
