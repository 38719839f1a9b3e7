//! Tables of comma-separated values, as commands write and read them.

use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use csv::{Error, ErrorKind, ReaderBuilder, StringRecord, Trim, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;

/// The longest table read, in bytes: a million rows.
const MAX_BYTES: u64 = 64 << 20;

/// The rows of a table, whose columns are the fields of a row in any order; other columns are ignored.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, expected: &str) -> anyhow::Result<Vec<T>> {
    let bytes = files::read(path, MAX_BYTES)?;
    let reading = || format!("reading {} as {expected}", path.display());
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(&bytes[..]);
    let columns = reader.headers().with_context(reading)?.clone();
    let rows = reader.deserialize().map(|row| row.map_err(|error| with_place(error, &columns)));
    let rows: Vec<T> = rows.collect::<anyhow::Result<_>>().with_context(reading)?;
    ensure!(!rows.is_empty(), "{}: it has no rows yet", reading());
    Ok(rows)
}

/// The error with its line, and the column if it is that of a value.
fn with_place(error: Error, columns: &StringRecord) -> anyhow::Error {
    match error.kind() {
        ErrorKind::Deserialize { pos: Some(place), err } => {
            let column = err.field().and_then(|field| columns.get(field as usize));
            let column = column.map_or(String::new(), |column| format!(", {column}"));
            anyhow!("line {}{column}: {}", place.line(), err.kind())
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
