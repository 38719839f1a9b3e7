//! The tunes of a text.

use std::ops::Range;

use galant_types::{Decoded, Place, Warning, Warnings};

use crate::decode::Reading;
use crate::error::DecodeError;
use crate::limits::{MAX_BOOK_EVENTS, MAX_FILE_BYTES, MAX_NOTES};
use crate::line::{begins_tune, block_of, ends_block, field_letter};
use crate::text::{Lines, plain, text_of, unquoted};
use crate::tune::{file_header, read_tune, text_after};
use crate::warning::WarningKind;

/// Reads the first tune of an ABC text.
///
/// See [`Book::decode`]; a warning says how many tunes the text has, if it has others.
///
/// # Errors
///
/// If the text has no tune, or if it is over a limit of this crate.
pub fn decode(text: &str) -> Result<Decoded, DecodeError> {
    Book::of_text(text)?.decode_first()
}

/// Whether bytes look like ABC: a line of a text begins with `%abc`, with X: and a number, or with K:, and the text is no
/// XML.
pub fn looks_like_abc(bytes: &[u8]) -> bool {
    if bytes.len() > MAX_FILE_BYTES || bytes.starts_with(b"MThd") {
        return false;
    }
    let text = text_of(bytes, &mut Warnings::default());
    let is_binary = |c: char| c.is_control() && !matches!(c, '\t'..='\r' | '\u{1a}' | '\u{1b}' | '\u{80}'..);
    let mut lines = Lines::new(&text).map(|(_, line)| line);
    !text.chars().take(1024).any(is_binary)
        && !text.trim_start().starts_with('<')
        && lines.any(|line| line.starts_with("%abc") || begins_tune(line) || field_letter(line) == Some('K'))
}

/// The tunes of a text, each of which can be read by itself.
///
/// A tune begins with a field X:, or without one with a header that ends with a field K:, and ends with an empty line.
/// What the fields before the first tune say goes for all tunes: ABC 2.1, 2.2.
#[derive(Debug, Clone)]
pub struct Book {
    text: String,
    header: Reading,
    tunes: Vec<Tune>,
}

/// A tune of a [`Book`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tune {
    /// The number of its field X:; if tunes of the book have no number or the same one, its place in the book, from 1.
    pub number: u32,
    /// Its first title; empty if it has none.
    pub title: String,
    /// Its lines, in bytes.
    lines: Range<usize>,
    /// Up to where text that is no tune follows it, in bytes.
    end: usize,
    /// The numbers of its first line, and of the first line after it.
    first_line: u32,
    last_line: u32,
}

impl Book {
    /// Finds the tunes in the bytes of a file.
    ///
    /// The text is UTF-8 or UTF-16, or in the encoding that it names itself; any other is read as Windows-1252, with a
    /// warning in the first tune.
    ///
    /// # Errors
    ///
    /// If there is no tune, or if the text is over [`MAX_FILE_BYTES`].
    pub fn of_bytes(bytes: &[u8]) -> Result<Book, DecodeError> {
        check_size(bytes.len())?;
        let mut warnings = Warnings::default();
        let text = text_of(bytes, &mut warnings);
        Book::of_plain(text, warnings)
    }

    /// Finds the tunes of a text.
    ///
    /// # Errors
    ///
    /// As for [`Book::of_bytes`].
    pub fn of_text(text: &str) -> Result<Book, DecodeError> {
        check_size(text.len())?;
        Book::of_plain(plain(text).into_owned(), Warnings::default())
    }

    fn of_plain(text: String, mut warnings: Warnings) -> Result<Book, DecodeError> {
        check_size(text.len())?;
        let text = unquoted(text, &mut warnings);
        let mut tunes = find_tunes(&text);
        let first = tunes.first().ok_or(DecodeError::NoTune)?.lines.start;
        number_tunes(&mut tunes);
        let header = file_header(&text[..first], warnings)?;
        Ok(Book { text, header, tunes })
    }

    /// The tunes in the order of the text; there is at least one.
    pub fn tunes(&self) -> &[Tune] {
        &self.tunes
    }

