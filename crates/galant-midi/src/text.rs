//! Text in MIDI files, which states no encoding.

use crate::limits::{MAX_NAME_BYTES, MAX_TEXT_BYTES};

/// A track name: UTF-8 if the bytes are, otherwise Latin-1, which any bytes are; and whether it had to be cut.
pub(crate) fn read_name(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => cut(text.chars()),
        Err(_) => cut(bytes.iter().copied().map(char::from)),
    }
}

/// A text, read as a name is; none if it is over [`MAX_TEXT_BYTES`].
pub(crate) fn read_text(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    Some(text).filter(|text| text.len() <= MAX_TEXT_BYTES)
}

fn cut(chars: impl Iterator<Item = char>) -> (String, bool) {
    let mut name = String::new();
    for char in chars {
        if name.len() + char.len_utf8() > MAX_NAME_BYTES {
            return (name, true);
        }
        name.push(char);
    }
    (name, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str, expected_cut: bool) {
        assert_eq!(read_name(bytes), (expected.to_owned(), expected_cut));
    }

    #[test]
    fn a_name_is_utf8_or_else_latin_1() {
        check(b"", "", false);
        check("Flöte".as_bytes(), "Flöte", false);
        check(b"Fl\xf6te", "Flöte", false);
    }

    #[test]
    fn a_text_is_kept_whole_or_not_at_all() {
        assert_eq!(read_text("Flöte".as_bytes()), Some("Flöte".to_owned()));
        assert_eq!(read_text(b"Fl\xf6te"), Some("Flöte".to_owned()));
        assert!(read_text(&[b'a'; MAX_TEXT_BYTES]).is_some());
        assert_eq!(read_text(&[b'a'; MAX_TEXT_BYTES + 1]), None);
        // Two bytes of UTF-8 each.
        assert_eq!(read_text(&[0xf6; MAX_TEXT_BYTES / 2 + 1]), None);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        check(&[b'a'; MAX_NAME_BYTES], &"a".repeat(MAX_NAME_BYTES), false);
        check(&[b'a'; MAX_NAME_BYTES + 1], &"a".repeat(MAX_NAME_BYTES), true);
        let odd = format!("a{}", "ö".repeat(MAX_NAME_BYTES / 2));
        check(odd.as_bytes(), &odd[..MAX_NAME_BYTES - 1], true);
        check(&[0xf6; MAX_NAME_BYTES], &"ö".repeat(MAX_NAME_BYTES / 2), true);
    }
}
