//! Who depends on whom, and where versions stand.

use super::walls::{CRATES, OWNERS, Place};
use super::{TrackedFile, Violation};
use crate::workspace::{Dependency, Kind, Package};

/// The arrows between our crates, the owners of foreign ones, and versions in the top manifest only.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let Some(place) = place_of(&package.name) else {
            let what = format!("package {} has no place in the layers", package.name);
            violations.push(Violation::new(&manifest, what, "give it a row in xtask/src/tidy/walls.rs"));
            continue;
        };
        for dependency in &package.dependencies {
            let refused = match place_of(&dependency.name) {
                Some(below) => arrow(place, below, dependency.kind),
                None => owner(&package.name, &dependency.name),
            };
            if let Some(allowed) = refused {
                violations.push(Violation::new(&manifest, names(dependency), allowed));
            }
        }
        if let Some(text) = files.iter().find(|file| file.path == manifest).and_then(TrackedFile::text) {
            violations.extend(versions(&manifest, text));
        }
    }
    violations
}

fn place_of(name: &str) -> Option<Place> {
    CRATES.iter().find(|(listed, _)| *listed == name).map(|&(_, place)| place)
}

fn names(dependency: &Dependency) -> String {
    let section = match dependency.kind {
        Kind::Normal => "dependencies",
        Kind::Build => "build-dependencies",
        Kind::Dev => "dev-dependencies",
    };
    format!("names {} under {section}", dependency.name)
}

/// What is allowed instead, if a crate at `from` may not depend on one at `to`.
fn arrow(from: Place, to: Place, kind: Kind) -> Option<String> {
    let to_layer = match to {
        Place::Layer(layer) => layer,
        Place::TestHelp if kind == Kind::Dev => return None,
        Place::TestHelp => return Some("helpers for tests belong under dev-dependencies".to_owned()),
        Place::Program(_) | Place::Benches | Place::Tool => return Some("nothing depends on a program".to_owned()),
    };
    match (from, kind) {
        (Place::Tool, _) => Some("a tool depends on none of our crates".to_owned()),
        (_, Kind::Dev) | (Place::TestHelp | Place::Benches, _) => None,
        (Place::Layer(layer) | Place::Program(layer), _) => (to_layer >= layer)
            .then(|| format!("layer {layer} depends on lower layers only, and this is layer {to_layer}")),
    }
}

/// What is allowed instead, if `package` may not name `dependency`.
fn owner(package: &str, dependency: &str) -> Option<String> {
    let (_, owners) = OWNERS.iter().find(|(owned, _)| *owned == dependency)?;
    (!owners.contains(&package)).then(|| format!("only {} may", owners.join(", ")))
}

