//! `galant reproduce`: a composed piece once more, from the record in its file.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_corpus::{Strictness, read_piece};
use galant_midi::MAX_FILE_BYTES;
use galant_pipeline::Record;

use crate::args::ReproduceArgs;
use crate::format::Format;
use crate::{files, model, music};

pub(crate) fn run(args: &ReproduceArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    // What differs would be lost.
    files::keep_apart(&args.file, &args.out)?;
    Format::of_name(&args.out)?;
    let reading = || format!("reading {}", args.file.display());
    let bytes = files::read(&args.file, MAX_FILE_BYTES as u64)?;
    let standard = music::standard(Strictness::Repair);
    let texts = read_piece(&files::name(&args.file), &bytes, standard).with_context(reading)?.score.texts;
    // The bytes can only be the same in the same format.
    let format = Format::of_bytes(&bytes);
    files::ensure_ending(&args.out, format.endings())?;
    let composed_by = Record::parse_model(&texts).with_context(reading)?;
    let model = model::read(&args.model)?;
    ensure!(
        composed_by == model.sha256(),
        "{} was composed by another model: its sha256 is {composed_by}, that of {} is {}",
        args.file.display(),
        args.model.display(),
        model.sha256()
    );
    let record = Record::parse(&texts, model.file().tokenizer).with_context(reading)?;
    let reproduced = format.encode(&model.score(&model.compose(&record.settings)?)?, &args.out)?;
    files::write(&args.out, &reproduced)?;
    ensure!(
        reproduced == bytes,
        "{} is written, but differs from {}: that was composed by galant {}, this by {}; another version or another \
         kind of processor may round otherwise",
        args.out.display(),
        args.file.display(),
        record.version,
        env!("CARGO_PKG_VERSION")
    );
    writeln!(out, "wrote {}: the same {} bytes as {}", args.out.display(), bytes.len(), args.file.display())?;
    Ok(ExitCode::SUCCESS)
}
