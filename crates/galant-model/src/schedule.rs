/// How the learning rate changes in the course of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// It is the same at every step.
    Constant,
    /// It rises in a line over the first steps, then falls along half a cosine to a hundredth.
    ///
    /// The first steps are a twentieth of those planned, at most 100.
    /// Loshchilov and Hutter 2017, without restarts; warm-up: Goyal et al. 2017.
    Cosine,
}

/// The most steps of a warm-up: by then Adam's running means of squares are of the right size at any length of training.
const MAX_WARM_UP: u64 = 100;
/// What share of the planned steps is warm-up in a short training.
const WARM_UP_SHARE: u64 = 20;
/// What is left of the learning rate at the end.
const FINAL_RATE: f64 = 0.01;

impl Schedule {
    /// The name of the schedule.
    pub fn name(self) -> &'static str {
        match self {
            Schedule::Constant => "constant",
            Schedule::Cosine => "cosine",
        }
    }

    /// What the learning rate is multiplied by at `step`, counted from 0, of `n_steps` planned.
    ///
    /// A training that goes on after its plan keeps the last factor.
    pub fn rate_factor(self, step: u64, n_steps: u64) -> f64 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::Cosine => cosine(step, n_steps),
        }
    }
}

fn cosine(step: u64, n_steps: u64) -> f64 {
    let warm_up = MAX_WARM_UP.min(n_steps / WARM_UP_SHARE);
    if step < warm_up {
        return (step + 1) as f64 / warm_up as f64;
    }
    let n_falling = (n_steps - warm_up).saturating_sub(1).max(1);
    let fallen = ((step - warm_up) as f64 / n_falling as f64).min(1.0);
    FINAL_RATE + (1.0 - FINAL_RATE) * 0.5 * (1.0 + (std::f64::consts::PI * fallen).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors<const N: usize>(n_steps: u64, steps: [u64; N]) -> [f64; N] {
        steps.map(|step| (1e6 * Schedule::Cosine.rate_factor(step, n_steps)).round() / 1e6)
    }

    #[test]
    fn a_constant_rate_is_the_same_at_every_step() {
        assert!((0..1000).all(|step| Schedule::Constant.rate_factor(step, 10).to_bits() == 1.0_f64.to_bits()));
    }

    #[test]
    fn the_rate_rises_in_a_line_and_falls_along_a_cosine_to_a_hundredth() {
        // 1000 steps: 50 of warm-up, then 950, whose middle is between steps 524 and 525.
        // By hand: a quarter of the way from step 50 to 999 is 237.25 steps, where the cosine is 1/√2.
        assert_eq!(factors(1000, [0, 24, 49, 50, 999]), [0.02, 0.5, 1.0, 1.0, 0.01]);
        let [before, after] = factors(1000, [524, 525]);
        assert!(before > 0.505 && after < 0.505 && before - after < 0.002, "{before} {after}");
        let [before, after] = factors(1000, [287, 288]);
        let quarter = 0.01 + 0.99 * 0.5 * (1.0 + 0.5_f64.sqrt());
        assert!(before > quarter && after < quarter, "{before} {quarter} {after}");
    }

    #[test]
    fn a_long_training_warms_up_for_a_hundred_steps_and_a_short_one_not_at_all() {
        assert_eq!(factors(1_000_000, [0, 49, 99, 100]), [0.01, 0.5, 1.0, 1.0]);
        assert_eq!(factors(19, [0, 18]), [1.0, 0.01]);
        assert_eq!(factors(1, [0]), [1.0]);
    }

    #[test]
    fn after_the_plan_the_last_factor_stays() {
        assert_eq!(factors(100, [99, 100, 1 << 40]), [0.01; 3]);
        assert!(Schedule::Cosine.rate_factor(u64::MAX, 0).is_finite());
    }
}
