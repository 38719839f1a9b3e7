//! The user's folder for what tasks fetch.

use std::path::PathBuf;

use anyhow::Context;

/// `$XDG_CACHE_HOME/galant`, or `~/.cache/galant` where that is not set.
///
/// # Errors
///
/// If neither variable names a folder.
pub(crate) fn cache_folder() -> anyhow::Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME names a folder to keep downloads in")?.join("galant"))
}
