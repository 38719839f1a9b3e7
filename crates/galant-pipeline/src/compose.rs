//! From the settings of a piece to its music.

use std::num::NonZeroUsize;

use galant_engine::EngineError;
use galant_midi::EncodeError;
use galant_sample::{ComposeError, ComposedToken, Hypothesis, PrimerError, Task, search};
use galant_tokens::constraint::EndingError;
use galant_tokens::stream::Frame;
use galant_tokens::{DecodeError, Token};
use galant_types::{Score, StreamTracker, TokenId};
use thiserror::Error;

use crate::constraints::meter;
use crate::model::LoadedModel;
use crate::piece_settings::{Method, PiecePlan, PieceSettings};
use crate::place::Place;
use crate::record::Record;
use crate::watch::Watched;

/// A piece and all that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposedPiece {
    /// What decided it.
    pub settings: PieceSettings,
    /// The part of the primer that is heard before it; empty if the primer is omitted or was drawn.
    pub before: Vec<TokenId>,
    /// What was composed.
    pub tokens: Vec<TokenId>,
    /// How each token was chosen; empty if a beam found the piece.
    pub details: Vec<ComposedToken>,
    /// −ln p of all tokens composed, under the model.
    pub nats: f64,
}

impl LoadedModel {
    /// Composes a piece.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, if the constraints forbid every token at some point, or if the model fails.
    pub fn compose(&self, settings: &PieceSettings) -> Result<ComposedPiece, ComposePieceError> {
        let rank = if let Method::Beam { rank, .. } = settings.method { rank.get() } else { 1 };
        let mut found = self.compose_ranked(settings)?;
        let n_found = found.len();
        if rank > n_found {
            return Err(ComposePieceError::Rank { rank, n_found });
        }
        Ok(found.swap_remove(rank - 1))
    }

    /// Composes the `n` best pieces of one beam search, each with its rank.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::compose`], and if the method is no beam or the beam is narrower than `n`.
    pub fn compose_best(&self, settings: &PieceSettings, n: usize) -> Result<Vec<ComposedPiece>, ComposePieceError> {
        let Method::Beam { beam, .. } = &settings.method else { return Err(ComposePieceError::NoBeam) };
        if n > beam.width {
            return Err(ComposePieceError::NarrowBeam { n, width: beam.width });
        }
        let mut found = self.compose_ranked(settings)?;
        found.truncate(n);
        for (piece, number) in found.iter_mut().zip(1..) {
            if let (Method::Beam { rank, .. }, Some(number)) = (&mut piece.settings.method, NonZeroUsize::new(number)) {
                *rank = number;
            }
        }
        Ok(found)
    }

    /// What a beam finds, the best first, or the one piece of a draw.
    fn compose_ranked(&self, settings: &PieceSettings) -> Result<Vec<ComposedPiece>, ComposePieceError> {
        let mut watched = Watched::begin(self.watch());
        let Method::Beam { beam, .. } = &settings.method else {
            let mut composition = self.begin_piece(settings)?;
            while !composition.is_complete() {
                self.go_on(&mut composition)?;
                watched.is_at(composition.share());
            }
            return Ok(vec![composition.finish()]);
        };
        let before = self.heard(settings);
        let task = self.task(settings, &before)?;
        let mut place = Place::begin(settings, task.primer.iter().map(|&id| self.token(id)));
        let found = search(self.generator(), &task, beam, &mut |tokens| {
            // The best may have become another piece, so what was counted is a little off.
            tokens.last().into_iter().for_each(|&token| place.advance(self.token(token)));
            watched.is_at(place.share());
        })?;
        let piece = |Hypothesis { tokens, nats, .. }| ComposedPiece {
            settings: settings.clone(),
            before: before.clone(),
            tokens,
            details: Vec::new(),
            nats,
        };
        Ok(found.into_iter().map(piece).collect())
    }

