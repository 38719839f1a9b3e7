//! `cargo xtask compare`: Galant and other programs at the same work, in turn, on this machine.

mod measures;
mod peers;
mod results;

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::command::Task;
use crate::options::{Options, UsageError};
use crate::workspace::Workspace;
use measures::{ALONE, MEASURES};
use peers::{PEERS, Peers, midi_files};
use results::Results;

pub(crate) const HELP: &str = "\
Measures Galant and other programs in turn at the lecture's work, and writes medians and ratios to a file.

Usage: cargo xtask compare [--peers DIR] [--python PROGRAM] [--rounds N] [--only NAME]... [--out FILE]

  --peers DIR       the folder of the other programs' scripts (default: ../shared/compare)
  --python PROGRAM  a Python with torch, mido and, optionally, tensorflow (default: python3)
  --rounds N        how often each program is measured (default: 5)
  --only NAME       torch, keras, candle, burn or mido; may be repeated (default: all)
  --out FILE        (default: benches/RESULTS.md)

Keep the machine otherwise idle.
";

/// Builds, measures, writes.
///
/// # Errors
///
/// [`UsageError`] if the arguments make no sense; else if Galant cannot be built or measured, or the file not written.
/// A peer that cannot be measured is named in the file, with the reason.
pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let request = Request::read(options, &workspace)?;
    let folder = request.peers.display();
    ensure!(request.peers.is_dir(), "{folder} is no folder; name the folder of the other programs' scripts by --peers");
    Task::cargo(&["build", "--release", "-p", "galant-benches", "--bin", "measure"]).within(&workspace.root).run()?;
    let measure =
        |arguments: &str| Task::new("measure", workspace.release_program("measure")).args(arguments.split(' '));
    let mut results = Results::new(&workspace);
    let peers = Peers { folder: &request.peers, python: &request.python, workspace: &workspace };
    let is_wanted = |name: &&str| request.only.is_empty() || request.only.iter().any(|only| only == name);
    let wanted: Vec<&str> = PEERS.into_iter().filter(is_wanted).collect();
    for round in 1..=request.rounds {
        println!("round {round} of {}", request.rounds);
        for row in MEASURES {
            let files = if row.task == "decode" { midi_files(&request.peers) } else { Vec::new() };
            results.add(row.name, "galant", row.key, &measure(row.task).args(files).output()?)?;
            for name in &wanted {
                let Some(task) = peers.task(name, row.task) else { continue };
                if let Err(error) = task.output().and_then(|printed| results.add(row.name, name, row.key, &printed)) {
                    results.not_measured(&format!("{name}, {}", row.name), &error);
                }
            }
        }
        for (name, task) in ALONE {
            results.add(name, "galant", "tokens_per_second", &measure(task).output()?)?;
        }
    }
    let text = results.to_markdown();
    std::fs::write(&request.out, &text).with_context(|| format!("writing {}", request.out.display()))?;
    println!("\n{text}\nwritten: {}", request.out.display());
    Ok(())
}

/// What was asked for.
struct Request {
    peers: PathBuf,
    python: String,
    rounds: usize,
    only: Vec<String>,
    out: PathBuf,
}

impl Request {
    fn read(mut options: Options, workspace: &Workspace) -> Result<Request, UsageError> {
        let rounds = options.take("--rounds")?.unwrap_or_else(|| "5".to_owned());
        let n_rounds = rounds.parse().ok().filter(|rounds| (1..=100).contains(rounds));
        let path = |given: Option<String>, default| given.map_or(workspace.root.join(default), PathBuf::from);
        let request = Request {
            peers: path(options.take("--peers")?, "../shared/compare"),
            python: options.take("--python")?.unwrap_or_else(|| "python3".to_owned()),
            rounds: n_rounds.ok_or_else(|| UsageError(format!("--rounds is {rounds}, but must be 1 to 100")))?,
            only: options.take_all("--only")?,
            out: path(options.take("--out")?, "benches/RESULTS.md"),
        };
        if let Some(unknown) = request.only.iter().find(|only| !PEERS.contains(&only.as_str())) {
            return Err(UsageError(format!("--only is '{unknown}', but must be one of {}", PEERS.join(", "))));
        }
        options.finish()?;
        Ok(request)
    }
}
