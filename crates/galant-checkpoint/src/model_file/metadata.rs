//! The JSON text in a model file's header, and the typed data that it stands for.

mod format_3;
mod formats_1_2;
mod header;
mod tokenizer;

use serde::Deserialize;

use super::format::FORMAT;
use super::{DecodeModelError, TrainingDescription};

pub(crate) use format_3::description_to_json;
pub(super) use format_3::to_json;
pub(super) use header::Metadata;

/// Reads a text of format [`FORMAT`] or an earlier one.
pub(super) fn from_json(json: &str) -> Result<Metadata, DecodeModelError> {
    match parse::<FormatText>(json)?.format {
        1 | 2 => formats_1_2::metadata(parse(json)?),
        FORMAT => format_3::metadata(parse(json)?),
        format => Err(DecodeModelError::Format { format, supported: FORMAT }),
    }
}

/// Reads what [`description_to_json`] wrote.
pub(crate) fn description_from_json(json: &str) -> Result<TrainingDescription, DecodeModelError> {
    format_3::description(parse(json)?)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DecodeModelError> {
    serde_json::from_str(json).map_err(|source| DecodeModelError::Metadata { source: Box::new(source) })
}

/// The version of the format, whatever else the text has.
#[derive(Deserialize)]
struct FormatText {
    format: u32,
}
