//! `galant evaluate`: how well a network predicts music.

mod waltzes;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::{Likelihood, PieceReading};
use serde::Serialize;

use crate::args::EvaluateArgs;
use crate::corpus::is_dice;
use crate::{files, model, music, progress};

/// What one piece costs, or all together.
#[derive(Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Tokens predicted: all but the first and those that the vocabulary lacks.
    tokens: u64,
    /// Tokens that the vocabulary lacks.
    unknown: u64,
    /// Notes that the predicted tokens strike.
    notes: u64,
    nats_per_token: Option<f64>,
    perplexity: Option<f64>,
    /// Comparable between tokenizers.
    nats_per_note: Option<f64>,
    /// The share of tokens that the model held for the likeliest.
    accuracy: Option<f64>,
}

#[derive(Serialize)]
struct Report {
    files: Vec<Row>,
    total: Row,
}

pub(crate) fn run(args: &EvaluateArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    if is_dice(&args.files) {
        waltzes::run(&model, args.json, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = ReadOptions { rules: model.file().read_rules, strictness };
    let (mut rows, mut total) = (Vec::new(), Likelihood::default());
    let paths = files::music_files(&args.files)?;
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let piece = music::read(&path, options)?;
        let likelihood = PieceReading::new(model.file(), &piece.score).likelihood(model.generator(), args.hold_out);
        let likelihood = likelihood.with_context(|| format!("reading {}", path.display()))?;
        total.add(&likelihood);
        rows.push(Row::of(Some(path.display().to_string()), &likelihood));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = Report { files: rows, total: Row::of(None, &total) };
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

impl Row {
    fn of(file: Option<String>, likelihood: &Likelihood) -> Row {
        Row {
            file,
            tokens: likelihood.loss.n_tokens,
            unknown: likelihood.n_unknown,
            notes: likelihood.n_notes,
            nats_per_token: likelihood.nats_per_token(),
            perplexity: likelihood.perplexity(),
            nats_per_note: likelihood.nats_per_note(),
            accuracy: likelihood.accuracy(),
        }
    }
}

fn print_text(report: &Report, out: &mut impl Write) -> anyhow::Result<()> {
    let number = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    writeln!(
        out,
        "{:>10} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  file",
        "nats/token", "perplexity", "nats/note", "accuracy", "tokens", "notes", "unknown"
    )?;
    for row in report.files.iter().chain([&report.total]) {
        let unit = if row.accuracy.is_some() { " %" } else { "" };
        writeln!(
            out,
            "{:>10} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  {}",
            number(row.nats_per_token, 4),
            number(row.perplexity, 2),
            number(row.nats_per_note, 4),
            number(row.accuracy.map(|share| 100.0 * share), 1) + unit,
            row.tokens,
            row.notes,
            row.unknown,
            row.file.as_deref().unwrap_or("total")
        )?;
    }
    Ok(())
}
