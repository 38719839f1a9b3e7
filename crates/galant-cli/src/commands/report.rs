//! `galant report`: all that a training left in its folder, on one page that needs no other file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use galant_checkpoint::ModelFile;
use galant_corpus::{CorpusBuilder, Piece, Strictness};
use galant_evaluate::originality::{OriginalityCorpus, OriginalityCorpusBuilder};
use galant_evaluate::{
    ComparedWith, CountingLosses, ReportCorpus, ReportCorpusPiece, ReportInput, ReportPiece, report_page,
};
use galant_pipeline::{Baseline, Settings, Training};

use crate::args::ReportArgs;
use crate::reread::{self, Purpose};
use crate::{curve, files, model, music, originality, printable, progress};

/// The longest sound put into the page, in bytes: half an hour of 16-bit stereo.
const MAX_SOUND_BYTES: u64 = 320 << 20;

/// The most bytes of sound of all pieces in a page, which a browser still opens at once; pieces beyond are played by the
/// page itself.
const MAX_PAGE_SOUND_BYTES: usize = 48 << 20;

/// The most numbered pieces on a page.
const MAX_PIECES: usize = 20;

pub(crate) fn run(args: &ReportArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let found = |name: &str| Some(args.folder.join(name)).filter(|path| path.exists());
    let model_path = args.folder.join("model.safetensors");
    let model = model::read(&model_path)?;
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
    let music = Music::of(args, &model_path, model.file(), strictness)?;
    let page = report_page(&ReportInput {
        file: model.file(),
        settings: &Settings::of_model(model.file()).rows(),
        times: &times.unwrap_or_default(),
        pieces: &pieces,
        corpus: music.corpus.as_ref(),
        compared_with: music
            .compared_with
            .as_ref()
            .map_or_else(|reason| ComparedWith::Nothing(reason), ComparedWith::Corpus),
    });
    let path = args.out.clone().unwrap_or_else(|| args.folder.join("report.html"));
    files::write(&path, page.as_bytes())?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// What is known of the music that a model was trained on.
struct Music {
    /// None if not all of it is as it was.
    corpus: Option<ReportCorpus>,
    /// What pieces are compared with, or why they are not.
    compared_with: Result<OriginalityCorpus, String>,
}

impl Music {
    fn of(args: &ReportArgs, path: &Path, file: &ModelFile, strictness: Strictness) -> anyhow::Result<Music> {
        let mut compared = OriginalityCorpusBuilder::default();
        let mut learned = CorpusBuilder::new(file.tokenizer);
        let reread = reread::of_model(path, file, strictness, &mut |found| {
            if found.purpose == Purpose::Corpus {
                // Without its folders: a page is shown to others.
                compared.add(&found.piece.name, found.piece)?;
            }
            match found.purpose {
                Purpose::Corpus => _ = learned.add_styled(found.piece, found.style.clone()),
                Purpose::Validation => _ = learned.add_validation(found.piece, found.style.clone()),
                Purpose::Other => {}
            }
            Ok(())
        });
        let spinner = progress::spinner("comparing with the corpus");
        let n_min = OriginalityCorpus::MIN_RUN;
        let corpus = if reread.is_ok() { described(learned, file) } else { None };
        let compared_with = match reread {
            _ if !args.corpus.is_empty() => {
                Ok(originality::of_paths(&args.corpus, music::standard(strictness), n_min)?.0)
            }
            Ok(()) => Ok(compared.build(n_min)),
            Err(error) => {
                printable::warn(&format!("pieces are not compared with the corpus: {error:#}"));
                Err("what the network was trained on is not at hand".to_owned())
            }
        };
        drop(spinner);
        Ok(Music { corpus, compared_with })
    }
}

/// What a training found out about its corpus; none if the corpus is another now.
fn described(learned: CorpusBuilder, file: &ModelFile) -> Option<ReportCorpus> {
    let corpus = learned.build(file.settings.transpose.clone()).ok()?;
    let training = Training::new(corpus, Settings::of_model(file)).ok().filter(|training| training.is_of(file))?;
    let pieces = training.entries().iter().enumerate().map(|(number, entry)| ReportCorpusPiece {
        name: entry.name.clone(),
        n_tokens: entry.n_tokens,
        is_held_out: training.held_out().is_whole(number),
    });
    let Baseline { counting, ppm, .. } = training.baseline();
    Some(ReportCorpus {
        pieces: pieces.collect(),
        held_out: training.held_out_text(),
        leaks: training.leaks().clone(),
        counting: counting.zip(ppm).map(|(ngrams, ppm)| CountingLosses { order: Baseline::ORDER, ngrams, ppm }),
    })
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
    let mut n_bytes = 0;
    for stem in stems {
        let found = |ending: &str| Some(folder.join(format!("{stem}.{ending}"))).filter(|path| path.exists());
        let read = |path: PathBuf| music::read(&path, music::standard(strictness));
        let music = found("mid").map(read).transpose()?;
        let sound = found("wav").map(|path| files::read(&path, MAX_SOUND_BYTES)).transpose()?;
        // Without notes there is nothing else to hear.
        let fits = |sound: &Vec<u8>| music.is_none() || n_bytes + sound.len() <= MAX_PAGE_SOUND_BYTES;
        let sound = sound.filter(fits);
        n_bytes += sound.as_ref().map_or(0, Vec::len);
        if music.is_some() || sound.is_some() {
            pieces.push(FoundPiece { title: format!("{stem}.mid"), music, sound });
        }
    }
    Ok(pieces)
}
