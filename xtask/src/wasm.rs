//! Whether the libraries compile for WebAssembly, so that a page can call them.

use std::path::{Path, PathBuf};

use crate::command::Task;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// The libraries that a page calls; they bring what they need.
const LIBRARIES: [&str; 4] = ["-p", "galant-pipeline", "-p", "galant-evaluate"];

/// Checks [`LIBRARIES`] for [`TARGET`] with what this machine has.
///
/// # Errors
///
/// If something does not compile.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let check = ["check", "--lib", "--target", TARGET];
    if sysroot("rustc", workspace).is_some_and(|root| root.join("lib/rustlib").join(TARGET).is_dir()) {
        return Task::cargo(&check).args(LIBRARIES).within(&workspace.root).run();
    }
    // Debian's packages build the standard library from its source.
    let rustc = "/usr/bin/rustc";
    if !sysroot(rustc, workspace).is_some_and(|root| root.join("lib/rustlib/src/rust/library").is_dir()) {
        println!(
            "skipped: the check for WebAssembly; `rustup target add {TARGET}` installs what it needs, \
             and on Debian `apt-get install rustc-web cargo-web rust-web-src`"
        );
        return Ok(());
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let task = Task::new("cargo", "/usr/bin/cargo").env("PATH", format!("/usr/bin:{path}")).env("RUSTC", rustc);
    // The feature that builds the standard library is not yet stable.
    let task = task.env("RUSTC_BOOTSTRAP", "1").args(check).args(["-Zbuild-std=std,panic_abort"]).args(LIBRARIES);
    task.args(["--target-dir"]).args([workspace.target.join("wasm")]).within(&workspace.root).run()
}

/// The folder of a Rust compiler, if there is one.
fn sysroot(rustc: &str, workspace: &Workspace) -> Option<PathBuf> {
    let answer = Task::new(rustc, rustc).args(["--print", "sysroot"]).within(&workspace.root).output().ok()?;
    Some(Path::new(answer.trim()).to_owned())
}
