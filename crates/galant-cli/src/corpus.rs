//! Music read for training: files of MIDI or ABC, pieces of the program's own, or waltzes of the dice game.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use galant_checkpoint::CorpusEntry;
use galant_dice::{BarNote, Performance, chord_words, evenings, medley, word_entropy};
use galant_midi::{ReadRules, encode};
use galant_types::{Chord, Score, Seed, Song};
use galant_words::{ChordRules, ChordWords, Vocabulary};

use crate::args::Rules;
use crate::embedded;
use crate::files;
use crate::music::{self, Music};

/// What stands for the dice game in place of a path.
pub(crate) const DICE: &str = "dice";

/// Songs rolled for the dice corpus, each a chain of waltzes: the end of each is held out, so waltzes are.
const N_EVENINGS: usize = 40;
/// Waltzes in each: a training window sees all of one and the turn to the next, and one in ten is held out.
pub(crate) const N_WALTZES: usize = 40;

/// Pieces as words.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) songs: Vec<Song>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) entries: Vec<CorpusEntry>,
    /// What a waltz holds, if these are waltzes.
    pub(crate) waltz: Option<Waltz>,
}

/// What the best of networks could not go below.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waltz {
    pub(crate) nats: f64,
    pub(crate) words: f64,
}

/// How music becomes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) rules: Rules,
    /// How many of the highest notes of a chord are kept; 0 keeps all.
    pub(crate) top: usize,
}

impl Reading {
    pub(crate) fn read_rules(self) -> ReadRules {
        match self.rules {
            Rules::Standard => ReadRules::Standard,
            Rules::Lecture => ReadRules::Lecture,
        }
    }

    pub(crate) fn chords(self, score: &Score) -> Vec<Chord> {
        let rules = match self.rules {
            Rules::Standard => ChordRules::Standard,
            Rules::Lecture => ChordRules::Lecture,
        };
        ChordWords { rules, top: self.top }.chords(score)
    }

    /// The words of a bar of the dice game, as they stand in an evening of waltzes.
    pub(crate) fn bar(self, notes: &[BarNote]) -> Vec<Chord> {
        chord_words(notes).iter().map(|chord| highest(chord, self.top)).collect()
    }
}

/// The words of one piece.
pub(crate) struct Piece {
    pub(crate) entry: CorpusEntry,
    pub(crate) chords: Vec<Chord>,
}

impl Piece {
    fn new(name: &str, bytes: &[u8], chords: Vec<Chord>) -> Piece {
        Piece { entry: CorpusEntry::of(name, bytes, chords.len() as u64), chords }
    }
}

/// Reads one file of music and tells how much of it was repaired.
pub(crate) fn read_piece(path: &Path, reading: Reading) -> anyhow::Result<Piece> {
    let Music { bytes, score, .. } = music::read(path, reading.read_rules())?;
    Ok(Piece::new(&files::name(path), &bytes, reading.chords(&score)))
}

/// Reads one file of music, with all that was repaired in it.
pub(crate) fn read_with_warnings(path: &Path, reading: Reading) -> anyhow::Result<(Piece, Vec<String>)> {
    let Music { bytes, score, warnings } = music::read_with_warnings(path, reading.read_rules())?;
    Ok((Piece::new(&files::name(path), &bytes, reading.chords(&score)), warnings))
}

/// Reads what `--corpus` names.
///
/// `performance` is of the waltzes.
pub(crate) fn read_corpus(
    paths: &[PathBuf],
    reading: Reading,
    performance: Performance,
    seed: Seed,
) -> anyhow::Result<Corpus> {
    let is_dice = |path: &PathBuf| path.as_os_str() == DICE;
    let has_dice = paths.iter().any(is_dice);
    ensure!(has_dice || performance == Performance::Straight, "--repeat is of use with --corpus {DICE} only");
    let mut pieces = Vec::new();
    for path in paths {
        if is_dice(path) {
            pieces.extend(dice(reading, performance, seed)?);
        } else if let Some(collection) = path.to_str().and_then(embedded::collection) {
            for piece in collection {
                pieces.push(Piece::new(piece.name, piece.text.as_bytes(), reading.chords(&piece.score()?)));
            }
        } else {
            pieces.extend(from_files(path, reading)?);
        }
    }
    if pieces.is_empty() {
        bail!("no music to train on: none of the files has notes");
    }
    let waltz = if paths.iter().all(is_dice) { waltz(reading, performance) } else { None };
    corpus(pieces, waltz)
}

/// The pieces of a file or folder.
fn from_files(path: &PathBuf, reading: Reading) -> anyhow::Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for found in files::music_files(std::slice::from_ref(path))? {
        match read_piece(&found, reading) {
            Ok(piece) if piece.chords.is_empty() => {
                eprintln!("warning: {}: left out, it has no notes", found.display());
            }
            Ok(piece) => pieces.push(piece),
            // A file found in a folder is left out; one that was named is an error.
            Err(error) if *path != found => eprintln!("warning: left out: {error:#}"),
            Err(error) => return Err(error),
        }
    }
    Ok(pieces)
}

/// Evenings of waltzes, all different.
fn dice(reading: Reading, performance: Performance, seed: Seed) -> anyhow::Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for (throws, number) in evenings(seed, N_EVENINGS, N_WALTZES).iter().zip(1..) {
        let score = medley(throws, performance);
        let bytes = encode(&score).with_context(|| format!("writing evening {number} of waltzes"))?;
        pieces.push(Piece::new(&format!("evening {number}"), &bytes, reading.chords(&score)));
    }
    Ok(pieces)
}

/// What a waltz holds, if that is known exactly.
fn waltz(reading: Reading, performance: Performance) -> Option<Waltz> {
    let entropy = word_entropy(|bar| reading.bar(bar), performance);
    // With notes left out a row of words may be cut into bars in several ways; then there is no exact figure.
    entropy.ok().map(|entropy| Waltz { nats: entropy.nats_per_waltz, words: entropy.words_per_waltz })
}

fn highest(chord: &Chord, top: usize) -> Chord {
    let pitches = chord.pitches();
    let n_dropped = if top == 0 { 0 } else { pitches.len().saturating_sub(top) };
    Chord::new(pitches[n_dropped..].to_vec()).expect("the highest pitches of a chord are a chord")
}

fn corpus(pieces: Vec<Piece>, waltz: Option<Waltz>) -> anyhow::Result<Corpus> {
    let vocabulary = Vocabulary::new(pieces.iter().map(|piece| piece.chords.as_slice()))?;
    let token = |chord: &Chord| vocabulary.token(chord).expect("the vocabulary was made of these words");
    let song = |piece: &Piece| Song { name: piece.entry.name.clone(), words: piece.chords.iter().map(token).collect() };
    let songs = pieces.iter().map(song).collect();
    let entries = pieces.into_iter().map(|piece| piece.entry).collect();
    Ok(Corpus { songs, vocabulary, entries, waltz })
}
