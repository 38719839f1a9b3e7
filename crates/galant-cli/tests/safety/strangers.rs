use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::{SMALL, check_failed, error, folder, galant, run};

/// A copy of a seed of the fuzz target for MIDI files.
fn seed(folder: &Path, name: &str) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/midi");
    fs::copy(seeds.join(name), folder.join(name)).unwrap();
}

#[test]
fn strict_refuses_what_is_repaired_otherwise() {
    let folder = folder("strict");
    ["no-end.mid", "latin-1.mid"].iter().for_each(|name| seed(&folder, name));
    let repair = "track 0, byte 30: the track has no end-of-track event";
    let output = galant(&folder, "tokenize no-end.mid");
    assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("warning: no-end.mid: {repair}")));
    for command in ["tokenize no-end.mid", "render no-end.mid --out x.wav", "train --corpus no-end.mid"] {
        let said = error(&galant(&folder, &format!("{command} --strict")));
        assert!(["reading no-end.mid", repair, "strict"].iter().all(|part| said.contains(part)), "{said}");
    }
    // Another encoding of a name is no damage.
    run(&folder, "tokenize latin-1.mid --strict");
    // In a folder it is left out and named; the rest is read.
    let output = galant(&folder, &format!("train --corpus . {SMALL} --epochs 1 --strict --out out"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: reading ./no-end.mid") && folder.join("out/model.safetensors").exists(), "{said}");
}

#[test]
fn strict_refuses_neither_what_is_left_out_nor_what_changes_nothing() {
    let folder = folder("strict-legal");
    // Grace notes are legal ABC; they are only left out.
    fs::write(folder.join("graced.abc"), "X:1\nM:2/4\nL:1/4\nK:C\n{d}CD|EF|\n").unwrap();
    // Key 61 is released, and was never struck.
    let events = b"\0\x90\x3c\x40\x60\x80\x3d\x40\0\x80\x3c\x40\0\xff\x2f\0";
    let head = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0";
    let midi = [&head[..], &[events.len() as u8], events].concat();
    fs::write(folder.join("silent.mid"), midi).unwrap();
    for name in ["graced.abc", "silent.mid"] {
        let output = galant(&folder, &format!("tokenize {name} --strict"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.starts_with(&format!("warning: {name}: ")), "{said}");
        run(&folder, &format!("render {name} --out x.wav --soundfont none --strict"));
    }
    // A bar that is too long is a slip, and refused.
    fs::write(folder.join("long.abc"), "X:1\nM:2/4\nL:1/4\nK:C\nCDE|EF|\n").unwrap();
    run(&folder, "tokenize long.abc");
    check_failed(
        &galant(&folder, "tokenize long.abc --strict"),
        expect![[r#"
            error: reading long.abc: line 5, column 1: bar 1 of voice 1 lasts 3/4 of a whole note, the meter asks for 1/2; strict reading allows no repairs, and this file needs 1
        "#]],
    );
}

#[test]
fn names_with_control_characters_do_not_control_the_terminal() {
    let folder = folder("controls");
    seed(&folder, "no-end.mid");
    let name = "a\u{1b}]0;mine\u{7}\u{9b}2J.mid";
    fs::rename(folder.join("no-end.mid"), folder.join(name)).unwrap();
    let check = |args: &str| {
        let output = galant(&folder, args);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains(r"a\u{1b}]0;mine\u{7}\u{9b}2J.mid"), "{args}: {said:?}");
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{args}: {said:?}");
    };
    check("tokenize .");
    check(&format!("train --corpus . {SMALL} --epochs 1 --out out"));
    check("info out/model.safetensors");
    fs::write(folder.join(name), "no MIDI").unwrap();
    check(&format!("train --corpus . {SMALL} --epochs 1 --out other"));
}

#[test]
fn the_report_lists_every_repair_below_its_file() {
    let folder = folder("report-repairs");
    seed(&folder, "stray.mid");
    let said = run(&folder, "tokenize stray.mid --report");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 5, "{said}");
    assert!(lines[1].ends_with("stray.mid"), "{said}");
    let warnings: Vec<&str> = lines[2..].iter().map(|line| line.strip_prefix("    ").unwrap()).collect();
    expect![[r#"
            byte 14: 3 bytes outside of any chunk; skipped
            byte 37: chunk 'XFIH' of 3 bytes is not a track; skipped
            byte 48: 1 byte outside of any chunk; skipped"#]]
    .assert_eq(&warnings.join("\n"));
}