    /// The lines of a tune.
    ///
    /// # Panics
    ///
    /// If there is no tune of this index.
    pub fn lines(&self, index: usize) -> &str {
        &self.text[self.tunes[index].lines.clone()]
    }

    /// Reads a tune.
    ///
    /// Each voice becomes a track on a channel of its own, as far as there are channels, and plays the piano.
    /// Repeats are played as written, and accidentals hold in all octaves until the end of the bar.
    /// Everything but the [contents a score leaves out](crate#what-a-score-leaves-out) is kept or reported in a
    /// [warning](crate#warnings); warnings are in the order of the text.
    ///
    /// # Errors
    ///
    /// If the tune is over a limit of this crate.
    ///
    /// # Panics
    ///
    /// If there is no tune of this index.
    pub fn decode(&self, index: usize) -> Result<Decoded, DecodeError> {
        self.decode_counting(index, &mut 0)
    }

    /// Reads the first tune; a last warning says how many there are, if there are others.
    ///
    /// # Errors
    ///
    /// As for [`Book::decode`].
    pub fn decode_first(&self) -> Result<Decoded, DecodeError> {
        let mut decoded = self.decode(0)?;
        if let Some(second) = self.tunes.get(1) {
            let kind = WarningKind::LaterTune { n_tunes: self.tunes.len() };
            let place = Place::Line { line: second.first_line, column: 1 };
            decoded.warnings.push(Warning { place, severity: kind.severity(), message: kind.to_string() });
        }
        Ok(decoded)
    }

    /// Reads all tunes, one after the other; a tune that cannot be read costs only itself.
    ///
    /// After [`MAX_BOOK_EVENTS`] the others are refused.
    pub fn decode_all(&self) -> impl Iterator<Item = (&Tune, Result<Decoded, DecodeError>)> {
        let mut n_events = 0;
        self.tunes.iter().enumerate().map(move |(index, tune)| (tune, self.decode_within(index, &mut n_events)))
    }

    /// Reads a tune, and adds its notes, bars and changes to `n_events`, which must not be over [`MAX_BOOK_EVENTS`] before.
    ///
    /// # Errors
    ///
    /// As for [`Book::decode`], and if there are too many events before it.
    ///
    /// # Panics
    ///
    /// If there is no tune of this index.
    pub fn decode_within(&self, index: usize, n_events: &mut usize) -> Result<Decoded, DecodeError> {
        if *n_events > MAX_BOOK_EVENTS {
            return Err(DecodeError::TooManyEvents);
        }
        let decoded = self.decode_counting(index, n_events);
        match &decoded {
            Ok(decoded) => *n_events += decoded.score.notes.len(),
            // It was over a limit, and may have come close to all.
            Err(_) => *n_events += MAX_NOTES,
        }
        decoded
    }

    fn decode_counting(&self, index: usize, n_events: &mut usize) -> Result<Decoded, DecodeError> {
        let tune = &self.tunes[index];
        let mut reading = self.header.clone();
        if index > 0 {
            reading.warnings = Warnings::default();
        }
        read_tune(self.lines(index), tune.first_line, &mut reading)?;
        text_after(&self.text[tune.lines.end..tune.end], tune.last_line, &mut reading);
        *n_events += reading.n_events();
        reading.finish()
    }
}

fn check_size(n_bytes: usize) -> Result<(), DecodeError> {
    if n_bytes > MAX_FILE_BYTES { Err(DecodeError::FileTooLarge { n_bytes }) } else { Ok(()) }
}

/// A tune whose end is not found yet.
#[derive(Debug)]
struct Open {
    tune: Tune,
    has_x: bool,
    has_key: bool,
    /// Whether its header has ended, and whether lines of music have come.
    is_in_body: bool,
    has_music: bool,
    /// Where an empty line of the header is, after which the tune may have ended.
    empty_at: Option<(usize, u32)>,
}

