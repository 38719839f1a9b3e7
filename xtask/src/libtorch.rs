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

Usage: cargo xtask libtorch [COMMAND ARGS]

  COMMAND ARGS            starts that cargo command with libtorch instead of building the program, such as
                          test --release -p galant-engine-torch --features libtorch
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
    if args.first().is_some_and(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    let workspace = Workspace::load()?;
    let libtorch = Libtorch::provide()?;
    if let Some((command, args)) = args.split_first() {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        return libtorch.cargo(&workspace, command, &args).run();
    }
    let program = libtorch.build(&workspace)?;
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
    pub(crate) fn cargo(&self, workspace: &Workspace, command: &str, args: &[&str]) -> Task {
        let task = Task::cargo(&[command, "--target-dir"]).args([target(workspace)]);
        let task = task.env(self.variable.0, &self.variable.1);
        if cfg!(windows) {
            return task.args(args);
        }
        let rpath = format!("link-arg=-Wl,-rpath,{}", self.libraries.display());
        // Programs and tests are linked by rustc, examples in documentation by rustdoc.
        let rustc = format!("target.'cfg(all())'.rustflags=[\"-C\", {rpath:?}]");
        let rustdoc = format!("build.rustdocflags=[\"-C\", {rpath:?}]");
        task.args(["--config", &rustc, "--config", &rustdoc]).args(args)
    }

    /// Builds the program with the engine and returns where it is.
    pub(crate) fn build(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        self.cargo(workspace, "build", &["--release", "-p", "galant-cli", "--features", "libtorch"])
            .within(&workspace.root)
            .run()?;
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

/// What a change to the engine must pass: lints without libtorch, then tests and a short training with it.
///
/// # Errors
///
/// If a step fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    // `doc-only` compiles the real code without libtorch.
    let features = "galant-cli/libtorch,galant-benches/libtorch,galant-engine-torch/doc-only";
    let packages = ["-p", "galant-engine-torch", "-p", "galant-cli", "-p", "galant-benches"];
    let lints = Task::cargo(&["clippy", "--all-targets", "--features", features]).args(packages);
    lints.args(["--", "-D", "warnings"]).within(&workspace.root).run()?;
    let libtorch = Libtorch::provide()?;
    let program = libtorch.build(workspace)?;
    let tests = |args: &[&str]| libtorch.cargo(workspace, "test", args).within(&workspace.root).run();
    tests(&["--release", "-p", "galant-engine-torch", "--features", "libtorch"])?;
    tests(&["--release", "-p", "galant-cli", "--features", "libtorch", "--test", "cli", "engine"])?;
    let out = workspace.target.join("ci-torch");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let galant = || Task::new(&program.to_string_lossy(), &program);
    let small =
        ["train", "--engine", "torch", "--device", "cpu", "--threads", "1", "--epochs", "1", "--hidden", "32", "--out"];
    galant().args(small).args([&out]).run()?;
    let model = out.join("model.safetensors");
    ensure!(model.is_file(), "the training on libtorch left no {}", model.display());
    galant().args(["info".as_ref(), model.as_os_str()]).run()
}

fn target(workspace: &Workspace) -> PathBuf {
    workspace.target.join("libtorch")
}
