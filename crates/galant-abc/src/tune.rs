//! One tune from its lines.

use galant_types::{Place, Warnings};

use crate::decode::Reading;
use crate::error::DecodeError;
use crate::line::{Line, block_of, ends_block, field_letter};
use crate::text::Lines;
use crate::warning::WarningKind;

/// The lines of a tune, or of the header of a file, with their numbers; comments and blocks of text are passed over.
struct TuneLines<'a> {
    lines: Lines<'a>,
    number: u32,
    /// Whether the last line of each kind of block is known not to come.
    is_endless: [bool; 6],
}

/// A line of a tune.
enum Found<'a> {
    Line(Line<'a>),
    /// The text after `%%`.
    Directive(Place, &'a str),
}

impl<'a> TuneLines<'a> {
    fn new(text: &'a str, first_line: u32) -> TuneLines<'a> {
        TuneLines { lines: Lines::new(text), number: first_line, is_endless: [false; 6] }
    }

    fn next_line(&mut self) -> Option<(&'a str, u32)> {
        let (_, line) = self.lines.next()?;
        self.number += 1;
        Some((line, self.number - 1))
    }

    /// Passes over the lines up to the end of a block, if it has one.
    fn skip_block(&mut self, block: usize) {
        if self.is_endless[block] {
            return;
        }
        let mut ahead = self.lines.clone();
        let n_lines = ahead.position(|(_, line)| ends_block(line, block));
        match n_lines {
            Some(n_lines) => {
                self.lines = ahead;
                self.number += n_lines as u32 + 1;
            }
            None => self.is_endless[block] = true,
        }
    }

    /// The line with those that continue its field.
    fn with_continuation(&mut self, mut line: Line<'a>) -> Line<'a> {
        if field_letter(&line.text).is_none() {
            return line;
        }
        loop {
            let mut ahead = self.lines.clone();
            let Some(continued) = ahead.next().and_then(|(_, text)| text.strip_prefix("+:")) else { return line };
            line.add(&Line::new(continued, 0).text);
            self.lines = ahead;
            self.number += 1;
        }
    }
}

impl<'a> Iterator for TuneLines<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        loop {
            let (text, number) = self.next_line()?;
            if let Some(directive) = text.strip_prefix("%%") {
                if let Some(block) = block_of(text) {
                    self.skip_block(block);
                }
                return Some(Found::Directive(Place::Line { line: number, column: 1 }, directive));
            }
            if !text.starts_with('%') {
                return Some(Found::Line(self.with_continuation(Line::new(text, number))));
            }
        }
    }
}

/// Reads the header of a file; what is no field is left out with a warning.
pub(crate) fn file_header(text: &str, warnings: Warnings) -> Result<Reading, DecodeError> {
    let mut reading = Reading::default();
    reading.warnings = warnings;
    let mut has_text = false;
    for found in TuneLines::new(text, 1) {
        match found {
            Found::Directive(place, text) => reading.directive(place, text),
            Found::Line(line) => match line.field() {
                // The titles and voices of a tune are its own.
                Some(('T' | 'V' | 'P' | 'K' | 'w' | 'W', _)) => {}
                // What is kept of the header is kept for each tune.
                Some(('C', value)) if value.rest().len() > 1024 => {}
                Some((letter, value)) => reading.header_field(letter, &value)?,
                None if line.text.is_empty() || has_text => {}
                None => {
                    reading.warnings.push(line.place(), WarningKind::TextBefore);
                    has_text = true;
                }
            },
        }
    }
    Ok(reading)
}

/// Reads a tune, whose first line has the number `first_line`, into `reading`, which has read the header of the file.
pub(crate) fn read_tune(text: &str, first_line: u32, reading: &mut Reading) -> Result<(), DecodeError> {
    let mut lines = TuneLines::new(text, first_line);
    let has_key = Lines::new(text).any(|(_, line)| field_letter(line) == Some('K'));
    let mut first_music = None;
    for found in lines.by_ref() {
        let line = match found {
            Found::Directive(place, text) => {
                reading.directive(place, text);
                continue;
            }
            Found::Line(line) => line,
        };
        if line.text.is_empty() {
            reading.warnings.push(line.place(), WarningKind::EmptyLine);
            continue;
        }
        let Some(letter) = field_letter(&line.text) else {
            // Without a key the header ends where music begins.
            if is_prose(&line.text) || (has_key && !line.text.contains('|')) {
                let why = "a header has fields, such as T:Title, and ends with K:";
                reading.skipped(&line, why);
                continue;
            }
            first_music = Some(line);
            break;
        };
        let mut value = line.cursor();
        value.next();
        value.next();
        if letter == 'K' {
            reading.begin_body(Some(&value))?;
            return read_body(lines, reading);
        }
        reading.header_field(letter, &value)?;
    }
    let place = first_music.as_ref().map_or(Place::Line { line: first_line, column: 1 }, Line::place);
    reading.warnings.push(place, WarningKind::NoKey);
    reading.begin_body(None)?;
    first_music.iter().try_for_each(|line| reading.body_line(line))?;
    read_body(lines, reading)
}

/// Whether a line is words rather than music: more than a quarter of its letters name no note and no rest.
fn is_prose(line: &str) -> bool {
    let letters = || line.chars().filter(|c| c.is_alphabetic());
    let n_notes = letters().filter(|c| matches!(c, 'A'..='G' | 'a'..='g' | 'x' | 'z' | 'X' | 'Z')).count();
    4 * n_notes < 3 * letters().count()
}

fn read_body(lines: TuneLines, reading: &mut Reading) -> Result<(), DecodeError> {
    for found in lines {
        match found {
            Found::Directive(place, text) => reading.directive(place, text),
            Found::Line(line) => reading.body_line(&line)?,
        }
    }
    Ok(())
}

/// Warns of text between the end of a tune and the next, which begins with the line of number `first_line`.
pub(crate) fn text_after(text: &str, first_line: u32, reading: &mut Reading) {
    let mut has_text = false;
    for found in TuneLines::new(text, first_line) {
        let Found::Line(line) = found else { continue };
        if line.text.trim().is_empty() {
            continue;
        }
        let is_music = line.text.contains('|') && line.field().is_none();
        if is_music {
            return reading.warnings.push(line.place(), WarningKind::MusicAfterEnd);
        }
        if !has_text {
            reading.warnings.push(line.place(), WarningKind::TextAfterEnd);
            has_text = true;
        }
    }
}
