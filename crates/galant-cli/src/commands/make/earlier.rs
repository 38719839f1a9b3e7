//! What an earlier `galant make` left in its folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use galant_checkpoint::{MAX_SNAPSHOT_BYTES, decode_snapshot};
use galant_corpus::dice::DiceGame;
use galant_types::Seed;

use crate::args::MakeArgs;
use crate::corpus::Music;
use crate::{files, model};

/// Names of what is made, in the folder.
pub(super) const MODEL: &str = "model.safetensors";
const SNAPSHOT: &str = "snapshot.galant";
pub(super) const PAGE: &str = "report.html";
/// A piece, as it is written, heard and seen; each has a number if there are several.
pub(super) const PIECE: [&str; 3] = ["composed.mid", "composed.wav", "composed.svg"];
/// The most pieces that are made at once.
const MAX_PIECES: usize = 20;

/// What an earlier one left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// Nothing, or what is to be replaced.
    Nothing,
    /// A training that was stopped.
    Stopped,
    /// A finished training, and no page.
    Trained,
}

impl Earlier {
    /// What is in the folder that `args` names.
    ///
    /// # Errors
    ///
    /// If all is made, or if the training that is finished is another one.
    pub(super) fn of(args: &MakeArgs) -> anyhow::Result<Earlier> {
        let [model_path, snapshot, page] = [MODEL, SNAPSHOT, PAGE].map(|name| args.out.join(name));
        if args.force || !(model_path.exists() || snapshot.exists()) {
            return Ok(Earlier::Nothing);
        }
        if !model_path.exists() {
            return Ok(Earlier::Stopped);
        }
        let out = args.out.display();
        let replace = "replace it with --force, or name another folder with --out";
        // What cannot be read is somebody's all the same.
        let Ok(model) = model::read(&model_path) else { bail!("{out} has a finished training; {replace}") };
        if model.file().unfinished_after.is_some() {
            return Ok(Earlier::Stopped);
        }
        if page.exists() || !snapshot.exists() {
            bail!("{out} has a finished training; {replace}");
        }
        if model.file().settings.seed != Seed(args.seed) || !is_of(&snapshot, &args.folder)? {
            bail!("{out} has a finished training of other music or by another seed; {replace}");
        }
        Ok(Earlier::Trained)
    }
}

/// Whether the training of a snapshot learned from the folder.
fn is_of(snapshot: &Path, folder: &Path) -> anyhow::Result<bool> {
    let bytes = files::read(snapshot, MAX_SNAPSHOT_BYTES)?;
    let snapshot = decode_snapshot(&bytes).with_context(|| format!("reading {}", snapshot.display()))?;
    let music = Music { paths: vec![folder.to_owned()], validation: Vec::new(), dice: DiceGame::default() };
    Ok(music.lines()?.is_some_and(|lines| lines == snapshot.description.sources))
}

/// Removes the pieces and the page of an earlier one, which a new model replaces.
pub(super) fn remove_pieces(out: &Path) -> anyhow::Result<()> {
    let numbered = |name: &str| (0..MAX_PIECES).map(|number| files::numbered(&out.join(name), number, 2)).collect();
    let pieces = PIECE.iter().flat_map(|name| -> Vec<_> { numbered(name) });
    let single = PIECE.iter().chain([&PAGE]).map(|name| out.join(name));
    for path in pieces.chain(single).filter(|path| path.exists()) {
        fs::remove_file(&path).with_context(|| format!("replacing {}", path.display()))?;
    }
    Ok(())
}
