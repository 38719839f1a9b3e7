//! What a network has to beat.

use galant_ngram::{Ngrams, unigram_entropy};

use crate::training::Training;

/// What a corpus costs a model that only counts, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// The entropy of single tokens in the training parts: a network that pays as much has learned no more than how
    /// frequent each token is.
    pub unigram_entropy: f64,
    /// What n-grams of [`Baseline::ORDER`] tokens, counted in the training parts, pay for the validation parts; none if
    /// nothing is held out.
    pub counting: Option<f64>,
}

impl Baseline {
    /// How many tokens the longest n-grams have.
    pub const ORDER: usize = 4;
}

impl Training {
    /// Counts the corpus as it is written, without transpositions.
    ///
    /// Of a large corpus it learns from the first [`Ngrams::MAX_TOKENS`] tokens, and is measured on as many.
    pub fn baseline(&self) -> Baseline {
        let windows = self.windows();
        let ngrams = Ngrams::learn(windows.training_parts(), Baseline::ORDER, self.spec().vocab_size());
        let (mut nats, mut n_tokens) = (0.0, 0_usize);
        for (before, token) in windows.predictions().take(Ngrams::MAX_TOKENS) {
            nats += ngrams.nats(before, token);
            n_tokens += 1;
        }
        Baseline {
            unigram_entropy: unigram_entropy(windows.training_parts()),
            counting: (n_tokens > 0).then(|| nats / n_tokens as f64),
        }
    }
}
