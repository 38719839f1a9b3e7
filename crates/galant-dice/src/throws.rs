//! Throws of two dice, given or rolled.

use std::collections::BTreeSet;
use std::str::FromStr;

use galant_types::Seed;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::tables::{MAX_SUM, MIN_SUM, N_POSITIONS, tables};

/// Sixteen sums of two dice, which make one waltz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Throws {
    sums: [u8; N_POSITIONS],
}

impl Throws {
    /// Takes the sums for the positions 1 to 16.
    ///
    /// # Errors
    ///
    /// If a sum is not 2 to 12.
    pub fn new(sums: [u8; 16]) -> Result<Throws, ThrowsError> {
        match sums.iter().position(|sum| !(MIN_SUM..=MAX_SUM).contains(sum)) {
            Some(index) => Err(ThrowsError::Sum { position: index + 1, sum: sums[index] }),
            None => Ok(Throws { sums }),
        }
    }

    /// Rolls two fair dice sixteen times.
    pub fn roll(seed: Seed) -> Throws {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let mut die = || dice.random_range(1..=6_u8);
        Throws { sums: std::array::from_fn(|_| die() + die()) }
    }

    /// The sums, each 2 to 12.
    pub fn sums(&self) -> &[u8; 16] {
        &self.sums
    }

    /// The lowest sums that give the same music.
    ///
    /// Two waltzes sound the same exactly if these are equal.
    #[must_use]
    pub fn lowest(&self) -> Throws {
        let lowest = |index: usize| {
            let column = tables().column(index + 1).map(|bar| tables().notes(bar));
            let played = column[usize::from(self.sums[index] - MIN_SUM)];
            (MIN_SUM..).zip(column).find(|(_, notes)| *notes == played).map_or(self.sums[index], |(sum, _)| sum)
        };
        Throws { sums: std::array::from_fn(lowest) }
    }
}

impl FromStr for Throws {
    type Err = ParseThrowsError;

    /// Reads sixteen sums separated by commas, such as `7,11,4` and so on.
    fn from_str(text: &str) -> Result<Throws, ParseThrowsError> {
        let sum = |(index, part): (usize, &str)| {
            let part = part.trim();
            let sum = part.parse().ok().filter(|sum| (MIN_SUM..=MAX_SUM).contains(sum));
            sum.ok_or_else(|| ParseThrowsError::Sum { position: index + 1, text: part.to_owned() })
        };
        let sums: Vec<u8> = text.split(',').enumerate().map(sum).collect::<Result<_, _>>()?;
        let sums = sums.try_into().map_err(|sums: Vec<u8>| ParseThrowsError::Count { n_throws: sums.len() })?;
        Ok(Throws { sums })
    }
}

/// Why a text is not sixteen sums of two dice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseThrowsError {
    /// A part is not a sum of two dice.
    #[error("throw {position} is '{text}'; two dice give 2 to 12")]
    Sum {
        /// Which throw, from 1.
        position: usize,
        /// What is there.
        text: String,
    },
    /// There are more or fewer than sixteen.
    #[error("{n_throws} throws are given; a waltz takes 16, separated by commas such as 7,11,4")]
    Count {
        /// How many there are.
        n_throws: usize,
    },
}

/// Why numbers are not sums of two dice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThrowsError {
    /// A sum that two dice cannot give.
    #[error("throw {position} of 16 is {sum}; two dice give 2 to 12")]
    Sum {
        /// Which throw, from 1.
        position: usize,
        /// The sum.
        sum: u8,
    },
}

/// Rolls `n_medleys` medleys of `n_waltzes` each, in which no two waltzes sound the same.
///
/// So no waltz of the validation part is in the training part.
/// With the same seed and `n_waltzes`, a larger number of medleys begins with the same ones.
pub fn medleys(seed: Seed, n_medleys: usize, n_waltzes: usize) -> Vec<Vec<Throws>> {
    let mut waltzes = distinct((0..).map(|index| Throws::roll(seed.child(index))));
    (0..n_medleys).map(|_| waltzes.by_ref().take(n_waltzes).collect()).collect()
}

/// Leaves out each waltz that sounds like an earlier one.
fn distinct(rolls: impl Iterator<Item = Throws>) -> impl Iterator<Item = Throws> {
    let mut heard = BTreeSet::new();
    rolls.filter(move |throws| heard.insert(throws.lowest()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waltzes_that_sound_the_same_are_left_out() {
        let sevens = Throws::new([7; 16]).unwrap();
        let mut sums = [7; 16];
        sums[7] = 2; // All bars of position 8 are equal.
        sums[15] = 12; // So are all of position 16, except the one for 11.
        let same = Throws::new(sums).unwrap();
        sums[15] = 11;
        let other = Throws::new(sums).unwrap();
        let kept: Vec<Throws> = distinct([sevens, same, other, sevens].into_iter()).collect();
        assert_eq!(kept, [sevens, other]);
        let lowest = |throws: Throws| (throws.lowest().sums()[7], throws.lowest().sums()[15]);
        assert_eq!([sevens, same, other].map(lowest), [(2, 2), (2, 2), (2, 11)]);
    }
}
