//! Files made to exhaust: whatever is opened, the program answers within 64 MiB and twenty times the file's size.
//!
//! A binary of its own with a single test: the system reports the most memory that any child of a process took, so no
//! other test may start one.
#![cfg(target_os = "linux")]

mod files;

use std::path::Path;
use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};

/// The memory that any file may take, and what each of its bytes may take in addition.
const BASE_BYTES: u64 = 64 << 20;
const BYTES_PER_BYTE: u64 = 20;

/// The processor's time that any file may take; builds for tests are several times slower than the program is.
const MAX_SECONDS: f64 = 5.0;

#[test]
fn no_file_takes_more_than_64_mib_and_twenty_times_its_size_or_five_seconds() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = files::write_all(&folder);
    // The most that any child took only grows, so the strictest limit comes first.
    files.sort_by_key(|file| file.n_bytes);
    for file in files {
        let limit = BASE_BYTES + BYTES_PER_BYTE * file.n_bytes;
        let before = seconds();
        let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
        let output = command.current_dir(&folder).args(file.args.split(' ')).output().unwrap();
        let (took, most) = (seconds() - before, most_bytes());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        println!("galant {}: {} bytes took {took:.2} s and at most {most} bytes", file.args, file.n_bytes);
        assert!(matches!(output.status.code(), Some(0..=2)), "galant {}: {:?}\n{said}", file.args, output.status);
        assert!(most <= limit, "galant {}: {most} bytes of memory for {}", file.args, file.n_bytes);
        assert!(took <= MAX_SECONDS, "galant {}: {took} s", file.args);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The most memory that any child took so far.
fn most_bytes() -> u64 {
    1024 * getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() as u64
}

/// The processor's time that all children took so far.
fn seconds() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + 1e-6 * time.tv_usec() as f64;
    seconds(usage.user_time()) + seconds(usage.system_time())
}
