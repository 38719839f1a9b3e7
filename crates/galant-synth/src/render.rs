//! From a score to frames.

use galant_types::Score;

use crate::built_in::BuiltInPlayer;
use crate::error::{RenderError, SAMPLE_RATES};
use crate::soundfont::{SoundFont, SoundFontPlayer};
use crate::string::BLOCK;
use crate::timeline::{Event, events};

/// What plays a score.
#[derive(Debug, Clone)]
pub enum Sound {
    /// A piano, a harp for plucked programs, and drums for percussion, without any file.
    BuiltIn,
    /// The instruments of a SoundFont.
    SoundFont(SoundFont),
}

/// How a score is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderConfig {
    /// Frames per second, 16,000 to 192,000.
    pub sample_rate: u32,
    /// The longest piece allowed, in seconds: a few damaged bytes can make a piece last for weeks.
    pub max_seconds: u32,
}

impl Default for RenderConfig {
    /// The sample rate of compact discs, and six hours, which fit into a 16-bit WAV file at that rate.
    fn default() -> RenderConfig {
        RenderConfig { sample_rate: 44_100, max_seconds: 6 * 3600 }
    }
}

/// The level of a piece's loudest sample: 1 dB below full scale, so that players that resample do not clip.
pub const PEAK_LEVEL: f32 = 0.891_250_9;

/// Prepares `score` to be played by `sound`; it is played once here to measure how loud it is.
///
/// The same score, sound and configuration give the same frames.
/// Two seconds follow the last note, in which it rings and is faded out; a score without notes is two seconds of silence.
///
/// # Errors
///
/// If the configuration is out of range, the piece is too long, a note has a value that MIDI does not allow, or the
/// SoundFont is damaged.
pub fn render(score: &Score, sound: &Sound, config: &RenderConfig) -> Result<Rendering, RenderError> {
    let sample_rate = config.sample_rate;
    if !SAMPLE_RATES.contains(&sample_rate) {
        return Err(RenderError::SampleRate { sample_rate });
    }
    let events = events(score, sample_rate, config.max_seconds)?;
    let n_frames = events.last().map_or(0, |event| event.frame) + TAIL_SECONDS * u64::from(sample_rate);
    let new_pass = |gain| -> Result<Pass, RenderError> {
        Ok(Pass { player: Player::new(sound, sample_rate)?, gain, frame: 0, next_event: 0, n_frames, sample_rate })
    };
    let mut block = [[0.0; 2]; BLOCK];
    let mut first_pass = new_pass(1.0)?;
    let mut peak = 0.0_f32;
    while first_pass.frame < n_frames {
        let n_played = first_pass.play(&events, &mut block)?;
        for &sample in block[..n_played].as_flattened() {
            if !sample.is_finite() {
                return Err(RenderError::SoundFont { reason: format!("a sample of it is {sample}") });
            }
            peak = peak.max(sample.abs());
        }
    }
    let gain = if peak > 0.0 { PEAK_LEVEL / peak } else { 1.0 };
    Ok(Rendering { pass: new_pass(gain)?, events, block, n_filled: 0, n_read: 0 })
}

/// A piece that is being played: an iterator over its frames, left and right.
///
/// No sample is over [`PEAK_LEVEL`]. Its length is the number of frames left.
#[derive(Debug)]
pub struct Rendering {
    pass: Pass,
    events: Vec<Event>,
    block: [[f32; 2]; BLOCK],
    n_filled: usize,
    n_read: usize,
}

impl Rendering {
    /// Frames per second.
    pub fn sample_rate(&self) -> u32 {
        self.pass.sample_rate
    }
}

impl Iterator for Rendering {
    type Item = [f32; 2];

    fn next(&mut self) -> Option<[f32; 2]> {
        if self.n_read == self.n_filled {
            // The first pass computed the same frames without an error.
            self.n_filled = self.pass.play(&self.events, &mut self.block).unwrap_or(0);
            self.n_read = 0;
        }
        let frame = *self.block[..self.n_filled].get(self.n_read)?;
        self.n_read += 1;
        Some(frame)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let n_left = self.pass.n_frames - self.pass.frame + (self.n_filled - self.n_read) as u64;
        // At most u32 seconds of u32 frames, too many only for a 32-bit machine.
        let n_left = usize::try_from(n_left).unwrap_or(usize::MAX);
        (n_left, Some(n_left))
    }
}

impl ExactSizeIterator for Rendering {}

/// How long a piece continues after its last note, in seconds.
pub(crate) const TAIL_SECONDS: u64 = 2;

/// The fade-out at its end lasts a second divided by this.
const FADES_PER_SECOND: u64 = 4;

/// One pass over a piece.
#[derive(Debug)]
struct Pass {
    player: Player,
    gain: f32,
    frame: u64,
    next_event: usize,
    n_frames: u64,
    sample_rate: u32,
}

impl Pass {
    /// Plays the next block and returns its length; 0 at the end.
    fn play(&mut self, events: &[Event], block: &mut [[f32; 2]; BLOCK]) -> Result<usize, RenderError> {
        let n_frames = (self.n_frames - self.frame).min(BLOCK as u64) as usize;
        let block = &mut block[..n_frames];
        block.fill([0.0; 2]);
        let later = &events[self.next_event..];
        let n_events = later.partition_point(|event| event.frame < self.frame + n_frames as u64);
        self.next_event += n_events;
        match &mut self.player {
            Player::BuiltIn(player) => player.play(&later[..n_events], self.frame, block),
            Player::SoundFont(player) => player.play(&later[..n_events], self.frame, block)?,
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
    BuiltIn(Box<BuiltInPlayer>),
    SoundFont(Box<SoundFontPlayer>),
}

impl Player {
    fn new(sound: &Sound, sample_rate: u32) -> Result<Player, RenderError> {
        Ok(match sound {
            Sound::BuiltIn => Player::BuiltIn(Box::new(BuiltInPlayer::new(sample_rate))),
            Sound::SoundFont(soundfont) => Player::SoundFont(Box::new(SoundFontPlayer::new(soundfont, sample_rate)?)),
        })
    }
}
