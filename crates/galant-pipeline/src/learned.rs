//! What a training leaves: the weights to keep, and the model file.

use galant_checkpoint::ModelFile;
use galant_model::{Progress, Trainable};
use galant_train::{Outcome, StopReason, kept, kept_epoch};

use crate::training::{Purpose, Training};

impl Training {
    /// The epoch whose weights a training would end with if it ended at `progress`; 0 if none was completed.
    pub fn kept_epoch(&self, progress: &Progress) -> u64 {
        kept_epoch(self.config().keep, progress)
    }

    /// What a training would end with if it were broken off between two steps.
    ///
    /// # Errors
    ///
    /// If the engine cannot hand out its weights.
    pub fn so_far<T: Trainable>(&self, engine: &T, progress: &Progress) -> Result<Outcome, T::Error> {
        let (kept_epoch, weights) = kept(engine, self.config().keep, progress)?;
        Ok(Outcome { weights, kept_epoch, progress: progress.clone(), reason: StopReason::Interrupted })
    }

    /// The model file of what was learned; `engine` describes the engine if it was not Galant's own.
    pub fn model_file(&self, outcome: &Outcome, engine: Option<String>) -> ModelFile {
        ModelFile {
            weights: outcome.weights.clone(),
            read_rules: self.settings.read_rules,
            tokenizer: self.settings.tokenizer,
            vocabulary: self.vocabulary.clone(),
            streams: self.streams.clone(),
            openings: self.openings.clone(),
            parts: self.parts.clone(),
            playback: self.playback,
            corpus: self.entries_for(Purpose::Corpus),
            settings: self.settings.training.clone(),
            engine,
            epochs: outcome.progress.records.clone(),
            kept_epoch: outcome.kept_epoch,
            unfinished_after: (outcome.reason == StopReason::Interrupted).then_some(outcome.progress.n_steps),
            unigram_loss: self.unigram_loss,
            program: concat!("galant ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
