//! Measurements on samples, independent of how the sound was made.

use std::f64::consts::{PI, TAU};

use super::RATE;

/// The strength and phase of a frequency in samples under a Hann window.
fn spectrum(samples: &[f64], hertz: f64) -> (f64, f64) {
    let (mut re, mut im) = (0.0, 0.0);
    for (i, &sample) in samples.iter().enumerate() {
        let window = (PI * i as f64 / samples.len() as f64).sin().powi(2);
        let (sin, cos) = (TAU * hertz * i as f64 / RATE).sin_cos();
        re += window * sample * cos;
        im -= window * sample * sin;
    }
    (re.hypot(im) / samples.len() as f64, im.atan2(re))
}

/// How strong a frequency is.
pub(crate) fn strength(samples: &[f64], hertz: f64) -> f64 {
    spectrum(samples, hertz).0
}

/// The frequency of the sine near `expected` hertz, from how far its phase moves in 20 ms.
pub(crate) fn frequency(samples: &[f64], expected: f64) -> f64 {
    let hop = (0.02 * RATE) as usize;
    let length = samples.len() - hop;
    let phase = |from: usize| spectrum(&samples[from..from + length], expected).1;
    let seconds = hop as f64 / RATE;
    let turned = phase(hop) - phase(0) - TAU * expected * seconds;
    expected + (turned - TAU * (turned / TAU).round()) / (TAU * seconds)
}

pub(crate) fn cents(frequency: f64, reference: f64) -> f64 {
    1200.0 * (frequency / reference).log2()
}

pub(crate) fn hertz(pitch: u8) -> f64 {
    440.0 * ((f64::from(pitch) - 69.0) / 12.0).exp2()
}

/// Samples from one time to another, in seconds.
pub(crate) fn cut(samples: &[f64], from: f64, to: f64) -> &[f64] {
    &samples[(from * RATE) as usize..(to * RATE) as usize]
}

pub(crate) fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64).sqrt()
}

pub(crate) fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}
