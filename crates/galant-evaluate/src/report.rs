//! All that a training came to, on one page of HTML that needs no other file.

mod page;

use galant_checkpoint::{CorpusEntry, ModelFile, Source};
use galant_model::Cell;
use galant_plot::{loss_curves, piano_roll};
use galant_train::overfitting_since;
use galant_types::Score;

use self::page::Page;
use crate::summary::tokens_in_words;

/// How many songs are listed before the rest is counted.
const MAX_SONGS: usize = 12;

/// How many epochs are listed, the last ones.
const MAX_EPOCHS: usize = 40;

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct ReportInput<'a> {
    /// The network, with its corpus and losses.
    pub file: &'a ModelFile,
    /// Names and values of the settings that it was trained with.
    pub settings: &'a [(&'static str, String)],
    /// How long its epochs took, as far as that is known.
    pub times: &'a [EpochTime],
    /// Pieces that it composed.
    pub pieces: &'a [ReportPiece<'a>],
}

/// A piece that a network composed, as far as it is there.
#[derive(Debug, Clone, Copy)]
pub struct ReportPiece<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Its notes.
    pub score: Option<&'a Score>,
    /// A WAV file of it.
    pub sound: Option<&'a [u8]>,
}

/// How long an epoch took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochTime {
    /// The epoch, from 1.
    pub epoch: u64,
    /// How long training had taken up to its end, in seconds, measurements not included.
    pub seconds: f64,
    /// How many tokens it learned from in a second.
    pub tokens_per_second: f64,
}

/// The page as HTML, which loads nothing from anywhere: pictures and sound are in it.
pub fn report_page(input: &ReportInput<'_>) -> String {
    let file = input.file;
    let mut page = Page::new(&format!("{} on {}", network(file), music(file)));
    add_music(&mut page, input);
    add_corpus(&mut page, file);
    add_training(&mut page, file, input.times);
    add_settings(&mut page, input);
    page.finished(&file.program)
}

fn network(file: &ModelFile) -> String {
    let spec = file.weights.spec();
    let cell = match spec.cell {
        Cell::Lstm => "LSTM",
        Cell::VanillaRnn => "vanilla RNN",
    };
    format!("{cell} of {} × {}", spec.n_layers, spec.hidden_size)
}

fn music(file: &ModelFile) -> String {
    let is_dice = |entry: &CorpusEntry| matches!(entry.source, Source::DiceGame { .. });
    match &file.corpus[..] {
        songs if !songs.is_empty() && songs.iter().all(is_dice) => "waltzes of Mozart's dice game".to_owned(),
        [song] => song.name.clone(),
        songs => counted(songs.len() as u64, "song"),
    }
}

/// What the network composed: to hear and to see, as far as it is there.
fn add_music(page: &mut Page, input: &ReportInput<'_>) {
    page.heading("What it composed");
    if input.pieces.iter().all(|piece| piece.sound.is_none()) {
        page.paragraph("No composed.wav here: galant render composed.mid --out composed.wav makes one.");
    }
    if input.pieces.iter().all(|piece| piece.score.is_none()) {
        page.paragraph("No composed.mid here: galant compose makes one.");
    }
    for piece in input.pieces {
        if let Some(wav) = piece.sound {
            page.sound(wav);
        }
        if let Some(score) = piece.score {
            page.picture(&piano_roll(score, piece.title));
        }
    }
}

fn add_corpus(page: &mut Page, file: &ModelFile) {
    page.heading("What it learned from");
    page.paragraph(&format!(
        "{} with {}, from a vocabulary of {}. The tokens are {}.",
        counted(file.corpus.len() as u64, "song"),
        counted(file.corpus.iter().map(|entry| entry.n_tokens).sum(), "token"),
        counted(file.vocabulary.len() as u64, "token"),
        tokens_in_words(file)
    ));
    let mut rows = vec![["song", "tokens", "sha256"].map(str::to_owned)];
    let row = |entry: &CorpusEntry| {
        let sha256 = entry.sha256.to_string();
        [entry.name.clone(), thousands(entry.n_tokens), format!("{}…", &sha256[..16])]
    };
    rows.extend(file.corpus.iter().take(MAX_SONGS).map(row));
    page.table(&rows);
    if file.corpus.len() > MAX_SONGS {
        page.paragraph(&format!("And {} more.", file.corpus.len() - MAX_SONGS));
    }
}

fn add_training(page: &mut Page, file: &ModelFile, times: &[EpochTime]) {
    page.heading("How it learned");
    page.picture(&loss_curves(&file.epochs, overfitting_since(&file.epochs, file.unigram_loss), "Losses"));
    let columns = ["epoch", "seconds", "tokens/s", "training", "without dropout", "validation"];
    let mut rows = vec![columns.map(str::to_owned)];
    let skipped = file.epochs.len().saturating_sub(MAX_EPOCHS);
    for record in &file.epochs[skipped..] {
        let time = times.iter().find(|time| time.epoch == record.epoch);
        let [seconds, speed] = time.map_or(["–".to_owned(), "–".to_owned()], |time| {
            [format!("{:.1}", time.seconds), thousands(time.tokens_per_second.round() as u64)]
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
}

fn add_settings(page: &mut Page, input: &ReportInput<'_>) {
    page.heading("Settings");
    let file = input.file;
    let mut rows = vec![["setting", "value"].map(str::to_owned)];
    rows.push(["network".to_owned(), network(file)]);
    rows.push(["parameters".to_owned(), thousands(file.weights.spec().n_parameters() as u64)]);
    rows.extend(input.settings.iter().map(|(name, value)| [(*name).to_owned(), value.clone()]));
    rows.extend(file.engine.clone().map(|engine| ["engine".to_owned(), engine]));
    page.table(&rows);
}

/// So many of a thing, such as "1 song" or "1,024 songs".
fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma before each three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_of_three_and_one_thing_is_in_the_singular() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 1024].map(|number| counted(number, "song")), ["0 songs", "1 song", "1,024 songs"]);
    }
}
