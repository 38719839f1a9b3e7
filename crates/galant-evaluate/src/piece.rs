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

    /// How sure `model`, the network of the model file, is of each token but the first, and what the token cost it; `on_token`
    /// is called after each token.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub fn predictions<M: StepModel>(
        &self,
        model: &M,
        on_token: &mut dyn FnMut(),
    ) -> Result<Predictions, ReadError<M::Error>> {
        let encoded = self.piece.encoded();
        let mut predictions = Predictions::default();
        read_tokens(model, &encoded.ids, self.piece.streams(), |place, logits, _| {
            if let Some(logits) = logits {
                predictions.entropy.push(entropy(logits));
                predictions.surprise.push(surprise(logits, encoded.ids[place].index()));
            }
            on_token();
        })?;
        Ok(predictions)
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

/// How sure a network is of the tokens of a piece, and how right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    /// The entropy of each prediction, −Σ p ln p, in nats.
    pub entropy: Vec<f64>,
    /// The surprise of the token that came, −ln p, in nats.
    pub surprise: Vec<f64>,
}

/// The entropy of softmax(`logits`), in nats.
fn entropy(logits: &[f32]) -> f64 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for logit in logits.iter().map(|&logit| f64::from(logit - most)).filter(|logit| logit.is_finite()) {
        sum += logit.exp();
        weighted += logit * logit.exp();
    }
    sum.ln() - weighted / sum
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_that_of_the_softmax() {
        // Four equal tokens, and the weights 1 : 2 : 5.
        assert!((entropy(&[0.5; 4]) - 4.0_f64.ln()).abs() < 1e-9);
        let expected: f64 = [0.125_f64, 0.25, 0.625].iter().map(|p| -p * p.ln()).sum();
        assert!((entropy(&[1.0_f32, 2.0, 5.0].map(f32::ln)) - expected).abs() < 1e-6);
        assert_eq!(entropy(&[0.0, f32::NEG_INFINITY]), 0.0);
    }
}
