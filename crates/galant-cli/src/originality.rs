//! The music that pieces are compared with, and the receipts that say what they have from there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::ensure;
use galant_checkpoint::ModelFile;
use galant_corpus::dice::DiceGame;
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::originality::{OriginalityCorpus, OriginalityCorpusBuilder, OriginalityReport, Receipt};
use galant_originality::RunKind;
use galant_pipeline::Seeds;
use galant_types::{Score, Seed};

use crate::args::ReceiptArgs;
use crate::corpus::Music;
use crate::files;
use crate::numbers::counted;
use crate::reread::{self, Purpose};

/// Reads the music that `--corpus` names; the exit code is 1 if some of it is bad.
pub(crate) fn of_paths(
    paths: &[PathBuf],
    read: ReadOptions,
    n_min: usize,
) -> anyhow::Result<(OriginalityCorpus, ExitCode)> {
    let music = Music { paths: paths.to_vec(), validation: Vec::new(), dice: DiceGame::default() };
    let seed = Seeds::of(Seed(1)).corpus;
    let mut builder = OriginalityCorpusBuilder::default();
    let code = reread::each_piece(&music, read, seed, &mut |found| Ok(builder.add(found.label, found.piece)?))?;
    ensure!(builder.n_pieces() > 0, "no music to compare with: none of the files of --corpus has notes");
    Ok((builder.build(n_min), code))
}

/// Reads the music that a model was trained on, as far as it is where it was, unchanged.
pub(crate) fn of_model(
    path: &Path,
    file: &ModelFile,
    strictness: Strictness,
    n_min: usize,
) -> anyhow::Result<OriginalityCorpus> {
    let mut builder = OriginalityCorpusBuilder::default();
    reread::of_model(path, file, strictness, &mut |found| {
        if found.purpose == Purpose::Corpus {
            builder.add(found.label, found.piece)?;
        }
        Ok(())
    })?;
    Ok(builder.build(n_min))
}

/// The corpus that a command needs which makes pieces; none if it compares them with nothing.
pub(crate) fn of_receipt(
    args: &ReceiptArgs,
    path: &Path,
    file: &ModelFile,
    strictness: Strictness,
) -> anyhow::Result<(Option<OriginalityCorpus>, ExitCode)> {
    let ReceiptArgs { receipt, avoid_copying, corpus } = args;
    if let Some(receipt) = receipt {
        files::ensure_ending(receipt, &["txt", "json"])?;
    }
    let is_asked = receipt.is_some() || avoid_copying.is_some();
    ensure!(is_asked || corpus.is_empty(), "--corpus only applies to --receipt and --avoid-copying");
    if !is_asked {
        return Ok((None, ExitCode::SUCCESS));
    }
    let n_min = OriginalityCorpus::MIN_RUN;
    let (corpus, code) = if corpus.is_empty() {
        (of_model(path, file, strictness, n_min)?, ExitCode::SUCCESS)
    } else {
        of_paths(corpus, ReadOptions { rules: file.read_rules, strictness }, n_min)?
    };
    Ok((Some(corpus), code))
}

/// Writes what pieces have from a corpus, if that is asked for, and says how much it is.
pub(crate) fn write_receipt(
    args: &ReceiptArgs,
    corpus: Option<&OriginalityCorpus>,
    pieces: &[(String, Score)],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let (Some(path), Some(corpus)) = (args.receipt.as_deref(), corpus) else { return Ok(()) };
    let receipts = pieces.iter().map(|(name, score)| Receipt::of(corpus, name, score, None));
    let receipts: Vec<Receipt> = receipts.collect();
    let report = OriginalityReport { corpus, receipts: &receipts };
    let is_json = files::ensure_ending(path, &["json"]).is_ok();
    let text = if is_json { report.to_json() + "\n" } else { report.to_string() };
    files::write(path, text.as_bytes())?;
    let longest = |kind| receipts.iter().map(|receipt| receipt.kind(kind).copying.longest).max().unwrap_or(0);
    let (pitches, rhythm) = (longest(RunKind::Pitches), longest(RunKind::PitchesAndRhythm));
    writeln!(
        out,
        "wrote {}: the longest run that the corpus has is of {}, with its rhythm of {rhythm}",
        path.display(),
        counted(pitches, "onset")
    )?;
    Ok(())
}
