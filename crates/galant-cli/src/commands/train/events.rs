//! What happens in a training as JSON, an object a line: `galant train --json`.

use std::io::Write;

use galant_evaluate::EpochTime;
use galant_pipeline::{Baseline, Speed, Training};
use galant_train::{Outcome, StopReason};
use galant_types::EpochRecord;
use serde::Serialize;

/// An event; its kind is the value of `event`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event {
    /// What is trained on; losses in nats per token.
    Corpus {
        songs: usize,
        tokens: usize,
        different_tokens: usize,
        training_tokens: usize,
        validation_tokens: usize,
        windows: usize,
        window: usize,
        parameters: usize,
        held_out: String,
        unigram_entropy: f64,
        validation_by_unigrams: Option<f64>,
        validation_by_ngrams: Option<f64>,
        validation_by_ppm: Option<f64>,
    },
    /// How long it will be.
    Plan { steps: Option<u64>, seconds: Option<f64> },
    /// A measurement; losses in nats per token.
    Epoch {
        epoch: u64,
        steps: u64,
        seconds: f64,
        tokens_per_second: f64,
        train_loss: f64,
        train_loss_without_dropout: f64,
        valid_loss: Option<f64>,
    },
    /// From this epoch on the validation loss no longer fell.
    Overfitting { since_epoch: u64 },
    /// The last event.
    End { reason: &'static str, steps: u64, kept_epoch: u64, model: Option<String> },
}

impl Event {
    pub(super) fn corpus(training: &Training, baseline: &Baseline) -> Event {
        let (windows, spec) = (training.windows(), training.spec());
        let (n_training, n_validation) = (windows.n_training_tokens(), windows.n_validation_tokens());
        Event::Corpus {
            songs: windows.songs().len(),
            tokens: n_training + n_validation,
            different_tokens: spec.vocab_size(),
            training_tokens: n_training,
            validation_tokens: n_validation,
            windows: windows.n_windows(),
            window: training.settings().training.window,
            parameters: spec.n_parameters(),
            held_out: training.held_out_text(),
            unigram_entropy: baseline.unigram_entropy,
            validation_by_unigrams: baseline.unigram,
            validation_by_ngrams: baseline.counting,
            validation_by_ppm: baseline.ppm,
        }
    }

    pub(super) fn plan(training: &Training, speed: Speed) -> Event {
        Event::Plan { steps: training.planned_steps(), seconds: training.seconds(speed) }
    }

    pub(super) fn epoch(record: &EpochRecord, steps: u64, time: EpochTime) -> Event {
        Event::Epoch {
            epoch: record.epoch,
            steps,
            seconds: time.seconds,
            tokens_per_second: time.tokens_per_second,
            train_loss: record.train_loss,
            train_loss_without_dropout: record.train_loss_without_dropout,
            valid_loss: record.valid_loss,
        }
    }

    pub(super) fn end(outcome: &Outcome, model: Option<String>) -> Event {
        let reason = match outcome.reason {
            StopReason::Interrupted => "interrupted",
            _ => "finished",
        };
        Event::End { reason, steps: outcome.progress.n_steps, kept_epoch: outcome.kept_epoch, model }
    }

    /// Prints it, at once: whoever reads it wants to know how far the training is.
    pub(super) fn print(&self, out: &mut impl Write) -> anyhow::Result<()> {
        writeln!(out, "{}", serde_json::to_string(self)?)?;
        Ok(out.flush()?)
    }
}
