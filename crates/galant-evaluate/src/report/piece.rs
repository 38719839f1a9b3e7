//! The pieces: to hear, to see, and what they have from the corpus.

use std::fmt::Write as _;

use galant_corpus::PieceFacts;
use galant_types::{Score, TempoMap};

use super::input::{ComparedWith, ReportPiece};
use super::page::Page;
use super::receipt;
use super::roll::{self, MAX_NOTES};
use super::words::{clock, counted, escaped, thousands};
use crate::originality::{OriginalityCorpus, Receipt};

/// All pieces, with a word on what they are compared with.
pub(super) fn add_all(page: &mut Page, pieces: &[ReportPiece<'_>], compared_with: ComparedWith<'_>) {
    if pieces.is_empty() {
        page.paragraph("No piece here: galant compose --out composed.mid makes one.");
        return;
    }
    for (number, piece) in pieces.iter().enumerate() {
        add(page, number + 1, piece, compared_with);
    }
    match compared_with {
        ComparedWith::Corpus(corpus) => page.add(&receipt::explanation(corpus)),
        ComparedWith::Nothing(reason) => page.paragraph(&format!("They are not compared with any music: {reason}.")),
    }
}

fn add(page: &mut Page, number: usize, piece: &ReportPiece<'_>, compared_with: ComparedWith<'_>) {
    let tempo = piece.score.map(Score::tempo_map);
    let (name, facts) =
        piece.score.map_or_else(|| (format!("Piece {number}"), Vec::new()), |score| described(number, score));
    let data = piece.score.zip(tempo.as_ref()).map_or(String::new(), |(score, tempo)| player_data(score, tempo, piece));
    page.add(&format!("<article class=\"piece\" aria-labelledby=\"piece-{number}\"{data}>\n"));
    page.add(&format!("<h3 id=\"piece-{number}\">{}</h3>\n", escaped(&name)));
    let facts: Vec<String> = facts.into_iter().chain([piece.title.to_owned()]).collect();
    page.add(&format!("<p class=\"facts\">{}</p>\n", escaped(&facts.join(" · "))));
    if let Some(wav) = piece.sound {
        page.sound(wav);
    }
    let Some((score, tempo)) = piece.score.zip(tempo.as_ref()) else {
        page.add("</article>\n");
        return;
    };
    page.add(&player(number, tempo.seconds(score.end())));
    let receipt = match compared_with {
        ComparedWith::Corpus(corpus) => Some((Receipt::of(corpus, piece.title, score, None), corpus)),
        ComparedWith::Nothing(_) => None,
    };
    let bands = receipt.as_ref().map_or(Vec::new(), |(receipt, corpus)| receipt::bands(receipt, corpus.n_min()));
    page.add(&roll::strip(score, number, &bands));
    page.add(&roll::legend(score, &bands));
    let n_notes = score.pitched_notes().count();
    if n_notes > MAX_NOTES {
        let (shown, all) = (thousands(MAX_NOTES as u64), thousands(n_notes as u64));
        page.paragraph(&format!("The first {shown} of {all} notes are drawn."));
    }
    if let Some((receipt, corpus)) = &receipt {
        add_receipt(page, receipt, corpus, tempo);
    }
    page.add("</article>\n");
}

fn add_receipt(page: &mut Page, receipt: &Receipt, corpus: &OriginalityCorpus, tempo: &TempoMap) {
    page.paragraph(&receipt::sentence(receipt, corpus));
    page.add(&receipt::runs(receipt, corpus.names(), tempo));
}

/// What a piece is called, and what it is: key and meter, then bars, time, notes and tempo.
fn described(number: usize, score: &Score) -> (String, Vec<String>) {
    let facts = PieceFacts::of(score);
    let key = facts.key.map(|key| format!(" in {key}")).unwrap_or_default();
    let meters: Vec<String> = facts.meters.iter().take(4).map(|(beats, beat)| format!("{beats}/{beat}")).collect();
    let n_parts = facts.parts.len() as u64;
    let parts = if n_parts > 1 { format!(" in {}", counted(n_parts, "part")) } else { String::new() };
    let all = vec![
        meters.join(", "),
        counted(facts.n_bars, "bar"),
        clock(facts.seconds),
        format!("{}{parts}", counted(facts.n_notes, "note")),
        format!("{:.0} quarter notes a minute", facts.quarters_per_minute),
    ];
    (format!("Piece {number}{key}"), all)
}

/// What the script needs to follow and to play a piece: where it is at which second, and without sound its notes.
fn player_data(score: &Score, tempo: &TempoMap, piece: &ReportPiece<'_>) -> String {
    let end = roll::end(score);
    let ticks = tempo.tempos().map(|tempo| tempo.tick).filter(|tick| *tick < end).take(MAX_NOTES);
    let mut data = " data-places=\"".to_owned();
    for tick in ticks.chain([end]) {
        let _ = write!(data, "{:.3} {:.5} ", tempo.seconds(tick), tick as f64 / end as f64);
    }
    data = format!("{}\" data-seconds=\"{:.3}\"", data.trim_end(), tempo.seconds(score.end()));
    if piece.sound.is_none() {
        data.push_str(" data-notes=\"");
        for note in score.pitched_notes().take(MAX_NOTES) {
            let (from, to) = (tempo.seconds(note.onset), tempo.seconds(note.end()));
            let _ = write!(data, "{from:.3} {:.3} {} {} ", to - from, note.pitch, note.velocity);
        }
        data.truncate(data.trim_end().len());
        data.push('"');
    }
    data
}

/// Buttons, which the script shows.
fn player(number: usize, seconds: f64) -> String {
    format!(
        "<div class=\"player\" hidden><button type=\"button\" class=\"play\" aria-label=\"Play piece {number}\">Play</button>\
         <input type=\"range\" class=\"at\" min=\"0\" max=\"{seconds:.2}\" step=\"0.1\" value=\"0\" aria-label=\"Place in piece {number}\">\
         <span class=\"time\">0:00 / {}</span></div>\n",
        clock(seconds)
    )
}
