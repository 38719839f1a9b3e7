//! How often the rules are broken in whole pieces.

use galant_types::{PartStep, Texture};

use crate::leading::VoiceLeading;
use crate::rule::{Breaches, Rule};

/// How many chords there are, and how often each rule is broken in them.
///
/// A *chord* is a step in which at least one part begins a note.
///
/// ```
/// use galant_harmony::{PartRanges, Rule, Tally, VoiceLeading};
/// use galant_types::{PartStep::Strike, Texture};
///
/// let texture = Texture::new(2, vec![Strike(67), Strike(60), Strike(69), Strike(62)]);
/// let mut tally = Tally::default();
/// tally.add(&texture, VoiceLeading::new(PartRanges::unlimited(2), None));
/// assert_eq!(tally.n_chords(), 2);
/// assert_eq!(tally.per_100_chords(Rule::ParallelFifths), 50.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    n_chords: u64,
    breaches: Breaches,
}

impl Tally {
    /// Counts a piece; `parts` are its parts before the first step, with their ranges and the key.
    ///
    /// # Panics
    ///
    /// If the texture has another number of parts.
    pub fn add(&mut self, texture: &Texture, mut parts: VoiceLeading) {
        let (actual, expected) = (texture.n_parts(), parts.n_parts());
        assert_eq!(actual, expected, "a texture of {actual} parts, where {expected} are judged");
        for step in texture.steps() {
            self.n_chords += u64::from(step.iter().any(|part| part.is_struck()));
            self.breaches +=
                step.iter().enumerate().map(|(part, &does): (usize, &PartStep)| parts.push(part, does)).collect();
        }
    }

    /// How many chords there are.
    pub fn n_chords(&self) -> u64 {
        self.n_chords
    }

    /// How often each rule is broken.
    pub fn breaches(&self) -> Breaches {
        self.breaches
    }

    /// How often a rule is broken, for 100 chords; 0 without chords.
    pub fn per_100_chords(&self, rule: Rule) -> f64 {
        self.per_100(self.breaches.of(rule))
    }

    /// How often the rules of [`Rule::HARD`] are broken, for 100 chords; 0 without chords.
    pub fn hard_per_100_chords(&self) -> f64 {
        self.per_100(self.breaches.hard())
    }

    fn per_100(&self, count: u32) -> f64 {
        if self.n_chords == 0 { 0.0 } else { 100.0 * f64::from(count) / self.n_chords as f64 }
    }
}
