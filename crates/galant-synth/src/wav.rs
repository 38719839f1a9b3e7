//! Frames to WAV.

use std::io::{Seek, Write};

use hound::{SampleFormat, WavSpec, WavWriter};
use thiserror::Error;

use crate::render::{RenderConfig, Rendering, TAIL_SECONDS};

/// How a WAV file holds its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavFormat {
    /// 16-bit integers, as on compact discs.
    Int16,
    /// 32-bit floating-point numbers.
    Float32,
}

impl WavFormat {
    /// The default configuration, but only for pieces whose WAV file is within 4 GiB, so that [`render()`](crate::render())
    /// refuses the others before they are played.
    pub fn render_config(self) -> RenderConfig {
        let config = RenderConfig::default();
        let seconds = MAX_DATA_BYTES / self.frame_bytes() as u64 / u64::from(config.sample_rate) - TAIL_SECONDS;
        RenderConfig { max_seconds: u32::try_from(seconds).unwrap_or(u32::MAX).min(config.max_seconds), ..config }
    }

    /// Bytes per frame, which has two samples.
    fn frame_bytes(self) -> usize {
        match self {
            WavFormat::Int16 => 4,
            WavFormat::Float32 => 8,
        }
    }
}

/// How long and how loud a piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Its length.
    pub seconds: f64,
    /// The largest sample; 1 is full scale.
    pub peak: f32,
    /// Root of the mean of the squared samples of both sides.
    pub rms: f32,
}

impl Levels {
    /// A level in decibels below full scale: 0 at 1, −∞ at 0.
    pub fn decibels(level: f32) -> f32 {
        20.0 * level.log10()
    }
}

/// Why a WAV file cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WavError {
    /// The piece is too long for the format, which counts bytes with 32 bits.
    #[error("{n_frames} frames of {frame_bytes} bytes are over the WAV limit of {MAX_DATA_BYTES} bytes")]
    TooLong {
        /// How many frames the piece has.
        n_frames: usize,
        /// Bytes per frame.
        frame_bytes: usize,
    },
    /// The bytes could not be written.
    #[error("the WAV data could not be written")]
    Write(#[source] std::io::Error),
}

/// How many bytes of samples a WAV file may hold: 4 GiB less room for its headers.
const MAX_DATA_BYTES: u64 = u32::MAX as u64 - 1024;

/// Writes the remaining frames of `rendering` as a stereo WAV file and returns how loud they are.
///
/// # Errors
///
/// If the piece is over 4 GiB as WAV, or writing to `out` fails.
pub fn write_wav(rendering: Rendering, format: WavFormat, out: impl Write + Seek) -> Result<Levels, WavError> {
    let sample_rate = rendering.sample_rate();
    let (bits_per_sample, sample_format) = match format {
        WavFormat::Int16 => (16, SampleFormat::Int),
        WavFormat::Float32 => (32, SampleFormat::Float),
    };
    let n_frames = rendering.len();
    check_size(n_frames, format.frame_bytes())?;
    let spec = WavSpec { channels: 2, sample_rate, bits_per_sample, sample_format };
    let mut writer = WavWriter::new(out, spec).map_err(write_error)?;
    let (mut peak, mut squares) = (0.0_f32, 0.0_f64);
    for sample in rendering.flatten() {
        peak = peak.max(sample.abs());
        squares += f64::from(sample) * f64::from(sample);
        match format {
            WavFormat::Int16 => writer.write_sample((sample * f32::from(i16::MAX)).round() as i16),
            WavFormat::Float32 => writer.write_sample(sample),
        }
        .map_err(write_error)?;
    }
    writer.finalize().map_err(write_error)?;
    let rms = (squares / (2 * n_frames.max(1)) as f64).sqrt() as f32;
    Ok(Levels { seconds: n_frames as f64 / f64::from(sample_rate), peak, rms })
}

fn check_size(n_frames: usize, frame_bytes: usize) -> Result<(), WavError> {
    if n_frames as u64 > MAX_DATA_BYTES / frame_bytes as u64 {
        return Err(WavError::TooLong { n_frames, frame_bytes });
    }
    Ok(())
}

fn write_error(error: hound::Error) -> WavError {
    WavError::Write(match error {
        hound::Error::IoError(error) => error,
        // The format and the number of samples are ours, and valid.
        other => std::io::Error::other(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_longest_piece_of_a_format_fits() {
        for (format, seconds) in [(WavFormat::Int16, 6 * 3600), (WavFormat::Float32, 12_171)] {
            let config = format.render_config();
            assert_eq!((config.max_seconds, config.sample_rate), (seconds, 44_100));
            let fits = |seconds: u32| check_size((seconds as usize + 2) * 44_100, format.frame_bytes()).is_ok();
            assert!(fits(seconds));
            assert_eq!(fits(seconds + 1), format == WavFormat::Int16);
        }
    }

    #[test]
    fn a_piece_over_four_gibibytes_is_refused() {
        // The longest piece of the default configuration, with the tail after its last note.
        assert!(check_size((6 * 3600 + 2) * 44_100, 4).is_ok());
        let error = check_size(4 * 3600 * 44_100, 8).unwrap_err();
        expect!["635040000 frames of 8 bytes are over the WAV limit of 4294966271 bytes"].assert_eq(&error.to_string());
    }
}
