//! Bar lines, repeat signs and the numbers of endings.

use galant_types::Warnings;

use crate::cursor::Cursor;
use crate::limits::MAX_PLAYINGS;
use crate::warning::WarningKind;

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
            (Some('|'), _) | (Some('.'), Some('|')) | (Some(':'), Some('|' | ':')) => true,
            (Some('['), Some(second)) => second == '|' || second.is_ascii_digit(),
            _ => false,
        }
    }

    /// Reads what [`BarLine::begins_at`] found.
    pub(crate) fn parse(cursor: &mut Cursor, warnings: &mut Warnings) -> BarLine {
        let place = cursor.place();
        cursor.eat('.');
        let before = cursor.count(':');
        let mut strokes = 0;
        let mut is_closed = false;
        while let Some(stroke) = eat_stroke(cursor, strokes) {
            strokes += 1;
            is_closed = stroke == ']';
        }
        // The colons of `|]:|` and `[|]:|` are those of a second bar line.
        let is_of_next = is_closed && cursor.rest().trim_start_matches(':').starts_with('|');
        let after = if is_of_next { 0 } else { cursor.count(':') };
        let mut line = BarLine { repeats: before, begins: after > 0, is_heavy: strokes > 1, ending: Vec::new() };
        if strokes == 0 && before > 0 {
            // `::` ends a repeat and begins one.
            (line.repeats, line.begins) = (before / 2, true);
        }
        if line.repeats >= MAX_PLAYINGS {
            warnings.push(place, WarningKind::Playings { playings: line.repeats + 1 });
            line.repeats = MAX_PLAYINGS - 1;
        }
        if cursor.peek() == Some('[') && cursor.peek_second().is_some_and(|second| second.is_ascii_digit()) {
            cursor.next();
        }
        line.ending = ending(cursor, warnings);
        line
    }
}

/// The number of an ending that is apart from its bar line, as in `| 1`.
pub(crate) fn ending_apart(cursor: &mut Cursor, warnings: &mut Warnings) -> BarLine {
    warnings.push(cursor.place(), WarningKind::EndingApart);
    BarLine { ending: ending(cursor, warnings), ..BarLine::default() }
}

/// A stroke of a bar line after `strokes` others: `|`, the `]` of `|]`, or the `[` of `[|`.
fn eat_stroke(cursor: &mut Cursor, strokes: u32) -> Option<char> {
    let is_stroke = match cursor.peek()? {
        '|' => true,
        ']' => strokes > 0,
        '[' => cursor.peek_second() == Some('|'),
        _ => false,
    };
    is_stroke.then(|| cursor.next()).flatten()
}

/// Numbers such as `1`, `1,2` and `1-3`; none if there are none.
fn ending(cursor: &mut Cursor, warnings: &mut Warnings) -> Vec<u32> {
    let mut numbers = Vec::new();
    let continues = |cursor: &Cursor, sign: char| {
        cursor.peek() == Some(sign) && cursor.peek_second().is_some_and(|second| second.is_ascii_digit())
    };
    loop {
        let place = cursor.place();
        let Some(first) = cursor.number(warnings) else { return numbers };
        let mut last = first;
        if continues(cursor, '-') {
            cursor.next();
            last = cursor.number(warnings).unwrap_or(first);
        }
        if let Some(playings) = [first, last].into_iter().find(|&number| number > MAX_PLAYINGS) {
            warnings.push(place, WarningKind::Playings { playings });
        }
        numbers.extend(first.min(MAX_PLAYINGS)..=last.min(MAX_PLAYINGS));
        numbers.dedup();
        if !continues(cursor, ',') || numbers.len() > MAX_PLAYINGS as usize {
            return numbers;
        }
        cursor.next();
    }
}
