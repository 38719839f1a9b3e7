//! What tokens cost a model.

use galant_model::{Loss, StepModel, surprise};

use crate::piece_tokens::PieceTokens;
use crate::reading::{ReadError, read_tokens};

/// What tokens cost a model, summed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Likelihood {
    /// −Σ ln p of the tokens predicted: all but the first of a piece and those that the vocabulary lacks.
    pub loss: Loss,
    /// How many notes the predicted tokens strike.
    pub n_notes: u64,
    /// How many predicted tokens the model held for the likeliest.
    pub n_correct: u64,
    /// How many tokens the vocabulary lacks.
    pub n_unknown: u64,
    /// What these [cost](PieceTokens::unknown_nats), all but the first of a piece.
    pub unknown_loss: Loss,
    /// How many notes the tokens of `unknown_loss` strike.
    pub n_unknown_notes: u64,
    /// How long the pieces are, in quarter notes; see [`PieceTokens::n_quarters`].
    pub n_quarters: f64,
    /// How many different onsets the notes of the tokens have, but of the first token of a piece.
    pub n_onsets: u64,
    /// How many frames there are; see [`PieceTokens::n_frames`].
    pub n_frames: u64,
}

impl Likelihood {
    /// Has `model` read a piece from its beginning, and sums the surprise of each token after the first `n_context`.
    ///
    /// A token that the vocabulary lacks is read as the nearest, and not counted as predicted; nor is one of a part that is
    /// given.
    ///
    /// # Errors
    ///
    /// If the model fails.
    pub fn measure<M: StepModel>(
        model: &M,
        piece: &PieceTokens,
        n_context: usize,
    ) -> Result<Likelihood, ReadError<M::Error>> {
        let ids = &piece.encoded().ids;
        let mut unknown = piece.encoded().unknown.iter().zip(piece.unknown_nats()).peekable();
        let mut sum = Likelihood {
            n_quarters: piece.n_quarters(n_context),
            n_onsets: piece.n_onsets(n_context),
            n_frames: piece.n_frames(n_context),
            ..Likelihood::default()
        };
        read_tokens(model, ids, piece.streams(), |place, logits, _| {
            let unknown = unknown.next_if(|(unknown, _)| **unknown == place);
            if place < n_context || piece.is_given(place) {
                return;
            }
            sum.n_unknown += u64::from(unknown.is_some());
            let Some(logits) = logits else { return };
            let n_notes = piece.tokens()[place].pitches().len() as u64;
            if let Some((_, &nats)) = unknown {
                sum.unknown_loss.add(Loss { nats, n_tokens: 1 });
                sum.n_unknown_notes += n_notes;
                return;
            }
            let index = ids[place].index();
            sum.loss.add(Loss { nats: surprise(logits, index), n_tokens: 1 });
            sum.n_notes += n_notes;
            sum.n_correct += u64::from(is_likeliest(logits, index));
        })?;
        Ok(sum)
    }

    /// Adds what other tokens cost.
    pub fn add(&mut self, other: &Likelihood) {
        self.loss.add(other.loss);
        self.n_notes += other.n_notes;
        self.n_correct += other.n_correct;
        self.n_unknown += other.n_unknown;
        self.unknown_loss.add(other.unknown_loss);
        self.n_unknown_notes += other.n_unknown_notes;
        self.n_quarters += other.n_quarters;
        self.n_onsets += other.n_onsets;
        self.n_frames += other.n_frames;
    }

    /// Mean surprise of a predicted token; none if no token was predicted.
    pub fn nats_per_token(&self) -> Option<f64> {
        (self.loss.n_tokens > 0).then(|| self.loss.nats_per_token())
    }

    /// Surprise per note of the predicted tokens; none if no note was predicted.
    ///
    /// It compares tokenizers on music whose tokens are all known.
    pub fn nats_per_note(&self) -> Option<f64> {
        (self.n_notes > 0).then(|| self.loss.nats / self.n_notes as f64)
    }

