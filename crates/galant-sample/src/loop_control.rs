use galant_types::TokenId;

use crate::StrategyError;
use crate::limits::{MAX_LOOP_LENGTH, MAX_LOOP_LENGTHS};
use crate::strategy_error::check_positive;

/// Raises the temperature while the piece repeats itself and lowers it while it does not.
///
/// Before each draw the tokens so far, with the primer, are compared:
/// if the last n equal the n before them, for an n of `lengths`, and the piece has been repeating these n for at least
/// `shortest` tokens, T is multiplied by `raise`, otherwise by `lower`; then it is clamped to `min` to `max`.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopControl {
    /// How many tokens a repetition may have, each at least 1.
    pub lengths: Vec<usize>,
    /// How many tokens all rounds of a repetition must have together; two rounds are always needed.
    pub shortest: usize,
    /// The factor at a repetition.
    pub raise: f64,
    /// The factor without one.
    pub lower: f64,
    /// The lowest temperature.
    pub min: f64,
    /// The highest temperature.
    pub max: f64,
}

impl Default for LoopControl {
    /// The lecture's numbers: repetitions of 2, 3 or 4 tokens, however short, factors 1.20 and 0.95, temperatures 0.2 to 5.
    fn default() -> LoopControl {
        LoopControl { lengths: vec![2, 3, 4], shortest: 0, raise: 1.20, lower: 0.95, min: 0.2, max: 5.0 }
    }
}

impl LoopControl {
    /// The longest repetition: each draw compares up to this many tokens.
    pub const MAX_LENGTH: usize = MAX_LOOP_LENGTH;

    /// The most lengths.
    pub const MAX_LENGTHS: usize = MAX_LOOP_LENGTHS;

    /// Raises a temperature from where it was set, and lowers it back to there, never below.
    ///
    /// Only what repeats for at least `shortest` tokens, in rounds of up to [`LoopControl::MAX_LENGTHS`], is a loop: music
    /// repeats figures and bars, and should not be driven out of them at once.
    pub fn raising(temperature: f64, shortest: usize) -> LoopControl {
        let lengths = (1..=LoopControl::MAX_LENGTHS).collect();
        LoopControl { lengths, shortest, min: temperature, ..LoopControl::default() }
    }

    /// The first n of `lengths` for which the piece ends with a repetition of n tokens.
    pub fn found(&self, tokens: &[TokenId]) -> Option<usize> {
        self.lengths.iter().copied().find(|&n| repeats(tokens, n, self.shortest))
    }

    /// The temperature of the draw that follows `tokens`, where the one before it was drawn at `temperature`.
    pub fn adjust(&self, temperature: f64, tokens: &[TokenId]) -> f64 {
        let factor = if self.found(tokens).is_some() { self.raise } else { self.lower };
        (temperature * factor).max(self.min).min(self.max)
    }

    pub(crate) fn validate(&self) -> Result<(), StrategyError> {
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
        if self.shortest > LoopControl::MAX_LENGTH {
            return Err(StrategyError::ShortestLoop { shortest: self.shortest });
        }
        match self.lengths.iter().find(|&&length| length == 0 || length > LoopControl::MAX_LENGTH) {
            Some(&length) => Err(StrategyError::Length { length }),
            None => Ok(()),
        }
    }
}

/// Whether the last tokens repeat `n` of them at least once, and for at least `shortest` tokens.
fn repeats(tokens: &[TokenId], n: usize, shortest: usize) -> bool {
    let Some(start) = tokens.len().checked_sub(shortest.max(2 * n)) else {
        return false;
    };
    let repetition = &tokens[start..];
    repetition[n..] == repetition[..repetition.len() - n]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn a_repetition_is_found_only_at_the_end_and_only_when_it_is_whole() {
        assert!(repeats(&tokens(&[9, 1, 2, 1, 2]), 2, 0));
        assert!(!repeats(&tokens(&[1, 2, 1, 2, 9]), 2, 0));
        assert!(!repeats(&tokens(&[2, 1, 2]), 2, 0));
        assert!(repeats(&tokens(&[1, 2, 3, 1, 2, 3]), 3, 0));
        assert!(!repeats(&tokens(&[1, 2, 3, 1, 2, 3]), 2, 0));
        assert!(!repeats(&[], 2, 0));
    }

    #[test]
    fn a_repetition_counts_from_its_shortest_length_on() {
        let figure = tokens(&[9, 1, 2, 1, 2, 1, 2, 1]);
        assert!(repeats(&figure, 2, 7) && !repeats(&figure, 2, 8));
        assert!(!repeats(&figure, 2, 9), "there are only eight tokens");
        assert!(repeats(&tokens(&[5, 1, 2, 3, 1, 2, 3]), 3, 4), "two rounds are six tokens");
    }

    #[test]
    fn a_control_that_only_raises_never_goes_below_the_temperature_set() {
        let control = LoopControl::raising(0.9, 8);
        assert_eq!(control.validate(), Ok(()));
        let (calm, figure, stuck) = (tokens(&[1, 2, 3, 4]), tokens(&[3, 1, 2, 1, 2, 1, 2]), tokens(&[7; 8]));
        assert_eq!(control.adjust(0.9, &calm), 0.9);
        assert_eq!(control.adjust(0.9, &figure), 0.9);
        assert_eq!(control.adjust(0.9, &stuck), 0.9 * 1.2);
        assert_eq!(control.adjust(0.9 * 1.2, &calm), 0.9 * 1.2 * 0.95);
        assert_eq!(control.adjust(0.91, &calm), 0.9);
    }

    #[test]
    fn the_repetition_found_is_the_first_of_the_lengths() {
        let control = LoopControl { lengths: vec![4, 1, 2], ..LoopControl::default() };
        assert_eq!(control.found(&tokens(&[1, 2, 1, 2])), Some(2));
        assert_eq!(control.found(&tokens(&[3, 3, 3, 3])), Some(1));
        assert_eq!(control.found(&tokens(&[1, 2, 1, 1, 1, 2, 1, 1])), Some(4));
        assert_eq!(control.found(&tokens(&[1, 2, 3])), None);
    }

    #[test]
    fn the_temperature_rises_in_a_loop_and_falls_out_of_it_within_its_bounds() {
        let control = LoopControl::default();
        let (calm, looping) = (tokens(&[1, 2, 3, 4]), tokens(&[1, 2, 1, 2]));
        assert_eq!(control.adjust(1.0, &calm), 0.95);
        assert_eq!(control.adjust(1.0, &looping), 1.2);
        assert_eq!(control.adjust(0.21, &calm), 0.2);
        assert_eq!(control.adjust(4.9, &looping), 5.0);
    }
}
