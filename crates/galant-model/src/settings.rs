use std::ops::RangeInclusive;

use galant_types::Seed;
use thiserror::Error;

use crate::{Initialization, Optimizer, OptimizerError, Schedule};

/// What a training step learns to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The next token at every position of a window: as many predictions as the window has tokens.
    EveryToken,
    /// The token after a window, as in the lecture.
    LastToken,
}

/// What is held out of a corpus for validation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HoldOut {
    /// Whole pieces that together have about this share of the tokens, 0 to below 1; where there are too few pieces, the
    /// same share of each.
    Pieces(f64),
    /// This share of each piece, at its end: 0 to below 1.
    Tails(f64),
}

impl HoldOut {
    /// The share.
    pub fn share(self) -> f64 {
        match self {
            HoldOut::Pieces(share) | HoldOut::Tails(share) => share,
        }
    }
}

/// How a network is trained, apart from its sizes and its music.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSettings {
    /// What a step learns to predict.
    pub objective: Objective,
    /// How gradients change the weights.
    pub optimizer: Optimizer,
    /// How the learning rate changes over the steps planned.
    pub schedule: Schedule,
    /// The largest norm of a step's gradient, to which longer ones are scaled down; none leaves gradients as they are.
    pub clip_norm: Option<f32>,
    /// How the weights are drawn before training.
    pub initialization: Initialization,
    /// T, how many tokens a window has.
    pub window: usize,
    /// B, how many windows a step reads.
    pub batch_size: usize,
    /// What is held out for validation, unless there are pieces named for it.
    pub hold_out: HoldOut,
    /// By how many semitones windows may be transposed; `0..=0` reads them as written.
    pub transpose: RangeInclusive<i8>,
    /// The most epochs; none if another rule ends the training.
    pub epochs: Option<u64>,
    /// The most steps; none if another rule ends the training.
    pub steps: Option<u64>,
    /// How many steps an epoch has; none if an epoch is once through the training part, or as often as makes 50 steps where
    /// every token is learned from.
    pub epoch_steps: Option<u64>,
    /// The training loss without dropout, in nats per token, at which training stops.
    pub stop_at_loss: Option<f64>,
    /// After how many epochs without a lower validation loss training stops, once that loss is well below the unigram's.
    pub patience: Option<u64>,
    /// The seed of everything random in the training.
    pub seed: Seed,
}

impl TrainingSettings {
    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), SettingsError> {
        self.optimizer.validate()?;
        if let Some(clip_norm) = self.clip_norm.filter(|&norm| !(norm.is_finite() && norm > 0.0)) {
            return Err(SettingsError::ClipNorm { clip_norm });
        }
        let counts = [
            ("window", Some(self.window as u64)),
            ("batch size", Some(self.batch_size as u64)),
            ("number of epochs", self.epochs),
            ("number of steps", self.steps),
            ("number of steps of an epoch", self.epoch_steps),
            ("patience", self.patience),
        ];
        if let Some((what, _)) = counts.into_iter().find(|&(_, count)| count == Some(0)) {
            return Err(SettingsError::Zero { what });
        }
        let hold_out = self.hold_out.share();
        if !(0.0..1.0).contains(&hold_out) {
            return Err(SettingsError::HoldOut { hold_out });
        }
        if self.transpose.is_empty() {
            let (lowest, highest) = (*self.transpose.start(), *self.transpose.end());
            return Err(SettingsError::Transpose { lowest, highest });
        }
        if self.schedule == Schedule::Cosine && self.epochs.is_none() && self.steps.is_none() {
            return Err(SettingsError::EndlessSchedule);
        }
        match self.stop_at_loss.filter(|loss| !loss.is_finite()) {
            Some(loss) => Err(SettingsError::StopAtLoss { loss }),
            None => Ok(()),
        }
    }
}

