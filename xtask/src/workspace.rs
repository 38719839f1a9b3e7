//! What cargo and git know of this workspace.

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
    /// Its folder below the top one, separated by slashes.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// The root files of its library and its programs, below the top folder.
    pub(crate) crate_roots: Vec<String>,
}

/// A crate that a member's manifest names.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dependencies`, `build-dependencies` or `dev-dependencies`.
    pub(crate) section: String,
}

impl Workspace {
    /// Asks cargo about the workspace this program was built in.
    pub(crate) fn load() -> anyhow::Result<Workspace> {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&folder).join("Cargo.toml");
        let ask = Task::cargo(&["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).args([&manifest]);
        let metadata: Value = serde_json::from_str(&ask.output()?).context("reading what cargo metadata wrote")?;
        let root = PathBuf::from(text(&metadata["workspace_root"])?);
        let packages = list(&metadata["packages"]).map(|package| read_package(package, &root));
        let packages = packages.collect::<anyhow::Result<_>>()?;
        Ok(Workspace { target: PathBuf::from(text(&metadata["target_directory"])?), packages, root })
    }

    /// Where cargo puts a program that it builds with `--release`.
    pub(crate) fn release_program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A folder under the build folder that exists and is empty: what an earlier run left must not pass for new output.
    pub(crate) fn empty_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.target.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        Ok(folder)
    }
}

fn read_package(package: &Value, root: &Path) -> anyhow::Result<Package> {
    let read_dependency = |dependency: &Value| {
        let prefix = dependency["kind"].as_str().map_or(String::new(), |kind| format!("{kind}-"));
        anyhow::Ok(Dependency { name: text(&dependency["name"])?, section: format!("{prefix}dependencies") })
    };
    let is_root = |target: &&Value| list(&target["kind"]).any(|kind| kind == "lib" || kind == "bin");
    let crate_roots = list(&package["targets"]).filter(is_root).map(|target| below(root, &target["src_path"]));
    Ok(Package {
        name: text(&package["name"])?,
        folder: below(root, &package["manifest_path"])?.trim_end_matches("/Cargo.toml").to_owned(),
        dependencies: list(&package["dependencies"]).map(read_dependency).collect::<anyhow::Result<_>>()?,
        crate_roots: crate_roots.collect::<anyhow::Result<_>>()?,
    })
}

/// A path below the top folder, separated by slashes on every system.
fn below(root: &Path, path: &Value) -> anyhow::Result<String> {
    let path = text(path)?;
    let relative = Path::new(&path).strip_prefix(root).with_context(|| format!("{path} is outside the workspace"))?;
    Ok(relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

fn text(value: &Value) -> anyhow::Result<String> {
    Ok(value.as_str().with_context(|| format!("cargo metadata has {value} instead of text"))?.to_owned())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
