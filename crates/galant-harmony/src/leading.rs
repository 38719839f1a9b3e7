//! The parts as they grow, step by step, and which rules they break.

use galant_types::{PartStep, Scale};

use crate::label::{ChordLabel, ChordQuality};
use crate::motion::{Motion, PairPlace, above, judge_line, judge_pair};
use crate::ranges::PartRanges;
use crate::rule::{Breaches, Rule};

/// The parts of one piece as far as they are known, and which rules of part-writing what comes next would break.
///
/// It is told what each part does, step by step; within a step in any order, so that parts that are given come before
/// those that are to be chosen. A breach is counted once, when the last of the parts that it concerns is known. The sum
/// of all breaches does not depend on the order.
///
/// Asking takes time in proportion to the number of parts, and allocates nothing. It keeps one step, so a clone for
/// each hypothesis of a search is cheap.
///
/// ```
/// use galant_harmony::{PartRanges, Rule, VoiceLeading};
/// use galant_types::PartStep::{Hold, Strike};
///
/// let mut parts = VoiceLeading::new(PartRanges::unlimited(2), None);
/// parts.push(0, Strike(67));
/// parts.push(1, Strike(60));
/// // The lower part of the next step is given.
/// parts.push(1, Strike(62));
/// assert_eq!(parts.breaches(0, Strike(69)).of(Rule::ParallelFifths), 1);
/// assert!(parts.breaches(0, Strike(71)).is_none());
/// assert!(parts.breaches(0, Hold(67)).is_none());
/// ```
#[derive(Debug, Clone)]
pub struct VoiceLeading {
    ranges: PartRanges,
    key: Option<Scale>,
    parts: Vec<PartState>,
    /// Whether the last chord with a name wants its leading note to rise.
    is_dominant: bool,
}

#[derive(Debug, Clone, Copy)]
struct PartState {
    before: Option<u8>,
    now: Option<PartStep>,
}

impl VoiceLeading {
    /// As many parts as there are ranges, before the first step.
    ///
    /// Without a key, [`Rule::AugmentedSecond`] and [`Rule::LeadingNote`] are never broken.
    pub fn new(ranges: PartRanges, key: Option<Scale>) -> VoiceLeading {
        let parts = vec![PartState { before: None, now: None }; ranges.n_parts()];
        VoiceLeading { ranges, key, parts, is_dominant: false }
    }

    /// How many parts there are.
    pub fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// What a part does in this step, if it is known.
    ///
    /// # Panics
    ///
    /// If there is no such part.
    pub fn known(&self, part: usize) -> Option<PartStep> {
        self.parts[part].now
    }

    /// What would be broken if a part did this in this step, as far as the other parts are known.
    ///
    /// # Panics
    ///
    /// If there is no such part, or if it is already known what it does in this step.
    pub fn breaches(&self, part: usize, step: PartStep) -> Breaches {
        let PartState { before, now } = self.parts[part];
        assert!(now.is_none(), "part {part} is known in this step");
        let mut breaches = Breaches::default();
        let motion = Motion { before, now: step };
        if let PartStep::Strike(pitch) = step
            && !self.ranges.allow(part, pitch)
        {
            breaches.add(Rule::Range);
        }
        judge_line(motion, self.key, &mut breaches);
        let mut all_known = true;
        for (other, state) in self.parts.iter().enumerate().filter(|&(other, _)| other != part) {
            let Some(now) = state.now else {
                all_known = false;
                continue;
            };
            let others = Motion { before: state.before, now };
            let (upper, lower) = if part < other { (motion, others) } else { (others, motion) };
            judge_pair(upper, lower, self.place(part.min(other), part.max(other)), &mut breaches);
        }
        if all_known && self.is_dominant {
            self.judge_resolution(part, step, &mut breaches);
        }
        breaches
    }

    /// Takes note of what a part does in this step, and says what it breaks.
    ///
    /// After the last part of the step the next step begins.
    ///
    /// # Panics
    ///
    /// As [`VoiceLeading::breaches`].
    pub fn push(&mut self, part: usize, step: PartStep) -> Breaches {
        let breaches = self.breaches(part, step);
        self.parts[part].now = Some(step);
        if self.parts.iter().all(|part| part.now.is_some()) {
            self.end_step();
        }
        breaches
    }

    fn place(&self, upper: usize, lower: usize) -> PairPlace {
        let last = self.parts.len() - 1;
        PairPlace {
            are_outer: upper == 0 && lower == last,
            are_neighbors: upper + 1 == lower,
            have_lowest: lower == last,
        }
    }

    /// Counts leading notes that do not rise, if `step` is the last of the step and completes the tonic's triad.
    fn judge_resolution(&self, last_known: usize, step: PartStep, breaches: &mut Breaches) {
        let Some(key) = self.key else { return };
        let now = |part: usize| if part == last_known { Some(step) } else { self.parts[part].now };
        let pitches = (0..self.parts.len()).filter_map(|part| now(part)?.pitch());
        let is_tonic = ChordLabel::of_pitches(pitches).is_some_and(|label| {
            label.root() == key.tonic() && matches!(label.quality(), ChordQuality::Major | ChordQuality::Minor)
        });
        if !is_tonic {
            return;
        }
        for (part, state) in self.parts.iter().enumerate() {
            let (Some(before), Some(PartStep::Strike(pitch))) = (state.before, now(part)) else { continue };
            let is_inner = part > 0 && part + 1 < self.parts.len();
            let rises = before.checked_add(1) == Some(pitch);
            let falls_to_fifth = pitch.checked_add(4) == Some(before);
            if above(key, before) == 11 && !rises && !(is_inner && falls_to_fifth) {
                breaches.add(Rule::LeadingNote);
            }
        }
    }

    fn end_step(&mut self) {
        let pitches = self.parts.iter().filter_map(|part| part.now?.pitch());
        let is_chord = self.parts.iter().any(|part| part.now.is_some_and(PartStep::is_struck));
        if let Some(key) = self.key
            && is_chord
            && let Some(label) = ChordLabel::of_pitches(pitches)
        {
            self.is_dominant = is_dominant(label, key);
        }
        for part in &mut self.parts {
            part.before = part.now.and_then(PartStep::pitch);
            part.now = None;
        }
    }
}

/// Whether a chord is the triad or the seventh chord on the dominant or on the leading note.
fn is_dominant(label: ChordLabel, key: Scale) -> bool {
    match (label.quality(), above(key, label.root())) {
        (ChordQuality::Major | ChordQuality::DominantSeventh, 7) => true,
        (ChordQuality::Diminished | ChordQuality::HalfDiminishedSeventh, 11) => true,
        // Any of its notes may be the root.
        (ChordQuality::DiminishedSeventh, semitones) => semitones % 3 == 2,
        _ => false,
    }
}
