use std::fs;

use expect_test::expect;
use serde_json::Value;

use crate::errors::check;
use crate::{SMALL, folder, run};

/// A row of the report: its numbers, without percent signs.
#[track_caller]
fn row(report: &str, name: &str) -> Vec<f64> {
    let line = report.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name:?} in\n{report}"));
    line[name.len()..].split_whitespace().filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn a_network_is_measured_on_new_waltzes_and_what_it_composes_is_judged() {
    let folder = folder("new_waltzes");
    run(&folder, &format!("train --corpus dice --waltzes 400 --repeat --epochs 1 --out out {SMALL}"));
    let report = run(&folder, "evaluate --model out/model.safetensors dice");
    // Who has hardly learned pays for the second playing too; chance costs nothing there.
    let [first, repeated, second, whole] =
        ["first part  ", "first part repeated", "second part", "whole waltz"].map(|name| row(&report, name));
    assert!((whole[0] - first[0] - repeated[0] - second[0]).abs() < 0.03, "{report}");
    assert!((whole[1] - first[1] - second[1]).abs() < 0.03 && repeated[1] == 0.0, "{report}");
    assert!(first[0] > first[1] && repeated[0] > 20.0 && (31.0..33.0).contains(&whole[1]), "{report}");
    assert!(report.contains("chance costs 31.9896 nats per waltz"), "{report}");
    // Nor does it compose waltzes: almost no bar is one of the game.
    assert!(row(&report, "bars of the game").iter().all(|share| *share < 50.0), "{report}");
    assert_eq!(row(&report, "legal and not in the corpus"), [0.0, 0.0], "{report}");
}

#[test]
fn chord_tokens_are_measured_and_not_judged() {
    let folder = folder("chord_waltzes");
    run(&folder, &format!("train --corpus dice --waltzes 400 --tokenizer chords --epochs 1 --out out {SMALL}"));
    let report = run(&folder, "evaluate --model out/model.safetensors dice");
    assert!(report.contains("chance costs 31.9365 nats per waltz of 78.5 tokens"), "{report}");
    assert!(report.contains("only judged for tokens with rhythm") && !report.contains("bars of the game"), "{report}");
}

#[test]
fn a_rolled_waltz_is_continued_at_its_bar_line() {
    let folder = folder("waltz_primer");
    run(&folder, &format!("train --corpus dice --waltzes 400 --epochs 1 --out out {SMALL}"));
    let compose = "compose --model out/model.safetensors --primer dice --seed 4 --bars 2";
    run(&folder, &format!("{compose} --out with.mid"));
    run(&folder, "dice --seed 4 --out rolled.mid");
    let read = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        galant_midi::decode(&bytes, galant_midi::ReadRules::Standard).unwrap().score
    };
    let (with, rolled) = (read("with.mid"), read("rolled.mid"));
    let sixteenths = |score: &galant_types::Score, end: u64| -> Vec<(u64, u8)> {
        let tick = u64::from(score.ticks_per_quarter) / 4;
        let notes = score.notes.iter().map(|note| (note.onset / tick, note.pitch));
        let mut notes: Vec<(u64, u8)> = notes.filter(|note| note.0 < end).collect();
        notes.sort_unstable();
        notes
    };
    assert_eq!(sixteenths(&with, 96), sixteenths(&rolled, 96), "the sixteen bars of the rolled waltz come first");
    assert!(
        with.notes.iter().any(|note| note.onset / (u64::from(with.ticks_per_quarter) / 4) == 96),
        "a new one begins"
    );
    assert_eq!((with.meters[0].numerator, with.meters[0].denominator_log2), (3, 3));
    run(&folder, "reproduce with.mid --model out/model.safetensors --out again.mid");
    assert_eq!(fs::read(folder.join("with.mid")).unwrap(), fs::read(folder.join("again.mid")).unwrap());
}

#[test]
fn an_evaluation_by_the_dice_game_is_one_json_object() {
    let folder = folder("waltzes_json");
    run(&folder, &format!("train --corpus dice --waltzes 400 --epochs 1 --out out {SMALL}"));
    let said = run(&folder, "evaluate --model out/model.safetensors dice --json");
    assert_eq!(said.lines().count(), 1, "{said}");
    let json: Value = serde_json::from_str(&said).unwrap();
    let nats = |part: &Value| [part["model_nats"].as_f64().unwrap(), part["chance_nats"].as_f64().unwrap()];
    let parts: Vec<[f64; 2]> = json["parts"].as_array().unwrap().iter().map(nats).collect();
    let [first, second, whole] = parts[..] else { panic!("{said}") };
    for (sum, of_parts) in whole.iter().zip([first[0] + second[0], first[1] + second[1]]) {
        assert!((sum - of_parts).abs() < 1e-9, "{said}");
    }
    assert!(json["waltzes"] == 200 && json["entropy_nats"].as_f64().unwrap() > 31.0, "{said}");
    let composed = json["composed"].as_array().unwrap();
    let temperatures: Vec<f64> = composed.iter().map(|waltzes| waltzes["temperature"].as_f64().unwrap()).collect();
    assert_eq!(temperatures, [0.5, 1.0], "{said}");
    assert!(composed.iter().all(|waltzes| (0.0..=1.0).contains(&waltzes["legal_and_new"].as_f64().unwrap())), "{said}");
    // What does not go together is refused.
    check(
        &folder,
        "evaluate --model out/model.safetensors dice x.mid --json",
        expect![[r#"
        error: dice is evaluated alone; evaluate files in a second command
    "#]],
    );
    check(
        &folder,
        "evaluate --model out/model.safetensors dice --hold-out 0.1",
        expect![[r#"
        error: --hold-out only applies to files; the waltzes of dice are new
    "#]],
    );
}
