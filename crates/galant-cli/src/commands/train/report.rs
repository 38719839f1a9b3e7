//! What a training prints while it runs.

use std::io::Write;

use galant_evaluate::EpochTime;
use galant_evaluate::dice::WaltzEntropy;
use galant_model::Optimizer;
use galant_pipeline::{Baseline, Training};
use galant_train::{Outcome, StopReason};
use galant_types::EpochRecord;
use indicatif::{ProgressBar, ProgressStyle};

use crate::engine::EngineChoice;
use crate::numbers::{counted, thousands};
use crate::progress;

/// Prints what will be trained on what.
pub(super) fn print_plan(
    out: &mut impl Write,
    training: &Training,
    baseline: &Baseline,
    engine: &EngineChoice,
) -> anyhow::Result<()> {
    let (windows, spec, settings) = (training.windows(), training.spec(), training.settings());
    let (n_training, n_validation) = (windows.n_training_tokens(), windows.n_validation_tokens());
    writeln!(
        out,
        "corpus   {}, {} tokens, {} different; {} for training in {} windows of {}, {} for validation",
        counted(windows.songs().len(), "song"),
        thousands(n_training + n_validation),
        thousands(spec.vocab_size()),
        thousands(n_training),
        thousands(windows.n_windows()),
        settings.training.window,
        thousands(n_validation)
    )?;
    writeln!(out, "held out {}", training.held_out_text())?;
    let too_short: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
    if let Some(first) = too_short.first() {
        let songs =
            if too_short.len() == 1 { "1 song is".to_owned() } else { format!("{} songs are", too_short.len()) };
        writeln!(out, "note: {songs} no longer than a window and not trained on, such as {first}")?;
    }
    let counting = baseline.counting.map(|nats| format!("; {}-grams {nats:.4} in validation", Baseline::ORDER));
    let counting = counting.unwrap_or_default();
    writeln!(out, "baseline unigram entropy {:.4} nats per token{counting}", baseline.unigram_entropy)?;
    let place = engine.place().map_or(String::new(), |place| format!("{place}, "));
    let optimizer = if matches!(settings.training.optimizer, Optimizer::Adam(_)) { "Adam" } else { "RMSprop" };
    let layers = if spec.n_layers == 1 { "layer" } else { "layers" };
    writeln!(
        out,
        "network  {} {layers} of {} {} units, {} parameters; {optimizer} at {}, {}\n",
        spec.n_layers,
        spec.hidden_size,
        network_name(spec.cell.name()),
        thousands(spec.n_parameters()),
        settings.training.optimizer.learning_rate(),
        place + &counted(engine.threads(), "thread")
    )?;
    writeln!(
        out,
        "{:>5} {:>9} {:>10} {:>10} {:>9} {:>8}",
        "epoch", "training", "no dropout", "validation", "tokens/s", "seconds"
    )?;
    Ok(())
}

fn network_name(cell: &str) -> &str {
    if cell == "lstm" { "LSTM" } else { "vanilla RNN" }
}

/// The line for each epoch and, on a terminal, the bar below them.
pub(super) struct Report<'a, W: Write> {
    out: &'a mut W,
    bar: ProgressBar,
    epochs: Option<u64>,
    said_overfitting: bool,
}

impl<'a, W: Write> Report<'a, W> {
    pub(super) fn new(out: &'a mut W, epochs: Option<u64>) -> Report<'a, W> {
        let template = match epochs {
            Some(_) => "{bar:24} {percent:>3}%  {msg}, {eta} left",
            None => "{spinner} {elapsed}  {msg}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        // Drawn on a terminal only, and nowhere if the output goes elsewhere.
        let bar = progress::hidden_if_silent(ProgressBar::no_length().with_style(style));
        Report { out, bar, epochs, said_overfitting: false }
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

    pub(super) fn epoch(
        &mut self,
        record: &EpochRecord,
        time: EpochTime,
        overfitting_since: Option<u64>,
    ) -> anyhow::Result<()> {
        let validation = record.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
        let line = format!(
            "{:>5} {:>9.4} {:>10.4} {validation:>10} {:>9} {:>8.1}",
            record.epoch,
            record.train_loss,
            record.train_loss_without_dropout,
            thousands(time.tokens_per_second as usize),
            time.seconds
        );
        let overfitting = overfitting_since.filter(|_| !self.said_overfitting);
        self.said_overfitting |= overfitting.is_some();
        let out = &mut self.out;
        self.bar.suspend(|| {
            writeln!(out, "{line}")?;
            if let Some(epoch) = overfitting {
                writeln!(out, "overfitting since epoch {epoch}: the validation loss no longer falls")?;
            }
            out.flush()
        })?;
        Ok(())
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Prints why the training ended and what it came to.
pub(super) fn print_outcome(
    out: &mut impl Write,
    training: &Training,
    outcome: &Outcome,
    baseline: &Baseline,
    waltz: Option<WaltzEntropy>,
) -> anyhow::Result<()> {
    let settings = &training.settings().training;
    let reason = match (outcome.reason, settings.stop_at_loss, settings.patience) {
        (StopReason::ReachedLoss, Some(loss), _) => format!("the training loss without dropout is down to {loss}"),
        (StopReason::Patience, _, Some(patience)) => {
            format!("no lower validation loss in {}", counted(patience as usize, "epoch"))
        }
        _ => "all epochs are done".to_owned(),
    };
    let n_epochs = counted(outcome.progress.records.len(), "epoch");
    writeln!(out, "\nended after {n_epochs}: {reason}; kept the weights of epoch {}", outcome.kept_epoch)?;
    let kept = outcome.progress.records.iter().find(|record| record.epoch == outcome.kept_epoch);
    let Some(valid_loss) = kept.and_then(|record| record.valid_loss) else { return Ok(()) };
    if let Some(tokens) = training.tokens_per_note() {
        let nats = tokens * valid_loss;
        writeln!(out, "validation: {nats:.4} nats per note ({valid_loss:.4} per token, {tokens:.4} tokens per note)")?;
    }
    if let Some(counting) = baseline.counting {
        let (share, order) = (100.0 * (1.0 - valid_loss / counting), Baseline::ORDER);
        let than = if share < 0.0 { "more" } else { "less" };
        writeln!(out, "            {:.1} % {than} than {order}-grams ({counting:.4} per token)", share.abs())?;
    }
    if let Some(waltz) = waltz {
        let nats = valid_loss * waltz.tokens;
        writeln!(
            out,
            "            {nats:.2} nats per waltz of {:.1} tokens; chance costs {:.2}, {:.1} % less",
            waltz.tokens,
            waltz.nats,
            100.0 * (1.0 - waltz.nats / nats)
        )?;
    }
    Ok(())
}
