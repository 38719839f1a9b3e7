//! New notes put into a piece that they belong to.

use std::collections::BTreeSet;

use galant_evaluate::PieceReading;
use galant_pipeline::{ComposedPiece, LoadedModel};
use galant_tokens::Token;
use galant_types::{Note, Score};

use crate::error::Refusal;
use crate::piece::{PartData, PieceData};

/// Where in a piece new notes go; everything else stays note for note.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    piece: PieceData,
    /// The tick of the piece at which the last of the notes before begins that the network read; none if it read none.
    last_read: Option<u64>,
    /// The ticks that the new notes may begin in; what the piece has there is replaced.
    from: u64,
    to: u64,
    /// How many bars longer it becomes.
    n_added: u64,
    /// Up to which tick the notes that follow the new ones belong to them.
    belongs_to: u64,
}

impl Place {
    /// After all notes of a piece, in so many bars more.
    pub(crate) fn after(piece: PieceData, score: &Score, n_added: u64) -> Place {
        Place { piece, last_read: last_onset(score), from: score.end(), to: u64::MAX, n_added, belongs_to: u64::MAX }
    }

    /// From a tick of a piece to another, of which the network read the notes in `read`; the notes up to `belongs_to` should
    /// follow well.
    pub(crate) fn between(piece: PieceData, read: &Score, [from, to, belongs_to]: [u64; 3]) -> Place {
        Place { piece, last_read: last_onset(read), from, to, n_added: 0, belongs_to }
    }

    /// What a note of the new bars and of those that follow costs the network, in nats, if something follows.
    pub(crate) fn nats_per_note(&self, model: &LoadedModel, composed: &ComposedPiece) -> Result<Option<f64>, Refusal> {
        let follows = |note: &(u64, u64, u8, u8)| (self.to..self.belongs_to).contains(&note.0);
        if !self.piece.parts.iter().any(|part| part.notes.iter().any(follows)) {
            return Ok(None);
        }
        let joined = self.with(model, composed, &model.score(composed)?)?.score()?;
        let reading = PieceReading::new(model.file(), &joined, composed.settings.plan.style.as_deref());
        let read = reading.surprise(model.generator(), &mut || ())?;
        let ticks = u64::from(read.score.ticks_per_quarter);
        let is_near = |note: &Note| {
            let tick = note.onset * u64::from(joined.ticks_per_quarter) / ticks.max(1);
            (self.from..self.belongs_to).contains(&tick)
        };
        let near = read.score.notes.iter().zip(&read.nats).filter(|(note, _)| is_near(note));
        let nats: Vec<f64> = near.filter_map(|(_, nats)| *nats).collect();
        Ok((!nats.is_empty()).then(|| nats.iter().sum::<f64>() / nats.len() as f64))
    }

    /// The piece with the notes that were composed; `score` is all that the network read and composed.
    pub(crate) fn with(
        &self,
        model: &LoadedModel,
        composed: &ComposedPiece,
        score: &Score,
    ) -> Result<PieceData, Refusal> {
        let before: Vec<Token> = composed.before.iter().map(|&id| model.token(id).clone()).collect();
        let read = if before.is_empty() || self.last_read.is_none() {
            Vec::new()
        } else {
            model.file().tokenizer.decode(&before, &composed.settings.playback)?.notes
        };
        let known: BTreeSet<_> = read.iter().map(place).collect();
        let new: Vec<&Note> = score.notes.iter().filter(|note| !known.contains(&place(note))).collect();
        // Silence is read shorter than it is, and a first bar may begin later: the last note that was read is where it was.
        let (ticks, own) = (u64::from(self.piece.ticks), u64::from(score.ticks_per_quarter.max(1)));
        let scaled = |tick: u64| (tick * ticks + own / 2) / own;
        let last_read = read.iter().map(|note| note.onset).max();
        let moved = |tick: u64| match (self.last_read, last_read) {
            (Some(at), Some(read)) => (at + scaled(tick)).saturating_sub(scaled(read)),
            _ => self.from + scaled(tick),
        };
        let mut piece = self.piece.clone();
        for part in &mut piece.parts {
            part.notes.retain(|&(onset, ..)| part.percussion || !(self.from..self.to).contains(&onset));
        }
        for note in new {
            let (onset, end) = (moved(note.onset), moved(note.end()).min(self.to));
            if (self.from..self.to).contains(&onset) && end > onset {
                let number = part_of(&mut piece, &self.piece, score, note);
                piece.parts[number].notes.push((onset, end - onset, note.pitch, note.velocity));
            }
        }
        for part in &mut piece.parts {
            part.notes.sort_by_key(|&(onset, length, pitch, _)| (onset, pitch, length));
        }
        piece.bars = (piece.bars + self.n_added).max(piece.score()?.bar_map().n_bars());
        Ok(piece)
    }
}

fn last_onset(score: &Score) -> Option<u64> {
    score.pitched_notes().map(|note| note.onset).max()
}

fn place(note: &Note) -> (u64, u8, u16) {
    (note.onset, note.pitch, note.track)
}

/// The part of the piece that a new note goes to: that of its number where the model has parts, else the one whose pitches
/// are nearest.
fn part_of(piece: &mut PieceData, before: &PieceData, score: &Score, note: &Note) -> usize {
    let n_tracks = score.parts.len();
    if n_tracks > 1 || piece.parts.iter().all(|part| part.percussion) {
        let number = usize::from(note.track);
        while piece.parts.len() <= number {
            let known = score.parts.get(piece.parts.len());
            piece.parts.push(PartData {
                name: known.map_or(String::new(), |part| part.name.clone()),
                program: known.and_then(|part| part.program).unwrap_or(0),
                percussion: false,
                notes: Vec::new(),
            });
        }
        return number;
    }
    let distance = |part: &PartData| {
        let pitches: Vec<f64> = part.notes.iter().map(|&(_, _, pitch, _)| f64::from(pitch)).collect();
        let mean = pitches.iter().sum::<f64>() / pitches.len() as f64;
        if part.percussion || pitches.is_empty() { f64::INFINITY } else { (mean - f64::from(note.pitch)).abs() }
    };
    let nearest = (0..).zip(&before.parts).min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map_or(0, |(number, _)| number)
}
