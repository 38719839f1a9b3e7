use std::fmt;
use std::str::FromStr;

/// The notes of a key, up to octaves.
///
/// Its text is a tonic and a mode, `D major`, `F# minor`, `Bb dorian`. Also `D-major`, `D` for major and `Dm` for minor are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    tonic: u8,
    mode: &'static Mode,
}

#[derive(Debug, PartialEq, Eq)]
struct Mode {
    name: &'static str,
    /// The notes above the tonic, in semitones.
    steps: &'static [u8],
}

/// Music in minor uses both sixths and both sevenths, so plain `minor` has them all.
const MODES: [Mode; 10] = [
    Mode { name: "major", steps: &[0, 2, 4, 5, 7, 9, 11] },
    Mode { name: "minor", steps: &[0, 2, 3, 5, 7, 8, 9, 10, 11] },
    Mode { name: "natural-minor", steps: &[0, 2, 3, 5, 7, 8, 10] },
    Mode { name: "harmonic-minor", steps: &[0, 2, 3, 5, 7, 8, 11] },
    Mode { name: "dorian", steps: &[0, 2, 3, 5, 7, 9, 10] },
    Mode { name: "phrygian", steps: &[0, 1, 3, 5, 7, 8, 10] },
    Mode { name: "lydian", steps: &[0, 2, 4, 6, 7, 9, 11] },
    Mode { name: "mixolydian", steps: &[0, 2, 4, 5, 7, 9, 10] },
    Mode { name: "pentatonic", steps: &[0, 2, 4, 7, 9] },
    Mode { name: "minor-pentatonic", steps: &[0, 3, 5, 7, 10] },
];

/// Sharps, as far as a scale names its tonic when it is printed.
const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

impl Scale {
    /// The major scale on a tonic, in semitones above C; octaves do not count.
    pub fn major(tonic: u8) -> Scale {
        Scale { tonic: tonic % 12, mode: &MODES[0] }
    }

    /// The scale `minor` on a tonic, in semitones above C; octaves do not count.
    pub fn minor(tonic: u8) -> Scale {
        Scale { tonic: tonic % 12, mode: &MODES[1] }
    }

    /// Whether its [triad](Scale::triad) is minor.
    pub fn is_minor(self) -> bool {
        !self.mode.steps.contains(&4)
    }

    /// The tonic, in semitones above C, 0 to 11.
    pub fn tonic(self) -> u8 {
        self.tonic
    }

    /// All notes, a bit each from C.
    pub fn pitch_classes(self) -> u16 {
        self.above_tonic(self.mode.steps)
    }

    /// The tonic, its third and its fifth, a bit each from C; the third is major if the scale has that.
    pub fn triad(self) -> u16 {
        let third = if self.is_minor() { 3 } else { 4 };
        self.above_tonic(&[0, third, 7])
    }

    fn above_tonic(self, steps: &[u8]) -> u16 {
        steps.iter().fold(0, |classes, step| classes | 1 << ((self.tonic + step) % 12))
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", NAMES[usize::from(self.tonic)], self.mode.name)
    }
}

impl FromStr for Scale {
    type Err = ParseScaleError;

    fn from_str(text: &str) -> Result<Scale, ParseScaleError> {
        let text = text.trim();
        let (tonic, mode) = match (text.split_once([' ', '-']), text.strip_suffix('m')) {
            (Some((tonic, mode)), _) => (tonic, mode.trim()),
            (None, Some(tonic)) => (tonic, "minor"),
            (None, None) => (text, "major"),
        };
        let known = MODES.iter().find(|known| known.name.eq_ignore_ascii_case(mode));
        let mode = known.ok_or_else(|| ParseScaleError::Mode { mode: mode.to_owned() })?;
        Ok(Scale { tonic: parse_pitch_class(tonic)?, mode })
    }
}

/// Reads the name of a note, `C`, `F#`, `Bb`, as semitones above C, 0 to 11.
///
/// # Errors
///
/// If the text is not a letter from A to G with at most two sharps (`#`) or flats (`b`) after it.
pub fn parse_pitch_class(text: &str) -> Result<u8, ParseScaleError> {
    Ok(semitones(text)?.rem_euclid(12) as u8)
}

/// Reads a MIDI pitch, 0 to 127, from its number or from the name of a note with its octave: `C4`, the middle C, is 60.
///
/// # Errors
///
/// If the text is neither, or outside of the range.
pub fn parse_pitch(text: &str) -> Result<u8, ParseScaleError> {
    let refused = || ParseScaleError::Pitch { pitch: text.to_owned() };
    if let Ok(number) = text.parse::<u8>() {
        return Some(number).filter(|&number| number < 128).ok_or_else(refused);
    }
    let octave_at = text.find(|c: char| c.is_ascii_digit() || c == '-').ok_or_else(refused)?;
    let (note, octave) = text.split_at(octave_at);
    let octave: i32 = octave.parse().ok().filter(|octave| (-1..=9).contains(octave)).ok_or_else(refused)?;
    let pitch = 12 * (octave + 1) + semitones(note).map_err(|_| refused())?;
    u8::try_from(pitch).ok().filter(|&pitch| pitch < 128).ok_or_else(refused)
}

