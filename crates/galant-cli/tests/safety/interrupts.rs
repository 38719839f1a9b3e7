use std::fs;
use std::io::Read;
use std::path::Path;

use expect_test::expect;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{Running, SMALL, check_failed, folder, galant, run};

/// Starts a training, presses Ctrl-C after its next epoch, and returns what it says then.
fn interrupted(folder: &Path, args: &str) -> String {
    let mut running = Running::start(folder, args);
    running.next_epoch().unwrap();
    kill(Pid::from_raw(running.child.id() as i32), Signal::SIGINT).unwrap();
    let mut said = String::new();
    running.lines.read_to_string(&mut said).unwrap();
    assert_eq!(running.child.wait().unwrap().code(), Some(130), "{said}");
    said
}

#[test]
fn ctrl_c_leaves_a_model_that_composes_and_a_training_that_resumes_with_its_own_settings() {
    let folder = folder("interrupts");
    let train = |out: &str| format!("train --corpus song.mid {SMALL} --schedule cosine --steps 300 --out {out}");
    run(&folder, &train("whole"));
    // Twice: a training that was resumed can be interrupted as well.
    for command in [train("halted"), "train --resume --out halted".to_owned()] {
        let said = interrupted(&folder, &command);
        assert!(said.contains("\nto resume:\n  galant train --resume --out halted\n"), "{said}");
        assert!(said.contains("; the model has the weights of epoch "), "{said}");
        assert!(run(&folder, "info halted/model.safetensors").contains("not finished: written after "));
        run(&folder, "compose --model halted/model.safetensors --out composed.mid --tokens 20");
    }
    check_failed(
        &galant(&folder, &train("halted")),
        expect![[r#"
        error: halted has a training that is not finished; continue it with --resume, replace it with --force, or name another folder with --out
    "#]],
    );
    // The music is found from elsewhere too.
    fs::create_dir(folder.join("elsewhere")).unwrap();
    run(&folder.join("elsewhere"), "train --resume --out ../halted");
    let model = |out: &str| fs::read(folder.join(out).join("model.safetensors")).unwrap();
    assert!(model("halted") == model("whole"), "the models differ");
}

#[test]
fn options_that_contradict_a_training_are_refused_and_equal_ones_are_not() {
    let folder = folder("contradictions");
    let train = format!("train --corpus song.mid {SMALL} --schedule cosine --steps 300 --out out");
    interrupted(&folder, &train);
    check_failed(
        &galant(&folder, "train --resume --out out --hidden-size 9"),
        expect![[r#"
        error: resuming from out/snapshot.galant: it was made with 'hidden-size 8', and now it is 'hidden-size 9'; resume with the same settings and music
    "#]],
    );
    check_failed(
        &galant(&folder, "train --resume --out out --steps 400"),
        expect![[r#"
        error: resuming from out/snapshot.galant: it was made with 'steps 300', and now it is 'steps 400'; resume with the same settings and music
    "#]],
    );
    check_failed(
        &galant(&folder, "train --resume --out out --preset lecture-song"),
        expect![[r#"
        error: resuming from out/snapshot.galant: it was made with 'tokenizer rhythm', and now it is 'tokenizer chords'; resume with the same settings and music
    "#]],
    );
    check_failed(
        &galant(&folder, "train --resume --out out --corpus mozart"),
        expect![[r#"
            error: resuming from out/snapshot.galant: it was made with 'song.mid for training, 4f9d8c6801afe664ef4b0788633307cee9eb40faa4e8480702b40077fd699414', and now it is 'K. 2, minuet for training, 25e694bae088d9f1b03b4efc40a70d9272c17bde4cf5b411aee83f2ba076d757'; resume with the same settings and music
        "#]],
    );
    check_failed(
        &galant(&folder, "train --resume --out out --minutes 1"),
        expect![[r#"
            error: --resume cannot be used with --minutes; see galant train --help
        "#]],
    );
    fs::remove_file(folder.join("song.mid")).unwrap();
    let output = galant(&folder, "train --resume --out out");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("song.mid: No such file or directory"), "{said}");
    crate::write_song(&folder, "song.mid", 200);
    run(&folder, &format!("{train} --resume"));
}
