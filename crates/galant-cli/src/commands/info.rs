//! `galant info`: what a model file holds, or what a piece of music is.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::ensure;
use galant_checkpoint::ModelFile;
use galant_corpus::{PieceFacts, Strictness};
use galant_evaluate::model_summary;
use galant_pipeline::Settings;
use serde_json::{Map, Value, json};

use crate::args::InfoArgs;
use crate::inputs::Inputs;
use crate::{books, files, model, music};

pub(crate) fn run(args: &InfoArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let path = &args.file;
    ensure!(!path.is_dir(), "{} is a folder; `galant corpus` says what it holds", path.display());
    if files::is_music(path) {
        return describe_music(args, strictness, out);
    }
    let model = model::read(path)?;
    let file = model.file();
    if args.json {
        writeln!(out, "{}", model_json(path, file))?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{}, written by {}", path.display(), file.program)?;
    write!(out, "{}", model_summary(file, &Settings::of_model(file).rows()))?;
    Ok(ExitCode::SUCCESS)
}

/// Each piece of a file of music.
fn describe_music(args: &InfoArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut inputs = Inputs::default();
    books::each_piece(&args.file, music::standard(strictness), &mut |found| {
        let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
        let facts = PieceFacts::of(&piece.score);
        if args.json {
            writeln!(out, "{}", facts.to_json())?;
        } else {
            music::warn(&args.file, &piece);
            writeln!(out, "{}\n{facts}", found.label)?;
        }
        Ok(())
    })?;
    inputs.finish()
}

fn model_json(path: &Path, file: &ModelFile) -> Value {
    let spec = file.weights.spec();
    let settings: Map<String, Value> = Settings::of_model(file)
        .rows()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let corpus = file
        .corpus
        .iter()
        .map(|entry| json!({ "name": entry.name, "tokens": entry.n_tokens, "sha256": entry.sha256.to_string() }));
    let epochs = file.epochs.iter().map(|record| {
        json!({
            "epoch": record.epoch,
            "train_loss": record.train_loss,
            "train_loss_without_dropout": record.train_loss_without_dropout,
            "valid_loss": record.valid_loss,
        })
    });
    json!({
        "file": path.to_string_lossy(),
        "program": file.program,
        "cell": spec.cell.name(),
        "layers": spec.n_layers,
        "hidden_size": spec.hidden_size,
        "parameters": spec.n_parameters(),
        "tokenizer": file.tokenizer.name(),
        "vocabulary": file.vocabulary.len(),
        "streams": file.streams.streams().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "styles": file.streams.values().styles,
        "corpus": corpus.collect::<Vec<_>>(),
        "settings": settings,
        "epochs": epochs.collect::<Vec<_>>(),
        "kept_epoch": file.kept_epoch,
        "unfinished_after_steps": file.unfinished_after,
    })
}
