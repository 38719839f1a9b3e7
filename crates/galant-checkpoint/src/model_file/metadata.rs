//! The JSON text in a model file's header, and the typed data that it stands for.

mod formats_1_2;
mod formats_3_6;
mod header;
mod optimizer;
mod parts;
mod streams;
mod tokenizer;

use serde::Deserialize;

use super::format::{EARLIER_FORMAT, FORMAT, VOICES_FORMAT};
use super::{DecodeModelError, TrainingDescription};

pub(crate) use formats_3_6::description_to_json;
pub(super) use formats_3_6::to_json;
pub(super) use header::Metadata;

/// Reads a text of format [`FORMAT`] or an earlier one.
pub(super) fn from_json(json: &str) -> Result<Metadata, DecodeModelError> {
    match parse::<FormatText>(json)?.format {
        1 | 2 => formats_1_2::metadata(parse(json)?),
        3 | EARLIER_FORMAT | VOICES_FORMAT | FORMAT => formats_3_6::metadata(parse(json)?),
        format => Err(DecodeModelError::Format { format, supported: FORMAT }),
    }
}

/// Reads what [`description_to_json`] wrote.
pub(crate) fn description_from_json(json: &str) -> Result<TrainingDescription, DecodeModelError> {
    formats_3_6::description(parse(json)?)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DecodeModelError> {
    serde_json::from_str(json).map_err(|source| DecodeModelError::Metadata { source: Box::new(source) })
}

/// The version of the format, whatever else the text has.
#[derive(Deserialize)]
struct FormatText {
    format: u32,
}
