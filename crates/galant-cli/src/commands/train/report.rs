//! What a training tells while it runs.

use std::io::Write;

use galant_batches::Windows;
use galant_model::{EpochRecord, ModelSpec, Optimizer};
use galant_train::{Outcome, StopReason};
use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::Choice;
use crate::progress;
use crate::settings::Settings;
use crate::waltz::Waltz;

/// Says what will be trained on what.
pub(super) fn print_plan(
    out: &mut impl Write,
    windows: &Windows,
    spec: &ModelSpec,
    settings: &Settings,
    choice: &Choice,
) -> anyhow::Result<()> {
    let (n_training, n_held_out) = (windows.n_training_tokens(), windows.n_held_out_tokens());
    writeln!(
        out,
        "corpus   {}, {} tokens, {} different; {} for training in {} windows of {}, {} held out",
        counted(windows.songs().len(), "song"),
        thousands(n_training + n_held_out),
        thousands(spec.vocab_size),
        thousands(n_training),
        thousands(windows.n_windows()),
        settings.window,
        thousands(n_held_out)
    )?;
    let too_short: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
    if let Some(first) = too_short.first() {
        writeln!(
            out,
            "note: {} no longer than a window and not trained on, {first} for one",
            if too_short.len() == 1 {
                "1 of the songs is".to_owned()
            } else {
                format!("{} of the songs are", too_short.len())
            }
        )?;
    }
    let place = choice.place().map_or(String::new(), |place| format!("{place}, "));
    let optimizer = if matches!(settings.optimizer, Optimizer::Adam(_)) { "Adam" } else { "RMSprop" };
    writeln!(
        out,
        "network  {} × {} of {}, {} parameters; {optimizer} at {}, {}\n",
        spec.n_layers,
        spec.hidden_size,
        spec.cell.name(),
        thousands(spec.n_parameters()),
        settings.optimizer.learning_rate(),
        place + &counted(choice.threads(), "thread")
    )?;
    writeln!(out, "{:>5} {:>8} {:>8} {:>8} {:>9} {:>8}", "epoch", "train", "windowed", "valid", "tokens/s", "seconds")?;
    Ok(())
}

/// The line for each epoch and, on a terminal, the bar below them.
pub(super) struct Report<'a, W: Write> {
    out: &'a mut W,
    bar: ProgressBar,
    epochs: Option<u64>,
    said_memorising: bool,
}

impl<'a, W: Write> Report<'a, W> {
    pub(super) fn new(out: &'a mut W, settings: &Settings) -> Report<'a, W> {
        let epochs = Some(settings.epochs).filter(|&epochs| epochs != u64::MAX);
        let template = match epochs {
            Some(_) => "{bar:24} {percent:>3}%  {msg}, {eta} left",
            None => "{spinner} {elapsed}  {msg}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        // Drawn on the terminal only; nothing where the output goes elsewhere.
        Report {
            out,
            bar: progress::hidden_if_silent(ProgressBar::no_length().with_style(style)),
            epochs,
            said_memorising: false,
        }
    }

    pub(super) fn step(&mut self, epoch: u64, step: u64, n_steps: u64, loss: f64, tokens_per_second: f64) {
        let total = self.epochs.map(|epochs| format!("/{epochs}")).unwrap_or_default();
        if let Some(epochs) = self.epochs {
            self.bar.set_length(epochs.saturating_mul(n_steps));
        }
        self.bar.set_position((epoch - 1) * n_steps + step);
        let tokens_per_second = thousands(tokens_per_second as usize);
        self.bar.set_message(format!("epoch {epoch}{total}, loss {loss:.3}, {tokens_per_second} tokens/s"));
    }

    pub(super) fn epoch(&mut self, record: &EpochRecord, memorising_since: Option<u64>) -> anyhow::Result<()> {
        let valid = record.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
        let line = format!(
            "{:>5} {:>8.4} {:>8.4} {valid:>8} {:>9} {:>8.1}",
            record.epoch,
            record.train_loss,
            record.windowed_train_loss,
            thousands(record.tokens_per_second as usize),
            record.seconds
        );
        let memorising = memorising_since.filter(|_| !self.said_memorising);
        self.said_memorising |= memorising.is_some();
        let out = &mut self.out;
        self.bar.suspend(|| {
            writeln!(out, "{line}")?;
            if let Some(epoch) = memorising {
                writeln!(out, "memorising since epoch {epoch}: held-out tokens are no longer predicted better")?;
            }
            out.flush()
        })?;
        Ok(())
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Says why the training ended and what it came to.
pub(super) fn print_outcome(
    out: &mut impl Write,
    settings: &Settings,
    outcome: &Outcome,
    waltz: Option<Waltz>,
    tokens_per_note: Option<f64>,
) -> anyhow::Result<()> {
    let n_epochs = outcome.progress.records.len();
    let why = match (outcome.reason, settings.stop_at_loss, settings.patience) {
        (StopReason::ReachedLoss, Some(loss), _) => format!("the windowed training loss is down to {loss}"),
        (StopReason::Patience, _, Some(patience)) => {
            format!("no lower validation loss in {}", counted(patience as usize, "epoch"))
        }
        _ => "all epochs are done".to_owned(),
    };
    let n_epochs = counted(n_epochs, "epoch");
    writeln!(out, "\nended after {n_epochs}: {why}; kept the weights of epoch {}", outcome.kept_epoch)?;
    let kept = outcome.progress.records.iter().find(|record| record.epoch == outcome.kept_epoch);
    let valid_loss = kept.and_then(|record| record.valid_loss);
    if let (Some(valid_loss), Some(tokens)) = (valid_loss, tokens_per_note) {
        writeln!(out, "a held-out note costs {:.4} nats: {tokens:.4} tokens of {valid_loss:.4}", tokens * valid_loss)?;
    }
    if let (Some(waltz), Some(valid_loss)) = (waltz, valid_loss) {
        let nats = valid_loss * waltz.tokens;
        writeln!(
            out,
            "a held-out waltz costs {nats:.2} nats ({:.1} tokens of {valid_loss:.4}); chance itself costs {:.2}, {:.1} % less",
            waltz.tokens,
            waltz.nats,
            100.0 * (1.0 - waltz.nats / nats)
        )?;
    }
    Ok(())
}

/// So many of a thing, such as "1 song" or "40 songs".
fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma after each three digits, counted from the right.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_said_in_the_plural() {
        assert_eq!([0, 1, 1024].map(|number| counted(number, "song")), ["0 songs", "1 song", "1,024 songs"]);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
