//! Fractions of a whole note, and ticks.

use std::fmt;

use crate::limits::{MAX_LENGTH_IN_WHOLES, TICKS_PER_QUARTER};

/// How many ticks a whole note lasts.
pub(crate) const TICKS_PER_WHOLE: u64 = 4 * TICKS_PER_QUARTER as u64;

/// How many parts a tick has within a bar, so that the notes of a tuplet of eleven do not drift from their time.
pub(crate) const PARTS_PER_TICK: u64 = 1 << 16;

/// A fraction whose denominator is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub(crate) numerator: u32,
    pub(crate) denominator: u32,
}

impl Fraction {
    pub(crate) const ONE: Fraction = Fraction { numerator: 1, denominator: 1 };

    pub(crate) fn new(numerator: u32, denominator: u32) -> Fraction {
        debug_assert!(denominator > 0, "{numerator}/0");
        Fraction { numerator, denominator }
    }

    /// This share of a number of parts, to the nearest part.
    pub(crate) fn of(self, parts: u64) -> u64 {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator));
        // At most 17 bits more than parts, which have at most 38.
        ((2 * u128::from(parts) * numerator + denominator) / (2 * denominator)) as u64
    }
}

/// The product of `factors` of a whole note, in parts of ticks, at least one; none if it is over [`MAX_LENGTH_IN_WHOLES`].
pub(crate) fn parts(factors: &[Fraction]) -> Option<u64> {
    // At most five factors, each side of at most 17 bits.
    debug_assert!(factors.len() <= 5, "{} factors", factors.len());
    let numerator: u128 = factors.iter().map(|factor| u128::from(factor.numerator)).product();
    let denominator: u128 = factors.iter().map(|factor| u128::from(factor.denominator)).product();
    let scaled = numerator * u128::from(TICKS_PER_WHOLE * PARTS_PER_TICK);
    if scaled > denominator * u128::from(MAX_PARTS_OF_NOTE) {
        return None;
    }
    Some((((scaled + denominator / 2) / denominator) as u64).max(1))
}

/// The longest note, in parts of ticks.
pub(crate) const MAX_PARTS_OF_NOTE: u64 = MAX_LENGTH_IN_WHOLES * TICKS_PER_WHOLE * PARTS_PER_TICK;

/// The tick that is nearest to a moment in parts of ticks.
pub(crate) fn tick(parts: u64) -> u64 {
    (parts + PARTS_PER_TICK / 2) / PARTS_PER_TICK
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Ticks, printed as a fraction of a whole note in lowest terms.
pub(crate) struct Length(pub(crate) u64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let common = gcd(self.0, TICKS_PER_WHOLE);
        write!(f, "{}/{}", self.0 / common, TICKS_PER_WHOLE / common)
    }
}
