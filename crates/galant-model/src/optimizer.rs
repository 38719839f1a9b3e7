use thiserror::Error;

/// How gradients change the weights.
///
/// Constants are `f64`: in `f32`, 1 − β₂ would lose five digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimizer {
    /// See [`Adam`].
    Adam(Adam),
    /// See [`RmsProp`].
    RmsProp(RmsProp),
}

/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂/(√v̂ + ε), with m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ).
///
/// Kingma and Ba 2015, algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// η, the step size.
    pub learning_rate: f64,
    /// β₁, the memory of the mean.
    pub beta1: f64,
    /// β₂, the memory of the mean square.
    pub beta2: f64,
    /// ε, which keeps the division finite.
    pub epsilon: f64,
}

/// v ← ρv + (1−ρ)g², w ← w − η·g/√(v + ε), with ε under the root as in Keras 3.
///
/// Tieleman and Hinton 2012, lecture 6.5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// η, the step size.
    pub learning_rate: f64,
    /// ρ, the memory of the mean square.
    pub rho: f64,
    /// ε, which keeps the division finite.
    pub epsilon: f64,
}

impl Optimizer {
    /// Adam with the constants of its paper: β₁ 0.9, β₂ 0.999, ε 1e-8.
    pub fn adam(learning_rate: f64) -> Optimizer {
        Optimizer::Adam(Adam { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })
    }

    /// RMSprop with the constants of Keras 3: ρ 0.9, ε 1e-7.
    pub fn rms_prop(learning_rate: f64) -> Optimizer {
        Optimizer::RmsProp(RmsProp { learning_rate, rho: 0.9, epsilon: 1e-7 })
    }

    /// The same with the learning rate times `factor`.
    pub fn at_rate(self, factor: f64) -> Optimizer {
        match self {
            Optimizer::Adam(adam) => Optimizer::Adam(Adam { learning_rate: factor * adam.learning_rate, ..adam }),
            Optimizer::RmsProp(rms_prop) => {
                Optimizer::RmsProp(RmsProp { learning_rate: factor * rms_prop.learning_rate, ..rms_prop })
            }
        }
    }

    /// η, the step size.
    pub fn learning_rate(&self) -> f64 {
        match self {
            Optimizer::Adam(adam) => adam.learning_rate,
            Optimizer::RmsProp(rms_prop) => rms_prop.learning_rate,
        }
    }

    /// Whether it keeps a running mean of the gradients in addition to that of their squares.
    pub fn has_first_moment(&self) -> bool {
        matches!(self, Optimizer::Adam(_))
    }

    /// Checks that every constant is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), OptimizerError> {
        let (epsilon, memories) = match self {
            Optimizer::Adam(adam) => (adam.epsilon, vec![("beta1", adam.beta1), ("beta2", adam.beta2)]),
            Optimizer::RmsProp(rms_prop) => (rms_prop.epsilon, vec![("rho", rms_prop.rho)]),
        };
        for (what, value) in [("learning rate", self.learning_rate()), ("epsilon", epsilon)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(OptimizerError::NotPositive { what, value });
            }
        }
        match memories.into_iter().find(|(_, value)| !(0.0..1.0).contains(value)) {
            Some((what, value)) => Err(OptimizerError::Memory { what, value }),
            None => Ok(()),
        }
    }
}

/// Why an optimizer cannot work.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum OptimizerError {
    /// A constant must be positive and finite.
    #[error("{what} is {value}; it must be above 0 and finite")]
    NotPositive {
        /// Which constant.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// The memory of a running mean must be a fraction.
    #[error("{what} is {value}; it must be at least 0 and below 1")]
    Memory {
        /// Which constant.
        what: &'static str,
        /// Its value.
        value: f64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_out_of_range_are_named() {
        assert_eq!(Optimizer::adam(2e-3).validate(), Ok(()));
        let error = Optimizer::adam(0.0).validate().unwrap_err();
        assert_eq!(error, OptimizerError::NotPositive { what: "learning rate", value: 0.0 });
        let forever = Optimizer::RmsProp(RmsProp { learning_rate: 1e-3, rho: 1.0, epsilon: 1e-7 });
        assert_eq!(forever.validate(), Err(OptimizerError::Memory { what: "rho", value: 1.0 }));
        assert!(Optimizer::rms_prop(f64::NAN).validate().is_err());
    }
}
