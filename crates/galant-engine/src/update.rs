//! From gradients to new weights.

use galant_kernels::{AdamStep, RmspropStep, adam, rmsprop, sum_of_squares};
use galant_model::{Adam, Optimizer, RmsProp, Weights};

use crate::error::EngineError;
use crate::pool::Pool;

/// How many numbers a thread takes at a time; the squares of so many are summed before these sums are added in order.
const NUMBERS_PER_JOB: usize = 1 << 15;

/// The factor that limits the gradient's length to `clip_norm`: min(1, limit / (‖gradient‖ + 1e-6)).
///
/// Pascanu, Mikolov and Bengio 2013; the 1e-6 is PyTorch's, so that runs compare.
///
/// # Errors
///
/// If a gradient is infinite or not a number.
pub(crate) fn clip_factor(
    gradients: &Weights,
    clip_norm: Option<f32>,
    update: u64,
    pool: &Pool,
) -> Result<f32, EngineError> {
    let mut parts: Vec<(&[f32], f64)> = gradients.values().chunks(NUMBERS_PER_JOB).map(|part| (part, 0.0)).collect();
    pool.for_each(&mut parts, |_, (part, sum)| *sum = sum_of_squares(part));
    let norm = parts.iter().map(|(_, sum)| sum).sum::<f64>().sqrt();
    if !norm.is_finite() {
        return Err(EngineError::NotFinite { update, tensor: first_not_finite(gradients).unwrap_or_default() });
    }
    Ok(clip_norm.map_or(1.0, |limit| (f64::from(limit) / (norm + 1e-6)).min(1.0) as f32))
}

/// The name of the first tensor that holds a number that is not finite; none if all are.
pub(crate) fn first_not_finite(weights: &Weights) -> Option<String> {
    let mut tensors = Weights::tensors(weights.spec()).into_iter();
    let found = tensors.find(|tensor| !sum_of_squares(&weights.values()[tensor.range.clone()]).is_finite());
    found.map(|tensor| tensor.name)
}

/// The running means of an optimizer.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    /// Of the gradients; empty if the optimizer keeps none.
    pub(crate) first: Vec<f32>,
    /// Of their squares.
    pub(crate) second: Vec<f32>,
}

impl Moments {
    pub(crate) fn zeros(optimizer: &Optimizer, n_parameters: usize) -> Moments {
        let n_first = if optimizer.has_first_moment() { n_parameters } else { 0 };
        Moments { first: vec![0.0; n_first], second: vec![0.0; n_parameters] }
    }

    /// Moves the weights one step; `update` counts from 1.
    pub(crate) fn step(
        &mut self,
        optimizer: &Optimizer,
        update: u64,
        weights: &mut [f32],
        gradients: &[f32],
        gradient_factor: f32,
        pool: &Pool,
    ) {
        let mut first = self.first.chunks_mut(NUMBERS_PER_JOB);
        let parts = weights.chunks_mut(NUMBERS_PER_JOB).zip(self.second.chunks_mut(NUMBERS_PER_JOB));
        let parts = parts.zip(gradients.chunks(NUMBERS_PER_JOB)).map(|((weights, second), gradients)| Part {
            weights,
            first: first.next().unwrap_or_default(),
            second,
            gradients,
        });
        pool.for_each(&mut parts.collect::<Vec<_>>(), |_, part| part.step(optimizer, update, gradient_factor));
    }
}

/// Some of the numbers.
struct Part<'a> {
    weights: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradients: &'a [f32],
}

impl Part<'_> {
    fn step(&mut self, optimizer: &Optimizer, update: u64, gradient_factor: f32) {
        match *optimizer {
            Optimizer::Adam(Adam { learning_rate, beta1, beta2, epsilon }) => {
                let settings = AdamStep { learning_rate, beta1, beta2, epsilon, step: update };
                adam(&settings, gradient_factor, self.weights, self.gradients, self.first, self.second);
            }
            Optimizer::RmsProp(RmsProp { learning_rate, rho, epsilon }) => {
                let settings = RmspropStep { learning_rate, rho, epsilon };
                rmsprop(&settings, gradient_factor, self.weights, self.gradients, self.second);
            }
        }
    }
}
