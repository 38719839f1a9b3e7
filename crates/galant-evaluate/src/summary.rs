//! What a model file holds, as text.

use std::fmt::{self, Write};

use galant_checkpoint::{ModelFile, VoicePart};
use galant_midi::ReadRules;
use galant_types::{Meter, Playback};

/// How many songs and epochs are listed before the rest is counted.
const MAX_LISTED: usize = 40;

/// What a model file holds, as lines of text; `settings` are the names and values that it was trained with.
pub fn model_summary(file: &ModelFile, settings: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    let lines = write_network(file, &mut text)
        .and_then(|()| write_corpus(file, &mut text))
        .and_then(|()| write_training(file, settings, &mut text));
    lines.expect("a string can be written to");
    text
}

/// What the tokens of a model are, in words: "rhythm on a grid of 12 steps per quarter note, read by standard rules".
pub(crate) fn tokens_in_words(file: &ModelFile) -> String {
    let grid = file.tokenizer.grid().map(|grid| grid.steps_per_quarter());
    format!(
        "{}{}, read by {} rules{}",
        file.tokenizer.name(),
        grid.map_or(String::new(), |steps| format!(" on a grid of {steps} steps per quarter note")),
        if file.read_rules == ReadRules::Lecture { "the lecture's" } else { "standard" },
        file.tokenizer.top().map_or(String::new(), |top| format!(", the {top} highest notes of each onset"))
    )
}

fn write_network(file: &ModelFile, text: &mut String) -> fmt::Result {
    let spec = file.weights.spec();
    writeln!(
        text,
        "network     {} × {} of {}, embedding {}, dropout {}, {} parameters",
        spec.n_layers,
        spec.hidden_size,
        spec.cell.name(),
        spec.embedding_size(),
        spec.dropout,
        spec.n_parameters()
    )?;
    writeln!(text, "tokens      {}", tokens_in_words(file))?;
    if file.tokenizer.grid().is_some() {
        let Playback { us_per_quarter, beats, beat_log2, program, .. } = file.playback;
        let (tempo, beat) = (60e6 / f64::from(us_per_quarter), 1_u32 << beat_log2.min(8));
        writeln!(text, "playback    {tempo:.1} quarter notes a minute, {beats}/{beat}, program {program}")?;
    }
    write_parts(file, text)?;
    writeln!(text, "vocabulary  {} tokens", file.vocabulary.len())?;
    write_streams(file, text)?;
    writeln!(text, "window      {} tokens", file.settings.window)
}

/// The parts of voices, the highest first.
fn write_parts(file: &ModelFile, text: &mut String) -> fmt::Result {
    for (number, VoicePart { name, program, lowest, highest }) in file.parts.iter().enumerate() {
        let head = if number == 0 { "parts" } else { "" };
        let name = if name.is_empty() { String::new() } else { format!("  {name}") };
        writeln!(text, "{head:<11} {}: pitches {lowest} to {highest}, program {program}{name}", number + 1)?;
    }
    Ok(())
}

/// The streams with the meters and styles that they tell apart, and how many beginnings of pieces there are.
fn write_streams(file: &ModelFile, text: &mut String) -> fmt::Result {
    let values = file.streams.values();
    let streams: Vec<String> = file.streams.streams().iter().map(ToString::to_string).collect();
    let meters: Vec<String> = values.meters.iter().map(meter_text).collect();
    let lists = [("streams", &streams), ("  meters", &meters), ("  styles", &values.styles)];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let n_more = list.len().saturating_sub(MAX_LISTED);
        let more = if n_more == 0 { String::new() } else { format!(" and {n_more} more") };
        writeln!(text, "{name:<11} {}{more}", list[..list.len() - n_more].join(", "))?;
    }
    match file.openings.len() {
        0 => Ok(()),
        1 => writeln!(text, "openings    1 beginning of a piece"),
        n_openings => writeln!(text, "openings    {n_openings} beginnings of pieces"),
    }
}

fn meter_text(meter: &Meter) -> String {
    format!("{}/{}", meter.numerator, 1_u32 << meter.denominator_log2.min(31))
}

fn write_corpus(file: &ModelFile, text: &mut String) -> fmt::Result {
    let n_tokens: u64 = file.corpus.iter().map(|entry| entry.n_tokens).sum();
    let songs = if file.corpus.len() == 1 { "song" } else { "songs" };
    writeln!(text, "corpus      {} {songs}, {n_tokens} tokens", file.corpus.len())?;
    for entry in file.corpus.iter().take(MAX_LISTED) {
        let sha256 = entry.sha256.to_string();
        writeln!(text, "  {:>8} tokens  sha256 {}…  {}", entry.n_tokens, &sha256[..12], entry.name)?;
    }
    if file.corpus.len() > MAX_LISTED {
        writeln!(text, "  and {} more", file.corpus.len() - MAX_LISTED)?;
    }
    Ok(())
}

fn write_training(file: &ModelFile, settings: &[(&'static str, String)], text: &mut String) -> fmt::Result {
    let mut settings: Vec<String> = settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    settings.extend(file.engine.as_ref().map(|engine| format!("engine {engine}")));
    writeln!(text, "settings    {}", settings.join(", "))?;
    writeln!(text, "training    {} epochs, weights of epoch {} kept", file.epochs.len(), file.kept_epoch)?;
    if let Some(n_steps) = file.unfinished_after {
        writeln!(text, "  not finished: written after {n_steps} steps")?;
    }
    writeln!(text, "  {:>5} {:>9} {:>10} {:>10}  nats per token", "epoch", "training", "no dropout", "validation")?;
    let skipped = file.epochs.len().saturating_sub(MAX_LISTED);
    if skipped > 0 {
        writeln!(text, "  … {skipped} earlier ones")?;
    }
    for record in &file.epochs[skipped..] {
        let validation = record.valid_loss.map_or("-".to_owned(), |loss| format!("{loss:.4}"));
        let kept = if record.epoch == file.kept_epoch { "  kept" } else { "" };
        writeln!(
            text,
            "  {:>5} {:>9.4} {:>10.4} {validation:>10}{kept}",
            record.epoch, record.train_loss, record.train_loss_without_dropout
        )?;
    }
    Ok(())
}
