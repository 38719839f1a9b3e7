//! Every data file has a row of provenance, and every row its file.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::project::{TrackedFile, Violation};
use super::walls::{NOT_DATA, SETTINGS};

const TABLE: &str = "fixtures/README.md";

/// Compares the data files, wherever they are, with the table in [`TABLE`], both ways, and their hashes.
///
/// Golden files of tests and seeds of fuzzing are next to the scripts that made them and need no row.
pub(crate) fn check(files: &[TrackedFile]) -> Vec<Violation> {
    let table = files.iter().find(|file| file.path == TABLE).and_then(TrackedFile::text).unwrap_or_default();
    let mut violations = Vec::new();
    let mut hashes = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let Some((path, hash)) = row(line) else {
            let cure = "a row is | `path` | what it is | source | license | `sha256` |, with no column empty";
            violations.push(Violation::new(TABLE, format!("cannot read the row {line}"), cure));
            continue;
        };
        if hashes.insert(path, hash).is_some() {
            violations.push(Violation::new(TABLE, format!("has two rows for {path}"), "remove one"));
        }
    }
    for file in files.iter().filter(|file| is_data(file)) {
        let actual: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let (what, cure) = match hashes.remove(file.path.as_str()) {
            Some(hash) if hash == actual => continue,
            Some(_) => ("differs from the sha256 in", "restore the file, or correct its row"),
            None => ("has no row of provenance in", "add one"),
        };
        let cure = format!("{cure}; its sha256 is {actual}");
        violations.push(Violation::new(&file.path, format!("{what} {TABLE}"), cure));
    }
    let gone = |path| Violation::new(TABLE, format!("has a row for {path}, which is no data file"), "remove it");
    violations.extend(hashes.into_keys().map(gone));
    violations
}

fn is_data(file: &TrackedFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let is_source = match name.rsplit_once('.') {
        _ if SETTINGS.contains(&name) => true,
        Some((_, extension)) => NOT_DATA.contains(&extension),
        None => name.starts_with("LICENSE"),
    };
    !is_source && !file.is_test() && !file.path.starts_with("fuzz/") && !file.path.starts_with('.')
}

/// The path and the hash of a row whose five columns all say something.
fn row(line: &str) -> Option<(&str, &str)> {
    let columns: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [path, _, _, _, hash] = columns[..] else { return None };
    (!columns.contains(&"")).then(|| (path.trim_matches('`'), hash.trim_matches('`')))
}
