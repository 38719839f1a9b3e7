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

#[cfg(test)]
mod tests {
    use super::super::project::made_up::{file, lines, package};
    use super::*;

    fn top(extra: &[&str]) -> Vec<TrackedFile> {
        TOP_LEVEL.iter().chain(extra).map(|path| file(path, "")).collect()
    }

    #[test]
    fn the_top_level_holds_what_is_listed() {
        assert!(check(&[], &top(&[".gitignore", ".ci/run", "rustfmt.toml", "crates/a/b"])).is_empty());
        let strange = lines(&check(&[], &top(&["notes.txt", "src/main.rs"])));
        assert_eq!(strange.len(), 2);
        assert!(strange[0].starts_with("notes.txt: does not belong at the top level; "), "{strange:?}");
        let without_readme: Vec<TrackedFile> = top(&[]).into_iter().filter(|file| file.path != "README.md").collect();
        assert_eq!(lines(&check(&[], &without_readme)), ["README.md: is missing; it belongs at the top level"]);
    }

    #[test]
    fn a_crate_has_its_folders_name() {
        assert!(check(&[package("galant-a", &[])], &top(&[])).is_empty());
        let renamed = Package { folder: "crates/a".to_owned(), ..package("galant-a", &[]) };
        let expected = "crates/a: the package is called galant-a; give folder and package one name";
        assert_eq!(lines(&check(&[renamed], &top(&[]))), [expected]);
    }
}
