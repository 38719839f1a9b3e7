//! Which libtorch the environment names, and what the machine has to build with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::{Libtorch, VERSION};
use crate::command::Task;

/// The libtorch that `LIBTORCH` or `LIBTORCH_USE_PYTORCH` names.
///
/// # Errors
///
/// If a variable names one that is not there or of another version.
pub(super) fn in_environment() -> anyhow::Result<Option<Libtorch>> {
    if std::env::var_os("LIBTORCH_USE_PYTORCH").is_some() {
        return in_python().map(Some);
    }
    let Some(folder) = std::env::var_os("LIBTORCH").filter(|folder| !folder.is_empty()) else { return Ok(None) };
    // The program will look for it from wherever it is started.
    let folder = std::path::absolute(folder)?;
    let version = version_of(&folder).with_context(|| format!("LIBTORCH={}", folder.display()))?;
    check_version(&version, &format!("LIBTORCH={}", folder.display()))?;
    Ok(Some(Libtorch::in_folder(&folder)))
}

/// What the build script of torch-sys asks Python as well.
const ASK_PYTHON: &str = "import torch; from torch.utils import cpp_extension; \
                          print(torch.__version__); print(cpp_extension.library_paths()[0])";

fn in_python() -> anyhow::Result<Libtorch> {
    // The build script takes this one, so that the answer is about the same PyTorch.
    let python = if std::env::var_os("VIRTUAL_ENV").is_some() { "python" } else { "python3" };
    let hint = format!(
        "LIBTORCH_USE_PYTORCH is set: `{python}` must have PyTorch; `{python} -m pip install torch=={VERSION}` installs it"
    );
    let answer = Task::new(python, python).args(["-c", ASK_PYTHON]).output().with_context(|| hint.clone())?;
    let mut lines = answer.lines();
    let (Some(version), Some(libraries)) = (lines.next(), lines.next()) else { bail!(hint) };
    check_version(version, &format!("the PyTorch of `{python}`"))?;
    Ok(Libtorch { variable: ("LIBTORCH_USE_PYTORCH", "1".to_owned()), libraries: PathBuf::from(libraries) })
}

/// The version of the libtorch in a folder, from the file of the zip archives or the headers of Python's wheels.
fn version_of(folder: &Path) -> anyhow::Result<String> {
    if let Ok(version) = std::fs::read_to_string(folder.join("build-version")) {
        return Ok(version.trim().to_owned());
    }
    let header = folder.join("include/torch/headeronly/version.h");
    let text = std::fs::read_to_string(&header)
        .with_context(|| format!("reading {}; the folder must hold `include` and `lib`", header.display()))?;
    version_in_header(&text).with_context(|| format!("{} names no version", header.display()))
}

fn version_in_header(text: &str) -> Option<String> {
    let part = |name: &str| {
        let defined = text.lines().filter_map(|line| line.strip_prefix("#define ")?.trim().split_once(' '));
        defined.into_iter().find(|(defined, _)| *defined == name).map(|(_, value)| value.trim())
    };
    let parts = ["TORCH_VERSION_MAJOR", "TORCH_VERSION_MINOR", "TORCH_VERSION_PATCH"].map(part);
    Some(parts.into_iter().collect::<Option<Vec<&str>>>()?.join("."))
}

/// `version` may have a local part, such as `2.13.0+cu130`.
fn check_version(version: &str, of: &str) -> anyhow::Result<()> {
    let number = version.split('+').next().unwrap_or(version);
    ensure!(
        number == VERSION,
        "{of} is libtorch {version}, but {VERSION} is needed; unset the variable to have the right one fetched"
    );
    Ok(())
}

/// The crate between Rust and libtorch is partly C++.
///
/// # Errors
///
/// If there is no compiler for it, with what to install.
pub(super) fn check_compiler() -> anyhow::Result<()> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let starts = |program: &str| {
        let silent = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        silent.is_ok()
    };
    // Microsoft's compiler is found by other ways than the path.
    let tokens = compiler.split_whitespace().collect::<Vec<_>>();
    ensure!(
        cfg!(windows) || tokens.iter().any(|token| starts(token)),
        "a C++ compiler is needed to build for libtorch, and `{compiler}` does not start; install one: \
         `apt install g++` on Debian and Ubuntu, `dnf install gcc-c++` on Fedora, `xcode-select --install` on macOS"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_header() {
        let header = "#pragma once\n/// Indicates the major version\n#define TORCH_VERSION_MAJOR 2\n\n\
                      #define TORCH_VERSION_MINOR 13\n#define TORCH_VERSION_PATCH 0\n\
                      #define TORCH_VERSION \"x\"\n";
        assert_eq!(version_in_header(header).as_deref(), Some("2.13.0"));
        assert_eq!(version_in_header("#define TORCH_VERSION_MAJOR 2\n"), None);
    }

    #[test]
    fn only_the_right_version_is_taken() {
        for right in ["2.13.0", "2.13.0+cpu", "2.13.0+cu130"] {
            assert!(check_version(right, "it").is_ok(), "{right}");
        }
        let error = check_version("2.12.1+cpu", "LIBTORCH=lib").unwrap_err().to_string();
        assert!(error.starts_with("LIBTORCH=lib is libtorch 2.12.1+cpu, but 2.13.0 is needed"), "{error}");
        assert!(check_version("2.13", "it").is_err());
    }
}
