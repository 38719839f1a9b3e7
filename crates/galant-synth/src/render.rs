//! From a score to frames.

use galant_types::Score;
use thiserror::Error;

use crate::bank::Bank;
use crate::soundfont::{Font, SoundFont};
use crate::string::BLOCK;
use crate::timeline::{Event, events};

/// What plays a score.
#[derive(Debug, Clone)]
pub enum Sound {
    /// A piano; a harp for plucked programs, drums for percussion. Needs no file.
    BuiltIn,
    /// The instruments of a SoundFont.
    SoundFont(SoundFont),
}

/// How a score is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderConfig {
    /// Frames a second, 16,000 to 192,000.
    pub sample_rate: u32,
    /// The longest piece, in seconds: a few damaged bytes can make one last for weeks.
    pub max_seconds: u32,
}

impl Default for RenderConfig {
    /// The sample rate of compact discs, and six hours, which a 16-bit WAV at that rate can just hold.
    fn default() -> RenderConfig {
        RenderConfig { sample_rate: 44_100, max_seconds: 6 * 3600 }
    }
}

/// The level of a piece's loudest sample: 1 dB below full scale, so that players that resample do not clip either.
pub const PEAK_LEVEL: f32 = 0.891_250_9;

/// Why a score cannot be rendered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The sample rate is out of range.
    #[error("a sample rate of {sample_rate} Hz; {} to {} are allowed", SAMPLE_RATES.start(), SAMPLE_RATES.end())]
    SampleRate {
        /// The sample rate asked for.
        sample_rate: u32,
    },
    /// The score's resolution is 0.
    #[error("the score has 0 ticks per quarter; at least 1 is needed")]
    NoResolution,
    /// A note has a value that MIDI does not know.
    #[error("note {index} has {what} {value}; {min} to {max} are allowed")]
    Note {
        /// Its place in the score.
        index: usize,
        /// Which value.
        what: &'static str,
        /// The value.
        value: u8,
        /// The lowest allowed.
        min: u8,
        /// The highest allowed.
        max: u8,
    },
    /// The piece is longer than allowed.
    #[error("note {index} ends after {seconds} s; {max_seconds} s are allowed")]
    TooLong {
        /// The place of the first note that ends too late.
        index: usize,
        /// When it ends.
        seconds: u64,
        /// The limit of the configuration.
        max_seconds: u32,
    },
    /// The SoundFont is damaged in a way that shows only when it is played.
    #[error("the SoundFont cannot be played: {reason}; use another one or the built-in sound")]
    SoundFont {
        /// What happened.
        reason: String,
    },
}

/// Prepares `score` to be played by `sound`, by playing it once to learn how loud it becomes.
///
/// The same score, sound and configuration give the same frames.
/// Two seconds follow the last note, in which it rings and is faded out; a score without notes is two silent seconds.
///
/// # Errors
///
/// If the configuration is out of range, the piece is too long, a note has values that MIDI does not know, or the
/// SoundFont is damaged.
pub fn render(score: &Score, sound: &Sound, config: &RenderConfig) -> Result<Rendering, RenderError> {
    let sample_rate = config.sample_rate;
    if !SAMPLE_RATES.contains(&sample_rate) {
        return Err(RenderError::SampleRate { sample_rate });
    }
    let events = events(score, sample_rate, config.max_seconds)?;
    let n_frames = events.last().map_or(0, |event| event.frame) + TAIL_SECONDS * u64::from(sample_rate);
    let stage = |gain| -> Result<Stage, RenderError> {
        Ok(Stage { player: Player::new(sound, sample_rate)?, gain, frame: 0, next_event: 0, n_frames, sample_rate })
    };
    let mut block = [[0.0; 2]; BLOCK];
    let mut rehearsal = stage(1.0)?;
    let mut peak = 0.0_f32;
    while rehearsal.frame < n_frames {
        let n_played = rehearsal.play(&events, &mut block)?;
        for &sample in block[..n_played].as_flattened() {
            if !sample.is_finite() {
                return Err(RenderError::SoundFont { reason: format!("a sample of it is {sample}") });
            }
            peak = peak.max(sample.abs());
        }
    }
    let gain = if peak > 0.0 { PEAK_LEVEL / peak } else { 1.0 };
    Ok(Rendering { stage: stage(gain)?, events, block, n_filled: 0, n_read: 0 })
}

