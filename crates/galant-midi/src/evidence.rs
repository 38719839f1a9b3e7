//! Whether the texts of a file that are not UTF-8 are Shift-JIS or Latin-1.
//!
//! Nearly any bytes are Latin-1, and many western words are valid Shift-JIS by accident: `Bach\x92s Air` has a kanji in
//! it. So what counts is how likely the characters are, in all texts of the file together, lyrics included: kana and common
//! kanji beside each other on the one hand, single letters with accents within words and typographic marks where they
//! belong on the other.

/// How likely both encodings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Evidence {
    shift_jis: i64,
    latin_1: i64,
}

/// What is no character at all in Shift-JIS counts against it.
const INVALID: i64 = -3;

impl Evidence {
    /// Adds a text; one that is UTF-8 says nothing.
    pub(crate) fn add(&mut self, text: &[u8]) {
        if str::from_utf8(text).is_err() {
            self.shift_jis += shift_jis(text);
            self.latin_1 += (0..text.len()).map(|at| latin_1(text, at)).sum::<i64>();
        }
    }

    /// Whether Shift-JIS is the more likely of the two.
    pub(crate) fn is_shift_jis(self) -> bool {
        self.shift_jis > self.latin_1
    }
}

/// How likely the characters of `text` are in Shift-JIS: two points for a kana, one for a common kanji or a mark.
fn shift_jis(text: &[u8]) -> i64 {
    let (mut sum, mut at) = (0, 0);
    let mut was_wide = false;
    while let Some(&lead) = text.get(at) {
        at += 1;
        let points = match lead {
            0..0x80 => {
                was_wide = false;
                continue;
            }
            // A half-width katakana, likely beside another one.
            0xa1..=0xdf => i64::from(was_wide),
            0x81..=0x9f | 0xe0..=0xfc => {
                // The last character of a name is often cut in two.
                let Some(&trail) = text.get(at) else { return sum };
                at += 1;
                wide(lead, trail, was_wide)
            }
            0x80 | 0xa0 | 0xfd..=0xff => INVALID,
        };
        was_wide = points != INVALID;
        sum += points;
    }
    sum
}

/// How likely a character of two bytes is, after another such one or not.
fn wide(lead: u8, trail: u8, was_wide: bool) -> i64 {
    match (lead, trail) {
        (_, 0..0x40 | 0x7f | 0xfd..) => INVALID,
        // Hiragana and katakana.
        (0x82, 0x9f..=0xf1) | (0x83, 0x40..=0x96) => 2,
        // Marks, Latin letters as wide as kanji, and the kanji of daily life (JIS level 1).
        (0x81 | 0x82 | 0x88..=0x97, _) | (0x98, 0x40..=0x72) => 1,
        // The other kanji.
        (0x98..=0x9f | 0xe0..=0xea, _) => i64::from(was_wide),
        // Greek, Cyrillic and lines; the extensions of manufacturers.
        (0x83..=0x87 | 0xed | 0xee | 0xfa..=0xfc, _) => 0,
        _ => INVALID,
    }
}

/// How likely the character at `at` is in Windows-1252, there: two points where western texts have it, one where it is
/// possible.
fn latin_1(text: &[u8], at: usize) -> i64 {
    let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
    let after = text.get(at + 1).copied().unwrap_or(b' ');
    let is_alone = before < 0x80 && after < 0x80;
    let (ends_word, begins_word) = (before.is_ascii_alphanumeric(), after.is_ascii_alphanumeric());
    let is_likely = match text[at] {
        0..0x80 => return 0,
        0xd7 | 0xf7 => false,
        // Letters with accents; two in a row are in some words.
        0xc0.. if is_alone => ends_word || begins_word,
        0xc0.. => return i64::from(ends_word || begins_word),
        _ if !is_alone => false,
        // Š, Œ, Ž and Ÿ.
        0x8a | 0x8c | 0x8e | 0x9a | 0x9c | 0x9e | 0x9f => ends_word || begins_word,
        // Apostrophes and dots after a word.
        0x85 | 0x92 => ends_word,
        // Quotation marks with their counterparts.
        0x91 | 0x93 => begins_word && !ends_word && text[at..].contains(&(text[at] + 1)),
        0x94 => text[..at].contains(&0x93),
        // Dashes.
        0x96 | 0x97 => before == after || before.is_ascii_digit(),
        // Signs such as © and °.
        0x99 | 0xa0..0xc0 => return 1,
        _ => false,
    };
    2 * i64::from(is_likely)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is_shift_jis: bool, texts: &[&[u8]]) {
        let mut evidence = Evidence::default();
        texts.iter().for_each(|text| evidence.add(text));
        let texts: Vec<String> = texts.iter().map(|text| text.escape_ascii().to_string()).collect();
        assert_eq!(evidence.is_shift_jis(), is_shift_jis, "{texts:?}: {evidence:?}");
    }

    #[test]
    fn western_words_are_not_shift_jis() {
        // As Python's cp1252 encodes them. All but the last two are valid Shift-JIS.
        for text in [
            b"Pr\xe9lude".as_slice(),
            b"Bach\x92s Air",
            b"Bart\xf3k",
            b"Fl\xf6te",
            b"L\x92apr\xe8s-midi d\x92un faune",
            b"Dvo\x9a\xe1k \x96 \x93Humoresque\x94",
            b"Gr\xf6\xdfe",
            b"\xc9tude",
            b"Copyright \xa9 1999",
            b"Op. 2 N\xba 3",
            b"Se\xf1or",
            b"Gymnop\xe9die",
            b"Viol\xedn",
            b"na\xefve \x85",
            b"d\xe9j\xe0 vu",
            b"\x93F\xfcr Elise\x94",
        ] {
            check(false, &[text]);
        }
    }

    #[test]
    fn japanese_is_shift_jis() {
        // As Python encodes "ピアノ" and so on; the one but last is cut in the middle of a character.
        for text in [
            b"\x83s\x83A\x83m".as_slice(),
            b"\x89E\x8e\xe8",
            b"piano\x89E\x8e\xe8",
            b"\x91\xe6\x88\xea\x8ay\x8f\xcd",
            b"\x83n\x92Z\x92\xb2",
            b"\x89\xb9\x8ay",
            b"\x8b\xc8",
            b"\x93J",
            b"\xbb\xda\xc5\xb0\xc4\xde",
            b"\x82\xb3\x82\xad\x82\xe7 (Harp)",
            b"\x83n\x83\x8b\x83",
            b"\x83o\x83b\x83n\x82\xcc Air",
        ] {
            check(true, &[text]);
        }
    }

    #[test]
    fn all_texts_of_a_file_decide_together() {
        // By itself, "’Z" is as likely as the kanji for "short".
        check(true, &[b"Air\x92Z", b"\x83s\x83A\x83m"]);
        check(false, &[b"Air\x92Z", b"Pr\xe9lude", b"Fl\xf6te"]);
        check(false, &[b"plain", "Flöte".as_bytes()]);
    }
}
