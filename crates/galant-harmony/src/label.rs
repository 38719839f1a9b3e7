//! The names of chords.

/// What kind of chord it is, whichever note is its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChordQuality {
    /// Major third, perfect fifth.
    Major,
    /// Minor third, perfect fifth.
    Minor,
    /// Minor third, diminished fifth.
    Diminished,
    /// Major third, augmented fifth.
    Augmented,
    /// A major triad with a minor seventh.
    DominantSeventh,
    /// A major triad with a major seventh.
    MajorSeventh,
    /// A minor triad with a minor seventh.
    MinorSeventh,
    /// A minor triad with a major seventh.
    MinorMajorSeventh,
    /// A diminished triad with a minor seventh.
    HalfDiminishedSeventh,
    /// A diminished triad with a diminished seventh.
    DiminishedSeventh,
    /// An augmented triad with a major seventh.
    AugmentedMajorSeventh,
}

impl ChordQuality {
    /// The triad that is left without the seventh.
    pub fn triad(self) -> ChordQuality {
        match self {
            ChordQuality::Major | ChordQuality::DominantSeventh | ChordQuality::MajorSeventh => ChordQuality::Major,
            ChordQuality::Minor | ChordQuality::MinorSeventh | ChordQuality::MinorMajorSeventh => ChordQuality::Minor,
            ChordQuality::Diminished | ChordQuality::HalfDiminishedSeventh | ChordQuality::DiminishedSeventh => {
                ChordQuality::Diminished
            }
            ChordQuality::Augmented | ChordQuality::AugmentedMajorSeventh => ChordQuality::Augmented,
        }
    }

    /// Whether it has a seventh.
    pub fn is_seventh(self) -> bool {
        self != self.triad()
    }
}

/// The name of a chord: its root, its quality and its inversion.
///
/// ```
/// use galant_harmony::{ChordLabel, ChordQuality};
///
/// // C, G, B, F: the dominant seventh on G, its fourth above the bass.
/// let label = ChordLabel::of_pitches([65, 71, 79, 86]).unwrap();
/// assert_eq!((label.root(), label.quality(), label.inversion()), (7, ChordQuality::DominantSeventh, 3));
/// assert_eq!(ChordLabel::of_pitches([60, 62, 64]), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChordLabel {
    root: u8,
    quality: ChordQuality,
    inversion: u8,
}

/// A bit for each of these semitones above the root.
const fn above_root(semitones: &[u8]) -> u16 {
    let mut classes = 0;
    let mut at = 0;
    while at < semitones.len() {
        classes |= 1 << semitones[at];
        at += 1;
    }
    classes
}

/// The notes above the root, a bit for each semitone.
const NAMES: [(u16, ChordQuality); 16] = [
    (above_root(&[0, 4, 7]), ChordQuality::Major),
    (above_root(&[0, 3, 7]), ChordQuality::Minor),
    (above_root(&[0, 3, 6]), ChordQuality::Diminished),
    (above_root(&[0, 4, 8]), ChordQuality::Augmented),
    (above_root(&[0, 4, 7, 10]), ChordQuality::DominantSeventh),
    (above_root(&[0, 4, 7, 11]), ChordQuality::MajorSeventh),
    (above_root(&[0, 3, 7, 10]), ChordQuality::MinorSeventh),
    (above_root(&[0, 3, 7, 11]), ChordQuality::MinorMajorSeventh),
    (above_root(&[0, 3, 6, 10]), ChordQuality::HalfDiminishedSeventh),
    (above_root(&[0, 3, 6, 9]), ChordQuality::DiminishedSeventh),
    (above_root(&[0, 4, 8, 11]), ChordQuality::AugmentedMajorSeventh),
    // Without a fifth, which is the note that part-writing leaves out first; a perfect one is meant.
    (above_root(&[0, 4]), ChordQuality::Major),
    (above_root(&[0, 3]), ChordQuality::Minor),
    (above_root(&[0, 4, 10]), ChordQuality::DominantSeventh),
    (above_root(&[0, 4, 11]), ChordQuality::MajorSeventh),
    (above_root(&[0, 3, 10]), ChordQuality::MinorSeventh),
];

impl ChordLabel {
    /// The name of the chord of these MIDI pitches, if it is a triad or a seventh chord.
    ///
    /// The lowest pitch is the bass; doubled notes and octaves do not count. A chord may lack its fifth, not its third:
    /// a root and a third are a triad, with a minor or major seventh a seventh chord. Pitches cannot tell how notes are
    /// spelled, so the root of an augmented triad and of a diminished seventh chord is the bass.
    pub fn of_pitches(pitches: impl IntoIterator<Item = u8>) -> Option<ChordLabel> {
        let (bass, classes) = pitches
            .into_iter()
            .fold((u8::MAX, 0_u16), |(bass, classes), pitch| (bass.min(pitch), classes | 1 << (pitch % 12)));
        (classes != 0).then_some(())?;
        let bass = bass % 12;
        (0..12).find_map(|interval| {
            let root = (bass + interval) % 12;
            let from_root = ((classes >> root) | (classes << (12 - root))) & 0xfff;
            let &(_, quality) = NAMES.iter().find(|(name, _)| *name == from_root)?;
            Some(ChordLabel { root, quality, inversion: member((12 - interval) % 12) })
        })
    }

    /// The root, in semitones above C, 0 to 11.
    pub fn root(self) -> u8 {
        self.root
    }

    /// What kind of chord it is.
    pub fn quality(self) -> ChordQuality {
        self.quality
    }

    /// Which note is the bass: 0 the root, 1 the third, 2 the fifth, 3 the seventh.
    pub fn inversion(self) -> u8 {
        self.inversion
    }
}

/// Which note of its chord is so many semitones above the root: 0 the root, 1 the third, 2 the fifth, 3 the seventh.
fn member(semitones: u8) -> u8 {
    match semitones {
        0 => 0,
        1..=4 => 1,
        5..=8 => 2,
        _ => 3,
    }
}
