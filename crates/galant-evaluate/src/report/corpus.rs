//! The corpus: what it holds, what is held out, and how much of that is learned from.

use galant_checkpoint::ModelFile;
use galant_corpus::{Leak, Relation};

use super::input::{ReportCorpus, ReportCorpusPiece};
use super::page::Page;
use super::words::{counted, percent, thousands};
use crate::summary::tokens_in_words;

/// How many pieces are listed without being asked for.
const MAX_SHOWN: usize = 12;

/// How many pieces are listed at most.
const MAX_PIECES: usize = 1_000;

/// How many leaks are listed.
const MAX_LEAKS: usize = 20;

pub(super) fn add(page: &mut Page, file: &ModelFile, corpus: Option<&ReportCorpus>) {
    page.paragraph(&format!(
        "{} with {}, of which {} are different. The tokens are {}.",
        counted(file.corpus.len() as u64, "piece"),
        counted(file.corpus.iter().map(|entry| entry.n_tokens).sum(), "token"),
        thousands(file.vocabulary.len() as u64),
        tokens_in_words(file)
    ));
    match corpus {
        Some(corpus) => {
            page.paragraph(&format!("Held out for validation: {}.", corpus.held_out));
            add_leaks(page, corpus);
            add_pieces(page, &corpus.pieces, |piece| if piece.is_held_out { "validation" } else { "learned from" });
        }
        None => {
            let of_entry = |entry: &galant_checkpoint::CorpusEntry| ReportCorpusPiece {
                name: entry.name.clone(),
                n_tokens: entry.n_tokens,
                is_held_out: false,
            };
            let pieces: Vec<ReportCorpusPiece> = file.corpus.iter().map(of_entry).collect();
            add_pieces(page, &pieces, |_| "");
        }
    }
}

fn add_leaks(page: &mut Page, corpus: &ReportCorpus) {
    let leaks = &corpus.leaks;
    if leaks.n_pieces == 0 {
        return;
    }
    page.paragraph(&format!("Leaks: {leaks}."));
    if leaks.leaks.is_empty() {
        return;
    }
    let name = |piece: usize| corpus.pieces.get(piece).map_or(String::new(), |piece| piece.name.clone());
    let mut rows = vec![["validation piece", "of its tune", "is in"].map(str::to_owned)];
    let source = |leak: &Leak| {
        leak.source.map_or(String::new(), |source| {
            let how = match source.relation {
                Relation::SameNotes { semitones: 0 } => ", which has the same notes",
                Relation::SameNotes { .. } => ", which has the same notes in another key",
                Relation::Whole => ", which has all of it and more",
                Relation::InCommon => "",
            };
            format!("{}{how}", name(source.piece))
        })
    };
    rows.extend(
        leaks.leaks.iter().take(MAX_LEAKS).map(|leak| [name(leak.piece), percent(leak.share_of_12), source(leak)]),
    );
    page.table("Pieces of which much is learned from, by runs of 12 intervals in any key", &rows);
    if leaks.leaks.len() > MAX_LEAKS {
        page.paragraph(&format!("And {} more.", thousands((leaks.leaks.len() - MAX_LEAKS) as u64)));
    }
}

/// The pieces with what each is for; many only when they are asked for.
fn add_pieces(page: &mut Page, pieces: &[ReportCorpusPiece], role: impl Fn(&ReportCorpusPiece) -> &'static str) {
    let has_roles = pieces.iter().any(|piece| !role(piece).is_empty());
    let listed = &pieces[..pieces.len().min(MAX_PIECES)];
    if pieces.len() > MAX_SHOWN {
        page.begin_details(&format!("All {}", counted(pieces.len() as u64, "piece")));
    }
    if has_roles {
        let mut rows = vec![["piece", "tokens", "for"].map(str::to_owned)];
        rows.extend(listed.iter().map(|piece| [piece.name.clone(), thousands(piece.n_tokens), role(piece).to_owned()]));
        page.table("The pieces of the corpus", &rows);
    } else {
        let mut rows = vec![["piece", "tokens"].map(str::to_owned)];
        rows.extend(listed.iter().map(|piece| [piece.name.clone(), thousands(piece.n_tokens)]));
        page.table("The pieces of the corpus", &rows);
    }
    if pieces.len() > MAX_PIECES {
        page.paragraph(&format!("And {} more.", thousands((pieces.len() - MAX_PIECES) as u64)));
    }
    if pieces.len() > MAX_SHOWN {
        page.end_details();
    }
}
