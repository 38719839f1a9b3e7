//! The parts of a piece that are given, as a model of voices reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use galant_checkpoint::VoicePart;
use galant_tokens::stream::Frame;
use galant_tokens::{Tokenizer, VoicesError, VoicesTokenizer, estimate_tune_key, voice_parts};
use galant_types::{Note, PERCUSSION_CHANNEL, Part, PartStep, Scale, Score, Texture};
use thiserror::Error;

use crate::model::LoadedModel;
use crate::part_names::PartNamesError;

/// Which parts of a piece stay as they are, and what is known of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TuneRequest {
    /// Which parts of the model they are, as [`parts_called`](LoadedModel::parts_called) calls them.
    ///
    /// Without names, a score of one part is the first part of the model. A score with as many parts as there are names has
    /// these, in their order; one with as many as the model keeps those named, and the others are written anew.
    pub given: Vec<String>,
    /// The key; by default that of [`estimate_tune_key`].
    pub key: Option<Scale>,
    /// The style that the network is told, one of its corpus.
    pub style: Option<String>,
}

/// The parts of a piece that stay as they are, for a model of voices that writes the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Tune {
    /// The piece as far as it stays: the notes of a given part are on the track with the number of that part of the model.
    pub(crate) score: Score,
    /// Which parts of the model are given, counted from 0, ascending.
    pub(crate) given: Vec<usize>,
    /// The given parts as the network reads them; the others are silent.
    pub(crate) texture: Texture,
    /// Bars, key and style as the network is told of them.
    pub(crate) frame: Frame,
    /// The key as it sounds.
    pub(crate) key: Option<Scale>,
    /// How much higher the network reads the piece than it is, in semitones.
    semitones: i8,
    n_folded: usize,
}

impl Tune {
    /// Which parts of the model are given, counted from 0, ascending.
    pub fn given(&self) -> &[usize] {
        &self.given
    }

    /// How many semitones higher the network reads the tune: 0 if the given parts are within what it knows of them.
    ///
    /// What it writes is moved back.
    pub fn semitones(&self) -> i8 {
        self.semitones
    }

    /// How many notes are beyond the range of their part even so: the network reads them in another octave.
    pub fn n_folded(&self) -> usize {
        self.n_folded
    }

    /// The key that it is harmonized in; none if it has no notes that tell.
    pub fn key(&self) -> Option<Scale> {
        self.key
    }

    /// How many bars the tune has.
    pub fn n_bars(&self) -> u64 {
        self.frame.n_bars().unwrap_or(0)
    }
}

impl LoadedModel {
    /// The parts of `score` that this model is to write the others for.
    ///
    /// # Errors
    ///
    /// If the model writes no parts, if names are wrong, or if the score has no notes, too many, or another number of parts.
    pub fn tune(&self, score: &Score, request: &TuneRequest) -> Result<Tune, TuneError> {
        let of_score = voice_parts(score);
        let given = self.given(&request.given, of_score.len())?;
        let kept: Vec<(usize, Part)> = if of_score.len() == given.len() {
            given.iter().copied().zip(of_score).collect()
        } else {
            given.iter().map(|&part| (part, of_score[part].clone())).collect()
        };
        self.tune_of(score, &kept, request)
    }

    /// The parts with the numbers `given` of a piece whose tracks are numbered as the parts of this model are, from 0, as in a
    /// piece that it harmonized.
    ///
    /// # Errors
    ///
    /// If the piece has no such parts, too many notes, or if the model writes none.
    pub fn tune_of_parts(&self, score: &Score, given: &[usize], told: &TuneRequest) -> Result<Tune, TuneError> {
        let of_score = voice_parts(score);
        let find = |&number: &usize| {
            let is_known = number < self.file().parts.len();
            let part = of_score.iter().find(|part| is_known && usize::from(part.track) == number);
            part.map(|part| (number, part.clone())).ok_or(TuneError::NoNotes)
        };
        let kept: Vec<(usize, Part)> = given.iter().map(find).collect::<Result<_, _>>()?;
        self.tune_of(score, &kept, told)
    }

