//! What decoding can leave out or doubt, how much it matters, and how it is said.

use std::fmt;

use galant_types::Severity;

use crate::time::Length;

/// What was left out, or looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WarningKind {
    /// A bar is shorter or longer than its meter, and no beginning, end or repeat explains it; its notes are kept.
    BarLength {
        /// The bar's number; an upbeat has 0, and the parts of a bar that a repeat sign divides share theirs.
        bar: u32,
        voice: String,
        /// How long it is, in ticks.
        found: u64,
        /// How long the meter says, in ticks.
        expected: u64,
    },
    /// Voices last differently long, each with its repeats.
    VoiceLength {
        voice: String,
        /// How long it lasts, in ticks.
        found: u64,
        /// How long the first voice lasts, in ticks.
        expected: u64,
    },
    /// A tie leads to no note of its pitch; the note was kept untied.
    TieToNothing,
    /// A tuplet or a broken rhythm lacks notes at the end of its bar, or is cut off by another.
    UnfinishedGroup {
        what: &'static str,
    },
    GraceNotes,
    /// An ornament, articulation or dynamic.
    Decoration {
        /// Its sign, or its name with the exclamation marks around it.
        name: String,
    },
    ChordSymbol {
        text: String,
    },
    /// A field that this crate does not follow.
    Field {
        field: char,
    },
    /// A property of a key or voice that this crate does not follow.
    Property {
        text: String,
    },
    TempoWithoutNumber,
    /// An instruction to a program, `%%…` or I:.
    Directive {
        text: String,
    },
    TextAfterEnd,
    /// A line with bar lines after the empty line that ends the tune.
    MusicAfterEnd,
    LaterTune,
}

impl WarningKind {
    /// By the [rule of this crate](crate#warnings).
    pub(crate) fn severity(&self) -> Severity {
        match self {
            WarningKind::BarLength { .. }
            | WarningKind::VoiceLength { .. }
            | WarningKind::TieToNothing
            | WarningKind::UnfinishedGroup { .. }
            | WarningKind::MusicAfterEnd => Severity::Repair,
            WarningKind::GraceNotes
            | WarningKind::Decoration { .. }
            | WarningKind::ChordSymbol { .. }
            | WarningKind::Field { .. }
            | WarningKind::Property { .. }
            | WarningKind::TempoWithoutNumber
            | WarningKind::Directive { .. }
            | WarningKind::TextAfterEnd
            | WarningKind::LaterTune => Severity::Note,
        }
    }

    /// What warnings of this kind are about, in the plural.
    pub(crate) fn plural(&self) -> &'static str {
        match self {
            WarningKind::BarLength { .. } => "bars of the wrong length",
            WarningKind::VoiceLength { .. } => "voices of different lengths",
            WarningKind::TieToNothing => "ties to nothing",
            WarningKind::UnfinishedGroup { .. } => "unfinished groups",
            WarningKind::GraceNotes => "grace notes",
            WarningKind::Decoration { .. } => "decorations",
            WarningKind::ChordSymbol { .. } => "chord symbols",
            WarningKind::Field { .. } => "fields left out",
            WarningKind::Property { .. } => "properties left out",
            WarningKind::TempoWithoutNumber => "tempos without a number",
            WarningKind::Directive { .. } => "instructions",
            WarningKind::TextAfterEnd => "lines of text after the end",
            WarningKind::MusicAfterEnd => "lines of music after the end",
            WarningKind::LaterTune => "later tunes",
        }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WarningKind::BarLength { bar, voice, found, expected } => {
                let (found, expected) = (Length(*found), Length(*expected));
                write!(f, "bar {bar} of voice {voice} lasts {found} of a whole note, the meter asks for {expected}")
            }
            WarningKind::VoiceLength { voice, found, expected } => {
                let (found, expected) = (Length(*found), Length(*expected));
                write!(f, "voice {voice} lasts {found} of a whole note with its repeats, the first voice {expected}")
            }
            WarningKind::TieToNothing => f.write_str("the tie leads to no note of its pitch and was left out"),
            WarningKind::UnfinishedGroup { what } => write!(f, "the {what} lacks notes at its end"),
            WarningKind::GraceNotes => f.write_str("grace notes were left out"),
            WarningKind::Decoration { name } => write!(f, "the decoration {name} was left out"),
            WarningKind::ChordSymbol { text } => write!(f, "the chord symbol \"{text}\" was left out"),
            WarningKind::Field { field } => write!(f, "the field {field}: is not supported and was left out"),
            WarningKind::Property { text } => write!(f, "the property {text} is not supported and was left out"),
            WarningKind::TempoWithoutNumber => {
                f.write_str("a tempo without a number was left out; add one, such as 1/4=120")
            }
            WarningKind::Directive { text } => write!(f, "the instruction {text} is not supported and was left out"),
            WarningKind::TextAfterEnd => f.write_str("text after the empty line that ends the tune was left out"),
            WarningKind::MusicAfterEnd => f.write_str(
                "music after the empty line that ends the tune was left out; remove the empty line, or begin a tune with X:",
            ),
            WarningKind::LaterTune => f.write_str("a later tune was left out; only the first is read"),
        }
    }
}
