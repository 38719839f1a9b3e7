//! `galant evaluate`: how well a network predicts music.

mod waltzes;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_engine::Generator;
use galant_model::{Loss, StepModel};
use serde::Serialize;

use crate::args::EvaluateArgs;
use crate::corpus::{DICE, read_piece};
use crate::files;
use crate::model::{Model, Tokens};
use crate::progress;

/// What one piece came to, or all together.
#[derive(Serialize)]
struct Measured {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Words predicted: all but the first and those that the vocabulary lacks.
    words: u64,
    /// Words that the vocabulary lacks.
    unknown: usize,
    nats_per_word: Option<f64>,
    perplexity: Option<f64>,
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
    let (mut measured, mut total, mut n_unknown) = (Vec::new(), Loss::default(), 0);
    let paths = files::music_files(&args.files)?;
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let tokens = model.tokens(&read_piece(&path, model.reading)?.words);
        let loss = measure(&generator, &tokens).with_context(|| format!("reading {}", path.display()))?;
        total.add(loss);
        n_unknown += tokens.unknown.len();
        measured.push(Measured::of(Some(path.display().to_string()), loss, tokens.unknown.len()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = Report { files: measured, total: Measured::of(None, total, n_unknown) };
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        print_text(&report, out)?;
    }
    if total.n_words == 0 {
        bail!("no word could be predicted: the files have no notes, or none that the model knows");
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a piece from its beginning and sums the surprise of each word that the vocabulary has.
///
/// A word it lacks is read as the nearest, and costs nothing: it is counted apart.
fn measure(generator: &Generator, tokens: &Tokens) -> anyhow::Result<Loss> {
    let (mut state, mut logits) = (generator.zero_state(), vec![0.0; generator.vocab_size()]);
    let mut unknown = tokens.unknown.iter().copied().peekable();
    let mut loss = Loss::default();
    for (place, &token) in tokens.tokens.iter().enumerate() {
        let is_unknown = unknown.next_if_eq(&place).is_some();
        if place > 0 && !is_unknown {
            loss.add(Loss { nats: surprise(&logits, token.index()), n_words: 1 });
        }
        generator.step(token, &mut state, &mut logits)?;
    }
    Ok(loss)
}

/// −ln softmax(logits)\[word\]
pub(super) fn surprise(logits: &[f32], word: usize) -> f64 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - max).exp()).sum();
    sum.ln() - f64::from(logits[word] - max)
}

impl Measured {
    fn of(file: Option<String>, loss: Loss, unknown: usize) -> Measured {
        let nats_per_word = (loss.n_words > 0).then(|| loss.nats_per_word());
        Measured { file, words: loss.n_words, unknown, nats_per_word, perplexity: nats_per_word.map(f64::exp) }
    }
}

fn print_text(report: &Report, out: &mut impl Write) -> anyhow::Result<()> {
    let number = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    writeln!(out, "{:>9} {:>10} {:>7} {:>7}  file", "nats/word", "perplexity", "words", "unknown")?;
    for measured in report.files.iter().chain([&report.total]) {
        writeln!(
            out,
            "{:>9} {:>10} {:>7} {:>7}  {}",
            number(measured.nats_per_word, 4),
            number(measured.perplexity, 2),
            measured.words,
            measured.unknown,
            measured.file.as_deref().unwrap_or("total")
        )?;
    }
    Ok(())
}
