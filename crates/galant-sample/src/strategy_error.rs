use thiserror::Error;

use crate::limits::{MAX_BEAM_WIDTH, MAX_LOOP_LENGTH, MAX_LOOP_LENGTHS, MAX_WINDOW};

/// A setting of a strategy, a beam or a rule that is out of its range.
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
    /// A number must be above 0 and at most 1.
    #[error("{what} is {value}; it must be above 0 and at most 1")]
    Share {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// There are no particles, or too many.
    #[error("{n} particles; there must be 1 to {MAX_BEAM_WIDTH}")]
    Particles {
        /// How many there are.
        n: usize,
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
    /// Loop control has no length of a repetition, or too many.
    #[error("loop control has {n_lengths} lengths; it must have 1 to {MAX_LOOP_LENGTHS}")]
    Lengths {
        /// How many there are.
        n_lengths: usize,
    },
    /// A length of a repetition is out of its range.
    #[error("loop control has length {length}; it must be 1 to {MAX_LOOP_LENGTH}")]
    Length {
        /// The length.
        length: usize,
    },
    /// The shortest loop is out of its range.
    #[error("loop control's shortest loop is {shortest} tokens; it must be at most {MAX_LOOP_LENGTH}")]
    ShortestLoop {
        /// Its length.
        shortest: usize,
    },
    /// A window is out of its range.
    #[error("the window of the {what} is {window} tokens; it must be 1 to {MAX_WINDOW}")]
    Window {
        /// The setting that has the window.
        what: &'static str,
        /// The window.
        window: usize,
    },
    /// The repetition penalty is out of its range.
    #[error("repetition penalty is {factor}; it must be at least 1 and finite")]
    Penalty {
        /// The factor.
        factor: f64,
    },
    /// The length of blocked n-grams is out of its range.
    #[error("the n-gram block has n = {n}; it must be 1 to its window of {window} tokens")]
    Ngram {
        /// How many tokens an n-gram has.
        n: usize,
        /// How many tokens it looks back.
        window: usize,
    },
    /// The width of a beam is out of its range.
    #[error("beam width is {width}; it must be 1 to {MAX_BEAM_WIDTH}")]
    Width {
        /// The width.
        width: usize,
    },
}

pub(crate) fn check_positive(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(StrategyError::NotPositive { what, value }) }
}

pub(crate) fn check_not_negative(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(StrategyError::Negative { what, value }) }
}

pub(crate) fn check_window(what: &'static str, window: usize) -> Result<(), StrategyError> {
    if (1..=MAX_WINDOW).contains(&window) { Ok(()) } else { Err(StrategyError::Window { what, window }) }
}

pub(crate) fn check_share(what: &'static str, value: f64) -> Result<(), StrategyError> {
    if value > 0.0 && value <= 1.0 { Ok(()) } else { Err(StrategyError::Share { what, value }) }
}
