//! Ctrl-C in `galant make`, in each of the things that it does.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, Read, Write};
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};

use crate::{Running, SMALL, error, folder, galant, names, run};

const MUSIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../galant-corpus/music/mozart/k331-1-theme.abc");

impl Running {
    /// Waits for a line that begins so.
    fn line(&mut self, begin: &str) {
        let mut line = String::new();
        while !line.starts_with(begin) {
            line.clear();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended before it said: {begin}");
        }
    }

    /// Presses Ctrl-C, waits for the end, and returns what it says from there on, errors last.
    fn interrupt(mut self) -> String {
        kill(Pid::from_raw(self.child.id() as i32), Signal::SIGINT).unwrap();
        let mut said = String::new();
        self.lines.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(130), "{said}");
        said
    }
}

/// Checks that no file is half written, and returns the names of all.
fn whole_files(folder: &Path) -> Vec<String> {
    let names = names(folder);
    assert!(!names.iter().any(|name| name.ends_with(".new")), "{names:?}");
    names
}

#[test]
fn making_music_goes_on_where_ctrl_c_stopped_it() {
    let folder = folder("making");
    fs::create_dir(folder.join("music")).unwrap();
    fs::copy(MUSIC, folder.join("music/theme.abc")).unwrap();
    let (make, made) = ("make music --pieces 6", folder.join("made"));
    let again = "to go on with all of it:\n  galant make music --pieces 6 --seed 1 --out made\n";
    // A training that takes no time, as the program's own would.
    let mut training = Running::start(&folder, &format!("train --corpus music {SMALL} --steps 600 --out made"));
    training.next_epoch().unwrap();
    training.interrupt();

    let mut training = Running::start(&folder, make);
    training.line("going on   with the training in made; --force begins anew");
    training.next_epoch().unwrap();
    let said = training.interrupt();
    assert!(said.contains("; the model has the weights of epoch ") && said.contains(again), "{said}");
    whole_files(&made);

    let mut composing = Running::start(&folder, make);
    composing.line("going on   with the training in made; --force begins anew");
    composing.line("$ galant compose ");
    let said = composing.interrupt();
    assert!(said.contains("stopped while composing; ") && said.ends_with(again), "{said}");
    assert!(whole_files(&made).iter().all(|name| !name.starts_with("composed")));

    let mut rendering = Running::start(&folder, make);
    rendering.line("going on   with the pieces by the model in made; --force begins anew");
    rendering.line("wrote made/composed-001.mid, ");
    let said = rendering.interrupt();
    assert!(said.contains("stopped while composing; ") && said.ends_with(again), "{said}");
    let there = whole_files(&made);
    assert!(there.contains(&"composed-001.wav".to_owned()) && !there.contains(&"report.html".to_owned()), "{there:?}");
    assert!(!there.contains(&"composed-006.wav".to_owned()), "{there:?}");

    assert!(galant(&folder, make).status.success());
    assert!(whole_files(&made).contains(&"report.html".to_owned()));
    assert_eq!(galant(&folder, make).status.code(), Some(2));

    // Another model makes other pieces: those of before are not to be taken for its own.
    let mut anew = Running::start(&folder, &format!("{make} --force"));
    anew.line("corpus ");
    let said = anew.interrupt();
    assert!(said.contains("stopped before the first step; there is nothing to resume\n"), "{said}");
    assert!(whole_files(&made).iter().all(|name| !name.starts_with("composed") && name != "report.html"));
}

#[test]
fn a_trained_model_of_other_music_is_not_taken_for_what_was_stopped() {
    let folder = folder("making_other");
    fs::create_dir(folder.join("music")).unwrap();
    fs::copy(MUSIC, folder.join("music/theme.abc")).unwrap();
    run(&folder, &format!("train --corpus song.mid {SMALL} --steps 6 --out made"));
    for (make, why) in [
        ("make music", "made has a finished training of other music or by another seed; replace it with --force"),
        ("make song.mid --seed 2", "made has a finished training of other music or by another seed; "),
    ] {
        let said = error(&galant(&folder, make));
        assert!(said.contains(why), "{said}");
    }
    let output = galant(&folder, "make song.mid --pieces 1");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("going on   with the pieces by the model in made"));
    // A training that was stopped goes on with its own music only.
    let mut training =
        Running::start(&folder, &format!("train --corpus song.mid {SMALL} --steps 100000 --out stopped"));
    training.next_epoch().unwrap();
    training.interrupt();
    let said = error(&galant(&folder, "make music --out stopped"));
    assert!(
        said.starts_with("error: going on in stopped, where --force begins anew: resuming from stopped/"),
        "{said}"
    );
}

#[test]
fn nothing_is_made_of_music_that_was_not_read() {
    let folder = folder("making_reads");
    let pipe = folder.join("pipe.mid");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    // To open a pipe is to wait for whoever reads it.
    let open = || OpenOptions::new().write(true).open(&pipe).unwrap();

    let reading = Running::start(&folder, "make pipe.mid");
    let kept_open = open();
    assert_eq!(reading.interrupt(), "stopped while reading the music; nothing was changed\n");
    drop(kept_open);

    let mut reading = Running::start(&folder, "make pipe.mid");
    open().write_all(&fs::read(folder.join("song.mid")).unwrap()).unwrap();
    // It is read twice: to look at it, and to learn from it.
    reading.line("$ galant train ");
    let _kept_open = open();
    let said = reading.interrupt();
    assert!(said.ends_with("stopped before the first step; there is nothing to resume\n"), "{said}");
    assert!(!folder.join("made").exists());
}
