//! Lines of music: notes, rests, chords and what surrounds them.

use crate::bar_line::{BarLine, ending_apart};
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::note::{begins_note, broken_rhythm, chord, note, old_chord, rest};
use crate::ornament::{Context, is_old_chord, old_decoration, ornament, skip};
use crate::time::Fraction;
use crate::tuplet::Tuplet;
use crate::voice::Voice;
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
///
/// What is no music is skipped to the next note or bar line, with a warning.
pub(crate) fn read<'a>(
    cursor: &mut Cursor<'a>,
    voice: &mut Voice,
    context: &mut Context,
) -> Result<Stop<'a>, DecodeError> {
    while let Some(c) = cursor.peek() {
        if BarLine::begins_at(cursor) {
            voice.end_groups(cursor.place(), context.warnings);
            let line = BarLine::parse(cursor, context.warnings);
            voice.end_bar(line)?;
            continue;
        }
        match c {
            _ if begins_note(c) => {
                if let Some(note) = note(cursor, context) {
                    voice.sound(&[note], Fraction::ONE, context.warnings)?;
                }
            }
            'z' | 'x' | 'Z' | 'X' => rest(cursor, voice, context)?,
            '[' => match field(cursor, context) {
                Some((letter, value)) => return Ok(Stop::Field(letter, value)),
                None => chord(cursor, voice, context)?,
            },
            '+' if is_old_chord(cursor.rest()) && old_decoration(cursor.rest()).is_none() => {
                old_chord(cursor, voice, context)?;
            }
            '(' if cursor.peek_second().is_some_and(|second| second.is_ascii_digit()) => tuplet(cursor, voice, context),
            '>' | '<' => broken_rhythm(cursor, voice, context),
            '&' => {
                let place = cursor.place();
                voice.end_groups(place, context.warnings);
                let n_signs = cursor.count('&');
                voice.overlay(n_signs, place, context.warnings);
            }
            '-' => lone_tie(cursor, voice, context),
            ' ' | '\t' | '(' | ')' | '`' | '$' | '\\' => _ = cursor.next(),
            '1'..='9' if is_ending(cursor, voice) => voice.end_bar(ending_apart(cursor, context.warnings))?,
            'y' => {
                // A space that may have a width.
                cursor.next();
                cursor.take_while(|c| c.is_ascii_digit());
            }
            _ => {
                if !ornament(cursor, context) {
                    skip(cursor, context, "music has notes, rests, chords, bar lines and decorations");
                }
            }
        }
    }
    Ok(Stop::End)
}

/// Whether the number of an ending is here, with a blank between it and its bar line, and one after it.
fn is_ending(cursor: &Cursor, voice: &Voice) -> bool {
    let rest = cursor.rest();
    let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let is_apart = after.is_empty() || after.starts_with([' ', '-', ',']);
    is_apart && digits.parse().is_ok_and(|number| voice.may_begin_ending(number))
}

fn tuplet(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) {
    let place = cursor.place();
    cursor.next();
    if voice.tuplet.is_some() {
        context.warnings.push(place, WarningKind::UnfinishedGroup { what: "tuplet" });
    }
    let is_compound = voice.meter.is_some_and(|meter| meter.numerator > 3 && meter.numerator % 3 == 0);
    voice.tuplet = Tuplet::parse(cursor, is_compound, context.warnings);
}

/// A tie that is not next to its note, as in `c4 -|c4|`.
fn lone_tie(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) {
    let place = cursor.place();
    cursor.next();
    if voice.tie_last() {
        context.warnings.push(place, WarningKind::TieApart);
    } else {
        context.skipped(place, "-", "no note is before the tie");
    }
}

/// A field in brackets, if this is one and not a chord; one that is not closed has what is before the next bar line.
fn field<'a>(cursor: &mut Cursor<'a>, context: &mut Context) -> Option<(char, Cursor<'a>)> {
    let mut chars = cursor.rest().chars().skip(1);
    let (letter, colon) = (chars.next()?, chars.next()?);
    if !letter.is_ascii_alphabetic() || colon != ':' {
        return None;
    }
    let place = cursor.place();
    for _ in 0..3 {
        cursor.next();
    }
    let at_value = cursor.clone();
    let value = cursor.take_until(']', &['[']).unwrap_or_else(|| {
        context.warnings.push(place, WarningKind::Unclosed { what: "a field", closing: ']' });
        cursor.take_while(|c| c != '|')
    });
    Some((letter, at_value.with(value)))
}
