//! What a score has no place for: grace notes, decorations, texts, and what is no music at all.

use galant_types::{Place, Warnings};

use crate::cursor::Cursor;
use crate::symbols::Symbols;
use crate::warning::WarningKind;

/// What reading music needs besides the voice.
#[derive(Debug)]
pub(crate) struct Context<'c> {
    pub(crate) symbols: Symbols,
    pub(crate) warnings: &'c mut Warnings,
}

impl Context<'_> {
    pub(crate) fn skipped(&mut self, place: Place, text: &str, why: &'static str) {
        self.warnings.push(place, WarningKind::Skipped { text: shortened(text), why });
    }

    fn unclosed(&mut self, place: Place, what: &'static str, closing: char) {
        self.warnings.push(place, WarningKind::Unclosed { what, closing });
    }

    fn decoration(&mut self, place: Place, name: &str) {
        self.warnings.push(place, WarningKind::Decoration { name: shortened(name) });
    }
}

/// The beginning of a text, enough to find it again.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads one ornament or text; false if none begins here.
pub(crate) fn ornament(cursor: &mut Cursor, context: &mut Context) -> bool {
    let place = cursor.place();
    match cursor.peek() {
        Some('{') => grace_notes(cursor, context),
        Some('"') => text(cursor, context),
        Some('!') => named(cursor, context),
        Some('+') if old_decoration(cursor.rest()).is_some() => {
            cursor.next();
            let name = cursor.take_until('+', &[]).unwrap_or_default();
            context.decoration(place, &format!("+{name}+"));
        }
        Some('.') => {
            cursor.next();
            context.decoration(place, ".");
        }
        Some(sign) if Symbols::may_be(sign) => {
            cursor.next();
            let mut buffer = [0; 4];
            let sign_text = sign.encode_utf8(&mut buffer);
            if context.symbols.contains(sign) {
                context.decoration(place, sign_text);
            } else {
                context.skipped(place, sign_text, "no field U: says what the letter stands for");
            }
        }
        _ => return false,
    }
    true
}

/// `{ga}`; without its end, up to the next blank.
fn grace_notes(cursor: &mut Cursor, context: &mut Context) {
    let place = cursor.place();
    cursor.next();
    if cursor.take_until('}', &['|', '{']).is_some() {
        context.warnings.push(place, WarningKind::GraceNotes);
    } else {
        cursor.take_while(|c| !matches!(c, ' ' | '\t' | '|'));
        context.unclosed(place, "grace notes", '}');
    }
}

/// `"G7"` or `"^dolce"`; without its end, up to the next bar line.
fn text(cursor: &mut Cursor, context: &mut Context) {
    let place = cursor.place();
    cursor.next();
    match cursor.take_until('"', &[]) {
        Some(text) if text.starts_with(['^', '_', '<', '>', '@']) => {}
        Some(text) => context.warnings.push(place, WarningKind::ChordSymbol { text: shortened(text) }),
        None => {
            cursor.take_while(|c| c != '|');
            context.unclosed(place, "a text", '"');
        }
    }
}

/// `!trill!`, or a single `!`, which ended lines in early texts.
fn named(cursor: &mut Cursor, context: &mut Context) {
    let place = cursor.place();
    cursor.next();
    let mut ahead = cursor.clone();
    match ahead.take_until('!', &['|']).filter(|name| !name.starts_with(' ') && !name.is_empty()) {
        Some(name) => {
            context.decoration(place, &format!("!{name}!"));
            *cursor = ahead;
        }
        None => context.skipped(place, "!", "a decoration is written as !trill!"),
    }
}

/// The name in `+trill+`; none if that is a chord such as `+CEG+`, or nothing closes it.
pub(crate) fn old_decoration(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('+')?.split_once('+')?;
    let is_dynamic = matches!(name, "f" | "ff" | "fff" | "ffff");
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".()<>".contains(c));
    (is_dynamic || (is_name && !is_old_chord(text))).then_some(name)
}

/// Whether a text begins with a chord such as `+CEG+`.
pub(crate) fn is_old_chord(text: &str) -> bool {
    let Some((notes, _)) = text.strip_prefix('+').and_then(|text| text.split_once('+')) else { return false };
    let is_part = |c| matches!(c, 'A'..='G' | 'a'..='g' | '0'..='9') || "^_=,'/-".contains(c);
    notes.contains(|c: char| c.is_ascii_alphabetic()) && notes.chars().all(is_part)
}

/// Skips what is no music, up to the next character that may be.
pub(crate) fn skip(cursor: &mut Cursor, context: &mut Context, why: &'static str) {
    let place = cursor.place();
    let start = cursor.rest();
    cursor.next();
    cursor.take_while(|c| !(c.is_ascii_alphabetic() || " \t|[]({)&<>^_=.~!\"`-:\\$+".contains(c)));
    let skipped = &start[..start.len() - cursor.rest().len()];
    context.skipped(place, skipped, why);
}
