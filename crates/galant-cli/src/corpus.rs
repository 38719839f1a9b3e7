//! Music read for training: files of MIDI or ABC, pieces of the program's own, or waltzes of the dice game.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use galant_checkpoint::CorpusEntry;
use galant_dice::{Repeats, Throws, evenings, medley};
use galant_midi::encode;
use galant_tokens::{Encoded, Playback, PlaybackTally, Rounding, Token, Vocabulary};
use galant_types::{Score, Seed, Song};

use crate::args::Transpose;
use crate::embedded;
use crate::music::{self, Music};
use crate::reading::Reading;
use crate::waltz::Waltz;
use crate::{files, printable};

/// What stands for the dice game in place of a path.
pub(crate) const DICE: &str = "dice";

/// What the pieces of the dice corpus are called, with a number each.
pub(crate) const EVENING: &str = "evening";
/// Evenings rolled for the dice corpus unless the command line says otherwise.
const N_EVENINGS: usize = 40;
/// Waltzes in each, a chain: a training window sees all of one and the turn to the next, and one in ten is held out.
const N_WALTZES: usize = 40;

/// What the dice corpus is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dance {
    pub(crate) n_evenings: usize,
    pub(crate) repeats: Repeats,
}

impl Default for Dance {
    fn default() -> Dance {
        Dance { n_evenings: N_EVENINGS, repeats: Repeats::Straight }
    }
}

impl Dance {
    /// The waltzes, all different, by evenings.
    pub(crate) fn waltzes(self, seed: Seed) -> Vec<Vec<Throws>> {
        evenings(seed, self.n_evenings, N_WALTZES)
    }
}

/// Pieces as tokens.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) songs: Vec<Song>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) entries: Vec<CorpusEntry>,
    /// How most of it is played, for tokens with rhythm.
    pub(crate) playback: Option<Playback>,
    /// What a waltz holds, if these are waltzes.
    pub(crate) waltz: Option<Waltz>,
    /// How many tokens the held-out part has for each of its notes; none until it is known what is held out.
    pub(crate) tokens_per_note: Option<f64>,
}

/// The tokens of one piece.
pub(crate) struct Piece {
    pub(crate) entry: CorpusEntry,
    pub(crate) score: Score,
    pub(crate) tokens: Vec<Token>,
    /// What became of the notes, for tokens on a grid.
    pub(crate) rounding: Option<Rounding>,
}

impl Piece {
    fn new(name: &str, bytes: &[u8], score: Score, reading: Reading) -> Piece {
        let Encoded { tokens, rounding } = reading.tokens().encode(&score);
        Piece { entry: CorpusEntry::of(name, bytes, tokens.len() as u64), score, tokens, rounding }
    }
}

/// Reads one file of music and tells how much of it was repaired.
pub(crate) fn read_piece(path: &Path, reading: Reading) -> anyhow::Result<Piece> {
    let Music { bytes, score, .. } = music::read(path, reading.read_rules())?;
    Ok(Piece::new(&files::name(path), &bytes, score, reading))
}

/// Reads one file of music, with all that was repaired in it.
pub(crate) fn read_with_warnings(path: &Path, reading: Reading) -> anyhow::Result<(Piece, Vec<String>)> {
    let Music { bytes, score, warnings } = music::read_with_warnings(path, reading.read_rules())?;
    Ok((Piece::new(&files::name(path), &bytes, score, reading), warnings))
}

/// Whether all that `--corpus` names is the dice game.
pub(crate) fn is_dice(paths: &[PathBuf]) -> bool {
    paths.iter().all(|path| path.as_os_str() == DICE)
}

/// Reads what `--corpus` names.
///
/// `dance` is of the dice game, if that is among them; the vocabulary holds every transposition of the tokens.
pub(crate) fn read_corpus(
    paths: &[PathBuf],
    reading: Reading,
    dance: Dance,
    transpose: Transpose,
    seed: Seed,
) -> anyhow::Result<Corpus> {
    let has_dice = paths.iter().any(|path| path.as_os_str() == DICE);
    let is_usual = dance == Dance::default();
    ensure!(has_dice || is_usual, "--repeat and --evenings are of use with --corpus {DICE} only");
    let mut gathered = Gathered::default();
    for path in paths {
        if path.as_os_str() == DICE {
            gathered.add_dice(reading, dance, seed)?;
        } else if let Some(collection) = path.to_str().and_then(embedded::collection) {
            for piece in collection {
                gathered.add(Piece::new(piece.name, piece.text.as_bytes(), piece.score()?, reading));
            }
        } else {
            gathered.add_files(path, reading)?;
        }
    }
    if gathered.songs.is_empty() {
        bail!("no music to train on: none of the files has notes");
    }
    let waltz = if is_dice(paths) { Waltz::of(reading, dance.repeats) } else { None };
    gathered.corpus(reading, transpose, waltz)
}

/// The piece that an evening of the dice corpus is.
pub(crate) fn evening(number: u32, throws: &[Throws], reading: Reading, repeats: Repeats) -> anyhow::Result<Piece> {
    let score = medley(throws, repeats);
    let bytes = encode(&score).with_context(|| format!("writing evening {number} of waltzes"))?;
    Ok(Piece::new(&format!("{EVENING} {number}"), &bytes, score, reading))
}

/// Pieces read one after the other: their scores are not kept.
#[derive(Default)]
struct Gathered {
    entries: Vec<CorpusEntry>,
    songs: Vec<Vec<Token>>,
    tally: PlaybackTally,
}

impl Gathered {
    fn add(&mut self, piece: Piece) {
        self.tally.add(&piece.score);
        self.entries.push(piece.entry);
        self.songs.push(piece.tokens);
    }

    /// The pieces of a file or folder.
    fn add_files(&mut self, path: &PathBuf, reading: Reading) -> anyhow::Result<()> {
        for found in files::music_files(std::slice::from_ref(path))? {
            match read_piece(&found, reading) {
                Ok(piece) if piece.tokens.is_empty() => {
                    printable::warn(&format!("{}: left out, it has no notes", found.display()));
                }
                Ok(piece) => self.add(piece),
                // A file found in a folder is left out; one that was named is an error.
                Err(error) if *path != found => printable::warn(&format!("left out: {error:#}")),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Evenings of waltzes, all different.
    fn add_dice(&mut self, reading: Reading, dance: Dance, seed: Seed) -> anyhow::Result<()> {
        for (throws, number) in dance.waltzes(seed).iter().zip(1..) {
            self.add(evening(number, throws, reading, dance.repeats)?);
        }
        Ok(())
    }

    fn corpus(self, reading: Reading, transpose: Transpose, waltz: Option<Waltz>) -> anyhow::Result<Corpus> {
        let kind = reading.tokens();
        let vocabulary = Vocabulary::new(kind, self.songs.iter().map(Vec::as_slice), transpose.semitones())?;
        let id = |token: &Token| vocabulary.id(token).expect("the vocabulary was made of these tokens");
        let song = |(entry, tokens): (&CorpusEntry, &Vec<Token>)| Song {
            name: entry.name.clone(),
            tokens: tokens.iter().map(id).collect(),
        };
        let songs = self.entries.iter().zip(&self.songs).map(song).collect();
        let playback = kind.grid().map(|_| self.tally.playback());
        Ok(Corpus { songs, vocabulary, entries: self.entries, playback, waltz, tokens_per_note: None })
    }
}
