//! What a network has to beat.

use galant_batches::{Predicted, Windows};
use galant_ngram::{Ngrams, Ppm, unigram_entropy};

/// What a corpus costs a model that only counts, in nats per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// The entropy of single tokens in the training parts: a network that pays as much has learned no more than how
    /// frequent each token is.
    pub unigram_entropy: f64,
    /// What the frequencies of single tokens, counted in the training parts, pay for the validation parts; none if nothing
    /// is held out.
    pub unigram: Option<f64>,
    /// What n-grams of [`Baseline::ORDER`] tokens, counted in the training parts, pay for the validation parts; none if
    /// nothing is held out.
    pub counting: Option<f64>,
    /// What [`Ppm`] pays for the validation parts, which counts the training parts and then what it reads of a piece; none if
    /// nothing is held out.
    pub ppm: Option<f64>,
}

impl Baseline {
    /// How many tokens the longest n-grams have.
    pub const ORDER: usize = 4;

    pub(crate) fn of(windows: &Windows, vocab_size: usize, unigram: Option<f64>) -> Baseline {
        let counting = validation_loss(windows, vocab_size, Baseline::ORDER);
        let ppm = ppm_loss(windows, vocab_size);
        Baseline { unigram_entropy: unigram_entropy(windows.training_parts()), unigram, counting, ppm }
    }
}

/// What the frequencies of single tokens pay for the validation parts.
pub(crate) fn unigram_loss(windows: &Windows, vocab_size: usize) -> Option<f64> {
    validation_loss(windows, vocab_size, 1)
}

/// What n-grams of `order` tokens, counted in the training parts, pay for the validation parts.
fn validation_loss(windows: &Windows, vocab_size: usize, order: usize) -> Option<f64> {
    windows.predicted().next()?;
    let ngrams = Ngrams::learn(windows.training_parts(), order, vocab_size);
    let (mut nats, mut n_tokens) = (0.0, 0_usize);
    for Predicted { tokens, places } in windows.predicted() {
        for place in places.take(Ngrams::MAX_TOKENS - n_tokens) {
            nats += ngrams.nats(&tokens[..place], tokens[place]);
            n_tokens += 1;
        }
        if n_tokens == Ngrams::MAX_TOKENS {
            break;
        }
    }
    Some(nats / n_tokens as f64)
}

/// What PPM pays for the validation parts, of which it predicts as many tokens at most as it learns from.
fn ppm_loss(windows: &Windows, vocab_size: usize) -> Option<f64> {
    windows.predicted().next()?;
    let ppm = Ppm::learn(windows.training_parts(), vocab_size);
    let (mut nats, mut n_tokens) = (0.0, 0_usize);
    for Predicted { tokens, places } in windows.predicted() {
        let end = places.end.min(places.start + Ppm::MAX_TOKENS - n_tokens);
        // The first token of a song is not predicted, but it is read.
        let n_read = usize::from(places.start == 1);
        let of_song = ppm.nats(&tokens[..end], places.start - n_read);
        nats += of_song[n_read..].iter().sum::<f64>();
        n_tokens += of_song.len() - n_read;
        if n_tokens == Ppm::MAX_TOKENS {
            break;
        }
    }
    Some(nats / n_tokens as f64)
}
