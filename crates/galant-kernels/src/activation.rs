use std::f32::consts::LOG2_E;

use crate::level::{Level, at_level, level};

/// Replaces each element by its exponential.
///
/// Within 1.1 units in the last place of the exact result over the entire range of f32, denormal results included.
/// exp(∞) = ∞, exp(−∞) = 0, exp(NaN) is NaN.
pub fn exp(x: &mut [f32]) {
    level().exp(x);
}

/// Replaces each element by its logistic sigmoid, 1 / (1 + e⁻ˣ).
///
/// Within 2.5 units in the last place of the exact result over the entire range of f32, except that results below
/// 1.2e-38 may be zero.
/// σ(∞) = 1, σ(−∞) = 0, σ(NaN) is NaN.
pub fn sigmoid(x: &mut [f32]) {
    level().sigmoid(x);
}

/// Replaces each element by its hyperbolic tangent.
///
/// Within 2.8 units in the last place of the exact result over the entire range of f32, near zero too.
/// tanh(±∞) = ±1, tanh(±0) = ±0, tanh(NaN) is NaN.
pub fn tanh(x: &mut [f32]) {
    level().tanh(x);
}

impl Level {
    /// [`exp`] at this level.
    pub fn exp(self, x: &mut [f32]) {
        at_level!(self, (exp_loop::<SEPARATE>, exp_loop::<FUSED>)(x: &mut [f32]));
    }

    /// [`sigmoid`] at this level.
    pub fn sigmoid(self, x: &mut [f32]) {
        at_level!(self, (sigmoid_loop::<SEPARATE>, sigmoid_loop::<FUSED>)(x: &mut [f32]));
    }

    /// [`tanh`] at this level.
    pub fn tanh(self, x: &mut [f32]) {
        at_level!(self, (tanh_loop::<SEPARATE>, tanh_loop::<FUSED>)(x: &mut [f32]));
    }
}

/// The value of a `FUSED` parameter where the CPU has a fused multiply-add, which rounds once.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
pub(crate) const FUSED: bool = true;

/// The value of a `FUSED` parameter elsewhere, where a fused multiply-add would be a library call.
pub(crate) const SEPARATE: bool = false;

#[inline(always)]
fn exp_loop<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x = exp_of::<FUSED>(*x);
    }
}

#[inline(always)]
pub(crate) fn sigmoid_loop<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x = sigmoid_of::<FUSED>(*x);
    }
}

#[inline(always)]
pub(crate) fn tanh_loop<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x = tanh_of::<FUSED>(*x);
    }
}

/// eˣ.
#[inline(always)]
fn exp_of<const FUSED: bool>(x: f32) -> f32 {
    // Above 88.73 e^x is infinite, below −103.98 it rounds to 0; NaN fails both comparisons and stays NaN.
    let x = if x > 88.9 { 88.9 } else { x };
    let x = if x < -104.5 { -104.5 } else { x };
    let (r, k) = reduce::<FUSED>(x);
    // 2^k in two factors, both normal numbers although k may be 128 or −151.
    let half = k >> 1;
    (1.0 + exp_m1_reduced::<FUSED>(r)) * power_of_two(half) * power_of_two(k.wrapping_sub(half))
}

/// eˣ for x ≤ 0; zero below −87.7, where it would be a denormal number.
#[inline(always)]
pub(crate) fn exp_of_negative<const FUSED: bool>(x: f32) -> f32 {
    // At −88 k is −127, which `power_of_two` turns into 0.
    let x = if x < -88.0 { -88.0 } else { x };
    let (r, k) = reduce::<FUSED>(x);
    let scale = power_of_two(k);
    mul_add::<FUSED>(exp_m1_reduced::<FUSED>(r), scale, scale)
}

/// σ(x) from e^−|x|, so that no digits are lost at either end.
#[inline(always)]
fn sigmoid_of<const FUSED: bool>(x: f32) -> f32 {
    let e = exp_of_negative::<FUSED>(-x.abs());
    let numerator = if x < 0.0 { e } else { 1.0 };
    numerator / (1.0 + e)
}

/// tanh |x| = t / (t + 2), t = e^2|x| − 1.
#[inline(always)]
fn tanh_of<const FUSED: bool>(x: f32) -> f32 {
    let magnitude = x.abs();
    // tanh 9.02 rounds to 1.
    let magnitude = if magnitude > 9.02 { 9.02 } else { magnitude };
    let (r, k) = reduce::<FUSED>(2.0 * magnitude);
    let scale = power_of_two(k);
    let t = mul_add::<FUSED>(exp_m1_reduced::<FUSED>(r), scale, scale - 1.0);
    (t / (t + 2.0)).copysign(x)
}

/// Splits x = k·ln 2 + r with |r| ≤ ln 2 / 2, for |x| < 200.
#[inline(always)]
fn reduce<const FUSED: bool>(x: f32) -> (f32, i32) {
    /// 1.5·2²³: adding it rounds to an integer, which is left in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    /// The upper nine bits of ln 2, so that its product with k is exact.
    const LN2_HIGH: f32 = 0.693_359_4;
    /// ln 2 − `LN2_HIGH`.
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let shifted = mul_add::<FUSED>(x, LOG2_E, ROUND);
    let k = shifted - ROUND;
    let r = mul_add::<FUSED>(k, -LN2_LOW, mul_add::<FUSED>(k, -LN2_HIGH, x));
    (r, shifted.to_bits().wrapping_sub(ROUND.to_bits()).cast_signed())
}

/// eʳ − 1 for |r| ≤ ln 2 / 2, accurate relative to r near 0.
///
/// r + r²·q(r), where q is a minimax polynomial of (eʳ − 1 − r)/r² weighted by r²/eʳ; the total error is below 5e-9.
/// It is evaluated by Estrin's scheme, because the CPU would wait for the chain of Horner's.
#[inline(always)]
fn exp_m1_reduced<const FUSED: bool>(r: f32) -> f32 {
    const Q: [f32; 5] = [0.499_999_94, 0.166_665_2, 0.041_668_4, 0.008_368_851, 0.001_381_432];
    let r2 = r * r;
    let low = mul_add::<FUSED>(r, Q[1], Q[0]);
    let high = mul_add::<FUSED>(r2, Q[4], mul_add::<FUSED>(r, Q[3], Q[2]));
    mul_add::<FUSED>(r2, mul_add::<FUSED>(r2, high, low), r)
}

/// a·b + c.
#[inline(always)]
fn mul_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// 2^k for −126 ≤ k ≤ 127, and 0 for −127.
#[inline(always)]
fn power_of_two(k: i32) -> f32 {
    /// The stored exponent of 1.0.
    const BIAS: i32 = 127;
    f32::from_bits(k.wrapping_add(BIAS).cast_unsigned() << 23)
}
