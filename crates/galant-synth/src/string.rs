//! A key's string: a set of damped sines to which a strike adds and which a damper shortens.
//!
//! Everything here is linear: a strike adds to what still sounds, so a repeated note neither clicks nor needs a second
//! voice, and there are never more strings than keys.

use crate::modes::{Mode, modes, strength};
use crate::timeline::Event;

/// Frames computed at a time: short enough for the first-level cache, long enough to restart the sines rarely.
pub(crate) const BLOCK: usize = 512;

#[derive(Debug)]
pub(crate) struct KeyString {
    modes: Vec<Mode>,
    sines: Vec<Sines>,
    gains: [f32; 2],
    n_held: u32,
    /// How many frames of the current block are computed.
    done: usize,
}

/// The sound of a mode: the first sound, the softer aftersound, and the attack, which subtracts from both at first.
///
/// The attack rotates like the first sound with the opposite sign and soon dies out, which gives (1 − e^(−t/τ)).
#[derive(Debug)]
struct Sines {
    prompt: Sine,
    after: Sine,
    attack: Sine,
}

/// A point that rotates and shrinks; its second coordinate is the sound.
#[derive(Debug)]
struct Sine {
    point: Complex,
    /// The factor per frame while the key is held.
    open: Complex,
    /// The same with the damper on the string.
    damped: Complex,
}

#[derive(Debug, Clone, Copy)]
struct Complex {
    re: f64,
    im: f64,
}

impl KeyString {
    pub(crate) fn new(event: &Event, sample_rate: u32) -> KeyString {
        let modes = modes(event, sample_rate);
        let sines = modes.iter().map(|mode| Sines::new(mode, sample_rate)).collect();
        KeyString { modes, sines, gains: gains(event), n_held: 0, done: 0 }
    }

    pub(crate) fn strike(&mut self, velocity: u8) {
        self.n_held += 1;
        for (mode, sines) in self.modes.iter().zip(&mut self.sines) {
            let strength = strength(mode, velocity);
            let (im, re) = mode.phase.sin_cos();
            let point = Complex { re: strength * re, im: strength * im };
            sines.prompt.point.add(point, 1.0 - mode.aftersound);
            sines.after.point.add(point, mode.aftersound);
            sines.attack.point.add(point, -1.0);
        }
    }

    /// Ends one of the notes that hold the key.
    pub(crate) fn release(&mut self) {
        self.n_held = self.n_held.saturating_sub(1);
    }

    /// Computes the block up to frame `until`.
    pub(crate) fn advance(&mut self, block: &mut [[f32; 2]], until: usize) {
        if self.sines.iter().all(Sines::are_silent) {
            self.done = until;
            return;
        }
        let mut sound = [0.0; BLOCK];
        let sound = &mut sound[..until - self.done];
        for sines in &mut self.sines {
            for sine in [&mut sines.prompt, &mut sines.after, &mut sines.attack] {
                let turn = if self.n_held > 0 { sine.open } else { sine.damped };
                sine.advance(turn, sound);
            }
        }
        for (frame, &sample) in block[self.done..until].iter_mut().zip(&*sound) {
            frame[0] += self.gains[0] * sample;
            frame[1] += self.gains[1] * sample;
        }
        self.done = until;
    }

    /// Begins the next block.
    pub(crate) fn next_block(&mut self) {
        self.done = 0;
    }

    /// Whether nothing sounds and no note holds the key.
    pub(crate) fn is_idle(&self) -> bool {
        self.n_held == 0 && self.sines.iter().all(Sines::are_silent)
    }
}

/// The level of each side: low keys on the left, high ones on the right, as the player hears them.
fn gains(event: &Event) -> [f32; 2] {
    /// The keyboard does not fill the stereo field: its ends are at 0.4 of the way from the middle to a side.
    const WIDTH: f64 = 0.4;
    /// Half a piano's 88 keys on either side of the middle.
    const MIDDLE: f64 = 64.5;
    const HALF: f64 = 43.5;
    let place = WIDTH * ((f64::from(event.pitch) - MIDDLE) / HALF).clamp(-1.0, 1.0);
    // The power is equal at every place.
    let (right, left) = (std::f64::consts::FRAC_PI_4 * (1.0 + place)).sin_cos();
    [left as f32, right as f32]
}

