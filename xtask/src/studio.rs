//! `cargo xtask studio`: the studio's page, from its sources to a browser.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use xshell::{Shell, cmd};

use crate::command::{CommandFailed, below_here, run as run_command};
use crate::workspace::Workspace;
use crate::{studio_models, wasm};

pub(crate) const ABOUT: &str = "\
Builds the studio, the page on which one composes and harmonizes in the browser, and opens it: trains its models unless they
are there (a few minutes, the first time only), builds the WebAssembly module and the TypeScript, and starts `galant studio`.

It needs Node 20 or later with npm (https://nodejs.org; `apt install nodejs npm` on Debian and Ubuntu, `brew install node` on
macOS), and `rustup target add wasm32-unknown-unknown`.

The page is target/release/studio, a folder of files that any server of files can serve.";

/// What npm is called: on Windows it is a script.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// The oldest Node that runs the tools of the page.
const NODE: u32 = 20;

/// What the caller wants.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// Builds only
    #[arg(long)]
    build: bool,
    /// Goes to `galant studio` as it is, such as `-- mine/ --no-open`
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// Builds the page and serves it.
///
/// # Errors
///
/// If a tool is missing, with what it is and how to get it, or if a command fails.
pub(crate) fn run(Request { build, rest }: &Request) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let sh = &workspace.sh;
    let missing = missing(sh);
    ensure!(missing.is_empty() && wasm::is_at_hand(sh), "the studio cannot be built here:\n{}", to_get(sh, &missing));
    run_command(cmd!(sh, "cargo build --release -p galant-cli"))?;
    let program = workspace.release_program("", "galant");
    let galant = below_here(&program);
    let models = studio_models::provide(&workspace, galant)?;
    let models: Vec<String> =
        models.iter().rev().map(|model| format!("{}={}", model.title, model.path.display())).collect();
    // Where the program looks for it.
    let page = program.with_file_name("studio");
    put_together(&workspace, &page, &models)?;
    println!("the page is {}", below_here(&page).display());
    if *build {
        return Ok(());
    }
    let ended = run_command(cmd!(sh, "{galant} studio {rest...}"));
    let code = ended.as_ref().err().and_then(|error| error.downcast_ref::<CommandFailed>()).map(CommandFailed::code);
    // Ctrl-C is how it ends.
    if code == Some(INTERRUPTED) { Ok(()) } else { ended }
}

/// The code of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Builds module and scripts, and puts them with the page and the models into a folder.
fn put_together(workspace: &Workspace, page: &Path, models: &[String]) -> anyhow::Result<()> {
    let (sh, web) = (&workspace.sh, workspace.root.join("web"));
    let module = wasm::build(workspace)?.context("the target for WebAssembly was found a moment ago")?;
    provide_packages(sh, &web)?;
    run_command(cmd!(sh, "{NPM} --prefix {web} run --silent build"))?;
    let script = web.join("build.mjs");
    run_command(cmd!(sh, "node {script} {page} {module} {models...}"))
}

/// TypeScript, and what the tests need, of the versions in the lock file; a second time nothing is done.
fn provide_packages(sh: &Shell, web: &Path) -> anyhow::Result<()> {
    let time = |path: PathBuf| path.metadata().and_then(|metadata| metadata.modified()).ok();
    // npm writes this file when it is done.
    let installed = time(web.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= time(web.join("package-lock.json")) {
        return Ok(());
    }
    run_command(cmd!(sh, "{NPM} --prefix {web} ci --no-audit --no-fund"))
        .context("npm fetches TypeScript, and the packages of the tests, from the network; a second time it needs none")
}

/// The tools of the page that this machine lacks, each with how to get it.
fn missing(sh: &Shell) -> Vec<String> {
    let version = |tool: &str| cmd!(sh, "{tool} --version").ignore_stderr().read().ok();
    let node = version("node");
    let how_to =
        "https://nodejs.org has it, or `apt install nodejs npm` on Debian and Ubuntu, `brew install node` on macOS";
    let mut missing = Vec::new();
    match node.as_deref().map(|text| (text, major(text))) {
        Some((_, Some(major))) if major >= NODE => {}
        Some((text, _)) => missing.push(format!("Node is {text}, and the page needs {NODE} or later: {how_to}")),
        None => missing.push(format!("Node {NODE} or later is missing: {how_to}")),
    }
    if version(NPM).is_none() {
        missing.push(format!("npm is missing: {how_to}"));
    }
    missing
}

/// All that is to be got.
fn to_get(sh: &Shell, missing: &[String]) -> String {
    let target =
        (!wasm::is_at_hand(sh)).then(|| format!("Rust cannot build for WebAssembly: {}", wasm::TARGET_MISSING));
    let lines = missing.iter().cloned().chain(target);
    lines.map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// "v20.19.2" is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Builds the page with models that have learned for seconds, and tests it in Node and in a browser, as far as this machine can.
///
/// # Errors
///
/// If something does not build, or if a test fails.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sh = &workspace.sh;
    let missing = missing(sh);
    if !missing.is_empty() || !wasm::is_at_hand(sh) {
        println!("skipped: the studio's page\n{}", to_get(sh, &missing));
        return Ok(());
    }
    let web = workspace.root.join("web");
    provide_packages(sh, &web)?;
    run_command(cmd!(sh, "{NPM} --prefix {web} run --silent test"))?;
    let Some(browser) = BROWSERS.iter().find_map(|name| on_path(name)) else {
        println!("skipped: the studio's page in a browser; `apt install chromium` on Debian, or Chrome");
        return Ok(());
    };
    run_command(cmd!(sh, "cargo build --release -p galant-cli"))?;
    let (galant, out) = (workspace.release_program("", "galant"), workspace.empty_folder("ci-studio")?);
    let choir = out.join("choir-music");
    let script = web.join("test/browser/choir.mjs");
    run_command(cmd!(sh, "node {script} {choir}"))?;
    let voices =
        hurried_model(workspace, &galant, &out.join("choir"), &choir, &["--tokenizer", "voices", "--parts", "4"])?;
    let notes = hurried_model(workspace, &galant, &out.join("mozart"), Path::new("mozart"), &["--tokenizer", "notes"])?;
    let page = out.join("page");
    put_together(workspace, &page, &[&voices, &notes].map(|model| model.display().to_string()))?;
    let test = cmd!(sh, "{NPM} --prefix {web} run --silent e2e");
    let variables = [("GALANT", &galant), ("PAGE", &page), ("MODEL", &notes), ("OUT", &out)];
    run_command(test.envs(variables).env("CHROMIUM", browser))
}

/// Where a program is.
fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A model as large as those of the studio that has learned for some seconds: what is tested is the page.
fn hurried_model(
    workspace: &Workspace,
    program: &Path,
    out: &Path,
    corpus: &Path,
    settings: &[&str],
) -> anyhow::Result<PathBuf> {
    let (sh, galant) = (&workspace.sh, below_here(program));
    let (model, small) = (out.join("model.safetensors"), out.with_extension("safetensors"));
    let size = ["--layers", "1", "--hidden-size", "112", "--steps", "60", "--quiet"];
    run_command(cmd!(sh, "{galant} train --corpus {corpus} --out {out} {settings...} {size...}"))?;
    run_command(cmd!(sh, "{galant} export {model} --weights i8 --out {small}"))?;
    Ok(small)
}

/// What the browser that tests use may be called.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.19.2\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("no version"), None);
    }
}
