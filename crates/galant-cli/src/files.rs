//! Files read whole, within a limit, and written whole or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::interrupt::Unfinished;

/// The endings of files that a folder is searched for.
pub(crate) const MUSIC_ENDINGS: [&str; 9] = ["mid", "midi", "smf", "rmi", "kar", "abc", "musicxml", "mxl", "xml"];

/// The bytes of a file of at most `max_bytes`.
pub(crate) fn read(path: &Path, max_bytes: u64) -> anyhow::Result<Vec<u8>> {
    let reading = || format!("reading {}", path.display());
    let file = File::open(path).with_context(reading)?;
    ensure!(
        !file.metadata().with_context(reading)?.is_dir(),
        "reading {}: it is a folder; name a file",
        path.display()
    );
    let mut bytes = Vec::new();
    // One byte more than allowed reveals a file that is too long, also where the length is not known beforehand.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).with_context(reading)?;
    ensure!(bytes.len() as u64 <= max_bytes, "reading {}: it has more than {max_bytes} bytes", path.display());
    Ok(bytes)
}

/// Writes a file such that a crash at any moment leaves the old one or the new one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_with(path, |file| Ok(file.write_all(bytes)?))
}

/// As [`write()`], for what need not be held in memory; returns what `write_to` returns.
pub(crate) fn write_with<T>(path: &Path, write_to: impl FnOnce(&mut File) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let writing = || format!("writing {}", path.display());
    ensure_not_folder(path)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(writing)?;
    }
    let name = path.file_name().with_context(|| format!("writing {}: it names no file", path.display()))?;
    let temporary = path.with_file_name(format!(".{}.{}{UNFINISHED}", name.to_string_lossy(), std::process::id()));
    let temporary = Unfinished::begin(temporary);
    let replace = || {
        let mut file = File::create(temporary.path())?;
        let value = write_to(&mut file)?;
        file.sync_all()?;
        fs::rename(temporary.path(), path)?;
        Ok(value)
    };
    let replaced: anyhow::Result<T> = replace();
    if replaced.is_err() {
        // The first error is the one to report; whether the half-written file could be removed changes nothing.
        let _ = fs::remove_file(temporary.path());
    }
    replaced.with_context(writing)
}

/// Refuses to write a file in place of a folder, before the work whose result it is to hold.
pub(crate) fn ensure_not_folder(path: &Path) -> anyhow::Result<()> {
    ensure!(!path.is_dir(), "writing {}: it is a folder; name a file", path.display());
    Ok(())
}

/// How the name of a file ends that is still being written; its number is that of the program that writes it.
const UNFINISHED: &str = ".new";

/// Removes what programs left that were killed while they wrote the file; none may be writing it now.
pub(crate) fn remove_unfinished(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let begin = format!(".{}.", name.to_string_lossy());
    let is_unfinished = |name: &str| {
        let number = name.strip_prefix(&begin).and_then(|rest| rest.strip_suffix(UNFINISHED));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_unfinished) {
            // One that cannot be removed takes room and does no other harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// `out.mid` for a single file, `out-001.mid` and so on for several.
pub(crate) fn numbered(path: &Path, number: usize, n_files: usize) -> PathBuf {
    if n_files == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{:03}", number + 1));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// Refuses to replace a file by what is made of it.
pub(crate) fn keep_apart(input: &Path, out: &Path) -> anyhow::Result<()> {
    let is_same = out.exists() && fs::canonicalize(input).ok() == fs::canonicalize(out).ok();
    ensure!(!is_same, "--out is {} itself; name another file", input.display());
    Ok(())
}

/// Refuses to write one kind of file under another's name; `endings` are without their full stop.
pub(crate) fn ensure_ending(out: &Path, endings: &[&str]) -> anyhow::Result<()> {
    ensure!(has_ending(out, endings), "writing {}: its name must end in .{}", out.display(), endings.join(" or ."));
    Ok(())
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// Whether a file in a folder is taken for music.
pub(crate) fn is_music(path: &Path) -> bool {
    has_ending(path, &MUSIC_ENDINGS)
}

/// A file's name without its folders.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// A path with what the name of a piece adds to that of its file.
pub(crate) fn label(path: &Path, piece: &str) -> String {
    format!("{}{}", path.display(), piece.strip_prefix(&name(path)).unwrap_or_default())
}

/// An argument as a shell reads it back.
pub(crate) fn quoted(argument: &str) -> String {
    // Only NUL cannot be quoted, and no argument holds one.
    shlex::try_quote(argument).map_or_else(|_| argument.to_owned(), Into::into)
}
