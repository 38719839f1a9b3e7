//! What decoding can leave out or doubt, how much it matters, and how it is said.

use std::fmt;

use galant_types::Severity;

use crate::limits::{MAX_CHORD_NOTES, MAX_LENGTH_IN_WHOLES, MAX_NUMBER, MAX_PLAYINGS};
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
    /// A tie was taken for that of the note before, from which something divides it.
    TieApart,
    /// The number of an ending was taken for that of the bar line before, from which a blank or the end of a line divides it.
    EndingApart,
    /// A tuplet or a broken rhythm lacks notes at the end of its bar, or is cut off by another.
    UnfinishedGroup {
        what: &'static str,
    },
    /// Something that is not ABC, or is where it means nothing.
    Skipped {
        text: String,
        why: &'static str,
    },
    /// Something is opened and not closed before the next bar line or the end of the line.
    Unclosed {
        what: &'static str,
        closing: char,
    },
    /// A field has a value that is not valid.
    Value {
        field: char,
        value: String,
        allowed: &'static str,
    },
    NoKey,
    EmptyLine,
    Number {
        digits: String,
    },
    Pitch {
        pitch: i32,
    },
    TooLong,
    LongChord,
    /// A rest of whole bars that does not begin a bar, or has no meter.
    BarRest {
        sign: char,
    },
    Playings {
        playings: u32,
    },
    /// An overlay begins before the first bar, or is longer than its bar.
    Overlay {
        why: &'static str,
    },
    /// A part that the header plays is not in the tune.
    Part {
        label: char,
    },
    /// The header states an order of parts, and none is labeled in the music.
    NoParts,
    /// The text has another encoding than it should, or does not say which.
    Encoding {
        name: &'static str,
    },
    /// The text is mail as it was sent.
    Quoted,
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
    TextBefore,
    TextAfterEnd,
    /// A line with bar lines after the empty line that ends the tune.
    MusicAfterEnd,
    LaterTune {
        n_tunes: usize,
    },
}

impl From<&WarningKind> for galant_types::WarningKind {
    fn from(kind: &WarningKind) -> Self {
        galant_types::WarningKind { plural: kind.plural(), severity: kind.severity() }
    }
}

impl WarningKind {
    /// By the [rule of this crate](crate#warnings).
    pub(crate) fn severity(&self) -> Severity {
        match self {
            WarningKind::GraceNotes
            | WarningKind::Decoration { .. }
            | WarningKind::ChordSymbol { .. }
            | WarningKind::Field { .. }
            | WarningKind::Property { .. }
            | WarningKind::TempoWithoutNumber
            | WarningKind::Directive { .. }
            | WarningKind::NoParts
            | WarningKind::TextBefore
            | WarningKind::TextAfterEnd
            | WarningKind::LaterTune { .. } => Severity::Note,
            _ => Severity::Repair,
        }
    }

