//! `cargo xtask mpi`: the program that trains on many processes, and whether it gives the bits of one.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::workspace::Workspace;

pub(crate) const HELP: &str = "\
What it needs, beside Rust:
  Debian, Ubuntu   apt-get install libopenmpi-dev openmpi-bin libclang-dev
  Fedora           dnf install openmpi-devel clang-devel, then `module load mpi/openmpi-x86_64`
  macOS            brew install open-mpi llvm, then LIBCLANG_PATH=\"$(brew --prefix llvm)/lib\"
  a cluster        its own MPI (Open MPI or MPICH), such as `module load openmpi`, and a clang

The program is target/mpi/release/galant.";

/// Builds the program with MPI and says how to use it.
///
/// # Errors
///
/// If something that it needs is missing, or if the build fails.
pub(crate) fn run() -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    ensure_tools(&workspace)?;
    let program = build(&workspace)?;
    println!("\nthe program that trains on many processes is built; for example:");
    println!("  mpirun -n 4 {} train --corpus mozart", below_here(&program).display());
    Ok(())
}

/// Checks that there are an MPI to build with and the library that reads its header.
fn ensure_tools(workspace: &Workspace) -> anyhow::Result<()> {
    let compiler = std::env::var("MPICC").unwrap_or_else(|_| "mpicc".to_owned());
    let version = cmd!(workspace.sh, "{compiler} --version").ignore_stderr().read();
    ensure!(
        version.is_ok(),
        "there is no MPI: `{compiler}` does not start; {INSTALL}, or name the compiler of your MPI in MPICC"
    );
    ensure!(
        libclang(workspace).is_some(),
        "there is no libclang, by which the header of MPI is read; {INSTALL}, or name the folder of libclang in \
         LIBCLANG_PATH"
    );
    Ok(())
}

const INSTALL: &str = "install it with `apt-get install libopenmpi-dev openmpi-bin libclang-dev` on Debian and Ubuntu \
                       (`cargo xtask mpi --help` has other systems)";

/// Where libclang is, as the build looks for it.
fn libclang(workspace: &Workspace) -> Option<PathBuf> {
    let named = std::env::var_os("LIBCLANG_PATH").map(PathBuf::from);
    let of_llvm = cmd!(workspace.sh, "llvm-config --libdir").ignore_stderr().read().ok().map(PathBuf::from);
    let usual = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/opt/llvm/lib", "/usr/local/opt/llvm/lib"];
    let mut folders: Vec<PathBuf> = named.into_iter().chain(of_llvm).chain(usual.map(PathBuf::from)).collect();
    for parent in ["/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"] {
        folders.push(parent.into());
        let below = std::fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
        folders.extend(below.filter(|path| name(path).starts_with("llvm")).map(|path| path.join("lib")));
    }
    let is_libclang = |path: &Path| {
        let name = name(path);
        name.starts_with("libclang") && !name.starts_with("libclang-cpp") && !name.ends_with(".a")
    };
    let files = |folder: &PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    // The variable may name the file itself.
    folders
        .iter()
        .find_map(|folder| files(folder).chain([folder.clone()]).find(|path| path.exists() && is_libclang(path)))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let builds = workspace.target.join("mpi");
    let flags = ["--release", "-p", "galant-cli", "--features", "mpi"];
    run_command(cmd!(workspace.sh, "cargo build {flags...} --target-dir {builds}"))?;
    let program = workspace.release_program("mpi", "galant");
    cmd!(workspace.sh, "{program} --version").read().context("loading MPI")?;
    Ok(program)
}

/// A training of some seconds: five batches of nine lanes an epoch, the last one smaller, and a validation part.
const SMALL: &str = "--corpus bach mozart --hidden-size 40 --layers 2 --window 64 --batch 36 --epoch-steps 5 \
                     --schedule constant --dropout 0.2 --snapshot-every 0";

/// Checks that 1 to 4 processes of 1 and 2 threads leave the same model, also if another number resumes.
///
/// # Errors
///
/// If two models differ, or something that is installed does not work.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    if let Err(missing) = ensure_tools(workspace) {
        println!("skipped: the check of trainings on many processes; {missing:#}");
        return Ok(());
    }
    let flags = ["--all-targets", "--features", "galant-cli/mpi", "-p", "galant-parallel", "-p", "galant-cli"];
    let builds = workspace.target.join("mpi");
    run_command(cmd!(sh, "cargo clippy --release --target-dir {builds} {flags...} -- -D warnings"))?;
    let program = build(workspace)?;
    let out = workspace.empty_folder("ci-mpi")?;
    let train = |processes: usize, threads: usize, folder: &str, options: &str| -> anyhow::Result<Vec<u8>> {
        let (galant, folder) = (below_here(&program), out.join(folder));
        let small: Vec<&str> = SMALL.split_whitespace().collect();
        let options: Vec<&str> = options.split_whitespace().collect();
        let settings: &[&str] = if options.contains(&"--resume") { &[] } else { &small };
        let [processes, threads] = [processes, threads].map(|number| number.to_string());
        // More processes than cores, and all of them where this one may run; root, as on machines of CI, is refused otherwise.
        let mpirun = cmd!(sh, "mpirun --oversubscribe --bind-to none -n {processes}")
            .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
            .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
            .env("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
        let train = mpirun.arg(galant).args(["--quiet", "train", "--threads", &threads]).args(settings).args(options);
        run_command(train.arg("--out").arg(&folder))?;
        Ok(std::fs::read(folder.join("model.safetensors"))?)
    };
    let whole = train(1, 1, "1x1", "--steps 20")?;
    for (processes, threads) in [(2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (3, 2), (4, 2)] {
        let name = format!("{processes}x{threads}");
        ensure!(train(processes, threads, &name, "--steps 20")? == whole, "{name} processes × threads: another model");
    }
    for (first, second) in [(3, 2), (1, 4), (4, 1)] {
        let name = format!("{first}-then-{second}");
        train(first, 1, &name, "--steps 10")?;
        ensure!(train(second, 1, &name, "--resume --steps 20")? == whole, "{name} processes: another model");
    }
    println!("1 to 4 processes × 1 and 2 threads: the same model of {} bytes", whole.len());
    Ok(())
}
