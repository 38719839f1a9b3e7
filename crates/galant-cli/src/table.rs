//! Tables of comma-separated values, as commands write and read them.

use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use csv::{Error, ErrorKind, Position, ReaderBuilder, StringRecord, Trim, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;

/// The longest table read, in bytes: a million rows.
const MAX_BYTES: u64 = 64 << 20;

/// The rows of a table with their lines; columns are the fields of a row, in any order, and others are ignored.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, expected: &str) -> anyhow::Result<Vec<(u64, T)>> {
    let bytes = files::read(path, MAX_BYTES)?;
    let rows = parse(&bytes).with_context(|| format!("reading {} as {expected}", path.display()))?;
    ensure!(!rows.is_empty(), "reading {}: it has no rows yet", path.display());
    Ok(rows)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> anyhow::Result<Vec<(u64, T)>> {
    let text = str::from_utf8(bytes).context("it is not text")?;
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let columns = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| with_place(error, &columns, None))?;
        let row = record.deserialize(Some(&columns)).map_err(|error| with_place(error, &columns, Some(&record)))?;
        rows.push((record.position().map_or(0, Position::line), row));
    }
    Ok(rows)
}

/// The error with its line, and the column and value if there is one to blame.
fn with_place(error: Error, columns: &StringRecord, record: Option<&StringRecord>) -> anyhow::Error {
    match error.kind() {
        ErrorKind::Deserialize { pos: Some(place), err } => {
            let value = |field| Some(format!(", {} '{}'", columns.get(field)?, record?.get(field)?));
            let value = err.field().and_then(|field| value(field as usize)).unwrap_or_default();
            anyhow!("line {}{value}: {}", place.line(), err.kind())
        }
        ErrorKind::UnequalLengths { pos: Some(place), expected_len, len } => {
            anyhow!("line {} has {len} values for {expected_len} columns", place.line())
        }
        _ => error.into(),
    }
}

/// A table as text.
pub(crate) fn text<T: Serialize>(rows: impl IntoIterator<Item = T>) -> anyhow::Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    rows.into_iter().try_for_each(|row| writer.serialize(row))?;
    Ok(writer.into_inner()?)
}
