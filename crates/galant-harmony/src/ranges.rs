//! The ranges of the parts.

use std::ops::RangeInclusive;
use std::sync::Arc;

use galant_types::Texture;

/// The lowest and the highest MIDI pitch of each part, the highest part first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRanges {
    /// Shared, as each hypothesis of a search has the same ones.
    ranges: Arc<[RangeInclusive<u8>]>,
}

impl PartRanges {
    /// These ranges, one for each part.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn new(ranges: &[RangeInclusive<u8>]) -> PartRanges {
        assert!(!ranges.is_empty(), "ranges of no parts");
        PartRanges { ranges: ranges.into() }
    }

    /// `n_parts` parts that may go anywhere.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn unlimited(n_parts: usize) -> PartRanges {
        PartRanges::new(&vec![0..=u8::MAX; n_parts])
    }

    /// Soprano C4 to A5, alto F3 to D5, tenor C3 to A4, bass E2 to E4.
    ///
    /// Textbooks differ by a tone or so at either end; these are the wider ones.
    pub fn choir() -> PartRanges {
        PartRanges::new(&[60..=81, 53..=74, 48..=69, 40..=64])
    }

    /// What the parts of a corpus use: those textures count that have `n_parts` parts.
    ///
    /// A part that is silent throughout may go anywhere.
    ///
    /// # Panics
    ///
    /// If there are no parts.
    pub fn of_textures<'t>(n_parts: usize, textures: impl IntoIterator<Item = &'t Texture>) -> PartRanges {
        let mut used: Vec<Option<(u8, u8)>> = vec![None; n_parts];
        let steps = textures.into_iter().filter(|texture| texture.n_parts() == n_parts).flat_map(Texture::steps);
        for step in steps {
            for (used, pitch) in used.iter_mut().zip(step).filter_map(|(used, part)| Some((used, part.pitch()?))) {
                let (low, high) = used.unwrap_or((pitch, pitch));
                *used = Some((low.min(pitch), high.max(pitch)));
            }
        }
        let ranges: Vec<_> = used.into_iter().map(|used| used.map_or(0..=u8::MAX, |(low, high)| low..=high)).collect();
        PartRanges::new(&ranges)
    }

    /// How many parts there are.
    pub fn n_parts(&self) -> usize {
        self.ranges.len()
    }

    /// The range of a part.
    ///
    /// # Panics
    ///
    /// If there is no such part.
    pub fn of(&self, part: usize) -> RangeInclusive<u8> {
        self.ranges[part].clone()
    }

    /// Whether a part may have a pitch.
    pub(crate) fn allow(&self, part: usize, pitch: u8) -> bool {
        self.ranges[part].contains(&pitch)
    }
}
