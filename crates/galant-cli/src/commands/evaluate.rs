//! `galant evaluate`: how well a network predicts music.

mod waltzes;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_engine::Generator;
use galant_model::{Loss, StepModel};
use galant_tokens::Token;
use serde::Serialize;

use crate::args::EvaluateArgs;
use crate::corpus::{DICE, read_piece};
use crate::files;
use crate::model::Model;
use crate::progress;

/// What one piece came to, or all together.
#[derive(Serialize)]
struct Measured {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Tokens predicted: all but the first and those that the vocabulary lacks.
    tokens: u64,
    /// Tokens that the vocabulary lacks.
    unknown: usize,
    /// Notes that these tokens strike.
    notes: u64,
    nats_per_token: Option<f64>,
    perplexity: Option<f64>,
    /// Tokens of different kinds are compared by this alone.
    nats_per_note: Option<f64>,
    /// The share of tokens that the model held for the likeliest.
    accuracy: Option<f64>,
}

#[derive(Serialize)]
struct Report {
    files: Vec<Measured>,
    total: Measured,
}

pub(crate) fn run(args: &EvaluateArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = Model::read(&args.model)?;
    let generator = Generator::new(model.file.weights.clone());
    if let [path] = args.files.as_slice()
        && path.as_os_str() == DICE
    {
        waltzes::report(&model, &generator, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (mut measured, mut total) = (Vec::new(), Sum::default());
    let paths = files::music_files(&args.files)?;
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let tokens = read_piece(&path, model.reading)?.tokens;
        let n_read = args.hold_out.map_or(0, |held_out| tokens.len() - (tokens.len() as f64 * held_out) as usize);
        let sum =
            measure(&model, &generator, &tokens, n_read).with_context(|| format!("reading {}", path.display()))?;
        total.add(&sum);
        measured.push(Measured::of(Some(path.display().to_string()), &sum));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = Report { files: measured, total: Measured::of(None, &total) };
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        print_text(&report, out)?;
    }
    if total.loss.n_tokens == 0 {
        bail!("no token could be predicted: the files have no notes, or none that the model knows");
    }
    Ok(ExitCode::SUCCESS)
}

/// What tokens cost a model.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    loss: Loss,
    n_notes: u64,
    n_right: u64,
    n_unknown: usize,
}

impl Sum {
    fn add(&mut self, other: &Sum) {
        self.loss.add(other.loss);
        self.n_notes += other.n_notes;
        self.n_right += other.n_right;
        self.n_unknown += other.n_unknown;
    }
}

/// Reads a piece from its beginning and sums the surprise of each token after the first `n_read` that the vocabulary has.
///
/// A token it lacks is read as the nearest, and costs nothing: it is counted apart.
fn measure(model: &Model, generator: &Generator, tokens: &[Token], n_read: usize) -> anyhow::Result<Sum> {
    let ids = model.ids(tokens);
    let (mut state, mut logits) = (generator.zero_state(), vec![0.0; generator.vocab_size()]);
    let mut unknown = ids.unknown.iter().copied().peekable();
    let mut sum = Sum::default();
    for (place, (&id, token)) in ids.ids.iter().zip(tokens).enumerate() {
        let is_unknown = unknown.next_if_eq(&place).is_some();
        let counts = place >= n_read;
        sum.n_unknown += usize::from(counts && is_unknown);
        if counts && place > 0 && !is_unknown {
            sum.loss.add(Loss { nats: surprise(&logits, id.index()), n_tokens: 1 });
            sum.n_notes += token.pitches().len() as u64;
            let logit = logits[id.index()];
            // Of equals the first.
            let first_better = logits[..id.index()].iter().any(|&other| other >= logit);
            sum.n_right += u64::from(!first_better && logits.iter().all(|&other| other <= logit));
        }
        generator.step(id, &mut state, &mut logits)?;
    }
    Ok(sum)
}

/// −ln softmax(logits)\[token\]
pub(super) fn surprise(logits: &[f32], token: usize) -> f64 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - max).exp()).sum();
    sum.ln() - f64::from(logits[token] - max)
}

impl Measured {
    fn of(file: Option<String>, sum: &Sum) -> Measured {
        let Sum { loss, n_notes, n_right, n_unknown } = *sum;
        let nats_per_token = (loss.n_tokens > 0).then(|| loss.nats_per_token());
        Measured {
            file,
            tokens: loss.n_tokens,
            unknown: n_unknown,
            notes: n_notes,
            nats_per_token,
            perplexity: nats_per_token.map(f64::exp),
            nats_per_note: (n_notes > 0).then(|| loss.nats / n_notes as f64),
            accuracy: (loss.n_tokens > 0).then(|| n_right as f64 / loss.n_tokens as f64),
        }
    }
}

fn print_text(report: &Report, out: &mut impl Write) -> anyhow::Result<()> {
    let number = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    writeln!(
        out,
        "{:>9} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  file",
        "nats/token", "perplexity", "nats/note", "accuracy", "tokens", "notes", "unknown"
    )?;
    for measured in report.files.iter().chain([&report.total]) {
        writeln!(
            out,
            "{:>9} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  {}",
            number(measured.nats_per_token, 4),
            number(measured.perplexity, 2),
            number(measured.nats_per_note, 4),
            number(measured.accuracy.map(|share| 100.0 * share), 1)
                + if measured.accuracy.is_some() { " %" } else { "" },
            measured.tokens,
            measured.notes,
            measured.unknown,
            measured.file.as_deref().unwrap_or("total")
        )?;
    }
    Ok(())
}
