use galant_types::TokenId;
use thiserror::Error;

/// How the next word is chosen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Strategy {
    /// The likeliest word, the one of lowest number if several are; without chance, and soon in a loop.
    Greedy,
    /// A word drawn with probability ∝ p^(1/T), where p is the model's: T below 1 sharpens, above 1 flattens.
    Random {
        /// T, or where it starts if loop control changes it.
        temperature: f64,
        /// What changes the temperature; none if it stays.
        loop_control: Option<LoopControl>,
    },
}

/// Heats where words repeat themselves and cools where they do not.
///
/// Before each draw the words so far, primer included, are looked at:
/// if the last n are the n before them, for an n of `lengths`, T is multiplied by `raise`, else by `lower`;
/// then it is brought into `min` to `max`.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopControl {
    /// How many words a repetition may have, each at least 1.
    pub lengths: Vec<usize>,
    /// The factor at a repetition.
    pub raise: f64,
    /// The factor without one.
    pub lower: f64,
    /// The lowest temperature.
    pub min: f64,
    /// The highest temperature.
    pub max: f64,
}

impl Strategy {
    /// What the lecture "AI Mozart" composes with: draws from T = 0.5 on, under [`LoopControl::default`].
    pub fn lecture() -> Strategy {
        Strategy::Random { temperature: 0.5, loop_control: Some(LoopControl::default()) }
    }

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), StrategyError> {
        let Strategy::Random { temperature, loop_control } = self else {
            return Ok(());
        };
        check_positive("temperature", *temperature)?;
        loop_control.as_ref().map_or(Ok(()), LoopControl::validate)
    }
}

impl Default for LoopControl {
    /// The lecture's numbers: repetitions of 2, 3 or 4 words, factors 1.20 and 0.95, temperatures 0.2 to 5.
    fn default() -> LoopControl {
        LoopControl { lengths: vec![2, 3, 4], raise: 1.20, lower: 0.95, min: 0.2, max: 5.0 }
    }
}

impl LoopControl {
    /// The longest repetition looked for: each draw compares that many words.
    pub const MAX_LENGTH: usize = 1024;

    /// The most lengths looked for.
    pub const MAX_LENGTHS: usize = 64;

    /// The temperature for the draw that follows `words`, where the one before was drawn at `temperature`.
    pub fn adjust(&self, temperature: f64, words: &[TokenId]) -> f64 {
        let is_loop = self.lengths.iter().any(|&n| repeats(words, n));
        let factor = if is_loop { self.raise } else { self.lower };
        (temperature * factor).max(self.min).min(self.max)
    }

    fn validate(&self) -> Result<(), StrategyError> {
        let named = [
            ("loop control's raise", self.raise),
            ("loop control's lower", self.lower),
            ("loop control's min", self.min),
            ("loop control's max", self.max),
        ];
        named.into_iter().try_for_each(|(what, value)| check_positive(what, value))?;
        if self.min > self.max {
            return Err(StrategyError::Range { min: self.min, max: self.max });
        }
        if self.lengths.is_empty() || self.lengths.len() > LoopControl::MAX_LENGTHS {
            return Err(StrategyError::Lengths { n_lengths: self.lengths.len() });
        }
        match self.lengths.iter().find(|&&length| length == 0 || length > LoopControl::MAX_LENGTH) {
            Some(&length) => Err(StrategyError::Length { length }),
            None => Ok(()),
        }
    }
}

/// Whether the last `n` words are the `n` before them; not if there are fewer.
fn repeats(words: &[TokenId], n: usize) -> bool {
    let Some(before) = words.len().checked_sub(2 * n) else {
        return false;
    };
    let (first, second) = words[before..].split_at(n);
    first == second
}

fn check_positive(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(StrategyError::NotPositive { what, value }) }
}

/// Why a strategy cannot work.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StrategyError {
    /// A number must be positive and finite.
    #[error("{what} is {value}; it must be above 0 and finite")]
    NotPositive {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// The lowest temperature is above the highest.
    #[error("loop control's min is {min}, its max {max}; min must not be above max")]
    Range {
        /// The lowest temperature.
        min: f64,
        /// The highest temperature.
        max: f64,
    },
    /// There is no length of a repetition, or too many.
    #[error("loop control has {n_lengths} lengths; it must have 1 to {}", LoopControl::MAX_LENGTHS)]
    Lengths {
        /// How many there are.
        n_lengths: usize,
    },
    /// A length of a repetition is out of its range.
    #[error("loop control has length {length}; it must be 1 to {}", LoopControl::MAX_LENGTH)]
    Length {
        /// The length.
        length: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn a_repetition_is_seen_at_the_end_only_and_only_when_whole() {
        assert!(repeats(&words(&[9, 1, 2, 1, 2]), 2));
        assert!(!repeats(&words(&[1, 2, 1, 2, 9]), 2));
        assert!(!repeats(&words(&[2, 1, 2]), 2));
        assert!(repeats(&words(&[1, 2, 3, 1, 2, 3]), 3));
        assert!(!repeats(&words(&[1, 2, 3, 1, 2, 3]), 2));
        assert!(!repeats(&[], 2));
    }

    #[test]
    fn the_temperature_rises_in_a_loop_and_falls_out_of_it_within_its_bounds() {
        let control = LoopControl::default();
        let (calm, looping) = (words(&[1, 2, 3, 4]), words(&[1, 2, 1, 2]));
        assert_eq!(control.adjust(1.0, &calm), 0.95);
        assert_eq!(control.adjust(1.0, &looping), 1.2);
        assert_eq!(control.adjust(0.21, &calm), 0.2);
        assert_eq!(control.adjust(4.9, &looping), 5.0);
    }

    #[track_caller]
    fn check_refused(change: impl FnOnce(&mut LoopControl), message: &str) {
        let mut control = LoopControl::default();
        change(&mut control);
        let strategy = Strategy::Random { temperature: 1.0, loop_control: Some(control) };
        assert_eq!(strategy.validate().unwrap_err().to_string(), message);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        assert_eq!(Strategy::lecture().validate(), Ok(()));
        assert_eq!(Strategy::Greedy.validate(), Ok(()));
        for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let strategy = Strategy::Random { temperature, loop_control: None };
            assert!(matches!(strategy.validate(), Err(StrategyError::NotPositive { what: "temperature", .. })));
        }
        check_refused(|control| control.lower = 0.0, "loop control's lower is 0; it must be above 0 and finite");
        check_refused(|control| control.raise = f64::NAN, "loop control's raise is NaN; it must be above 0 and finite");
        check_refused(|control| control.min = 6.0, "loop control's min is 6, its max 5; min must not be above max");
        check_refused(|control| control.lengths = vec![], "loop control has 0 lengths; it must have 1 to 64");
        check_refused(|control| control.lengths[1] = 0, "loop control has length 0; it must be 1 to 1024");
        check_refused(|control| control.lengths[2] = 1025, "loop control has length 1025; it must be 1 to 1024");
    }
}
