//! Galant and other programs at the same work, in turn, on this machine; `cargo xtask compare` starts it.
#![forbid(unsafe_code)]

mod command;
mod machine;
mod measures;
mod peers;
mod results;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::Parser;

use command::{cargo, printed};
use machine::Machine;
use measures::{ALONE, MEASURES, N_THREAD_ROWS};
use peers::{PEERS, Peers, environment, midi_files};
use results::{Results, heading, to_markdown};

/// Measures Galant and other programs in turn at the lecture's work, and writes medians and ratios to a file.
///
/// Keep the machine otherwise idle.
#[derive(Parser)]
#[command(name = "compare", bin_name = "cargo xtask compare")]
struct Request {
    /// The folder of the other programs' scripts [default: ../shared/compare]
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,
    /// A Python with torch, mido and, optionally, tensorflow
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    python: String,
    /// How often each program is measured
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
    /// Only this program; may be repeated [default: all]
    #[arg(long, value_name = "NAME", value_parser = PEERS)]
    only: Vec<String>,
    /// Only at this level of instructions; may be repeated [default: all of this machine but scalar]
    #[arg(long, value_name = "NAME")]
    level: Vec<String>,
    /// Where the results go; what is written by hand there is kept [default: benches/RESULTS.md]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match compare(Request::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds, measures, writes. A peer that cannot be measured is named in the file, with the reason.
fn compare(request: Request) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the benchmarks are at the top level")?;
    let program = std::env::current_exe()?;
    let peers = Peers {
        folder: &request.peers.unwrap_or(root.join("../shared/compare")),
        python: &request.python,
        root,
        // This program is in a folder of the build's own, such as `release`.
        target: program.ancestors().nth(2).context("finding the build folder")?,
    };
    let folder = peers.folder.display();
    ensure!(peers.folder.is_dir(), "{folder} is no folder; name the folder of the other programs' scripts by --peers");
    let mut build = cargo(&["build", "--release", "-p", "galant-benches", "--bin", "measure"]);
    println!("$ cargo build --release -p galant-benches --bin measure");
    ensure!(build.current_dir(root).status()?.success(), "building the program that measures Galant failed");
    let measure = peers.target.join("release").join(format!("measure{}", std::env::consts::EXE_SUFFIX));
    let measure = |level: &str, task: &str, files: Vec<PathBuf>| {
        printed(Command::new(&measure).args(["--level", level]).args(task.split(' ')).args(files))
    };
    let levels = if request.level.is_empty() { levels(&measure)? } else { request.level };
    let mut results: Vec<Results> = Vec::new();
    for level in &levels {
        results.push(Results::new(level, Machine::from_json(&measure(level, "machine", Vec::new())?)?));
    }
    let is_wanted = |name: &&str| request.only.is_empty() || request.only.iter().any(|only| only == name);
    let wanted: Vec<&str> = PEERS.into_iter().filter(is_wanted).collect();
    for round in 1..=request.rounds {
        println!("round {round} of {}", request.rounds);
        for row in MEASURES {
            for results in &mut results {
                let files = if row.task == "decode" { midi_files(peers.folder) } else { Vec::new() };
                let level = results.level().to_owned();
                let line = measure(&level, row.task, files)?;
                results.add(row.name, "galant", row.key, &line)?;
                results.add_rate(row.name, &line);
                for name in &wanted {
                    let Some(mut command) = peers.command(name, row.task) else { continue };
                    command.envs(environment(&level).iter().copied());
                    let printed = printed(&mut command);
                    let added = printed.and_then(|printed| results.add(row.name, name, row.key, &printed));
                    if let Err(error) = added {
                        results.not_measured(&format!("{name}, {}", row.name), &error);
                    }
                }
            }
        }
        // At the best level only; in later rounds what is compared with a ratio.
        if let Some(best) = results.last_mut() {
            let level = best.level().to_owned();
            for (name, task) in if round == 1 { ALONE } else { &ALONE[..N_THREAD_ROWS] } {
                let line = measure(&level, task, Vec::new())?;
                best.add(name, "galant", "tokens_per_second", &line)?;
            }
        }
    }
    let out = request.out.unwrap_or(root.join("benches/RESULTS.md"));
    let before = std::fs::read_to_string(&out).unwrap_or_default();
    let text = to_markdown(&heading(root, request.rounds), &results, &before);
    std::fs::write(&out, &text).with_context(|| format!("writing {}", out.display()))?;
    println!("\n{text}\nwritten: {}", out.display());
    Ok(())
}

/// The levels that are worth comparing: all that `measure levels` prints but the slowest.
fn levels(measure: &impl Fn(&str, &str, Vec<PathBuf>) -> anyhow::Result<String>) -> anyhow::Result<Vec<String>> {
    let printed = measure("scalar", "levels", Vec::new())?;
    let json: serde_json::Value = serde_json::from_str(printed.trim()).context("reading the levels of this CPU")?;
    let names = json["levels"].as_array().context("there are no levels")?.iter();
    let mut levels: Vec<String> = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    if levels.len() > 1 {
        levels.remove(0);
    }
    Ok(levels)
}
