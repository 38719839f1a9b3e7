use std::fmt;

/// Something that a reader lost, repaired or doubts, with its place in the file.
///
/// Printed as text, the place comes first: `track 1, byte 118: key 60 is struck again while it sounds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where it is.
    pub place: Place,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, in lower case and without a full stop.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// How much a [`Warning`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file keeps its standard; something in it has no counterpart in a [`Score`](crate::Score) and was left out.
    Note,
    /// The file breaks its standard; it was read as it is most likely meant.
    Repair,
}

/// A place in a file of music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Of a binary file.
    Byte {
        /// The track, from 0; none if it is about the whole file.
        track: Option<u16>,
        /// In bytes from the start of the file.
        offset: usize,
    },
    /// Of a text.
    Line {
        /// The line, from 1.
        line: u32,
        /// The character in it, from 1.
        column: u32,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Place::Byte { track: Some(track), offset } => write!(f, "track {track}, byte {offset}"),
            Place::Byte { track: None, offset } => write!(f, "byte {offset}"),
            Place::Line { line, column } => write!(f, "line {line}, column {column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_names_its_place_first() {
        let warning = |place| Warning { place, severity: Severity::Note, message: "lost".to_owned() }.to_string();
        assert_eq!(warning(Place::Byte { track: Some(2), offset: 18 }), "track 2, byte 18: lost");
        assert_eq!(warning(Place::Byte { track: None, offset: 0 }), "byte 0: lost");
        assert_eq!(warning(Place::Line { line: 3, column: 7 }), "line 3, column 7: lost");
    }
}
