//! What comes from outside: licences, places, and programs that run while building.

use std::collections::BTreeSet;

use anyhow::Context;
use serde_json::Value;

use super::walls::BUILD_SCRIPTS;
use super::{TrackedFile, Violation};
use crate::command::Task;
use crate::workspace::Workspace;

/// The only place that packages may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks the lock file and, where cargo knows all packages without asking the network, what each says of itself.
pub(crate) fn check(workspace: &Workspace, files: &[TrackedFile]) -> anyhow::Result<Vec<Violation>> {
    let text = |path: &str| files.iter().find(|file| file.path == path).and_then(TrackedFile::text).unwrap_or_default();
    let mut violations = sources(text("Cargo.lock"));
    let allowed = allowed_licences(text("deny.toml"));
    match packages(workspace) {
        Ok(packages) => violations.extend(packages.iter().filter_map(|package| judge(package, &allowed))),
        Err(_) => println!("skipped: licences and build scripts, for not all packages are on this machine yet"),
    }
    Ok(violations)
}

/// The packages in the lock file that come from elsewhere.
fn sources(lock: &str) -> Vec<Violation> {
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = \"")?.strip_suffix('"'));
    let foreign: BTreeSet<&str> = sources.filter(|source| *source != REGISTRY).collect();
    let violation = |source: &&str| {
        Violation::new("Cargo.lock", format!("a package comes from {source}"), "all come from crates.io")
    };
    foreign.iter().map(violation).collect()
}

/// The list of licences in deny.toml, which cargo-deny reads too.
fn allowed_licences(deny: &str) -> Vec<&str> {
    let list =
        deny.split_once("[licenses]").and_then(|(_, rest)| rest.split_once("allow = [")).map_or("", |(_, rest)| rest);
    let list = list.split(']').next().unwrap_or_default();
    list.split(',').filter_map(|entry| entry.trim().strip_prefix('"')?.strip_suffix('"')).collect()
}

/// A foreign package.
struct Foreign {
    name: String,
    licence: String,
    has_build_script: bool,
}

/// The foreign packages that are built on this kind of machine, with all features of ours that need nothing installed.
fn packages(workspace: &Workspace) -> anyhow::Result<Vec<Foreign>> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Task::new("rustc", rustc).args(["-vV"]).output()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let args = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&Task::cargo(&args).within(&workspace.root).output()?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let foreign = packages.iter().filter(|package| !package["source"].is_null());
    let read = |package: &Value| {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let targets = package["targets"].as_array().into_iter().flatten();
        let kinds = targets.flat_map(|target| target["kind"].as_array().into_iter().flatten());
        let has_build_script = kinds.into_iter().any(|kind| kind == "custom-build");
        Foreign { name: text("name"), licence: text("license"), has_build_script }
    };
    Ok(foreign.map(read).collect())
}

/// What is wrong with a package, if anything.
fn judge(package: &Foreign, allowed: &[&str]) -> Option<Violation> {
    let Foreign { name, licence, has_build_script } = package;
    if !is_allowed(licence, allowed) {
        let what = format!("{name} is under '{licence}'");
        return Some(Violation::new("Cargo.lock", what, format!("deny.toml allows {}", allowed.join(", "))));
    }
    let is_reviewed = BUILD_SCRIPTS.contains(&name.as_str());
    (*has_build_script && !is_reviewed).then(|| {
        let allowed = "read it: one that downloads nothing gets a row in xtask/src/tidy/walls.rs";
        Violation::new("Cargo.lock", format!("{name} runs a program of its own while building"), allowed)
    })
}

/// Whether an SPDX expression leaves a choice of allowed licences; old packages write a stroke for OR.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().peekable();
    let allows = any_of(&mut tokens, allowed);
    allows && tokens.next().is_none()
}

type Tokens<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(tokens: &mut Tokens<'_>, allowed: &[&str]) -> bool {
    let mut allows = all_of(tokens, allowed);
    while tokens.next_if_eq(&"OR").is_some() {
        allows |= all_of(tokens, allowed);
    }
    allows
}

fn all_of(tokens: &mut Tokens<'_>, allowed: &[&str]) -> bool {
    let mut allows = one(tokens, allowed);
    while tokens.next_if_eq(&"AND").is_some() {
        allows &= one(tokens, allowed);
    }
    allows
}

fn one(tokens: &mut Tokens<'_>, allowed: &[&str]) -> bool {
    if tokens.next_if_eq(&"(").is_some() {
        return any_of(tokens, allowed) && tokens.next() == Some(")");
    }
    let Some(licence) = tokens.next() else { return false };
    match tokens.next_if_eq(&"WITH").and_then(|_| tokens.next()) {
        Some(exception) => allowed.contains(&format!("{licence} WITH {exception}").as_str()),
        None => allowed.contains(&licence),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn packages_come_from_crates_io() {
        let lock = |source: &str| format!("[[package]]\nname = \"a\"\nsource = \"{source}\"\n");
        assert!(sources(&lock(REGISTRY)).is_empty());
        let expected = "Cargo.lock: a package comes from git+https://example.org/a; all come from crates.io";
        assert_eq!(lines(&sources(&lock("git+https://example.org/a"))), [expected]);
    }

    #[test]
    fn one_of_the_licences_offered_must_be_allowed() {
        let allowed = allowed_licences(
            "allow = [\"no\"]\n[licenses]\nallow = [\n    \"MIT\",\n    \"Zlib\",\n    \"A WITH B\",\n]\n",
        );
        assert_eq!(allowed, ["MIT", "Zlib", "A WITH B"]);
        for good in
            ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(GPL-3.0 OR MIT) AND Zlib", "A WITH B OR X", "X OR A WITH B"]
        {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR X) AND MIT", "A", "MIT WITH B", "MIT MIT", "(MIT"] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn licences_and_build_scripts_are_named() {
        let package = |name: &str, licence: &str, has_build_script| Foreign {
            name: name.to_owned(),
            licence: licence.to_owned(),
            has_build_script,
        };
        let judged = |package: Foreign| lines(&judge(&package, &["MIT"]).into_iter().collect::<Vec<_>>());
        assert!(judged(package("a", "MIT", false)).is_empty());
        assert!(judged(package(BUILD_SCRIPTS[0], "MIT", true)).is_empty());
        assert_eq!(
            judged(package("a", "AGPL-3.0", false)),
            ["Cargo.lock: a is under 'AGPL-3.0'; deny.toml allows MIT"]
        );
        let said = judged(package("a", "MIT", true));
        assert!(said[0].starts_with("Cargo.lock: a runs a program of its own while building; read it"), "{said:?}");
    }
}
