//! Text from bytes in any of the encodings that tunes come in, and its lines.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use galant_types::Warnings;

use crate::cursor::START;
use crate::warning::WarningKind;

/// The text of a file, with blanks of all kinds as plain ones, and without what cannot be seen.
///
/// It is UTF-8 or UTF-16, or what its instruction `abc-charset` names; everything else is read as Windows-1252, which has
/// all characters of Latin-1, with a warning.
pub(crate) fn text_of(bytes: &[u8], warnings: &mut Warnings) -> String {
    // The end of a file in CP/M and DOS.
    let bytes = &bytes[..bytes.iter().rposition(|byte| !matches!(byte, 0x1a | 0)).map_or(0, |last| last + 1)];
    let (encoding, is_guessed) = encoding_of(bytes);
    if is_guessed {
        warnings.push(START, WarningKind::Encoding { name: encoding.name() });
    }
    // A final zero may belong to a character of UTF-16.
    let padded: Vec<u8>;
    let is_cut = encoding == UTF_16LE && bytes.len() % 2 == 1;
    let bytes = if is_cut {
        padded = [bytes, &[0]].concat();
        &padded
    } else {
        bytes
    };
    plain(&encoding.decode(bytes).0).into_owned()
}

/// The encoding of a text, and whether it is a guess.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    let head = &bytes[..bytes.len().min(1024)];
    let n_zeros = |first| head.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (n_zeros(0), n_zeros(1));
    if odd > head.len() / 4 && even < odd / 4 {
        return (UTF_16LE, true);
    }
    if even > head.len() / 4 && odd < even / 4 {
        return (UTF_16BE, true);
    }
    if str::from_utf8(bytes).is_ok() {
        return (UTF_8, false);
    }
    let declared = declared_encoding(bytes).filter(|encoding| encoding.is_ascii_compatible() && *encoding != UTF_8);
    declared.map_or((WINDOWS_1252, true), |encoding| (encoding, false))
}

/// The encoding that `%%abc-charset iso-8859-1` or `I:abc-charset iso-8859-1` names.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    const NAME: &[u8] = b"abc-charset";
    let at = bytes.windows(NAME.len()).position(|window| window == NAME)?;
    let label = bytes[at + NAME.len()..].split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    Encoding::for_label(label.trim_ascii())
}

/// The text with plain blanks for all others but those that end lines, without characters of no width.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let is_invisible = |c| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let is_blank = |c: char| c.is_whitespace() && !c.is_ascii();
    let shown = text.chars().filter(|&c| !is_invisible(c));
    Cow::Owned(shown.map(|c| if is_blank(c) { ' ' } else { c }).collect())
}

/// The text of mail that was saved as it was sent, in quoted-printable (RFC 2045, 6.7); any other is as it was.
///
/// Only what is no music is taken for it: `=3D` for a natural sign, and `=20` and `=` at the end of a line. Lines that it
/// breaks stay broken, as bars go on over them.
pub(crate) fn unquoted(text: String, warnings: &mut Warnings) -> String {
    let is_quoted = text.contains("=3D") || Lines::new(&text).any(|(_, line)| line.ends_with("=20"));
    if !is_quoted {
        return text;
    }
    warnings.push(START, WarningKind::Quoted);
    let mut decoded = String::with_capacity(text.len());
    for (_, line) in Lines::new(&text) {
        let shown = line.strip_suffix("=20").or(line.strip_suffix('=')).unwrap_or(line);
        decoded.push_str(&shown.replace("=3D", "="));
        decoded.push('\n');
    }
    decoded
}

/// The lines of a text with their places in it; a line ends with a line feed, a carriage return, or both.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Lines<'a> {
        Lines { rest: text, at: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    /// Where the line begins in the text, in bytes, and the line without its end.
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<(usize, &'a str)> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
        let line = (self.at, &self.rest[..end]);
        let ending = &self.rest[end..];
        let skipped = end + if ending.starts_with("\r\n") { 2 } else { ending.len().min(1) };
        self.rest = &self.rest[skipped..];
        self.at += skipped;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of bytes, and how many warnings there are.
    fn read(bytes: &[u8]) -> (String, usize) {
        let mut warnings = Warnings::default();
        (text_of(bytes, &mut warnings), warnings.into_vec().len())
    }

    #[track_caller]
    fn check(bytes: &[u8], text: &str, n_warnings: usize) {
        assert_eq!(read(bytes), (text.to_owned(), n_warnings), "{bytes:?}");
    }

    #[test]
    fn texts_are_read_in_their_encoding() {
        check("T:é".as_bytes(), "T:é", 0);
        check(b"\xef\xbb\xbfT:\xc3\xa9", "T:é", 0);
        check(b"T:\xe9 \x93x\x94", "T:é “x”", 1);
        check(b"%%abc-charset iso-8859-2\r\nT:\xf5", "%%abc-charset iso-8859-2\r\nT:ő", 0);
        check(b"I:abc-charset nonsense\nT:\xf5", "I:abc-charset nonsense\nT:õ", 1);
        let wide: Vec<u8> = "T:é\nX:1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&[&b"\xff\xfe"[..], &wide].concat(), "T:é\nX:1", 0);
        check(&wide, "T:é\nX:1", 1);
        let big: Vec<u8> = "T:é\nX:1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&[&b"\xfe\xff"[..], &big].concat(), "T:é\nX:1", 0);
        check(&big, "T:é\nX:1", 1);
    }

    #[test]
    fn mail_is_decoded() {
        let mut warnings = Warnings::default();
        let text = "K:C\r\n=3Dc ^d =\r\n=3De2 |=20\r\n=A2 c2|".to_owned();
        assert_eq!(unquoted(text, &mut warnings), "K:C\n=c ^d \n=e2 |\n=A2 c2|\n");
        assert_eq!(warnings.into_vec().len(), 1);
        let music = "K:C\n=A2 =C3 =D20 | =\nc".to_owned();
        assert_eq!(unquoted(music.clone(), &mut Warnings::default()), music);
    }

    #[test]
    fn blanks_are_plain_and_the_invisible_is_gone() {
        check("K:\u{a0}G\u{200b}\u{feff}m\u{3000}".as_bytes(), "K: Gm ", 0);
        check(b"CD|\n\x1a", "CD|\n", 0);
        check(b"CD|\n\x1a\x1a\0\0", "CD|\n", 0);
        check(b"", "", 0);
    }

    #[test]
    fn a_line_ends_with_any_line_end() {
        let lines: Vec<_> = Lines::new("a\nb\r\nc\rd\r\n\n\re").collect();
        assert_eq!(lines, [(0, "a"), (2, "b"), (5, "c"), (7, "d"), (10, ""), (11, ""), (12, "e")]);
    }
}
