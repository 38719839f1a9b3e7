//! `galant evaluate`: how well a network predicts music.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, ensure};
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::dice::{self, DiceCorpus, DiceError};
use galant_evaluate::{Likelihood, LikelihoodTable, PieceReading};
use galant_pipeline::{LoadedModel, Seeds};

use crate::args::EvaluateArgs;
use crate::books::{self, BookTally};
use crate::corpus::{DICE, is_dice};
use crate::inputs::Inputs;
use crate::{model, music, printable, progress};

/// The share of unknown tokens over which there is a warning.
const MAX_UNKNOWN: f64 = 0.01;

pub(crate) fn run(args: &EvaluateArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    if args.files.iter().any(|path| path.as_os_str() == DICE) {
        ensure!(is_dice(&args.files), "{DICE} is evaluated alone; evaluate files in a second command");
        ensure!(args.given.is_empty(), "--given only applies to files; the waltzes of {DICE} have no parts");
        ensure!(args.hold_out.is_none(), "--hold-out only applies to files; the waltzes of {DICE} are new");
        return evaluate_dice(&model, args.json, out);
    }
    let options = ReadOptions { rules: model.file().read_rules, strictness };
    let given = if args.given.is_empty() { Vec::new() } else { model.parts_called(&args.given)? };
    let mut table = LikelihoodTable::default();
    let mut inputs = Inputs::default();
    let paths = inputs.files(&args.files);
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let mut tally = BookTally::default();
        books::each_piece(&path, options, &mut |found| {
            tally.add(&found);
            let is_of_many = found.is_of_many();
            let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
            if !is_of_many {
                music::warn(&path, &piece);
            }
            music::warn_of_percussion(Path::new(&found.label), &piece);
            let style = model.style_of(&path);
            let reading = PieceReading::with_given(model.file(), &piece.score, style, &given);
            if let Some(error) = reading.refused() {
                return Err(anyhow::Error::new(error.clone()).context(format!("reading {}", found.label)));
            }
            let likelihood = reading.likelihood(model.generator(), args.hold_out);
            table.add(&found.label, likelihood.with_context(|| format!("reading {}", found.label))?);
            Ok(())
        })?;
        tally.report(&path);
        bar.inc(1);
    }
    drop(bar);
    let code = inputs.finish()?;
    if args.json {
        writeln!(out, "{}", table.to_json())?;
    } else {
        write!(out, "{table}")?;
    }
    warn_unknown(table.total());
    let n_predicted = table.total().loss.n_tokens;
    ensure!(
        n_predicted > 0,
        "no token could be predicted: the files have no notes with a pitch, or none that the model knows"
    );
    Ok(code)
}

/// Warns where unknown tokens matter: what they cost is no prediction of the network.
fn warn_unknown(total: &Likelihood) {
    let share = total.unknown_share().unwrap_or(0.0);
    if share > MAX_UNKNOWN {
        let known = total.nats_per_note().map_or("-".to_owned(), |nats| format!("{nats:.4}"));
        printable::warn(&format!(
            "{:.1} % of the tokens are not in the vocabulary; nats/note and nats/quarter charge each for being spelled out at \
             random, and without them nats/note is {known}",
            100.0 * share
        ));
    }
}

/// How well a network knows the waltzes of the dice game.
fn evaluate_dice(model: &LoadedModel, json: bool, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let spinner = progress::spinner("reading and composing waltzes");
    let corpus = DiceCorpus::of(model.file(), Seeds::of(model.file().settings.seed).corpus);
    let evaluation = dice::evaluate(model.generator(), model.file(), &corpus).map_err(|error| match error {
        DiceError::Unknown { .. } => anyhow!("{error}: `galant train --corpus {DICE}`"),
        _ => error.into(),
    })?;
    drop(spinner);
    if json {
        writeln!(out, "{}", evaluation.to_json())?;
    } else {
        write!(out, "{evaluation}")?;
    }
    Ok(ExitCode::SUCCESS)
}
