/// What onsets of equal runs have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunKind {
    /// The pitches struck, in any key and any rhythm.
    Pitches,
    /// The pitches struck, in any key, and the time from each onset to the next.
    PitchesAndRhythm,
}

impl RunKind {
    /// Both, in this order.
    pub const ALL: [RunKind; 2] = [RunKind::Pitches, RunKind::PitchesAndRhythm];
}
