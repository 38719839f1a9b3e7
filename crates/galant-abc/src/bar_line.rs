//! Bar lines, repeat signs and the numbers of endings.

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::limits::MAX_PLAYINGS;

/// What is between two bars.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BarLine {
    /// How often the section before it is repeated.
    pub(crate) repeats: u32,
    /// Whether a section begins that is repeated.
    pub(crate) begins: bool,
    /// Whether it has two strokes or a thick one, which ends a section.
    pub(crate) is_heavy: bool,
    /// In which playings the bars after it are played; empty for all.
    pub(crate) ending: Vec<u32>,
}

impl BarLine {
    /// Whether a bar line begins here, rather than a chord, field or decoration.
    pub(crate) fn begins_at(cursor: &Cursor) -> bool {
        match (cursor.peek(), cursor.peek_second()) {
            (Some('|' | ':'), _) | (Some('.'), Some('|')) => true,
            (Some('['), Some(second)) => second == '|' || second.is_ascii_digit(),
            _ => false,
        }
    }

    /// Reads what [`BarLine::begins_at`] found.
    pub(crate) fn parse(cursor: &mut Cursor) -> Result<BarLine, DecodeError> {
        let place = cursor.place();
        let start = cursor.rest();
        cursor.eat('.');
        let before = cursor.count(':');
        let mut strokes = 0;
        while cursor.eat('|') || (strokes > 0 && cursor.eat(']')) || eat_thick(cursor) {
            strokes += 1;
        }
        let after = cursor.count(':');
        let mut line = BarLine { repeats: before, begins: after > 0, is_heavy: strokes > 1, ending: Vec::new() };
        if strokes == 0 && before > 0 {
            if before == 1 {
                let allowed = "a repeat is written as |:, :| or ::";
                return Err(DecodeError::Unexpected { place, found: start.chars().take(2).collect(), allowed });
            }
            // `::` ends a repeat and begins one.
            (line.repeats, line.begins) = (before / 2, true);
        }
        if line.repeats >= MAX_PLAYINGS {
            return Err(DecodeError::TooManyPlayings { place, playings: line.repeats + 1 });
        }
        if cursor.peek() == Some('[') && cursor.peek_second().is_some_and(|second| second.is_ascii_digit()) {
            cursor.next();
        }
        line.ending = ending(cursor)?;
        Ok(line)
    }
}

/// The `[` of `[|`.
fn eat_thick(cursor: &mut Cursor) -> bool {
    cursor.peek_second() == Some('|') && cursor.eat('[')
}

/// Numbers such as `1`, `1,2` and `1-3`; none if there are none.
fn ending(cursor: &mut Cursor) -> Result<Vec<u32>, DecodeError> {
    let mut numbers = Vec::new();
    let mut place = cursor.place();
    while let Some(first) = cursor.number()? {
        let mut last = first;
        if cursor.peek() == Some('-') && cursor.peek_second().is_some_and(|second| second.is_ascii_digit()) {
            cursor.next();
            last = cursor.number()?.unwrap_or(first);
        }
        if let Some(playings) = [first, last].into_iter().find(|&number| number > MAX_PLAYINGS) {
            return Err(DecodeError::TooManyPlayings { place, playings });
        }
        numbers.extend(first..=last);
        if !(cursor.peek() == Some(',') && cursor.peek_second().is_some_and(|second| second.is_ascii_digit())) {
            break;
        }
        cursor.next();
        place = cursor.place();
        if numbers.len() > MAX_PLAYINGS as usize {
            return Err(DecodeError::TooManyPlayings { place, playings: numbers.len() as u32 });
        }
    }
    Ok(numbers)
}
