//! The runs of a piece as lines of text.

use std::fmt::{self, Write};
use std::ops::RangeInclusive;

use galant_originality::{CopiedRun, RunKind};

use super::receipt::Receipt;

/// How many runs of a kind are listed, the longest, before the rest is counted.
const MAX_LISTED: usize = 40;

/// Lists the runs of a piece that the corpus has, with where they come from; `names` are those of the corpus' pieces.
pub(super) fn write(f: &mut impl Write, receipt: &Receipt, names: &[String], n_min: usize) -> fmt::Result {
    for (kind, what) in
        [(RunKind::PitchesAndRhythm, "pitches and rhythm"), (RunKind::Pitches, "pitches, in any rhythm")]
    {
        let runs = &receipt.kind(kind).runs.copied;
        if kind == RunKind::Pitches && *runs == receipt.rhythm.runs.copied && !runs.is_empty() {
            return writeln!(f, "\n{what}: the same runs");
        }
        let Some(longest) = runs.iter().map(|run| run.n_onsets).max() else {
            writeln!(f, "\n{what}: no run of {n_min} onsets or more is in the corpus")?;
            continue;
        };
        writeln!(f, "\n{what}: {} of {n_min} onsets or more, the longest of {longest}", counted(runs.len(), "run"))?;
        for run in listed(runs) {
            writeln!(
                f,
                "  {:>10}  {:>4} onsets  {:>17}  {}, {}",
                bars(&run.bars),
                run.n_onsets,
                moved(run.semitones),
                names[run.source.piece],
                bars(&run.source.bars)
            )?;
        }
        if runs.len() > MAX_LISTED {
            writeln!(f, "  and {} shorter ones", runs.len() - MAX_LISTED)?;
        }
    }
    Ok(())
}

/// The longest runs, in the order of the piece.
fn listed(runs: &[CopiedRun]) -> Vec<&CopiedRun> {
    let mut listed: Vec<&CopiedRun> = runs.iter().collect();
    listed.sort_by_key(|run| std::cmp::Reverse(run.n_onsets));
    listed.truncate(MAX_LISTED);
    listed.sort_by_key(|run| run.first);
    listed
}

/// Bars of a piece, such as "bar 3" or "bars 5-7".
pub(crate) fn bars(bars: &RangeInclusive<u64>) -> String {
    match (bars.start(), bars.end()) {
        (first, last) if first == last => format!("bar {first}"),
        (first, last) => format!("bars {first}-{last}"),
    }
}

/// How much higher a run is than its source.
pub(crate) fn moved(semitones: i16) -> String {
    match semitones {
        0 => "in its key".to_owned(),
        up @ 1.. => format!("{} up", counted(up as usize, "semitone")),
        down => format!("{} down", counted(down.unsigned_abs().into(), "semitone")),
    }
}

/// So many of a thing, such as "1 run" or "12 runs".
pub(crate) fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
