//! Pieces as sound.

use std::io::Cursor;

use galant_synth::{RenderConfig, Rendering, Sound, WavFormat, render, write_wav};
use galant_types::Score;
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::request::RenderRequest;

/// The longest piece that is rendered in a page, whose memory is small, in seconds.
pub(crate) const MAX_SECONDS: u32 = 900;

/// The samples of a piece.
pub(crate) fn render_piece(request: &RenderRequest) -> Result<Answer, Refusal> {
    let rendering = rendering(&request.piece.score()?, request.rate)?;
    let n_frames = rendering.len();
    let mut bytes = Vec::with_capacity(8 * n_frames);
    for frame in rendering {
        frame.iter().for_each(|sample| bytes.extend_from_slice(&sample.to_le_bytes()));
    }
    let seconds = n_frames as f64 / f64::from(request.rate);
    Ok(Answer::done(&json!({ "rate": request.rate, "frames": n_frames, "seconds": seconds }), bytes))
}

/// The bytes of a WAV file, as the program `galant` writes it with the built-in sound.
pub(crate) fn wav(score: &Score) -> Result<Vec<u8>, Refusal> {
    let mut wav = Cursor::new(Vec::new());
    write_wav(rendering(score, RenderConfig::default().sample_rate)?, WavFormat::Int16, &mut wav)?;
    Ok(wav.into_inner())
}

fn rendering(score: &Score, sample_rate: u32) -> Result<Rendering, Refusal> {
    Ok(render(score, &Sound::BuiltIn, &RenderConfig { sample_rate, max_seconds: MAX_SECONDS })?)
}
