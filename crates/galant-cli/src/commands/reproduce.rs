//! `galant reproduce`: a composed piece once more, from what its file says of itself.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_midi::{MAX_FILE_BYTES, ReadRules, decode};

use crate::args::ReproduceArgs;
use crate::files;

use super::compose::Workshop;
use super::compose::record::Record;

pub(crate) fn run(args: &ReproduceArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    // What differs would be lost.
    files::keep_apart(&args.file, &args.out)?;
    files::ensure_ending(&args.out, files::MIDI)?;
    let reading = || format!("reading {}", args.file.display());
    let bytes = files::read(&args.file, MAX_FILE_BYTES as u64)?;
    let score = decode(&bytes, ReadRules::Standard).with_context(reading)?.score;
    let record = Record::parse(&score.texts).with_context(reading)?;
    let workshop = Workshop::open(&args.model)?;
    ensure!(
        record.model == workshop.hash(),
        "{} was composed by another model: its sha256 is {}, that of {} is {}",
        args.file.display(),
        record.model,
        args.model.display(),
        workshop.hash()
    );
    let again = workshop.midi(&workshop.compose(&record.piece)?)?;
    files::write(&args.out, &again)?;
    ensure!(
        again == bytes,
        "{} is written, but is not as {} was: that was composed by galant {}, this by {}; another version or another \
         kind of processor may round otherwise",
        args.out.display(),
        args.file.display(),
        record.version,
        env!("CARGO_PKG_VERSION")
    );
    writeln!(out, "wrote {}: the same {} bytes as {}", args.out.display(), bytes.len(), args.file.display())?;
    Ok(ExitCode::SUCCESS)
}
