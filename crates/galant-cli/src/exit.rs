//! What the exit code says: 0 is success, and a script can tell the rest apart.

use std::process::ExitCode;

/// Some inputs were bad and the others were done, as with `grep`, or what was asked for is not possible on this machine.
pub(crate) const SOME_FAILED: u8 = 1;

/// The arguments are wrong, or nothing was done.
pub(crate) const ERROR: u8 = 2;

/// Ctrl-C: what the shell expects of a program that a signal ended, 128 and the signal's number.
pub(crate) const INTERRUPTED: u8 = 130;

/// The code of two parts of a command: that of success if both are.
pub(crate) fn of_both(first: ExitCode, second: ExitCode) -> ExitCode {
    if first == ExitCode::SUCCESS { second } else { first }
}
