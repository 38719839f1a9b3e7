#[cfg(target_os = "linux")]
#[test]
fn a_training_takes_no_more_memory_and_files_after_two_hundred_epochs_than_after_fifty() {
    use std::fs;

    use crate::{LARGER, Running, folder};

    let folder = folder("long-run");
    // So large that what the system's allocator and threads keep or give back is small beside it, and so long that a
    // snapshot has been written at every moment of a step: until then the most that it ever took can grow.
    let train = format!("train --corpus song.mid {LARGER} --patience 300 --epochs 210 --out out");
    let mut running = Running::start(&folder, &train);
    let process = format!("/proc/{}", running.child.id());
    let measure = || {
        let status = fs::read_to_string(format!("{process}/status")).unwrap();
        // The most it ever took: what it takes at one moment depends on how far it is with a snapshot.
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        let n_kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        let n_files = fs::read_dir(format!("{process}/fd")).unwrap().count();
        (n_kilobytes, n_files)
    };
    let mut at = |epoch| {
        while running.next_epoch().unwrap() < epoch {}
        measure()
    };
    // The line of an epoch comes before its snapshot, so the next one shows that it is written.
    let (early, late) = (at(51), at(201));
    println!("after 50 epochs {} KiB, {} files; after 200 {} KiB, {} files", early.0, early.1, late.0, late.1);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    assert!(late.0 as f64 <= 1.05 * early.0 as f64, "memory grew from {} KiB to {} KiB", early.0, late.0);
    // One file more at most: it may be writing one.
    assert!(late.1 <= early.1 + 1, "open files grew from {} to {}", early.1, late.1);
}
