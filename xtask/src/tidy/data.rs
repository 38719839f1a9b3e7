//! Every data file has a row of provenance, and every row its file.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::project::{TrackedFile, Violation};
use super::walls::NOT_DATA;

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

#[cfg(test)]
mod tests {
    use super::super::project::made_up::{file, lines};
    use super::*;

    /// The hash of "abc" in FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const GOOD: &str =
        "| `crates/a/data/b.csv` | x | y | z | `ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad` |\n";

    fn found(rows: &str, content: &str) -> Vec<String> {
        let table = file(TABLE, &format!("# Data\n\n| path | what |\n|---|---|\n{rows}"));
        let others =
            ["crates/a/data/README.md", "crates/a/src/b.rs", "crates/a/tests/c.csv", "fuzz/seeds/d.mid", "LICENSE-MIT"];
        let others = others.map(|path| file(path, ""));
        lines(&check(
            &[vec![table, file("crates/a/data/b.csv", content)], others.into()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
        ))
    }

    #[test]
    fn a_data_file_has_a_row_with_its_hash_and_a_row_has_its_file() {
        assert!(found(GOOD, "abc").is_empty());
        let missing = format!("crates/a/data/b.csv: has no row of provenance in {TABLE}; add one; its sha256 is {ABC}");
        assert_eq!(found("", "abc"), [missing]);
        assert_eq!(
            found(&GOOD.repeat(2), "abc"),
            ["fixtures/README.md: has two rows for crates/a/data/b.csv; remove one"]
        );
        let gone = "fixtures/README.md: has a row for crates/a/gone.mid, which is no data file; remove it";
        assert_eq!(found(&format!("{GOOD}| `crates/a/gone.mid` | x | y | z | `1` |\n"), "abc"), [gone]);
        let changed = found(GOOD, "abd");
        assert!(
            changed[0].starts_with("crates/a/data/b.csv: differs from the sha256 in fixtures/README.md; "),
            "{changed:?}"
        );
        assert_eq!(lines(&check(&[file("x.ttf", "")])).len(), 1);
    }

    #[test]
    fn a_row_says_all_there_is_to_say() {
        for row in ["| `a/b.csv` | x | y | `h` |", "| `a/b.csv` | x | | z | `h` |"] {
            let found = found(&format!("{GOOD}{row}\n"), "abc");
            assert!(found[0].starts_with(&format!("fixtures/README.md: cannot read the row {row}; ")), "{found:?}");
        }
    }
}
