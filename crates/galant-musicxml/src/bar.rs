//! One bar of one part as written.

/// A bar of a part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bar {
    pub(crate) notes: Vec<BarNote>,
    /// What changes, and how many ticks after the beginning of the bar.
    pub(crate) changes: Vec<(u64, Change)>,
    /// In ticks.
    pub(crate) length: u64,
}

/// A note of a bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BarNote {
    /// In ticks from the beginning of the bar.
    pub(crate) onset: u64,
    /// In ticks.
    pub(crate) length: u64,
    pub(crate) pitch: u8,
    pub(crate) velocity: u8,
    /// Number of its voice within the part.
    pub(crate) voice: u16,
    /// Whether a tie begins here, and whether one ends here.
    pub(crate) begins_tie: bool,
    pub(crate) ends_tie: bool,
    /// Where it is, in bytes of the text.
    pub(crate) at: usize,
}

/// What changes within a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Meter(MeterSign),
    Key(KeySign),
    /// Microseconds a quarter note lasts.
    Tempo(u32),
}

/// A meter without its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeterSign {
    pub(crate) numerator: u8,
    pub(crate) denominator_log2: u8,
}

/// A key without its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeySign {
    pub(crate) sharps: i8,
    pub(crate) minor: bool,
}

/// What a bar says about the order of bars; all parts say the same, or only one of them says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) begins_repeat: bool,
    /// How often the section that it ends is repeated.
    pub(crate) repeats: u32,
    /// In which playings it is played; empty for all.
    pub(crate) ending: Vec<u32>,
    /// Whether the ending ends with this bar.
    pub(crate) ends_ending: bool,
    /// Whether a double bar line follows.
    pub(crate) is_heavy: bool,
    /// Whether the bar is not counted, such as an upbeat.
    pub(crate) is_implicit: bool,
    pub(crate) is_segno: bool,
    pub(crate) is_coda: bool,
    /// Where the piece ends after a jump.
    pub(crate) is_fine: bool,
    /// Where the jump to the coda is.
    pub(crate) leads_to_coda: bool,
    /// Whether the piece goes on at its beginning, or at the segno.
    pub(crate) jump: Option<Jump>,
    /// Its number, and where it begins, in bytes of the text.
    pub(crate) number: String,
    pub(crate) at: usize,
}

/// Where the piece goes on after a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jump {
    DaCapo,
    DalSegno,
}
