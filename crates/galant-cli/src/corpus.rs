//! The music that `--corpus` names: files, bundled pieces, or waltzes of the dice game.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_corpus::dice::DiceGame;
use galant_corpus::{Corpus, CorpusBuilder, Piece, ReadOptions, Source, bundled, style};
use galant_tokens::Tokenizer;
use galant_types::Seed;

use crate::books::{self, BookTally};
use crate::inputs::Inputs;
use crate::numbers::thousands;
use crate::progress::{self, Job};
use crate::{music, printable};

/// What names the dice game in place of a path.
pub(crate) const DICE: &str = "dice";

/// The music that a training learns from.
#[derive(Debug, Clone)]
pub(crate) struct Music {
    /// What `--corpus` names.
    pub(crate) paths: Vec<PathBuf>,
    /// What `--validation` names.
    pub(crate) validation: Vec<PathBuf>,
    /// The waltzes of the dice game, if that is among it.
    pub(crate) dice: DiceGame,
}

impl Music {
    /// Each source as a line of text, for a snapshot; none if a path has no text.
    pub(crate) fn lines(&self) -> anyhow::Result<Option<Vec<String>>> {
        let learned = self.paths.iter().map(|path| self.source(path));
        let validated = self.validation.iter().map(|path| Ok(absolute(path)?.map(Source::Validation)));
        let sources: anyhow::Result<Option<Vec<Source>>> = learned.chain(validated).collect();
        Ok(sources?.map(|sources| sources.iter().map(Source::to_string).collect()))
    }

    fn source(&self, path: &Path) -> anyhow::Result<Option<Source>> {
        match path.to_str() {
            Some(DICE) => Ok(Some(Source::Dice(self.dice))),
            Some(name) if bundled::collection(name).is_some() => Ok(Some(Source::Bundled(name.to_owned()))),
            _ => Ok(absolute(path)?.map(Source::Path)),
        }
    }

    /// Reads what [`Music::lines`] wrote.
    pub(crate) fn of_lines(lines: &[String]) -> Music {
        let mut music = Music { paths: Vec::new(), validation: Vec::new(), dice: DiceGame::default() };
        for line in lines {
            let Ok(source) = line.parse();
            match source {
                Source::Dice(game) => {
                    music.dice = game;
                    music.paths.push(DICE.into());
                }
                Source::Bundled(name) => music.paths.push(name.into()),
                Source::Path(path) => music.paths.push(path.into()),
                Source::Validation(path) => music.validation.push(path.into()),
            }
        }
        music
    }
}

/// The path from the root, as text: a training may go on in another working directory.
fn absolute(path: &Path) -> anyhow::Result<Option<String>> {
    Ok(std::path::absolute(path)?.to_str().map(str::to_owned))
}

/// How the music of a corpus is read and encoded.
#[derive(Debug, Clone)]
pub(crate) struct CorpusOptions {
    pub(crate) read: ReadOptions,
    pub(crate) tokenizer: Tokenizer,
    /// Semitones by which the vocabulary must have every token transposed.
    pub(crate) transpose: RangeInclusive<i8>,
    /// The waltzes of the dice game, if that is in the corpus.
    pub(crate) dice: DiceGame,
    /// What they are rolled from.
    pub(crate) seed: Seed,
}

/// Whether the dice game is all that `--corpus` names.
pub(crate) fn is_dice(paths: &[PathBuf]) -> bool {
    paths.iter().all(|path| path.as_os_str() == DICE)
}

/// Reads what `--corpus` names, and the files that `--validation` names; the exit code is 1 if some of it is bad.
///
/// `inputs` are to be counted anew, and know what was reported before.
pub(crate) fn read(music: &Music, mut inputs: Inputs, options: &CorpusOptions) -> anyhow::Result<(Corpus, ExitCode)> {
    let Music { paths, validation, dice: _ } = music;
    let mut builder = CorpusBuilder::new(options.tokenizer);
    let job = progress::bar(0, "files");
    for path in paths {
        if path.as_os_str() == DICE {
            options.dice.pieces(options.seed).for_each(|piece| _ = builder.add(&piece));
            inputs.take(Ok(()));
        } else if let Some(collection) = path.to_str().and_then(bundled::collection) {
            for bundled in collection {
                let piece = bundled.read().with_context(|| format!("reading the bundled piece {}", bundled.name))?;
                builder.add(&piece);
            }
            inputs.take(Ok(()));
        } else {
            each_file(path, options.read, &job, &mut inputs, &mut |piece, style| builder.add_styled(piece, style))?;
        }
    }
    let mut n_tokens = 0;
    for path in validation {
        each_file(path, options.read, &job, &mut inputs, &mut |piece, style| {
            let n_added = builder.add_validation(piece, style);
            n_tokens += n_added;
            n_added
        })?;
    }
    drop(job);
    let code = inputs.finish()?;
    ensure!(
        validation.is_empty() || n_tokens > 0,
        "no music to validate on: none of the files of --validation has notes"
    );
    let corpus = builder.build(options.transpose.clone())?;
    corpus.left_out.iter().for_each(|piece| printable::warn(&piece.to_string()));
    warn_of_chords(&corpus);
    if corpus.n_unknown() > 0 {
        printable::warn(&format!(
            "{} of the {} tokens to validate on are not in the corpus; each is taken for the nearest that is",
            thousands(corpus.n_unknown()),
            thousands(n_tokens)
        ));
    }
    Ok((corpus, code))
}

/// Says how many notes voices leave out.
fn warn_of_chords(corpus: &Corpus) {
    let Some(rounding) = corpus.rounding.filter(|rounding| rounding.left_out > 0) else { return };
    if matches!(corpus.tokenizer, Tokenizer::Voices(_)) {
        printable::warn(&format!(
            "{} of {} notes are left out: a part that plays chords gives its highest notes to voices",
            thousands(rounding.left_out as usize),
            thousands(rounding.n_notes as usize)
        ));
    }
}

/// Adds the pieces of a file or folder with `add`, which is given the folder within it that a piece is in, and returns how
/// many tokens the piece has.
fn each_file(
    path: &Path,
    options: ReadOptions,
    job: &Job,
    inputs: &mut Inputs,
    add: &mut dyn FnMut(&Piece, Option<String>) -> usize,
) -> anyhow::Result<()> {
    let files = inputs.files_of(path);
    job.lengthen(files.len() as u64);
    for file in files {
        let mut tally = BookTally::default();
        books::each_piece(&file, options, &mut |found| {
            if inputs.is_reported(&found.label) {
                return Ok(());
            }
            tally.add(&found);
            let is_of_many = found.is_of_many();
            let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
            if !is_of_many {
                music::warn(&file, &piece);
            }
            if add(&piece, style(path, &file)) > 0 {
                music::warn_of_percussion(Path::new(&found.label), &piece);
            }
            Ok(())
        })?;
        tally.report(&file);
        job.inc(1);
    }
    Ok(())
}
