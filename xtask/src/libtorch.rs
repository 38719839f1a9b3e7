//! `cargo xtask libtorch`: what the engine on libtorch needs, and the program with it.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use xshell::{Cmd, cmd};

use crate::cache::cache_folder;
use crate::command::{below_here, run as run_command};
use crate::workspace::Workspace;

/// The version that tch, the crate between Rust and libtorch, was made for.
const VERSION: &str = "2.13.0";

pub(crate) const HELP: &str = "\
Libtorch 2.13.0 is:
  LIBTORCH=DIR            the one in that folder
  LIBTORCH_USE_PYTORCH=1  the one of Python's PyTorch, with CUDA if that has it
  neither                 on Linux with an x86-64 processor, one for the CPU that pip fetches from three Python wheels
                          (a download of 540 MB, 1.2 GB for a moment; 487 MB stay under ~/.cache/galant
                          or $XDG_CACHE_HOME/galant)

The program is target/libtorch/release/galant; it finds its libtorch by itself.";

/// Provides libtorch, and builds the program and says how to use it, or starts another cargo command.
///
/// # Errors
///
/// If there is no libtorch and none can be had, or if the build fails.
pub(crate) fn run(command: &[String]) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let libtorch = Libtorch::provide(&workspace)?;
    if let Some((command, args)) = command.split_first() {
        return run_command(libtorch.cargo(&workspace, command).args(args));
    }
    let program = libtorch.build(&workspace)?;
    println!("\nthe program with the libtorch engine is built; for example:");
    println!("  {} train --engine torch", below_here(&program).display());
    println!("  cargo xtask train-mozart --engine torch");
    Ok(())
}

/// A libtorch; that it has the right version is checked by the build script of torch-sys.
pub(crate) struct Libtorch {
    /// The variable that tells the build where it is, and its value.
    variable: (&'static str, PathBuf),
    /// Where its libraries are.
    libraries: PathBuf,
}

impl Libtorch {
    /// The one that the environment names, else one under the user's cache folder.
    pub(crate) fn provide(workspace: &Workspace) -> anyhow::Result<Libtorch> {
        let folder = std::env::var_os("LIBTORCH").filter(|folder| !folder.is_empty());
        let (variable, libraries) = if std::env::var_os("LIBTORCH_USE_PYTORCH").is_some() {
            // The same Python as the build script takes.
            let python = if std::env::var_os("VIRTUAL_ENV").is_some() { "python" } else { "python3" };
            let hint =
                || format!("LIBTORCH_USE_PYTORCH is set, which needs `{python} -m pip install torch=={VERSION}`");
            let ask = "from torch.utils import cpp_extension; print(cpp_extension.library_paths()[0])";
            let libraries = cmd!(workspace.sh, "{python} -c {ask}").read().with_context(hint)?;
            (("LIBTORCH_USE_PYTORCH", "1".into()), libraries.into())
        } else {
            // The program will look for it from wherever it is started.
            let folder = folder.map_or_else(|| fetched(workspace), |folder| Ok(std::path::absolute(folder)?))?;
            let libraries = folder.join("lib");
            ensure!(libraries.is_dir(), "{} is no folder; LIBTORCH must hold `include` and `lib`", libraries.display());
            (("LIBTORCH", folder), libraries)
        };
        println!("libtorch in {}", libraries.display());
        Ok(Libtorch { variable, libraries })
    }

    /// A cargo command that builds with this libtorch, in a folder of its own under `target`.
    ///
    /// The ordinary build stays as it is, and what is built finds the libraries without a variable in the environment.
    fn cargo<'a>(&self, workspace: &'a Workspace, command: &str) -> Cmd<'a> {
        let ((name, folder), builds) = (&self.variable, workspace.target.join("libtorch"));
        let cargo = cmd!(workspace.sh, "cargo {command} --target-dir {builds}").env(name, folder);
        if cfg!(windows) {
            return cargo;
        }
        let rpath = format!("link-arg=-Wl,-rpath,{}", self.libraries.display());
        // Programs and tests are linked by rustc, examples in documentation by rustdoc.
        let rustc = format!("target.'cfg(all())'.rustflags=[\"-C\", {rpath:?}]");
        let rustdoc = format!("build.rustdocflags=[\"-C\", {rpath:?}]");
        cargo.args(["--config", &rustc, "--config", &rustdoc])
    }

    /// Builds the program with the engine and returns where it is.
    pub(crate) fn build(&self, workspace: &Workspace) -> anyhow::Result<PathBuf> {
        let flags = ["--release", "-p", "galant-cli", "--features", "libtorch"];
        run_command(self.cargo(workspace, "build").args(flags))?;
        let program = workspace.release_program("libtorch", "galant");
        // A program that links but cannot find its libraries must fail here.
        let failed = || format!("loading libtorch; add {} to the search path of libraries", self.libraries.display());
        cmd!(workspace.sh, "{program} --version").read().with_context(failed)?;
        Ok(program)
    }
}