/// Why settings make no training.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A constant of the optimizer is out of its range.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// No gradient has such a norm.
    #[error("the norm at which gradients are clipped is {clip_norm}; it must be above 0 and finite")]
    ClipNorm {
        /// The norm.
        clip_norm: f32,
    },
    /// A number must be at least 1.
    #[error("the {what} is 0; it must be at least 1")]
    Zero {
        /// Which number.
        what: &'static str,
    },
    /// The validation part is not a fraction of the music.
    #[error("the share held out for validation is {hold_out}; it must be at least 0 and below 1")]
    HoldOut {
        /// The share.
        hold_out: f64,
    },
    /// The range of transpositions is empty.
    #[error("transpositions range from {lowest} to {highest} semitones; the first must not be above the second")]
    Transpose {
        /// Its start, in semitones.
        lowest: i8,
        /// Its end, in semitones.
        highest: i8,
    },
    /// A schedule needs to know its end.
    #[error(
        "a cosine schedule falls until the last step planned, and neither steps nor epochs are; plan one of them, or keep the rate constant"
    )]
    EndlessSchedule,
    /// The loss to stop at is NaN or infinite.
    #[error("the loss to stop at is {loss}; it must be finite")]
    StopAtLoss {
        /// The loss.
        loss: f64,
    },
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn settings() -> TrainingSettings {
        TrainingSettings {
            objective: Objective::EveryToken,
            optimizer: Optimizer::adam(3e-3),
            schedule: Schedule::Constant,
            clip_norm: Some(1.0),
            initialization: Initialization::Keras,
            window: 128,
            batch_size: 16,
            hold_out: HoldOut::Pieces(0.1),
            transpose: -2..=2,
            epochs: Some(12),
            steps: None,
            epoch_steps: None,
            stop_at_loss: Some(0.5),
            patience: None,
            seed: Seed(1),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut TrainingSettings), expected: Expect) {
        let mut settings = settings();
        change(&mut settings);
        expected.assert_eq(&settings.validate().unwrap_err().to_string());
    }

    #[test]
    fn settings_out_of_range_are_named() {
        assert_eq!(settings().validate(), Ok(()));
        check(
            |settings| settings.optimizer = Optimizer::adam(0.0),
            expect!["learning rate is 0; it must be above 0 and finite"],
        );
        check(
            |settings| settings.clip_norm = Some(0.0),
            expect!["the norm at which gradients are clipped is 0; it must be above 0 and finite"],
        );
        check(
            |settings| settings.clip_norm = Some(f32::NAN),
            expect!["the norm at which gradients are clipped is NaN; it must be above 0 and finite"],
        );
        check(|settings| settings.window = 0, expect!["the window is 0; it must be at least 1"]);
        check(|settings| settings.batch_size = 0, expect!["the batch size is 0; it must be at least 1"]);
        check(|settings| settings.epochs = Some(0), expect!["the number of epochs is 0; it must be at least 1"]);
        check(|settings| settings.steps = Some(0), expect!["the number of steps is 0; it must be at least 1"]);
        check(
            |settings| settings.epoch_steps = Some(0),
            expect!["the number of steps of an epoch is 0; it must be at least 1"],
        );
        check(
            |settings| (settings.schedule, settings.epochs) = (Schedule::Cosine, None),
            expect![
                "a cosine schedule falls until the last step planned, and neither steps nor epochs are; plan one of them, or keep the rate constant"
            ],
        );
        check(|settings| settings.patience = Some(0), expect!["the patience is 0; it must be at least 1"]);
        check(
            |settings| settings.hold_out = HoldOut::Tails(1.0),
            expect!["the share held out for validation is 1; it must be at least 0 and below 1"],
        );
        #[expect(clippy::reversed_empty_ranges, reason = "the range is what is refused")]
        check(
            |settings| settings.transpose = 1..=0,
            expect!["transpositions range from 1 to 0 semitones; the first must not be above the second"],
        );
        check(
            |settings| settings.stop_at_loss = Some(f64::INFINITY),
            expect!["the loss to stop at is inf; it must be finite"],
        );
    }
}
