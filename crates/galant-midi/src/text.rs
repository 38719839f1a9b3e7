//! Text in MIDI files, which do not state its encoding.

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1252};

use crate::limits::MAX_NAME_BYTES;

/// A text, and the encoding that was assumed for it; none if it is UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) assumed: Option<&'static str>,
}

/// Reads a text as UTF-8 if it is valid, otherwise as Shift-JIS or Windows-1252, of which Latin-1 is a part.
///
/// Shift-JIS, the encoding of most karaoke files, is assumed where the bytes are valid in it and some are from 0x80 to
/// 0x9f: nearly every kanji and kana begins with such a byte, and no letter of Latin-1 is one.
pub(crate) fn read_text(bytes: &[u8]) -> Text {
    if let Ok(text) = str::from_utf8(bytes) {
        return Text { text: text.to_owned(), assumed: None };
    }
    let is_no_latin_1 = bytes.iter().any(|byte| (0x80..0xa0).contains(byte));
    let shift_jis = Some(SHIFT_JIS).filter(|_| is_no_latin_1).and_then(|encoding| exactly(encoding, bytes));
    match shift_jis {
        Some(text) => Text { text, assumed: Some("Shift-JIS") },
        // Any byte is a character of it, unprintable controls included.
        None => Text { text: WINDOWS_1252.decode(bytes).0.into_owned(), assumed: Some("Latin-1") },
    }
}

fn exactly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

/// A name of at most [`MAX_NAME_BYTES`], and whether it had to be cut.
pub(crate) fn cut_name(mut name: String) -> (String, bool) {
    let end = name.floor_char_boundary(MAX_NAME_BYTES);
    let is_cut = end < name.len();
    name.truncate(end);
    (name, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str, assumed: Option<&'static str>) {
        assert_eq!(read_text(bytes), Text { text: expected.to_owned(), assumed });
    }

    #[test]
    fn a_text_is_utf8_or_else_shift_jis_or_latin_1() {
        check(b"", "", None);
        check("Flöte, ピアノ".as_bytes(), "Flöte, ピアノ", None);
        check(b"Fl\xf6te", "Flöte", Some("Latin-1"));
        // As Python encodes them: "ピアノ".encode("shift-jis"), "“Für”".encode("cp1252").
        check(b"\x83s\x83A\x83m", "ピアノ", Some("Shift-JIS"));
        check(b"\x93F\xfcr\x94", "“Für”", Some("Latin-1"));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let check = |name: &str, expected: &str, is_cut: bool| {
            assert_eq!(cut_name(name.to_owned()), (expected.to_owned(), is_cut));
        };
        let longest = "a".repeat(MAX_NAME_BYTES);
        check(&longest, &longest, false);
        check(&format!("{longest}a"), &longest, true);
        let odd = format!("a{}", "ö".repeat(MAX_NAME_BYTES / 2));
        check(&odd, &odd[..MAX_NAME_BYTES - 1], true);
    }
}