impl Sines {
    fn new(mode: &Mode, sample_rate: u32) -> Sines {
        let sine = |hertz: f64, decay: f64| {
            let turn = |decay: f64| {
                let (im, re) = (std::f64::consts::TAU * hertz / f64::from(sample_rate)).sin_cos();
                let shrink = (-decay / f64::from(sample_rate)).exp();
                Complex { re: shrink * re, im: shrink * im }
            };
            Sine { point: Complex { re: 0.0, im: 0.0 }, open: turn(decay), damped: turn(decay + mode.damper) }
        };
        Sines {
            prompt: sine(mode.hertz, mode.decay),
            after: sine(mode.hertz * mode.detune, mode.decay * AFTERSOUND_DECAY),
            attack: sine(mode.hertz, mode.decay + mode.attack),
        }
    }

    fn are_silent(&self) -> bool {
        [&self.prompt, &self.after, &self.attack].iter().all(|sine| sine.point.is_zero())
    }
}

/// The aftersound decays a third as fast as the first sound.
///
/// Strings that move in opposite directions give the bridge little to radiate: Weinreich 1977, "Coupled piano strings".
const AFTERSOUND_DECAY: f64 = 0.33;

/// A sine whose square is below this has ended: −100 dBFS is below the last bit of a compact disc.
const SILENCE: f64 = 1e-10;

/// Samples computed at a time: as many as the widest common registers hold.
const LANES: usize = 8;

impl Sine {
    /// Adds the next samples to `sound`.
    ///
    /// Eight points, each a frame ahead of the one before, take steps of eight frames in f32, which compilers turn into
    /// vector instructions. They are computed anew from f64 at each call, so rounding errors do not accumulate.
    fn advance(&mut self, turn: Complex, sound: &mut [f32]) {
        if self.point.is_zero() {
            return;
        }
        let (mut re, mut im) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        let mut point = self.point;
        for lane in 0..LANES {
            (re[lane], im[lane]) = (point.re as f32, point.im as f32);
            point = point.times(turn);
        }
        let step = turn.power(LANES);
        let (step_re, step_im) = (step.re as f32, step.im as f32);
        let n_frames = sound.len();
        let mut chunks = sound.chunks_exact_mut(LANES);
        for chunk in &mut chunks {
            for lane in 0..LANES {
                chunk[lane] += im[lane];
                let turned = re[lane] * step_re - im[lane] * step_im;
                im[lane] = re[lane] * step_im + im[lane] * step_re;
                re[lane] = turned;
            }
        }
        for (sample, &im) in chunks.into_remainder().iter_mut().zip(&im) {
            *sample += im;
        }
        self.point = self.point.times(turn.power(n_frames));
        if self.point.re * self.point.re + self.point.im * self.point.im < SILENCE {
            self.point = Complex { re: 0.0, im: 0.0 };
        }
    }
}

impl Complex {
    fn add(&mut self, other: Complex, factor: f64) {
        self.re += factor * other.re;
        self.im += factor * other.im;
    }

    fn times(self, other: Complex) -> Complex {
        Complex { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    fn power(self, mut exponent: usize) -> Complex {
        let (mut power, mut square) = (Complex { re: 1.0, im: 0.0 }, self);
        while exponent > 0 {
            if exponent % 2 == 1 {
                power = power.times(square);
            }
            square = square.times(square);
            exponent /= 2;
        }
        power
    }

    fn is_zero(self) -> bool {
        self.re == 0.0 && self.im == 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_is_a_damped_sine_however_it_is_cut() {
        let rate = 44_100.0;
        let (hertz, decay) = (27.5, 3.0);
        let angle = std::f64::consts::TAU * hertz / rate;
        let shrink = (-decay / rate).exp();
        let turn = Complex { re: shrink * angle.cos(), im: shrink * angle.sin() };
        let mut sine = Sine { point: Complex { re: 1.0, im: 0.0 }, open: turn, damped: turn };
        let mut sound = vec![0.0; 20_000];
        let mut rest = &mut sound[..];
        for cut in [1, 7, 8, 9, 512, 511, 0, 64].iter().cycle() {
            let (piece, left) = rest.split_at_mut((*cut).min(rest.len()));
            sine.advance(turn, piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        for (frame, &sample) in sound.iter().enumerate() {
            let time = frame as f64 / rate;
            let expected = (-decay * time).exp() * (std::f64::consts::TAU * hertz * time).sin();
            let error = (f64::from(sample) - expected).abs();
            assert!(error < 1e-5, "frame {frame}: expected {expected}, got {sample}");
        }
    }
}
