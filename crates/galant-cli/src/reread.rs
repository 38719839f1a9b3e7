//! The music that a model was trained on, or that a command names, read piece by piece.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{CorpusEntry, MAX_SNAPSHOT_BYTES, ModelFile, Sha256Hash, Source, decode_snapshot};
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY};
use galant_corpus::{Piece, ReadOptions, Strictness, bundled, style};
use galant_dice::Repeats;
use galant_pipeline::Seeds;
use galant_types::Seed;

use crate::corpus::{DICE, Music};
use crate::inputs::Inputs;
use crate::numbers::counted;
use crate::{books, files, printable, progress};

/// The snapshot that a training leaves beside its model, which says where the music is.
const SNAPSHOT: &str = "snapshot.galant";

/// How many pieces are named that are no longer there.
const MAX_NAMED: usize = 3;

/// A piece of music that was read.
pub(crate) struct Found<'a> {
    /// What to call it.
    pub(crate) label: &'a str,
    pub(crate) piece: &'a Piece,
    /// The folder within the one named that it is in.
    pub(crate) style: Option<String>,
    pub(crate) purpose: Purpose,
}

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be learned from.
    Corpus,
    /// To be learned from, but it is not as it was when the model was trained, or was not there.
    Other,
    /// Named for validation.
    Validation,
}

/// Gives each piece of the music that a model was trained on to `take`, as far as it is where it was, and warns of what is
/// missing.
///
/// # Errors
///
/// If there is none of it.
pub(crate) fn of_model(
    path: &Path,
    file: &ModelFile,
    strictness: Strictness,
    take: &mut dyn FnMut(&Found<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let read = ReadOptions { rules: file.read_rules, strictness };
    let mut missing: BTreeMap<Sha256Hash, usize> = BTreeMap::new();
    file.corpus.iter().for_each(|entry| *missing.entry(entry.sha256).or_default() += 1);
    let mut n_found = 0;
    let music = music_of_model(path, file)?;
    let found = each_piece(&music, read, Seeds::of(file.settings.seed).corpus, &mut |mut found| {
        if found.purpose == Purpose::Corpus {
            match missing.get_mut(&found.piece.sha256).filter(|n| **n > 0) {
                Some(n) => (*n, n_found) = (*n - 1, n_found + 1),
                None => found.purpose = Purpose::Other,
            }
        }
        take(&found)
    });
    // What cannot be read at all is missing, and that is said below.
    if n_found == 0 {
        let elsewhere = "name the music with --corpus";
        return match found {
            Err(error) => Err(error.context(format!("the music that {} was trained on; {elsewhere}", path.display()))),
            Ok(_) => bail!("none of the music that {} was trained on is as it was; {elsewhere}", path.display()),
        };
    }
    let is_missing = |entry: &&CorpusEntry| missing[&entry.sha256] > 0;
    let missing: Vec<&str> = file.corpus.iter().filter(is_missing).map(|entry| entry.name.as_str()).collect();
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
    Ok(())
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

/// Gives each piece of music to `take`; the exit code is 1 if some of it is bad.
pub(crate) fn each_piece(
    music: &Music,
    read: ReadOptions,
    seed: Seed,
    take: &mut dyn FnMut(Found<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let mut inputs = Inputs::default();
    let learned = music.paths.iter().map(|path| (path, Purpose::Corpus));
    let validated = music.validation.iter().map(|path| (path, Purpose::Validation));
    for (path, purpose) in learned.chain(validated) {
        if path.as_os_str() == DICE {
            for piece in music.dice.pieces(seed) {
                take(Found { label: &piece.name, piece: &piece, style: None, purpose })?;
            }
            inputs.take(Ok(()));
        } else if let Some(collection) = path.to_str().and_then(bundled::collection) {
            for bundled in collection {
                let piece = bundled.read().with_context(|| format!("reading the bundled piece {}", bundled.name))?;
                take(Found { label: &piece.name, piece: &piece, style: None, purpose })?;
            }
            inputs.take(Ok(()));
        } else {
            let files = inputs.files_of(path);
            let bar = progress::bar(files.len() as u64, "files");
            for file in files {
                books::each_piece(&file, read, &mut |found| {
                    let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
                    take(Found { label: &found.label, piece: &piece, style: style(path, &file), purpose })
                })?;
                bar.inc(1);
            }
            drop(bar);
        }
    }
    inputs.finish()
}
