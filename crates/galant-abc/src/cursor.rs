//! A line of text, read character by character.

use galant_types::{Place, Warnings};

use crate::limits::MAX_NUMBER;
use crate::time::Fraction;
use crate::warning::WarningKind;

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

    /// What is before `closing`, which is read too; none, with nothing read, if one of `stops` or the end comes first.
    pub(crate) fn take_until(&mut self, closing: char, stops: &[char]) -> Option<&'a str> {
        let end = self.rest.find(|c| c == closing || stops.contains(&c))?;
        if !self.rest[end..].starts_with(closing) {
            return None;
        }
        let part = self.take_while(|c| c != closing);
        self.next();
        Some(part)
    }

    /// A number from 1 to [`MAX_NUMBER`], if there is one here; others are left out with a warning.
    pub(crate) fn number(&mut self, warnings: &mut Warnings) -> Option<u32> {
        let place = self.place();
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return None;
        }
        let number = digits.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number));
        if number.is_none() {
            let digits = digits[..digits.len().min(20)].to_owned();
            warnings.push(place, WarningKind::Number { digits });
        }
        number
    }

    /// The length that may follow a note: `3`, `3/2`, `/2`, `/` and `//` for halves of halves.
    pub(crate) fn length(&mut self, warnings: &mut Warnings) -> Fraction {
        let numerator = self.number(warnings).unwrap_or(1);
        let mut denominator = 1_u64;
        loop {
            let place = self.place();
            if !self.eat('/') {
                return Fraction::new(numerator, denominator as u32);
            }
            let divisor = self.number(warnings).unwrap_or(2);
            let product = denominator * u64::from(divisor);
            if product > u64::from(MAX_NUMBER) {
                warnings.push(place, WarningKind::Number { digits: product.to_string() });
                continue;
            }
            denominator = product;
        }
    }
}
