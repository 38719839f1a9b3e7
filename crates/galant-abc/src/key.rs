//! Key signatures: which letters are sharp or flat.

/// A key signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Sharps if positive, flats if negative.
    pub(crate) sharps: i8,
    pub(crate) minor: bool,
}

impl Key {
    pub(crate) const C_MAJOR: Key = Key { sharps: 0, minor: false };

    /// A key such as `A`, `F#m`, `Bb`, `E dor` or `none`, and what follows it.
    ///
    /// None if the text does not begin with a key, or with one of more than seven accidentals.
    pub(crate) fn parse(text: &str) -> Option<(Key, &str)> {
        let text = text.trim_start();
        if let Some(rest) = text.strip_prefix("none") {
            return Some((Key::C_MAJOR, rest));
        }
        let tonic = text.chars().next()?;
        let mut sharps = FIFTHS.iter().position(|&letter| letter == tonic)? as i8 - 1;
        let mut rest = &text[1..];
        if let Some(after) = rest.strip_prefix('#') {
            (sharps, rest) = (sharps + 7, after);
        } else if let Some(after) = rest.strip_prefix('b') {
            (sharps, rest) = (sharps - 7, after);
        }
        let word = rest.trim_start();
        let word_end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (mode, after) = word.split_at(word_end);
        let mut minor = false;
        // `clef=bass` is a property, not a mode.
        if !mode.is_empty() && !after.starts_with('=') {
            if let Some((fifths, is_minor)) = mode_of(mode) {
                (sharps, minor, rest) = (sharps + fifths, is_minor, after);
            } else if !CLEFS.contains(&mode) {
                return None;
            }
        }
        (-7..=7).contains(&sharps).then_some((Key { sharps, minor }, rest))
    }

    /// How many semitones the key raises a letter, from A to G.
    pub(crate) fn accidental(self, letter: char) -> i8 {
        let place =
            FIFTHS.iter().position(|&fifth| fifth == letter).expect("a letter of a note is one of A to G") as i8;
        // The first sharp is F, at the front of the circle; the first flat is B, at its end.
        i8::from(place < self.sharps) - i8::from(6 - place < -self.sharps)
    }
}

/// The natural notes in the order in which a signature raises them.
const FIFTHS: [char; 7] = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];

/// The clefs that may follow a key without `clef=`.
const CLEFS: [&str; 5] = ["treble", "alto", "tenor", "bass", "perc"];

/// How many fifths a mode lies above the major key of its tonic, and whether it is minor.
///
/// ABC takes modes by their first three letters in any case, and minor as `m` too.
fn mode_of(mode: &str) -> Option<(i8, bool)> {
    let mode = mode.to_ascii_lowercase();
    if mode == "m" {
        return Some((-3, true));
    }
    match mode.get(..3)? {
        "maj" | "ion" => Some((0, false)),
        "min" | "aeo" => Some((-3, true)),
        "mix" => Some((-1, false)),
        "dor" => Some((-2, false)),
        "phr" => Some((-4, false)),
        "loc" => Some((-5, false)),
        "lyd" => Some((1, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, sharps: i8, raised: &str, lowered: &str) {
        let (key, _) = Key::parse(text).unwrap();
        assert_eq!(key.sharps, sharps, "{text}");
        let of = |wanted| "ABCDEFG".chars().filter(|&letter| key.accidental(letter) == wanted).collect::<String>();
        assert_eq!((of(1), of(-1)), (raised.into(), lowered.into()), "{text}");
    }

    /// The signatures of any textbook; the modes are the white keys' scales.
    #[test]
    fn a_key_has_the_accidentals_of_its_signature() {
        check("C", 0, "", "");
        check("A", 3, "CFG", "");
        check("F#m", 3, "CFG", "");
        check("Bb", -2, "", "BE");
        check("C#", 7, "ABCDEFG", "");
        check("Cb", -7, "", "ABCDEFG");
        for white in ["D dor", "EPhrygian", "Flyd", "G mix", "A minor", "Am", "BLoc", "none", "C bass", "C clef=bass"] {
            check(white, 0, "", "");
        }
    }

    #[test]
    fn invalid_keys_are_refused() {
        for text in ["", "H", "HP", "c", "Cx", "G#", "Fbm", "C dur"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