    /// The tune of the parts that are kept, each with the number of that part of the model.
    fn tune_of(&self, score: &Score, kept: &[(usize, Part)], told: &TuneRequest) -> Result<Tune, TuneError> {
        let Tokenizer::Voices(tokenizer) = self.file().tokenizer else { return Err(PartNamesError::NoVoices.into()) };
        let parts = &self.file().parts;
        let given = kept.iter().map(|(number, _)| *number).collect();
        let score = kept_score(score, kept, parts);
        let read = Reading::of(&score, parts);
        let transposed = read.transposed(&score, parts);
        let any_number = VoicesTokenizer { n_parts: None, ..tokenizer };
        // Tracks are in the order of parts, but a lower part can be above a higher one.
        let order = voice_parts(&transposed);
        let (lines, _) = any_number.texture(&transposed)?.ok_or(TuneError::NoNotes)?;
        let line = |part: usize| order.iter().position(|line| usize::from(line.track) == part);
        let columns: Vec<Option<usize>> = (0..parts.len()).map(line).collect();
        let does = |step: usize, line: &Option<usize>| line.map_or(PartStep::Rest, |line| lines.step(step)[line]);
        let steps = (0..lines.n_steps()).flat_map(|step| columns.iter().map(move |line| does(step, line)));
        let texture = Texture::new(parts.len(), steps.collect());
        let key = told.key.or_else(|| estimate_tune_key(&score));
        let frame = Frame::of_score(&transposed, tokenizer.grid, told.style.as_deref());
        let frame = frame.with_key(key.map(|key| moved(key, read.semitones)));
        Ok(Tune { score, given, texture, frame, key, semitones: read.semitones, n_folded: read.n_folded })
    }

    /// Which parts of the model are given by a score of `n_parts`.
    fn given(&self, names: &[String], n_parts: usize) -> Result<Vec<usize>, TuneError> {
        let n_of_model = self.file().parts.len();
        match (n_parts, names.is_empty()) {
            _ if n_of_model == 0 => Err(PartNamesError::NoVoices.into()),
            (0, _) => Err(TuneError::NoNotes),
            (1, true) if n_of_model > 1 => Ok(vec![0]),
            (_, true) => Err(TuneError::NotNamed { n_parts, n_of_model }),
            (_, false) => {
                let given = self.parts_called(names)?;
                let fits = [given.len(), n_of_model].contains(&n_parts);
                if fits { Ok(given) } else { Err(TuneError::Parts { n_parts, n_named: given.len(), n_of_model }) }
            }
        }
    }
}

/// The given parts and the percussion, on tracks of their own; what the tune leaves open of names and programs is the
/// model's.
fn kept_score(score: &Score, kept: &[(usize, Part)], parts: &[VoicePart]) -> Score {
    let percussion: BTreeSet<u16> =
        score.notes.iter().filter(|note| note.is_percussion()).map(|note| note.track).collect();
    let kept_parts = kept.iter().map(|(number, part)| ((part.track, part.channel), *number));
    let after_parts = percussion.into_iter().map(|track| (track, PERCUSSION_CHANNEL)).zip(parts.len()..);
    let numbers: BTreeMap<(u16, u8), usize> = kept_parts.chain(after_parts).collect();
    let place = |track: u16, channel: u8| {
        let number = *numbers.get(&(track, channel))?;
        let channel = if channel == PERCUSSION_CHANNEL { channel } else { channel_of(number) };
        // A file has fewer tracks than that; two of percussion may share the last.
        Some((u16::try_from(number).unwrap_or(u16::MAX), channel))
    };
    let note = |note: &Note| {
        let (track, channel) = place(note.track, note.channel)?;
        Some(Note { track, channel, ..*note })
    };
    let mut notes: Vec<Note> = score.notes.iter().filter_map(note).collect();
    notes.sort_unstable();
    let of_model = |(number, part): &(usize, Part)| {
        let known = &parts[*number];
        // A voice of ABC that has no name is called by its number.
        let is_named = !part.name.chars().all(|letter| letter.is_ascii_digit());
        let name = if is_named { part.name.clone() } else { known.name.clone() };
        let program = part.program.or(Some(known.program));
        Part { track: *number as u16, channel: channel_of(*number), name, program }
    };
    let of_percussion = score.parts.iter().filter(|part| part.channel == PERCUSSION_CHANNEL).filter_map(|part| {
        let (track, _) = place(part.track, part.channel)?;
        Some(Part { track, ..part.clone() })
    });
    let of_score = kept.iter().map(of_model).chain(of_percussion).collect();
    Score { notes, parts: of_score, texts: Vec::new(), ..score.clone() }
}

/// A key some semitones higher, as major or minor.
fn moved(key: Scale, semitones: i8) -> Scale {
    let tonic = (i16::from(key.tonic()) + i16::from(semitones)).rem_euclid(12) as u8;
    if key.is_minor() { Scale::minor(tonic) } else { Scale::major(tonic) }
}

/// The channel of a part: its number, but for that of percussion.
pub(crate) fn channel_of(part: usize) -> u8 {
    let channel = (part % 15) as u8;
    if channel < PERCUSSION_CHANNEL { channel } else { channel + 1 }
}

