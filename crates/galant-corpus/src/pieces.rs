//! All pieces of a file: one, or the tunes of a book.

use galant_abc::Book;

use crate::piece::{Piece, ReadOptions, ReadPieceError, piece_of, read_piece};

/// The pieces of a file, read one after the other; see [`read_pieces`].
///
/// Each comes with its name, so that one that cannot be read can be named too.
#[derive(Debug)]
pub struct Pieces<'b> {
    name: String,
    bytes: &'b [u8],
    options: ReadOptions,
    /// None for a file that holds one piece.
    book: Option<Book>,
    next: usize,
    /// Notes, bars and changes of the tunes so far.
    n_events: usize,
}

/// Finds the pieces of a file: a file of ABC with many tunes is many pieces, any other file is one.
///
/// A tune of many is called `book.abc#12 Title`, for its number in the file (see [`galant_abc::Tune`]), and its hash is that
/// of its lines.
///
/// # Errors
///
/// If the bytes look like ABC and hold no tune, or are over a limit.
pub fn read_pieces<'b>(name: &str, bytes: &'b [u8], options: ReadOptions) -> Result<Pieces<'b>, ReadPieceError> {
    let book = if galant_abc::looks_like_abc(bytes) { Some(Book::of_bytes(bytes)?) } else { None };
    Ok(Pieces { name: name.to_owned(), bytes, options, book, next: 0, n_events: 0 })
}

/// Reads the tune of a number in a file of ABC.
///
/// # Errors
///
/// If the bytes are not ABC, if there is no such tune, or as for [`read_piece`].
pub fn read_tune(name: &str, bytes: &[u8], number: u32, options: ReadOptions) -> Result<Piece, ReadPieceError> {
    let mut pieces = read_pieces(name, bytes, options)?;
    let tunes = pieces.book.as_ref().ok_or(ReadPieceError::NotABook)?.tunes();
    let numbers = || tunes.iter().map(|tune| tune.number);
    pieces.next = numbers().position(|found| found == number).ok_or_else(|| {
        let range = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        ReadPieceError::NoSuchTune { number, n_tunes: tunes.len(), range }
    })?;
    pieces.read().1
}

impl Pieces<'_> {
    /// How many pieces the file has.
    pub fn n_pieces(&self) -> usize {
        self.book.as_ref().map_or(1, |book| book.tunes().len())
    }

    /// Reads the next piece, which must be there.
    fn read(&mut self) -> (String, Result<Piece, ReadPieceError>) {
        let index = self.next;
        self.next += 1;
        let Some(book) = self.book.as_ref().filter(|book| book.tunes().len() > 1) else {
            return (self.name.clone(), read_piece(&self.name, self.bytes, self.options));
        };
        let tune = &book.tunes()[index];
        let name = format!("{}#{} {}", self.name, tune.number, tune.title).trim_end().to_owned();
        let decoded = book.decode_within(index, &mut self.n_events);
        let piece = decoded
            .map_err(ReadPieceError::from)
            .and_then(|decoded| piece_of(&name, book.lines(index).as_bytes(), decoded, self.options.strictness));
        (name, piece)
    }
}

impl Iterator for Pieces<'_> {
    type Item = (String, Result<Piece, ReadPieceError>);

    fn next(&mut self) -> Option<Self::Item> {
        (self.next < self.n_pieces()).then(|| self.read())
    }
}
