//! Tables of comma-separated values, as other commands wrote them.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::files;

/// The longest table read, in bytes: a million rows.
const MAX_BYTES: u64 = 64 << 20;

/// The named columns of a table of comma-separated values, with the number of each line from 1.
pub(crate) fn read_table<const N: usize>(
    path: &Path,
    columns: [&str; N],
    expected: &str,
) -> anyhow::Result<Vec<(usize, [String; N])>> {
    let bytes = files::read(path, MAX_BYTES)?;
    let reading = || format!("reading {}", path.display());
    let text = String::from_utf8(bytes).with_context(|| format!("{}: it is no text; give {expected}", reading()))?;
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = lines.next() else { bail!("{}: it is empty; give {expected}", reading()) };
    let header: Vec<&str> = header.split(',').map(str::trim).collect();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = header.iter().position(|name| *name == column);
        *place = found.with_context(|| format!("{}: it has no column {column}; give {expected}", reading()))?;
    }
    let mut rows = Vec::new();
    for (line, text) in lines {
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        let (n_values, n_columns) = (values.len(), header.len());
        ensure!(n_values == n_columns, "{}: line {line} has {n_values} values for {n_columns} columns", reading());
        rows.push((line, places.map(|place| values[place].to_owned())));
    }
    ensure!(!rows.is_empty(), "{}: it has no rows yet", reading());
    Ok(rows)
}
