//! Trainings that go on where they were broken off.

use galant_checkpoint::{CorpusEntry, Snapshot, TrainingDescription};
use galant_model::{Progress, Trainable};
use thiserror::Error;

use crate::settings::Settings;
use crate::settings_rows::OtherSetting;
use crate::training::{Purpose, Training};

impl Training {
    /// What has been trained so far, for [`Training::resume`]; its sources are left to the program.
    ///
    /// # Errors
    ///
    /// If the engine cannot hand out its state.
    pub fn snapshot<T: Trainable>(&self, engine: &T, progress: &Progress) -> Result<Snapshot, T::Error> {
        let Settings { read_rules, tokenizer, network, training, .. } = self.settings().clone();
        let description = TrainingDescription {
            read_rules,
            tokenizer,
            settings: training,
            streams: network.streams,
            corpus: self.entries_for(Purpose::Corpus),
            validation: self.entries_for(Purpose::Validation),
            sources: Vec::new(),
        };
        Ok(Snapshot { state: engine.training_state()?, progress: progress.clone(), description })
    }

    /// Brings `engine` to where `snapshot` was taken.
    ///
    /// # Errors
    ///
    /// If the snapshot was made with other settings or other music, if more is done than the settings allow, or if the
    /// engine refuses its state.
    pub fn resume<T: Trainable>(&self, engine: &mut T, snapshot: &Snapshot) -> Result<Progress, ResumeError<T::Error>> {
        self.settings().ensure_same_steps(&Settings::of_snapshot(snapshot)).map_err(ResumeError::Setting)?;
        let description = &snapshot.description;
        let pieces = [
            ("training", &description.corpus, self.entries_for(Purpose::Corpus)),
            ("validation", &description.validation, self.entries_for(Purpose::Validation)),
        ];
        for (what, before, now) in pieces {
            let text = |entry: &CorpusEntry| format!("{} for {what}, {}", entry.name, entry.sha256);
            let difference = before.iter().zip(&now).find(|(before, now)| text(before) != text(now));
            if let Some((before, now)) = difference {
                return Err(ResumeError::Song { before: text(before), now: text(now) });
            }
            if before.len() != now.len() {
                return Err(ResumeError::Songs { what, before: before.len(), now: now.len() });
            }
        }
        self.ensure_not_past(&snapshot.progress)?;
        engine.restore(&snapshot.state).map_err(|source| ResumeError::Engine { source })?;
        Ok(snapshot.progress.clone())
    }

    fn ensure_not_past<E: std::error::Error>(&self, progress: &Progress) -> Result<(), ResumeError<E>> {
        let training = &self.settings().training;
        let n_begun = progress.records.len() as u64 + u64::from(progress.step_in_epoch > 0);
        if let Some(epochs) = training.epochs.filter(|&epochs| n_begun > epochs) {
            return Err(ResumeError::PastEpochs { n_begun, epochs });
        }
        match training.steps.filter(|&steps| progress.n_steps > steps) {
            Some(steps) => Err(ResumeError::PastSteps { n_done: progress.n_steps, steps }),
            None => Ok(()),
        }
    }
}

/// A song as two trainings must have it alike.
/// Why a snapshot cannot be resumed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ResumeError<E: std::error::Error> {
    /// A setting differs.
    #[error(transparent)]
    Setting(OtherSetting),
    /// A song differs.
    #[error("it was made with '{before}', and now it is '{now}'; resume with the same settings and music")]
    Song {
        /// What the snapshot says.
        before: String,
        /// What the training says.
        now: String,
    },
    /// The corpus has more or fewer songs.
    #[error("it was made with {before} pieces for {what}, and now there are {now}; resume with the same music")]
    Songs {
        /// What they are for.
        what: &'static str,
        /// How many songs the snapshot was made of.
        before: usize,
        /// How many there are now.
        now: usize,
    },
    /// The snapshot is from a later epoch: epochs would have to be undone.
    #[error("it is from epoch {n_begun}, past the {epochs} asked for; train for {n_begun} epochs or more")]
    PastEpochs {
        /// The last epoch begun.
        n_begun: u64,
        /// How many the settings allow.
        epochs: u64,
    },
    /// More steps are done: steps would have to be undone.
    #[error("it is from step {n_done}, past the {steps} asked for; train for {n_done} steps or more")]
    PastSteps {
        /// How many steps are done.
        n_done: u64,
        /// How many the settings allow.
        steps: u64,
    },
    /// The engine refuses the state.
    #[error("the engine cannot continue from its state")]
    Engine {
        /// Why.
        source: E,
    },
}
