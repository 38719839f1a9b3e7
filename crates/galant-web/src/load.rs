//! Model files.

use galant_kernels::Level;
use galant_model::Cell;
use galant_pipeline::LoadedModel;
use galant_tokens::stream::Stream;
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::originality;
use crate::request::LoadRequest;

/// The model in the bytes of a file, with the bits of the level scalar.
pub(crate) fn load(bytes: &[u8]) -> Result<LoadedModel, Refusal> {
    Ok(LoadedModel::decode_at(bytes, Level::portable())?)
}

/// What a page shows of a model, and what it can ask of it.
pub(crate) fn describe(model: &LoadedModel, request: &LoadRequest, number: usize) -> Answer {
    let file = model.file();
    let spec = file.weights.spec();
    let values = file.streams.values();
    let mut meters = values.meters.clone();
    meters.extend(file.openings.iter().map(|opening| opening.meter));
    let mut meters: Vec<(u8, u32)> =
        meters.iter().map(|meter| (meter.numerator, 1_u32 << meter.denominator_log2.min(31))).collect();
    let mut seen = Vec::new();
    meters.retain(|meter| {
        !seen.contains(meter) && {
            seen.push(*meter);
            true
        }
    });
    let pitches = file.vocabulary.tokens().iter().flat_map(|token| token.pitches().iter().copied());
    let range = pitches.fold(None, |range: Option<(u8, u8)>, pitch| {
        Some(range.map_or((pitch, pitch), |(low, high)| (low.min(pitch), high.max(pitch))))
    });
    let cell = match spec.cell {
        Cell::Lstm => "LSTM",
        Cell::VanillaRnn => "RNN",
    };
    let voices = file.parts.iter().map(
        |part| json!({ "name": part.name, "program": part.program, "lowest": part.lowest, "highest": part.highest }),
    );
    let (beats, beat) = (file.playback.beats, 1_u32 << file.playback.beat_log2.min(31));
    let description = json!({
        "model": number,
        "name": request.name,
        "tokenizer": file.tokenizer.name(),
        "parts": (!file.parts.is_empty()).then_some(file.parts.len()),
        "voices": voices.collect::<Vec<_>>(),
        "meters": meters,
        "meter": [beats, beat],
        "tempo": 60e6 / f64::from(file.playback.us_per_quarter),
        "keys": file.streams.streams().contains(&Stream::Key),
        "styles": values.styles,
        "grid": file.tokenizer.grid().map(|grid| grid.steps_per_quarter()),
        "network": format!("{} x {} {cell}", spec.n_layers, spec.hidden_size),
        "parameters": file.weights.values().len(),
        "pieces": file.corpus.len(),
        "candidates": model.default_candidates(),
        "hash": model.sha256().to_string(),
        "range": range,
        "originality": originality::carries(model),
    });
    Answer::done(&description, Vec::new())
}
