//! Whether the libraries compile for WebAssembly, so that a page can call them.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::command::run;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Checks the libraries that a page calls, and what they bring, for [`TARGET`] with what this machine has.
///
/// # Errors
///
/// If something does not compile.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    let check = ["check", "--lib", "--target", TARGET, "-p", "galant-pipeline", "-p", "galant-evaluate"];
    if sysroot("rustc", sh).is_some_and(|root| root.join("lib/rustlib").join(TARGET).is_dir()) {
        return run(cmd!(sh, "cargo {check...}"));
    }
    // Debian's packages build the standard library from its source.
    let rustc = "/usr/bin/rustc";
    if !sysroot(rustc, sh).is_some_and(|root| root.join("lib/rustlib/src/rust/library").is_dir()) {
        println!(
            "skipped: the check for WebAssembly; `rustup target add {TARGET}` installs what it needs, \
             and on Debian `apt-get install rustc-web cargo-web rust-web-src`"
        );
        return Ok(());
    }
    let (path, builds) = (std::env::var("PATH").unwrap_or_default(), workspace.target.join("wasm"));
    let check = cmd!(sh, "/usr/bin/cargo {check...} -Zbuild-std=std,panic_abort --target-dir {builds}");
    // The feature that builds the standard library is not yet stable.
    run(check.env("PATH", format!("/usr/bin:{path}")).env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1"))
}

/// The folder of a Rust compiler, if there is one.
fn sysroot(rustc: &str, sh: &Shell) -> Option<PathBuf> {
    Some(Path::new(&cmd!(sh, "{rustc} --print sysroot").ignore_stderr().read().ok()?).to_owned())
}
