//! `galant plot`: pictures of music and of what networks make of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::{LayerStates, PieceReading};
use galant_pipeline::LoadedModel;
use galant_plot::{GradientCurve, Picture, gradient_norms, loss_curves, piano_roll, text_roll};
use galant_train::overfitting_since;
use galant_types::Score;
use serde::Deserialize;

use crate::args::{PlotArgs, PlotCommand, RollArgs, StatesArgs, SurpriseArgs};
use crate::inputs::Inputs;
use crate::numbers::counted;
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
        PlotCommand::Loss(args) => write(&args.out, out, || {
            let epochs = curve::read_losses(&args.file)?;
            Ok(loss_curves(&epochs, overfitting_since(&epochs, None), &format!("Losses of {}", args.file.display())))
        }),
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

/// The piano roll of a piece, colored by surprise.
fn surprise(args: &SurpriseArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let score = read_for(&model, &args.file, strictness)?;
    let reading = PieceReading::new(model.file(), &score, model.style_of(&args.file));
    warn_unknown(&reading, &args.file);
    let bar = progress::bar(reading.tokens().len() as u64, "tokens");
    let surprise = reading.surprise(model.generator(), &mut || bar.inc(1));
    let surprise = surprise.with_context(|| format!("reading {}", args.file.display()))?;
    bar.finish_and_clear();
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
    Ok(states.picture(&title))
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
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let as_bytes: fn(&Path, &Picture) -> Vec<u8> = match ending.as_deref() {
        Some("svg") => |_, picture| picture.svg().into_bytes(),
        Some("png") => png,
        _ => bail!("writing {}: its name must end in .svg or .png", path.display()),
    };
    files::write(path, &as_bytes(path, &draw()?))?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// The picture as PNG, with a warning of the characters that it cannot show.
fn png(path: &Path, picture: &Picture) -> Vec<u8> {
    let missing = picture.missing_in_png();
    if let Some(first) = missing.chars().next() {
        printable::warn(&format!(
            "{}: PNG pictures have a font for Latin, Greek and Cyrillic; {} of other scripts, such as '{first}', {} drawn as \
             boxes, which an .svg file shows",
            path.display(),
            counted(missing.chars().count(), "character"),
            if missing.chars().nth(1).is_none() { "is" } else { "are" }
        ));
    }
    picture.png()
}
