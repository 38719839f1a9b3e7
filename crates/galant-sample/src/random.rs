//! The random numbers of this crate: Xoshiro256++, the same on every machine.

use galant_types::Seed;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// A stream of random numbers.
///
/// Primers and draws use different children of a seed, so that one seed serves both.
#[derive(Debug, Clone)]
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream that primers come from.
    pub(crate) fn primers(seed: Seed) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed.child(0).0))
    }

    /// The stream that tokens are drawn with.
    pub(crate) fn draws(seed: Seed) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed.child(1).0))
    }

    /// A number in [0, 1), one of 2⁵³ equally spaced ones.
    pub(crate) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// A number from Gumbel's distribution, −ln(−ln u): the largest of many waiting times, centered.
    ///
    /// The token of largest logit plus Gumbel number is a draw from softmax(logits).
    pub(crate) fn gumbel(&mut self) -> f64 {
        const HALF_STEP: f64 = 0.5 / (1_u64 << 53) as f64;
        // Half a step up, since the logarithm of 0 is infinite; at most 1 − 2⁻⁵³, so that 1 is not rounded to.
        let unit = (self.unit() + HALF_STEP).min(1.0 - f64::EPSILON / 2.0);
        -(-unit.ln()).ln()
    }

    /// A number below `n`; each is as likely as another to within 2⁻⁶⁴.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u32
    }
}
