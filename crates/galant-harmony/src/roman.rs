//! Chords as degrees of a key.

use galant_types::Scale;

use crate::label::{ChordLabel, ChordQuality};

/// The degrees of the twelve notes above the tonic of a major key.
const MAJOR_DEGREES: [&str; 12] = ["I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII"];

/// The same in minor, where the third, the sixth and the seventh are those of natural minor; the leading note's chord
/// is written without a sharp, because no other chord is on it.
const MINOR_DEGREES: [&str; 12] = ["I", "bII", "II", "III", "#III", "IV", "#IV", "V", "VI", "#VI", "VII", "VII"];

impl ChordLabel {
    /// The chord as a Roman numeral in a key: `V65`, `viio7`, `bII6`, `IM7`.
    ///
    /// Capitals are chords with a major third; `o` is diminished, `ø` half-diminished, `+` augmented, `M` a major seventh.
    /// The figures are those of the thorough bass: 6 and 64 for triads, 7, 65, 43 and 42 for seventh chords. Of the four
    /// notes that may be the root of a diminished seventh chord, it is the leading note if that is among them.
    pub fn roman(self, key: Scale) -> String {
        let (mut semitones, mut inversion) = ((self.root() + 12 - key.tonic()) % 12, self.inversion());
        if self.quality() == ChordQuality::DiminishedSeventh && (11 - semitones).is_multiple_of(3) {
            let thirds_to_leading_note = (11 - semitones) / 3;
            (semitones, inversion) = (11, (inversion + 4 - thirds_to_leading_note) % 4);
        }
        let degrees = if key.is_minor() { MINOR_DEGREES } else { MAJOR_DEGREES };
        let degree = degrees[usize::from(semitones)];
        let has_major_third = matches!(self.quality().triad(), ChordQuality::Major | ChordQuality::Augmented);
        let degree = if has_major_third { degree.to_owned() } else { degree.to_lowercase() };
        let sign = match self.quality() {
            ChordQuality::Diminished | ChordQuality::DiminishedSeventh => "o",
            ChordQuality::HalfDiminishedSeventh => "ø",
            ChordQuality::Augmented => "+",
            ChordQuality::AugmentedMajorSeventh => "+M",
            ChordQuality::MajorSeventh | ChordQuality::MinorMajorSeventh => "M",
            _ => "",
        };
        let figures = match (self.quality().is_seventh(), inversion) {
            (false, 0) => "",
            (false, 1) => "6",
            (false, _) => "64",
            (true, 0) => "7",
            (true, 1) => "65",
            (true, 2) => "43",
            (true, _) => "42",
        };
        format!("{degree}{sign}{figures}")
    }
}
