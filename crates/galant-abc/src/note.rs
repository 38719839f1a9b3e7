//! Single notes, chords and rests.

use crate::bar::{Letter, WrittenNote};
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::key::accidental;
use crate::limits::MAX_CHORD_NOTES;
use crate::ornament::{Context, ornament, skip};
use crate::time::Fraction;
use crate::voice::{Broken, Voice};
use crate::warning::WarningKind;

/// Whether a note begins with a character.
pub(crate) fn begins_note(c: char) -> bool {
    matches!(c, '^' | '_' | '=' | 'A'..='G' | 'a'..='g')
}

/// A note with its accidental, octave, length and tie; none, with a warning, if there are only accidentals.
pub(crate) fn note(cursor: &mut Cursor, context: &mut Context) -> Option<WrittenNote> {
    let place = cursor.place();
    let accidental = signs(cursor, context);
    let Some(letter @ ('A'..='G' | 'a'..='g')) = cursor.peek() else {
        if let Some((text, _)) = accidental {
            context.skipped(place, text, "no note follows the accidental; a note is one of A to G, a to g");
        }
        return None;
    };
    cursor.next();
    // Twelve octaves up or down leave MIDI's range from anywhere, and are reported as pitches out of range.
    let marks = cursor.take_while(|c| matches!(c, ',' | '\''));
    let up = marks.chars().filter(|&mark| mark == '\'').count().min(12) as i8;
    let down = marks.chars().filter(|&mark| mark == ',').count().min(12) as i8;
    let octave = 5 + i8::from(letter.is_ascii_lowercase()) + up - down;
    let length = cursor.length(context.warnings);
    let is_tied = cursor.eat('-');
    let letter = Letter { name: letter.to_ascii_uppercase(), octave };
    Some(WrittenNote { letter, accidental: accidental.map(|(_, semitones)| semitones), length, is_tied, place })
}

/// The accidental before a note: its signs and how many semitones it raises the note.
fn signs<'a>(cursor: &mut Cursor<'a>, context: &mut Context) -> Option<(&'a str, i8)> {
    let place = cursor.place();
    let signs = cursor.take_while(|c| matches!(c, '^' | '_' | '='));
    let last = signs.chars().next_back()?;
    let semitones = accidental(signs).unwrap_or_else(|| {
        context.skipped(place, signs, "an accidental is one of ^ ^^ _ __ =, and the last sign was read");
        accidental(last.encode_utf8(&mut [0; 4])).unwrap_or(0)
    });
    let at_share = cursor.place();
    // `^/` and `^3/2` are parts of semitones, which MIDI's pitches do not have.
    let ahead = cursor.rest().trim_start_matches(|c: char| c.is_ascii_digit() || c == '/');
    let has_share = signs != "=" && cursor.rest()[..cursor.rest().len() - ahead.len()].contains('/');
    if has_share && ahead.starts_with(|c| matches!(c, 'A'..='G' | 'a'..='g')) {
        let share = cursor.take_while(|c| c.is_ascii_digit() || c == '/');
        context.skipped(at_share, share, "an accidental of a part of a semitone was read as a whole one");
    }
    Some((signs, semitones))
}

/// The notes of `[CEG]2`, with whatever decorations, slurs and texts are between them.
pub(crate) fn chord(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) -> Result<(), DecodeError> {
    let place = cursor.place();
    cursor.next();
    let mut notes: Vec<WrittenNote> = Vec::new();
    let mut n_left_out = 0;
    while !cursor.eat(']') {
        match cursor.peek() {
            None | Some('|') => {
                context.warnings.push(place, WarningKind::Unclosed { what: "a chord", closing: ']' });
                break;
            }
            Some(c) if begins_note(c) => match note(cursor, context) {
                Some(_) if notes.len() == MAX_CHORD_NOTES => n_left_out += 1,
                Some(note) => notes.push(note),
                None => {}
            },
            Some(' ' | '\t' | '(' | ')' | '`') => _ = cursor.next(),
            Some('-') => {
                let place = cursor.place();
                cursor.next();
                match notes.last_mut() {
                    Some(note) => {
                        note.is_tied = true;
                        context.warnings.push(place, WarningKind::TieApart);
                    }
                    None => context.skipped(place, "-", "no note is before the tie"),
                }
            }
            Some(_) => {
                if !ornament(cursor, context) {
                    skip(cursor, context, "a chord has notes with their lengths and ties");
                }
            }
        }
    }
    if notes.is_empty() {
        context.skipped(place, "[]", "a chord has at least one note");
    }
    if n_left_out > 0 {
        context.warnings.push(place, WarningKind::LongChord);
    }
    end_chord(cursor, notes, voice, context)
}

/// The notes of `+CEG+2`, as the first versions of ABC wrote chords.
pub(crate) fn old_chord(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) -> Result<(), DecodeError> {
    cursor.next();
    let mut notes = Vec::new();
    while let Some(c) = cursor.peek().filter(|&c| c != '+') {
        if !begins_note(c) {
            cursor.next();
        } else if let Some(note) = note(cursor, context)
            && notes.len() < MAX_CHORD_NOTES
        {
            notes.push(note);
        }
    }
    cursor.next();
    end_chord(cursor, notes, voice, context)
}

/// The length and the tie after a chord.
fn end_chord(
    cursor: &mut Cursor,
    mut notes: Vec<WrittenNote>,
    voice: &mut Voice,
    context: &mut Context,
) -> Result<(), DecodeError> {
    let length = cursor.length(context.warnings);
    if cursor.eat('-') {
        notes.iter_mut().for_each(|note| note.is_tied = true);
    }
    voice.sound(&notes, length, context.warnings)
}

/// `z2`, or whole bars, `Z4`; one of whole bars within a bar is read as if it were small.
pub(crate) fn rest(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) -> Result<(), DecodeError> {
    let place = cursor.place();
    let sign = cursor.next().unwrap_or('z');
    if matches!(sign, 'Z' | 'X') {
        let mut ahead = cursor.clone();
        let n_bars = ahead.number(context.warnings).unwrap_or(1);
        if voice.rest_bars(n_bars, place)? {
            *cursor = ahead;
            return Ok(());
        }
        context.warnings.push(place, WarningKind::BarRest { sign });
    }
    let length = cursor.length(context.warnings);
    voice.rest(length, place, context.warnings);
    Ok(())
}

/// `a>b` makes the first note longer by half and the second shorter; each further sign halves the second once more.
pub(crate) fn broken_rhythm(cursor: &mut Cursor, voice: &mut Voice, context: &mut Context) {
    let place = cursor.place();
    let sign = cursor.peek().unwrap_or('>');
    let count = cursor.count(sign);
    let text = || std::iter::repeat_n(sign, count.min(20) as usize).collect::<String>();
    if count > 3 {
        return context.skipped(place, &text(), "a broken rhythm has one to three signs");
    }
    let (long, short) = (Fraction::new((2 << count) - 1, 1 << count), Fraction::new(1, 1 << count));
    let factors = if sign == '>' { (long, short) } else { (short, long) };
    if !voice.break_rhythm(Broken { sign, count, place, factors }) {
        context.skipped(place, &text(), "a broken rhythm is between two notes of a bar");
    }
}
