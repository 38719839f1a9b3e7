use thiserror::Error;

use crate::LoopControl;

/// How the next token is chosen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Strategy {
    /// The likeliest token, the one of lowest number if several are; without chance, and soon in a loop.
    Greedy,
    /// A token by its probability.
    Random(Draw),
}

/// How a token is drawn: with probability ∝ p^(1/T) among the tokens kept, where p is the model's.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// T, or where it starts if loop control changes it; below 1 it sharpens, above 1 it flattens.
    pub temperature: f64,
    /// What changes the temperature; none if it stays.
    pub loop_control: Option<LoopControl>,
    /// Which tokens are kept, by their probability at the temperature.
    pub keep: Keep,
    /// What breaks a collapse; none if nothing does.
    pub entropy_floor: Option<EntropyFloor>,
}

/// Which tokens a draw is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keep {
    /// All tokens.
    All,
    /// The k likeliest. Fan, Lewis and Dauphin 2018.
    TopK(usize),
    /// The fewest likeliest whose probabilities sum to at least p, above 0 and at most 1. Holtzman et al. 2020.
    TopP(f64),
    /// Those at least p times as likely as the likeliest, p above 0 and at most 1. Nguyen et al. 2024.
    MinP(f64),
}

/// Makes the next draw freer where the last ones left nothing to chance.
///
/// Where the mean entropy of the last `window` draws is below `nats`, and that of the next draw too, the temperature of
/// this draw is raised by a quarter until its entropy reaches `nats` or T is over [`EntropyFloor::MAX_TEMPERATURE`].
/// The temperature that loop control keeps is not touched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntropyFloor {
    /// The lowest mean entropy of a draw.
    pub nats: f64,
    /// How many draws it is the mean of, at least 1.
    pub window: usize,
}

impl Strategy {
    /// What the lecture "AI Mozart" composes with: draws from T = 0.5 on, under [`LoopControl::default`].
    pub fn lecture() -> Strategy {
        Strategy::Random(Draw { loop_control: Some(LoopControl::default()), ..Draw::at(0.5) })
    }

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), StrategyError> {
        match self {
            Strategy::Greedy => Ok(()),
            Strategy::Random(draw) => draw.validate(),
        }
    }
}

impl Draw {
    /// A draw from all tokens at an unchanging temperature.
    pub fn at(temperature: f64) -> Draw {
        Draw { temperature, loop_control: None, keep: Keep::All, entropy_floor: None }
    }

    fn validate(&self) -> Result<(), StrategyError> {
        check_positive("temperature", self.temperature)?;
        self.loop_control.as_ref().map_or(Ok(()), LoopControl::validate)?;
        match self.keep {
            Keep::All => {}
            Keep::TopK(k) => {
                if k == 0 {
                    return Err(StrategyError::TopK);
                }
            }
            Keep::TopP(p) => check_share("top-p", p)?,
            Keep::MinP(p) => check_share("min-p", p)?,
        }
        let Some(EntropyFloor { nats, window }) = self.entropy_floor else {
            return Ok(());
        };
        check_positive("entropy floor", nats)?;
        check_window("entropy floor", window)
    }
}

impl EntropyFloor {
    /// Where a floor gives up to raise the temperature: there all tokens are as likely as each other to a per cent.
    pub const MAX_TEMPERATURE: f64 = 1000.0;
}

/// The longest window that a setting may look back: each token costs so many looks.
pub const MAX_WINDOW: usize = 4096;

pub(crate) fn check_positive(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(StrategyError::NotPositive { what, value }) }
}

pub(crate) fn check_not_negative(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(StrategyError::Negative { what, value }) }
}

pub(crate) fn check_window(what: &'static str, window: usize) -> Result<(), StrategyError> {
    if (1..=MAX_WINDOW).contains(&window) { Ok(()) } else { Err(StrategyError::Window { what, window }) }
}

