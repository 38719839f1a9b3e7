use crate::strategy_error::{check_positive, check_share, check_window};
use crate::{LoopControl, StrategyError};

/// How the next token is chosen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Strategy {
    /// The likeliest token, and the one of lowest number if several are; nothing is random, and it soon runs into a
    /// loop.
    Greedy,
    /// A token drawn by its probability.
    Random(Draw),
}

/// How a token is drawn: with probability ∝ p^(1/T) from the tokens that the truncation keeps, where p is the model's.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// T, or its start if loop control changes it; below 1 it sharpens the distribution, above 1 it flattens it.
    pub temperature: f64,
    /// What changes the temperature; none keeps it constant.
    pub loop_control: Option<LoopControl>,
    /// Which tokens are drawn from, by their probability at the temperature.
    pub truncation: Truncation,
    /// The entropy below which the temperature is raised; none never raises it.
    pub entropy_floor: Option<EntropyFloor>,
}

/// Which tokens are drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Truncation {
    /// All tokens.
    None,
    /// The k likeliest. Fan, Lewis and Dauphin 2018.
    TopK(usize),
    /// The fewest likeliest whose probabilities sum to at least p, above 0 and at most 1. Holtzman et al. 2020.
    TopP(f64),
    /// Those at least p times as likely as the likeliest, p above 0 and at most 1. Nguyen et al. 2024.
    MinP(f64),
}

/// Raises the temperature of a draw where the last draws were nearly certain.
///
/// If the mean entropy of the last `window` draws is below `nats`, and that of the next draw too, the temperature of
/// this draw is raised by a quarter at a time until its entropy reaches `nats` or T is at least
/// [`EntropyFloor::MAX_TEMPERATURE`]. The temperature that loop control adjusts is not changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntropyFloor {
    /// The lowest mean entropy of a draw.
    pub nats: f64,
    /// How many draws the mean is taken over, 1 to [`MAX_WINDOW`](crate::MAX_WINDOW).
    pub window: usize,
}

impl Strategy {
    /// The lecture "AI Mozart" composes with this: draws that start at T = 0.5, under [`LoopControl::default`].
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
    /// A draw from all tokens at a constant temperature.
    pub fn at(temperature: f64) -> Draw {
        Draw { temperature, loop_control: None, truncation: Truncation::None, entropy_floor: None }
    }

    fn validate(&self) -> Result<(), StrategyError> {
        check_positive("temperature", self.temperature)?;
        self.loop_control.as_ref().map_or(Ok(()), LoopControl::validate)?;
        self.truncation.validate()?;
        let Some(EntropyFloor { nats, window }) = self.entropy_floor else {
            return Ok(());
        };
        check_positive("entropy floor", nats)?;
        check_window("entropy floor", window)
    }
}

impl Truncation {
    pub(crate) fn validate(self) -> Result<(), StrategyError> {
        match self {
            Truncation::None => Ok(()),
            Truncation::TopK(0) => Err(StrategyError::TopK),
            Truncation::TopK(_) => Ok(()),
            Truncation::TopP(p) => check_share("top-p", p),
            Truncation::MinP(p) => check_share("min-p", p),
        }
    }
}

impl EntropyFloor {
    /// Where the temperature is raised no more: there all tokens are equally likely to about a percent.
    pub const MAX_TEMPERATURE: f64 = 1000.0;
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Checks the messages of draws that have a setting out of its range.
    #[track_caller]
    fn check(draws: Vec<Draw>, messages: Expect) {
        let message = |draw| format!("{}\n", Strategy::Random(draw).validate().unwrap_err());
        messages.assert_eq(&draws.into_iter().map(message).collect::<String>());
    }

    #[test]
    fn settings_out_of_range_are_named() {
        assert_eq!(Strategy::lecture().validate(), Ok(()));
        assert_eq!(Strategy::Greedy.validate(), Ok(()));
        for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let strategy = Strategy::Random(Draw::at(temperature));
            assert!(matches!(strategy.validate(), Err(StrategyError::NotPositive { what: "temperature", .. })));
        }
        let with = |change: &dyn Fn(&mut LoopControl)| {
            let mut control = LoopControl::default();
            change(&mut control);
            Draw { loop_control: Some(control), ..Draw::at(1.0) }
        };
        let draws = vec![
            with(&|control| control.lower = 0.0),
            with(&|control| control.raise = f64::NAN),
            with(&|control| control.min = 6.0),
            with(&|control| control.lengths = vec![]),
            with(&|control| control.lengths[1] = 0),
            with(&|control| control.lengths[2] = 1025),
            with(&|control| control.shortest = 1025),
        ];
        check(
            draws,
            expect![[r#"
            loop control's lower is 0; it must be above 0 and finite
            loop control's raise is NaN; it must be above 0 and finite
            loop control's min is 6, its max 5; min must not be above max
            loop control has 0 lengths; it must have 1 to 64
            loop control has length 0; it must be 1 to 1024
            loop control has length 1025; it must be 1 to 1024
            loop control's shortest loop is 1025 tokens; it must be at most 1024
        "#]],
        );
    }

    #[test]
    fn a_truncation_is_a_number_of_tokens_or_a_share() {
        let with = |truncation| Draw { truncation, ..Draw::at(1.0) };
        let refused = [Truncation::TopK(0), Truncation::TopP(0.0), Truncation::TopP(1.5), Truncation::MinP(f64::NAN)];
        check(
            refused.map(with).to_vec(),
            expect![[r#"
            top-k is 0; it must keep at least 1 token
            top-p is 0; it must be above 0 and at most 1
            top-p is 1.5; it must be above 0 and at most 1
            min-p is NaN; it must be above 0 and at most 1
        "#]],
        );
        for allowed in [Truncation::TopK(1), Truncation::TopP(1.0), Truncation::MinP(1.0)] {
            assert_eq!(with(allowed).validate(), Ok(()));
        }
        let floor = |nats, window| Draw { entropy_floor: Some(EntropyFloor { nats, window }), ..Draw::at(1.0) };
        check(
            vec![floor(0.0, 8), floor(0.1, 0)],
            expect![[r#"
            entropy floor is 0; it must be above 0 and finite
            the window of the entropy floor is 0 tokens; it must be 1 to 4096
        "#]],
        );
    }
}
