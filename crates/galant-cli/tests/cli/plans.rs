use std::fs;

use expect_test::{Expect, expect};

use crate::{SMALL, folder, galant, run, write_song};

#[test]
fn a_training_in_minutes_is_repeated_in_steps_byte_for_byte() {
    let folder = folder("plans_minutes");
    write_song(&folder, "song.mid", 200);
    for schedule in ["constant", "cosine"] {
        let train = |out: &str, plan: &str| {
            run(
                &folder,
                &format!(
                    "train --corpus song.mid {SMALL} --patience 1000 --schedule {schedule} --out {schedule}-{out} {plan}"
                ),
            )
        };
        let said = train("minutes", "--minutes 0.02");
        let (_, steps) = said.split_once("--steps ").unwrap();
        let steps = steps.split_whitespace().next().unwrap();
        assert!(said.contains(&format!("ended after {}", steps_text(steps))), "{said}");
        train("steps", &format!("--steps {steps}"));
        let model = |out: &str| fs::read(folder.join(format!("{schedule}-{out}/model.safetensors"))).unwrap();
        assert!(model("minutes") == model("steps"), "the models differ");
    }
}

/// A number as the program prints it.
fn steps_text(steps: &str) -> String {
    let n = steps.len();
    let separated = |at: usize| if at > 0 && (n - at).is_multiple_of(3) { "," } else { "" };
    steps.char_indices().map(|(at, digit)| format!("{}{digit}", separated(at))).collect()
}

#[test]
fn plans_that_contradict_each_other_are_refused() {
    let folder = folder("plans_refused");
    let check = |options: &str, expected: Expect| {
        let output = galant(&folder, &format!("train {options}"));
        assert_eq!(output.status.code(), Some(2));
        expected.assert_eq(&String::from_utf8_lossy(&output.stderr));
        assert!(!folder.join("out").exists());
    };
    check(
        "--minutes 10 --steps 100",
        expect![[r#"
            error: --minutes cannot be used with --steps; see galant train --help
        "#]],
    );
    check(
        "--minutes 0",
        expect![[r#"
            error: --minutes is '0': give minutes above 0, such as 10 or 0.5; see galant train --help
        "#]],
    );
    check(
        "--minutes soon",
        expect![[r#"
            error: --minutes is 'soon': give minutes above 0, such as 10 or 0.5; see galant train --help
        "#]],
    );
    check(
        "--epochs 3 --passes 4",
        expect![[r#"
            error: --epochs cannot be used with --passes; see galant train --help
        "#]],
    );
    check(
        "--stop-at-loss 0.5 --schedule cosine",
        expect![[r#"
        error: a cosine schedule falls until the last step planned, and neither steps nor epochs are; plan one of them, or keep the rate constant
    "#]],
    );
    check(
        "--steps 0",
        expect![[r#"
            error: --steps is '0': give a whole number from 1; see galant train --help
        "#]],
    );
    check(
        "--resume",
        expect![[r#"
        error: nothing to resume: there is no out/snapshot.galant; train without --resume first
    "#]],
    );
    fs::create_dir(folder.join("empty")).unwrap();
    check(
        "--corpus empty",
        expect![[r#"
        error: no MIDI, ABC or MusicXML files in empty: their names must end in .mid, .midi, .smf, .rmi, .kar, .abc, .musicxml, .mxl, .xml
    "#]],
    );
}

#[test]
fn the_plan_says_how_long_the_training_is() {
    let folder = folder("plans_said");
    write_song(&folder, "song.mid", 200);
    let plan = |options: &str| {
        let said = run(&folder, &format!("train --corpus song.mid {SMALL} --out out --force {options}"));
        said.lines().find(|line| line.starts_with("plan")).unwrap_or_default().to_owned() + "\n"
    };
    let plans = [
        plan("--steps 40 --schedule cosine"),
        plan("--passes 3"),
        plan("--steps 40 --passes 3"),
        plan("--steps 20 --epoch-steps 7"),
        plan("--epochs 1"),
        plan("--stop-at-loss 20"),
    ];
    expect![[r#"
        plan     40 steps at a cosine rate, measured every 2; 6.7 times through the corpus
        plan     18 steps at a cosine rate, measured every 1; 3.0 times through the corpus
        plan     18 steps at a cosine rate, measured every 1; 3.0 times through the corpus
        plan     20 steps at a cosine rate, measured every 7; 3.3 times through the corpus
        plan     about 51 steps at a cosine rate, in 1 epoch; 8.5 times through the corpus

    "#]]
    .assert_eq(&plans.concat());
}

#[test]
fn the_plan_says_how_many_threads_can_work() {
    let folder = folder("plans_threads");
    write_song(&folder, "song.mid", 200);
    let plan = |options: &str| {
        let said = run(&folder, &format!("train --corpus song.mid {SMALL} --epochs 1 --out {options}"));
        said.lines().find(|line| line.starts_with("network")).unwrap().to_owned()
    };
    assert!(plan("few --threads 3").ends_with(", 3 threads"));
    assert!(plan("many --threads 20").ends_with(", 8 of 20 threads: a batch has 8 windows"));
}

#[test]
fn a_huge_vocabulary_is_warned_of_with_its_remedy() {
    let folder = folder("plans_vocabulary");
    // 1,200 different chords, each once, and as many notes in fewer than a hundred.
    let chord = |i: usize| format!("[{},{},{}]", 30 + i % 20, 60 + i / 20 % 12, 80 + i / 240);
    let chords: Vec<String> = (0..1200).map(chord).collect();
    fs::write(folder.join("song.json"), format!("[{}]", chords.join(","))).unwrap();
    run(&folder, "detokenize song.json --out song.mid");
    let said = |options: &str| {
        let output = galant(&folder, &format!("train --corpus song.mid {SMALL} --out out --force --steps 1 {options}"));
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    expect![[r#"
        warning: the vocabulary has 1,200 tokens: its output layer is 57 % of the network's parameters, and 100 % of the tokens are heard fewer than 5 times in a pass through the corpus; --tokenizer notes makes a few hundred tokens of the same music, --top 1 fewer than these
    "#]].assert_eq(&said("--tokenizer chords --transpose 0..=0"));
    expect![[r#"
        warning: the vocabulary has 1,200 tokens: its output layer is 61 % of the network's parameters, and 100 % of the tokens are heard fewer than 5 times in a pass through the corpus; --tokenizer notes makes a few hundred tokens of the same music, a coarser --grid or --top 1 fewer than these
    "#]].assert_eq(&said("--tokenizer rhythm --transpose 0..=0"));
    expect![[""]].assert_eq(&said("--tokenizer notes --transpose 0..=0"));
}
