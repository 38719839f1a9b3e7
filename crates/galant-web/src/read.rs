//! Files of music.

use galant_corpus::{ReadOptions, read_piece};
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::piece::PieceData;
use crate::request::ReadRequest;

/// The most warnings that are listed.
const MAX_WARNINGS: usize = 20;

/// Reads a MIDI, ABC or MusicXML file.
pub(crate) fn read(request: &ReadRequest, bytes: &[u8]) -> Result<Answer, Refusal> {
    let read = read_piece(&request.name, bytes, ReadOptions::default())?;
    if read.score.notes.is_empty() {
        return Err(Refusal::new("there are no notes in it"));
    }
    let title = request.name.rsplit_once('.').map_or(request.name.as_str(), |(title, _)| title);
    let (piece, lost) = PieceData::of(&read.score, title);
    // What is read must be possible to write.
    piece.score()?;
    let mut warnings: Vec<String> = read.warnings.iter().map(ToString::to_string).chain(lost).collect();
    let n_more = warnings.len().saturating_sub(MAX_WARNINGS);
    warnings.truncate(MAX_WARNINGS);
    if n_more > 0 {
        warnings.push(format!("and {n_more} more"));
    }
    Ok(Answer::done(&json!({ "piece": piece, "warnings": warnings }), Vec::new()))
}
