use std::fs;

use expect_test::{Expect, expect};

use crate::{SMALL, check_failed, error, folder, galant, run, write_song};

#[test]
fn numbers_that_are_not_finite_stop_the_training_and_leave_the_snapshot() {
    let folder = folder("diverges");
    let train = |options: &str| {
        format!(
            "train --corpus song.mid {SMALL} --schedule constant --connections stacked --streams none --clip-norm 0 --out out {options}"
        )
    };
    // The second step finds numbers that the first one made infinite.
    let output = galant(&folder, &train("--optimizer rmsprop --learning-rate 1e38"));
    check_failed(
        &output,
        expect![[r#"
        error: training stopped before its first snapshot: epoch 1, step 2: the gradient of embedding.weight is not finite at update 2; choose a smaller learning rate or clip the gradient
    "#]],
    );
    // Adam's first steps are shorter, so that some epochs are complete; which step is too much depends on the draws.
    let output = galant(&folder, &train("--learning-rate 34e36 --force"));
    let named = [
        "out/snapshot.galant is as it was last written",
        "epoch 5, step ",
        "not finite",
        "the gradient of embedding.weight",
        "smaller learning rate",
    ];
    let said = error(&output);
    assert!(named.iter().all(|part| said.contains(part)), "{said}");
    // The snapshot can be read, and resuming from it ends in the same way, however often.
    for _ in 0..2 {
        let resumed = galant(&folder, &train("--learning-rate 34e36 --resume"));
        assert_eq!(error(&resumed), said);
    }
    // The weights of a complete epoch are the best there are.
    assert!(run(&folder, "info out/model.safetensors").contains("not finished: written after"));
}

#[test]
fn music_that_no_training_can_use_is_refused_before_any_work() {
    let folder = folder("too-little");
    let check = |options: &str, expected: Expect| {
        let output = galant(&folder, &format!("train {options} --tokenizer rhythm --out out"));
        check_failed(&output, expected);
        assert!(!folder.join("out").exists(), "{options}");
    };
    write_song(&folder, "one.mid", 1);
    check(
        "--corpus one.mid",
        expect![[r#"
            error: no song has a training part longer than the window of 16 tokens: the longest of 1, "one.mid", has 1; choose a shorter window or longer songs
        "#]],
    );
    check(
        "--corpus song.mid --window 180",
        expect![[r#"
            error: no song has a training part longer than the window of 180 tokens: the longest of 1, "song.mid", has 180; choose a shorter window or longer songs
        "#]],
    );
    let same: Vec<&str> = vec!["[60]"; 200];
    fs::write(folder.join("same.json"), format!("[{}]", same.join(","))).unwrap();
    run(&folder, "detokenize same.json --out same.mid");
    check(
        "--corpus same.mid --window 16",
        expect![[r#"
        error: all tokens of the music are the same, so there is nothing to learn; give more music, or keep more notes of a chord
    "#]],
    );
    check(
        "--corpus song.mid --window 16 --batch 165",
        expect![[r#"
        error: a batch of 165 windows is larger than the corpus, which has 164 of 16 tokens; choose a batch of at most 164, or a shorter window
    "#]],
    );
    check(
        "--corpus song.mid --window 16 --hidden-size 100000",
        expect![[r#"
        error: hidden size is 100000; it must be 1 to 16384
    "#]],
    );
    check(
        "--corpus song.mid --window 16 --layers 64 --hidden-size 16384",
        expect![[r#"
            error: the network has 136385252591 parameters, over the limit of 536870912
        "#]],
    );
}

#[test]
fn resuming_to_fewer_epochs_than_are_done_is_refused() {
    let folder = folder("fewer");
    let train = |options: &str| format!("train --corpus song.mid {SMALL} --schedule constant --out out {options}");
    run(&folder, &train("--epochs 3"));
    check_failed(
        &galant(&folder, &train("--epochs 2 --resume")),
        expect![[r#"
            error: resuming from out/snapshot.galant: it is from epoch 3, past the 2 asked for; train for 3 epochs or more
        "#]],
    );
    // As many as are done: the model is written once more.
    let before = fs::read(folder.join("out/model.safetensors")).unwrap();
    run(&folder, &train("--epochs 3 --resume"));
    assert!(fs::read(folder.join("out/model.safetensors")).unwrap() == before);
}
