//! SoundFonts, played by rustysynth.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustysynth::{Synthesizer, SynthesizerSettings};

use crate::error::{RenderError, SoundFontError};
use crate::riff;
use crate::timeline::{Action, Event};

/// A set of sampled instruments; clones share them.
#[derive(Debug, Clone)]
pub struct SoundFont {
    inner: Arc<rustysynth::SoundFont>,
}

impl SoundFont {
    /// Reads a SoundFont 2 file.
    ///
    /// # Errors
    ///
    /// If it is not one, is damaged, or has compressed samples (SoundFont 3).
    pub fn parse(bytes: &[u8]) -> Result<SoundFont, SoundFontError> {
        riff::check(bytes)?;
        let read = catch_panics(|| rustysynth::SoundFont::new(&mut { bytes }));
        let read = read.map_err(|reason| SoundFontError::Contents { reason })?;
        let inner = read.map_err(|error| SoundFontError::Contents { reason: error.to_string() })?;
        Ok(SoundFont { inner: Arc::new(inner) })
    }

    /// The name of the SoundFont; empty if it has none.
    pub fn name(&self) -> &str {
        self.inner.get_info().get_bank_name()
    }
}

/// A SoundFont being played.
#[derive(Debug)]
pub(crate) struct SoundFontPlayer {
    synthesizer: Synthesizer,
    programs: [u8; N_CHANNELS],
    /// How many notes hold each key; the player would end both notes of a key held twice at the first release.
    held: Box<[[u32; 128]; N_CHANNELS]>,
    left: [f32; QUANTUM],
    right: [f32; QUANTUM],
}

const N_CHANNELS: usize = 16;

/// The player begins notes at multiples of this many frames: up to half of it too early or too late, 0.7 ms at 44.1 kHz.
///
/// It divides the block length.
const QUANTUM: usize = 64;

/// How many samples the player mixes at a time, its own default; beyond that, new notes replace the softest.
const MAX_VOICES: usize = 64;

impl SoundFontPlayer {
    pub(crate) fn new(soundfont: &SoundFont, sample_rate: u32) -> Result<SoundFontPlayer, RenderError> {
        // In range: `render` has checked the rate against the limits that the player has.
        let mut settings = SynthesizerSettings::new(sample_rate as i32);
        settings.block_size = QUANTUM;
        settings.maximum_polyphony = MAX_VOICES;
        let synthesizer = Synthesizer::new(&soundfont.inner, &settings)
            .map_err(|error| RenderError::SoundFont { reason: error.to_string() })?;
        let held = Box::new([[0; 128]; N_CHANNELS]);
        Ok(SoundFontPlayer {
            synthesizer,
            programs: [0; N_CHANNELS],
            held,
            left: [0.0; QUANTUM],
            right: [0.0; QUANTUM],
        })
    }

    /// Plays a block that begins at `start`, with the events in it.
    pub(crate) fn play(&mut self, events: &[Event], start: u64, block: &mut [[f32; 2]]) -> Result<(), RenderError> {
        catch_panics(AssertUnwindSafe(|| self.play_uncaught(events, start, block)))
            .map_err(|reason| RenderError::SoundFont { reason })
    }

    fn play_uncaught(&mut self, mut events: &[Event], start: u64, block: &mut [[f32; 2]]) {
        let n_quanta = block.len().div_ceil(QUANTUM);
        for (quantum, frames) in block.chunks_mut(QUANTUM).enumerate() {
            // No quantum follows in this block for the events in the second half of its last quantum.
            let until = start + (quantum * QUANTUM + QUANTUM / 2) as u64;
            let is_last = quantum + 1 == n_quanta;
            let n_due = if is_last { events.len() } else { events.partition_point(|event| event.frame < until) };
            let (due, later) = events.split_at(n_due);
            due.iter().for_each(|event| self.apply(event));
            events = later;
            let n_frames = frames.len();
            self.synthesizer.render(&mut self.left[..n_frames], &mut self.right[..n_frames]);
            for (frame, (&left, &right)) in frames.iter_mut().zip(self.left.iter().zip(&self.right)) {
                *frame = [left, right];
            }
        }
    }

    fn apply(&mut self, event: &Event) {
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

/// Runs the player and turns its panics into errors.
///
/// rustysynth 1.3.8 panics on some damaged files (its issue 57) in reading and in playing, and foreign bytes must not
/// end the program.
fn catch_panics<T>(run: impl FnOnce() -> T + std::panic::UnwindSafe) -> Result<T, String> {
    catch_unwind(run).map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast_ref::<&str>().map_or("it is damaged", |message| message).to_owned(),
    })
}
