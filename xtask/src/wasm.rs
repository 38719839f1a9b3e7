//! The module of the studio, and what runs it without a browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::{Cmd, Shell, cmd};

use crate::command::{below_here, run};
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// What users install for the target, and on Debian, whose packages build the standard library from its source.
pub(crate) const TARGET_MISSING: &str = "`rustup target add wasm32-unknown-unknown` installs what it needs, and on Debian \
                                         `apt-get install rustc-web cargo-web rust-web-src`";

/// The package of the module, and the file that is made of it.
const PACKAGE: &str = "galant-web";
const MODULE: &str = "galant_web.wasm";

/// The profile of the module: small, and fast where it computes.
const PROFILE: &str = "studio";

/// Vectors of 128 bits, which every browser of 2023 and later has.
const FLAGS: &str = "-C target-feature=+simd128";

/// A Rust compiler that makes WebAssembly.
enum Toolchain {
    /// The usual one, with the target installed.
    Rustup,
    /// Debian's, which builds the standard library from its source, with a linker.
    Debian { linker: PathBuf },
}

/// Whether this machine can build for WebAssembly.
pub(crate) fn is_at_hand(sh: &Shell) -> bool {
    Toolchain::find(sh).is_some()
}

/// Builds the module of the studio, and returns where it is; none where the target is not installed.
///
/// # Errors
///
/// If something does not compile.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<Option<PathBuf>> {
    let Some(toolchain) = Toolchain::find(&workspace.sh) else { return Ok(None) };
    let args = ["build", "--profile", PROFILE, "-p", PACKAGE];
    run(toolchain.cargo(workspace, &args))?;
    let module = workspace.target.join("wasm").join(TARGET).join(PROFILE).join(MODULE);
    ensure!(module.is_file(), "{} was not built", module.display());
    Ok(Some(module))
}

/// Builds the module, and runs it and the tests of the kernels in Node, as far as this machine can.
///
/// # Errors
///
/// If something does not compile, or if a test fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    let Some(toolchain) = Toolchain::find(sh) else {
        println!("skipped: the studio's module in WebAssembly; {TARGET_MISSING}");
        return Ok(());
    };
    let module = build(workspace)?.context("the target was found a moment ago")?;
    if cmd!(sh, "node --version").ignore_stderr().read().is_err() {
        println!("skipped: the tests in WebAssembly; they need Node 20 or later, https://nodejs.org");
        return Ok(());
    }
    let runner = workspace.root.join("crates/galant-kernels/tests/node.js");
    let kernels = toolchain.cargo(workspace, &["test", "--release", "-p", "galant-kernels", "--test", "kernels"]);
    run(kernels.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", format!("node {}", runner.display())))?;
    compare(workspace, &module)
}

/// Runs the module's tests, which compare it with the program.
fn compare(workspace: &Workspace, module: &Path) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    run(cmd!(sh, "cargo build --release -p galant-cli"))?;
    let program = workspace.release_program("", "galant");
    let (galant, out) = (below_here(&program), workspace.empty_folder("ci-wasm")?);
    let tests = workspace.root.join("crates/galant-web/tests/node/tests.js");
    run(cmd!(sh, "node {tests} {module} {galant} {out}"))
}

impl Toolchain {
    /// The one that this machine has, if any.
    fn find(sh: &Shell) -> Option<Toolchain> {
        let root = sysroot("rustc", sh)?;
        if root.join("lib/rustlib").join(TARGET).is_dir() {
            return Some(Toolchain::Rustup);
        }
        let has_source = sysroot(DEBIAN_RUSTC, sh)?.join("lib/rustlib/src/rust/library").is_dir();
        // Debian's compiler has no linker for the target; the usual one brings it along.
        let host = cmd!(sh, "rustc --print host-tuple").ignore_stderr().read().ok()?;
        let linker = root.join("lib/rustlib").join(host).join("bin/rust-lld");
        (has_source && linker.is_file()).then_some(Toolchain::Debian { linker })
    }

    /// A command of cargo for the target, with builds in a folder of their own.
    fn cargo<'s>(&self, workspace: &'s Workspace, args: &[&str]) -> Cmd<'s> {
        let (sh, builds) = (&workspace.sh, workspace.target.join("wasm"));
        let target = ["--target", TARGET, "--target-dir"];
        match self {
            Toolchain::Rustup => cmd!(sh, "cargo {args...} {target...} {builds}").env("RUSTFLAGS", FLAGS),
            Toolchain::Debian { linker } => {
                let path = std::env::var("PATH").unwrap_or_default();
                // The feature that builds the standard library is not yet stable.
                cmd!(sh, "/usr/bin/cargo {args...} -Zbuild-std=std,panic_abort {target...} {builds}")
                    .env("PATH", format!("/usr/bin:{path}"))
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTFLAGS", FLAGS)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            }
        }
    }
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// The folder of a Rust compiler, if there is one.
fn sysroot(rustc: &str, sh: &Shell) -> Option<PathBuf> {
    Some(Path::new(&cmd!(sh, "{rustc} --print sysroot").ignore_stderr().read().ok()?).to_owned())
}
