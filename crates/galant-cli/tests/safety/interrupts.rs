use std::fs;
use std::io::Read;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{Running, SMALL, folder, run};

#[test]
fn ctrl_c_finishes_the_step_writes_the_snapshot_and_says_how_to_resume() {
    let folder = folder("interrupts");
    let train = |out: &str, options: &str| format!("train --corpus song.mid {SMALL} --epochs 40 --out {out} {options}");
    run(&folder, &train("whole", ""));
    // Twice: a training that was resumed can be interrupted as well.
    for resume in ["", "--resume"] {
        let mut running = Running::start(&folder, &train("halted", resume));
        running.next_epoch().unwrap();
        kill(Pid::from_raw(running.child.id() as i32), Signal::SIGINT).unwrap();
        let mut said = String::new();
        running.lines.read_to_string(&mut said).unwrap();
        assert_eq!(running.child.wait().unwrap().code(), Some(130), "{said}");
        let (_, next) = said.split_once("stopped; to resume:\n").unwrap();
        assert_eq!(next.matches("--resume").count(), 1, "{next}");
        assert!(!folder.join("halted/model.safetensors").exists());
    }
    run(&folder, &train("halted", "--resume"));
    let model = |out: &str| fs::read(folder.join(out).join("model.safetensors")).unwrap();
    assert!(model("halted") == model("whole"), "the models differ");
}
