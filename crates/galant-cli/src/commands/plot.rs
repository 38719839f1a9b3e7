//! `galant plot`: pictures of music and of what networks make of it.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::{EmbeddingPlane, LayerStates, NextToken, PieceReading};
use galant_pipeline::LoadedModel;
use galant_plot::{
    EmbeddingPoint, GradientCurve, NextAt, Picture, embedding_map, gradient_norms, loss_comparison, loss_curves,
    next_tokens, piano_roll, prediction_curves, text_roll,
};
use galant_train::overfitting_since;
use galant_types::{Score, TokenId};
use serde::Deserialize;

use crate::args::{
    EmbeddingArgs, EntropyArgs, LossArgs, NextArgs, PlotArgs, PlotCommand, RollArgs, StatesArgs, SurpriseArgs,
};
use crate::color::HEADING;
use crate::inputs::Inputs;
use crate::picture::PictureFormat;
use crate::{curve, files, model, music, printable, progress, table};

pub(crate) fn run(args: &PlotArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        PlotCommand::Roll(RollArgs { file, out: Some(path) }) => write(path, out, || {
            let piece = music::read(file, music::standard(strictness))?;
            Ok(piano_roll(&piece.score, &piece.name))
        }),
        PlotCommand::Roll(RollArgs { file, out: None }) => {
            out.write_all(text_roll(&music::read(file, music::standard(strictness))?.score).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        PlotCommand::Loss(args) => write(&args.out, out, || losses(args)),
        PlotCommand::Next(args) => next(args, strictness, out),
        PlotCommand::Entropy(args) => write(&args.out, out, || entropy(args, strictness)),
        PlotCommand::Embedding(args) => write(&args.out, out, || embedding(args)),
        PlotCommand::Surprise(args) => write(&args.out, out, || surprise(args, strictness)),
        PlotCommand::States(args) => write(&args.out, out, || states(args, strictness)),
        PlotCommand::Gradients(args) => {
            let mut code = ExitCode::SUCCESS;
            write(&args.out, out, || {
                let picture;
                (picture, code) = gradients(&args.files)?;
                Ok(picture)
            })?;
            Ok(code)
        }
    }
}

/// The losses of a training, or of several, which are called like their folders.
fn losses(args: &LossArgs) -> anyhow::Result<Picture> {
    if let [file] = args.files.as_slice() {
        let epochs = curve::read_losses(file)?;
        return Ok(loss_curves(&epochs, overfitting_since(&epochs, None), &format!("Losses of {}", file.display())));
    }
    let name = |path: &Path| match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => folder.display().to_string(),
        None => path.display().to_string(),
    };
    let trainings: anyhow::Result<Vec<_>> =
        args.files.iter().map(|path| Ok((name(path), curve::read_losses(path)?))).collect();
    Ok(loss_comparison(&trainings?, &format!("Losses of {} trainings", args.files.len())))
}

/// The piano roll of a piece, colored by surprise.
fn surprise(args: &SurpriseArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let score = read_for(&model, &args.file, strictness)?;
    let reading = PieceReading::new(model.file(), &score, model.style_of(&args.file));
    warn_unknown(&reading, &args.file);
    let bar = progress::bar(reading.tokens().len() as u64, "tokens");
    let surprise = reading.surprise(model.generator(), &mut || bar.inc(1));
    let surprise = surprise.with_context(|| format!("reading {}", args.file.display()))?;
    drop(bar);
    let title = format!("Surprise of {} in {}", files::name(&args.model), files::name(&args.file));
    Ok(galant_plot::surprise(&surprise.score, &surprise.nats, &title))
}

/// The hidden state and the gates of a layer.
fn states(args: &StatesArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let layer = args.layer.map_or(model.file().weights.spec().n_layers, |layer| layer.get());
    let score = read_for(&model, &args.file, strictness)?;
    let reading = PieceReading::new(model.file(), &score, model.style_of(&args.file));
    warn_unknown(&reading, &args.file);
    let ids = &reading.encoded().ids;
    let ids = &ids[..ids.len().min(usize::from(args.tokens))];
    let states = LayerStates::record(model.generator(), ids, reading.streams(), layer);
    let states = states.with_context(|| format!("reading {}", args.file.display()))?;
    let title = format!("Layer {layer} of {} reading {}", files::name(&args.model), files::name(&args.file));
    let tokens: Vec<String> = ids.iter().map(|&id| model.token(id).to_string()).collect();
    if args.units.is_empty() {
        return Ok(states.picture(&tokens, &title));
    }
    let numbers: Vec<String> = args.units.iter().map(ToString::to_string).collect();
    Ok(states.of_units(&args.units)?.picture_in_order(&format!("units {}", numbers.join(", ")), &tokens, &title))
}

/// How many tokens are printed at each temperature.
const N_PRINTED: usize = 5;

