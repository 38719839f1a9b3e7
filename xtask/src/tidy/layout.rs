//! What is where.

use std::collections::BTreeSet;

use super::project::{TrackedFile, Violation};
use super::walls::{TOP_LEVEL, TOP_LEVEL_OPTIONAL};
use crate::workspace::Package;

/// Checks the top level, that folders have their crate's name, and that every library begins with an example.
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
        let roots = package.crate_roots.iter().filter(|root| root.ends_with("/lib.rs"));
        for root in roots.filter(|root| files.iter().any(|file| file.path == **root && !begins_with_example(file))) {
            let cure = "write one into the documentation of the crate, which `cargo test` runs";
            violations.push(Violation::new(root, "has no example", cure));
        }
    }
    violations
}

/// Whether the documentation at the top of a library has a program.
fn begins_with_example(file: &TrackedFile) -> bool {
    let text = file.text().unwrap_or_default();
    let of_crate = text.split("\nmod ").next().unwrap_or_default();
    of_crate.lines().any(|line| line.trim_start_matches("//! ").starts_with("```"))
}
