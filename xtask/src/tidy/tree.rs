//! What lies where.

use std::collections::BTreeSet;

use super::walls::{TOP_LEVEL, TOP_LEVEL_OPTIONAL};
use super::{TrackedFile, Violation};
use crate::workspace::Package;

/// The top level, a README per crate, and folders that bear their crate's name.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let mut violations = top_level(files);
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        let readme = format!("{}/README.md", package.folder);
        if !files.iter().any(|file| file.path == readme) {
            let allowed = "each crate says there what it is, with an example and its limits";
            violations.push(Violation::new(&readme, "is missing", allowed));
        }
        if package.folder != format!("crates/{}", package.name) {
            let what = format!("the package is called {}", package.name);
            violations.push(Violation::new(&package.folder, what, "folder and package have one name"));
        }
    }
    violations
}

fn top_level(files: &[TrackedFile]) -> Vec<Violation> {
    let first = |file: &TrackedFile| file.path.split('/').next().unwrap_or_default().to_owned();
    let present: BTreeSet<String> = files.iter().map(first).collect();
    let known = |name: &str| name.starts_with('.') || TOP_LEVEL.contains(&name) || TOP_LEVEL_OPTIONAL.contains(&name);
    let strange = present.iter().filter(|name| !known(name)).map(|name| {
        let allowed =
            format!("there are {}, dot files, and if needed {}", TOP_LEVEL.join(", "), TOP_LEVEL_OPTIONAL.join(", "));
        Violation::new(name, "does not belong at the top level", allowed)
    });
    let missing = TOP_LEVEL.iter().filter(|name| !present.contains(**name));
    let missing = missing.map(|name| Violation::new(name, "is missing", "the top level holds it"));
    strange.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{file, lines};
    use super::*;

    fn top(extra: &[&str]) -> Vec<TrackedFile> {
        let paths = TOP_LEVEL.iter().chain(extra).copied();
        paths.map(|path| file(path, "")).collect()
    }

    #[test]
    fn the_top_level_holds_what_is_listed() {
        assert!(check(&[], &top(&[".gitignore", ".ci/run", "rustfmt.toml", "crates/a/b"])).is_empty());
        let strange = lines(&check(&[], &top(&["notes.txt", "src/main.rs"])));
        assert_eq!(strange.len(), 2);
        assert!(
            strange[0].starts_with("notes.txt: does not belong at the top level; there are Cargo.toml, "),
            "{strange:?}"
        );
        let without_readme: Vec<TrackedFile> = top(&[]).into_iter().filter(|file| file.path != "README.md").collect();
        assert_eq!(lines(&check(&[], &without_readme)), ["README.md: is missing; the top level holds it"]);
    }

    #[test]
    fn a_crate_has_a_readme_and_its_folders_name() {
        let package = |folder: &str| Package {
            name: "galant-a".to_owned(),
            folder: folder.to_owned(),
            dependencies: vec![],
            crate_roots: vec![],
        };
        let files = top(&["crates/galant-a/README.md"]);
        assert!(check(&[package("crates/galant-a")], &files).is_empty());
        let missing =
            "crates/galant-a/README.md: is missing; each crate says there what it is, with an example and its limits";
        assert_eq!(lines(&check(&[package("crates/galant-a")], &top(&[]))), [missing]);
        let found = lines(&check(&[package("crates/a")], &top(&["crates/a/README.md"])));
        assert_eq!(found, ["crates/a: the package is called galant-a; folder and package have one name"]);
    }
}
