use crate::level::{Level, at_level, check_len, level};

/// Adds a multiple of `x` to `y`: y ← y + a·x.
///
/// # Panics
///
/// If `x` and `y` differ in length.
#[track_caller]
pub fn axpy(a: f32, x: &[f32], y: &mut [f32]) {
    level().axpy(a, x, y);
}

/// Adds `x` to `y`: y ← y + x.
///
/// # Panics
///
/// If `x` and `y` differ in length.
#[track_caller]
pub fn add_assign(y: &mut [f32], x: &[f32]) {
    level().add_assign(y, x);
}

/// Multiplies `y` by `x`, element by element: y ← y·x.
///
/// # Panics
///
/// If `x` and `y` differ in length.
#[track_caller]
pub fn mul_assign(y: &mut [f32], x: &[f32]) {
    level().mul_assign(y, x);
}

/// Writes the products of `x` and `y`, element by element: out ← x·y.
///
/// # Panics
///
/// If the slices differ in length.
#[track_caller]
pub fn mul_into(x: &[f32], y: &[f32], out: &mut [f32]) {
    level().mul_into(x, y, out);
}

/// The inner product of `x` and `y`: Σ x·y.
///
/// The product of the elements j is added, in f32, to partial sum j mod 32; then the upper half of the partial sums is
/// added to the lower half until one is left.
///
/// # Panics
///
/// If `x` and `y` differ in length.
#[must_use]
#[track_caller]
pub fn dot(x: &[f32], y: &[f32]) -> f32 {
    level().dot(x, y)
}

/// The sum of the squares of `x`, in f64.
///
/// The square of element j is added to partial sum j mod 16; then the upper half of the partial sums is added to the lower
/// half until one is left.
/// Squares of f32 are exact in f64, and no sum of them overflows.
#[must_use]
pub fn sum_of_squares(x: &[f32]) -> f64 {
    level().sum_of_squares(x)
}

impl Level {
    /// [`axpy`] at this level.
    #[track_caller]
    pub fn axpy(self, a: f32, x: &[f32], y: &mut [f32]) {
        check_len("axpy", "y", y.len(), x.len());
        at_level!(self, axpy_loop(a: f32, x: &[f32], y: &mut [f32]));
    }

    /// [`add_assign`] at this level.
    #[track_caller]
    pub fn add_assign(self, y: &mut [f32], x: &[f32]) {
        check_len("add_assign", "y", y.len(), x.len());
        at_level!(self, add_assign_loop(y: &mut [f32], x: &[f32]));
    }

    /// [`mul_assign`] at this level.
    #[track_caller]
    pub fn mul_assign(self, y: &mut [f32], x: &[f32]) {
        check_len("mul_assign", "y", y.len(), x.len());
        at_level!(self, mul_assign_loop(y: &mut [f32], x: &[f32]));
    }

    /// [`mul_into`] at this level.
    #[track_caller]
    pub fn mul_into(self, x: &[f32], y: &[f32], out: &mut [f32]) {
        check_len("mul_into", "y", y.len(), x.len());
        check_len("mul_into", "out", out.len(), x.len());
        at_level!(self, mul_into_loop(x: &[f32], y: &[f32], out: &mut [f32]));
    }

    /// [`dot`] at this level.
    #[must_use]
    #[track_caller]
    pub fn dot(self, x: &[f32], y: &[f32]) -> f32 {
        check_len("dot", "y", y.len(), x.len());
        at_level!(self, dot_loop(x: &[f32], y: &[f32]) -> f32)
    }

    /// [`sum_of_squares`] at this level.
    #[must_use]
    pub fn sum_of_squares(self, x: &[f32]) -> f64 {
        at_level!(self, sum_of_squares_loop(x: &[f32]) -> f64)
    }
}

#[inline(always)]
fn axpy_loop(a: f32, x: &[f32], y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

#[inline(always)]
fn add_assign_loop(y: &mut [f32], x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

#[inline(always)]
fn mul_assign_loop(y: &mut [f32], x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y *= x;
    }
}

#[inline(always)]
fn mul_into_loop(x: &[f32], y: &[f32], out: &mut [f32]) {
    for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
        *out = x * y;
    }
}

#[inline(always)]
fn dot_loop(x: &[f32], y: &[f32]) -> f32 {
    const LANES: usize = 32;
    let (x_chunks, x_tail) = x.as_chunks::<LANES>();
    let (y_chunks, y_tail) = y.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_tail.iter().zip(y_tail)) {
        *sum += x * y;
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}

#[inline(always)]
fn sum_of_squares_loop(x: &[f32]) -> f64 {
    sum_in_lanes(x, |x| f64::from(x) * f64::from(x))
}

/// Sums `term` of each element in f64, in the order that [`sum_of_squares`] states.
#[inline(always)]
pub(crate) fn sum_in_lanes(x: &[f32], term: impl Fn(f32) -> f64) -> f64 {
    const LANES: usize = 16;
    let (chunks, tail) = x.as_chunks::<LANES>();
    let mut sums = [0.0_f64; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += term(chunk[lane]);
        }
    }
    for (sum, &x) in sums.iter_mut().zip(tail) {
        *sum += term(x);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}
