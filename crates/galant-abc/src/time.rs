//! Fractions of a whole note, and ticks.

use std::fmt;

use galant_types::Place;

use crate::error::DecodeError;
use crate::limits::{MAX_LENGTH_IN_WHOLES, TICKS_PER_QUARTER};

/// How many ticks a whole note lasts.
pub(crate) const TICKS_PER_WHOLE: u64 = 4 * TICKS_PER_QUARTER as u64;

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
}

/// The product of `factors` of a whole note, in ticks.
pub(crate) fn ticks(factors: &[Fraction], place: Place) -> Result<u64, DecodeError> {
    // At most five factors, each side of at most 17 bits.
    debug_assert!(factors.len() <= 5, "{} factors", factors.len());
    let numerator: u128 = factors.iter().map(|factor| u128::from(factor.numerator)).product();
    let denominator: u128 = factors.iter().map(|factor| u128::from(factor.denominator)).product();
    let scaled = numerator * u128::from(TICKS_PER_WHOLE);
    if scaled > denominator * u128::from(MAX_LENGTH_IN_WHOLES * TICKS_PER_WHOLE) {
        return Err(DecodeError::TooLong { place });
    }
    if !scaled.is_multiple_of(denominator) {
        let common = gcd(numerator, denominator);
        let [numerator, denominator] =
            [numerator, denominator].map(|side| u64::try_from(side / common).unwrap_or(u64::MAX));
        return Err(DecodeError::OffGrid { place, numerator, denominator });
    }
    Ok((scaled / denominator) as u64)
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Ticks, printed as a fraction of a whole note in lowest terms.
pub(crate) struct Length(pub(crate) u64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ticks, whole) = (u128::from(self.0), u128::from(TICKS_PER_WHOLE));
        let common = gcd(ticks, whole);
        write!(f, "{}/{}", ticks / common, whole / common)
    }
}