    /// What warnings of this kind are about, in the plural.
    fn plural(&self) -> &'static str {
        match self {
            WarningKind::BarLength { .. } => "bars of the wrong length",
            WarningKind::VoiceLength { .. } => "voices of different lengths",
            WarningKind::TieToNothing => "ties to nothing",
            WarningKind::TieApart => "ties apart from their notes",
            WarningKind::EndingApart => "numbers of endings apart from their bar lines",
            WarningKind::UnfinishedGroup { .. } => "unfinished groups",
            WarningKind::Skipped { .. } => "places skipped",
            WarningKind::Unclosed { .. } => "marks that are not closed",
            WarningKind::Value { .. } => "fields with values that are not valid",
            WarningKind::NoKey => "headers without a key",
            WarningKind::EmptyLine => "empty lines in a header",
            WarningKind::Number { .. } => "numbers out of range",
            WarningKind::Pitch { .. } => "pitches out of range",
            WarningKind::TooLong => "notes over the longest",
            WarningKind::LongChord => "chords with too many notes",
            WarningKind::BarRest { .. } => "rests of whole bars within bars",
            WarningKind::Playings { .. } => "sections played too often",
            WarningKind::Overlay { .. } => "overlays that do not fit",
            WarningKind::Part { .. } => "parts that are not in the tune",
            WarningKind::NoParts => "orders of parts without parts",
            WarningKind::Encoding { .. } => "encodings guessed",
            WarningKind::Quoted => "texts of mail",
            WarningKind::GraceNotes => "grace notes",
            WarningKind::Decoration { .. } => "decorations",
            WarningKind::ChordSymbol { .. } => "chord symbols",
            WarningKind::Field { .. } => "fields left out",
            WarningKind::Property { .. } => "properties left out",
            WarningKind::TempoWithoutNumber => "tempos without a number",
            WarningKind::Directive { .. } => "instructions",
            WarningKind::TextBefore => "texts before the first tune",
            WarningKind::TextAfterEnd => "texts after the end",
            WarningKind::MusicAfterEnd => "lines of music after the end",
            WarningKind::LaterTune { .. } => "later tunes",
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
            WarningKind::TieApart => f.write_str("the tie is apart from its note and was read as next to it"),
            WarningKind::EndingApart => {
                f.write_str("the number of the ending is apart from its bar line and was read as next to it")
            }
            WarningKind::UnfinishedGroup { what } => write!(f, "the {what} lacks notes at its end"),
            WarningKind::Skipped { text, why } => write!(f, "'{text}' was skipped; {why}"),
            WarningKind::Unclosed { what, closing } => {
                write!(f, "{what} opened here must end with '{closing}' on the same line, before the next bar line")
            }
            WarningKind::Value { field, value, allowed } => {
                write!(f, "the field {field}: has the value '{value}', of which a part or all was left out; {allowed}")
            }
            WarningKind::NoKey => {
                f.write_str("the header has no field K:, with which it must end, and was read as K:C; add the key")
            }
            WarningKind::EmptyLine => f.write_str("an empty line in the header was passed over; remove it"),
            WarningKind::Number { digits } => {
                write!(f, "the number {digits} is out of range and was left out; 1 to {MAX_NUMBER} are allowed")
            }
            WarningKind::Pitch { pitch } => {
                write!(f, "the note has MIDI pitch {pitch} and was replaced by a rest; 0 to 127 are allowed")
            }
            WarningKind::TooLong => {
                write!(f, "the note or rest was shortened to {MAX_LENGTH_IN_WHOLES} whole notes, the longest allowed")
            }
            WarningKind::LongChord => write!(f, "the chord was cut after {MAX_CHORD_NOTES} notes, the most allowed"),
            WarningKind::BarRest { sign } => {
                let small = sign.to_ascii_lowercase();
                write!(f, "'{sign}' was read as '{small}'; a rest of whole bars needs a meter, and begins a bar")
            }
            WarningKind::Playings { playings } => {
                write!(f, "a section is played {playings} times and was limited to {MAX_PLAYINGS}")
            }
            WarningKind::Overlay { why } => write!(f, "the overlay {why}"),
            WarningKind::Part { label } => {
                write!(f, "the field P: of the header plays part {label}, which the tune does not have; it was left out")
            }
            WarningKind::NoParts => {
                f.write_str("the order of parts was left out, as no field P: in the music says where they begin")
            }
            WarningKind::Encoding { name } => {
                write!(f, "the text is not UTF-8 and was read as {name}; save it as UTF-8 if names look wrong")
            }
            WarningKind::Quoted => f.write_str("the text is quoted-printable, as mail is sent, and was decoded"),
            WarningKind::GraceNotes => f.write_str("grace notes were left out"),
            WarningKind::Decoration { name } => write!(f, "the decoration {name} was left out"),
            WarningKind::ChordSymbol { text } => write!(f, "the chord symbol \"{text}\" was left out"),
            WarningKind::Field { field } => write!(f, "the field {field}: is not supported and was left out"),
            WarningKind::Property { text } => write!(f, "the property {text} is not supported and was left out"),
            WarningKind::TempoWithoutNumber => {
                f.write_str("a tempo without a number was left out; add one, such as 1/4=120")
            }
            WarningKind::Directive { text } => write!(f, "the instruction {text} is not supported and was left out"),
            WarningKind::TextBefore => f.write_str("text before the first tune was left out"),
            WarningKind::TextAfterEnd => f.write_str("text after the empty line that ends the tune was left out"),
            WarningKind::MusicAfterEnd => f.write_str(
                "music after the empty line that ends the tune was left out; remove the empty line, or begin a tune with X:",
            ),
            WarningKind::LaterTune { n_tunes } => {
                write!(f, "the text has {n_tunes} tunes; only the first was read")
            }
        }
    }
}
