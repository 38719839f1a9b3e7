use crate::level::{Level, at_level, check_len, level};

/// The settings of one [`adam`] update.
///
/// They are f64 because 1 − β₂ in f32 would lose five digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamStep {
    /// Step size α.
    pub learning_rate: f64,
    /// Decay rate β₁ of the mean of the gradients, 0.9 in the paper.
    pub beta1: f64,
    /// Decay rate β₂ of the mean of their squares, 0.999 in the paper.
    pub beta2: f64,
    /// The term that keeps the denominator above zero, 1e-8 in the paper.
    pub epsilon: f64,
    /// The number of this update, from 1.
    pub step: u64,
}

/// The settings of one [`rmsprop`] update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmspropStep {
    /// Step size.
    pub learning_rate: f64,
    /// Decay rate ρ of the mean of the squared gradients, 0.9 in Keras.
    pub rho: f64,
    /// The term that keeps the denominator above zero, 1e-7 in Keras; it is inside the square root.
    pub epsilon: f64,
}

/// Updates `weights` by Adam.
///
/// g = `gradient_scale` · gradients; m ← m + (1−β₁)(g−m); v ← β₂v + (1−β₂)g²;
/// w ← w − α/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε).
/// `m` and `v` start at zero.
///
/// Kingma & Ba 2014, algorithm 1, with ε where PyTorch's `torch.optim.Adam` has it.
///
/// # Panics
///
/// If the slices differ in length or `step` is 0.
#[track_caller]
pub fn adam(
    settings: &AdamStep,
    gradient_scale: f32,
    weights: &mut [f32],
    gradients: &[f32],
    m: &mut [f32],
    v: &mut [f32],
) {
    level().adam(settings, gradient_scale, weights, gradients, m, v);
}

/// Updates `weights` by RMSprop.
///
/// g = `gradient_scale` · gradients; s ← ρs + (1−ρ)g²; w ← w − α·g / √(s + ε), s the `mean_square`, which starts at
/// zero.
///
/// Tieleman & Hinton 2012, with ε inside the root as in Keras 3; PyTorch adds it outside.
///
/// # Panics
///
/// If the slices differ in length.
#[track_caller]
pub fn rmsprop(
    settings: &RmspropStep,
    gradient_scale: f32,
    weights: &mut [f32],
    gradients: &[f32],
    mean_square: &mut [f32],
) {
    level().rmsprop(settings, gradient_scale, weights, gradients, mean_square);
}

impl Level {
    /// [`adam`] at this level.
    #[track_caller]
    pub fn adam(
        self,
        settings: &AdamStep,
        gradient_scale: f32,
        weights: &mut [f32],
        gradients: &[f32],
        m: &mut [f32],
        v: &mut [f32],
    ) {
        check_len("adam", "gradients", gradients.len(), weights.len());
        check_len("adam", "m", m.len(), weights.len());
        check_len("adam", "v", v.len(), weights.len());
        assert!(settings.step > 0, "adam: step is 0, but must count from 1");
        let factors = &AdamFactors::new(settings, gradient_scale);
        at_level!(
            self,
            adam_loop(factors: &AdamFactors, weights: &mut [f32], gradients: &[f32], m: &mut [f32], v: &mut [f32])
        );
    }

    /// [`rmsprop`] at this level.
    #[track_caller]
    pub fn rmsprop(
        self,
        settings: &RmspropStep,
        gradient_scale: f32,
        weights: &mut [f32],
        gradients: &[f32],
        mean_square: &mut [f32],
    ) {
        check_len("rmsprop", "gradients", gradients.len(), weights.len());
        check_len("rmsprop", "mean_square", mean_square.len(), weights.len());
        let factors = &RmspropFactors::new(settings, gradient_scale);
        at_level!(
            self,
            rmsprop_loop(factors: &RmspropFactors, weights: &mut [f32], gradients: &[f32], mean_square: &mut [f32])
        );
    }
}

/// The factors of the loop of [`adam`], rounded once from f64.
#[derive(Clone, Copy)]
struct AdamFactors {
    gradient_scale: f32,
    one_minus_beta1: f32,
    beta2: f32,
    one_minus_beta2: f32,
    /// α/(1−β₁ᵗ).
    step_size: f32,
    /// 1/√(1−β₂ᵗ).
    root_correction: f32,
    epsilon: f32,
}

impl AdamFactors {
    fn new(settings: &AdamStep, gradient_scale: f32) -> AdamFactors {
        let step = i32::try_from(settings.step).unwrap_or(i32::MAX);
        AdamFactors {
            gradient_scale,
            one_minus_beta1: (1.0 - settings.beta1) as f32,
            beta2: settings.beta2 as f32,
            one_minus_beta2: (1.0 - settings.beta2) as f32,
            step_size: (settings.learning_rate / (1.0 - settings.beta1.powi(step))) as f32,
            root_correction: (1.0 / (1.0 - settings.beta2.powi(step)).sqrt()) as f32,
            epsilon: settings.epsilon as f32,
        }
    }
}

/// The factors of the loop of [`rmsprop`], rounded once from f64.
#[derive(Clone, Copy)]
struct RmspropFactors {
    gradient_scale: f32,
    learning_rate: f32,
    rho: f32,
    one_minus_rho: f32,
    epsilon: f32,
}

impl RmspropFactors {
    fn new(settings: &RmspropStep, gradient_scale: f32) -> RmspropFactors {
        RmspropFactors {
            gradient_scale,
            learning_rate: settings.learning_rate as f32,
            rho: settings.rho as f32,
            one_minus_rho: (1.0 - settings.rho) as f32,
            epsilon: settings.epsilon as f32,
        }
    }
}

#[inline(always)]
fn adam_loop(factors: &AdamFactors, weights: &mut [f32], gradients: &[f32], m: &mut [f32], v: &mut [f32]) {
    let k = *factors;
    for (((w, g), m), v) in weights.iter_mut().zip(gradients).zip(m).zip(v) {
        let g = g * k.gradient_scale;
        *m += k.one_minus_beta1 * (g - *m);
        *v = k.beta2 * *v + k.one_minus_beta2 * g * g;
        *w -= k.step_size * *m / (v.sqrt() * k.root_correction + k.epsilon);
    }
}

#[inline(always)]
fn rmsprop_loop(factors: &RmspropFactors, weights: &mut [f32], gradients: &[f32], mean_square: &mut [f32]) {
    let k = *factors;
    for ((w, g), s) in weights.iter_mut().zip(gradients).zip(mean_square) {
        let g = g * k.gradient_scale;
        *s = k.rho * *s + k.one_minus_rho * g * g;
        *w -= k.learning_rate * g / (*s + k.epsilon).sqrt();
    }
}
