//! The music that pieces are compared with, and the receipts that say what they have from there.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{CorpusEntry, MAX_SNAPSHOT_BYTES, ModelFile, Sha256Hash, Source, decode_snapshot};
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY};
use galant_corpus::{Piece, ReadOptions, Strictness, bundled};
use galant_dice::Repeats;
use galant_evaluate::originality::{OriginalityCorpus, OriginalityCorpusBuilder, OriginalityReport, Receipt};
use galant_originality::RunKind;
use galant_pipeline::Seeds;
use galant_types::{Score, Seed};

use crate::args::ReceiptArgs;
use crate::corpus::{DICE, Music};
use crate::inputs::Inputs;
use crate::numbers::counted;
use crate::{books, files, printable, progress};

/// The snapshot that a training leaves beside its model, which says where the music is.
const SNAPSHOT: &str = "snapshot.galant";

/// How many pieces are named that are no longer there.
const MAX_NAMED: usize = 3;

/// Reads the music that `--corpus` names; the exit code is 1 if some of it is bad.
pub(crate) fn of_paths(
    paths: &[PathBuf],
    read: ReadOptions,
    n_min: usize,
) -> anyhow::Result<(OriginalityCorpus, ExitCode)> {
    let music = Music { paths: paths.to_vec(), validation: Vec::new(), dice: DiceGame::default() };
    let seed = Seeds::of(Seed(1)).corpus;
    let mut builder = OriginalityCorpusBuilder::default();
    let code = each_piece(&music, read, seed, &mut |label, piece| Ok(builder.add(label, piece)?))?;
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
    let read = ReadOptions { rules: file.read_rules, strictness };
    let mut missing: BTreeSet<Sha256Hash> = file.corpus.iter().map(|entry| entry.sha256).collect();
    let mut builder = OriginalityCorpusBuilder::default();
    let music = music_of_model(path, file)?;
    let found = each_piece(&music, read, Seeds::of(file.settings.seed).corpus, &mut |label, piece| {
        if missing.remove(&piece.sha256) {
            builder.add(label, piece)?;
        }
        Ok(())
    });
    // What cannot be read at all is missing, and that is said below.
    if builder.n_pieces() == 0 {
        let elsewhere = "name the music with --corpus";
        return match found {
            Err(error) => Err(error.context(format!("the music that {} was trained on; {elsewhere}", path.display()))),
            Ok(_) => bail!("none of the music that {} was trained on is as it was; {elsewhere}", path.display()),
        };
    }
    let missing: Vec<&str> =
        file.corpus.iter().filter(|entry| missing.contains(&entry.sha256)).map(|entry| entry.name.as_str()).collect();
    if !missing.is_empty() {
        let and_more = if missing.len() > MAX_NAMED { " and others" } else { "" };
        printable::warn(&format!(
            "{} of {} that {} was trained on are not compared with, as they are not where they were, or have changed: {}{and_more}",
            missing.len(),
            counted(file.corpus.len(), "piece"),
            path.display(),
            missing[..missing.len().min(MAX_NAMED)].join(", ")
        ));
    }
    Ok(builder.build(n_min))
}

/// Where the music of a model is: by the snapshot beside it, or in the program itself.
fn music_of_model(path: &Path, file: &ModelFile) -> anyhow::Result<Music> {
    let snapshot = path.with_file_name(SNAPSHOT);
    if snapshot.exists() {
        let bytes = files::read(&snapshot, MAX_SNAPSHOT_BYTES)?;
        let snapshot = decode_snapshot(&bytes).with_context(|| format!("reading {}", snapshot.display()))?;
        return Ok(Music::of_lines(&snapshot.description.sources));
    }
    let is = |source: fn(&Source) -> bool| file.corpus.iter().any(|entry| source(&entry.source));
    ensure!(
        !is(|source| matches!(source, Source::File)),
        "where the music is that {} was trained on is in {} only, which is not there; name the music with --corpus",
        path.display(),
        snapshot.display()
    );
    let collections = ["mozart", "bach"].into_iter().filter(|name| {
        let pieces = bundled::collection(name).unwrap_or_default();
        let is_of = |entry: &CorpusEntry| pieces.iter().any(|piece| piece.name == entry.name);
        file.corpus.iter().any(|entry| entry.source == Source::Bundled && is_of(entry))
    });
    let mut paths: Vec<PathBuf> = collections.map(PathBuf::from).collect();
    let of_dice = file.corpus.iter().filter_map(|entry| match entry.source {
        Source::DiceGame { with_repeats } => Some(with_repeats),
        Source::File | Source::Bundled => None,
    });
    let of_dice: Vec<bool> = of_dice.collect();
    let repeats = if of_dice.first() == Some(&true) { Repeats::WithRepeats } else { Repeats::Straight };
    paths.extend(of_dice.first().map(|_| PathBuf::from(DICE)));
    let dice = DiceGame { n_waltzes: of_dice.len() * WALTZES_PER_MEDLEY, repeats };
    Ok(Music { paths, validation: Vec::new(), dice })
}

/// Gives each piece of music to `take`, with what to call it.
fn each_piece(
    music: &Music,
    read: ReadOptions,
    seed: Seed,
    take: &mut dyn FnMut(&str, &Piece) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let mut inputs = Inputs::default();
    for path in music.paths.iter().chain(&music.validation) {
        if path.as_os_str() == DICE {
            music.dice.pieces(seed).try_for_each(|piece| take(&piece.name, &piece))?;
            inputs.take(Ok(()));
        } else if let Some(collection) = path.to_str().and_then(bundled::collection) {
            for bundled in collection {
                let piece = bundled.read().with_context(|| format!("reading the bundled piece {}", bundled.name))?;
                take(&piece.name, &piece)?;
            }
            inputs.take(Ok(()));
        } else {
            let files = inputs.files_of(path);
            let bar = progress::bar(files.len() as u64, "files");
            for file in files {
                books::each_piece(&file, read, &mut |found| {
                    inputs.take(found.piece).map_or(Ok(()), |piece| take(&found.label, &piece))
                })?;
                bar.inc(1);
            }
            drop(bar);
        }
    }
    inputs.finish()
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
