//! What cargo knows of this workspace.

use std::path::{Path, PathBuf};

use anyhow::Context;
use cargo_metadata::{DependencyKind, MetadataCommand, camino::Utf8Path};
use xshell::Shell;

/// The part of `cargo metadata` that the tasks need, and a shell in the current folder.
pub(crate) struct Workspace {
    /// The top folder.
    pub(crate) root: PathBuf,
    /// Where builds go, with `CARGO_TARGET_DIR` and cargo's configuration taken into account.
    pub(crate) target: PathBuf,
    /// The members.
    pub(crate) packages: Vec<Package>,
    pub(crate) sh: Shell,
}

/// A member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder below the top one, separated by slashes.
    pub(crate) folder: String,
    /// The names of the crates that its manifest names, with their sections.
    pub(crate) dependencies: Vec<(String, DependencyKind)>,
    /// The root files of its library and its programs, below the top folder.
    pub(crate) crate_roots: Vec<String>,
}

impl Workspace {
    /// Asks cargo about the workspace this program was built in.
    pub(crate) fn load() -> anyhow::Result<Workspace> {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let metadata = MetadataCommand::new().manifest_path(Path::new(&folder).join("Cargo.toml")).no_deps().exec()?;
        // Separated by slashes on every system.
        let below = |path: &Utf8Path| {
            let relative = path.strip_prefix(&metadata.workspace_root).context("a package outside the workspace")?;
            anyhow::Ok(relative.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/"))
        };
        let package = |package: &cargo_metadata::Package| {
            let roots = package.targets.iter().filter(|target| target.is_lib() || target.is_rlib() || target.is_bin());
            anyhow::Ok(Package {
                name: package.name.to_string(),
                folder: below(package.manifest_path.parent().context("a manifest is in a folder")?)?,
                dependencies: package.dependencies.iter().map(|found| (found.name.clone(), found.kind)).collect(),
                crate_roots: roots.map(|target| below(&target.src_path)).collect::<anyhow::Result<_>>()?,
            })
        };
        let packages = metadata.packages.iter().map(package).collect::<anyhow::Result<_>>()?;
        let (root, target) = (metadata.workspace_root.clone().into(), metadata.target_directory.clone().into());
        Ok(Workspace { root, target, packages, sh: Shell::new()? })
    }

    /// Where cargo puts a program that it builds with `--release`, in a folder of builds.
    pub(crate) fn release_program(&self, builds: &str, name: &str) -> PathBuf {
        self.target.join(builds).join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A folder under the build folder that exists and is empty: what an earlier run left must not pass for new output.
    pub(crate) fn empty_folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.target.join(name);
        self.sh.remove_path(&folder)?;
        Ok(self.sh.create_dir(&folder)?)
    }
}