/// A piece that is being played: an iterator over its frames, left and right.
///
/// No sample is over [`PEAK_LEVEL`]. It knows how many frames are left.
#[derive(Debug)]
pub struct Rendering {
    stage: Stage,
    events: Vec<Event>,
    block: [[f32; 2]; BLOCK],
    n_filled: usize,
    n_read: usize,
}

impl Rendering {
    /// Frames a second.
    pub fn sample_rate(&self) -> u32 {
        self.stage.sample_rate
    }
}

impl Iterator for Rendering {
    type Item = [f32; 2];

    fn next(&mut self) -> Option<[f32; 2]> {
        if self.n_read == self.n_filled {
            // The rehearsal went through the same frames without an error.
            self.n_filled = self.stage.play(&self.events, &mut self.block).unwrap_or(0);
            self.n_read = 0;
        }
        let frame = *self.block[..self.n_filled].get(self.n_read)?;
        self.n_read += 1;
        Some(frame)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let n_left = self.stage.n_frames - self.stage.frame + (self.n_filled - self.n_read) as u64;
        // At most u32 seconds of u32 frames, which only a 32-bit machine cannot count.
        let n_left = usize::try_from(n_left).unwrap_or(usize::MAX);
        (n_left, Some(n_left))
    }
}

impl ExactSizeIterator for Rendering {}

/// From the lowest that keeps what matters of a piano to the highest in use.
const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 16_000..=192_000;

/// How long a piece goes on after its last note, in seconds.
const TAIL_SECONDS: u64 = 2;

/// How long its end is faded out, as a share of a second.
const FADES_PER_SECOND: u64 = 4;

/// One run through a piece.
#[derive(Debug)]
struct Stage {
    player: Player,
    gain: f32,
    frame: u64,
    next_event: usize,
    n_frames: u64,
    sample_rate: u32,
}

impl Stage {
    /// Plays the next block and returns its length; 0 at the end.
    fn play(&mut self, events: &[Event], block: &mut [[f32; 2]; BLOCK]) -> Result<usize, RenderError> {
        let n_frames = (self.n_frames - self.frame).min(BLOCK as u64) as usize;
        let block = &mut block[..n_frames];
        block.fill([0.0; 2]);
        let later = &events[self.next_event..];
        let n_events = later.partition_point(|event| event.frame < self.frame + n_frames as u64);
        self.next_event += n_events;
        match &mut self.player {
            Player::Bank(bank) => bank.play(&later[..n_events], self.frame, block),
            Player::Font(font) => font.play(&later[..n_events], self.frame, block)?,
        }
        let fade = self.sample_rate as u64 / FADES_PER_SECOND;
        for (frame, place) in block.iter_mut().zip(self.frame..) {
            let n_left = self.n_frames - place;
            let level = if n_left < fade { n_left as f32 / fade as f32 } else { 1.0 };
            *frame = frame.map(|sample| self.gain * level * sample);
        }
        self.frame += n_frames as u64;
        Ok(n_frames)
    }
}

#[derive(Debug)]
enum Player {
    Bank(Box<Bank>),
    Font(Box<Font>),
}

impl Player {
    fn new(sound: &Sound, sample_rate: u32) -> Result<Player, RenderError> {
        Ok(match sound {
            Sound::BuiltIn => Player::Bank(Box::new(Bank::new(sample_rate))),
            Sound::SoundFont(soundfont) => Player::Font(Box::new(Font::new(soundfont, sample_rate)?)),
        })
    }
}
