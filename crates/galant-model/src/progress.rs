use galant_types::EpochRecord;

use crate::{Loss, Weights};

/// How far a training has come: with weights and optimizer state, everything that resuming needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// The completed epochs.
    pub records: Vec<EpochRecord>,
    /// How many steps are done, of all epochs.
    pub n_steps: u64,
    /// How many rounds are done: the batches of a round, drawn at once, read the training part once, or a small one several
    /// times.
    pub round: u64,
    /// How many steps of the current round are done.
    pub step_in_round: u64,
    /// How many steps of the current epoch are done, or of the last one if it is not measured yet.
    pub step_in_epoch: u64,
    /// The sum of their losses.
    pub epoch_loss: Loss,
    /// How many tokens they read.
    pub epoch_tokens: u64,
    /// The weights of the epoch with the lowest validation loss; none before the first measurement, or without a validation part.
    pub best: Option<Weights>,
}

impl Progress {
    /// The first epoch with the lowest validation loss; none without a validation part.
    pub fn best_record(&self) -> Option<&EpochRecord> {
        let measured = self.records.iter().filter_map(|record| Some((record.valid_loss?, record)));
        measured.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, record)| record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(epoch: u64, valid_loss: Option<f64>) -> EpochRecord {
        EpochRecord { epoch, train_loss: 0.0, train_loss_without_dropout: 0.0, valid_loss }
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
