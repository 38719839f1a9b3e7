//! `galant reproduce`: a composed or harmonized piece once more, from the record in its file.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_checkpoint::Sha256Hash;
use galant_corpus::{Strictness, read_piece};
use galant_kernels::{Level, level};
use galant_midi::MAX_FILE_BYTES;
use galant_pipeline::{HarmonyRecord, LoadedModel, Record};
use galant_types::Score;

use crate::args::ReproduceArgs;
use crate::format::Format;
use crate::{files, model, music, progress};

pub(crate) fn run(args: &ReproduceArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    // What differs would be lost.
    files::keep_apart(&args.file, &args.out)?;
    Format::of_name(&args.out)?;
    let reading = || format!("reading {}", args.file.display());
    let bytes = files::read(&args.file, MAX_FILE_BYTES as u64)?;
    let standard = music::standard(Strictness::Repair);
    let score = read_piece(&files::name(&args.file), &bytes, standard).with_context(reading)?.score;
    // The bytes can only be the same in the same format.
    let format = Format::of_bytes(&bytes);
    files::ensure_ending(&args.out, format.endings())?;
    let composed_by = composed_by(&score.texts).with_context(reading)?;
    let model = model::read(&args.model)?;
    ensure!(
        composed_by == model.sha256(),
        "{} was composed by another model: its sha256 is {composed_by}, that of {} is {}",
        args.file.display(),
        args.model.display(),
        model.sha256()
    );
    let job = progress::work("composing", 1);
    let (again, version) = composed_again(&model.watched(job.watch()), &score).with_context(reading)?;
    drop(job);
    let mut reproduced = format.encode(&again, &args.out)?;
    if reproduced != bytes && level() != Level::portable() {
        // What was composed in a browser, or at level scalar, is rounded otherwise.
        let model = model::read_at(&args.model, Level::portable())?;
        let (again, _) = composed_again(&model, &score).with_context(reading)?;
        let portable = format.encode(&again, &args.out)?;
        if portable == bytes {
            reproduced = portable;
        }
    }
    files::write(&args.out, &reproduced)?;
    ensure!(
        reproduced == bytes,
        "{} is written, but differs from {}: that was composed by galant {version}, this by {}; another version or another \
         kind of processor may round otherwise",
        args.out.display(),
        args.file.display(),
        env!("CARGO_PKG_VERSION")
    );
    writeln!(out, "wrote {}: the same {} bytes as {}", args.out.display(), bytes.len(), args.file.display())?;
    Ok(ExitCode::SUCCESS)
}

fn composed_by(texts: &[String]) -> anyhow::Result<Sha256Hash> {
    Ok(if HarmonyRecord::is_among(texts) { HarmonyRecord::parse(texts)?.model } else { Record::parse_model(texts)? })
}

/// The piece again, and the version that wrote it first.
fn composed_again(model: &LoadedModel, score: &Score) -> anyhow::Result<(Score, String)> {
    if HarmonyRecord::is_among(&score.texts) {
        let record = HarmonyRecord::parse(&score.texts)?;
        return Ok((model.harmonize_again(score, &record)?.score, record.version));
    }
    let record = Record::parse(&score.texts, model.file().tokenizer)?;
    Ok((model.score(&model.compose(&record.settings)?)?, record.version))
}
