//! A folder with the files that documents speak of, made of music that is part of the project.

use std::fs;
use std::path::{Path, PathBuf};

/// Where bundled pieces are.
const BUNDLED: &str = "crates/galant-corpus/music/mozart";

/// The folder, made anew. What a file is called does not matter to its readers: its content does.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = |from: &str, to: &str| {
        let to = folder.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root.join(from), to).unwrap();
    };
    let piece = |name: &str| format!("{BUNDLED}/{name}.abc");
    for (number, name) in (1..).zip(["k331-1-theme", "k331-1-variation-1", "k331-3-rondo"]) {
        let style = if number == 1 { "minuets" } else { "waltzes" };
        copy(&piece(name), &format!("music/{style}/{number}.mid"));
        copy(&piece(name), &format!("concertos/mozk21{}a.mid", 5 + number));
    }
    copy(&piece("k331-3-rondo"), "concertos/mozk219a.mid");
    copy(&piece("k2-minuet"), "other/minuet.mid");
    copy("fixtures/scales.abc", "music/tune.abc");
    for name in ["song.mid", "theme.mid", "other.mid"] {
        copy(&piece("k331-1-variation-2"), name);
    }
    copy("fixtures/ah-vous-dirai-je.abc", "tune.abc");
    copy("fixtures/ah-vous-dirai-je.abc", "tune.mid");
    for number in 0..4 {
        write(&folder, &format!("chorales/{number}.abc"), &chorale(number, &VOICES));
    }
    write(&folder, "hymn.mid", &chorale(5, &VOICES));
    write(&folder, "bass.mid", &chorale(6, &VOICES[3..]));
    let tunes: String =
        (1..=12).map(|number| format!("X:{number}\nT:Tune {number}\nM:4/4\nL:1/4\nK:G\nGABc|dcBA|G4|\n\n")).collect();
    write(&folder, "book.abc", &tunes);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The voices of a choir with their notes in four bars that follow each other in some order.
const VOICES: [(&str, [&str; 4]); 4] = [
    ("Soprano", ["c2d2", "e2d2", "f2e2", "d2c2"]),
    ("Alto", ["G2G2", "G2G2", "A2G2", "G2G2"]),
    ("Tenor", ["E2D2", "C2D2", "C2C2", "D2E2"]),
    ("Bass", ["C,2B,,2", "C,2G,,2", "F,,2C,2", "G,,2C,2"]),
];

/// A chorale of 16 bars in some of the voices.
fn chorale(number: usize, voices: &[(&str, [&str; 4])]) -> String {
    let voice = |(place, (name, bars)): (usize, &(&str, [&str; 4]))| {
        let notes = (0..16).map(|bar| bars[(number + bar * (bar + 1) / 2) % 4]);
        format!("V:{} name=\"{name}\"\n{}|\n", place + 1, notes.collect::<Vec<_>>().join("|"))
    };
    let voices: String = voices.iter().enumerate().map(voice).collect();
    format!("X:1\nT:Chorale {number}\nM:4/4\nL:1/4\nK:C\n{voices}")
}
