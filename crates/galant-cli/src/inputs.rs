//! Commands that take several files: a bad one is reported, the rest is done, and the exit code is 1, as with `grep`.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};

use crate::{exit, files, printable};

/// How deep folders are searched.
const MAX_DEPTH: usize = 32;

/// The inputs of a command, good and bad.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    n_done: usize,
    n_failed: usize,
    /// The first error, as long as it may be the only thing to say.
    held: Option<anyhow::Error>,
    /// What was reported before.
    reported: BTreeSet<String>,
}

impl Inputs {
    /// No inputs yet; those that are called so were reported before, and are to be passed over in silence.
    pub(crate) fn without(reported: &BTreeSet<String>) -> Inputs {
        Inputs { reported: reported.clone(), ..Inputs::default() }
    }

    /// Whether the input was reported before.
    pub(crate) fn is_reported(&self, label: &str) -> bool {
        self.reported.contains(label)
    }

    /// What was made of an input; none if it is bad.
    pub(crate) fn take<T>(&mut self, result: anyhow::Result<T>) -> Option<T> {
        match result {
            Ok(value) => {
                self.n_done += 1;
                self.held.take().iter().for_each(report);
                Some(value)
            }
            Err(error) => {
                self.n_failed += 1;
                if self.n_done + self.n_failed == 1 {
                    self.held = Some(error);
                } else {
                    self.held.take().iter().for_each(report);
                    report(&error);
                }
                None
            }
        }
    }

    /// Takes note of a bad input that is reported otherwise.
    pub(crate) fn count_failed(&mut self) {
        self.n_failed += 1;
    }

    /// The exit code: that of success, or [`exit::SOME_FAILED`].
    ///
    /// # Errors
    ///
    /// If there was something to do and nothing could be done.
    pub(crate) fn finish(self) -> anyhow::Result<ExitCode> {
        match self.held {
            Some(error) => Err(error),
            None if self.n_done == 0 && self.n_failed > 0 => {
                Err(anyhow!("none of {} inputs can be read", self.n_failed))
            }
            None if self.n_failed > 0 => Ok(ExitCode::from(exit::SOME_FAILED)),
            None => Ok(ExitCode::SUCCESS),
        }
    }

    /// The files of music named: each file itself, and the files of each folder and its subfolders in the order of their
    /// names.
    pub(crate) fn files(&mut self, paths: &[PathBuf]) -> Vec<PathBuf> {
        paths.iter().flat_map(|path| self.files_of(path)).collect()
    }

    /// The file, or the files of music of the folder and its subfolders in the order of their names.
    pub(crate) fn files_of(&mut self, path: &Path) -> Vec<PathBuf> {
        let metadata = fs::metadata(path).with_context(|| reading(path));
        if metadata.as_ref().is_ok_and(|metadata| !metadata.is_dir()) {
            return vec![path.to_owned()];
        }
        let mut search = Search::default();
        if let Err(error) = metadata.and_then(|_| search.folder(path)) {
            search.errors.push(error);
        } else if search.found.is_empty() && search.errors.is_empty() {
            let endings = files::MUSIC_ENDINGS.join(", .");
            let error =
                anyhow!("no MIDI, ABC or MusicXML files in {}: their names must end in .{endings}", path.display());
            search.errors.push(error);
        }
        for error in search.errors {
            self.take::<()>(Err(error));
        }
        search.found
    }
}

fn report(error: &anyhow::Error) {
    printable::error(&format!("{error:#}"));
}

/// What is found in a folder.
#[derive(Debug, Default)]
struct Search {
    found: Vec<PathBuf>,
    errors: Vec<anyhow::Error>,
    /// The folders on the way to where the search is, without symbolic links.
    way: Vec<PathBuf>,
}

impl Search {
    fn folder(&mut self, folder: &Path) -> anyhow::Result<()> {
        let real = fs::canonicalize(folder).with_context(|| reading(folder))?;
        if self.way.contains(&real) {
            skip(folder, "it is a symbolic link to a folder that it is in");
            return Ok(());
        }
        if self.way.len() > MAX_DEPTH {
            skip(folder, &format!("folders are nested over {MAX_DEPTH} deep"));
            return Ok(());
        }
        let entries = fs::read_dir(folder).with_context(|| reading(folder))?;
        let entries: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
        let mut entries = entries.with_context(|| reading(folder))?;
        entries.sort();
        self.way.push(real);
        for path in entries {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    if let Err(error) = self.folder(&path) {
                        self.errors.push(error);
                    }
                }
                _ if !files::is_music(&path) => {}
                Ok(metadata) if metadata.is_file() => self.found.push(path),
                Ok(metadata) => skip(&path, kind(&metadata)),
                Err(error) if is_loop(&error) => skip(&path, "its symbolic links lead in a circle"),
                Err(error) => self.errors.push(anyhow::Error::new(error).context(reading(&path))),
            }
        }
        self.way.pop();
        Ok(())
    }
}

fn reading(path: &Path) -> String {
    format!("reading {}", path.display())
}

fn skip(path: &Path, why: &str) {
    printable::warn(&format!("{}: skipped, {why}", path.display()));
}

/// What is neither a file nor a folder; reading it might take forever.
#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;

    let kind = metadata.file_type();
    if kind.is_fifo() {
        "it is a pipe"
    } else if kind.is_socket() {
        "it is a socket"
    } else {
        "it is a device"
    }
}

#[cfg(not(unix))]
fn kind(_metadata: &Metadata) -> &'static str {
    "it is no regular file"
}

fn is_loop(error: &io::Error) -> bool {
    // The kind that the standard library has for it is not stable yet.
    cfg!(unix) && error.to_string().contains("symbolic link")
}
