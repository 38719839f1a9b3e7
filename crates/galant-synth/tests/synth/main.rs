//! The sound itself: pitch, time, level, timbre, measured on the samples.

mod extremes;
mod font;
mod measure;
mod soundfont;
mod timbre;
mod time_and_pitch;
mod wav;

use galant_synth::{RenderConfig, Sound, render};
use galant_types::{Note, Part, Score};

const RATE: f64 = 44_100.0;

fn note(onset: u64, length: u64, pitch: u8, velocity: u8) -> Note {
    Note { onset, length, pitch, velocity, channel: 0, track: 0 }
}

/// A score of 1000 ticks a second, so that ticks are milliseconds.
fn score(notes: &[Note]) -> Score {
    Score { notes: notes.to_vec(), ..Score::new(500) }
}

fn with_program(program: u8, score: Score) -> Score {
    Score { parts: vec![Part { track: 0, channel: 0, name: String::new(), program: Some(program) }], ..score }
}

#[track_caller]
fn frames(score: &Score, sound: &Sound) -> Vec<[f32; 2]> {
    render(score, sound, &RenderConfig::default()).unwrap().collect()
}

/// The mean of both sides.
#[track_caller]
fn mono(score: &Score, sound: &Sound) -> Vec<f64> {
    frames(score, sound).iter().map(|&[left, right]| 0.5 * (f64::from(left) + f64::from(right))).collect()
}
