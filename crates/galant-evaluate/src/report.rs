//! All that a training came to, on one page of HTML that needs no other file.

mod corpus;
mod curves;
mod input;
mod page;
mod piece;
mod receipt;
mod roll;
mod words;

use galant_checkpoint::{CorpusEntry, ModelFile, Source};
use galant_model::Cell;

pub use self::input::{
    ComparedWith, CountingLosses, EpochTime, ReportCorpus, ReportCorpusPiece, ReportInput, ReportPiece,
};

use self::page::Page;
use self::words::{counted, thousands};

/// The page as HTML, which loads nothing from anywhere: its pictures, sound and script are in it.
///
/// It has the pieces first, then how the network learned, then the corpus, and the settings last.
pub fn report_page(input: &ReportInput<'_>) -> String {
    let file = input.file;
    let title = format!("Composed after {}", music(file));
    let by = format!("By a recurrent network that learned from {}: {}.", n_tokens(file), network(file));
    let mut page = Page::new(&title, &by);
    page.section("pieces", if input.pieces.len() == 1 { "The piece" } else { "The pieces" });
    piece::add_all(&mut page, input.pieces, input.compared_with);
    page.section("learning", "How it learned");
    curves::add(&mut page, file, input.times, input.corpus.and_then(|corpus| corpus.counting));
    page.section("corpus", "What it learned from");
    corpus::add(&mut page, file, input.corpus);
    page.section("settings", "Settings");
    add_settings(&mut page, input);
    page.finished(&file.program)
}

fn network(file: &ModelFile) -> String {
    let spec = file.weights.spec();
    let cell = match spec.cell {
        Cell::Lstm => "LSTM",
        Cell::VanillaRnn => "vanilla RNN",
    };
    format!("{cell} of {} × {}, {}", spec.n_layers, spec.hidden_size, counted(spec.n_parameters() as u64, "parameter"))
}

fn music(file: &ModelFile) -> String {
    let is_dice = |entry: &CorpusEntry| matches!(entry.source, Source::DiceGame { .. });
    match &file.corpus[..] {
        pieces if !pieces.is_empty() && pieces.iter().all(is_dice) => "waltzes of Mozart's dice game".to_owned(),
        [piece] => piece.name.clone(),
        pieces => counted(pieces.len() as u64, "piece"),
    }
}

fn n_tokens(file: &ModelFile) -> String {
    counted(file.corpus.iter().map(|entry| entry.n_tokens).sum(), "token")
}

fn add_settings(page: &mut Page, input: &ReportInput<'_>) {
    let spec = input.file.weights.spec();
    let row = |name: &str, value: String| [name.to_owned(), value];
    let mut rows = vec![
        row("setting", "value".to_owned()),
        row("layers", spec.n_layers.to_string()),
        row("units of a layer", spec.hidden_size.to_string()),
        row("parameters", thousands(spec.n_parameters() as u64)),
    ];
    rows.extend(input.settings.iter().map(|(name, value)| row(name, value.clone())));
    rows.extend(input.file.engine.clone().map(|engine| row("engine", engine)));
    page.table("What it was trained with", &rows);
}
