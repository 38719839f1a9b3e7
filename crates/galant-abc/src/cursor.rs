//! A line of text, read character by character.

use crate::error::{DecodeError, Place};
use crate::limits::MAX_NUMBER;
use crate::time::Fraction;

/// What is left of a line, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(rest: &'a str, place: Place) -> Cursor<'a> {
        Cursor { rest, place }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
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
        self.place.column += 1;
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
        self.place.column += part.chars().count() as u32;
        self.rest = rest;
        part
    }

    /// What stands before `closing`, which is read too; none if it is not on the line.
    pub(crate) fn take_until(&mut self, closing: char) -> Option<&'a str> {
        let part = self.rest.contains(closing).then(|| self.take_while(|c| c != closing));
        self.next();
        part
    }

    /// A number from 1 to [`MAX_NUMBER`], if one stands here.
    pub(crate) fn number(&mut self) -> Result<Option<u32>, DecodeError> {
        let place = self.place;
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return Ok(None);
        }
        match digits.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(DecodeError::Number { place, digits: digits[..digits.len().min(20)].to_owned() }),
        }
    }

    /// The length that may stand after a note: `3`, `3/2`, `/2`, `/` and `//` for halves of halves.
    pub(crate) fn length(&mut self) -> Result<Fraction, DecodeError> {
        let numerator = self.number()?.unwrap_or(1);
        let place = self.place;
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
