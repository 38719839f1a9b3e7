//! Helpers for the tests of Galant's crates: closeness, numerical derivatives, and where test data is.
//!
//! ```
//! use galant_testkit::{Tolerance, assert_close};
//!
//! let tolerance = Tolerance { absolute: 1e-6, relative: 1e-4 };
//! assert_close("cosine", &[0.5_f32.cos()], &[0.877_582_56], tolerance);
//! ```
#![forbid(unsafe_code)]

use std::path::PathBuf;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// How far apart numbers may be: |actual − expected| ≤ absolute + relative · |expected|.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// The part that does not depend on the size of the number.
    pub absolute: f64,
    /// The part that grows with the expected number.
    pub relative: f64,
}

/// Asserts that every number of `actual` is within `tolerance` of the one in `expected`.
///
/// # Panics
///
/// If a number is not (NaN never is), naming its index, or if the lengths differ.
#[track_caller]
pub fn assert_close<A, E>(what: &str, actual: &[A], expected: &[E], tolerance: Tolerance)
where
    A: Copy + Into<f64>,
    E: Copy + Into<f64>,
{
    assert_eq!(actual.len(), expected.len(), "{what}: number of elements");
    for (index, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        let (a, e): (f64, f64) = (a.into(), e.into());
        let allowed = tolerance.absolute + tolerance.relative * e.abs();
        assert!((a - e).abs() <= allowed, "{what}[{index}]: expected {e}, got {a}, allowed difference {allowed:e}");
    }
}

/// The distance of two vectors, relative to the length of the second: ‖a − e‖ / ‖e‖.
///
/// It is for gradients, in which single elements near zero may be nothing but rounding errors.
///
/// # Panics
///
/// If the lengths differ.
#[track_caller]
pub fn relative_error<A, E>(actual: &[A], expected: &[E]) -> f64
where
    A: Copy + Into<f64>,
    E: Copy + Into<f64>,
{
    assert_eq!(actual.len(), expected.len(), "number of elements");
    let (mut difference, mut length) = (0.0, 0.0);
    for (&a, &e) in actual.iter().zip(expected) {
        let (a, e): (f64, f64) = (a.into(), e.into());
        difference += (a - e) * (a - e);
        length += e * e;
    }
    if difference == 0.0 { 0.0 } else { (difference / length).sqrt() }
}

/// The derivative of `f` at 0 by central differences of fourth order with step `h`.
///
/// Abramowitz and Stegun 25.3.6; its error shrinks as h⁴, so h = 1e-3 leaves about 1e-11 of a smooth f64 function.
pub fn derivative(h: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

/// The folder of music that tests measure but that is never committed, if this machine has it.
///
/// It is `$GALANT_SHARED/data`, or `../shared/data` next to the checkout.
///
/// # Panics
///
/// If `GALANT_SHARED` is set but has no such folder: whoever sets it wants the tests to run, not to be skipped.
pub fn shared_data() -> Option<PathBuf> {
    if let Some(shared) = std::env::var_os("GALANT_SHARED") {
        let data = PathBuf::from(shared).join("data");
        assert!(data.is_dir(), "GALANT_SHARED is set, but {} is not a folder", data.display());
        return Some(data);
    }
    let data = workspace_root().join("../shared/data");
    data.is_dir().then_some(data)
}

/// The top folder of the workspace.
pub fn workspace_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIGHT: Tolerance = Tolerance { absolute: 1e-9, relative: 0.0 };

    #[test]
    #[should_panic(expected = "x[1]: expected 2, got 2.5")]
    fn assert_close_names_the_element_that_is_off() {
        assert_close("x", &[1.0, 2.5], &[1.0, 2.0], TIGHT);
    }

    #[test]
    #[should_panic(expected = "x[0]")]
    fn assert_close_refuses_nan() {
        assert_close("x", &[f64::NAN], &[f64::NAN], TIGHT);
    }

    #[test]
    fn derivative_of_a_sine_is_the_cosine() {
        let slope = derivative(1e-3, |h| (0.7 + h).sin());
        assert_close("slope", &[slope], &[0.7_f64.cos()], TIGHT);
    }

    #[test]
    fn relative_error_is_the_distance_over_the_length() {
        assert_close("error", &[relative_error(&[3.0, 5.0], &[3.0, 4.0])], &[0.2], TIGHT);
    }
}
