//! Lines of a tune: fields, instructions, comments, and blocks of text for typesetting.

use std::borrow::Cow;

use galant_types::Place;

use crate::cursor::Cursor;

/// A line without its comment, and where it is.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) number: u32,
}

impl<'a> Line<'a> {
    /// The line up to its comment, if it has one.
    pub(crate) fn new(text: &'a str, number: u32) -> Line<'a> {
        let comment = text.match_indices('%').find(|&(at, _)| !text[..at].ends_with('\\'));
        let end = comment.map_or(text.len(), |(at, _)| at);
        Line { text: Cow::Borrowed(text[..end].trim_end()), number }
    }

    pub(crate) fn place(&self) -> Place {
        Place::Line { line: self.number, column: 1 }
    }

    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor::new(&self.text, self.number, 1)
    }

    /// Adds the text of a line that continues this field.
    pub(crate) fn add(&mut self, continued: &str) {
        let text = self.text.to_mut();
        text.push(' ');
        text.push_str(continued.trim());
    }

    /// The letter of a field line, and its value; none for music.
    ///
    /// `c:|` is a note before a repeat sign.
    pub(crate) fn field(&self) -> Option<(char, Cursor<'_>)> {
        let mut chars = self.text.chars();
        let (letter, colon) = (chars.next()?, chars.next()?);
        let is_music = |sign: Option<char>| {
            matches!(letter, 'A'..='G' | 'a'..='g' | 'x' | 'X' | 'z' | 'Z') && matches!(sign, Some('|' | ':'))
        };
        let is_field = (letter.is_ascii_alphabetic() || letter == '+') && colon == ':' && !is_music(chars.next());
        is_field.then(|| (letter, Cursor::new(&self.text[2..], self.number, 3)))
    }
}

/// The letter of the field that a line begins with, also in a header, where no line is music.
pub(crate) fn field_letter(line: &str) -> Option<char> {
    let letter = line.chars().next().filter(|letter| letter.is_ascii_alphabetic() || *letter == '+')?;
    line[1..].starts_with(':').then_some(letter)
}

/// Whether a line begins a tune: X: and a number.
pub(crate) fn begins_tune(line: &str) -> bool {
    line.strip_prefix("X:")
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) || rest.trim().is_empty())
}

/// The blocks of lines that are text for typesetting, by the words of their first and last lines.
const BLOCKS: [(&str, &str); 6] = [
    ("%%begintext", "%%endtext"),
    ("%%beginps", "%%endps"),
    ("%%beginsvg", "%%endsvg"),
    ("%%beginjs", "%%endjs"),
    ("%%beginml", "%%endml"),
    ("%%beginlua", "%%endlua"),
];

/// The number of the block that a line begins.
pub(crate) fn block_of(line: &str) -> Option<usize> {
    BLOCKS.iter().position(|(begin, _)| line.starts_with(begin))
}

/// Whether a line ends the block of that number.
pub(crate) fn ends_block(line: &str, block: usize) -> bool {
    line.starts_with(BLOCKS[block].1)
}
