//! Each fixture has a row of provenance, and each row its fixture.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{TrackedFile, Violation};

const TABLE: &str = "fixtures/README.md";
const COLUMNS: &str = "a row is | `path` | what it is | source | licence | `sha256` |, with no column empty";

/// Compares the files under `fixtures/` with the table in its README, both ways, and their hashes.
///
/// A README explains the fixtures beside it and needs no row.
pub(crate) fn check(files: &[TrackedFile]) -> Vec<Violation> {
    let Some(table) = files.iter().find(|file| file.path == TABLE).and_then(TrackedFile::text) else {
        return vec![Violation::new(TABLE, "is missing or no text", "it holds a row of provenance for each fixture")];
    };
    let mut violations = Vec::new();
    let mut hashes = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let Some((path, hash)) = row(line) else {
            violations.push(Violation::new(TABLE, format!("cannot read the row {line}"), COLUMNS));
            continue;
        };
        if hashes.insert(format!("fixtures/{path}"), hash).is_some() {
            violations.push(Violation::new(TABLE, format!("two rows for {path}"), "each fixture has one"));
        }
    }
    let is_fixture = |file: &&TrackedFile| file.path.starts_with("fixtures/") && !file.path.ends_with("/README.md");
    for file in files.iter().filter(is_fixture) {
        let actual: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        match hashes.remove(&file.path) {
            Some(hash) if hash == actual => {}
            Some(_) => {
                let what = format!("its sha256 is {actual}, not the one in {TABLE}");
                violations.push(Violation::new(&file.path, what, "restore the file, or mend its row"));
            }
            None => {
                let allowed = format!("add one to {TABLE}; its sha256 is {actual}");
                violations.push(Violation::new(&file.path, "a fixture without a row of provenance", allowed));
            }
        }
    }
    let gone =
        |(path, _): (String, &str)| Violation::new(TABLE, format!("a row for {path}, which is no file"), "remove it");
    violations.extend(hashes.into_iter().map(gone));
    violations
}

/// The path and the hash of a row whose five columns all say something.
fn row(line: &str) -> Option<(&str, &str)> {
    let columns: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [path, what, source, licence, hash] = columns[..] else { return None };
    let code = |column: &'_ str| Some(column.strip_prefix('`')?.strip_suffix('`')?.len()).filter(|&len| len > 0);
    if [what, source, licence].contains(&"") || code(path).is_none() || code(hash).is_none() {
        return None;
    }
    Some((path.trim_matches('`'), hash.trim_matches('`')))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{file, lines};
    use super::*;

    /// The hash of "abc" in FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn found(rows: &str, content: &str) -> Vec<String> {
        let table = file(TABLE, &format!("# Fixtures\n\n| path | what |\n|---|---|\n{rows}"));
        lines(&check(&[table, file("fixtures/a/b.csv", content), file("fixtures/a/README.md", ""), file("other", "")]))
    }

    #[test]
    fn a_fixture_with_its_row_and_hash_is_right() {
        assert!(found(&format!("| `a/b.csv` | x | y | z | `{ABC}` |\n"), "abc").is_empty());
    }

    #[test]
    fn a_fixture_without_row_and_a_row_without_fixture_are_reported() {
        let missing = format!(
            "fixtures/a/b.csv: a fixture without a row of provenance; add one to fixtures/README.md; its sha256 is {ABC}"
        );
        assert_eq!(found("", "abc"), [missing]);
        let rows = format!("| `a/b.csv` | x | y | z | `{ABC}` |\n| `a/c.csv` | x | y | z | `{ABC}` |\n");
        assert_eq!(
            found(&rows, "abc"),
            ["fixtures/README.md: a row for fixtures/a/c.csv, which is no file; remove it"]
        );
        let twice = format!("| `a/b.csv` | x | y | z | `{ABC}` |\n").repeat(2);
        assert_eq!(found(&twice, "abc"), ["fixtures/README.md: two rows for a/b.csv; each fixture has one"]);
        assert_eq!(check(&[]).len(), 1);
    }

    #[test]
    fn a_fixture_that_changed_is_reported() {
        let changed = found(&format!("| `a/b.csv` | x | y | z | `{ABC}` |\n"), "abd");
        assert!(
            matches!(&changed[..], [line] if line.starts_with("fixtures/a/b.csv: its sha256 is a52d159f")),
            "{changed:?}"
        );
    }

    #[test]
    fn a_row_says_all_there_is_to_say() {
        for row in ["| `a/b.csv` | x | y | `h` |", "| `a/b.csv` | x | | z | `h` |", "| `a/b.csv` | x | y | z | h |"] {
            let found = found(row, "abc");
            assert_eq!(found.len(), 2, "{found:?}");
            assert!(found[0].starts_with(&format!("fixtures/README.md: cannot read the row {row}; ")), "{found:?}");
        }
    }
}
