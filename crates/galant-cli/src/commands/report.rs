//! `galant report`: all that a training left in its folder, on one page that needs no other file.

mod page;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use galant_checkpoint::ModelFile;
use galant_plot::EpochLosses;

use super::plot::{loss_picture, roll};
use crate::args::ReportArgs;
use crate::files;
use crate::model::Model;
use crate::table::read_table;

use page::{Page, count};

/// The longest sound put into the page, in bytes: half an hour of 16-bit stereo.
const MAX_SOUND_BYTES: u64 = 320 << 20;

/// How many songs are listed before the rest is counted.
const MAX_SONGS: usize = 12;

/// How many epochs are listed, the last ones.
const MAX_EPOCHS: usize = 40;

pub(crate) fn run(args: &ReportArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    let Model { file, .. } = Model::read(&folder.join("model.safetensors"))?;
    let mut page = Page::new(&format!("{} on {}", network(&file), music(&file)));
    add_music(&mut page, folder)?;
    add_corpus(&mut page, &file);
    add_training(&mut page, &file, folder)?;
    add_settings(&mut page, &file);
    let path = args.out.clone().unwrap_or_else(|| folder.join("report.html"));
    files::write(&path, page.finished(&file.program).as_bytes())?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

fn network(file: &ModelFile) -> String {
    let spec = file.weights.spec();
    let cell = if spec.cell.name() == "lstm" { "LSTM" } else { "vanilla RNN" };
    format!("{cell} of {} × {}", spec.n_layers, spec.hidden_size)
}

fn music(file: &ModelFile) -> String {
    match &file.corpus[..] {
        [song] => song.name.clone(),
        songs if songs.iter().all(|song| song.name.starts_with("evening ")) => {
            format!("{} evenings of Mozart's dice game", songs.len())
        }
        songs => format!("{} songs", songs.len()),
    }
}

/// What the network composed: to hear and to see, as far as it is there.
fn add_music(page: &mut Page, folder: &Path) -> anyhow::Result<()> {
    page.heading("What it composed");
    let (sound, piece) = (folder.join("composed.wav"), folder.join("composed.mid"));
    if sound.exists() {
        page.sound(&files::read(&sound, MAX_SOUND_BYTES)?);
    } else {
        page.paragraph("No composed.wav here: galant render composed.mid --out composed.wav makes one.");
    }
    if piece.exists() {
        page.picture(&roll(&piece)?);
    } else {
        page.paragraph("No composed.mid here: galant compose makes one.");
    }
    Ok(())
}

fn add_corpus(page: &mut Page, file: &ModelFile) {
    page.heading("What it learned from");
    let n_tokens: u64 = file.corpus.iter().map(|entry| entry.n_tokens).sum();
    page.paragraph(&format!(
        "{} with {}, from a vocabulary of {}. The tokens are {}{}, read by {} rules{}.",
        count(file.corpus.len() as u64, "song"),
        count(n_tokens, "token"),
        count(file.vocabulary.len() as u64, "token"),
        file.tokens.kind,
        file.tokens.grid.map_or(String::new(), |steps| format!(" on a grid of {steps} steps a quarter note")),
        file.tokens.reading,
        file.tokens.top.map_or(String::new(), |top| format!(", the {top} highest notes of each")),
    ));
    let mut rows = vec![["song", "tokens", "sha256"].map(str::to_owned)];
    let row = |entry: &galant_checkpoint::CorpusEntry| {
        [entry.name.clone(), count(entry.n_tokens, ""), format!("{}…", &entry.sha256[..16])]
    };
    rows.extend(file.corpus.iter().take(MAX_SONGS).map(row));
    page.table(&rows);
    if file.corpus.len() > MAX_SONGS {
        page.paragraph(&format!("And {} more.", file.corpus.len() - MAX_SONGS));
    }
}

fn add_training(page: &mut Page, file: &ModelFile, folder: &Path) -> anyhow::Result<()> {
    page.heading("How it learned");
    let training = &file.training;
    let losses = |losses: &galant_checkpoint::EpochLosses| EpochLosses {
        epoch: losses.epoch,
        train: losses.train_loss,
        windowed: losses.windowed_train_loss,
        validation: losses.valid_loss,
    };
    let losses: Vec<EpochLosses> = training.epochs.iter().map(losses).collect();
    page.picture(&loss_picture(&losses, "Losses"));
    let times = read_times(&folder.join("training.csv"))?;
    let mut rows = vec![["epoch", "seconds", "tokens/s", "training", "windowed", "validation"].map(str::to_owned)];
    let skipped = losses.len().saturating_sub(MAX_EPOCHS);
    for losses in &losses[skipped..] {
        let time = times.iter().find(|(epoch, _, _)| *epoch == losses.epoch);
        let [seconds, speed] = time.map_or(["–".to_owned(), "–".to_owned()], |(_, seconds, speed)| {
            [format!("{seconds:.1}"), count(speed.round() as u64, "")]
        });
        let kept = if losses.epoch == training.kept_epoch { " (kept)" } else { "" };
        let loss = |loss: f64| format!("{loss:.4}");
        let validation = losses.validation.map_or("–".to_owned(), loss);
        rows.push([
            format!("{}{kept}", losses.epoch),
            seconds,
            speed,
            loss(losses.train),
            loss(losses.windowed),
            validation,
        ]);
    }
    if skipped > 0 {
        page.paragraph(&format!("The last {MAX_EPOCHS} of {} epochs:", losses.len()));
    }
    page.table(&rows);
    page.paragraph("Seconds are counted from the beginning. Losses are in nats per token.");
    Ok(())
}

/// Epoch, seconds since the beginning and tokens a second, if the training's table is there.
fn read_times(path: &Path) -> anyhow::Result<Vec<(u64, f64, f64)>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let rows = read_table(path, ["epoch", "seconds", "tokens_per_second"], "what `galant train` writes")?;
    let times = |(line, [epoch, seconds, speed]): (usize, [String; 3])| {
        let numbers = epoch.parse().ok().zip(seconds.parse().ok()).zip(speed.parse().ok());
        let ((epoch, seconds), speed) = numbers.with_context(|| {
            format!("reading {}: line {line} has no numbers: {epoch}, {seconds}, {speed}", path.display())
        })?;
        Ok((epoch, seconds, speed))
    };
    rows.into_iter().map(times).collect()
}

fn add_settings(page: &mut Page, file: &ModelFile) {
    page.heading("Settings");
    let spec = file.weights.spec();
    let mut rows = vec![["setting", "value"].map(str::to_owned)];
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    row("network", network(file));
    row("parameters", count(spec.n_parameters() as u64, ""));
    for (name, value) in &file.training.settings {
        row(name, value.clone());
    }
    page.table(&rows);
}