/// The note in semitones above C, -2 to 13.
fn semitones(text: &str) -> Result<i32, ParseScaleError> {
    let refused = || ParseScaleError::Note { note: text.to_owned() };
    let mut chars = text.chars();
    let letter = chars.next().ok_or_else(refused)?;
    let natural = match letter.to_ascii_uppercase() {
        'C' => 0_i32,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return Err(refused()),
    };
    let semitones = match chars.as_str() {
        "" => 0,
        "#" => 1,
        "##" => 2,
        "b" => -1,
        "bb" => -2,
        _ => return Err(refused()),
    };
    Ok(natural + semitones)
}

/// Why a text names no scale or note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseScaleError {
    /// There is no such note.
    Note {
        /// The text.
        note: String,
    },
    /// There is no such pitch.
    Pitch {
        /// The text.
        pitch: String,
    },
    /// There is no such mode.
    Mode {
        /// The text.
        mode: String,
    },
}

impl fmt::Display for ParseScaleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseScaleError::Note { note } => write!(f, "'{note}' is not a note; notes are written C, F# or Bb"),
            ParseScaleError::Pitch { pitch } => {
                write!(f, "'{pitch}' is not a pitch; give a note with its octave, C-1 to G9, or a number from 0 to 127")
            }
            ParseScaleError::Mode { mode } => {
                write!(f, "'{mode}' is not a mode; the modes are {}", MODES.map(|mode| mode.name).join(", "))
            }
        }
    }
}

impl std::error::Error for ParseScaleError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, printed: &str, notes: &str, triad: &str) {
        let scale: Scale = text.parse().unwrap();
        let classes = |notes: &str| notes.split(' ').fold(0, |all, note| all | 1 << parse_pitch_class(note).unwrap());
        assert_eq!(scale.to_string(), printed);
        assert_eq!((scale.pitch_classes(), scale.triad()), (classes(notes), classes(triad)), "{text}");
        assert_eq!(printed.parse(), Ok(scale));
    }

    #[test]
    fn scales_have_the_notes_of_the_textbook() {
        check("D major", "D major", "D E F# G A B C#", "D F# A");
        check("c", "C major", "C D E F G A B", "C E G");
        check("A minor", "A minor", "A B C D E F F# G G#", "A C E");
        check("g# Harmonic-Minor", "Ab harmonic-minor", "G# A# B C# D# E Fx".replace("Fx", "F##").as_str(), "G# B D#");
        check("Bb dorian", "Bb dorian", "Bb C Db Eb F G Ab", "Bb Db F");
        check("Cb lydian", "B lydian", "B C# D# E# F# G# A#", "B D# F#");
    }

    #[test]
    fn major_and_minor_are_made_of_a_tonic() {
        assert_eq!(Scale::major(14), "D major".parse().unwrap());
        assert_eq!(Scale::minor(10), "Bb minor".parse().unwrap());
        let is_minor = |text: &str| text.parse::<Scale>().unwrap().is_minor();
        assert_eq!(["D major", "D minor", "D dorian", "D lydian"].map(is_minor), [false, true, true, false]);
    }

    #[test]
    fn scales_are_read_as_people_write_them() {
        let same = [
            ("D-major", "D major"),
            ("Dm", "D minor"),
            ("F#-minor", "F# minor"),
            ("c-minor-pentatonic", "C minor-pentatonic"),
        ];
        for (text, expected) in same {
            assert_eq!(text.parse::<Scale>().unwrap().to_string(), expected, "{text}");
        }
    }

    /// The numbers are those of the General MIDI standard, in which 60 is the middle C and 69 the A of 440 Hz.
    #[test]
    fn pitches_have_names_and_numbers() {
        let pitches = [
            ("C4", 60),
            ("a4", 69),
            ("C-1", 0),
            ("G9", 127),
            ("Bb3", 58),
            ("B#3", 60),
            ("Cb4", 59),
            ("F##2", 43),
            ("60", 60),
        ];
        for (text, expected) in pitches {
            assert_eq!(parse_pitch(text), Ok(expected), "{text}");
        }
        for wrong in ["", "C", "4", "H4", "C10", "G#9", "Cb-1", "128", "-1", "C4.5", "C 4"] {
            assert!(wrong == "4" || parse_pitch(wrong).is_err(), "{wrong}");
        }
        let said = parse_pitch("H4").unwrap_err().to_string();
        assert_eq!(said, "'H4' is not a pitch; give a note with its octave, C-1 to G9, or a number from 0 to 127");
    }

    #[test]
    fn what_is_no_scale_says_what_is() {
        let message = |text: &str| text.parse::<Scale>().unwrap_err().to_string();
        assert_eq!(message("H major"), "'H' is not a note; notes are written C, F# or Bb");
        assert_eq!(message(""), "'' is not a note; notes are written C, F# or Bb");
        assert_eq!(message("C#b major"), "'C#b' is not a note; notes are written C, F# or Bb");
        assert!(message("C blues").starts_with("'blues' is not a mode; the modes are major, minor, natural-minor, "));
    }
}
