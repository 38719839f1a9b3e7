use galant_model::Objective;
use galant_types::Seed;

/// Which weights a training ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightChoice {
    /// Those with the lowest validation loss; the last ones without a validation part.
    BestValidation,
    /// The last ones, for a training that is meant to memorize.
    Last,
}

/// How long to train, and on what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainConfig {
    /// What a step learns to predict.
    pub objective: Objective,
    /// B, how many windows a step reads; at least 1.
    pub batch_size: usize,
    /// The most epochs; at least 1.
    pub epochs: u64,
    /// Stops once the training loss without dropout, in nats per token, is this low.
    pub stop_at_loss: Option<f64>,
    /// Stops after this many epochs without a lower validation loss.
    pub patience: Option<u64>,
    /// Which weights to end with.
    pub keep: WeightChoice,
    /// Seeds the order of the windows, the dropout, and the choice of windows for the training loss without dropout.
    pub seed: Seed,
}
