//! Renders a [`Score`](galant_types::Score) as stereo audio and WAV, with a built-in piano and harp or with a SoundFont.
//!
//! [`render()`] returns an iterator over frames, which are computed block by block, so that an hour takes no more memory
//! than a minute; [`write_wav`] writes them as a WAV file.
//!
//! ```
//! use std::io::Cursor;
//!
//! use galant_synth::{RenderConfig, Sound, WavFormat, render, write_wav};
//! use galant_types::{Note, Score};
//!
//! let score = Score {
//!     notes: vec![Note { onset: 0, length: 480, pitch: 69, velocity: 80, channel: 0, track: 0 }],
//!     ..Score::new(480)
//! };
//! let rendering = render(&score, &Sound::BuiltIn, &RenderConfig::default())?;
//! let mut wav = Cursor::new(Vec::new());
//! let levels = write_wav(rendering, WavFormat::Int16, &mut wav)?;
//! assert_eq!(levels.seconds, 2.5);
//! assert!(levels.peak < 0.9);
//! assert_eq!(&wav.into_inner()[..4], b"RIFF");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How loud
//!
//! A piece is computed twice: once to find its loudest sample, once to return it with that sample at −1 dBFS.
//! So nothing clips, whatever the number of notes, no limiter changes the sound, and no audio is stored.
//!
//! # What is heard
//!
//! Onset, length, pitch, velocity, tempo, and for each part its program.
//! A score has no pedal, no pitch bend and no changes of volume, so none are heard.
#![forbid(unsafe_code)]

mod built_in;
mod error;
mod modes;
mod render;
mod riff;
mod room;
mod soundfont;
mod string;
mod timeline;
mod wav;

pub use error::{MAX_SOUNDFONT_BYTES, RenderError, SoundFontError};
pub use render::{PEAK_LEVEL, RenderConfig, Rendering, Sound, render};
pub use soundfont::SoundFont;
pub use wav::{Levels, WavError, WavFormat, write_wav};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
