//! What decoding left out or doubts, and where.

use std::fmt;

use crate::error::Place;
use crate::time::Length;

/// One loss or doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands.
    pub place: Place,
    /// What happened.
    pub kind: WarningKind,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

/// What was left out, or looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// A bar is shorter or longer than its meter says, and no beginning, end or repeat explains it.
    ///
    /// Its notes are kept as they stand.
    BarLength {
        /// The bar's number; an upbeat has 0, and the parts of a bar that a repeat sign divides share theirs.
        bar: u32,
        /// The voice.
        voice: String,
        /// How long it is, in ticks.
        found: u64,
        /// How long the meter says, in ticks.
        expected: u64,
    },
    /// Voices last differently long, each with its repeats.
    VoiceLength {
        /// The voice.
        voice: String,
        /// How long it lasts, in ticks.
        found: u64,
        /// How long the first voice lasts, in ticks.
        expected: u64,
    },
    /// A tie leads to no note of its pitch; the note was kept untied.
    TieToNothing,
    /// A tuplet or a broken rhythm lacks notes at the end of its bar, or is cut by another.
    UnfinishedGroup {
        /// What it is.
        what: &'static str,
    },
    /// Grace notes were left out.
    GraceNotes,
    /// A decoration (an ornament, articulation or dynamic) was left out.
    Decoration {
        /// Its sign, or its name with the exclamation marks around it.
        name: String,
    },
    /// A chord symbol was left out.
    ChordSymbol {
        /// The symbol.
        text: String,
    },
    /// A field that this crate does not follow was left out.
    Field {
        /// The field's letter.
        field: char,
    },
    /// A property of a key or voice that this crate does not follow was left out.
    Property {
        /// The property.
        text: String,
    },
    /// A tempo has tokens only; they were left out.
    TempoWithoutNumber,
    /// An instruction to a program (`%%…` or I:) was left out.
    Directive {
        /// The instruction.
        text: String,
    },
    /// Text after the end of the tune, which an empty line ends, was left out.
    AfterEnd,
    /// A later tune of the text was left out.
    LaterTune,
    /// How many warnings of one kind are not listed.
    More {
        /// What they are about.
        what: &'static str,
        /// How many.
        count: usize,
    },
}

impl WarningKind {
    /// What several of the kind are called.
    pub(crate) fn plural(&self) -> &'static str {
        match self {
            WarningKind::BarLength { .. } => "bars of wrong length",
            WarningKind::VoiceLength { .. } => "voices of different length",
            WarningKind::TieToNothing => "ties to nothing",
            WarningKind::UnfinishedGroup { .. } => "unfinished groups",
            WarningKind::GraceNotes => "grace notes",
            WarningKind::Decoration { .. } => "decorations",
            WarningKind::ChordSymbol { .. } => "chord symbols",
            WarningKind::Field { .. } => "fields left out",
            WarningKind::Property { .. } => "properties left out",
            WarningKind::TempoWithoutNumber => "tempos without a number",
            WarningKind::Directive { .. } => "instructions",
            WarningKind::AfterEnd => "lines after the end",
            WarningKind::LaterTune => "later tunes",
            WarningKind::More { what, .. } => what,
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
            WarningKind::Field { field } => write!(f, "the field {field}: is not followed and was left out"),
            WarningKind::Property { text } => write!(f, "the property {text} is not followed and was left out"),
            WarningKind::TempoWithoutNumber => f.write_str("a tempo in tokens alone was left out; add one as 1/4=120"),
            WarningKind::Directive { text } => write!(f, "the instruction {text} is not followed and was left out"),
            WarningKind::AfterEnd => f.write_str("text after the empty line that ends the tune was left out"),
            WarningKind::LaterTune => f.write_str("a later tune was left out; only the first is read"),
            WarningKind::More { what, count } => write!(f, "and {count} more {what}, which are not listed"),
        }
    }
}
