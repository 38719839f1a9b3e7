//! What a part does from one step to the next, and what one or two parts may not do.

use galant_types::{PartStep, Scale};

use crate::rule::{Breaches, Rule};

/// A fifth, octaves not counted.
const FIFTH: i32 = 7;
const TRITONE: i32 = 6;
const OCTAVE: i32 = 12;
/// The most semitones of a step; more is a leap.
const WHOLE_TONE: i32 = 2;

/// A part in a step and in the step before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Motion {
    pub before: Option<u8>,
    pub now: PartStep,
}

impl Motion {
    /// How many semitones the part moves, up positive; none if it does not move.
    fn semitones(self) -> Option<i32> {
        match (self.before, self.now) {
            (Some(before), PartStep::Strike(now)) if before != now => Some(i32::from(now) - i32::from(before)),
            _ => None,
        }
    }
}

/// Where a pair is among the parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairPlace {
    /// The highest and the lowest part.
    pub are_outer: bool,
    /// Next to each other.
    pub are_neighbors: bool,
    /// One of them is the lowest part.
    pub have_lowest: bool,
}

/// Counts what a part breaks alone, apart from its range.
pub(crate) fn judge_line(part: Motion, key: Option<Scale>, breaches: &mut Breaches) {
    let Some(semitones) = part.semitones() else { return };
    match semitones.abs() {
        TRITONE | 10 | 11 => breaches.add(Rule::DissonantLeap),
        size if size > OCTAVE => breaches.add(Rule::WideLeap),
        3 if key.is_some_and(|key| is_augmented_second(part, key)) => breaches.add(Rule::AugmentedSecond),
        _ => {}
    }
}

/// Whether a part that moves by three semitones moves between the lowered sixth degree and the leading note.
fn is_augmented_second(part: Motion, key: Scale) -> bool {
    let pitches = part.before.zip(part.now.pitch());
    // It is enough that the lower one is the sixth degree.
    pitches.is_some_and(|(before, now)| above(key, before.min(now)) == 8)
}

/// How far a pitch is above the tonic of a key, in semitones, octaves not counted.
pub(crate) fn above(key: Scale, pitch: u8) -> u8 {
    (pitch % 12 + 12 - key.tonic()) % 12
}

/// Counts what two parts break together, `upper` and `lower` in the order of the score.
pub(crate) fn judge_pair(upper: Motion, lower: Motion, place: PairPlace, breaches: &mut Breaches) {
    let (Some(upper_now), Some(lower_now)) = (upper.now.pitch(), lower.now.pitch()) else { return };
    let interval = i32::from(upper_now) - i32::from(lower_now);
    let interval_before = upper.before.zip(lower.before).map(|(upper, lower)| i32::from(upper) - i32::from(lower));
    if let (Some(up), Some(low), Some(before)) = (upper.semitones(), lower.semitones(), interval_before) {
        judge_intervals(PairMotion { up, low, before, now: interval }, place, breaches);
    }
    if place.are_neighbors && (upper.now.is_struck() || lower.now.is_struck()) {
        if interval < 0 {
            breaches.add(Rule::Crossing);
        } else if interval_before.is_some_and(|before| before >= 0) && overlaps(upper, lower) {
            breaches.add(Rule::Overlap);
        }
        if interval > OCTAVE && !place.have_lowest {
            breaches.add(Rule::Spacing);
        }
    }
}

/// Two parts that both move: by how much, and the intervals between them before and now, in semitones.
struct PairMotion {
    up: i32,
    low: i32,
    before: i32,
    now: i32,
}

fn judge_intervals(pair: PairMotion, place: PairPlace, breaches: &mut Breaches) {
    // Of parts that are crossed the interval that sounds counts.
    let (before, now) = (pair.before.abs() % OCTAVE, pair.now.abs() % OCTAVE);
    if now != FIFTH && now != 0 {
        return;
    }
    let is_similar = pair.up.signum() == pair.low.signum();
    if before == now {
        let repeat_their_notes = pair.up % OCTAVE == 0 && pair.low % OCTAVE == 0;
        let exchange_their_notes = now == FIFTH && pair.before.signum() != pair.now.signum();
        match (is_similar, now) {
            _ if repeat_their_notes || exchange_their_notes => {}
            (true, FIFTH) => breaches.add(Rule::ParallelFifths),
            (true, _) => breaches.add(Rule::ParallelOctaves),
            (false, _) => breaches.add(Rule::ContraryPerfects),
        }
    } else if is_similar && place.are_outer && pair.up.abs() > WHOLE_TONE {
        breaches.add(if now == FIFTH { Rule::HiddenFifths } else { Rule::HiddenOctaves });
    }
}

/// Whether one of two neighbors, crossed neither before nor now, is past the note that the other had.
fn overlaps(upper: Motion, lower: Motion) -> bool {
    let is_above = |a: Option<u8>, b: Option<u8>| a.zip(b).is_some_and(|(a, b)| a > b);
    is_above(lower.now.pitch(), upper.before) || is_above(lower.before, upper.now.pitch())
}
