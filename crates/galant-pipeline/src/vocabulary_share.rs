//! How much of a network its vocabulary is.

use galant_batches::Windows;
use galant_model::ModelSpec;

/// How much of a network its vocabulary is, and how well the corpus teaches it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VocabularyShare {
    /// How many tokens there are.
    pub n_tokens: usize,
    /// The share of the parameters that are the output layer's, which has a row for each token.
    pub output: f64,
    /// The share of the tokens that are rare: they are heard fewer than [`RARE`] times in a pass through the training part.
    pub rare: f64,
}

/// A token that is heard less often than this in a pass is rare.
pub const RARE: usize = 5;

/// The most tokens that are nothing to be warned of, whatever their share: a network of them is small.
const MAX_SMALL: usize = 1000;

impl VocabularyShare {
    /// The share in a network of `spec` that reads `windows` in `n_keys` keys, each as often as the others.
    pub(crate) fn of(spec: &ModelSpec, windows: &Windows, n_keys: usize) -> VocabularyShare {
        let n_tokens = spec.vocab_size();
        let mut counts = vec![0_usize; n_tokens];
        for token in windows.training_parts().flatten() {
            counts[token.index()] += 1;
        }
        // Tokens that occur only in other keys than as written are about as frequent as these.
        let (mut n_written, mut n_rare) = (0_usize, 0_usize);
        for count in counts.into_iter().filter(|&count| count > 0) {
            n_written += 1;
            n_rare += usize::from(count < RARE * n_keys);
        }
        let n_output = n_tokens * (spec.dense_input_size() + 1);
        VocabularyShare {
            n_tokens,
            output: n_output as f64 / spec.n_parameters() as f64,
            rare: n_rare as f64 / n_written.max(1) as f64,
        }
    }

    /// Whether it is more than the corpus can teach, or the network mostly consists of it.
    pub fn is_huge(&self) -> bool {
        self.n_tokens > MAX_SMALL && (self.output > 0.5 || self.rare > 0.5)
    }
}
