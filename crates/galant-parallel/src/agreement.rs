//! What all processes of a training must have alike.

use thiserror::Error;

/// Two processes differ in something that decides the bits of a training.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "rank {rank} differs from rank 0: its {what} is {found}, and that of rank 0 is {expected}; start the same program with the \
     same music on the same kind of CPU everywhere"
)]
pub struct Disagreement {
    /// The first process that differs from the first one.
    pub rank: usize,
    /// In what.
    pub what: String,
    /// What it has.
    pub found: String,
    /// What the first one has.
    pub expected: String,
}

/// Facts as a text that [`compare`] reads: a line for each.
pub(crate) fn text(facts: &[(&str, String)]) -> String {
    let line = |(what, fact): &(&str, String)| format!("{what}\t{}\n", fact.replace(['\n', '\t'], " "));
    facts.iter().map(line).collect()
}

/// Compares the facts of all processes with those of the first.
///
/// # Errors
///
/// Names the first process that differs, and in what.
pub(crate) fn compare(texts: &[String]) -> Result<(), Disagreement> {
    let Some((first, others)) = texts.split_first() else { return Ok(()) };
    for (rank, text) in (1..).zip(others) {
        if text == first {
            continue;
        }
        // A process of another version may have other facts, or none.
        let n_lines = first.lines().count().max(text.lines().count());
        let (mut expected, mut found) = (first.lines(), text.lines());
        for _ in 0..n_lines {
            let (expected, found) = (expected.next().unwrap_or_default(), found.next().unwrap_or_default());
            if expected != found {
                let what = expected.split('\t').next().unwrap_or_default();
                let fact = |line: &str| line.split_once('\t').map_or("unknown", |(_, fact)| fact).to_owned();
                let (found, expected) = (fact(found), fact(expected));
                return Err(Disagreement { rank, what: what.to_owned(), found, expected });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(version: &str, cpu: &str) -> String {
        text(&[("version", version.to_owned()), ("CPU level", cpu.to_owned())])
    }

    #[test]
    fn processes_that_have_all_alike_agree() {
        assert_eq!(compare(&[]), Ok(()));
        assert_eq!(compare(&[facts("1", "avx2")]), Ok(()));
        assert_eq!(compare(&[facts("1", "avx2"), facts("1", "avx2"), facts("1", "avx2")]), Ok(()));
    }

    #[test]
    fn the_first_process_that_differs_is_named_and_in_what() {
        let error = compare(&[facts("1", "avx2"), facts("1", "avx2"), facts("1", "avx512f"), facts("2", "avx2")]);
        assert_eq!(
            error.unwrap_err().to_string(),
            "rank 2 differs from rank 0: its CPU level is avx512f, and that of rank 0 is avx2; start the same program with \
             the same music on the same kind of CPU everywhere"
        );
    }

    #[test]
    fn a_fact_of_several_lines_does_not_shift_the_others() {
        let with =
            |settings: &str, cpu: &str| text(&[("settings", settings.to_owned()), ("CPU level", cpu.to_owned())]);
        let error = compare(&[with("a\nb", "x"), with("a\nb", "y")]).unwrap_err();
        assert_eq!((error.rank, error.what.as_str(), error.found.as_str()), (1, "CPU level", "y"));
    }

    #[test]
    fn a_process_that_knows_fewer_facts_differs() {
        let error = compare(&[facts("1", "avx2"), String::new()]).unwrap_err();
        assert_eq!((error.what.as_str(), error.found.as_str(), error.expected.as_str()), ("version", "unknown", "1"));
    }
}
