//! Lines of music: notes, rests, chords and what surrounds them.

use crate::bar_line::BarLine;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::limits::MAX_CHORD_NOTES;
use crate::tally::Warnings;
use crate::time::Fraction;
use crate::tuplet::Tuplet;
use crate::voice::{Voice, WrittenNote};
use crate::warning::WarningKind;

/// What reading a line of music stopped at.
#[derive(Debug)]
pub(crate) enum Stop<'a> {
    /// The end of the line.
    End,
    /// A field within the line, such as `[V:2]`: its letter, and its value, which begins there.
    Field(char, Cursor<'a>),
}

/// Reads music into `voice` until the line ends or a field comes.
pub(crate) fn read<'a>(
    cursor: &mut Cursor<'a>,
    voice: &mut Voice,
    warnings: &mut Warnings,
) -> Result<Stop<'a>, DecodeError> {
    while let Some(c) = cursor.peek() {
        if BarLine::begins_at(cursor) {
            voice.end_groups(cursor.place(), warnings);
            let line = BarLine::parse(cursor)?;
            voice.end_bar(line)?;
            continue;
        }
        match c {
            '^' | '_' | '=' | 'A'..='G' | 'a'..='g' => {
                let note = note(cursor)?;
                voice.sound(&[note], Fraction::ONE)?;
            }
            'z' | 'x' | 'Z' | 'X' => rest(cursor, voice)?,
            '[' => match field(cursor)? {
                Some((letter, value)) => return Ok(Stop::Field(letter, value)),
                None => chord(cursor, voice)?,
            },
            '(' if cursor.peek_second().is_some_and(|second| second.is_ascii_digit()) => {
                let place = cursor.place();
                cursor.next();
                if voice.tuplet.is_some() {
                    warnings.push(place, WarningKind::UnfinishedGroup { what: "tuplet" });
                }
                let is_compound = voice.meter.is_some_and(|meter| meter.numerator > 3 && meter.numerator % 3 == 0);
                voice.tuplet = Some(Tuplet::parse(cursor, is_compound)?);
            }
            '>' | '<' => broken_rhythm(cursor, voice)?,
            '&' => {
                voice.end_groups(cursor.place(), warnings);
                cursor.next();
                voice.overlay();
            }
            ' ' | '\t' | '(' | ')' | '`' | '$' | 'y' | '\\' => _ = cursor.next(),
            _ => ornament(cursor, warnings)?,
        }
    }
    Ok(Stop::End)
}

/// What a score has no place for: grace notes, decorations, texts.
fn ornament(cursor: &mut Cursor, warnings: &mut Warnings) -> Result<(), DecodeError> {
    let place = cursor.place();
    let unclosed = |what, closing| DecodeError::Unclosed { place, what, closing };
    match cursor.next() {
        Some('{') => {
            cursor.take_until('}').ok_or_else(|| unclosed("grace notes", '}'))?;
            warnings.push(place, WarningKind::GraceNotes);
        }
        Some('!') => {
            let name = cursor.take_until('!').ok_or_else(|| unclosed("a decoration", '!'))?;
            warnings.push(place, WarningKind::Decoration { name: format!("!{}!", shortened(name)) });
        }
        Some('"') => {
            let text = cursor.take_until('"').ok_or_else(|| unclosed("a text", '"'))?;
            if !text.starts_with(['^', '_', '<', '>', '@']) {
                warnings.push(place, WarningKind::ChordSymbol { text: shortened(text) });
            }
        }
        Some(sign @ ('.' | '~' | 'H' | 'J' | 'L' | 'M' | 'O' | 'P' | 'R' | 'S' | 'T' | 'u' | 'v')) => {
            warnings.push(place, WarningKind::Decoration { name: sign.into() });
        }
        found => {
            let allowed = "music has notes, rests, chords, bar lines and decorations";
            return Err(DecodeError::Unexpected { place, found: found.into_iter().collect(), allowed });
        }
    }
    Ok(())
}

