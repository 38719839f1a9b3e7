//! The modes of each key of the built-in instruments.

use std::f64::consts::{PI, TAU};

use galant_types::{PERCUSSION_CHANNEL, Seed};

use crate::timeline::Event;

/// One mode of vibration of a key's string or of a drum. Decay rates are per second, as in e^(−rate·t).
#[derive(Debug)]
pub(crate) struct Mode {
    pub(crate) hertz: f64,
    /// Level at velocity 127, before the effect of the hammer's softness.
    level: f64,
    /// A hammer's hardness scales this mode by e^(−softness / hardness).
    softness: f64,
    /// Where the sine begins, in radians.
    pub(crate) phase: f64,
    pub(crate) decay: f64,
    /// The decay rate that the damper adds.
    pub(crate) damper: f64,
    /// One over the time in which the hammer transfers its energy.
    pub(crate) attack: f64,
    /// The share of the level that goes to the aftersound.
    pub(crate) aftersound: f64,
    /// The aftersound's pitch over that of the first sound.
    pub(crate) detune: f64,
}

/// The modes of an event's key on the instrument of its channel and program.
///
/// Percussion is on a channel of its own; plucked instruments such as harp and guitars sound as a harp, all others as a piano.
pub(crate) fn modes(event: &Event, sample_rate: u32) -> Vec<Mode> {
    // General MIDI, counted from 0: harpsichord, guitars, pizzicato and harp, sitar to koto.
    let plucked = matches!(event.program, 6 | 24..=31 | 45 | 46 | 104..=107);
    let mut modes = match (event.channel, plucked) {
        (PERCUSSION_CHANNEL, _) => drum(event.pitch),
        (_, true) => harp(event.pitch),
        (_, false) => piano(event.pitch),
    };
    // Above half the sample rate a mode would alias to a wrong pitch.
    modes.retain(|mode| mode.hertz < 0.45 * f64::from(sample_rate));
    modes
}

/// How strongly a key struck with `velocity` excites a mode.
pub(crate) fn strength(mode: &Mode, velocity: u8) -> f64 {
    let force = f64::from(velocity) / 127.0;
    // Level grows with the square, as General MIDI recommends; felt hardens as it is pressed.
    let hardness = 0.3 + 0.9 * force;
    mode.level * force * force * (-mode.softness / hardness).exp()
}

/// Equal temperament with A4 at 440 Hz.
fn hertz(pitch: u8) -> f64 {
    440.0 * ((f64::from(pitch) - 69.0) / 12.0).exp2()
}

/// The decay rate of a fall by 60 dB in `t60_seconds`.
fn rate(t60_seconds: f64) -> f64 {
    1000.0_f64.ln() / t60_seconds
}

/// The frequency of partial `k` of a stiff string whose first partial is at `first` hertz.
///
/// f(k) = k·f₀·√(1 + B·k²); Fletcher 1964, "Normal vibration frequencies of a stiff piano string".
fn partial(first: f64, k: f64, inharmonicity: f64) -> f64 {
    first * k * ((1.0 + inharmonicity * k * k) / (1.0 + inharmonicity)).sqrt()
}

fn piano(pitch: u8) -> Vec<Mode> {
    let first = hertz(pitch);
    let key = f64::from(pitch);
    // Bass strings are wound and treble strings short: both are stiffer than those between.
    // The form is from Rigaud, David and Daudet 2013, the numbers are those of a common grand piano.
    let inharmonicity = (0.0926 * key - 13.64).exp() + (-0.0847 * key - 5.82).exp();
    let t60 = 11.0 * (-(key - 21.0) / 25.0).exp2();
    // Dampers take longer in the bass; the strings from pitch 90 up have none.
    let damper = if pitch < 90 { rate(0.16 + 0.25 * (-(key - 21.0) / 24.0).exp2()) } else { 0.0 };
    // The hammer stays on a string from 3 ms in the bass to half a millisecond.
    let attack = 1.0 / (0.0012 * (-(key - 21.0) / 40.0).exp2());
    let mut modes = Vec::with_capacity(MAX_PARTIALS);
    for k in (1..=MAX_PARTIALS).map(|k| k as f64) {
        let hertz = partial(first, k, inharmonicity);
        if hertz > HIGHEST_HERTZ {
            break;
        }
        // It is struck at an eighth of its length, and no node is perfect.
        let place = (PI * k / 8.0).sin().abs().max(0.12);
        // The soundboard is too small to radiate the lowest waves.
        let board = 1.0 / (1.0 + (70.0 / hertz).powi(2));
        modes.push(Mode {
            hertz,
            level: place * board * k.powf(-0.7),
            softness: (hertz - first) / (1500.0 + 1.2 * first) + 0.04 * (k - 1.0),
            phase: 0.0,
            decay: rate(t60) * (1.0 + 0.13 * (k - 1.0) + (hertz / 6000.0).powi(2)),
            damper,
            attack,
            aftersound: 0.16,
            // Two of a key's three strings are a third of a cent apart and beat slowly.
            detune: 1.0 + 0.33 * CENT,
        });
    }
    normalize(&mut modes, loudness(key));
    modes.extend(knock(loudness(key)));
    modes
}

