use std::fs;

use expect_test::expect;
use galant_dice::{Repeats, Throws, recognize};
use galant_midi::{ReadRules, decode};
use galant_types::Seed;

use crate::errors::{check, error};
use crate::{SMALL, folder, run};

/// The sixteen throws that a MIDI file was made of, the lowest that sound so.
#[track_caller]
fn recognized(path: &std::path::Path) -> (Repeats, Throws) {
    let recognized = recognize(&decode(&fs::read(path).unwrap(), ReadRules::Standard).unwrap().score).unwrap();
    (recognized.repeats, recognized.lowest())
}

#[test]
fn a_waltz_is_rolled_described_and_written() {
    let folder = folder("dice");
    let said = run(&folder, "dice --seed 5 --out new/waltz.mid");
    let throws = Throws::roll(Seed(5));
    let sums = throws.sums().map(|sum| sum.to_string()).join(",");
    assert!(said.contains(&format!("throws   {sums}\n")), "{said}");
    assert!(said.contains("wrote new/waltz.mid: 16 bars, 16.0 s"), "{said}");
    assert_eq!(recognized(&folder.join("new/waltz.mid")), (Repeats::Straight, throws.lowest()));
    // The same throws by hand give the same bytes, a second time over the first file.
    run(&folder, &format!("dice --throws {sums} --out by-hand.mid"));
    run(&folder, &format!("dice --throws {sums} --out by-hand.mid --quiet"));
    assert_eq!(fs::read(folder.join("by-hand.mid")).unwrap(), fs::read(folder.join("new/waltz.mid")).unwrap());
    assert_eq!(run(&folder, &format!("dice --throws {sums} --out by-hand.mid --quiet")), "");
}

#[test]
fn the_bars_of_the_print_and_their_probability_are_printed() {
    let folder = folder("dice_chance");
    // "6 in the first column gives 148, 9 in the second gives 84"; the repeat has both endings of position 8.
    let said = run(&folder, "dice --throws 6,9,7,7,7,7,7,7,7,7,7,7,7,7,7,11 --repeat --out waltz.mid");
    let bars: Vec<&str> = said.lines().skip(1).take(3).map(|line| line.trim_start_matches("bars").trim()).collect();
    let expected =
        ["148  84  27 167 154  68 118  91", "148  84  27 167 154  68 118 177", "138  71 150  29 101 162  23  78"];
    assert_eq!(bars, expected, "{said}");
    // −ln(5/36 · 4/36 · (6/36)^13 · 2/36), and without position 8, and 1/18 for the last bar.
    assert!(said.contains("30.35 nats; on average 36.31") && said.contains("28.56 nats; on average 31.99"), "{said}");
    assert_eq!(recognized(&folder.join("waltz.mid")).0, Repeats::WithRepeats);
}

#[test]
fn a_name_that_ends_in_wav_gets_sound() {
    let folder = folder("dice_sound");
    run(&folder, "dice --seed 2 --out waltz.WAV");
    let bytes = fs::read(folder.join("waltz.WAV")).unwrap();
    assert_eq!((&bytes[..4], &bytes[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
}

#[test]
fn throws_that_are_no_throws() {
    let folder = folder("dice_errors");
    let throws = ["7,7,7", "7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,13", "7,-1", "7,,7"];
    let errors = throws.map(|throws| error(&folder, &format!("dice --out x.mid --throws {throws}")));
    expect![[r#"
        error: --throws is '7,7,7': 3 throws are given; a waltz takes 16, separated by commas such as 7,11,4; see galant dice --help
        error: --throws is '7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,13': throw 16 is '13'; two dice give 2 to 12; see galant dice --help
        error: --throws is '7,-1': throw 2 is '-1'; two dice give 2 to 12; see galant dice --help
        error: --throws is '7,,7': throw 2 is ''; two dice give 2 to 12; see galant dice --help"#]].assert_eq(&errors.join("\n"));
    check(
        &folder,
        "dice --seed 1",
        expect![[r#"
            error: --out FILE.mid|FILE.musicxml|FILE.wav is missing; see galant dice --help
        "#]],
    );
    let both = "dice --seed 1 --throws 7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7 --out x.mid";
    check(
        &folder,
        both,
        expect![[r#"
            error: --seed cannot be used with --throws; see galant dice --help
        "#]],
    );
    check(
        &folder,
        "dice --out .",
        expect![[r#"
        error: writing .: it is a folder; name a file
    "#]],
    );
    assert!(!folder.join("x.mid").exists());
}

#[test]
fn repeats_only_apply_to_waltzes() {
    let folder = folder("dice_repeat");
    crate::write_song(&folder, "song.mid", 100);
    check(
        &folder,
        "train --corpus song.mid --repeat",
        expect![[r#"
        error: --repeat and --waltzes only apply to --corpus dice
    "#]],
    );
    run(&folder, &format!("train --corpus song.mid --out song --epochs 1 {SMALL}"));
    check(
        &folder,
        "evaluate --model song/model.safetensors dice",
        expect![[r#"
            error: the model lacks the token 79 of the dice game; train one on the game, with as many waltzes as by default or more: `galant train --corpus dice`
        "#]],
    );
}
