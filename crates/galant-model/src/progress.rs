use crate::{Loss, Weights};

/// What an epoch of training came to. Losses are in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochRecord {
    /// Which epoch, from 1.
    pub epoch: u64,
    /// How long training has taken up to its end, in seconds, measurements left out.
    pub seconds: f64,
    /// How fast it learned, in tokens read per second.
    pub tokens_per_second: f64,
    /// The mean over its batches, each before its update, with dropout.
    pub train_loss: f64,
    /// The token after a window, from a zero state, without dropout, over a fixed choice of training windows.
    pub windowed_train_loss: f64,
    /// The held-out tokens; none if nothing is held out.
    pub valid_loss: Option<f64>,
}

/// How far a training has come: with the weights and moments, all that resuming needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// The epochs completed.
    pub records: Vec<EpochRecord>,
    /// Steps taken in the epoch that has begun.
    pub step_in_epoch: u64,
    /// The sum of their losses.
    pub epoch_loss: Loss,
    /// The tokens they read.
    pub epoch_tokens: u64,
    /// How long they took, in seconds.
    pub epoch_seconds: f64,
    /// The weights of the epoch with the lowest validation loss; none while nothing is held out or measured.
    pub best: Option<Weights>,
}

impl Progress {
    /// The epoch with the lowest validation loss, the first one if there are several; none if nothing is held out.
    pub fn best_record(&self) -> Option<&EpochRecord> {
        let measured = self.records.iter().filter_map(|record| Some((record.valid_loss?, record)));
        measured.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, record)| record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(epoch: u64, valid_loss: Option<f64>) -> EpochRecord {
        EpochRecord {
            epoch,
            seconds: 0.0,
            tokens_per_second: 0.0,
            train_loss: 0.0,
            windowed_train_loss: 0.0,
            valid_loss,
        }
    }

    #[test]
    fn the_best_record_is_the_first_of_the_lowest() {
        let valid_losses = [Some(3.0), Some(2.0), Some(2.0), Some(2.5)];
        let records = valid_losses.into_iter().zip(1..).map(|(loss, epoch)| record(epoch, loss)).collect();
        let progress = Progress { records, ..Progress::default() };
        assert_eq!(progress.best_record().map(|record| record.epoch), Some(2));
        assert_eq!(Progress { records: vec![record(1, None)], ..Progress::default() }.best_record(), None);
    }
}
