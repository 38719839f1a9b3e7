//! `galant info`: what a model file holds.

use std::io::Write;
use std::process::ExitCode;

use galant_checkpoint::ModelFile;
use galant_evaluate::tokens_in_words;
use galant_pipeline::Settings;
use galant_types::Playback;

use crate::args::InfoArgs;
use crate::model;

/// How many songs and epochs are listed before the rest is counted.
const MAX_LISTED: usize = 40;

pub(crate) fn run(args: &InfoArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    let file = model.file();
    let spec = file.weights.spec();
    writeln!(out, "{}, written by {}", args.model.display(), file.program)?;
    writeln!(
        out,
        "network     {} × {} of {}, embedding {}, dropout {}, {} parameters",
        spec.n_layers,
        spec.hidden_size,
        spec.cell.name(),
        spec.embedding_size,
        spec.dropout,
        spec.n_parameters()
    )?;
    print_tokens(file, out)?;
    writeln!(out, "window      {} tokens", file.settings.window)?;
    print_corpus(file, out)?;
    print_training(file, out)?;
    Ok(ExitCode::SUCCESS)
}

fn print_tokens(file: &ModelFile, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "tokens      {}", tokens_in_words(file))?;
    if file.tokenizer.grid().is_some() {
        let Playback { us_per_quarter, beats, beat_log2, program, .. } = file.playback;
        let (tempo, beat) = (60e6 / f64::from(us_per_quarter), 1_u32 << beat_log2.min(8));
        writeln!(out, "playback    {tempo:.1} quarter notes a minute, {beats}/{beat}, program {program}")?;
    }
    writeln!(out, "vocabulary  {} tokens", file.vocabulary.len())?;
    Ok(())
}

fn print_corpus(file: &ModelFile, out: &mut impl Write) -> anyhow::Result<()> {
    let n_tokens: u64 = file.corpus.iter().map(|entry| entry.n_tokens).sum();
    writeln!(out, "corpus      {} songs, {n_tokens} tokens", file.corpus.len())?;
    for entry in file.corpus.iter().take(MAX_LISTED) {
        let sha256 = entry.sha256.to_string();
        writeln!(out, "  {:>8} tokens  sha256 {}…  {}", entry.n_tokens, &sha256[..12], entry.name)?;
    }
    if file.corpus.len() > MAX_LISTED {
        writeln!(out, "  and {} more", file.corpus.len() - MAX_LISTED)?;
    }
    Ok(())
}

fn print_training(file: &ModelFile, out: &mut impl Write) -> anyhow::Result<()> {
    let rows = Settings::of_model(file).rows();
    let mut rows: Vec<String> = rows.into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    rows.extend(file.engine.as_ref().map(|engine| format!("engine {engine}")));
    writeln!(out, "settings    {}", rows.join(", "))?;
    writeln!(out, "training    {} epochs, weights of epoch {} kept", file.epochs.len(), file.kept_epoch)?;
    writeln!(out, "  {:>5} {:>9} {:>10} {:>10}  nats per token", "epoch", "training", "no dropout", "validation")?;
    let skipped = file.epochs.len().saturating_sub(MAX_LISTED);
    if skipped > 0 {
        writeln!(out, "  … {skipped} earlier ones")?;
    }
    for record in &file.epochs[skipped..] {
        let validation = record.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
        let kept = if record.epoch == file.kept_epoch { "  kept" } else { "" };
        writeln!(
            out,
            "  {:>5} {:>9.4} {:>10.4} {validation:>10}{kept}",
            record.epoch, record.train_loss, record.train_loss_without_dropout
        )?;
    }
    Ok(())
}
