//! Text from files, such that it cannot control the terminal it is printed on.
//!
//! Names of files, tracks and songs come from strangers. A control character among them could move the cursor, rename
//! the window or hide what is printed, so each is shown as its escape, such as `\\u{1b}`.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::color::{ERROR, WARNING};

/// Whether another process prints; set once.
static MUTE: AtomicBool = AtomicBool::new(false);

/// Prints no errors, warnings and notes from now on.
pub(crate) fn mute() {
    MUTE.store(true, Ordering::Relaxed);
}

fn is_mute() -> bool {
    MUTE.load(Ordering::Relaxed)
}

/// Prints an error, a line on the standard error output.
pub(crate) fn error(message: &str) {
    if !is_mute() {
        anstream::eprintln!("{ERROR}error:{ERROR:#} {}", text(message));
    }
}

/// Prints a warning, a line on the standard error output.
pub(crate) fn warn(message: &str) {
    if !is_mute() {
        anstream::eprintln!("{WARNING}warning:{WARNING:#} {}", text(message));
    }
}

/// Prints what is no warning, a line on the standard error output.
pub(crate) fn note(message: &str) {
    if !is_mute() {
        anstream::eprintln!("{}", text(message));
    }
}

/// The text with its control characters as escapes; only tabs and ends of lines stay.
pub(crate) fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut shown, c);
    }
    shown
}

fn push(shown: &mut String, c: char) {
    if is_command(c) {
        write!(shown, "{}", c.escape_unicode()).expect("a string can be written to");
    } else {
        shown.push(c);
    }
}

/// Controls, and the marks that turn the direction of writing.
fn is_command(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

/// The longest sequence of a color: `ESC [`, some numbers, `m`.
const MAX_COLOR_BYTES: usize = 32;

/// An output on which only this program's own colors are more than plain text.
pub(crate) struct Printable<W> {
    out: W,
    /// A character or a color that is not complete yet.
    begun: Vec<u8>,
}

impl<W: Write> Printable<W> {
    pub(crate) fn new(out: W) -> Printable<W> {
        Printable { out, begun: Vec::new() }
    }

    /// What is begun as text and its length, if it is complete; none if more must come first.
    fn whole(&self) -> Option<(String, usize)> {
        let bytes = &self.begun;
        if bytes[0] == 0x1b {
            return color(bytes);
        }
        let n_bytes = match bytes[0] {
            ..0x80 => 1,
            0xc2..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0..0xf5 => 4,
            _ => return Some(("\u{fffd}".to_owned(), 1)),
        };
        let character = bytes.get(..n_bytes)?;
        Some(str::from_utf8(character).map_or(("\u{fffd}".to_owned(), 1), |character| (text(character), n_bytes)))
    }
}

/// A color as it is, or what begins like one as an escape.
fn color(bytes: &[u8]) -> Option<(String, usize)> {
    let is_inside = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
    let end = match bytes {
        [_] => return None,
        [_, b'[', rest @ ..] => 2 + rest.iter().position(|byte| !is_inside(byte)).unwrap_or(rest.len()),
        _ => 1,
    };
    if end == bytes.len() && end < MAX_COLOR_BYTES && end > 1 {
        return None;
    }
    let is_color = end > 1 && bytes.get(end) == Some(&b'm');
    if is_color {
        Some((String::from_utf8_lossy(&bytes[..=end]).into_owned(), end + 1))
    } else {
        Some((text("\x1b"), 1))
    }
}

impl<W: Write> Write for Printable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nearly all that is printed.
        if self.begun.is_empty() && bytes.iter().all(|&byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
            return self.out.write(bytes);
        }
        let mut shown = String::with_capacity(bytes.len());
        for &byte in bytes {
            self.begun.push(byte);
            while !self.begun.is_empty()
                && let Some((text, n_bytes)) = self.whole()
            {
                shown.push_str(&text);
                self.begun.drain(..n_bytes);
            }
        }
        self.out.write_all(shown.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of bytes, whether they come all at once or one by one.
    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        for n_bytes in [1, 2, bytes.len().max(1)] {
            let mut out = Printable::new(Vec::new());
            bytes.chunks(n_bytes).for_each(|chunk| out.write_all(chunk).unwrap());
            assert_eq!(str::from_utf8(&out.out).unwrap(), expected, "{n_bytes} at once");
        }
    }

    #[test]
    fn text_and_colors_stay_as_they_are() {
        check("a\tb\nFlöte 曲 🎻".as_bytes(), "a\tb\nFlöte 曲 🎻");
        check(b"\x1b[38;5;12m*\x1b[0m\n", "\x1b[38;5;12m*\x1b[0m\n");
    }

    #[test]
    fn commands_to_the_terminal_are_shown_as_escapes() {
        check(b"a\x1b[2Jb", "a\\u{1b}[2Jb");
        check(b"\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}");
        check(b"\x1b\x1b[1mx\r", "\\u{1b}\x1b[1mx\\u{d}");
        check("\u{9b}2J \u{202e}x".as_bytes(), "\\u{9b}2J \\u{202e}x");
        check(&[b"\x1b[", &b"1".repeat(40)[..], b"m"].concat(), &format!("\\u{{1b}}[{}m", "1".repeat(40)));
        check(b"a\xff\xc3(", "a\u{fffd}\u{fffd}(");
        assert_eq!(text("song\x1b[2J.mid\u{9b}"), "song\\u{1b}[2J.mid\\u{9b}");
    }
}
