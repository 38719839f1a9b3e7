//! `galant metrics`: figures of pieces, and how far two sets of pieces are apart.

mod json;
mod set;
mod table;

use std::io::Write;
use std::process::ExitCode;

use galant_corpus::Strictness;
use galant_metrics::SetDistance;

use crate::args::MetricsArgs;
use crate::{exit, printable, progress};

use set::Set;

pub(crate) fn run(args: &MetricsArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let set = Set::read(&args.files, strictness)?;
    let reference = if args.against.is_empty() { None } else { Some(Set::read(&args.against, strictness)?) };
    let distance = reference.as_ref().map(|reference| {
        let spinner = progress::spinner("comparing both sets");
        let distance = SetDistance::of(&set.pieces, &reference.pieces);
        drop(spinner);
        distance
    });
    let compared = reference.as_ref().zip(distance.as_ref());
    if args.json {
        writeln!(out, "{}", json::text(&set, compared))?;
    } else {
        out.write_all(table::text(&set, compared).as_bytes())?;
    }
    if let Some((reference, _)) = compared
        && set.pieces.len().min(reference.pieces.len()) < 2
    {
        printable::warn("two sets are compared from two pieces each on; name folders, or several files");
    }
    Ok(exit::of_both(set.code, reference.map_or(ExitCode::SUCCESS, |reference| reference.code)))
}
