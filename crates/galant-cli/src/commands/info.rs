//! `galant info`: what a model file holds.

use std::io::Write;
use std::process::ExitCode;

use galant_checkpoint::{ModelFile, PlaybackSettings};

use crate::args::InfoArgs;
use crate::model::Model;

/// How many songs and epochs are listed before the rest is counted.
const MAX_LISTED: usize = 40;

pub(crate) fn run(args: &InfoArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Model { file, .. } = Model::read(&args.model)?;
    let (spec, tokens) = (file.weights.spec(), &file.tokens);
    let top = tokens.top.map_or(String::new(), |top| format!(", the {top} highest notes"));
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
    let grid = tokens.grid.map_or(String::new(), |steps| format!(", on a grid of {steps} steps a quarter note"));
    writeln!(out, "tokens       {}{grid}, read by {} rules{top}", tokens.kind, tokens.reading)?;
    if let Some(PlaybackSettings { us_per_quarter, beats, beat_log2, program, .. }) = tokens.playback {
        let tempo = 60e6 / f64::from(us_per_quarter);
        let beat = 1_u32 << beat_log2.min(8);
        writeln!(
            out,
            "played      mostly at {tempo:.1} quarter notes a minute, in {beats}/{beat}, by program {program}"
        )?;
    }
    writeln!(out, "vocabulary  {} tokens", spec.vocab_size)?;
    writeln!(out, "window      {} tokens", file.window)?;
    print_corpus(&file, out)?;
    print_training(&file, out)?;
    Ok(ExitCode::SUCCESS)
}

fn print_corpus(file: &ModelFile, out: &mut impl Write) -> anyhow::Result<()> {
    let n_tokens: u64 = file.corpus.iter().map(|entry| entry.n_tokens).sum();
    writeln!(out, "corpus      {} songs, {n_tokens} tokens", file.corpus.len())?;
    for entry in file.corpus.iter().take(MAX_LISTED) {
        writeln!(out, "  {:>8} tokens  sha256 {}…  {}", entry.n_tokens, &entry.sha256[..12], entry.name)?;
    }
    if file.corpus.len() > MAX_LISTED {
        writeln!(out, "  and {} more", file.corpus.len() - MAX_LISTED)?;
    }
    Ok(())
}

fn print_training(file: &ModelFile, out: &mut impl Write) -> anyhow::Result<()> {
    let training = &file.training;
    let settings: Vec<String> = training.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    writeln!(out, "settings    {}", settings.join(", "))?;
    writeln!(out, "training    {} epochs, weights of epoch {} kept", training.epochs.len(), training.kept_epoch)?;
    writeln!(out, "  {:>5} {:>8} {:>8} {:>8}  nats per token", "epoch", "train", "windowed", "valid")?;
    let skipped = training.epochs.len().saturating_sub(MAX_LISTED);
    if skipped > 0 {
        writeln!(out, "  … {skipped} earlier ones")?;
    }
    for losses in &training.epochs[skipped..] {
        let valid = losses.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
        let kept = if losses.epoch == training.kept_epoch { "  kept" } else { "" };
        writeln!(
            out,
            "  {:>5} {:>8.4} {:>8.4} {valid:>8}{kept}",
            losses.epoch, losses.train_loss, losses.windowed_train_loss
        )?;
    }
    Ok(())
}
