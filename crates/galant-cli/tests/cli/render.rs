//! `galant render` and `galant play`.

use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::errors::check_all;
use crate::{folder, run, write_song};

/// A level that a message reports: of `peak -1.0 dBFS, RMS -15.0 dBFS` the number after `name`.
fn level(message: &str, name: &str) -> f64 {
    let mut tokens = message.split_whitespace();
    tokens.find(|&token| token == name).unwrap();
    tokens.next().unwrap().parse().unwrap()
}

fn samples(path: &Path) -> Vec<i16> {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..4], b"RIFF");
    bytes[44..].as_chunks::<2>().0.iter().map(|&sample| i16::from_le_bytes(sample)).collect()
}

#[test]
fn a_song_is_rendered_at_a_pleasant_level_and_twice_alike() {
    let folder = folder("render_song");
    write_song(&folder, "song.mid", 32);
    let message = run(&folder, "render song.mid --out sub/song.wav --soundfont none");
    // 32 tokens of an eighth of a second, and two seconds to ring.
    assert!(message.starts_with("wrote sub/song.wav: 6.0 s, peak -1.0 dBFS, RMS -"), "{message}");
    assert!(message.ends_with(" dBFS, played by the built-in sound\n"), "{message}");
    assert!((-30.0..-10.0).contains(&level(&message, "RMS")), "{message}");
    let first = samples(&folder.join("sub/song.wav"));
    assert_eq!(first.len(), 2 * 6 * 44_100);
    assert!(first.iter().all(|sample| sample.unsigned_abs() < 30_000), "a sample near full scale");
    run(&folder, "render song.mid --out sub/song.wav --soundfont none");
    assert!(first == samples(&folder.join("sub/song.wav")), "the second time sounds different");
    let left: Vec<_> = fs::read_dir(folder.join("sub")).unwrap().collect();
    assert_eq!(left.len(), 1, "temporary files are left: {left:?}");
}

#[test]
fn floats_are_twice_as_many_bytes() {
    let folder = folder("render_float");
    write_song(&folder, "song.mid", 4);
    run(&folder, "render song.mid --out song.wav --soundfont none --float");
    let bytes = fs::read(folder.join("song.wav")).unwrap();
    assert_eq!(bytes.len() as u64 / 1000, 8 * 44_100 * 5 / 2 / 1000);
}

#[test]
fn a_piece_without_notes_is_silence_and_reported_as_such() {
    let folder = folder("render_nothing");
    fs::write(folder.join("none.json"), "[]").unwrap();
    run(&folder, "detokenize none.json --out none.mid");
    let message = run(&folder, "render none.mid --out none.wav --soundfont none");
    expect![[r#"
        wrote none.wav: 2.0 s of silence, as the piece has no notes, played by the built-in sound
    "#]]
    .assert_eq(&message);
    assert!(samples(&folder.join("none.wav")).iter().all(|&sample| sample == 0));
}

#[test]
fn render_says_in_a_line_what_is_wrong_and_writes_nothing() {
    let folder = folder("render_errors");
    write_song(&folder, "song.mid", 4);
    fs::write(folder.join("text.sf2"), "not a SoundFont").unwrap();
    let commands = [
        "render none.mid --out x.wav",
        "render song.json --out x.wav",
        "render song.mid --out .",
        "render song.mid --out x.wav --soundfont none.sf2",
        "render song.mid --out x.wav --soundfont text.sf2",
        "play none.mid",
    ];
    check_all(
        &folder,
        commands,
        expect![[r#"
        error: reading none.mid: No such file or directory (os error 2)
        error: reading song.json: not a standard MIDI file: it begins with '[[48,52,', not 'MThd'
        error: writing .: it is a folder; name a file
        error: reading none.sf2: No such file or directory (os error 2)
        error: reading text.sf2 (--soundfont none takes the built-in sound): it does not begin with RIFF and sfbk; a SoundFont 2 file is needed, whose name usually ends in .sf2
        error: reading none.mid: No such file or directory (os error 2)"#]],
    );
    assert!(!folder.join("x.wav").exists());
}

#[test]
fn what_is_too_long_for_floating_point_is_refused_before_it_is_played() {
    let folder = folder("render_float_long");
    // One note of five hours, as a MIDI file: 36,000 quarter notes of 96 ticks.
    let mut events = vec![0, 0x90, 60, 64];
    events.extend([0x81, 0xd2, 0xf8, 0x00, 0x80, 60, 64, 0, 0xff, 0x2f, 0]);
    let midi = [b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0".as_slice(), &[events.len() as u8], &events].concat();
    fs::write(folder.join("long.mid"), midi).unwrap();
    // The limit is that of the events, which are known before the first sound.
    check_all(
        &folder,
        ["render long.mid --out long.wav --float --soundfont none"],
        expect![
            "error: rendering long.mid with the built-in sound to floating-point numbers (--float), which take twice the room: note 0 ends after 18000 s, over the limit of 12171 s"
        ],
    );
    assert!(!folder.join("long.wav").exists());
}