/// A member's manifest takes every dependency from the workspace, where its version stands once.
fn versions(manifest: &str, text: &str) -> Vec<Violation> {
    let allowed =
        "write `name.workspace = true`; the version stands under [workspace.dependencies] of the top manifest";
    let mut violations = Vec::new();
    let mut listing = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(section) = line.strip_prefix('[').filter(|_| !line.contains('=')) {
            let section = section.trim_end_matches(']');
            listing = section.ends_with("dependencies");
            if section.contains("dependencies.") {
                violations.push(Violation::new(manifest, format!("has a table {line}"), allowed));
            }
        } else if listing && line.contains('=') && !line.replace(' ', "").contains("workspace=true") {
            violations.push(Violation::new(manifest, format!("says `{line}`"), allowed));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tests::{file, lines};
    use super::*;

    #[track_caller]
    fn check_one(package: &str, dependency: &str, kind: Kind, expected: &[&str]) {
        let package = Package {
            name: package.to_owned(),
            folder: format!("crates/{package}"),
            dependencies: vec![Dependency { name: dependency.to_owned(), kind }],
            crate_roots: vec![],
        };
        assert_eq!(lines(&check(&[package], &[])), expected);
    }

    #[test]
    fn arrows_point_to_lower_layers() {
        check_one("galant-tokens", "galant-types", Kind::Normal, &[]);
        check_one("galant-cli", "galant-engine", Kind::Normal, &[]);
        let same = "crates/galant-dice/Cargo.toml: names galant-tokens under dependencies; \
                    layer 2 depends on lower layers only, and this is layer 2";
        check_one("galant-dice", "galant-tokens", Kind::Normal, &[same]);
        check_one("galant-dice", "galant-tokens", Kind::Dev, &[]);
        let up = "crates/galant-types/Cargo.toml: names galant-train under build-dependencies; \
                  layer 1 depends on lower layers only, and this is layer 3";
        check_one("galant-types", "galant-train", Kind::Build, &[up]);
    }

    #[test]
    fn nothing_depends_on_programs_and_only_tests_on_the_testkit() {
        let program =
            "crates/galant-midi/Cargo.toml: names galant-cli under dev-dependencies; nothing depends on a program";
        check_one("galant-midi", "galant-cli", Kind::Dev, &[program]);
        check_one("galant-midi", "galant-testkit", Kind::Dev, &[]);
        let helpers = "crates/galant-midi/Cargo.toml: names galant-testkit under dependencies; \
                       helpers for tests belong under dev-dependencies";
        check_one("galant-midi", "galant-testkit", Kind::Normal, &[helpers]);
        let tool =
            "crates/xtask/Cargo.toml: names galant-types under dev-dependencies; a tool depends on none of our crates";
        check_one("xtask", "galant-types", Kind::Dev, &[tool]);
        check_one("galant-benches", "galant-engine", Kind::Normal, &[]);
    }

    #[test]
    fn owned_dependencies_are_named_by_their_owners_only() {
        check_one("galant-midi", "midly", Kind::Normal, &[]);
        check_one("galant-train", "thiserror", Kind::Normal, &[]);
        let midly = "crates/galant-tokens/Cargo.toml: names midly under dev-dependencies; only galant-midi may";
        check_one("galant-tokens", "midly", Kind::Dev, &[midly]);
        let serde =
            "crates/galant-types/Cargo.toml: names serde under dependencies; only galant-checkpoint, galant-cli may";
        check_one("galant-types", "serde", Kind::Normal, &[serde]);
    }

    #[test]
    fn a_crate_without_a_place_is_reported() {
        let expected = "crates/galant-new/Cargo.toml: package galant-new has no place in the layers; \
                        give it a row in xtask/src/tidy/walls.rs";
        check_one("galant-new", "midly", Kind::Normal, &[expected]);
    }

    #[test]
    fn versions_and_paths_stand_in_the_top_manifest_only() {
        let manifest = "[package]\nversion = \"1\"\n[dependencies]\n# a = 1\nthiserror.workspace = true\n\
                        serde = { workspace = true, features = [\"derive\"] }\n";
        assert_eq!(versions("m", manifest), []);
        for wrong in ["rand = \"0.10\"", "galant-types = { path = \"../galant-types\" }"] {
            let violations = versions("m", &format!("[dev-dependencies]\n{wrong}\n[features]\nx = []\n"));
            assert_eq!(violations.len(), 1, "{wrong}");
            assert_eq!(violations[0].what, format!("says `{wrong}`"));
        }
        assert_eq!(versions("m", "[target.'cfg(unix)'.dependencies]\nlibc = \"1\"").len(), 1);
        assert_eq!(versions("m", "[dependencies.rand]\nworkspace = true").len(), 1);
        let package = Package {
            name: "galant-types".to_owned(),
            folder: "crates/galant-types".to_owned(),
            dependencies: vec![],
            crate_roots: vec![],
        };
        let manifest = file("crates/galant-types/Cargo.toml", "[dependencies]\nlibm = \"1\"");
        assert_eq!(check(&[package], &[manifest]).len(), 1);
    }
}
