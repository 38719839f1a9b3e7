//! Text in MIDI files, which do not state its encoding.

use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

use crate::limits::MAX_NAME_BYTES;

/// A text, and the encoding that was assumed for it; none if it is UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) assumed: Option<&'static str>,
}

/// The encodings of texts that are not UTF-8: a file has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegacyEncoding {
    /// Of Japanese, and of most karaoke files.
    ShiftJis,
    /// Of western European languages; as Windows-1252, of which Latin-1 is a part.
    Latin1,
}

/// Reads a text as UTF-8 if it is valid, otherwise as `encoding`.
pub(crate) fn read_text(bytes: &[u8], encoding: LegacyEncoding) -> Text {
    if let Ok(text) = str::from_utf8(bytes) {
        return Text { text: text.to_owned(), assumed: None };
    }
    let (text, name) = match encoding {
        LegacyEncoding::ShiftJis => (SHIFT_JIS.decode_without_bom_handling(bytes).0, "Shift-JIS"),
        // Any byte is a character of it, unprintable controls included.
        LegacyEncoding::Latin1 => (WINDOWS_1252.decode_without_bom_handling(bytes).0, "Latin-1"),
    };
    Text { text: text.into_owned(), assumed: Some(name) }
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

    #[test]
    fn a_text_is_utf8_or_else_in_the_encoding_of_the_file() {
        let check = |bytes: &[u8], encoding, text: &str, assumed| {
            assert_eq!(read_text(bytes, encoding), Text { text: text.to_owned(), assumed });
        };
        for encoding in [LegacyEncoding::ShiftJis, LegacyEncoding::Latin1] {
            check(b"", encoding, "", None);
            check("Flöte, ピアノ".as_bytes(), encoding, "Flöte, ピアノ", None);
        }
        // As Python encodes them: "ピアノ".encode("shift-jis"), "“Für”".encode("cp1252").
        check(b"\x83s\x83A\x83m", LegacyEncoding::ShiftJis, "ピアノ", Some("Shift-JIS"));
        check(b"\x83s\x83A\x83", LegacyEncoding::ShiftJis, "ピア\u{fffd}", Some("Shift-JIS"));
        check(b"\x93F\xfcr\x94", LegacyEncoding::Latin1, "“Für”", Some("Latin-1"));
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
