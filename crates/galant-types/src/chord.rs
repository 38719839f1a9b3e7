use std::fmt;

/// The pitches struck together, in ascending order.
///
/// A pitch may occur twice: two notes of one key and different lengths that begin together.
/// Printed as text, the pitches are joined by full stops: `33.45.61`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    pitches: Vec<u8>,
}

impl Chord {
    /// How many notes a chord may have: all 128 keys, each on all 16 channels.
    pub const MAX_NOTES: usize = 2048;

    /// A chord of `pitches`, which must be ascending MIDI pitches.
    ///
    /// # Errors
    ///
    /// If there is no pitch, more than [`Chord::MAX_NOTES`], one over 127, or one lower than the one before it.
    pub fn new(pitches: Vec<u8>) -> Result<Chord, ChordError> {
        if pitches.is_empty() {
            return Err(ChordError::Empty);
        }
        if pitches.len() > Chord::MAX_NOTES {
            return Err(ChordError::TooManyNotes { n_notes: pitches.len() });
        }
        if let Some(&pitch) = pitches.iter().find(|&&pitch| pitch > 127) {
            return Err(ChordError::Pitch { pitch });
        }
        if let Some(pair) = pitches.windows(2).find(|pair| pair[0] > pair[1]) {
            return Err(ChordError::NotAscending { first: pair[0], second: pair[1] });
        }
        Ok(Chord { pitches })
    }

    /// The pitches, ascending, at least one.
    pub fn pitches(&self) -> &[u8] {
        &self.pitches
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, pitch) in self.pitches.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{pitch}")?;
        }
        Ok(())
    }
}

/// Why pitches do not make a chord.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChordError {
    /// There is no pitch.
    Empty,
    /// There are more than [`Chord::MAX_NOTES`].
    TooManyNotes {
        /// How many there are.
        n_notes: usize,
    },
    /// A pitch is not a MIDI pitch.
    Pitch {
        /// The pitch.
        pitch: u8,
    },
    /// A pitch is lower than the one before it.
    NotAscending {
        /// The higher one, which is first.
        first: u8,
        /// The lower one, which is second.
        second: u8,
    },
}

impl fmt::Display for ChordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChordError::Empty => f.write_str("a chord needs at least one pitch"),
            ChordError::TooManyNotes { n_notes } => {
                write!(f, "a chord of {n_notes} notes is over the limit of {}", Chord::MAX_NOTES)
            }
            ChordError::Pitch { pitch } => write!(f, "pitch {pitch} is over 127, the highest MIDI pitch"),
            ChordError::NotAscending { first, second } => {
                write!(f, "pitch {second} stands after {first}; a chord's pitches must ascend")
            }
        }
    }
}

impl std::error::Error for ChordError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_prints_its_pitches_joined_by_full_stops() {
        assert_eq!(Chord::new(vec![33, 45, 45]).unwrap().to_string(), "33.45.45");
    }

    #[test]
    fn a_chord_refuses_what_is_not_ascending_midi_pitches() {
        assert_eq!(Chord::new(vec![]), Err(ChordError::Empty));
        assert_eq!(Chord::new(vec![60, 128]), Err(ChordError::Pitch { pitch: 128 }));
        assert_eq!(Chord::new(vec![60, 59]), Err(ChordError::NotAscending { first: 60, second: 59 }));
        assert_eq!(Chord::new(vec![0; 2049]), Err(ChordError::TooManyNotes { n_notes: 2049 }));
    }
}
