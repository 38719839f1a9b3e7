//! The pieces of files of music: one of a file, or the tunes of a book.

use std::path::{Path, PathBuf};

use anyhow::Context;
use galant_corpus::{Piece, ReadOptions, Survey, read_pieces, read_tune};

use crate::inputs::Inputs;
use crate::{files, music, printable, progress};

/// A piece of a file, or why it could not be read.
#[derive(Debug)]
pub(crate) struct FilePiece {
    /// What to call it: the path, and for a tune of many its number and title.
    pub(crate) label: String,
    /// How many pieces the file has.
    pub(crate) n_pieces: usize,
    pub(crate) piece: anyhow::Result<Piece>,
}

impl FilePiece {
    /// Whether it is one of many in its file, and so costs only itself if it cannot be read.
    pub(crate) fn is_of_many(&self) -> bool {
        self.n_pieces > 1
    }
}

/// Reads the pieces of a file and gives each to `take`; a file that cannot be read is given as a single piece.
pub(crate) fn each_piece(
    path: &Path,
    options: ReadOptions,
    take: &mut dyn FnMut(FilePiece) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (path_text, name) = (path.display().to_string(), files::name(path));
    let whole = |error| FilePiece { label: path_text.clone(), n_pieces: 1, piece: Err(error) };
    let bytes = match files::read(path, galant_midi::MAX_FILE_BYTES as u64) {
        Ok(bytes) => bytes,
        Err(error) => return take(whole(error)),
    };
    let pieces = match read_pieces(&name, &bytes, options) {
        Ok(pieces) => pieces,
        Err(error) => return take(whole(anyhow::Error::new(error).context(format!("reading {path_text}")))),
    };
    let n_pieces = pieces.n_pieces();
    for (piece_name, piece) in pieces {
        let label = files::label(path, &piece_name);
        let piece = piece.with_context(|| format!("reading {label}"));
        take(FilePiece { label, n_pieces, piece })?;
    }
    Ok(())
}

/// Reads the pieces of files and folders, shows how far it is, and says what was repaired; `take` is given the path of the file,
/// what to call the piece, and the piece. What cannot be read is counted in `inputs`.
pub(crate) fn each_piece_of(
    paths: &[PathBuf],
    options: ReadOptions,
    inputs: &mut Inputs,
    take: &mut dyn FnMut(&Path, &str, &Piece) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let paths = inputs.files(paths);
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let mut tally = BookTally::default();
        each_piece(&path, options, &mut |found| {
            tally.add(&found);
            let is_of_many = found.is_of_many();
            let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
            if !is_of_many {
                music::warn(&path, &piece);
            }
            take(&path, &found.label, &piece)
        })?;
        tally.report(&path);
        bar.inc(1);
    }
    Ok(())
}

/// Reads the tune of a number in a file of ABC.
pub(crate) fn tune(path: &Path, number: u32, options: ReadOptions) -> anyhow::Result<Piece> {
    let bytes = files::read(path, galant_midi::MAX_FILE_BYTES as u64)?;
    read_tune(&files::name(path), &bytes, number, options).with_context(|| format!("reading {}", path.display()))
}

/// Why a piece could not be read, for whoever knows its name.
pub(crate) fn reason(error: &anyhow::Error) -> String {
    let of_chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    let is_named = of_chain.len() > 1 && of_chain[0].starts_with("reading ");
    of_chain[usize::from(is_named)..].join(": ")
}

/// How many tunes of a book were read, and what is said of them.
#[derive(Debug, Default)]
pub(crate) struct BookTally {
    n_tunes: usize,
    n_read: usize,
    n_warned: usize,
}

impl BookTally {
    /// Counts a piece of a book; one of a file of its own is not counted.
    pub(crate) fn add(&mut self, found: &FilePiece) {
        if found.is_of_many() {
            self.n_tunes += 1;
            self.n_read += usize::from(found.piece.is_ok());
            self.n_warned += usize::from(found.piece.as_ref().is_ok_and(|piece| !piece.warnings.is_empty()));
        }
    }

    /// Tells a survey that the file is a book, if it is one.
    pub(crate) fn add_to(&self, survey: &mut Survey) {
        if self.n_tunes > 0 {
            survey.add_book(self.n_tunes);
        }
    }

    /// Says how many tunes of the file were read, if it is a book.
    pub(crate) fn report(&self, path: &Path) {
        let BookTally { n_tunes, n_read, n_warned } = self;
        if *n_tunes == 0 {
            return;
        }
        let warned = if *n_warned == 0 {
            String::new()
        } else {
            format!("; {n_warned} of them have warnings, `galant tokenize` lists them")
        };
        printable::note(&format!("{}: {n_read} of {n_tunes} tunes were read{warned}", path.display()));
    }
}
