use galant_types::Seed;

/// What a step learns to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The next token at every place of a window: as much to learn from as the window has tokens.
    EveryToken,
    /// The token after a window, as in the lecture.
    LastToken,
}

/// Which weights a training ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those that predicted the held-out tokens best; the last ones if nothing is held out.
    BestValidation,
    /// The last ones: for training that is meant to memorise.
    Last,
}

/// How long to train on what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainConfig {
    /// What a step learns to predict.
    pub objective: Objective,
    /// B, how many windows a step reads; at least 1.
    pub batch_size: usize,
    /// The most epochs.
    pub epochs: u64,
    /// Stops when the windowed training loss, in nats per token, is no higher.
    pub stop_at_loss: Option<f64>,
    /// Stops after so many epochs without a lower validation loss.
    pub patience: Option<u64>,
    /// Which weights to end with.
    pub keep: Keep,
    /// Draws the order of the windows, what is dropped and which windows measure.
    pub seed: Seed,
}
