//! How strictly the rules are held.

use std::fmt;

use crate::rule::{Breaches, Rule};

/// What becomes of what would break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Enforcement {
    /// Nothing.
    #[default]
    Off,
    /// It is less likely, by so many nats for each breach: its probability is multiplied by e to the minus that.
    Penalty {
        /// The nats, finite and not negative.
        nats: f32,
    },
    /// It may not be chosen.
    Veto,
}

impl Enforcement {
    /// The nats that a vetoed breach costs where every choice would be vetoed.
    pub const VETO_NATS: f32 = 40.0;
}

/// For each rule, how strictly it is held; by default not at all.
///
/// ```
/// use galant_harmony::{Enforcement, Enforcements, PartRanges, Rule, VoiceLeading};
/// use galant_types::PartStep::Strike;
///
/// let mut rules = Enforcements::default();
/// rules.set(Rule::ParallelFifths, Enforcement::Veto)?;
/// rules.set(Rule::Range, Enforcement::Penalty { nats: 1.5 })?;
///
/// let parts = VoiceLeading::new(PartRanges::choir(), None);
/// assert_eq!(rules.cost(&parts.breaches(0, Strike(84))), Some(1.5));
/// # Ok::<(), galant_harmony::PenaltyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Enforcements {
    by_rule: [Enforcement; Rule::COUNT],
}

impl Enforcements {
    /// Sets how strictly a rule is held.
    ///
    /// # Errors
    ///
    /// If a penalty is not finite, or negative.
    pub fn set(&mut self, rule: Rule, enforcement: Enforcement) -> Result<(), PenaltyError> {
        match enforcement {
            Enforcement::Penalty { nats } if !(nats.is_finite() && nats >= 0.0) => Err(PenaltyError { rule, nats }),
            _ => {
                self.by_rule[rule as usize] = enforcement;
                Ok(())
            }
        }
    }

    /// How strictly a rule is held.
    pub fn of(&self, rule: Rule) -> Enforcement {
        self.by_rule[rule as usize]
    }

    /// Whether no rule is held.
    pub fn are_off(&self) -> bool {
        self.by_rule.iter().all(|&enforcement| enforcement == Enforcement::Off)
    }

    /// The nats that these breaches cost where they cannot be avoided: a vetoed one costs [`Enforcement::VETO_NATS`].
    pub fn unavoidable_cost(&self, breaches: &Breaches) -> f32 {
        let cost = |(rule, enforcement): (Rule, Enforcement)| match enforcement {
            Enforcement::Off => 0.0,
            Enforcement::Penalty { nats } => breaches.of(rule) as f32 * nats,
            Enforcement::Veto => breaches.of(rule) as f32 * Enforcement::VETO_NATS,
        };
        Rule::ALL.into_iter().zip(self.by_rule).map(cost).sum()
    }

    /// Whether a rule is held by a veto.
    pub fn have_vetoes(&self) -> bool {
        self.by_rule.contains(&Enforcement::Veto)
    }

    /// Whether one of these breaches is vetoed.
    pub fn vetoes(&self, breaches: &Breaches) -> bool {
        Rule::ALL.iter().any(|&rule| breaches.of(rule) > 0 && self.of(rule) == Enforcement::Veto)
    }

    /// The nats that these breaches cost; none if one of them is vetoed.
    pub fn cost(&self, breaches: &Breaches) -> Option<f32> {
        let mut cost = 0.0;
        for (rule, enforcement) in Rule::ALL.into_iter().zip(self.by_rule) {
            match (breaches.of(rule), enforcement) {
                (0, _) | (_, Enforcement::Off) => {}
                (_, Enforcement::Veto) => return None,
                (count, Enforcement::Penalty { nats }) => cost += count as f32 * nats,
            }
        }
        Some(cost)
    }
}

/// A penalty that is no number of nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PenaltyError {
    /// The rule.
    pub rule: Rule,
    /// The penalty.
    pub nats: f32,
}

impl fmt::Display for PenaltyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the penalty for {} is {} nats; it must be finite and at least 0", self.rule, self.nats)
    }
}

impl std::error::Error for PenaltyError {}
