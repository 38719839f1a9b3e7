//! SoundFonts, played by rustysynth.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustysynth::{Synthesizer, SynthesizerSettings};
use thiserror::Error;

use crate::render::RenderError;
use crate::riff;
use crate::timeline::{Action, Event};

/// The largest SoundFont, in bytes. The format ends at 4 GiB; large collections of instruments have half of this.
pub const MAX_SOUNDFONT_BYTES: usize = 1 << 30;

/// A set of sampled instruments; clones share them.
#[derive(Debug, Clone)]
pub struct SoundFont {
    inner: Arc<rustysynth::SoundFont>,
}

/// Why bytes are no SoundFont that can be played.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SoundFontError {
    /// There are more bytes than [`MAX_SOUNDFONT_BYTES`].
    #[error("it has {len} bytes, over the limit of {MAX_SOUNDFONT_BYTES}")]
    TooLarge {
        /// How many bytes there are.
        len: usize,
    },
    /// It does not begin as a SoundFont does.
    #[error("it does not begin with RIFF and sfbk; a SoundFont 2 file is needed, whose name usually ends in .sf2")]
    NotSoundFont,
    /// A chunk reaches beyond the file or the chunk around it.
    #[error("byte {offset}: chunk {id} declares {declared} bytes, but {left} are left")]
    Chunk {
        /// Where the chunk begins.
        offset: usize,
        /// Its name.
        id: String,
        /// How many bytes it declares.
        declared: usize,
        /// How many there are.
        left: usize,
    },
    /// A table names places that do not exist, or is not ascending.
    #[error("record {record} of table {table} points to {target}; {min} to {max} are allowed")]
    Table {
        /// The table's name.
        table: &'static str,
        /// The record's number, from 0.
        record: usize,
        /// Where it points.
        target: usize,
        /// The lowest allowed: where the record before it points.
        min: usize,
        /// The highest allowed.
        max: usize,
    },
    /// The contents make no sense to the player.
    #[error("it cannot be read: {reason}")]
    Contents {
        /// What the player says.
        reason: String,
    },
}

impl SoundFont {
    /// Reads a SoundFont 2 file.
    ///
    /// # Errors
    ///
    /// If it is none, is damaged, or has compressed samples (SoundFont 3).
    pub fn parse(bytes: &[u8]) -> Result<SoundFont, SoundFontError> {
        riff::check(bytes)?;
        let read = walled(|| rustysynth::SoundFont::new(&mut { bytes }));
        let read = read.map_err(|reason| SoundFontError::Contents { reason })?;
        let inner = read.map_err(|error| SoundFontError::Contents { reason: error.to_string() })?;
        Ok(SoundFont { inner: Arc::new(inner) })
    }

    /// The name that its makers gave it; empty if they gave none.
    pub fn name(&self) -> &str {
        self.inner.get_info().get_bank_name()
    }
}

/// A SoundFont being played.
#[derive(Debug)]
pub(crate) struct Font {
    synthesizer: Synthesizer,
    programs: [u8; N_CHANNELS],
    /// How many notes hold each key; of a key held twice, the player would end both at the first release.
    held: Box<[[u32; 128]; N_CHANNELS]>,
    left: [f32; QUANTUM],
    right: [f32; QUANTUM],
}

const N_CHANNELS: usize = 16;

/// The player begins notes every so many frames: up to half of this too early or late, 0.7 ms at 44.1 kHz.
///
/// It divides the block.
const QUANTUM: usize = 64;

/// The most samples the player mixes at a time, its own default; beyond, new notes take the place of the softest.
const MAX_VOICES: usize = 64;

impl Font {
    pub(crate) fn new(soundfont: &SoundFont, sample_rate: u32) -> Result<Font, RenderError> {
        // Within range: `render` has compared the rate with the same limits as the player does.
        let mut settings = SynthesizerSettings::new(sample_rate as i32);
        settings.block_size = QUANTUM;
        settings.maximum_polyphony = MAX_VOICES;
        let synthesizer = Synthesizer::new(&soundfont.inner, &settings)
            .map_err(|error| RenderError::SoundFont { reason: error.to_string() })?;
        let held = Box::new([[0; 128]; N_CHANNELS]);
        Ok(Font { synthesizer, programs: [0; N_CHANNELS], held, left: [0.0; QUANTUM], right: [0.0; QUANTUM] })
    }

    /// Plays a block that begins at `start`, with the events that fall into it.
    pub(crate) fn play(&mut self, events: &[Event], start: u64, block: &mut [[f32; 2]]) -> Result<(), RenderError> {
        walled(AssertUnwindSafe(|| self.play_unwalled(events, start, block)))
            .map_err(|reason| RenderError::SoundFont { reason })
    }

    fn play_unwalled(&mut self, mut events: &[Event], start: u64, block: &mut [[f32; 2]]) {
        let n_quanta = block.len().div_ceil(QUANTUM);
        for (quantum, frames) in block.chunks_mut(QUANTUM).enumerate() {
            // Events in the later half of the block's last quantum have no quantum after them here.
            let until = start + (quantum * QUANTUM + QUANTUM / 2) as u64;
            let is_last = quantum + 1 == n_quanta;
            let n_due = if is_last { events.len() } else { events.partition_point(|event| event.frame < until) };
            let (due, later) = events.split_at(n_due);
            due.iter().for_each(|event| self.happen(event));
            events = later;
            let n_frames = frames.len();
            self.synthesizer.render(&mut self.left[..n_frames], &mut self.right[..n_frames]);
            for (frame, (&left, &right)) in frames.iter_mut().zip(self.left.iter().zip(&self.right)) {
                *frame = [left, right];
            }
        }
    }

    fn happen(&mut self, event: &Event) {
        let (channel, pitch) = (usize::from(event.channel), usize::from(event.pitch));
        let (midi_channel, key) = (i32::from(event.channel), i32::from(event.pitch));
        let n_held = &mut self.held[channel][pitch];
        match event.action {
            Action::Strike { velocity } => {
                if self.programs[channel] != event.program {
                    self.synthesizer.process_midi_message(midi_channel, PROGRAM_CHANGE, i32::from(event.program), 0);
                    self.programs[channel] = event.program;
                }
                *n_held += 1;
                self.synthesizer.note_on(midi_channel, key, i32::from(velocity));
            }
            Action::Release => {
                *n_held = n_held.saturating_sub(1);
                if *n_held == 0 {
                    self.synthesizer.note_off(midi_channel, key);
                }
            }
        }
    }
}

const PROGRAM_CHANGE: i32 = 0xc0;

/// Runs the player such that its panics are errors.
///
/// rustysynth 1.3.8 panics on some damaged files (its issue 57), on reading and on playing; foreign bytes must not
/// end the program.
fn walled<T>(run: impl FnOnce() -> T + std::panic::UnwindSafe) -> Result<T, String> {
    catch_unwind(run).map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast_ref::<&str>().map_or("it is damaged", |message| message).to_owned(),
    })
}
