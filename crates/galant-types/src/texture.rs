/// What one part does in one step of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartStep {
    /// It is silent.
    Rest,
    /// It begins a note of this MIDI pitch.
    Strike(u8),
    /// A note of this MIDI pitch, begun earlier, goes on.
    Hold(u8),
}

impl PartStep {
    /// The MIDI pitch that sounds, if any.
    pub fn pitch(self) -> Option<u8> {
        match self {
            PartStep::Rest => None,
            PartStep::Strike(pitch) | PartStep::Hold(pitch) => Some(pitch),
        }
    }

    /// Whether a note begins.
    pub fn is_struck(self) -> bool {
        matches!(self, PartStep::Strike(_))
    }
}

/// What each part of a piece does, step by step of a grid: at most one note at a time in each part.
///
/// Parts are in the order of a score, the highest first.
///
/// ```
/// use galant_types::{PartStep, Texture};
///
/// let texture = Texture::new(2, vec![PartStep::Strike(72), PartStep::Strike(48), PartStep::Hold(72), PartStep::Rest]);
/// assert_eq!(texture.n_steps(), 2);
/// assert_eq!(texture.step(1), [PartStep::Hold(72), PartStep::Rest]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texture {
    n_parts: usize,
    part_steps: Vec<PartStep>,
}

impl Texture {
    /// The texture of `n_parts` parts in which `part_steps` are, of each step in turn, what its parts do.
    ///
    /// # Panics
    ///
    /// If there are no parts, or if the last step is not whole.
    pub fn new(n_parts: usize, part_steps: Vec<PartStep>) -> Texture {
        assert!(n_parts > 0, "a texture without parts");
        assert!(part_steps.len().is_multiple_of(n_parts), "{} part steps of {n_parts} parts", part_steps.len());
        Texture { n_parts, part_steps }
    }

    /// How many parts there are.
    pub fn n_parts(&self) -> usize {
        self.n_parts
    }

    /// How many steps of the grid the piece has.
    pub fn n_steps(&self) -> usize {
        self.part_steps.len() / self.n_parts
    }

    /// What each part does at step `step`.
    ///
    /// # Panics
    ///
    /// If the piece has no such step.
    pub fn step(&self, step: usize) -> &[PartStep] {
        &self.part_steps[step * self.n_parts..][..self.n_parts]
    }

    /// The steps in order, each with what its parts do.
    pub fn steps(&self) -> impl Iterator<Item = &[PartStep]> {
        self.part_steps.chunks_exact(self.n_parts)
    }
}
