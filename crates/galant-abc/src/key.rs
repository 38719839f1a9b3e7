//! Key signatures: which letters are sharp or flat.

/// A key signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Sharps if positive, flats if negative, at most seven: what is printed at the beginning of a line.
    pub(crate) sharps: i8,
    pub(crate) minor: bool,
    /// How many semitones each letter is raised, from A to G.
    raised: [i8; 7],
}

impl Key {
    pub(crate) const C_MAJOR: Key = Key { sharps: 0, minor: false, raised: [0; 7] };

    /// The key of the great highland bagpipe: F and C are sharp, also where that is not printed.
    const BAGPIPE: Key = Key { sharps: 2, minor: false, raised: [0, 0, 1, 0, 0, 1, 0] };

    /// A key such as `A`, `F#m`, `Bb`, `E dor`, `D exp _b`, `HP` or `none`, and what follows it.
    ///
    /// None if the text does not begin with a key.
    pub(crate) fn parse(text: &str) -> Option<(Key, &str)> {
        let text = text.trim_start();
        let (key, rest) = Key::parse_signature(text)?;
        Some(key.with_accidentals(rest))
    }

    fn parse_signature(text: &str) -> Option<(Key, &str)> {
        let word_end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        match &text[..word_end] {
            "none" | "exp" => return Some((Key::C_MAJOR, &text[word_end..])),
            "HP" | "Hp" => return Some((Key::BAGPIPE, &text[word_end..])),
            _ => {}
        }
        let tonic = text.chars().next()?;
        // `clef=bass` is a property, `Dmix=c` and `C=f` are not.
        let mode = text.get(1..word_end).unwrap_or_default().trim_start_matches('b');
        let is_tonic = tonic.is_ascii_uppercase() && (mode.is_empty() || mode_of(mode).is_some());
        let is_property = (text[word_end..].starts_with('=') && !is_tonic) || CLEFS.contains(&&text[..word_end]);
        if is_property || (tonic.is_ascii_lowercase() && word_end > 2 && mode_of(&text[1..word_end]).is_none()) {
            return None;
        }
        let mut sharps = FIFTHS.iter().position(|&letter| letter == tonic.to_ascii_uppercase())? as i8 - 1;
        let mut rest = &text[1..];
        if let Some(after) = rest.strip_prefix(['#', '♯']) {
            (sharps, rest) = (sharps + 7, after);
        } else if let Some(after) = rest.strip_prefix(['b', '♭']) {
            (sharps, rest) = (sharps - 7, after);
        }
        let word = rest.trim_start();
        let word_end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (mode, after) = word.split_at(word_end);
        let mut minor = false;
        // In `G m=B` the second is a property.
        let is_property = mode_of(mode).is_none() || (mode == "m" && word.len() < rest.len());
        if !(after.starts_with('=') && is_property) {
            if mode.eq_ignore_ascii_case("exp") {
                return Some((Key::C_MAJOR, after));
            }
            if let Some((fifths, is_minor)) = mode_of(mode) {
                (sharps, minor, rest) = (sharps + fifths, is_minor, after);
            }
        }
        Some((Key::of_fifths(sharps, minor), rest))
    }

    /// The key with so many sharps or flats, over seven too.
    fn of_fifths(fifths: i8, minor: bool) -> Key {
        let mut raised = [0; 7];
        for (place, letter) in (0..).zip(FIFTHS) {
            // The first sharp is F, at the front of the circle; the first flat is B, at its end. An eighth one is double.
            let sharps = (fifths - place + 6).div_euclid(7);
            raised[index_of(letter)] = sharps;
        }
        let sharps = match fifths {
            8.. => fifths - 12,
            ..=-8 => fifths + 12,
            _ => fifths,
        };
        Key { sharps, minor, raised }
    }

    /// The key with the accidentals that follow it, such as `^f _b =c`, and what is after them.
    fn with_accidentals(mut self, text: &str) -> (Key, &str) {
        let mut rest = text;
        loop {
            let word = rest.trim_start();
            let letter_at = word.find(|c| !matches!(c, '^' | '_' | '=')).unwrap_or(word.len());
            let letter = word[letter_at..].chars().next().filter(|letter| matches!(letter, 'a'..='g' | 'A'..='G'));
            let (Some(letter), Some(semitones)) = (letter, accidental(&word[..letter_at])) else { return (self, rest) };
            self.raised[index_of(letter.to_ascii_uppercase())] = semitones;
            rest = &word[letter_at + 1..];
        }
    }

    /// How many semitones the key raises a letter, from A to G.
    pub(crate) fn accidental(self, letter: char) -> i8 {
        self.raised[index_of(letter)]
    }
}

/// How many semitones the signs before a note raise it; none if they are no accidental.
pub(crate) fn accidental(signs: &str) -> Option<i8> {
    match signs {
        "^" => Some(1),
        "^^" => Some(2),
        "_" => Some(-1),
        "__" => Some(-2),
        "=" => Some(0),
        _ => None,
    }
}

fn index_of(letter: char) -> usize {
    debug_assert!(letter.is_ascii_uppercase() && letter <= 'G', "a letter of a note is one of A to G, not {letter}");
    (letter as usize - 'A' as usize) % 7
}

/// The natural notes in the order in which a signature raises them.
const FIFTHS: [char; 7] = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];

/// The clefs that may be in place of a key, without `clef=`.
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

    /// G sharp major has an F double sharp, and sounds as A flat major, which MIDI can state.
    #[test]
    fn a_key_of_more_than_seven_accidentals_has_double_ones() {
        check("G#", -4, "ABCDEG", "");
        check("Fb", 4, "", "ACDEFG");
        assert_eq!(Key::parse("G#").unwrap().0.accidental('F'), 2);
        assert_eq!(Key::parse("Fb").unwrap().0.accidental('B'), -2);
    }

    #[test]
    fn accidentals_change_a_key_or_make_it() {
        check("Dphr ^f", -2, "F", "BE");
        check("D exp _b _e ^f", 0, "F", "BE");
        check("exp ^c", 0, "C", "");
        check("Gm =e^f", -2, "F", "B");
        check("A =c", 3, "FG", "");
        check("Dmix=c", 1, "F", "");
        check("Emin=f", 1, "", "");
        check("G=f", 1, "", "");
        check("G m=B clef=alto", 1, "F", "");
        check("HP", 2, "CF", "");
        check("Hp", 2, "CF", "");
        check("gm", -2, "", "BE");
        check("g", 1, "F", "");
    }

    #[test]
    fn what_follows_a_key_is_left_to_read() {
        for (text, rest) in
            [("C dur", " dur"), ("Em clef=bass", " clef=bass"), ("D exp ^f bass-8", " bass-8"), ("C bass", " bass")]
        {
            assert_eq!(Key::parse(text).unwrap().1, rest, "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_not_read_as_one() {
        for text in ["", "H", "clef=bass", "bass", "treble-8", "alto", "octave=-1", "?"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
