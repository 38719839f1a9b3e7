use std::fs;
use std::process::Output;

use crate::{SMALL, check_failed, folder, galant, run, write_song};

#[test]
fn numbers_that_are_not_finite_stop_the_training_and_leave_the_snapshot() {
    let folder = folder("diverges");
    let train = |options: &str| format!("train --corpus song.mid {SMALL} --clip-norm 0 --out out {options}");
    // The second step finds numbers that the first one made infinite.
    let output = galant(&folder, &train("--optimizer rmsprop --learning-rate 1e38"));
    let named = ["not finite", "the gradient of embedding.weight", "smaller learning rate"];
    check_failed(&output, &[&["before its first snapshot", "epoch 1, step 2"], &named[..]].concat());
    // Adam's first steps are shorter, so that one epoch is whole; which step of the second is too much hangs on the draws.
    let output = galant(&folder, &train("--learning-rate 3e37"));
    let left = ["out/snapshot.galant is as it was last written", "epoch 2, step "];
    check_failed(&output, &[&left, &named[..]].concat());
    let snapshot = fs::read(folder.join("out/snapshot.galant")).unwrap();
    // It can be read, and going on from it ends in the same way.
    let resumed = galant(&folder, &train("--learning-rate 3e37 --resume"));
    check_failed(&resumed, &[&left, &named[..]].concat());
    let error = |output: &Output| {
        let said = String::from_utf8_lossy(&output.stderr);
        said.lines().find(|line| line.starts_with("error: ")).map(str::to_owned)
    };
    assert_eq!(error(&resumed), error(&output));
    assert!(fs::read(folder.join("out/snapshot.galant")).unwrap() == snapshot, "the snapshot is whole");
    assert!(!folder.join("out/model.safetensors").exists());
}

#[test]
fn music_that_no_training_can_use_is_refused_before_any_work() {
    let folder = folder("too-little");
    let check = |options: &str, parts: &[&str]| {
        let output = galant(&folder, &format!("train {options} --out out"));
        check_failed(&output, parts);
        assert!(!folder.join("out").exists(), "{options}");
    };
    write_song(&folder, "one.mid", 1);
    check("--corpus one.mid", &["window of 128 tokens", "one.mid with 1"]);
    check("--corpus song.mid --window 180", &["window of 180 tokens", "song.mid with 180", "shorter window"]);
    let same: Vec<&str> = vec!["[60]"; 200];
    fs::write(folder.join("same.json"), format!("[{}]", same.join(","))).unwrap();
    run(&folder, "detokenize same.json --out same.mid");
    check("--corpus same.mid --window 16", &["all tokens of the music are the same", "more music"]);
    check("--corpus song.mid --window 16 --batch 165", &["a batch of 165 windows", "has 164 of 16 tokens", "--batch"]);
    check("--corpus song.mid --window 16 --hidden-size 100000", &["hidden size is 100000", "must be 1 to"]);
    check("--corpus song.mid --window 16 --layers 64 --hidden-size 16384", &["parameters, over the limit"]);
}

#[test]
fn resuming_to_fewer_epochs_than_are_done_is_refused() {
    let folder = folder("fewer");
    let train = |options: &str| format!("train --corpus song.mid {SMALL} --out out {options}");
    run(&folder, &train("--epochs 3"));
    check_failed(&galant(&folder, &train("--epochs 2 --resume")), &["3 epochs done", "--epochs 2 is less"]);
    // As many as are done: the model is written once more.
    let before = fs::read(folder.join("out/model.safetensors")).unwrap();
    run(&folder, &train("--epochs 3 --resume"));
    assert!(fs::read(folder.join("out/model.safetensors")).unwrap() == before);
}
