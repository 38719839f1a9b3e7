//! How pitches are written: a letter, an accidental and an octave, by the key.

/// A pitch as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) step: char,
    /// Semitones by which the letter is raised.
    pub(crate) alter: i8,
    /// The octave of middle C is 4.
    pub(crate) octave: i8,
}

/// The letters in fifths, from F.
const FIFTHS: [char; 7] = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];

/// Spells a MIDI pitch in a key of `sharps`, negative for flats.
///
/// Of the names of a pitch it takes the one nearest to the key in fifths, where chromatic notes are those that pieces use:
/// in major lowered third, sixth and seventh, raised first, fourth and fifth degree; in minor the raised fourth as well,
/// and not the lowered fifth.
pub(crate) fn spell(pitch: u8, sharps: i8, minor: bool) -> Spelling {
    let lowest = i32::from(sharps) - if minor { 2 } else { 3 };
    let spelling = within(pitch, lowest);
    // The octaves of MusicXML are 0 to 9; a B sharp or C flat may be just outside.
    if (0..=9).contains(&spelling.octave) { spelling } else { within(pitch, -3) }
}

/// The spelling among twelve adjacent fifths, the lowest of which is so many fifths above C.
fn within(pitch: u8, lowest: i32) -> Spelling {
    // Seven semitones a fifth: the fifth of each pitch class is 7 times as many.
    let fifth = lowest + (7 * i32::from(pitch) - lowest).rem_euclid(12);
    let step = FIFTHS[(fifth + 1).rem_euclid(7) as usize];
    // One accidental for every seven fifths.
    let alter = (fifth + 1).div_euclid(7);
    let octave = (i32::from(pitch) - alter).div_euclid(12) - 1;
    Spelling { step, alter: alter as i8, octave: octave as i8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pitches: &[u8], sharps: i8, minor: bool) -> String {
        let name = |&pitch: &u8| {
            let Spelling { step, alter, octave } = spell(pitch, sharps, minor);
            let sign = ["bb", "b", "", "#", "##"][(alter + 2) as usize];
            format!("{step}{sign}{octave}")
        };
        pitches.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scales_have_the_accidentals_of_their_key() {
        // A sharp major and E flat minor are beyond what most programs spell right.
        assert_eq!(names(&[60, 62, 64, 65, 67, 69, 71, 72], 0, false), "C4 D4 E4 F4 G4 A4 B4 C5");
        assert_eq!(names(&[63, 65, 67, 68, 70, 72, 74], -3, false), "Eb4 F4 G4 Ab4 Bb4 C5 D5");
        assert_eq!(names(&[61, 63, 65, 66, 68, 70, 72], 7, false), "C#4 D#4 E#4 F#4 G#4 A#4 B#4");
        assert_eq!(names(&[59, 61, 63, 64, 66, 68, 70], -7, false), "Cb4 Db4 Eb4 Fb4 Gb4 Ab4 Bb4");
        // Harmonic and melodic minor.
        assert_eq!(names(&[69, 71, 72, 74, 76, 77, 78, 79, 80], 0, true), "A4 B4 C5 D5 E5 F5 F#5 G5 G#5");
        assert_eq!(names(&[66, 68, 69, 71, 73, 74, 77], 3, true), "F#4 G#4 A4 B4 C#5 D5 E#5");
    }

    #[test]
    fn chromatic_notes_are_those_that_pieces_use() {
        assert_eq!(names(&[61, 63, 66, 68, 70], 0, false), "C#4 Eb4 F#4 G#4 Bb4");
        assert_eq!(names(&[61, 63, 66, 68, 70], 0, true), "C#4 D#4 F#4 G#4 Bb4");
    }

    #[test]
    fn every_spelling_sounds_as_its_pitch() {
        for pitch in 12..=127 {
            for sharps in -7..=7 {
                for minor in [false, true] {
                    let Spelling { step, alter, octave } = spell(pitch, sharps, minor);
                    let natural = [9, 11, 0, 2, 4, 5, 7][(step as u8 - b'A') as usize];
                    assert_eq!(12 * (i32::from(octave) + 1) + natural + i32::from(alter), i32::from(pitch));
                    assert!((0..=9).contains(&octave) && (-2..=2).contains(&alter), "{pitch} {sharps} {minor}");
                }
            }
        }
    }
}
