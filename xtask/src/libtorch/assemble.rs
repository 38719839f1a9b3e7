//! A libtorch for the CPU under the user's cache folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::VERSION;
use super::wheels::{LIBRARIES, WHEELS, fetch, unpack};

/// The folder of the assembled libtorch, which is made if it is not there.
///
/// Whatever is cut off goes on where it was the next time: fetched wheels stay, and the folder gets its name when it is
/// complete.
///
/// # Errors
///
/// If this machine is of another kind, if something cannot be fetched, or if the folder cannot be written to.
pub(super) fn assembled() -> anyhow::Result<PathBuf> {
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "{}", elsewhere());
    let cache = cache_folder()?;
    let folder = cache.join(format!("libtorch-{VERSION}-cpu"));
    fs::create_dir_all(&cache).with_context(|| format!("making {}", cache.display()))?;
    // A second task that wants the same waits for the first.
    let lock = File::create(cache.join("libtorch.lock")).with_context(|| format!("writing to {}", cache.display()))?;
    lock.lock()?;
    if is_complete(&folder) {
        return Ok(folder);
    }
    println!("assembling libtorch {VERSION} for the CPU in {}", folder.display());
    let downloads = cache.join(format!("libtorch-{VERSION}-wheels"));
    fs::create_dir_all(&downloads)?;
    let unfinished = cache.join(format!("libtorch-{VERSION}-unfinished"));
    for folder in [&unfinished, &folder] {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
        }
    }
    for wheel in &WHEELS {
        let path = fetch(wheel, &downloads)?;
        println!("unpacking {}", wheel.file);
        let n_bytes = unpack(&path, wheel.takes, &unfinished)?;
        println!("  {:.1} MB taken of it", n_bytes as f64 / 1e6);
    }
    // The name that linkers look for.
    fs::copy(unfinished.join("lib/libgomp.so.1"), unfinished.join("lib/libgomp.so"))?;
    fs::write(unfinished.join("build-version"), VERSION)?;
    ensure!(is_complete(&unfinished), "the wheels lack a library; {} has what they gave", unfinished.display());
    fs::rename(&unfinished, &folder).with_context(|| format!("naming {}", folder.display()))?;
    // They are not needed again, and larger than what was taken of them.
    fs::remove_dir_all(&downloads)?;
    Ok(folder)
}

fn is_complete(folder: &Path) -> bool {
    let has_version = fs::read_to_string(folder.join("build-version")).is_ok_and(|version| version.trim() == VERSION);
    has_version && LIBRARIES.iter().all(|library| folder.join("lib").join(library).is_file())
}

/// `$XDG_CACHE_HOME/galant`, or `~/.cache/galant` where that is not set.
fn cache_folder() -> anyhow::Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME names a folder to keep libtorch in")?.join("galant"))
}

fn elsewhere() -> String {
    let then = if cfg!(windows) {
        "set LIBTORCH_USE_PYTORCH=1, add the folder `torch\\lib` of that Python to PATH, and run this again"
    } else {
        "run this again with LIBTORCH_USE_PYTORCH=1"
    };
    format!(
        "libtorch is fetched by itself on Linux with an x86-64 processor only; here install it with \
         `python3 -m pip install torch=={VERSION}` and {then}"
    )
}
