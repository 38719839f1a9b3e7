//! What cargo knows of this workspace.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use crate::command::Task;

/// The part of `cargo metadata` that the tasks need.
pub(crate) struct Workspace {
    /// The top folder.
    pub(crate) root: PathBuf,
    /// Where builds go, with `CARGO_TARGET_DIR` and cargo's configuration taken into account.
    pub(crate) target: PathBuf,
    /// The members.
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder under the top one, parted by slashes.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// The root files of its library and its programs, under the top folder.
    pub(crate) crate_roots: Vec<String>,
}

/// A crate that a member's manifest names.
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// Which builds need a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

impl Workspace {
    /// Asks cargo, from where the caller stands, about the workspace this program was built in.
    pub(crate) fn load() -> anyhow::Result<Workspace> {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&folder).join("Cargo.toml");
        let ask = Task::cargo(&["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).args([&manifest]);
        let metadata: Value = serde_json::from_str(&ask.output()?).context("reading what cargo metadata wrote")?;
        Workspace::from_metadata(&metadata)
    }

    fn from_metadata(metadata: &Value) -> anyhow::Result<Workspace> {
        let root = PathBuf::from(text(metadata, "workspace_root")?);
        let packages = list(metadata, "packages")?.iter().map(|package| read_package(package, &root));
        Ok(Workspace {
            target: PathBuf::from(text(metadata, "target_directory")?),
            packages: packages.collect::<anyhow::Result<Vec<Package>>>()?,
            root,
        })
    }
}

fn read_package(package: &Value, root: &Path) -> anyhow::Result<Package> {
    let manifest = PathBuf::from(text(package, "manifest_path")?);
    let dependencies = list(package, "dependencies")?.iter().map(|dependency| {
        let kind = match dependency["kind"].as_str() {
            None => Kind::Normal,
            Some("build") => Kind::Build,
            Some("dev") => Kind::Dev,
            Some(other) => anyhow::bail!("cargo metadata: unknown kind of dependency '{other}'"),
        };
        Ok(Dependency { name: text(dependency, "name")?.to_owned(), kind })
    });
    let mut crate_roots = Vec::new();
    for target in list(package, "targets")? {
        let kinds = list(target, "kind")?;
        if kinds.iter().any(|kind| kind == "lib" || kind == "bin") {
            crate_roots.push(below(root, Path::new(text(target, "src_path")?))?);
        }
    }
    Ok(Package {
        name: text(package, "name")?.to_owned(),
        folder: below(root, manifest.parent().context("cargo metadata: a manifest without a folder")?)?,
        dependencies: dependencies.collect::<anyhow::Result<Vec<Dependency>>>()?,
        crate_roots,
    })
}

/// The path under the top folder, parted by slashes on every system.
fn below(root: &Path, path: &Path) -> anyhow::Result<String> {
    let relative = path.strip_prefix(root).with_context(|| format!("{} is outside the workspace", path.display()))?;
    Ok(relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

fn text<'a>(object: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    object[key].as_str().with_context(|| format!("cargo metadata has no text '{key}'"))
}

fn list<'a>(object: &'a Value, key: &str) -> anyhow::Result<&'a Vec<Value>> {
    object[key].as_array().with_context(|| format!("cargo metadata has no list '{key}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_knows_its_members() {
        let workspace = Workspace::load().unwrap();
        let xtask = workspace.packages.iter().find(|package| package.name == "xtask").unwrap();
        assert_eq!((xtask.folder.as_str(), xtask.crate_roots.as_slice()), ("xtask", &["xtask/src/main.rs".into()][..]));
        assert!(xtask.dependencies.iter().any(|d| d.name == "serde_json" && d.kind == Kind::Normal));
        let dice = workspace.packages.iter().find(|package| package.name == "galant-dice").unwrap();
        assert_eq!(dice.folder, "crates/galant-dice");
        assert!(dice.dependencies.iter().any(|d| d.name == "proptest" && d.kind == Kind::Dev));
    }
}
