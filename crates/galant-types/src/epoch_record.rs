/// What an epoch of training came to: the steps between two measurements. Losses are in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochRecord {
    /// Which epoch, from 1.
    pub epoch: u64,
    /// The mean over its batches, each before its update, with dropout.
    pub train_loss: f64,
    /// The training loss without dropout, over a fixed choice of training windows: of the token after each or, if an epoch is
    /// a number of steps, of each window's second half.
    pub train_loss_without_dropout: f64,
    /// The validation loss; none if nothing is held out.
    pub valid_loss: Option<f64>,
}
