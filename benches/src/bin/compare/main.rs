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
use measures::{ALONE, MEASURES};
use peers::{PEERS, Peers, midi_files};
use results::Results;

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
    /// Where the results go [default: benches/RESULTS.md]
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
    let measure =
        |arguments: &str, files: Vec<PathBuf>| printed(Command::new(&measure).args(arguments.split(' ')).args(files));
    let mut results = Results::new(root);
    results.set_machine(Machine::from_json(&measure("machine", Vec::new())?)?);
    let is_wanted = |name: &&str| request.only.is_empty() || request.only.iter().any(|only| only == name);
    let wanted: Vec<&str> = PEERS.into_iter().filter(is_wanted).collect();
    for round in 1..=request.rounds {
        println!("round {round} of {}", request.rounds);
        for row in MEASURES {
            let files = if row.task == "decode" { midi_files(peers.folder) } else { Vec::new() };
            let line = measure(row.task, files)?;
            results.add(row.name, "galant", row.key, &line)?;
            results.add_rate(row.name, &line);
            for name in &wanted {
                let Some(mut command) = peers.command(name, row.task) else { continue };
                let added = printed(&mut command).and_then(|printed| results.add(row.name, name, row.key, &printed));
                if let Err(error) = added {
                    results.not_measured(&format!("{name}, {}", row.name), &error);
                }
            }
        }
        for (name, task) in ALONE {
            results.add(name, "galant", "tokens_per_second", &measure(task, Vec::new())?)?;
        }
    }
    let text = results.to_markdown();
    let out = request.out.unwrap_or(root.join("benches/RESULTS.md"));
    std::fs::write(&out, &text).with_context(|| format!("writing {}", out.display()))?;
    println!("\n{text}\nwritten: {}", out.display());
    Ok(())
}