/// What a change to the engine must pass: lints without libtorch, then tests and a short training with it.
///
/// # Errors
///
/// If a step fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    // `doc-only` compiles the real code without libtorch.
    let features = "galant-cli/libtorch,galant-benches/libtorch,galant-engine-torch/doc-only";
    let packages = ["-p", "galant-engine-torch", "-p", "galant-cli", "-p", "galant-benches"];
    run_command(cmd!(sh, "cargo clippy --all-targets --features {features} {packages...} -- -D warnings"))?;
    let libtorch = Libtorch::provide(workspace)?;
    let program = libtorch.build(workspace)?;
    for (package, filter) in [("galant-engine-torch", &[][..]), ("galant-cli", &["--test", "cli", "engine"])] {
        let test = libtorch.cargo(workspace, "test").args(["--release", "--features", "libtorch", "-p", package]);
        run_command(test.args(filter))?;
    }
    let (galant, out) = (below_here(&program), workspace.empty_folder("ci-torch")?);
    let settings = ["--device", "cpu", "--threads", "1", "--steps", "40", "--hidden-size", "32"];
    run_command(cmd!(sh, "{galant} train --engine torch {settings...} --out {out}"))?;
    let model = out.join("model.safetensors");
    run_command(cmd!(sh, "{galant} info {model}"))
}

/// What makes up a libtorch for the CPU, by its place in the wheels and in the libtorch folder.
///
/// Without `libtorch_cuda.so` next to them the build links nothing of CUDA. Whoever passes the folder on passes the
/// licenses on. `libgomp.so` is the name that linkers look for.
const PARTS: [(&str, &str); 8] = [
    ("torch/include", "include"),
    ("torch/lib/libc10.so", "lib/libc10.so"),
    ("torch/lib/libtorch.so", "lib/libtorch.so"),
    ("torch/lib/libtorch_cpu.so", "lib/libtorch_cpu.so"),
    ("torch/lib/libgomp.so.1", "lib/libgomp.so.1"),
    ("nvidia/cu13/lib/libcudart.so.13", "lib/libcudart.so.13"),
    ("nvidia/cu13/lib/libcupti.so.13", "lib/libcupti.so.13"),
    ("torch-2.13.0.dist-info/licenses", "licenses"),
];

/// The folder of a libtorch for the CPU under the user's cache folder; pip fetches it if it is not there.
///
/// The folder gets its name when it is complete, so that an interrupted attempt is not taken for it.
///
/// # Errors
///
/// If this machine is of another kind, if pip cannot fetch the wheels, or if the folder cannot be written to.
fn fetched(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "libtorch is fetched only on Linux with an x86-64 processor; here install it with \
         `python3 -m pip install torch=={VERSION}` and run this again with LIBTORCH_USE_PYTORCH=1; \
         on Windows add the folder `torch\\lib` of that Python to PATH"
    );
    let cache = cache_folder()?;
    let folder = cache.join(format!("libtorch-{VERSION}-cpu"));
    workspace.sh.create_dir(&cache)?;
    // A second task that wants the same waits for the first.
    let lock = File::create(cache.join("libtorch.lock")).with_context(|| format!("writing to {}", cache.display()))?;
    lock.lock()?;
    if folder.exists() {
        return Ok(folder);
    }
    let wheels = cache.join(format!("libtorch-{VERSION}-unfinished"));
    workspace.sh.remove_path(&wheels)?;
    // The pinned files whatever the Python that runs pip: the libraries do not depend on it.
    let python = ["--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none"];
    let platforms = ["manylinux_2_28_x86_64", "manylinux_2_25_x86_64", "manylinux2014_x86_64"];
    let platforms = platforms.map(|platform| format!("--platform={platform}"));
    let flags = ["--no-deps", "--only-binary=:all:", "--no-compile", "--root-user-action=ignore", "--require-hashes"];
    let list = workspace.root.join("xtask/libtorch.txt");
    let pip = cmd!(workspace.sh, "python3 -m pip install --disable-pip-version-check {flags...} {python...}");
    run_command(pip.args(platforms).arg("-r").arg(list).arg("--target").arg(&wheels)).with_context(|| {
        format!(
            "fetching libtorch needs Python's pip (`apt install python3-pip` on Debian and Ubuntu, \
             `dnf install python3-pip` on Fedora) and a network; without them set LIBTORCH to a libtorch {VERSION}"
        )
    })?;
    let libtorch = wheels.join("libtorch");
    fs::create_dir_all(libtorch.join("lib"))?;
    for (from, to) in PARTS {
        fs::rename(wheels.join(from), libtorch.join(to)).with_context(|| format!("moving {from} of the wheels"))?;
    }
    fs::copy(libtorch.join("lib/libgomp.so.1"), libtorch.join("lib/libgomp.so"))?;
    fs::write(libtorch.join("build-version"), VERSION)?;
    fs::rename(&libtorch, &folder).with_context(|| format!("creating {}", folder.display()))?;
    fs::remove_dir_all(&wheels)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheels_are_those_of_the_version_and_have_hashes() {
        let wheels: Vec<&str> = include_str!("../libtorch.txt").lines().filter(|line| !line.starts_with('#')).collect();
        assert!(wheels[0].starts_with(&format!("torch=={VERSION} ")), "{wheels:?}");
        assert!(PARTS.iter().any(|(from, _)| *from == format!("torch-{VERSION}.dist-info/licenses")));
        assert!(wheels.iter().all(|line| line.split_once(" --hash=sha256:").is_some_and(|(_, hash)| hash.len() == 64)));
    }
}