    /// What all tokens cost per note, those that the vocabulary lacks included, by which tokenizers are compared; none if
    /// there is no note.
    pub fn nats_per_note_of_all(&self) -> Option<f64> {
        let n_notes = self.n_notes + self.n_unknown_notes;
        (n_notes > 0).then(|| self.nats_of_all() / n_notes as f64)
    }

    /// What all tokens cost per quarter note, those that the vocabulary lacks included; none if there is no onset.
    pub fn nats_per_quarter(&self) -> Option<f64> {
        (self.n_quarters > 0.0).then(|| self.nats_of_all() / self.n_quarters)
    }

    /// What all tokens cost per onset, those that the vocabulary lacks included; none if there is no onset.
    pub fn nats_per_onset(&self) -> Option<f64> {
        (self.n_onsets > 0).then(|| self.nats_of_all() / self.n_onsets as f64)
    }

    /// What all tokens cost per frame, a step of the grid; none if there is no frame.
    pub fn nats_per_frame(&self) -> Option<f64> {
        (self.n_frames > 0).then(|| self.nats_of_all() / self.n_frames as f64)
    }

    fn nats_of_all(&self) -> f64 {
        self.loss.nats + self.unknown_loss.nats
    }

    /// The share of tokens that the vocabulary lacks; none if there are no tokens.
    pub fn unknown_share(&self) -> Option<f64> {
        let n_tokens = self.loss.n_tokens + self.n_unknown;
        (n_tokens > 0).then(|| self.n_unknown as f64 / n_tokens as f64)
    }

    /// e to the power of the nats per token; none if no token was predicted.
    pub fn perplexity(&self) -> Option<f64> {
        self.nats_per_token().map(f64::exp)
    }

    /// The share of tokens that the model held for the likeliest; none if no token was predicted.
    pub fn accuracy(&self) -> Option<f64> {
        (self.loss.n_tokens > 0).then(|| self.n_correct as f64 / self.loss.n_tokens as f64)
    }
}

/// Of equal logits the first counts as the likeliest.
fn is_likeliest(logits: &[f32], index: usize) -> bool {
    let logit = logits[index];
    let first_better = logits[..index].iter().any(|&other| other >= logit);
    !first_better && logits.iter().all(|&other| other <= logit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_logits_the_first_is_the_likeliest() {
        let logits = [1.0, 3.0, 3.0, 2.0];
        assert_eq!([0, 1, 2, 3].map(|index| is_likeliest(&logits, index)), [false, true, false, false]);
    }

    #[test]
    fn nothing_predicted_has_no_mean() {
        let nothing = Likelihood::default();
        assert_eq!([nothing.nats_per_token(), nothing.nats_per_note(), nothing.accuracy()], [None; 3]);
        let mut sum = nothing;
        assert_eq!([nothing.nats_per_note_of_all(), nothing.nats_per_quarter(), nothing.unknown_share()], [None; 3]);
        let one = Likelihood {
            loss: Loss { nats: 3.0, n_tokens: 2 },
            n_notes: 4,
            n_correct: 1,
            n_unknown: 6,
            unknown_loss: Loss { nats: 13.0, n_tokens: 5 },
            n_unknown_notes: 4,
            n_quarters: 8.0,
            n_onsets: 16,
            n_frames: 32,
        };
        sum.add(&one);
        assert_eq!((sum.nats_per_token(), sum.nats_per_note(), sum.accuracy()), (Some(1.5), Some(0.75), Some(0.5)));
        let of_all = (sum.nats_per_note_of_all(), sum.nats_per_quarter(), sum.unknown_share());
        assert_eq!(of_all, (Some(2.0), Some(2.0), Some(0.75)));
        assert_eq!((nothing.nats_per_frame(), sum.nats_per_frame()), (None, Some(0.5)));
        assert_eq!((nothing.nats_per_onset(), sum.nats_per_onset()), (None, Some(1.0)));
    }
}
