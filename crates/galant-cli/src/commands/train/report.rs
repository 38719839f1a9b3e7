//! What a training prints while it runs.

use std::io::Write;

use galant_evaluate::EpochTime;
use galant_evaluate::dice::WaltzEntropy;
use galant_model::{Optimizer, Progress};
use galant_pipeline::{Baseline, RARE, Speed, Training};
use galant_tokens::Tokenizer;
use galant_train::{Outcome, StopReason};
use galant_types::EpochRecord;

use crate::color::{HEADING, heading};
use crate::engine::EngineChoice;
use crate::numbers::{counted, thousands};
use crate::printable;
use crate::progress::{self, Job};

use super::events::Event;

/// Prints what will be trained on what.
pub(super) fn print_corpus(
    out: &mut impl Write,
    training: &Training,
    baseline: &Baseline,
    engine: &EngineChoice,
) -> anyhow::Result<()> {
    let (windows, spec, settings) = (training.windows(), training.spec(), training.settings());
    let (n_training, n_validation) = (windows.n_training_tokens(), windows.n_validation_tokens());
    writeln!(
        out,
        "{}{}, {} tokens, {} different; {} for training in {} windows of {}, {} for validation",
        heading("corpus", 9),
        counted(windows.songs().len(), "song"),
        thousands(n_training + n_validation),
        thousands(spec.vocab_size()),
        thousands(n_training),
        thousands(windows.n_windows()),
        settings.training.window,
        thousands(n_validation)
    )?;
    writeln!(out, "{}{}", heading("held out", 9), training.held_out_text())?;
    if training.leaks().n_pieces > 0 {
        writeln!(out, "{}{}", heading("leaks", 9), training.leaks())?;
    }
    let too_short: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
    if let Some(first) = too_short.first() {
        let songs =
            if too_short.len() == 1 { "1 song is".to_owned() } else { format!("{} songs are", too_short.len()) };
        writeln!(out, "note: {songs} no longer than a window and not trained on, such as {first}")?;
    }
    let counting = baseline.unigram.zip(baseline.counting).zip(baseline.ppm).map(|((unigram, counting), ppm)| {
        format!("; in validation unigrams pay {unigram:.4}, {}-grams {counting:.4}, PPM {ppm:.4}", Baseline::ORDER)
    });
    let counting = counting.unwrap_or_default();
    let head = heading("baseline", 9);
    writeln!(out, "{head}unigram entropy {:.4} nats per token{counting}", baseline.unigram_entropy)?;
    let (threads, batch_size) = (engine.threads(), settings.training.batch_size);
    let threads = match engine.useful_threads(batch_size) {
        useful if useful < threads => {
            format!("{useful} of {}: a batch has {}", counted(threads, "thread"), counted(batch_size, "window"))
        }
        _ => counted(threads, "thread"),
    };
    let place = engine.place().map_or(String::new(), |place| format!("{place}, "));
    let optimizer = if matches!(settings.training.optimizer, Optimizer::Adam(_)) { "Adam" } else { "RMSprop" };
    let layers = if spec.n_layers == 1 { "layer" } else { "layers" };
    writeln!(
        out,
        "{}{} {layers} of {} {} units, {} parameters; {optimizer} at {}, {}",
        heading("network", 9),
        spec.n_layers,
        spec.hidden_size,
        network_name(spec.cell.name()),
        thousands(spec.n_parameters()),
        settings.training.optimizer.learning_rate(),
        place + &threads
    )?;
    Ok(())
}

/// Prints how long the training is, and the head of its table.
pub(super) fn print_plan(
    out: &mut impl Write,
    training: &Training,
    progress: &Progress,
    speed: Speed,
    is_in_minutes: bool,
) -> anyhow::Result<()> {
    let settings = &training.settings().training;
    if let Some((steps, seconds)) = training.planned_steps().zip(training.seconds(speed)) {
        let about = if settings.steps.is_some() { "" } else { "about " };
        let passes = steps as f64 / training.steps_per_pass() as f64;
        let epochs = match (settings.epoch_steps, settings.epochs) {
            (Some(epoch_steps), _) => format!("measured every {epoch_steps}"),
            (None, epochs) => format!("in {}", counted(epochs.unwrap_or(1) as usize, "epoch")),
        };
        let schedule = settings.schedule.name();
        writeln!(
            out,
            "{}{about}{} at a {schedule} rate, {epochs}; {passes:.1} times through the corpus",
            heading("plan", 9),
            counted(steps as usize, "step")
        )?;
        let share_left = 1.0 - progress.n_steps as f64 / steps.max(1) as f64;
        let again = if is_in_minutes { format!("; --steps {steps} gives the same model") } else { String::new() };
        writeln!(out, "{}about {}{again}", heading("time", 9), duration(share_left.max(0.0) * seconds))?;
    }
    writeln!(
        out,
        "\n{HEADING}{:>5} {:>7} {:>9} {:>10} {:>10} {:>9} {:>8}{HEADING:#}",
        "epoch", "steps", "training", "no dropout", "validation", "tokens/s", "seconds"
    )?;
    Ok(())
}

