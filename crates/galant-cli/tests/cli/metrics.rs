//! What `galant metrics` prints, and what it refuses.

use std::fs;

use expect_test::expect;
use serde_json::Value;

use crate::{folder, galant, run};

fn write(folder: &std::path::Path, name: &str, bars: &str) {
    fs::write(folder.join(name), format!("X:1\nM:4/4\nL:1/4\nK:C\n{bars}\n")).unwrap();
}

#[test]
fn a_piece_is_a_table_and_a_set_is_compared_with_another() {
    let folder = folder("metrics");
    for (name, bars) in [("a.abc", "CDEF|GFED|C4|"), ("b.abc", "CEGc|CEGc|z4|z4|C4|"), ("c.abc", "GABc|d2B2|G4|")] {
        write(&folder, name, bars);
    }
    let table = run(&folder, "metrics b.abc");
    let shown = |name: &str| table.lines().find(|line| line.trim_start().starts_with(name)).map(str::to_owned);
    assert_eq!(table.lines().next(), Some("b.abc: C major"));
    let rows = ["pitch_range", "empty_measure_rate", "rep", "harmonization", "part-writing"];
    expect![[r#"
          pitch_range                   12.000  semitones from the lowest note to the highest
          empty_measure_rate             0.167  share of bars in which nothing sounds
          rep                            0.200  share of bars equal to an earlier one
        harmonization: nothing accompanies the highest line
        part-writing: no piece has 2 to 8 parts of single notes
    "#]]
    .assert_eq(&rows.map(|name| shown(name).unwrap() + "\n").concat());

    let json: Value =
        serde_json::from_str(&run(&folder, "metrics --json a.abc b.abc c.abc --against a.abc b.abc")).unwrap();
    let names: Vec<&str> =
        json["pieces"].as_array().unwrap().iter().map(|piece| piece["piece"].as_str().unwrap()).collect();
    assert_eq!((names, json["reference"]["n_pieces"].as_u64()), (vec!["a.abc", "b.abc", "c.abc"], Some(2)));
    assert_eq!(json["pieces"][1]["muspy"]["pitch_range"], 12.0);
    assert_eq!(json["summary"]["structure"]["rep"]["greatest"], 0.2);
    assert!(json["distance"]["figure_frechet"].as_f64().unwrap() > 0.1, "{json}");
}

#[test]
fn what_cannot_be_measured_is_said() {
    let folder = folder("metrics_refusals");
    fs::create_dir_all(folder.join("empty")).unwrap();
    write(&folder, "rest.abc", "z4|z4|");
    write(&folder, "tune.abc", "CDEF|");
    let said = |args: &str| {
        let output = galant(&folder, &format!("metrics {args}"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        format!("{}: {stderr}", output.status.code().unwrap())
    };
    let all = ["", "nothing.mid", "empty", "rest.abc", "tune.abc nothing.mid", "tune.abc --against tune.abc"].map(said);
    expect![[r#"
        2: error: FILE|FOLDER... is missing; see galant metrics --help
        2: error: reading nothing.mid: No such file or directory (os error 2)
        2: error: no MIDI, ABC or MusicXML files in empty: their names must end in .mid, .midi, .smf, .rmi, .kar, .abc, .musicxml, .mxl, .xml
        2: warning: rest.abc: it has no notes, and is left out
        error: no piece has notes, so there is nothing to measure
        1: error: reading nothing.mid: No such file or directory (os error 2)
        0: warning: two sets are compared from two pieces each on; name folders, or several files
    "#]]
    .assert_eq(&all.concat());
}
