//! A line of text, read character by character.

use galant_types::Place;

use crate::error::DecodeError;
use crate::limits::MAX_NUMBER;
use crate::time::Fraction;

/// The beginning of a text, for what has no place of its own.
pub(crate) const START: Place = Place::Line { line: 1, column: 1 };

/// What is left of a line, and where that is.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(rest: &'a str, line: u32, column: u32) -> Cursor<'a> {
        Cursor { rest, line, column }
    }

    /// Another text, whose errors are reported here.
    pub(crate) fn with<'b>(&self, text: &'b str) -> Cursor<'b> {
        Cursor::new(text, self.line, self.column)
    }

    pub(crate) fn place(&self) -> Place {
        Place::Line { line: self.line, column: self.column }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// The character after the next one.
    pub(crate) fn peek_second(&self) -> Option<char> {
        self.rest.chars().nth(1)
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        self.column += 1;
        Some(c)
    }

    pub(crate) fn eat(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.next();
        }
        is_next
    }

    pub(crate) fn count(&mut self, c: char) -> u32 {
        let mut count = 0;
        while self.eat(c) {
            count += 1;
        }
        count
    }

    pub(crate) fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (part, rest) = self.rest.split_at(end);
        self.column += part.chars().count() as u32;
        self.rest = rest;
        part
    }

    /// What is before `closing`, which is read too; none if it is not on the line.
    pub(crate) fn take_until(&mut self, closing: char) -> Option<&'a str> {
        let part = self.rest.contains(closing).then(|| self.take_while(|c| c != closing));
        self.next();
        part
    }

    /// A number from 1 to [`MAX_NUMBER`], if there is one here.
    pub(crate) fn number(&mut self) -> Result<Option<u32>, DecodeError> {
        let place = self.place();
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return Ok(None);
        }
        match digits.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(DecodeError::Number { place, digits: digits[..digits.len().min(20)].to_owned() }),
        }
    }

    /// The length that may follow a note: `3`, `3/2`, `/2`, `/` and `//` for halves of halves.
    pub(crate) fn length(&mut self) -> Result<Fraction, DecodeError> {
        let numerator = self.number()?.unwrap_or(1);
        let place = self.place();
        let slashes = self.count('/');
        if slashes == 0 {
            return Ok(Fraction::new(numerator, 1));
        }
        let denominator = match self.number()? {
            Some(number) if slashes == 1 => number,
            None if slashes < MAX_NUMBER.ilog2() => 1 << slashes,
            _ => {
                let allowed = "a length is written as 3, 3/2, /2 or //";
                return Err(DecodeError::Unexpected { place, found: "/".repeat(slashes.min(20) as usize), allowed });
            }
        };
        Ok(Fraction::new(numerator, denominator))
    }
}