/// The thud of key and hammer on the wood.
fn knock(loudness: f64) -> impl Iterator<Item = Mode> {
    let modes = [(92.0, 0.10, 0.5), (153.0, 0.08, 0.4), (247.0, 0.06, 0.3), (391.0, 0.05, 0.2)];
    modes.into_iter().map(move |(hertz, t60, level)| Mode {
        hertz,
        level: 0.12 * loudness * level,
        softness: 0.4,
        phase: 0.0,
        decay: rate(t60),
        damper: 0.0,
        attack: 1000.0,
        aftersound: 0.0,
        detune: 1.0,
    })
}

fn harp(pitch: u8) -> Vec<Mode> {
    let first = hertz(pitch);
    let key = f64::from(pitch);
    let t60 = 4.5 * (-(key - 36.0) / 30.0).exp2();
    let mut modes = Vec::with_capacity(MAX_PARTIALS);
    for k in (1..=MAX_PARTIALS).map(|k| k as f64) {
        // Gut is much less stiff than steel.
        let hertz = partial(first, k, 4e-5);
        if hertz > HIGHEST_HERTZ {
            break;
        }
        // Plucked near a third of its length, a string has the partials of a triangle; a fingertip rounds its corner.
        let place = (PI * k * 0.37).sin().abs().max(0.05);
        modes.push(Mode {
            hertz,
            level: place * k.powf(-1.5),
            softness: (hertz - first) / 6000.0 + 0.02 * (k - 1.0),
            phase: 0.0,
            decay: rate(t60) * (1.0 + 0.22 * (k - 1.0) + (hertz / 4000.0).powi(2)),
            // There is no damper: a released string rings on, as on the harp.
            damper: rate(1.6),
            attack: 1.0 / 0.0007,
            aftersound: 0.1,
            detune: 1.0 - 0.2 * CENT,
        });
    }
    normalize(&mut modes, loudness(key));
    modes
}

/// The drums by the keys of General MIDI: a tone, and noise made of many close modes.
fn drum(pitch: u8) -> Vec<Mode> {
    // Tone in hertz, its T60; noise from and to, in hertz, its T60; share of the tone.
    let (tone, tone_t60, low, high, noise_t60, share): (f64, f64, f64, f64, f64, f64) = match pitch {
        35 | 36 => (55.0, 0.35, 700.0, 3000.0, 0.03, 0.9),
        38 | 40 => (190.0, 0.15, 400.0, 8000.0, 0.22, 0.4),
        41 | 43 | 45 | 47 | 48 | 50 => (75.0 + 12.0 * f64::from(pitch - 41), 0.5, 300.0, 2000.0, 0.06, 0.8),
        42 | 44 => (4000.0, 0.05, 4500.0, 11_000.0, 0.07, 0.0),
        46 => (4000.0, 0.05, 4500.0, 11_000.0, 0.45, 0.0),
        49 | 51 | 52 | 55 | 57 | 59 => (600.0, 0.1, 1800.0, 11_000.0, 1.3, 0.0),
        _ => (500.0, 0.08, 700.0, 6000.0, 0.1, 0.3),
    };
    let mode = |hertz: f64, level: f64, phase: f64, t60: f64| Mode {
        hertz,
        level,
        softness: 0.0,
        phase,
        decay: rate(t60),
        damper: 0.0,
        attack: 1.0 / 0.0008,
        aftersound: 0.0,
        detune: 1.0,
    };
    let mut modes = vec![mode(tone, share, 0.0, tone_t60)];
    let seed = Seed(u64::from(pitch));
    for index in 0..NOISE_MODES {
        let [place, phase] = [2 * index, 2 * index + 1].map(|draw| unit(seed.child(draw)));
        let level = (1.0 - share) / (NOISE_MODES as f64).sqrt();
        modes.push(mode(low * (high / low).powf(place), level, TAU * phase, noise_t60));
    }
    normalize(&mut modes, 0.25);
    modes
}

/// Enough to be heard as noise.
const NOISE_MODES: u64 = 48;

/// A number from 0 to 1 that depends only on the seed.
fn unit(seed: Seed) -> f64 {
    (seed.0 >> 11) as f64 / (1_u64 << 53) as f64
}

/// The lowest strings need this many to sound like metal.
const MAX_PARTIALS: usize = 56;

/// Higher partials are masked by lower ones.
const HIGHEST_HERTZ: f64 = 10_000.0;

/// A hundredth of a semitone, as a share of the frequency.
const CENT: f64 = 0.000_577_789_5;

/// The treble of a piano is softer than its bass.
fn loudness(key: f64) -> f64 {
    0.25 * (-(key - 60.0) / 48.0).exp2()
}

/// Scales the levels so that the root of their summed squares is `loudness` at velocity 127.
fn normalize(modes: &mut [Mode], loudness: f64) {
    let sum: f64 = modes.iter().map(|mode| strength(mode, 127).powi(2)).sum();
    if sum > 0.0 {
        let factor = loudness / sum.sqrt();
        modes.iter_mut().for_each(|mode| mode.level *= factor);
    }
}
