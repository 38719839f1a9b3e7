//! A training on several processes: what they must agree on, and what is decided together.

use std::io::Write;

use anyhow::{anyhow, ensure};
use galant_checkpoint::{Sha256Hash, Snapshot};
use galant_model::Processes;
use galant_parallel::{Team, Traffic};
use galant_pipeline::Training;

use crate::args::TrainArgs;
use crate::color::heading;
use crate::engine::EngineChoice;
use crate::exit;
use crate::numbers::counted;
use crate::printable;
use crate::progress;

/// Joins the processes of the training; all but the first one print nothing from now on.
pub(super) fn join() -> anyhow::Result<Team> {
    let team = Team::start()?;
    if !team.is_first() {
        printable::mute();
        progress::silence();
    }
    if team.count() > 1 {
        end_all_on_panic(team.rank());
    }
    Ok(team)
}

/// The others would wait for ever for a process that panics.
fn end_all_on_panic(rank: usize) {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        print(info);
        // Also of a process that prints nothing else.
        eprintln!("error: rank {rank} stopped at a bug of this program; all processes end, and --resume continues");
        galant_parallel::abort(exit::ERROR.into());
    }));
}

/// One thread per core, divided among the processes that share a machine.
pub(super) fn threads(team: &Team, cores: usize) -> usize {
    (cores / team.count_here().max(1)).max(1)
}

/// What all processes have done, or the first error that one of them has had.
///
/// Each waits for the others, so that none goes on alone.
pub(super) fn all<T>(team: &Team, done: anyhow::Result<T>) -> anyhow::Result<T> {
    if team.count() == 1 {
        return done;
    }
    let own = done.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
    let errors = team.texts(&own);
    let first = errors.iter().enumerate().find(|(_, error)| !error.is_empty());
    match (done, first) {
        // The first process reports its own error as it is.
        (Err(error), Some((0, _))) if team.is_first() => Err(error),
        (_, Some((rank, error))) => Err(anyhow!("rank {rank}: {error}")),
        (done, None) => done,
    }
}

/// Checks that all processes are about to do the same.
pub(super) fn agree(
    team: &Team,
    args: &TrainArgs,
    training: &Training,
    snapshot: Option<&Snapshot>,
    engine: &EngineChoice,
) -> anyhow::Result<()> {
    if team.count() == 1 {
        return Ok(());
    }
    let mut facts = vec![
        ("program version", env!("CARGO_PKG_VERSION").to_owned()),
        ("engine", engine.place().unwrap_or_else(|| "embedded".to_owned())),
        ("CPU level", galant_kernels::level().to_string()),
        ("reduction plan", galant_engine::REDUCTION_PLAN.to_string()),
        ("--minutes", format!("{:?}", args.minutes)),
        ("snapshot", snapshot.map_or("none".to_owned(), described)),
    ];
    facts.extend(training.settings().rows());
    facts.push(("corpus", corpus(training)));
    team.agree(&facts)?;
    Ok(())
}

/// A snapshot in a few words: where it is, and the hash of its weights.
fn described(snapshot: &Snapshot) -> String {
    let bytes: Vec<u8> = snapshot.state.weights.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    format!("one of step {} with weights {}", snapshot.progress.n_steps, Sha256Hash::of(&bytes))
}

/// The hash of the names and contents of all pieces, in their order.
fn corpus(training: &Training) -> String {
    let entries = training.entries().iter().map(|entry| format!("{}\t{}\n", entry.name, entry.sha256));
    format!("{} ({} pieces)", Sha256Hash::of(entries.collect::<String>().as_bytes()), training.entries().len())
}

/// The libtorch engine trains in one process.
pub(super) fn ensure_possible(team: &Team, engine: &EngineChoice) -> anyhow::Result<()> {
    ensure!(
        team.count() == 1 || engine.place().is_none(),
        "--engine torch trains in one process, and {} were started: libtorch adds gradients in an order of its own, so \
         that the result would depend on their number; start it without mpirun, or use the embedded engine",
        team.count()
    );
    Ok(())
}

/// Says how the work is divided and what it costs.
pub(super) fn print(out: &mut impl Write, team: &Team, training: &Training) -> anyhow::Result<()> {
    if team.count() == 1 {
        return Ok(());
    }
    let (batch_size, spec) = (training.settings().training.batch_size, training.spec());
    let most = galant_engine::windows_of_processes(batch_size, team.count()).into_iter().max().unwrap_or(0);
    let songs = training.windows().songs().iter();
    let n_numbers: usize = songs.map(|song| song.tokens.len() * (1 + song.streams.len())).sum();
    writeln!(
        out,
        "{}{} processes, each of which reads at most {} of a batch, keeps the whole corpus, {:.1} MB, and sends about {:.1} \
         MB a step",
        heading("parallel", 9),
        team.count(),
        counted(most, "window"),
        4e-6 * n_numbers as f64,
        8e-6 * spec.n_parameters() as f64
    )?;
    Ok(())
}

/// Says what this process has sent in a number of steps.
pub(super) fn print_traffic(out: &mut impl Write, team: &Team, sent: Traffic, n_steps: u64) -> anyhow::Result<()> {
    if team.count() > 1 && n_steps > 0 {
        let (bytes, messages) = (sent.bytes as f64 / n_steps as f64, sent.messages / n_steps);
        writeln!(
            out,
            "{}the first process sent {bytes:.0} bytes in {messages} messages a step",
            heading("parallel", 9)
        )?;
    }
    Ok(())
}