/// What a network expects next: a picture, or the likeliest tokens as text.
fn next(args: &NextArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    let score = read_for(&model, &args.file, strictness)?;
    let reading = PieceReading::new(model.file(), &score, model.style_of(&args.file));
    warn_unknown(&reading, &args.file);
    let (ids, place) = (&reading.encoded().ids, args.at.get());
    let next = NextToken::at(model.generator(), ids, reading.streams(), place)?;
    let next = next.with_context(|| format!("{} has {} tokens; --at must be less", args.file.display(), ids.len()))?;
    let came = model.token(next.came);
    let likeliest = next.likeliest(if args.out.is_some() { args.tokens.get() } else { N_PRINTED });
    let probabilities = |temperature: f64| {
        let all = next.probabilities(temperature);
        likeliest.iter().map(|id| all[id.index()]).collect::<Vec<f64>>()
    };
    let tokens: Vec<String> = likeliest.iter().map(|&id| model.token(id).to_string()).collect();
    let at = args.temperatures.iter().map(|&temperature| (temperature, probabilities(temperature)));
    if let Some(path) = &args.out {
        let at: Vec<NextAt> = at.map(|(temperature, probabilities)| NextAt { temperature, probabilities }).collect();
        let title =
            format!("What {} expects after {place} tokens of {}", files::name(&args.model), files::name(&args.file));
        return write(path, out, || Ok(next_tokens(&tokens, &at, &title, &format!("what came: {came}"))));
    }
    writeln!(out, "after {place} tokens of {}, where {came} came", args.file.display())?;
    let heads: String =
        args.temperatures.iter().map(|temperature| format!("{:>9}", format!("T={temperature}"))).collect();
    writeln!(out, "{HEADING}{:<16}{heads}{HEADING:#}", "token")?;
    let columns: Vec<Vec<f64>> = at.map(|(_, probabilities)| probabilities).collect();
    for (number, token) in tokens.iter().enumerate() {
        let shares: String = columns.iter().map(|column| format!("{:>7.1} %", 100.0 * column[number])).collect();
        writeln!(out, "{token:<16}{shares}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// How many points a curve of predictions has: more are noise.
const N_POINTS: usize = 150;

/// How unsure a network is over a piece.
fn entropy(args: &EntropyArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let score = read_for(&model, &args.file, strictness)?;
    let reading = PieceReading::new(model.file(), &score, model.style_of(&args.file));
    warn_unknown(&reading, &args.file);
    let job = progress::bar(reading.tokens().len() as u64, "tokens");
    let predictions = reading.predictions(model.generator(), &mut || job.inc(1));
    let predictions = predictions.with_context(|| format!("reading {}", args.file.display()))?;
    drop(job);
    let title = format!("Predictions of {} in {}", files::name(&args.model), files::name(&args.file));
    let window = args.window.map_or(predictions.entropy.len().div_ceil(N_POINTS), NonZeroUsize::get);
    Ok(prediction_curves(&predictions.entropy, &predictions.surprise, window, &title))
}

/// The tokens of a model by their embeddings.
fn embedding(args: &EmbeddingArgs) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let plane = EmbeddingPlane::of(&model.file().weights);
    let points: Vec<EmbeddingPoint> = (0..)
        .zip(&plane.points)
        .map(|(id, &at)| {
            let token = model.token(TokenId(id));
            EmbeddingPoint {
                at,
                label: token.to_string(),
                pitch_class: token.pitches().first().map(|pitch| pitch % 12),
            }
        })
        .collect();
    let [first, second] = plane.shares.map(|share| 100.0 * share);
    let facts = format!(
        "{} tokens; two principal components, which have {first:.0} % and {second:.0} % of the variance",
        points.len()
    );
    Ok(embedding_map(&points, &format!("Token embedding of {}", files::name(&args.model)), &facts))
}

fn read_for(model: &LoadedModel, path: &Path, strictness: Strictness) -> anyhow::Result<Score> {
    Ok(music::read_for_tokens(path, ReadOptions { rules: model.file().read_rules, strictness })?.score)
}

fn warn_unknown(reading: &PieceReading<'_>, path: &Path) {
    let unknown = &reading.encoded().unknown;
    if let Some(&first) = unknown.first() {
        printable::warn(&format!(
            "{}: {} of {} tokens are not in the vocabulary, such as {}; each is replaced by the nearest",
            path.display(),
            unknown.len(),
            reading.tokens().len(),
            reading.tokens()[first]
        ));
    }
}

/// A row of the tables that `galant gradients` writes.
#[derive(Deserialize)]
struct GradientRow {
    steps_back: usize,
    cell: String,
    layer: u64,
    norm: f64,
}

/// The picture of the tables that `galant gradients` writes; the exit code is 1 if some are bad.
fn gradients(paths: &[PathBuf]) -> anyhow::Result<(Picture, ExitCode)> {
    let mut curves = Vec::new();
    let mut inputs = Inputs::default();
    for path in paths {
        let Some(rows) = inputs.take(table::read(path, "what `galant gradients` writes")) else { continue };
        for (line, row) in rows {
            let GradientRow { steps_back, cell, layer, norm } = row;
            let network = match cell.as_str() {
                "lstm" => "LSTM",
                "rnn" => "vanilla RNN",
                other => other,
            };
            GradientCurve::add(&mut curves, network, layer, steps_back, norm)
                .with_context(|| format!("reading {}: line {line}", path.display()))?;
        }
    }
    let code = inputs.finish()?;
    Ok((gradient_norms(&curves, "Gradients on their way back through time"), code))
}

/// Draws a picture and writes it in the form that the file's ending names.
fn write(
    path: &Path,
    out: &mut impl Write,
    draw: impl FnOnce() -> anyhow::Result<Picture>,
) -> anyhow::Result<ExitCode> {
    // Before the work, because some pictures take a while.
    let format = PictureFormat::of_name(path)?;
    files::write(path, &format.encode(&draw()?, path))?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}
