//! The properties of keys and voices: clefs, octaves, transpositions, names.

use galant_types::Warnings;

use crate::cursor::Cursor;
use crate::warning::WarningKind;

/// The properties of a voice or key that matter here; none of those that are not named.
#[derive(Debug, Clone, Default)]
pub(crate) struct Properties {
    pub(crate) name: Option<String>,
    pub(crate) clef: Option<Clef>,
    /// How many octaves higher the notes sound, apart from the clef.
    pub(crate) octaves: Option<i8>,
    /// How many semitones higher the notes sound, apart from octaves.
    pub(crate) semitones: Option<i8>,
    /// The instrument in General MIDI, counted from 0.
    pub(crate) program: Option<u8>,
    /// Whether the notes are those of percussion, whatever the clef.
    pub(crate) is_percussion: Option<bool>,
}

impl Properties {
    /// These properties, and those of `others` that these do not name.
    pub(crate) fn or(self, others: &Properties) -> Properties {
        Properties {
            name: self.name.or_else(|| others.name.clone()),
            clef: self.clef.or(others.clef),
            octaves: self.octaves.or(others.octaves),
            semitones: self.semitones.or(others.semitones),
            program: self.program.or(others.program),
            is_percussion: self.is_percussion.or(others.is_percussion),
        }
    }
}

/// What a clef says of the notes on its staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Clef {
    /// How many octaves higher than written the notes sound.
    pub(crate) octaves: i8,
    pub(crate) is_percussion: bool,
}

impl Clef {
    /// A clef such as `treble`, `bass3`, `G2`, `perc` or `treble-8`; none if it is none.
    fn parse(text: &str) -> Option<Clef> {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (name, suffix) = text.split_at(end);
        let octaves = match suffix {
            // With a hat or a low line the numeral is printed only.
            "" | "^8" | "_8" | "^15" | "_15" => 0,
            "-8" | "-8va" => -1,
            "+8" | "+8va" => 1,
            "-15" => -2,
            "+15" => 2,
            _ => return None,
        };
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_percussion = matches!(name, "perc" | "P");
        // The numeral may also be apart from the clef.
        let is_clef = CLEFS.contains(&name) || (name.is_empty() && !suffix.is_empty());
        is_clef.then_some(Clef { octaves, is_percussion })
    }
}

const CLEFS: [&str; 13] =
    ["treble", "alto", "tenor", "bass", "baritone", "soprano", "mezzosoprano", "perc", "none", "G", "C", "F", "P"];

/// Properties that only affect how a staff looks.
const LAYOUT: [&str; 20] = [
    "stem",
    "stems",
    "snm",
    "sname",
    "subname",
    "gstem",
    "dyn",
    "lyrics",
    "gchord",
    "middle",
    "m",
    "stafflines",
    "staffscale",
    "staff",
    "brace",
    "bracket",
    "space",
    "style",
    "cue",
    "octavize",
];
const LAYOUT_WORDS: [&str; 4] = ["up", "down", "merge", "auto"];

/// The longest name of a voice or a property, in bytes: the longest name of a track that is written to MIDI.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// Reads the properties in the value of the field `field`; those that are not valid or not known become warnings.
pub(crate) fn properties(field: char, value: &Cursor, warnings: &mut Warnings) -> Properties {
    let mut found = Properties::default();
    let mut rest = value.rest().trim_start();
    while !rest.is_empty() {
        let (property, after) = next_property(rest);
        rest = after.trim_start();
        let mut is_wrong = |allowed| {
            let value_text = property.chars().take(40).collect();
            warnings.push(value.place(), WarningKind::Value { field, value: value_text, allowed });
        };
        match property.split_once('=') {
            Some(("name" | "nm", name)) if name.len() <= MAX_NAME_BYTES => {
                found.name = Some(name.trim_matches('"').to_owned());
            }
            Some(("name" | "nm", _)) => is_wrong("a name has at most 256 bytes"),
            Some(("octave", octaves)) => match octaves.parse() {
                Ok(octaves @ -10..=10) => found.octaves = Some(octaves),
                _ => is_wrong("an octave is -10 to 10"),
            },
            Some(("transpose" | "t", semitones)) => match semitones.parse() {
                Ok(semitones @ -127..=127) => found.semitones = Some(semitones),
                _ => is_wrong("a transposition is -127 to 127 semitones"),
            },
            Some(("clef", clef)) => match Clef::parse(clef.trim_matches('"')) {
                Some(clef) => found.clef = Some(clef),
                None => is_wrong("a clef is written as treble, alto, tenor, bass or perc, with -8 or +8"),
            },
            Some((layout, _)) if LAYOUT.contains(&layout) => {}
            None if LAYOUT_WORDS.contains(&property) => {}
            None if Clef::parse(property).is_some() => {
                let clef = Clef::parse(property).unwrap_or_default();
                let is_percussion = clef.is_percussion || found.clef.is_some_and(|clef| clef.is_percussion);
                found.clef = Some(Clef { is_percussion, ..clef });
            }
            None => is_wrong("properties are written as name=\"Violin\", clef=bass or octave=-1"),
            _ => warnings.push(value.place(), WarningKind::Property { text: property.chars().take(40).collect() }),
        }
    }
    found
}

/// Whether a word is a property: a name with a value, or a clef.
pub(crate) fn is_property(word: &str) -> bool {
    word.contains('=') || Clef::parse(word).is_some()
}

/// A property up to the next blank outside of quotation marks, and what follows it.
fn next_property(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    text.split_at(end.unwrap_or(text.len()))
}
