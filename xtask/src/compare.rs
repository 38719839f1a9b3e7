//! `cargo xtask compare`: Galant and other programs on the same work, in turn, on this machine.

mod peers;
mod results;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::command::Task;
use crate::workspace::Workspace;
use peers::Peer;
use results::{ALONE, MEASURES, Results};

const HELP: &str = "\
Measures Galant and other programs in turn on the lecture's work, and writes medians and ratios to a file.

Usage: cargo xtask compare [--peers DIR] [--python PROGRAM] [--rounds N] [--only NAME]... [--out FILE]

  --peers DIR       the folder of the other programs' scripts; ../shared/compare if not given
  --python PROGRAM  a Python that has torch, mido and, if you like, tensorflow installed; python3 if not given
  --rounds N        how often each program is measured; 5 if not given
  --only NAME       torch, keras, candle, burn or mido; may stand several times; all if not given
  --out FILE        benches/RESULTS.md if not given

Let the machine do nothing else meanwhile.
";

/// Builds, measures, writes.
///
/// # Errors
///
/// [`UsageError`] if the arguments make no sense; else if Galant cannot be built or measured, or the file not be written.
/// A peer that cannot be measured is named in the file, with the reason.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    let workspace = Workspace::load()?;
    let request = parse(args, &workspace)?;
    ensure!(
        request.peers.is_dir(),
        "{} is no folder; name the folder of the other programs' scripts with --peers",
        request.peers.display()
    );
    Task::cargo(&["build", "--release", "-p", "galant-benches", "--bin", "measure"]).within(&workspace.root).run()?;
    let measure = workspace.target.join("release").join(format!("measure{}", std::env::consts::EXE_SUFFIX));
    let mut results = Results::new(&workspace)?;
    let ready = ready_peers(&request, &workspace, &mut results);
    for round in 1..=request.rounds {
        println!("round {round} of {}", request.rounds);
        in_turn(&request, &workspace, &measure, &ready, &mut results)?;
        for (name, task) in ALONE {
            println!("{name}");
            results.add_alone(name, &Task::new("measure", &measure).args(task.split(' ')).output()?)?;
        }
    }
    let text = results.to_markdown();
    std::fs::write(&request.out, &text).with_context(|| format!("writing {}", request.out.display()))?;
    println!("\n{text}\nwritten: {}", request.out.display());
    Ok(())
}

/// The peers asked for that can be measured; of the others the results keep the reason.
fn ready_peers(request: &Request, workspace: &Workspace, results: &mut Results) -> Vec<Peer> {
    let is_wanted = |peer: &Peer| request.only.is_empty() || request.only.iter().any(|name| name == peer.name());
    let mut ready = Vec::new();
    for peer in Peer::all().into_iter().filter(is_wanted) {
        match peer.prepare(&request.peers, &request.python, workspace) {
            Ok(()) => ready.push(peer),
            Err(error) => {
                println!("not measured: {}: {error:#}", peer.name());
                results.not_measured(peer.name(), &error);
            }
        }
    }
    ready
}

/// Measures every program at every kind of work once.
fn in_turn(
    request: &Request,
    workspace: &Workspace,
    measure: &Path,
    peers: &[Peer],
    results: &mut Results,
) -> anyhow::Result<()> {
    for row in MEASURES {
        println!("{}", row.name);
        let ours = Task::new("measure", measure).args(row.ours(&request.peers));
        results.add(row, "galant", &ours.output()?)?;
        for peer in peers {
            let Some(task) = peer.task(row, &request.peers, &request.python, workspace) else { continue };
            if let Err(error) = task.output().and_then(|line| results.add(row, peer.name(), &line)) {
                results.not_measured(&format!("{}, {}", peer.name(), row.name), &error);
            }
        }
    }
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

fn parse(args: &[String], workspace: &Workspace) -> Result<Request, UsageError> {
    let mut request = Request {
        peers: workspace.root.join("../shared/compare"),
        python: "python3".to_owned(),
        rounds: 5,
        only: Vec::new(),
        out: workspace.root.join("benches/RESULTS.md"),
    };
    for pair in args.chunks(2) {
        let [name, value] = pair else {
            return Err(UsageError(format!("{} needs a value, or is no option", pair[0])));
        };
        match name.as_str() {
            "--peers" => request.peers = value.into(),
            "--python" => request.python.clone_from(value),
            "--rounds" => {
                let rounds = value.parse().ok().filter(|rounds| (1..=100).contains(rounds));
                request.rounds = rounds.ok_or_else(|| UsageError(format!("--rounds is 1 to 100, not '{value}'")))?;
            }
            "--only" if Peer::all().iter().any(|peer| peer.name() == value) => request.only.push(value.clone()),
            "--only" => return Err(UsageError(format!("there is no peer '{value}'"))),
            "--out" => request.out = value.into(),
            _ => return Err(UsageError(format!("there is no option '{name}'"))),
        }
    }
    Ok(request)
}

/// Arguments that make no sense.
#[derive(Debug)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; `cargo xtask compare --help` lists the options", self.0)
    }
}

impl std::error::Error for UsageError {}
