use std::fs;
use std::hint;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use galant_types::Seed;

use crate::{FILES, Running, SMALL, folder, names, run};

const N_KILLS: u64 = 50;

#[test]
fn a_training_killed_fifty_times_ends_with_the_bytes_of_one_never_killed() {
    let folder = folder("kills");
    let train = |out: &str, options: &str| format!("train --corpus song.mid {SMALL} --epochs 80 --out {out} {options}");
    run(&folder, &train("whole", ""));
    let (mut n_killed, mut n_unfinished) = (0, 0);
    for kill in 0..N_KILLS {
        // The first kills may come before there is anything to resume.
        let resume = if folder.join("killed/snapshot.galant").exists() { "--resume" } else { "" };
        let mut running = Running::start(&folder, &train("killed", &format!("--snapshot-every 0 {resume}")));
        wait_for_moment(&mut running, Seed(7).child(kill));
        running.child.kill().unwrap();
        n_killed += u64::from(running.child.wait().unwrap().signal() == Some(9));
        if let Ok(entries) = fs::read_dir(folder.join("killed")) {
            n_unfinished += entries.filter(|entry| is_unfinished(entry.as_ref().unwrap())).count();
        }
    }
    println!("{n_killed} of {N_KILLS} hit a program that ran, {n_unfinished} hit it while it wrote a file");
    assert!(n_killed > N_KILLS / 2, "only {n_killed} hit a program that ran");
    run(&folder, &train("killed", "--resume"));
    let model = |out: &str| fs::read(folder.join(out).join("model.safetensors")).unwrap();
    assert!(model("killed") == model("whole"), "the models differ");
    assert_eq!(names(&folder.join("killed")), FILES, "what the killed programs left half-written is removed");
}

/// Waits for an epoch or for none, and then for up to 12 ms: a step of this network, with its snapshot, takes about two.
///
/// Epochs rather than seconds, so that on a slow machine too the kills come at all stages.
fn wait_for_moment(running: &mut Running, seed: Seed) {
    for _ in 0..seed.child(0).0 % 2 {
        if running.next_epoch().is_none() {
            return;
        }
    }
    let delay = Duration::from_micros(seed.child(1).0 % 12_000);
    let start = Instant::now();
    while start.elapsed() < delay {
        hint::spin_loop();
    }
}

fn is_unfinished(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(|name| name.ends_with(".new"))
}
