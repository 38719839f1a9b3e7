//! What tokens cost a model that only counts.

use galant_model::Loss;
use galant_ngram::{Ngrams, Ppm};
use galant_types::TokenId;

use crate::likelihood::Likelihood;
use crate::piece_tokens::PieceTokens;

/// Models that count a corpus: what a network has to beat.
#[derive(Debug, Clone)]
pub struct Counting {
    single: Ngrams,
    ngrams: Ngrams,
    ppm: Ppm,
}

/// What a piece costs the models that count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CountingLikelihood {
    /// How frequent each token is.
    pub unigram: Likelihood,
    /// N-grams of [`Counting::ORDER`] tokens.
    pub ngrams: Likelihood,
    /// PPM, which counts what it reads of the piece, too.
    pub ppm: Likelihood,
}

impl Counting {
    /// How many tokens the longest n-grams have.
    pub const ORDER: usize = 4;

    /// Counts songs of the tokens of a vocabulary of `vocab_size`.
    ///
    /// # Panics
    ///
    /// If `vocab_size` is 0, or if a token is not below it.
    pub fn learn<'a>(songs: impl IntoIterator<Item = &'a [TokenId]> + Clone, vocab_size: usize) -> Counting {
        let single = Ngrams::learn(songs.clone(), 1, vocab_size);
        let ngrams = Ngrams::learn(songs.clone(), Counting::ORDER, vocab_size);
        Counting { single, ngrams, ppm: Ppm::learn(songs, vocab_size) }
    }

    /// What the tokens after the first `n_context` cost these models; `of_network` is what they cost the network.
    ///
    /// The same tokens are predicted as by the network, and those that the vocabulary lacks cost the same.
    pub fn measure(&self, piece: &PieceTokens, n_context: usize, of_network: &Likelihood) -> CountingLikelihood {
        let ids = &piece.encoded().ids;
        let of = |nats: &dyn Fn(usize) -> f64| {
            let mut unknown = piece.encoded().unknown.iter().peekable();
            let mut loss = Loss::default();
            for place in 0..ids.len() {
                let is_known = unknown.next_if(|unknown| **unknown == place).is_none();
                if is_known && place >= n_context.max(1) && !piece.is_given(place) {
                    loss.add(Loss { nats: nats(place), n_tokens: 1 });
                }
            }
            Likelihood { loss, n_correct: 0, ..*of_network }
        };
        let by_ppm = self.ppm.nats(ids, n_context);
        CountingLikelihood {
            unigram: of(&|place| self.single.nats(&ids[..place], ids[place])),
            ngrams: of(&|place| self.ngrams.nats(&ids[..place], ids[place])),
            ppm: of(&|place| by_ppm[place - n_context]),
        }
    }
}

impl CountingLikelihood {
    /// Adds what other tokens cost.
    pub fn add(&mut self, other: &CountingLikelihood) {
        self.unigram.add(&other.unigram);
        self.ngrams.add(&other.ngrams);
        self.ppm.add(&other.ppm);
    }
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};
    use galant_tokens::{GridTokenizer, Tokenizer, Vocabulary};

    use super::*;

    #[test]
    fn what_counts_pays_what_a_sum_by_hand_gives() {
        let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
        let tokens: Vec<_> = ["60+6>6", "64+6>6", "60+6>6"]
            .map(|text| tokenizer.parse(text))
            .into_iter()
            .collect::<Result<_, _>>()
            .unwrap();
        let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0).unwrap();
        let piece = PieceTokens::new(tokenizer, &vocabulary, tokens.clone());
        let [c, e] = [0, 1].map(|at| vocabulary.ids(&tokens[at..=at]).ids[0]);
        let song = [c, e, c, c];
        let network = Likelihood { n_notes: 2, n_correct: 2, n_onsets: piece.n_onsets(0), ..Likelihood::default() };
        let found = Counting::learn([song.as_slice()], 2).measure(&piece, 0, &network);
        // Of 4 tokens, 2 different: P(C) = (3 + 2/2) / 6 and P(E) = (1 + 2/2) / 6; the first C is not predicted.
        let expected = 3.0_f64.ln() + 1.5_f64.ln();
        let tolerance = Tolerance { absolute: 1e-12, relative: 0.0 };
        assert_close("unigram", &[found.unigram.loss.nats], &[expected], tolerance);
        assert_eq!((found.unigram.nats_per_onset(), found.unigram.n_correct), (Some(expected / 2.0), 0));
        // P(E | C) = (1 + 2·2/6) / 4 and P(C | E) = (1 + 4/6) / 2, of which C E makes (1 + 5/6) / 2.
        let of_pairs = -(5.0_f64 / 12.0).ln() - (11.0_f64 / 12.0).ln();
        assert_close("n-grams", &[found.ngrams.loss.nats], &[of_pairs], tolerance);
        let ppm: f64 = Ppm::learn([song.as_slice()], 2).nats(&[c, e, c], 0)[1..].iter().sum();
        assert_close("PPM", &[found.ppm.loss.nats], &[ppm], tolerance);
        let context = Counting::learn([song.as_slice()], 2).measure(&piece, 2, &network);
        assert_eq!((context.unigram.loss.n_tokens, context.ppm.loss.n_tokens), (1, 1));
    }
}