/// The beginning of a text, enough to find it again.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A note with its accidental, octave, length and tie.
fn note(cursor: &mut Cursor) -> Result<WrittenNote, DecodeError> {
    let place = cursor.place();
    let signs = cursor.take_while(|c| matches!(c, '^' | '_' | '='));
    let accidental = match signs {
        "" => None,
        "^" => Some(1),
        "^^" => Some(2),
        "_" => Some(-1),
        "__" => Some(-2),
        "=" => Some(0),
        _ => {
            let (found, allowed) = (shortened(signs), "an accidental is one of ^ ^^ _ __ =");
            return Err(DecodeError::Unexpected { place, found, allowed });
        }
    };
    let at_letter = cursor.place();
    let letter = match cursor.next() {
        Some(letter @ ('A'..='G' | 'a'..='g')) => letter,
        found => {
            let found = found.map_or("the end of the line".to_owned(), String::from);
            return Err(DecodeError::Unexpected {
                place: at_letter,
                found,
                allowed: "a note is one of A to G, a to g",
            });
        }
    };
    // Twelve octaves up or down leave MIDI's range from anywhere, and are reported as pitches out of range.
    let marks = cursor.take_while(|c| matches!(c, ',' | '\''));
    let up = marks.chars().filter(|&mark| mark == '\'').count().min(12) as i8;
    let down = marks.chars().filter(|&mark| mark == ',').count().min(12) as i8;
    let octave = 5 + i8::from(letter.is_ascii_lowercase()) + up - down;
    let length = cursor.length()?;
    let is_tied = cursor.eat('-');
    Ok(WrittenNote { letter: letter.to_ascii_uppercase(), octave, accidental, length, is_tied, place })
}

/// The notes of `[CEG]2`.
fn chord(cursor: &mut Cursor, voice: &mut Voice) -> Result<(), DecodeError> {
    let place = cursor.place();
    cursor.next();
    let mut notes = Vec::new();
    while !cursor.eat(']') {
        if notes.len() > MAX_CHORD_NOTES {
            return Err(DecodeError::TooManyChordNotes { place });
        }
        match cursor.peek() {
            Some('^' | '_' | '=' | 'A'..='G' | 'a'..='g') => notes.push(note(cursor)?),
            Some(' ') => _ = cursor.next(),
            Some(found) => {
                let allowed = "a chord has notes with their lengths and ties";
                return Err(DecodeError::Unexpected { place: cursor.place(), found: found.into(), allowed });
            }
            None => return Err(DecodeError::Unclosed { place, what: "a chord", closing: ']' }),
        }
    }
    if notes.is_empty() {
        return Err(DecodeError::Unexpected { place, found: "[]".into(), allowed: "a chord has at least one note" });
    }
    let length = cursor.length()?;
    if cursor.eat('-') {
        notes.iter_mut().for_each(|note| note.is_tied = true);
    }
    voice.sound(&notes, length)
}

/// A field in brackets, if this is one and not a chord.
fn field<'a>(cursor: &mut Cursor<'a>) -> Result<Option<(char, Cursor<'a>)>, DecodeError> {
    let mut chars = cursor.rest().chars().skip(1);
    let (Some(letter), Some(':')) = (chars.next(), chars.next()) else { return Ok(None) };
    if !letter.is_ascii_alphabetic() {
        return Ok(None);
    }
    let place = cursor.place();
    for _ in 0..3 {
        cursor.next();
    }
    let at_value = cursor.clone();
    let value = cursor.take_until(']').ok_or(DecodeError::Unclosed { place, what: "a field", closing: ']' })?;
    Ok(Some((letter, at_value.with(value))))
}

fn rest(cursor: &mut Cursor, voice: &mut Voice) -> Result<(), DecodeError> {
    let place = cursor.place();
    let sign = cursor.next().unwrap_or('z');
    if matches!(sign, 'z' | 'x') {
        let length = cursor.length()?;
        return voice.rest(length, place);
    }
    let n_bars = cursor.number()?.unwrap_or(1);
    if voice.rest_bars(n_bars, place)? {
        return Ok(());
    }
    let allowed = "a rest of whole bars needs a meter, and begins a bar";
    Err(DecodeError::Unexpected { place, found: sign.into(), allowed })
}

/// `a>b` makes the first note longer by half and the second shorter; each further sign halves the second once more.
fn broken_rhythm(cursor: &mut Cursor, voice: &mut Voice) -> Result<(), DecodeError> {
    let place = cursor.place();
    let sign = cursor.peek().unwrap_or('>');
    let count = cursor.count(sign);
    let found: String = std::iter::repeat_n(sign, count.min(20) as usize).collect();
    if count > 3 {
        return Err(DecodeError::Unexpected { place, found, allowed: "a broken rhythm has one to three signs" });
    }
    let (long, short) = (Fraction::new((2 << count) - 1, 1 << count), Fraction::new(1, 1 << count));
    let (last, next) = if sign == '>' { (long, short) } else { (short, long) };
    if !voice.break_rhythm(last, next)? {
        let allowed = "a broken rhythm is between two notes of a bar";
        return Err(DecodeError::Unexpected { place, found, allowed });
    }
    Ok(())
}
