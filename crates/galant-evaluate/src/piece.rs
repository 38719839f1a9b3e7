//! A piece as a model reads it.

use std::error::Error;

use galant_checkpoint::ModelFile;
use galant_model::{StepModel, surprise};
use galant_tokens::{DecodeError, Token, TokenIds, VoicesError};
use galant_types::{Score, TokenId};
use thiserror::Error;

use crate::counting::{Counting, CountingLikelihood};
use crate::likelihood::Likelihood;
use crate::note_surprise::{SurprisingScore, note_surprise};
use crate::piece_tokens::PieceTokens;
use crate::reading::{ReadError, read_tokens};

/// A piece as a model reads it: its tokens, their ids in the model's vocabulary, and its streams.
#[derive(Debug, Clone)]
pub struct PieceReading<'a> {
    file: &'a ModelFile,
    score: &'a Score,
    piece: PieceTokens,
}

impl<'a> PieceReading<'a> {
    /// Encodes a score with the tokenizer, the vocabulary and the streams of a model; `style` is none if it is not known.
    pub fn new(file: &'a ModelFile, score: &'a Score, style: Option<&str>) -> PieceReading<'a> {
        PieceReading { file, score, piece: PieceTokens::of_score(file, score, style) }
    }

    /// The same, where the network of voices is told what some parts do, counted from 0, so that these are no predictions.
    pub fn with_given(file: &'a ModelFile, score: &'a Score, style: Option<&str>, parts: &[usize]) -> PieceReading<'a> {
        PieceReading { file, score, piece: PieceTokens::with_given(file, score, style, parts) }
    }

    /// Why the piece has no tokens, if it has notes.
    pub fn refused(&self) -> Option<&VoicesError> {
        self.piece.refused()
    }

    /// The tokens of the piece.
    pub fn tokens(&self) -> &[Token] {
        self.piece.tokens()
    }

    /// Their ids, with the places of the tokens that the vocabulary lacks; each is read as the nearest that it has.
    pub fn encoded(&self) -> &TokenIds {
        self.piece.encoded()
    }

    /// What the model reads beside the tokens, `[K − 1]`, each as long as they are.
    pub fn streams(&self) -> &[Vec<TokenId>] {
        self.piece.streams()
    }

    /// What the piece costs `model`, the network of the model file: all of it, or only the share `hold_out` at its end,
    /// while the rest is read.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub fn likelihood<M: StepModel>(
        &self,
        model: &M,
        hold_out: Option<f64>,
    ) -> Result<Likelihood, ReadError<M::Error>> {
        Likelihood::measure(model, &self.piece, self.n_context(hold_out))
    }

    /// What the same costs models that count; `of_network` is what [`PieceReading::likelihood`] returned.
    pub fn counting(&self, counting: &Counting, hold_out: Option<f64>, of_network: &Likelihood) -> CountingLikelihood {
        counting.measure(&self.piece, self.n_context(hold_out), of_network)
    }

    /// How many tokens are read before the share `hold_out` at the end; none of them if that is not given.
    pub fn n_context(&self, hold_out: Option<f64>) -> usize {
        let n_tokens = self.tokens().len();
        hold_out.map_or(0, |share| n_tokens - (n_tokens as f64 * share) as usize)
    }

    /// How much each note surprises `model`, the network of the model file; `on_token` is called after each token.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub fn surprise<M: StepModel>(
        &self,
        model: &M,
        on_token: &mut dyn FnMut(),
    ) -> Result<SurprisingScore, SurpriseError<M::Error>> {
        let PieceReading { file, score, piece } = self;
        let (tokens, encoded) = (piece.tokens(), piece.encoded());
        let mut nats = Vec::with_capacity(tokens.len());
        let mut unknown = encoded.unknown.iter().copied().peekable();
        read_tokens(model, &encoded.ids, piece.streams(), |place, logits, _| {
            let is_known = unknown.next_if_eq(&place).is_none();
            nats.push(logits.filter(|_| is_known).map(|logits| surprise(logits, encoded.ids[place].index())));
            on_token();
        })?;
        Ok(note_surprise(score, file.tokenizer, tokens, &nats)?)
    }
}

/// Why the surprise of a piece cannot be measured.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SurpriseError<E: Error + 'static> {
    /// The model failed to read a token.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// The tokens are no music.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
