//! `galant report`: all that a training left in its folder, on one page that needs no other file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use galant_corpus::{Piece, Strictness};
use galant_evaluate::{ReportInput, ReportPiece, report_page};
use galant_pipeline::Settings;

use crate::args::ReportArgs;
use crate::{curve, files, model, music};

/// The longest sound put into the page, in bytes: half an hour of 16-bit stereo.
const MAX_SOUND_BYTES: u64 = 320 << 20;

/// The most numbered pieces on a page.
const MAX_PIECES: usize = 20;

pub(crate) fn run(args: &ReportArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let found = |name: &str| Some(args.folder.join(name)).filter(|path| path.exists());
    let model = model::read(&args.folder.join("model.safetensors"))?;
    let times = found("training.csv").map(|path| curve::read_times(&path)).transpose()?;
    let found_pieces = found_pieces(&args.folder, strictness)?;
    let pieces: Vec<ReportPiece<'_>> = found_pieces
        .iter()
        .map(|piece| ReportPiece {
            title: &piece.title,
            score: piece.music.as_ref().map(|music| &music.score),
            sound: piece.sound.as_deref(),
        })
        .collect();
    let page = report_page(&ReportInput {
        file: model.file(),
        settings: &Settings::of_model(model.file()).rows(),
        times: &times.unwrap_or_default(),
        pieces: &pieces,
    });
    let path = args.out.clone().unwrap_or_else(|| args.folder.join("report.html"));
    files::write(&path, page.as_bytes())?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// A piece in the folder of a training.
struct FoundPiece {
    title: String,
    music: Option<Piece>,
    sound: Option<Vec<u8>>,
}

/// `composed.mid` with its sound, and `composed-001.mid` and so on.
fn found_pieces(folder: &Path, strictness: Strictness) -> anyhow::Result<Vec<FoundPiece>> {
    let numbered = (1..=MAX_PIECES).map(|number| format!("composed-{number:03}"));
    let stems = std::iter::once("composed".to_owned()).chain(numbered);
    let mut pieces = Vec::new();
    for stem in stems {
        let found = |ending: &str| Some(folder.join(format!("{stem}.{ending}"))).filter(|path| path.exists());
        let read = |path: PathBuf| music::read(&path, music::standard(strictness));
        let music = found("mid").map(read).transpose()?;
        let sound = found("wav").map(|path| files::read(&path, MAX_SOUND_BYTES)).transpose()?;
        if music.is_some() || sound.is_some() {
            pieces.push(FoundPiece { title: format!("{stem}.mid"), music, sound });
        }
    }
    Ok(pieces)
}
