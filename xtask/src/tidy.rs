//! `cargo xtask tidy`: the rules of the house that a compiler does not check.

mod fixtures;
mod manifests;
mod sources;
mod supply;
mod tree;
mod walls;

use std::fmt;
use std::path::Path;

use anyhow::Context;

use crate::command::Task;
use crate::workspace::Workspace;

/// Checks the workspace and prints each violation on a line of its own.
///
/// # Errors
///
/// If there is a violation, or a file cannot be read.
pub(crate) fn run() -> anyhow::Result<()> {
    let (n_files, violations) = check()?;
    for violation in &violations {
        println!("{violation}");
    }
    anyhow::ensure!(violations.is_empty(), "tidy: {} violations in {n_files} files", violations.len());
    println!("tidy: {n_files} files keep the rules");
    Ok(())
}

/// How many files there are, and what is wrong with them.
fn check() -> anyhow::Result<(usize, Vec<Violation>)> {
    let workspace = Workspace::load()?;
    let files = tracked_files(&workspace.root)?;
    let packages = &workspace.packages;
    let mut violations = manifests::check(packages, &files);
    violations.extend(sources::check(packages, &files));
    violations.extend(fixtures::check(&files));
    violations.extend(tree::check(packages, &files));
    violations.extend(supply::check(&workspace, &files)?);
    violations.sort();
    Ok((files.len(), violations))
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    /// The file, under the top folder.
    file: String,
    /// What is wrong with it.
    what: String,
    /// What would be right.
    allowed: String,
}

impl Violation {
    fn new(file: &str, what: impl Into<String>, allowed: impl Into<String>) -> Violation {
        Violation { file: file.to_owned(), what: what.into(), allowed: allowed.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.what, self.allowed)
    }
}

/// A file of the project.
pub(crate) struct TrackedFile {
    /// Under the top folder, parted by slashes.
    path: String,
    bytes: Vec<u8>,
}

impl TrackedFile {
    /// The content, if it is text.
    fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }
}

/// The files that git tracks; where there is no git, as in an unpacked archive, all but what builds leave behind.
fn tracked_files(root: &Path) -> anyhow::Result<Vec<TrackedFile>> {
    let listed = Task::new("git", "git").args(["ls-files", "-z"]).within(root).output();
    let mut paths: Vec<String> =
        listed.iter().flat_map(|listed| listed.split_terminator('\0')).map(str::to_owned).collect();
    // Neither is there where the folder lies in a checkout of something else.
    if !paths.iter().any(|path| path == "Cargo.toml") {
        paths.clear();
        walk(root, "", &mut paths)?;
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let full = root.join(&path);
        // A file that is deleted, but still in git's index, is no longer part of the project.
        if full.is_file() {
            let bytes = std::fs::read(&full).with_context(|| format!("reading {path}"))?;
            files.push(TrackedFile { path, bytes });
        }
    }
    Ok(files)
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(root.join(folder)).with_context(|| format!("reading folder '{folder}'"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if !entry.file_type()?.is_dir() {
            paths.push(path);
        } else if ![".git", "target", "out"].contains(&path.as_str()) {
            walk(root, &path, paths)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_tidy() {
        let (n_files, violations) = check().unwrap();
        assert!(n_files > 20, "only {n_files} files were looked at");
        let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
        assert!(lines.is_empty(), "{} violations:\n{}", lines.len(), lines.join("\n"));
    }

    #[test]
    fn walking_finds_the_files_that_git_lists() {
        let root = Workspace::load().unwrap().root;
        let mut walked = Vec::new();
        walk(&root, "", &mut walked).unwrap();
        assert!(walked.contains(&"xtask/src/tidy.rs".to_owned()));
        assert!(walked.iter().all(|path| !path.starts_with("target/") && !path.starts_with(".git/")));
    }

    /// Made-up files for the tests of the rules.
    pub(crate) fn file(path: &str, text: &str) -> TrackedFile {
        TrackedFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    /// The violations as printed.
    pub(crate) fn lines(violations: &[Violation]) -> Vec<String> {
        violations.iter().map(Violation::to_string).collect()
    }
}
