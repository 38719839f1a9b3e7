//! Several inputs, some of which are bad.

use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::errors::check;
use crate::{SMALL, folder, galant, run, write_song};

/// Runs a command of which one input is bad, and returns what it prints and what it reports.
#[track_caller]
fn partly(folder: &Path, args: &str) -> (String, String) {
    let output = galant(folder, args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "galant {args}\n{said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

/// The lines of errors and warnings.
fn complaints(said: &str) -> String {
    let is_complaint = |line: &&str| line.starts_with("error: ") || line.starts_with("warning: ");
    said.lines().filter(is_complaint).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_bad_input_is_reported_and_the_rest_is_done() {
    let folder = folder("inputs");
    fs::create_dir(folder.join("music")).unwrap();
    for name in ["music/a.mid", "music/c.mid"] {
        write_song(&folder, name, 100);
    }
    fs::write(folder.join("music/b.mid"), "no MIDI").unwrap();
    run(&folder, &format!("train --corpus music/a.mid --tokenizer rhythm --out model --epochs 1 {SMALL}"));
    let model = "--model model/model.safetensors";
    for inputs in ["music/a.mid music/b.mid music/c.mid", "music", "music/a.mid no.mid music/c.mid"] {
        let train = format!("train --corpus {inputs} --tokenizer rhythm --out out --force --epochs 1 {SMALL}");
        let evaluate = format!("evaluate {model} {inputs}");
        for (command, n_good) in [
            (format!("tokenize {inputs}"), 2),
            (format!("tokenize --report --tokenizer rhythm {inputs}"), 2),
            (evaluate, 2),
            (train, 0),
        ] {
            let (out, said) = partly(&folder, &command);
            let bad = if inputs.contains("no.mid") { "no.mid" } else { "music/b.mid" };
            let error = format!("error: reading {bad}: ");
            assert_eq!(said.lines().filter(|line| line.starts_with(&error)).count(), 1, "{command}\n{said}");
            let is_good = |name: &&str| out.lines().any(|line| line.contains(*name));
            assert_eq!(["a.mid", "c.mid"].iter().filter(|name| is_good(name)).count(), n_good, "{command}\n{out}");
        }
        // A survey lists what it could not read.
        let (out, _) = partly(&folder, &format!("corpus {inputs}"));
        assert!(out.contains("2 songs"), "{out}");
    }
    assert!(folder.join("out/model.safetensors").exists());
    let validation = "train --corpus music/a.mid --validation music --tokenizer rhythm --out other --epochs 1";
    let said = String::from_utf8(galant(&folder, &format!("{validation} {SMALL}")).stderr).unwrap();
    assert!(said.contains("error: reading music/b.mid"), "{said}");
}

#[test]
fn bad_inputs_alone_are_an_error() {
    let folder = folder("bad_inputs");
    ["b.mid", "c.mid"].iter().for_each(|name| fs::write(folder.join(name), "no MIDI").unwrap());
    check(
        &folder,
        "tokenize b.mid",
        expect![[r#"
        error: reading b.mid: not a standard MIDI file: it begins with 'no MIDI', not 'MThd'
    "#]],
    );
    let output = galant(&folder, "tokenize b.mid c.mid");
    assert_eq!(output.status.code(), Some(2));
    expect![[r#"
        error: reading b.mid: not a standard MIDI file: it begins with 'no MIDI', not 'MThd'
        error: reading c.mid: not a standard MIDI file: it begins with 'no MIDI', not 'MThd'
        error: none of 2 inputs can be read
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_table_of_gradients_that_is_bad_is_reported() {
    let folder = folder("bad_gradients");
    fs::write(folder.join("a.csv"), "steps_back,cell,layer,norm\n0,lstm,1,0.5\n1,lstm,1,0.25\n").unwrap();
    fs::write(folder.join("b.csv"), "no table").unwrap();
    let (_, said) = partly(&folder, "plot gradients a.csv b.csv --out g.svg");
    assert!(said.contains("error: reading b.csv: "), "{said}");
    assert!(folder.join("g.svg").exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_in_a_folder_is_skipped() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let folder = folder("no_files");
    let music = folder.join("music");
    fs::create_dir_all(music.join("sub")).unwrap();
    write_song(&folder, "music/a.mid", 100);
    let made = std::process::Command::new("mkfifo").arg(music.join("pipe.mid")).status().unwrap();
    assert!(made.success());
    // The path of a socket is limited to about a hundred bytes, so it is made where it is short.
    let short = std::env::temp_dir().join(format!("galant-{}.mid", std::process::id()));
    let _listener = UnixListener::bind(&short).unwrap();
    symlink(&short, music.join("socket.mid")).unwrap();
    symlink("/dev/zero", music.join("device.mid")).unwrap();
    symlink("loop.mid", music.join("loop.mid")).unwrap();
    symlink("..", music.join("sub/up")).unwrap();
    let output = galant(&folder, "tokenize music");
    fs::remove_file(&short).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    expect![[r#"
        warning: music/device.mid: skipped, it is a device
        warning: music/loop.mid: skipped, its symbolic links lead in a circle
        warning: music/pipe.mid: skipped, it is a pipe
        warning: music/socket.mid: skipped, it is a socket
        warning: music/sub/up: skipped, it is a symbolic link to a folder that it is in
    "#]]
    .assert_eq(&complaints(&said));
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("music/a.mid: "));
    // A link to nothing is an input that is not there.
    symlink("nothing.mid", music.join("gone.mid")).unwrap();
    let (_, said) = partly(&folder, "tokenize music");
    assert!(said.contains("error: reading music/gone.mid: No such file or directory"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_read() {
    let folder = folder("named_pipe");
    write_song(&folder, "a.mid", 100);
    let script = format!("cat a.mid | {} tokenize /dev/stdin", env!("CARGO_BIN_EXE_galant"));
    let output = std::process::Command::new("sh").current_dir(&folder).args(["-c", &script]).output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"/dev/stdin: "), "{output:?}");
}

/// A MIDI file of a quarter note on each of these channels, one after the other.
fn midi(channels: &[u8]) -> Vec<u8> {
    let note = |channel: &u8| [0, 0x90 | channel, 60, 64, 0x60, 0x80 | channel, 60, 64];
    let events: Vec<u8> = channels.iter().flat_map(note).chain([0, 0xff, 0x2f, 0]).collect();
    [b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0".as_slice(), &[events.len() as u8], &events].concat()
}

#[test]
fn percussion_is_said_once_a_file_and_counted() {
    let folder = folder("percussion");
    fs::create_dir(folder.join("drums")).unwrap();
    fs::write(folder.join("drums/a.mid"), midi(&[9, 9])).unwrap();
    fs::write(folder.join("band.mid"), midi(&[0, 9, 9, 1, 9])).unwrap();
    let output = galant(&folder, "tokenize --tokenizer rhythm band.mid");
    assert!(output.status.success());
    expect![[r#"
        warning: band.mid: 3 notes of percussion (MIDI channel 10) left out, as percussion has no pitches
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stderr));
    expect![[r#"
        band.mid: 2 tokens, 2 different
        #0: 60+12>36
        #1: 60+12>12
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stdout));
    expect![[r#"
        songs    notes   tokens   unseen warnings  file
            1        2        2        -        0  band.mid  and 3 of percussion
            0        0        0        -        0  drums/a.mid  left out: percussion only

        2 files: 1 song, 1 left out
        2 files with percussion: 5 notes, which become no tokens
        2 notes, 2 tokens; 2 different ones in the training parts
        unseen in training: - of the tokens of the validation parts, the last 10 % of each file
        0 files with the notes of an earlier one, 0 of them in another key
        0 files with music of an earlier one, these included: other editions, movements of a work, arrangements

        found    1 piece, 0:03, 2 notes; 1 left out
        length   0:03 (2 bars)
        keys     1 × C major
        meters   1 × 4/4
        parts    1 × 2 parts
        drums    5 notes of percussion, which are not learned
        advice   galant train --corpus band.mid drums --tokenizer notes --minutes 1
                 notes: it can play chords that are not in the music, and hears it in other keys too
                 1 minute on two cores will do: longer would read the same music over and over
                 2 notes are little to learn from: the pieces will quote the music; a network needs about ten minutes of music to begin to compose
    "#]]
    .assert_eq(&run(&folder, "corpus --tokenizer rhythm band.mid drums"));
    // A folder of drums is no music to train on, and says why.
    check(
        &folder,
        "train --corpus drums --out out",
        expect![[r#"
        error: no music to train on: 1 file has percussion only (MIDI channel 10), which has no pitches
    "#]],
    );
}