/// Finds tunes; their numbers are those of X:, or 0.
fn find_tunes(text: &str) -> Vec<Tune> {
    let mut finder = Finder { tunes: Vec::new(), open: None, block: None };
    let mut number = 0;
    for (at, line) in Lines::new(text) {
        number += 1;
        finder.line(line, at, number);
    }
    finder.end(text.len(), number + 1);
    let mut tunes = finder.tunes;
    let starts: Vec<usize> = tunes.iter().skip(1).map(|tune| tune.lines.start).chain([text.len()]).collect();
    tunes.iter_mut().zip(starts).for_each(|(tune, start)| tune.end = start);
    tunes
}

struct Finder {
    tunes: Vec<Tune>,
    open: Option<Open>,
    /// The block of text for typesetting that the line is in.
    block: Option<usize>,
}

impl Finder {
    fn line(&mut self, line: &str, at: usize, number: u32) {
        if begins_tune(line) {
            self.end(at, number);
            let mut open = Open::new(at, number, true);
            open.tune.number = line[2..].trim().parse().unwrap_or(0);
            self.open = Some(open);
            self.block = None;
            return;
        }
        if let Some(block) = self.block {
            if ends_block(line, block) {
                self.block = None;
            }
            return;
        }
        self.block = block_of(line);
        if line.starts_with('%') {
            return;
        }
        if line.trim().is_empty() {
            return self.empty_line(at, number);
        }
        let field = field_letter(line);
        if self.open.as_ref().is_some_and(|open| open.empty_at.is_some() && field.is_none()) {
            let (end, end_number) = self.open.as_mut().and_then(|open| open.empty_at.take()).unwrap_or((at, number));
            self.end(end, end_number);
        }
        if self.open.as_ref().is_some_and(|open| !open.has_x && !open.has_key && field.is_none()) {
            // Text among which a line begins like a field.
            self.open = None;
        }
        match (&mut self.open, field) {
            (Some(open), field) => open.line(line, field),
            // Perhaps a tune without X:, if a K: comes.
            (None, Some(field)) => {
                let mut open = Open::new(at, number, false);
                open.line(line, Some(field));
                self.open = Some(open);
            }
            (None, None) => {}
        }
    }

    fn empty_line(&mut self, at: usize, number: u32) {
        match &mut self.open {
            Some(open) if open.has_x && !open.is_in_body => _ = open.empty_at.get_or_insert((at, number)),
            _ => self.end(at, number),
        }
    }

    /// Ends the tune before the line at `at`.
    fn end(&mut self, at: usize, number: u32) {
        let Some(open) = self.open.take() else { return };
        // Fields that no music follows are the header of a file, or say something of what is around them.
        if open.has_x || (open.has_key && open.has_music) {
            let (end, last_line) = open.empty_at.unwrap_or((at, number));
            self.tunes.push(Tune { lines: open.tune.lines.start..end, last_line, ..open.tune });
        }
    }
}

impl Open {
    fn new(at: usize, number: u32, has_x: bool) -> Open {
        let tune =
            Tune { number: 0, title: String::new(), lines: at..at, end: at, first_line: number, last_line: number };
        Open { tune, has_x, has_key: false, is_in_body: false, has_music: false, empty_at: None }
    }

    fn line(&mut self, line: &str, field: Option<char>) {
        self.empty_at = None;
        match field {
            Some('T') if self.tune.title.is_empty() => {
                let title = line[2..].split('%').next().unwrap_or_default();
                self.tune.title = title.trim().chars().take(MAX_TITLE).collect();
            }
            Some('K') => (self.has_key, self.is_in_body) = (true, true),
            Some(_) if !self.is_in_body => {}
            _ => (self.is_in_body, self.has_music) = (true, true),
        }
    }
}

/// The longest title that is used as a name, in characters.
const MAX_TITLE: usize = 80;

/// Numbers the tunes by their places where their own numbers do not tell them apart.
fn number_tunes(tunes: &mut [Tune]) {
    let mut numbers: Vec<u32> = tunes.iter().map(|tune| tune.number).collect();
    numbers.sort_unstable();
    let n_tunes = numbers.len();
    numbers.dedup();
    if numbers.len() < n_tunes || numbers.first() == Some(&0) {
        tunes.iter_mut().zip(1..).for_each(|(tune, number)| tune.number = number);
    }
}
