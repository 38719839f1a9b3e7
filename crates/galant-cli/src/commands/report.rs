//! `galant report`: all that a training left in its folder, on one page that needs no other file.

mod page;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use galant_checkpoint::{CorpusEntry, ModelFile, Source};
use galant_corpus::Strictness;
use galant_midi::ReadRules;
use galant_pipeline::Settings;

use super::plot::{loss_picture, roll};
use super::train::read_times;
use crate::args::ReportArgs;
use crate::numbers::{counted, thousands};
use crate::{files, model};

use page::Page;

/// The longest sound put into the page, in bytes: half an hour of 16-bit stereo.
const MAX_SOUND_BYTES: u64 = 320 << 20;

/// How many songs are listed before the rest is counted.
const MAX_SONGS: usize = 12;

/// How many epochs are listed, the last ones.
const MAX_EPOCHS: usize = 40;

pub(crate) fn run(args: &ReportArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    let model = model::read(&folder.join("model.safetensors"))?;
    let file = model.file();
    let mut page = Page::new(&format!("{} on {}", network(file), music(file)));
    add_music(&mut page, folder, strictness)?;
    add_corpus(&mut page, file);
    add_training(&mut page, file, folder)?;
    add_settings(&mut page, file);
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
    let is_dice = |entry: &CorpusEntry| matches!(entry.source, Source::DiceGame { .. });
    match &file.corpus[..] {
        songs if !songs.is_empty() && songs.iter().all(is_dice) => "waltzes of Mozart's dice game".to_owned(),
        [song] => song.name.clone(),
        songs => counted(songs.len(), "song"),
    }
}

/// What the network composed: to hear and to see, as far as it is there.
fn add_music(page: &mut Page, folder: &Path, strictness: Strictness) -> anyhow::Result<()> {
    page.heading("What it composed");
    let (sound, piece) = (folder.join("composed.wav"), folder.join("composed.mid"));
    if sound.exists() {
        page.sound(&files::read(&sound, MAX_SOUND_BYTES)?);
    } else {
        page.paragraph("No composed.wav here: galant render composed.mid --out composed.wav makes one.");
    }
    if piece.exists() {
        page.picture(&roll(&piece, strictness)?);
    } else {
        page.paragraph("No composed.mid here: galant compose makes one.");
    }
    Ok(())
}

fn add_corpus(page: &mut Page, file: &ModelFile) {
    page.heading("What it learned from");
    let n_tokens: u64 = file.corpus.iter().map(|entry| entry.n_tokens).sum();
    let grid = file.tokenizer.grid().map(|grid| grid.steps_per_quarter());
    page.paragraph(&format!(
        "{} with {}, from a vocabulary of {}. The tokens are {}{}, read by {} rules{}.",
        counted(file.corpus.len(), "song"),
        counted(n_tokens as usize, "token"),
        counted(file.vocabulary.len(), "token"),
        file.tokenizer.name(),
        grid.map_or(String::new(), |steps| format!(" on a grid of {steps} steps per quarter note")),
        if file.read_rules == ReadRules::Lecture { "the lecture's" } else { "standard" },
        file.tokenizer.top().map_or(String::new(), |top| format!(", the {top} highest notes of each onset")),
    ));
    let mut rows = vec![["song", "tokens", "sha256"].map(str::to_owned)];
    let row = |entry: &CorpusEntry| {
        let sha256 = entry.sha256.to_string();
        [entry.name.clone(), thousands(entry.n_tokens as usize), format!("{}…", &sha256[..16])]
    };
    rows.extend(file.corpus.iter().take(MAX_SONGS).map(row));
    page.table(&rows);
    if file.corpus.len() > MAX_SONGS {
        page.paragraph(&format!("And {} more.", file.corpus.len() - MAX_SONGS));
    }
}

fn add_training(page: &mut Page, file: &ModelFile, folder: &Path) -> anyhow::Result<()> {
    page.heading("How it learned");
    page.picture(&loss_picture(&file.epochs, "Losses"));
    let curve = folder.join("training.csv");
    let times = if curve.exists() { read_times(&curve)? } else { Vec::new() };
    let columns = ["epoch", "seconds", "tokens/s", "training", "without dropout", "validation"];
    let mut rows = vec![columns.map(str::to_owned)];
    let skipped = file.epochs.len().saturating_sub(MAX_EPOCHS);
    for record in &file.epochs[skipped..] {
        let time = times.iter().find(|(epoch, _)| *epoch == record.epoch);
        let [seconds, speed] = time.map_or(["–".to_owned(), "–".to_owned()], |(_, time)| {
            [format!("{:.1}", time.seconds), thousands(time.tokens_per_second.round() as usize)]
        });
        let kept = if record.epoch == file.kept_epoch { " (kept)" } else { "" };
        let loss = |loss: f64| format!("{loss:.4}");
        rows.push([
            format!("{}{kept}", record.epoch),
            seconds,
            speed,
            loss(record.train_loss),
            loss(record.train_loss_without_dropout),
            record.valid_loss.map_or("–".to_owned(), loss),
        ]);
    }
    if skipped > 0 {
        page.paragraph(&format!("The last {MAX_EPOCHS} of {} epochs:", file.epochs.len()));
    }
    page.table(&rows);
    page.paragraph("Seconds are counted from the beginning. Losses are in nats per token.");
    Ok(())
}

fn add_settings(page: &mut Page, file: &ModelFile) {
    page.heading("Settings");
    let spec = file.weights.spec();
    let settings = Settings::of_model(file);
    let mut rows = vec![["setting", "value"].map(str::to_owned)];
    rows.push(["network".to_owned(), network(file)]);
    rows.push(["parameters".to_owned(), thousands(spec.n_parameters())]);
    let named = settings.step_rows().into_iter().chain(settings.end_rows());
    rows.extend(named.map(|(name, value)| [name.to_owned(), value]));
    rows.extend(file.engine.clone().map(|engine| ["engine".to_owned(), engine]));
    page.table(&rows);
}
