use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;

use crate::{FILES, Running, SMALL, check_failed, command, folder, galant, names, run};

#[test]
fn two_trainings_do_not_share_a_folder() {
    let folder = folder("shared");
    let train = format!("train --corpus song.mid {SMALL} --out out");
    let mut first = Running::start(&folder, &format!("{train} --epochs 1000000"));
    // The second line comes after the snapshot of the first epoch.
    while first.next_epoch().unwrap() < 2 {}
    check_failed(
        &galant(&folder, &train),
        expect![[r#"
        error: writing to out: another training is writing there; wait for it, or name another folder with --out
    "#]],
    );
    check_failed(
        &galant(&folder, &format!("{train} --resume")),
        expect![[r#"
        error: writing to out: another training is writing there; wait for it, or name another folder with --out
    "#]],
    );
    // In the program that is not built for it, processes that mpirun starts meet in the folder.
    check_failed(
        &command(&folder, &format!("{train} --resume")).env("OMPI_COMM_WORLD_SIZE", "2").output().unwrap(),
        expect![[r#"
        error: writing to out: another training is writing there; wait for it, or name another folder with --out; that mpirun starts several processes makes them one training only in the program that `cargo xtask mpi` builds, with the MPI of that mpirun
    "#]],
    );
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    // The lock went with the program that held it.
    let mut second = Running::start(&folder, &format!("{train} --resume --epochs 1000000"));
    assert!(second.next_epoch().is_some());
    second.child.kill().unwrap();
    second.child.wait().unwrap();
}

/// Runs the program with a limit on the size of files, in units of 512 bytes, past which writing fails as on a full disk.
fn with_full_disk(folder: &Path, blocks: u32, args: &str) -> Output {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.current_dir(folder).arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_galant"));
    command.args(args.split_whitespace()).output().unwrap()
}

#[test]
fn a_full_disk_stops_the_training_and_leaves_the_old_files_whole() {
    let folder = folder("full");
    let train = |options: &str| format!("train --corpus song.mid {SMALL} --schedule constant --out out {options}");
    run(&folder, &train("--epochs 3"));
    let read = || FILES.map(|name| fs::read(folder.join("out").join(name)).unwrap());
    let before = read();
    // Room for the training curve, but not for the snapshot.
    let output = with_full_disk(&folder, 4, &train("--epochs 6 --resume"));
    check_failed(
        &output,
        expect![[r#"
        error: writing out/snapshot.galant: File too large (os error 27)
    "#]],
    );
    assert_eq!(names(&folder.join("out")), FILES, "nothing half-written is left");
    let after = read();
    assert!(after[1] == before[1] && after[2] == before[2], "model and snapshot are as they were");
    // Once there is room again, training resumes from the old snapshot and ends with the very same bytes.
    run(&folder, &train("--epochs 6 --resume"));
    let resumed = read();
    run(&folder, &format!("train --corpus song.mid {SMALL} --schedule constant --out other --epochs 6"));
    assert!(resumed[1] == fs::read(folder.join("other/model.safetensors")).unwrap(), "the models differ");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error_before_any_work() {
    let folder = folder("read-only");
    let train = format!("train --corpus song.mid {SMALL} --epochs 2");
    check_failed(
        &galant(&folder, &format!("{train} --out song.mid/out")),
        expect![[r#"
        error: writing to song.mid/out: Not a directory (os error 20)
    "#]],
    );
    fs::create_dir(folder.join("closed")).unwrap();
    let set_mode = |mode| fs::set_permissions(folder.join("closed"), fs::Permissions::from_mode(mode)).unwrap();
    set_mode(0o500);
    if fs::write(folder.join("closed/probe"), "").is_ok() {
        println!("skipped: this user may write to folders that are closed to all");
    } else {
        check_failed(
            &galant(&folder, &format!("{train} --out closed")),
            expect![[r#"
            error: writing to closed: Permission denied (os error 13)
        "#]],
        );
        check_failed(
            &galant(&folder, &format!("{train} --out closed/out")),
            expect![[r#"
            error: writing to closed/out: Permission denied (os error 13)
        "#]],
        );
    }
    set_mode(0o700);
}

#[test]
fn nothing_to_resume_makes_no_folder() {
    let folder = folder("no-snapshot");
    let output = galant(&folder, &format!("train --corpus song.mid {SMALL} --out new --resume"));
    check_failed(
        &output,
        expect![[r#"
        error: nothing to resume: there is no new/snapshot.galant; train without --resume first
    "#]],
    );
    assert!(!folder.join("new").exists());
}

#[test]
fn a_training_is_replaced_by_force_only() {
    let folder = folder("force");
    let train = format!("train --corpus song.mid {SMALL} --out out");
    run(&folder, &format!("{train} --epochs 1"));
    let model = || fs::read(folder.join("out/model.safetensors")).unwrap();
    let finished = model();
    check_failed(
        &galant(&folder, &format!("{train} --epochs 2")),
        expect![[r#"
        error: out has a finished training; replace it with --force, or name another folder with --out
    "#]],
    );
    assert!(model() == finished, "it was replaced");
    run(&folder, &format!("{train} --epochs 2 --force"));
    assert!(model() != finished, "it was not replaced");
    // A file that is none of ours is not lost either.
    fs::write(folder.join("out/model.safetensors"), "Dear Constanze,").unwrap();
    check_failed(
        &galant(&folder, &format!("{train} --epochs 2")),
        expect![[r#"
        error: out has a finished training; replace it with --force, or name another folder with --out
    "#]],
    );
    // A snapshot without a model, of a training that was killed early.
    fs::remove_file(folder.join("out/model.safetensors")).unwrap();
    check_failed(
        &galant(&folder, &format!("{train} --epochs 2")),
        expect![[r#"
        error: out has a training that is not finished; continue it with --resume, replace it with --force, or name another folder with --out
    "#]],
    );
    check_failed(
        &galant(&folder, &format!("{train} --resume --force")),
        expect![[r#"
            error: --resume cannot be used with --force; see galant train --help
        "#]],
    );
}

#[test]
fn a_new_training_says_which_files_remain_of_the_earlier_one() {
    let folder = folder("stale");
    let train = format!("train --corpus song.mid {SMALL} --epochs 1 --out out --force");
    assert!(!run(&folder, &train).contains("note: "));
    fs::write(folder.join("out/loss.svg"), "<svg/>").unwrap();
    let said = run(&folder, &train);
    let notes: Vec<&str> = said.lines().filter(|line| line.starts_with("note: ")).collect();
    expect!["note: loss.svg in out remain from the earlier training until you make them again"]
        .assert_eq(&notes.join("\n"));
    assert!(folder.join("out/loss.svg").exists());
}