/// How the network reads a tune that may be beyond the ranges of its parts.
struct Reading {
    semitones: i8,
    n_folded: usize,
}

/// The furthest that a tune is moved: from one end of MIDI's pitches to the other.
const FURTHEST: i8 = 127;

impl Reading {
    /// Moved as little as brings the most notes into the ranges of their parts.
    fn of(score: &Score, parts: &[VoicePart]) -> Reading {
        let mut counts = vec![[0_usize; 128]; parts.len()];
        for note in pitched(score) {
            counts[usize::from(note.track)][usize::from(note.pitch & 127)] += 1;
        }
        let n_outside = |semitones: i8| {
            let outside = |(part, counts): (&VoicePart, &[usize; 128])| -> usize {
                let is_outside = |pitch: i16| !range(part).contains(&(pitch + i16::from(semitones)));
                (0..).zip(counts).filter(|(pitch, _)| is_outside(*pitch)).map(|(_, count)| count).sum()
            };
            parts.iter().zip(&counts).map(outside).sum::<usize>()
        };
        let nearest_first = (0..=FURTHEST).flat_map(|distance| [-distance, distance]);
        let best = nearest_first.map(|semitones| (n_outside(semitones), semitones)).min_by_key(|(n, _)| *n);
        best.map_or(Reading { semitones: 0, n_folded: 0 }, |(n_folded, semitones)| Reading { semitones, n_folded })
    }

    /// The given parts as they are read.
    fn transposed(&self, score: &Score, parts: &[VoicePart]) -> Score {
        let read = |note: &Note| {
            let moved = i16::from(note.pitch) + i16::from(self.semitones);
            Note { pitch: folded(moved, &range(&parts[usize::from(note.track)])), ..*note }
        };
        let mut notes: Vec<Note> = pitched(score).map(read).collect();
        notes.sort_unstable();
        Score { notes, ..score.clone() }
    }
}

fn pitched(score: &Score) -> impl Iterator<Item = &Note> {
    score.notes.iter().filter(|note| !note.is_percussion())
}

fn range(part: &VoicePart) -> RangeInclusive<i16> {
    i16::from(part.lowest)..=i16::from(part.highest)
}

/// A pitch in the nearest octave in which it is within a range, or the end of a range that has no such.
pub(crate) fn folded(pitch: i16, range: &RangeInclusive<i16>) -> u8 {
    let octaves_up = (range.start() - pitch).max(0).div_euclid(12) + i16::from((range.start() - pitch).max(0) % 12 > 0);
    let octaves_down = (pitch - range.end()).max(0).div_euclid(12) + i16::from((pitch - range.end()).max(0) % 12 > 0);
    let moved = pitch + 12 * (octaves_up - octaves_down);
    moved.clamp(*range.start(), *range.end()).clamp(0, 127) as u8
}

/// Why a score is no tune for a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TuneError {
    /// The names of the given parts are wrong.
    #[error(transparent)]
    Names(#[from] PartNamesError),
    /// It has no notes.
    #[error("it has no notes but percussion; give a tune")]
    NoNotes,
    /// Nobody says which parts it has.
    #[error(
        "it has {}, and the model {n_of_model}: name the parts of the model that are given, such as 1",
        with_notes(*n_parts)
    )]
    NotNamed {
        /// How many parts it has.
        n_parts: usize,
        /// How many the model has.
        n_of_model: usize,
    },
    /// It has another number of parts.
    #[error(
        "it has {}, and {n_named} of the {n_of_model} parts of the model {} named: name as many as it has, or give music of \
         all {n_of_model}, which keeps those named",
        with_notes(*n_parts),
        if *n_named == 1 { "is" } else { "are" }
    )]
    Parts {
        /// How many parts it has.
        n_parts: usize,
        /// How many are given.
        n_named: usize,
        /// How many the model has.
        n_of_model: usize,
    },
    /// It is no voices.
    #[error(transparent)]
    Voices(#[from] VoicesError),
}

fn with_notes(n_parts: usize) -> String {
    format!("{n_parts} part{} with notes", if n_parts == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pitches_are_folded_into_a_range_by_octaves() {
        let fold = |pitch| folded(pitch, &(60..=81));
        assert_eq!([59, 60, 81, 82, 47, 20, 127, -3].map(fold), [71, 60, 81, 70, 71, 68, 79, 69]);
        assert_eq!([50, 66].map(|pitch| folded(pitch, &(60..=63))), [62, 60]);
    }
}
