//! Who may depend on whom.
//!
//! That versions are in the top manifest only, and that all of them are used, is cargo-deny's to check.

use cargo_metadata::DependencyKind;

use super::project::Violation;
use super::walls::{CRATES, OWNERS, Place};
use crate::workspace::Package;

/// Checks the arrows between our crates, and the owners of foreign ones.
pub(crate) fn check(packages: &[Package]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let Some(place) = Place::of(&package.name) else {
            let what = format!("package {} has no layer", package.name);
            violations.push(Violation::new(&manifest, what, "give it a row in xtask/src/tidy/walls.rs"));
            continue;
        };
        for (name, kind) in &package.dependencies {
            let refused = match Place::of(name) {
                Some(below) => arrow(place, below, *kind == DependencyKind::Development),
                None => owner(&package.name, name),
            };
            violations
                .extend(refused.map(|why| Violation::new(&manifest, format!("has {name} in {}", section(*kind)), why)));
        }
    }
    for (name, _) in CRATES.iter().filter(|(name, _)| !packages.iter().any(|package| package.name == *name)) {
        violations.push(Violation::new("xtask/src/tidy/walls.rs", format!("{name} is no package"), "remove its row"));
    }
    violations
}

fn section(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::Development => "dev-dependencies",
        DependencyKind::Build => "build-dependencies",
        _ => "dependencies",
    }
}

/// Why a crate at `from` may not depend on one at `to`, if so.
fn arrow(from: Place, to: Place, for_tests: bool) -> Option<String> {
    let to_layer = match to {
        Place::Layer(layer) => layer,
        Place::TestHelp if for_tests => return None,
        Place::TestHelp => return Some("helpers for tests belong in dev-dependencies".to_owned()),
        Place::Program(_) | Place::Benches | Place::Tool => return Some("nothing depends on a program".to_owned()),
    };
    match from {
        Place::Tool => Some("a tool depends on none of our crates".to_owned()),
        Place::Layer(layer) | Place::Program(layer) if !for_tests && to_layer >= layer => {
            Some(format!("layer {layer} depends on lower layers only, and this is layer {to_layer}"))
        }
        _ => None,
    }
}

/// Why `package` may not name `dependency`, if so.
fn owner(package: &str, dependency: &str) -> Option<String> {
    let (_, owners) = OWNERS.iter().find(|(owned, _)| *owned == dependency)?;
    (!owners.contains(&package)).then(|| format!("only {} may", owners.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::super::project::made_up::package;
    use super::*;

    /// Checks a package with one dependency; `expected` is empty or what the message ends in.
    #[track_caller]
    fn check_one(name: &str, section: &str, dependency: &str, expected: &str) {
        let mut violations = check(&[package(name, &[(section, dependency)])]);
        violations.retain(|violation| !violation.to_string().ends_with("remove its row"));
        let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
        assert_eq!(lines.len(), usize::from(!expected.is_empty()), "{lines:?}");
        assert!(lines.iter().all(|line| line.ends_with(expected)), "{lines:?}");
    }

    #[test]
    fn arrows_point_to_lower_layers() {
        check_one("galant-tokens", "dependencies", "galant-types", "");
        check_one("galant-cli", "dependencies", "galant-pipeline", "");
        check_one("galant-dice", "dev-dependencies", "galant-tokens", "");
        let same = "crates/galant-dice/Cargo.toml: has galant-tokens in dependencies; \
                    layer 2 depends on lower layers only, and this is layer 2";
        check_one("galant-dice", "dependencies", "galant-tokens", same);
        let up = "depends on lower layers only, and this is layer 4";
        check_one("galant-types", "build-dependencies", "galant-corpus", up);
        check_one(
            "galant-new",
            "dependencies",
            "midly",
            "package galant-new has no layer; give it a row in xtask/src/tidy/walls.rs",
        );
    }

    #[test]
    fn nothing_depends_on_programs_and_only_tests_on_the_testkit() {
        check_one("galant-midi", "dev-dependencies", "galant-cli", "nothing depends on a program");
        check_one("galant-midi", "dev-dependencies", "galant-testkit", "");
        check_one("galant-midi", "dependencies", "galant-testkit", "helpers for tests belong in dev-dependencies");
        check_one("xtask", "dev-dependencies", "galant-types", "a tool depends on none of our crates");
        check_one("galant-benches", "dependencies", "galant-engine", "");
    }

    #[test]
    fn owned_dependencies_are_named_by_their_owners_only() {
        check_one("galant-midi", "dependencies", "midly", "");
        check_one("galant-train", "dependencies", "thiserror", "");
        check_one("galant-tokens", "dev-dependencies", "midly", "has midly in dev-dependencies; only galant-midi may");
    }

    #[test]
    fn a_row_without_a_package_is_reported() {
        let (first, others) = CRATES.split_first().unwrap();
        let packages: Vec<Package> = others.iter().map(|(name, _)| package(name, &[])).collect();
        let expected = format!("xtask/src/tidy/walls.rs: {} is no package; remove its row", first.0);
        assert_eq!(check(&packages).iter().map(Violation::to_string).collect::<Vec<_>>(), [expected]);
    }
}