/// Warns of a vocabulary that takes most of the network, or that the corpus cannot teach.
pub(super) fn warn_of_vocabulary(training: &Training) {
    let share = training.vocabulary_share();
    if !share.is_huge() {
        return;
    }
    let remedy = match training.settings().tokenizer {
        Tokenizer::Chords(_) => {
            "--tokenizer notes makes a few hundred tokens of the same music, --top 1 fewer than these"
        }
        Tokenizer::Rhythm(_) => {
            "--tokenizer notes makes a few hundred tokens of the same music, a coarser --grid or --top 1 fewer than these"
        }
        Tokenizer::Notes(_) | Tokenizer::Voices(_) => "a coarser --grid makes fewer",
    };
    printable::warn(&format!(
        "the vocabulary has {} tokens: its output layer is {:.0} % of the network's parameters, and {:.0} % of the tokens \
         are heard fewer than {RARE} times in a pass through the corpus; {remedy}",
        thousands(share.n_tokens),
        100.0 * share.output,
        100.0 * share.rare
    ));
}

/// A time as one says it.
fn duration(seconds: f64) -> String {
    match seconds.round() {
        seconds if seconds < 100.0 => counted(seconds as usize, "second"),
        seconds if seconds < 6000.0 => format!("{:.0} minutes", seconds / 60.0),
        seconds => format!("{:.1} hours", seconds / 3600.0),
    }
}

fn network_name(cell: &str) -> &str {
    if cell == "lstm" { "LSTM" } else { "vanilla RNN" }
}

/// How a training is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As a table.
    Text,
    /// As [events](Event).
    Json,
}

/// What is printed for each epoch, and the progress in between.
pub(super) struct Report<'a, W: Write> {
    out: &'a mut W,
    job: Job,
    style: Style,
    said_overfitting: bool,
}

impl<'a, W: Write> Report<'a, W> {
    /// Of a training of `n_steps`, if that is known.
    pub(super) fn new(out: &'a mut W, n_steps: Option<u64>, style: Style) -> Report<'a, W> {
        Report { out, job: progress::training(n_steps), style, said_overfitting: false }
    }

    pub(super) fn step(&mut self, progress: &Progress, tokens_per_second: f64) {
        self.job.set_position(progress.n_steps);
        let (loss, speed) = (progress.epoch_loss.nats_per_token(), thousands(tokens_per_second as usize));
        self.job.set_message(format!(", loss {loss:.3}, {speed} tokens/s"));
    }

    pub(super) fn epoch(
        &mut self,
        record: &EpochRecord,
        n_steps: u64,
        time: EpochTime,
        overfitting_since: Option<u64>,
    ) -> anyhow::Result<()> {
        let overfitting = overfitting_since.filter(|_| !self.said_overfitting);
        self.said_overfitting |= overfitting.is_some();
        let (out, style) = (&mut self.out, self.style);
        self.job.suspend(|| match style {
            Style::Text => print_epoch(out, record, n_steps, time, overfitting),
            Style::Json => {
                Event::epoch(record, n_steps, time).print(out)?;
                overfitting.map_or(Ok(()), |since_epoch| Event::Overfitting { since_epoch }.print(out))
            }
        })
    }

    /// Takes the progress off the terminal.
    pub(super) fn clear(&self) {
        self.job.clear();
    }
}

fn print_epoch(
    out: &mut impl Write,
    record: &EpochRecord,
    n_steps: u64,
    time: EpochTime,
    overfitting_since: Option<u64>,
) -> anyhow::Result<()> {
    let validation = record.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
    writeln!(
        out,
        "{:>5} {:>7} {:>9.4} {:>10.4} {validation:>10} {:>9} {:>8.1}",
        record.epoch,
        thousands(n_steps as usize),
        record.train_loss,
        record.train_loss_without_dropout,
        thousands(time.tokens_per_second as usize),
        time.seconds
    )?;
    if let Some(epoch) = overfitting_since {
        writeln!(out, "overfitting since epoch {epoch}: the validation loss no longer falls")?;
    }
    Ok(out.flush()?)
}

/// Prints how far a training came that was broken off.
pub(super) fn print_interruption(out: &mut impl Write, outcome: &Outcome) -> anyhow::Result<()> {
    let n_steps = counted(outcome.progress.n_steps as usize, "step");
    match outcome.kept_epoch {
        0 => writeln!(out, "\nstopped after {n_steps}, before the first measurement; there is no model yet")?,
        epoch => writeln!(out, "\nstopped after {n_steps}; the model has the weights of epoch {epoch}")?,
    }
    Ok(())
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
        (StopReason::Steps, ..) => "all steps are done".to_owned(),
        _ => "all epochs are done".to_owned(),
    };
    let n_epochs = counted(outcome.progress.records.len(), "epoch");
    let n_steps = counted(outcome.progress.n_steps as usize, "step");
    writeln!(out, "\nended after {n_steps} in {n_epochs}: {reason}; kept the weights of epoch {}", outcome.kept_epoch)?;
    let kept = outcome.progress.records.iter().find(|record| record.epoch == outcome.kept_epoch);
    let Some(valid_loss) = kept.and_then(|record| record.valid_loss) else { return Ok(()) };
    if let Some(tokens) = training.tokens_per_note() {
        let nats = tokens * valid_loss;
        writeln!(out, "validation: {nats:.4} nats per note ({valid_loss:.4} per token, {tokens:.4} tokens per note)")?;
    }
    let than = |loss: f64| {
        let share = 100.0 * (1.0 - valid_loss / loss);
        format!("{:.1} % {} than", share.abs(), if share < 0.0 { "more" } else { "less" })
    };
    if let Some((counting, ppm)) = baseline.counting.zip(baseline.ppm) {
        let (order, of_counting, of_ppm) = (Baseline::ORDER, than(counting), than(ppm));
        writeln!(out, "            {of_counting} {order}-grams ({counting:.4} per token), {of_ppm} PPM ({ppm:.4})")?;
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
