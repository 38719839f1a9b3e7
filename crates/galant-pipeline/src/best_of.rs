//! The best of several pieces.

use std::sync::atomic::{AtomicUsize, Ordering};

use galant_tokens::{Tokenizer, estimate_key};
use galant_types::Seed;

use crate::avoid::Avoidance;
use crate::compose::{ComposePieceError, ComposedPiece};
use crate::model::LoadedModel;
use crate::piece_settings::PieceSettings;
use crate::request::ComposeRequest;
use crate::request_error::RequestError;

impl LoadedModel {
    /// The settings of `n_pieces` pieces of `request`, each of `n_candidates` of which the best is to be kept.
    ///
    /// A single piece, and a single candidate, has the seed itself; several have seeds that depend on it.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::complete`].
    pub fn candidates(
        &self,
        request: &ComposeRequest,
        n_pieces: usize,
        n_candidates: usize,
    ) -> Result<Vec<Vec<PieceSettings>>, RequestError> {
        let complete = |seed| self.complete(&ComposeRequest { seed, ..request.clone() });
        let of_piece = |seed| seeds(seed, n_candidates).into_iter().map(complete).collect();
        seeds(request.seed, n_pieces).into_iter().map(of_piece).collect()
    }

    /// Of how many candidates the best is kept by default: [`LoadedModel::CANDIDATES`], but one of chord tokens, which are
    /// drawn as in the lecture.
    pub fn default_candidates(&self) -> usize {
        if matches!(self.file().tokenizer, Tokenizer::Chords(_)) { 1 } else { LoadedModel::CANDIDATES }
    }

    /// Of how many candidates the best is kept, where tokens have rhythm.
    pub const CANDIDATES: usize = 4;

    /// Composes each of `candidates`, and keeps the best.
    ///
    /// Best is the one with the fewest flaws, and of these the one that the network holds for the likeliest, by nats per
    /// note. It is a flaw to have left the key that the network was told, by the key of all notes, and to be a formula:
    /// to cost the network less than [`LoadedModel::FORMULA`] of what unseen music costs it.
    ///
    /// # Errors
    ///
    /// If a candidate cannot be composed, or if there are none.
    pub fn compose_best_of(&self, candidates: &[PieceSettings]) -> Result<ComposedPiece, ComposePieceError> {
        self.best_of(candidates, None)
    }

    /// The best of the candidates; of those that are not to copy, the best that does not.
    fn best_of(
        &self,
        candidates: &[PieceSettings],
        avoidance: Option<Avoidance<'_>>,
    ) -> Result<ComposedPiece, ComposePieceError> {
        let (mut best, mut copies): (Option<(Rank, ComposedPiece)>, _) = (None, ComposePieceError::NoCandidates);
        for settings in candidates {
            let piece = match avoidance {
                None => self.compose(settings)?,
                Some(avoidance) => match self.compose_avoiding(settings, avoidance) {
                    Err(error @ ComposePieceError::Copies { .. }) => {
                        copies = error;
                        continue;
                    }
                    piece => piece?,
                },
            };
            let rank = self.rank(&piece);
            if best.as_ref().is_none_or(|(other, _)| rank.is_better_than(*other)) {
                best = Some((rank, piece));
            }
        }
        best.map(|(_, piece)| piece).ok_or(copies)
    }

    /// The share of the validation loss below which a piece is a formula: one chord repeated for most of its bars costs about
    /// a quarter of it, and pieces that sound composed cost half and more.
    pub const FORMULA: f64 = 0.4;

    /// How good a piece is among those of the same request.
    pub fn rank(&self, piece: &ComposedPiece) -> Rank {
        let n_notes: usize = piece.tokens.iter().map(|&id| self.token(id).pitches().len()).sum();
        let n_flaws = u8::from(self.has_left_its_key(piece)) + u8::from(self.is_formula(piece));
        Rank { n_flaws, nats_per_note: piece.nats / n_notes.max(1) as f64 }
    }

    fn has_left_its_key(&self, piece: &ComposedPiece) -> bool {
        let found = self.score(piece).ok().and_then(|score| estimate_key(&score));
        let told = piece.settings.plan.key;
        told.zip(found)
            .is_some_and(|(told, found)| (found.tonic(), found.is_minor()) != (told.tonic(), told.is_minor()))
    }

    fn is_formula(&self, piece: &ComposedPiece) -> bool {
        let file = self.file();
        let kept = file.epochs.iter().find(|record| record.epoch == file.kept_epoch);
        let unseen = kept.and_then(|record| record.valid_loss);
        unseen.is_some_and(|loss| piece.nats < LoadedModel::FORMULA * loss * piece.tokens.len() as f64)
    }
}

/// How good a piece is among those of the same request; [`LoadedModel::compose_best_of`] says what counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// How many flaws it has.
    pub n_flaws: u8,
    /// What a note of it costs the network.
    pub nats_per_note: f64,
}

impl Rank {
    /// Whether a piece has fewer flaws than another, or as many and is likelier.
    pub fn is_better_than(self, other: Rank) -> bool {
        self.n_flaws.cmp(&other.n_flaws).then(self.nats_per_note.total_cmp(&other.nats_per_note)).is_lt()
    }
}

fn seeds(seed: Seed, n: usize) -> Vec<Seed> {
    if n == 1 { vec![seed] } else { (0..n as u64).map(|number| seed.child(number)).collect() }
}

/// Composes each piece, the [best](LoadedModel::compose_best_of) of its candidates, on at most `n_threads` threads; their
/// number changes nothing but the time it takes.
///
/// # Errors
///
/// The number of the first piece that fails, from 0, and why.
pub fn compose_all(
    model: &LoadedModel,
    pieces: &[Vec<PieceSettings>],
    n_threads: usize,
) -> Result<Vec<ComposedPiece>, (usize, ComposePieceError)> {
    compose_all_avoiding(model, pieces, None, n_threads)
}

/// As [`compose_all`], of pieces that do not copy what `avoidance` says; the best of those candidates that do not.
///
/// # Errors
///
/// The number of the first piece that fails, from 0, and why: also if all its candidates copy.
pub fn compose_all_avoiding(
    model: &LoadedModel,
    pieces: &[Vec<PieceSettings>],
    avoidance: Option<Avoidance<'_>>,
    n_threads: usize,
) -> Result<Vec<ComposedPiece>, (usize, ComposePieceError)> {
    let compose_best = |candidates: &Vec<PieceSettings>| model.best_of(candidates, avoidance);
    if n_threads.min(pieces.len()) <= 1 {
        let compose = |(number, candidates): (usize, &Vec<PieceSettings>)| {
            compose_best(candidates).map_err(|error| (number, error))
        };
        return pieces.iter().enumerate().map(compose).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(candidates) = pieces.get(number) else { return done };
            let piece = compose_best(candidates);
            let failed = piece.is_err();
            done.push((number, piece));
            if failed {
                return done;
            }
        }
    };
    let mut done: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..n_threads.min(pieces.len())).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(number, piece)| piece.map_err(|error| (number, error))).collect()
}
