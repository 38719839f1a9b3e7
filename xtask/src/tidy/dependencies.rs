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
            violations.extend(
                refused.map(|why| Violation::new(&manifest, format!("has {name} as a {kind} dependency"), why)),
            );
        }
    }
    for (name, _) in CRATES.iter().filter(|(name, _)| !packages.iter().any(|package| package.name == *name)) {
        violations.push(Violation::new("xtask/src/tidy/walls.rs", format!("{name} is no package"), "remove its row"));
    }
    violations
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
