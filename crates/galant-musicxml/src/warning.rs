//! What decoding can leave out or doubt, how much it matters, and how it is said.

use std::fmt;

use galant_types::Severity;

/// What was left out, or looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WarningKind {
    GraceNotes,
    CueNotes,
    /// An ornament that changes what sounds: a trill, a tremolo, an arpeggio.
    Ornament {
        name: String,
    },
    ChordSymbol,
    FiguredBass,
    /// A sign that stands for bars that are not written, or a change of instrument.
    Sign {
        name: String,
    },
    /// A pitch between two keys.
    Microtone,
    /// A note beyond the pitches of MIDI.
    Pitch {
        pitch: i64,
    },
    ZeroLength,
    /// A percussion note whose sound the file does not name.
    UnknownDrum,
    NameCut,
    /// A second document in a compressed file.
    OtherScore {
        name: String,
    },
    /// A value outside of its range.
    Value {
        element: &'static str,
        found: String,
        allowed: &'static str,
    },
    /// A note that lacks what it needs.
    IncompleteNote {
        lacks: &'static str,
    },
    BackupTooFar,
    TieToNothing,
    BarLength {
        bar: String,
        is_longer: bool,
    },
    PartLength {
        part: String,
        found: usize,
        expected: usize,
    },
    UnknownPart {
        id: String,
    },
    SegnoMissing,
}

/// Warnings at bytes of the text: to find their lines takes time, so that is done once, at the end.
pub(crate) type Warnings = galant_types::Warnings<usize>;

impl From<&WarningKind> for galant_types::WarningKind {
    fn from(kind: &WarningKind) -> Self {
        galant_types::WarningKind { plural: kind.plural(), severity: kind.severity() }
    }
}

impl WarningKind {
    /// By the [rule of this crate](crate#warnings).
    fn severity(&self) -> Severity {
        match self {
            WarningKind::GraceNotes
            | WarningKind::CueNotes
            | WarningKind::Ornament { .. }
            | WarningKind::ChordSymbol
            | WarningKind::FiguredBass
            | WarningKind::Sign { .. }
            | WarningKind::Microtone
            | WarningKind::UnknownDrum
            | WarningKind::NameCut
            | WarningKind::OtherScore { .. } => Severity::Note,
            WarningKind::Pitch { .. }
            | WarningKind::ZeroLength
            | WarningKind::Value { .. }
            | WarningKind::IncompleteNote { .. }
            | WarningKind::BackupTooFar
            | WarningKind::TieToNothing
            | WarningKind::BarLength { .. }
            | WarningKind::PartLength { .. }
            | WarningKind::UnknownPart { .. }
            | WarningKind::SegnoMissing => Severity::Repair,
        }
    }

    /// What warnings of this kind are about, in the plural.
    fn plural(&self) -> &'static str {
        match self {
            WarningKind::GraceNotes => "grace notes",
            WarningKind::CueNotes => "cue notes",
            WarningKind::Ornament { .. } => "ornaments",
            WarningKind::ChordSymbol => "chord symbols",
            WarningKind::FiguredBass => "figured basses",
            WarningKind::Sign { .. } => "signs left out",
            WarningKind::Microtone => "microtones",
            WarningKind::Pitch { .. } => "notes out of range",
            WarningKind::ZeroLength => "notes of zero length",
            WarningKind::UnknownDrum => "unknown drums",
            WarningKind::NameCut => "long names",
            WarningKind::OtherScore { .. } => "other scores",
            WarningKind::Value { .. } => "values out of range",
            WarningKind::IncompleteNote { .. } => "incomplete notes",
            WarningKind::BackupTooFar => "backups to before the bar",
            WarningKind::TieToNothing => "ties to nothing",
            WarningKind::BarLength { .. } => "bars of the wrong length",
            WarningKind::PartLength { .. } => "parts of different lengths",
            WarningKind::UnknownPart { .. } => "unknown parts",
            WarningKind::SegnoMissing => "jumps to nowhere",
        }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WarningKind::GraceNotes => f.write_str("a grace note was left out"),
            WarningKind::CueNotes => f.write_str("a cue note was left out"),
            WarningKind::Ornament { name } => write!(f, "the ornament {name} was left out"),
            WarningKind::ChordSymbol => f.write_str("a chord symbol was left out"),
            WarningKind::FiguredBass => f.write_str("a figured bass was left out"),
            WarningKind::Sign { name } => write!(f, "the sign {name} is not supported and was left out"),
            WarningKind::Microtone => f.write_str("a pitch between two semitones was rounded to the nearer one"),
            WarningKind::Pitch { pitch } => {
                write!(f, "the note has MIDI pitch {pitch} and was left out; 0 to 127 are allowed")
            }
            WarningKind::ZeroLength => f.write_str("a note of zero length was left out"),
            WarningKind::UnknownDrum => {
                f.write_str("the file names no sound for a note of percussion; it is played by a snare drum")
            }
            WarningKind::NameCut => f.write_str("a long name was cut"),
            WarningKind::OtherScore { name } => write!(f, "the file also holds {name}, which was left out"),
            WarningKind::Value { element, found, allowed } => {
                write!(f, "{element} has the value '{found}' and was left out; {allowed}")
            }
            WarningKind::IncompleteNote { lacks } => write!(f, "a note without a {lacks} was left out"),
            WarningKind::BackupTooFar => {
                f.write_str("a backup leads to before the beginning of its bar, where it was stopped")
            }
            WarningKind::TieToNothing => f.write_str("the tie leads to no note of its pitch and was left out"),
            WarningKind::BarLength { bar, is_longer } => {
                let than = if *is_longer { "longer" } else { "shorter" };
                write!(f, "bar {bar} is {than} than its meter")
            }
            WarningKind::PartLength { part, found, expected } => {
                write!(f, "part {part} has {found} bars, the longest part {expected}")
            }
            WarningKind::UnknownPart { id } => write!(f, "part {id} is not in the list of parts"),
            WarningKind::SegnoMissing => f.write_str("a jump leads to a sign that the piece does not have"),
        }
    }
}
