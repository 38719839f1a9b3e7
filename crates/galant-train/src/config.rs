use galant_model::{Objective, Schedule};
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
    /// The most epochs, at least 1; none if another rule ends the training.
    pub epochs: Option<u64>,
    /// The most steps, at least 1; none if another rule ends the training.
    pub steps: Option<u64>,
    /// How many steps an epoch has, at least 1; none if an epoch is a round: the training part once, or a small one as often
    /// as makes 50 steps where every token is learned from.
    pub epoch_steps: Option<u64>,
    /// How the learning rate changes over the [planned steps](TrainConfig::planned_steps).
    pub schedule: Schedule,
    /// Stops once the training loss without dropout, in nats per token, is this low.
    pub stop_at_loss: Option<f64>,
    /// Stops after this many epochs without a lower validation loss, once the network has learned something.
    pub patience: Option<u64>,
    /// What the frequencies of single tokens pay for the validation part, in nats per token; a network whose validation loss
    /// is not well below it has learned nothing yet. None if every network counts as one that has.
    pub unigram_loss: Option<f64>,
    /// Which weights to end with.
    pub keep: WeightChoice,
    /// Seeds the order of the windows, the dropout, and the choice of windows for the training loss without dropout.
    pub seed: Seed,
}
