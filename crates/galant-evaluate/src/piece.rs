//! A piece as a model reads it.

use std::error::Error;

use galant_checkpoint::ModelFile;
use galant_model::{StepModel, surprise};
use galant_tokens::{DecodeError, Token, TokenIds};
use galant_types::Score;
use thiserror::Error;

use crate::likelihood::Likelihood;
use crate::note_surprise::{SurprisingScore, note_surprise};
use crate::reading::{ReadError, read_tokens};

/// A piece as a model reads it: its tokens, and their ids in the model's vocabulary.
#[derive(Debug, Clone)]
pub struct PieceReading<'a> {
    file: &'a ModelFile,
    score: &'a Score,
    tokens: Vec<Token>,
    encoded: TokenIds,
}

impl<'a> PieceReading<'a> {
    /// Encodes a score with the tokenizer and vocabulary of a model.
    pub fn new(file: &'a ModelFile, score: &'a Score) -> PieceReading<'a> {
        let tokens = file.tokenizer.encode(score).tokens;
        let encoded = file.vocabulary.ids(&tokens);
        PieceReading { file, score, tokens, encoded }
    }

    /// The tokens of the piece.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Their ids, with the places of the tokens that the vocabulary lacks; each is read as the nearest that it has.
    pub fn encoded(&self) -> &TokenIds {
        &self.encoded
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
        let n_tokens = self.tokens.len();
        let n_context = hold_out.map_or(0, |share| n_tokens - (n_tokens as f64 * share) as usize);
        Likelihood::measure(model, &self.file.vocabulary, &self.tokens, n_context)
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
        let PieceReading { file, score, tokens, encoded } = self;
        let mut nats = Vec::with_capacity(tokens.len());
        let mut unknown = encoded.unknown.iter().copied().peekable();
        read_tokens(model, &encoded.ids, |place, logits, _| {
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
