//! Ctrl-C: a training ends with its step, everything else at once, and what is half written is removed.

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{exit, printable};

/// What there is to do when Ctrl-C is pressed.
struct State {
    /// What is being written.
    unfinished: Vec<PathBuf>,
    /// What is kept, and how to go on; nothing if there is nothing to say.
    last_words: String,
    /// Whether somebody ends the work as soon as [`is_pressed`] says so.
    is_awaited: bool,
    is_pressed: bool,
}

static STATE: Mutex<State> =
    Mutex::new(State { unfinished: Vec::new(), last_words: String::new(), is_awaited: false, is_pressed: false });

fn state() -> MutexGuard<'static, State> {
    // Whoever panicked left nothing half done: each change is a single one.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Handles Ctrl-C from now on.
pub(crate) fn listen() {
    // Without the handler Ctrl-C ends the program at once, which loses no more than what is being written.
    if ctrlc::set_handler(on_ctrl_c).is_err() {
        printable::warn("Ctrl-C will end the program at once, and may leave a file whose name ends in .new");
    }
}

fn on_ctrl_c() {
    // Held until the end, so that nobody begins another file.
    let mut state = state();
    // Who presses it twice does not want to wait for the end of the step.
    if state.is_awaited && !state.is_pressed {
        state.is_pressed = true;
        return;
    }
    state.unfinished.iter().for_each(|path| remove(path));
    if !state.last_words.is_empty() {
        // Beside the progress, if there is one.
        let line = if stderr().is_terminal() { "\n" } else { "" };
        printable::note(&format!("{line}{}", state.last_words));
    }
    std::process::exit(exit::INTERRUPTED.into());
}

fn remove(path: &Path) {
    // What cannot be removed takes room and does no other harm.
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Sets what is said when Ctrl-C ends the program: what is kept, and how to go on.
pub(crate) fn set_last_words(words: impl Into<String>) {
    state().last_words = words.into();
}

/// Whether Ctrl-C was pressed while it was [awaited](Awaited).
pub(crate) fn is_pressed() -> bool {
    state().is_pressed
}

/// As long as it lives, the first Ctrl-C ends nothing: whoever holds it asks [`is_pressed`] and comes to an end.
pub(crate) struct Awaited(());

impl Awaited {
    pub(crate) fn begin() -> Awaited {
        state().is_awaited = true;
        Awaited(())
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        state().is_awaited = false;
    }
}

/// A file or folder that is removed if Ctrl-C ends the program before this is dropped.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn begin(path: PathBuf) -> Unfinished {
        state().unfinished.push(path.clone());
        Unfinished(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        state().unfinished.retain(|path| *path != self.0);
    }
}
