//! The settings of a training as rows of names and values, and where they differ.

use galant_midi::ReadRules;
use galant_model::{HoldOut, Initialization, Objective, Optimizer, Schedule, TrainingSettings};
use galant_tokens::Tokenizer;
use galant_tokens::stream::Stream;
use thiserror::Error;

use crate::settings::Settings;

impl Settings {
    /// Checks that a training with these settings takes the same steps as one with `before`.
    ///
    /// # Errors
    ///
    /// Names the first setting that differs.
    pub fn ensure_same_steps(&self, before: &Settings) -> Result<(), OtherSetting> {
        let text = |(name, value): (&str, String)| format!("{name} {value}");
        let pairs = before.step_rows().into_iter().zip(self.step_rows());
        match pairs.map(|(before, now)| (text(before), text(now))).find(|(before, now)| before != now) {
            Some((before, now)) => Err(OtherSetting { before, now }),
            None => Ok(()),
        }
    }

    /// Names and values of what decides the bits of every step: a training is resumed only with the same.
    pub fn step_rows(&self) -> Vec<(&'static str, String)> {
        let Settings { read_rules, tokenizer, network, training, passes: _ } = self;
        let grid = tokenizer.grid().map(|grid| ("grid", grid.steps_per_quarter().to_string()));
        let top = tokenizer.top().map_or("all".to_owned(), |top| top.to_string());
        let parts = match tokenizer {
            Tokenizer::Voices(voices) => {
                Some(("parts", voices.n_parts.map_or("as most pieces".to_owned(), |n_parts| n_parts.to_string())))
            }
            Tokenizer::Chords(_) | Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => None,
        };
        let clip_norm = training.clip_norm.map_or("none".to_owned(), |norm| norm.to_string());
        let transpose = format!("{}..={}", training.transpose.start(), training.transpose.end());
        let mut rows = vec![("tokenizer", tokenizer.name().to_owned())];
        rows.extend(grid);
        rows.extend(parts);
        rows.extend([
            ("rules", rules_name(*read_rules).to_owned()),
            ("top", top),
            ("objective", objective_name(training.objective).to_owned()),
            ("cell", network.cell.name().to_owned()),
            ("optimizer", optimizer_name(training.optimizer).to_owned()),
            ("learning-rate", training.optimizer.learning_rate().to_string()),
            ("schedule", training.schedule.name().to_owned()),
            ("clip-norm", clip_norm),
            ("initialization", initialization_name(training.initialization).to_owned()),
            ("embedding-size", network.embedding_size.to_string()),
            ("hidden-size", network.hidden_size.to_string()),
            ("layers", network.n_layers.to_string()),
            ("dropout", network.dropout.to_string()),
            ("connections", if network.residual { "residual" } else { "stacked" }.to_owned()),
            ("streams", streams_text(&network.streams)),
            ("window", training.window.to_string()),
            ("batch", training.batch_size.to_string()),
            ("hold-out", hold_out_text(training.hold_out)),
            ("transpose", transpose),
            ("seed", training.seed.0.to_string()),
        ]);
        // A rate that falls depends on where it ends.
        if training.schedule != Schedule::Constant {
            rows.extend(self.length_rows());
        }
        rows
    }

    /// Names and values of all settings.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        [self.step_rows(), self.end_rows()].concat()
    }

    /// Names and values of what decides when a training ends.
    pub fn end_rows(&self) -> Vec<(&'static str, String)> {
        let TrainingSettings { schedule, epoch_steps, stop_at_loss, patience, .. } = self.training;
        let length = if schedule == Schedule::Constant { self.length_rows() } else { Vec::new() };
        let epoch_steps = epoch_steps.map(|steps| ("epoch-steps", steps.to_string()));
        let stop_at_loss = stop_at_loss.map(|loss| ("stop-at-loss", loss.to_string()));
        let patience = patience.map(|patience| ("patience", patience.to_string()));
        length.into_iter().chain(epoch_steps).chain(stop_at_loss).chain(patience).collect()
    }

    fn length_rows(&self) -> Vec<(&'static str, String)> {
        let TrainingSettings { epochs, steps, .. } = self.training;
        let rows = [("epochs", epochs), ("steps", steps), ("passes", self.passes)];
        rows.into_iter().filter_map(|(name, number)| Some((name, number?.to_string()))).collect()
    }
}

/// A setting that decides what a training learns, and that differs from that of the training to be resumed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("it was made with '{before}', and now it is '{now}'; resume with the same settings and music")]
pub struct OtherSetting {
    /// Its name and its value in the training to be resumed.
    pub before: String,
    /// Its name and its value now.
    pub now: String,
}

/// The streams, separated by commas.
fn streams_text(streams: &[Stream]) -> String {
    if streams.is_empty() {
        return "none".to_owned();
    }
    streams.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn rules_name(rules: ReadRules) -> &'static str {
    match rules {
        ReadRules::Standard => "standard",
        ReadRules::Lecture => "lecture",
    }
}

fn hold_out_text(hold_out: HoldOut) -> String {
    match hold_out {
        HoldOut::Pieces(0.0) | HoldOut::Tails(0.0) => "0".to_owned(),
        HoldOut::Pieces(share) => format!("{share} of the pieces"),
        HoldOut::Tails(share) => format!("{share} of each piece"),
    }
}

fn objective_name(objective: Objective) -> &'static str {
    match objective {
        Objective::EveryToken => "every-token",
        Objective::LastToken => "last-token",
    }
}

fn optimizer_name(optimizer: Optimizer) -> &'static str {
    if matches!(optimizer, Optimizer::Adam(_)) { "adam" } else { "rmsprop" }
}

fn initialization_name(initialization: Initialization) -> &'static str {
    match initialization {
        Initialization::Keras => "keras",
        Initialization::NormalEmbedding => "normal-embedding",
    }
}