    /// What the sampler is to do for a piece that continues `before`, the part of the primer that is heard.
    pub(crate) fn task(&self, settings: &PieceSettings, before: &[TokenId]) -> Result<Task, ComposePieceError> {
        let primer = match &settings.primer {
            None => self.drawn_primer(settings.seed)?,
            Some(primer) => self.file().vocabulary.ids(&primer.tokens).ids,
        };
        let rules = self.rules(settings, before)?;
        Ok(Task { primer, n_tokens: settings.n_tokens, rules, streams: self.tracker(settings), seed: settings.seed })
    }

    /// Follows what the network is told of a piece, from the beginning of what it reads.
    fn tracker(&self, piece: &PieceSettings) -> Box<dyn StreamTracker> {
        let file = self.file();
        let PiecePlan { n_bars, key, style } = &piece.plan;
        let grid = file.tokenizer.grid().unwrap_or_default();
        let frame = Frame::regular(meter(&piece.playback), grid, *n_bars, *key, style.as_deref());
        Box::new(file.streams.tracker(&file.vocabulary, frame))
    }

    /// The music of a piece, with a record of what made it.
    ///
    /// # Errors
    ///
    /// If its tokens are no music, which cannot happen to a piece that this model composed.
    pub fn score(&self, piece: &ComposedPiece) -> Result<Score, DecodeError> {
        let ids = piece.before.iter().chain(&piece.tokens);
        let tokens: Vec<Token> = ids.map(|&id| self.token(id).clone()).collect();
        let mut score = self.file().tokenizer.decode(&tokens, &piece.settings.playback)?;
        let parts = self.file().parts.iter().zip(&piece.settings.programs);
        for (of_score, (of_model, program)) in score.parts.iter_mut().zip(parts) {
            (of_score.name, of_score.program) = (of_model.name.clone(), Some(*program));
        }
        score.texts = Record::new(self.sha256(), piece.settings.clone()).to_texts();
        Ok(score)
    }

    /// A MIDI file of a piece, with a record of what made it.
    ///
    /// # Errors
    ///
    /// If its tokens are no music, or if it is too long for MIDI.
    pub fn midi(&self, piece: &ComposedPiece) -> Result<Vec<u8>, MidiError> {
        Ok(galant_midi::encode(&self.score(piece)?)?)
    }
}

/// Why a piece was not composed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ComposePieceError {
    /// No primer could be drawn.
    #[error(transparent)]
    Primer(#[from] PrimerError),
    /// The piece cannot end in its last bar.
    #[error(transparent)]
    Ending(#[from] EndingError),
    /// A setting is out of its range, the constraints forbid every token, or the model failed.
    #[error(transparent)]
    Compose(#[from] ComposeError<EngineError>),
    /// A beam search does not choose tokens one by one.
    #[error("a beam search cannot compose token by token; choose random or greedy")]
    Beam,
    /// The beam found fewer pieces.
    #[error("piece {rank} of the beam is asked for, and it found {n_found}; make the beam wider")]
    Rank {
        /// Which piece was asked for.
        rank: usize,
        /// How many were found.
        n_found: usize,
    },
    /// The best of no pieces.
    #[error("the best of 0 pieces is asked for; give at least 1")]
    NoCandidates,
    /// A beam cannot go on in another way from where a run became too long.
    #[error("a beam search cannot avoid copying; choose random or greedy")]
    AvoidInBeam,
    /// No piece was found that does not copy.
    #[error(
        "in {n_tries} attempts every piece had a run of more than {n_most} onsets whose pitches are in the corpus; allow longer \
         runs, raise the temperature, or take another seed"
    )]
    Copies {
        /// How many onsets were allowed.
        n_most: NonZeroUsize,
        /// How often the piece was composed.
        n_tries: usize,
    },
    /// A piece is no music.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Only a beam search finds several pieces at once.
    #[error("several best pieces are only found by a beam search; choose that method")]
    NoBeam,
    /// More pieces are asked for than the beam holds.
    #[error("{n} pieces are asked for, but the beam is {width} wide; make it wider")]
    NarrowBeam {
        /// How many pieces.
        n: usize,
        /// How many the beam holds.
        width: usize,
    },
}

/// Why a piece has no MIDI file.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum MidiError {
    /// Its tokens are no music.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It has no MIDI form.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