fn check_share(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value > 0.0 && value <= 1.0 { Ok(()) } else { Err(StrategyError::Share { what, value }) }
}

/// Why a strategy, a search or a rule cannot work.
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
    /// A number must be finite and not negative.
    #[error("{what} is {value}; it must be 0 or above and finite")]
    Negative {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// A share of the probability is none.
    #[error("{what} is {value}; it must be above 0 and at most 1")]
    Share {
        /// Which share.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// No token would be kept.
    #[error("top-k is 0; it must keep at least 1 token")]
    TopK,
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
    /// A setting looks back at no tokens or at too many.
    #[error("the window of the {what} is {window} tokens; it must be 1 to {MAX_WINDOW}")]
    Window {
        /// Of which setting.
        what: &'static str,
        /// The window.
        window: usize,
    },
    /// A penalty would reward.
    #[error("repetition penalty is {factor}; it must be at least 1 and finite")]
    Penalty {
        /// The factor.
        factor: f64,
    },
    /// A block is of no tokens, or of more than it looks back.
    #[error("the n-gram block is of {n} tokens; it must be 1 to its window of {window}")]
    Ngram {
        /// How many tokens.
        n: usize,
        /// How many tokens are looked back.
        window: usize,
    },
    /// A search keeps no piece or too many.
    #[error("beam width is {width}; it must be 1 to {}", crate::Beam::MAX_WIDTH)]
    Width {
        /// The width.
        width: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_loop_control(change: impl FnOnce(&mut LoopControl), message: &str) {
        let mut control = LoopControl::default();
        change(&mut control);
        check(Draw { loop_control: Some(control), ..Draw::at(1.0) }, message);
    }

    #[track_caller]
    fn check(draw: Draw, message: &str) {
        assert_eq!(Strategy::Random(draw).validate().unwrap_err().to_string(), message);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        assert_eq!(Strategy::lecture().validate(), Ok(()));
        assert_eq!(Strategy::Greedy.validate(), Ok(()));
        for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let strategy = Strategy::Random(Draw::at(temperature));
            assert!(matches!(strategy.validate(), Err(StrategyError::NotPositive { what: "temperature", .. })));
        }
        check_loop_control(|control| control.lower = 0.0, "loop control's lower is 0; it must be above 0 and finite");
        check_loop_control(
            |control| control.raise = f64::NAN,
            "loop control's raise is NaN; it must be above 0 and finite",
        );
        check_loop_control(
            |control| control.min = 6.0,
            "loop control's min is 6, its max 5; min must not be above max",
        );
        check_loop_control(|control| control.lengths = vec![], "loop control has 0 lengths; it must have 1 to 64");
        check_loop_control(|control| control.lengths[1] = 0, "loop control has length 0; it must be 1 to 1024");
        check_loop_control(|control| control.lengths[2] = 1025, "loop control has length 1025; it must be 1 to 1024");
    }

    #[test]
    fn what_is_kept_is_a_number_of_tokens_or_a_share() {
        let keep = |keep| Draw { keep, ..Draw::at(1.0) };
        check(keep(Keep::TopK(0)), "top-k is 0; it must keep at least 1 token");
        check(keep(Keep::TopP(0.0)), "top-p is 0; it must be above 0 and at most 1");
        check(keep(Keep::TopP(1.5)), "top-p is 1.5; it must be above 0 and at most 1");
        check(keep(Keep::MinP(f64::NAN)), "min-p is NaN; it must be above 0 and at most 1");
        for allowed in [Keep::TopK(1), Keep::TopP(1.0), Keep::MinP(1.0)] {
            assert_eq!(keep(allowed).validate(), Ok(()));
        }
        let floor = |nats, window| Draw { entropy_floor: Some(EntropyFloor { nats, window }), ..Draw::at(1.0) };
        check(floor(0.0, 8), "entropy floor is 0; it must be above 0 and finite");
        check(floor(0.1, 0), "the window of the entropy floor is 0 tokens; it must be 1 to 4096");
    }
}
