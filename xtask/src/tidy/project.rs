//! The files of the project, and what a check says about them.

use std::fmt;
use std::path::Path;

use anyhow::Context;
use xshell::{Shell, cmd};

/// One broken rule.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    /// The file, below the top folder.
    file: String,
    /// What is wrong with it.
    what: String,
    /// What to do.
    cure: String,
}

impl Violation {
    pub(crate) fn new(file: &str, what: impl Into<String>, cure: impl Into<String>) -> Violation {
        Violation { file: file.to_owned(), what: what.into(), cure: cure.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.what, self.cure)
    }
}

/// A file of the project.
pub(crate) struct TrackedFile {
    /// Below the top folder, separated by slashes.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl TrackedFile {
    /// The files that git tracks; without git, as in an unpacked archive, all files but what builds leave behind.
    pub(crate) fn list(root: &Path) -> anyhow::Result<Vec<TrackedFile>> {
        let sh = Shell::new()?;
        let listed = cmd!(sh, "git -C {root} ls-files -z").ignore_stderr().read().unwrap_or_default();
        let mut paths: Vec<String> = listed.split_terminator('\0').map(str::to_owned).collect();
        // The folder may also be an untracked one in a checkout of something else.
        if !paths.iter().any(|path| path == "Cargo.toml") {
            paths.clear();
            walk(root, "", &mut paths)?;
        }
        paths.sort();
        // A file that is deleted, but still in git's index, is no longer part of the project.
        paths.retain(|path| root.join(path).is_file());
        let read = |path: String| {
            let bytes = std::fs::read(root.join(&path)).with_context(|| format!("reading {path}"))?;
            Ok(TrackedFile { path, bytes })
        };
        paths.into_iter().map(read).collect()
    }

    /// The content, if it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }

    /// The text of a Rust source.
    pub(crate) fn rust(&self) -> Option<&str> {
        self.text().filter(|_| self.path.ends_with(".rs"))
    }

    /// Whether the file is part of the tests of a crate.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }
}

pub(super) fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(root.join(folder)).with_context(|| format!("reading folder '{folder}'"))? {
        let entry = entry?;
        let path = format!("{folder}{}", entry.file_name().to_string_lossy());
        if !entry.file_type()?.is_dir() {
            paths.push(path);
        } else if ![".git", "target", "out", "fuzz/target", "web/build", "web/node_modules"].contains(&path.as_str()) {
            walk(root, &format!("{path}/"), paths)?;
        }
    }
    Ok(())
}
