//! `cargo xtask tidy`: the rules of this project that neither the compiler nor another tool checks.

mod circles;
mod data;
mod dependencies;
mod layout;
mod project;
mod sources;
mod syntax;
#[cfg(test)]
mod tests;
mod walls;

use crate::workspace::Workspace;
use project::{TrackedFile, Violation};

/// Checks the workspace and prints one line per violation.
///
/// # Errors
///
/// If there is a violation, or a file cannot be read.
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let files = TrackedFile::list(&workspace.root)?;
    let violations = check(&workspace, &files);
    for violation in &violations {
        println!("{violation}");
    }
    anyhow::ensure!(violations.is_empty(), "tidy: {} violations in {} files", violations.len(), files.len());
    println!("tidy: {} files follow the rules", files.len());
    Ok(())
}

fn check(workspace: &Workspace, files: &[TrackedFile]) -> Vec<Violation> {
    let packages = &workspace.packages;
    let mut violations = dependencies::check(packages);
    violations.extend(sources::check(packages, files));
    violations.extend(circles::check(packages, files));
    violations.extend(data::check(files));
    violations.extend(layout::check(packages, files));
    violations.sort();
    violations
}
