//! What is where.

use std::collections::BTreeSet;

use super::project::{TrackedFile, Violation};
use super::walls::{TOP_LEVEL, TOP_LEVEL_OPTIONAL};
use crate::workspace::Package;

/// Checks the top level, and that folders have their crate's name.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let top: BTreeSet<&str> = files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let is_known = |name: &str| name.starts_with('.') || [TOP_LEVEL, TOP_LEVEL_OPTIONAL].concat().contains(&name);
    let mut violations = Vec::new();
    for name in top.iter().filter(|name| !is_known(name)) {
        let cure = "move it into a crate, or list it in xtask/src/tidy/walls.rs";
        violations.push(Violation::new(name, "does not belong at the top level", cure));
    }
    for name in TOP_LEVEL.iter().filter(|name| !top.contains(*name)) {
        violations.push(Violation::new(name, "is missing", "it belongs at the top level"));
    }
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        if package.folder != format!("crates/{}", package.name) {
            let what = format!("the package is called {}", package.name);
            violations.push(Violation::new(&package.folder, what, "give folder and package one name"));
        }
    }
    violations
}
