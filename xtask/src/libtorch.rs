//! `cargo xtask libtorch`: everything that the engine on libtorch needs, and the program with it.

mod assemble;
mod find;
mod wheels;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::command::Task;
use crate::workspace::Workspace;

/// The version that tch, the crate between Rust and libtorch, was made for.
const VERSION: &str = "2.13.0";

const HELP: &str = "\
Finds or fetches libtorch 2.13.0 and builds the program with the engine that runs on it.

Usage: cargo xtask libtorch

  LIBTORCH=DIR            takes the libtorch in that folder
  LIBTORCH_USE_PYTORCH=1  takes the one of Python's PyTorch, with CUDA if that has it
  neither                 on Linux with an x86-64 processor, assembles one for the CPU from three Python wheels
                          (a download of 540 MB once; 487 MB under ~/.cache/galant or $XDG_CACHE_HOME/galant)

The program is target/libtorch/release/galant; it finds its libtorch by itself.
";

/// Provides libtorch, builds the program, and says how to use it.
///
/// # Errors
///
/// If there is no libtorch and none can be had, or if the build fails.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    ensure!(args.is_empty(), "libtorch takes no argument, but got '{}'", args.join(" "));
    let workspace = Workspace::load()?;
    let program = Libtorch::provide()?.build(&workspace)?;
    let here = std::env::current_dir()?;
    let program = program.strip_prefix(&here).unwrap_or(&program);
    println!("\nthe program with the libtorch engine is {}; for example:", program.display());
    println!("  {}", Task::new(&program.to_string_lossy(), program).args(["train", "--engine", "torch"]));
    println!("  cargo xtask train-mozart --engine torch");
    Ok(())
}

/// A libtorch of the right version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Libtorch {
    /// The variable that tells the build where it is, and its value.
    variable: (&'static str, String),
    /// Where its libraries are.
    libraries: PathBuf,
}

impl Libtorch {
    /// The one that the environment names, else one assembled under the user's cache folder.
    pub(crate) fn provide() -> anyhow::Result<Libtorch> {
        find::check_compiler()?;
        let libtorch = match find::in_environment()? {
            Some(libtorch) => libtorch,
            None => Libtorch::in_folder(&assemble::assembled()?),
        };
        println!("libtorch {VERSION} in {}", libtorch.libraries.display());
        Ok(libtorch)
    }

    fn in_folder(folder: &Path) -> Libtorch {
        Libtorch { variable: ("LIBTORCH", folder.to_string_lossy().into_owned()), libraries: folder.join("lib") }
    }

    /// A cargo command that builds with this libtorch, in a folder of its own under `target`.
    ///
    /// The ordinary build stays as it is, and what is built finds the libraries without a variable in the environment.
    pub(crate) fn cargo(&self, workspace: &Workspace, args: &[&str]) -> Task {
        let rpath = format!("link-arg=-Wl,-rpath,{}", self.libraries.display());
        let flags = if cfg!(windows) { String::new() } else { format!("[\"-C\", {rpath:?}]") };
        let task = Task::cargo(args).args(["--target-dir"]).args([target(workspace)]);
        let task = task.env(self.variable.0, &self.variable.1).within(&workspace.root);
        if flags.is_empty() {
            return task;
        }
        // Programs and tests are linked by rustc, examples in documentation by rustdoc.
        let (rustc, rustdoc) =
            (format!("target.'cfg(all())'.rustflags={flags}"), format!("target.'cfg(all())'.rustdocflags={flags}"));
        task.args(["--config", &rustc, "--config", &rustdoc])
    }

    /// Builds the program with the engine and returns where it is.
    pub(crate) fn build(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        self.cargo(workspace, &["build", "--release", "-p", "galant-cli", "--features", "libtorch"]).run()?;
        let program = target(workspace).join("release").join(format!("galant{}", std::env::consts::EXE_SUFFIX));
        // What links but cannot find its libraries shall be seen here.
        Task::new(&program.to_string_lossy(), &program).args(["--version"]).output().with_context(|| {
            format!(
                "the program cannot load libtorch; add {} to the search path of libraries",
                self.libraries.display()
            )
        })?;
        Ok(program)
    }
}

fn target(workspace: &Workspace) -> PathBuf {
    workspace.target.join("libtorch")
}
