use galant_model::{InputError, ModelSpec, OptimizerError};
use tch::TchError;
use thiserror::Error;

/// The most threads that libtorch may use: OpenMP ends the program if it cannot start them.
pub(crate) const MAX_THREADS: usize = 1024;

/// Why the engine cannot compute.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TorchError {
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
        /// How many.
        threads: usize,
    },
    /// The machine, or this libtorch, lacks the CUDA device.
    #[error("there is no CUDA device {index}: libtorch sees {n_devices}; use the device cpu or auto")]
    NoCudaDevice {
        /// The device asked for, from 0.
        index: usize,
        /// How many libtorch sees.
        n_devices: usize,
    },
    /// The machine, or this libtorch, lacks Apple's Metal.
    #[error("libtorch has no Metal (mps) here; use the device cpu or auto")]
    NoMetal,
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
    #[error("the loss is not finite after {n_updates} updates; choose a smaller learning rate or clip the gradient")]
    LossNotFinite {
        /// How many updates the weights have had.
        n_updates: u64,
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
    /// libtorch failed, for example because memory ran out.
    #[error("libtorch failed in {doing}: {message}")]
    Libtorch {
        /// What was being done.
        doing: &'static str,
        /// What libtorch reported, without the C++ backtrace.
        message: String,
    },
}

impl TorchError {
    /// Turns an error of libtorch into one of ours.
    pub(crate) fn libtorch(doing: &'static str) -> impl FnOnce(TchError) -> TorchError {
        move |error| {
            // A list of C++ functions follows the first line.
            let message = error.to_string().lines().next().unwrap_or_default().to_owned();
            TorchError::Libtorch { doing, message }
        }
    }
}
