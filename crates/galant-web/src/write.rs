//! Pieces as files.

use galant_plot::piano_roll;
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::request::{WriteFormat, WriteRequest};
use crate::sound;

/// The bytes of a file of a piece.
pub(crate) fn write(request: &WriteRequest) -> Result<Answer, Refusal> {
    let mut score = request.piece.score()?;
    let title = &request.piece.title;
    score.texts = match &request.texts {
        Some(texts) => texts.clone(),
        None => Some(title.clone()).filter(|title| !title.is_empty()).into_iter().collect(),
    };
    let mut warnings = Vec::new();
    let bytes = match request.format {
        WriteFormat::Midi => galant_midi::encode(&score)?,
        WriteFormat::Wav => sound::wav(&score)?,
        WriteFormat::Svg => piano_roll(&score, title).svg().into_bytes(),
        WriteFormat::MusicXml => {
            let encoded = galant_musicxml::encode(&score)?;
            if encoded.n_moved > 0 {
                warnings.push(format!(
                    "{} of {} notes begin or end where no note value leads to, and were moved to the nearest one",
                    encoded.n_moved,
                    score.notes.len()
                ));
            }
            encoded.xml.into_bytes()
        }
    };
    Ok(Answer::done(&json!({ "warnings": warnings }), bytes))
}
