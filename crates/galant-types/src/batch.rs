use std::fmt;

use crate::TokenId;

/// B windows of T tokens, side by side, with the token that follows each, and K inputs at each step.
///
/// `inputs` and `targets` are `[B, T]`, row after row; `targets[b][t]` is the token that follows `inputs[b][t]`.
/// The first input of a step is the token; the others are streams, each `[B, T]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    n_windows: usize,
    n_steps: usize,
    /// `[K]`, each `[B, T]`; the first are the tokens.
    inputs: Vec<Vec<TokenId>>,
    targets: Vec<TokenId>,
    positions: Positions,
}

/// Which predictions of a batch count towards the loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Positions {
    /// The token after each window.
    LastToken,
    /// Every token of each window.
    EveryToken,
    /// Those marked, `[B, T]`; the rest is context or padding.
    Mask(Vec<bool>),
}

impl Batch {
    /// A batch of `n_windows` (B) windows of `n_steps` (T) tokens.
    ///
    /// # Errors
    ///
    /// If B or T is 0, if `inputs`, `targets` or a mask is not `[B, T]`, or if no position counts.
    pub fn new(
        n_windows: usize,
        n_steps: usize,
        inputs: Vec<TokenId>,
        targets: Vec<TokenId>,
        positions: Positions,
    ) -> Result<Batch, BatchError> {
        let expected = n_windows.saturating_mul(n_steps);
        let mask_len = if let Positions::Mask(mask) = &positions { mask.len() } else { expected };
        for (what, len) in [("inputs", inputs.len()), ("targets", targets.len()), ("mask", mask_len)] {
            if len != expected {
                return Err(BatchError::Shape { what, len, n_windows, n_steps });
            }
        }
        let batch = Batch { n_windows, n_steps, inputs: vec![inputs], targets, positions };
        if batch.n_counted() == 0 {
            return Err(BatchError::NothingCounts { n_windows, n_steps });
        }
        Ok(batch)
    }

    /// The same batch with `streams` beside the tokens, each `[B, T]`.
    ///
    /// # Errors
    ///
    /// If a stream is not `[B, T]`.
    pub fn with_streams(mut self, streams: Vec<Vec<TokenId>>) -> Result<Batch, BatchError> {
        let Batch { n_windows, n_steps, .. } = self;
        if let Some(stream) = streams.iter().find(|stream| stream.len() != self.targets.len()) {
            return Err(BatchError::Shape { what: "a stream", len: stream.len(), n_windows, n_steps });
        }
        self.inputs.truncate(1);
        self.inputs.extend(streams);
        Ok(self)
    }

    /// B, the number of windows.
    pub fn n_windows(&self) -> usize {
        self.n_windows
    }

    /// T, the number of tokens in each window.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// The tokens read, `[B, T]`.
    pub fn inputs(&self) -> &[TokenId] {
        &self.inputs[0]
    }

    /// K, the number of inputs at each step: the token and the streams.
    pub fn n_inputs(&self) -> usize {
        self.inputs.len()
    }

    /// All inputs, `[K]`, each `[B, T]`: the tokens read, then the streams.
    pub fn all_inputs(&self) -> &[Vec<TokenId>] {
        &self.inputs
    }

    /// The tokens to predict, `[B, T]`.
    pub fn targets(&self) -> &[TokenId] {
        &self.targets
    }

    /// Which predictions count.
    pub fn positions(&self) -> &Positions {
        &self.positions
    }

    /// Whether the prediction at `step` of `window` counts.
    pub fn counts(&self, window: usize, step: usize) -> bool {
        match &self.positions {
            Positions::LastToken => step + 1 == self.n_steps,
            Positions::EveryToken => true,
            Positions::Mask(mask) => mask[window * self.n_steps + step],
        }
    }

    /// How many predictions count.
    pub fn n_counted(&self) -> usize {
        match &self.positions {
            Positions::LastToken => self.n_windows.min(self.targets.len()),
            Positions::EveryToken => self.targets.len(),
            Positions::Mask(mask) => mask.iter().filter(|&&counts| counts).count(),
        }
    }
}

/// Why tokens do not make a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchError {
    /// A part of the batch has the wrong length.
    Shape {
        /// Which part.
        what: &'static str,
        /// Its length.
        len: usize,
        /// B, the number of windows.
        n_windows: usize,
        /// T, the number of tokens in each window.
        n_steps: usize,
    },
    /// No prediction counts.
    NothingCounts {
        /// B, the number of windows.
        n_windows: usize,
        /// T, the number of tokens in each window.
        n_steps: usize,
    },
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BatchError::Shape { what, len, n_windows, n_steps } => {
                write!(
                    f,
                    "{what} has {len} elements; a batch of {n_windows} windows of {n_steps} tokens needs {n_windows} × {n_steps}"
                )
            }
            BatchError::NothingCounts { n_windows, n_steps } => {
                write!(f, "no prediction counts in a batch of {n_windows} windows of {n_steps} tokens")
            }
        }
    }
}

impl std::error::Error for BatchError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(n: u32) -> Vec<TokenId> {
        (0..n).map(TokenId).collect()
    }

    #[test]
    fn last_token_counts_one_prediction_a_window() {
        let batch = Batch::new(2, 3, tokens(6), tokens(6), Positions::LastToken).unwrap();
        assert_eq!(batch.n_counted(), 2);
        assert!(batch.counts(1, 2));
        assert!(!batch.counts(1, 1));
    }

    #[test]
    fn a_mask_counts_what_it_marks() {
        let mask = vec![false, true, false, false, false, true];
        let batch = Batch::new(2, 3, tokens(6), tokens(6), Positions::Mask(mask)).unwrap();
        assert_eq!(batch.n_counted(), 2);
        assert!(batch.counts(0, 1));
        assert!(!batch.counts(1, 1));
    }

    #[test]
    fn streams_are_inputs_beside_the_tokens() {
        let batch = Batch::new(2, 3, tokens(6), tokens(6), Positions::EveryToken).unwrap();
        assert_eq!((batch.n_inputs(), batch.all_inputs()), (1, &[tokens(6)][..]));
        let stream = vec![TokenId(9); 6];
        let with_stream = batch.clone().with_streams(vec![stream.clone()]).unwrap();
        assert_eq!((with_stream.inputs(), with_stream.all_inputs()), (&tokens(6)[..], &[tokens(6), stream][..]));
        let error = batch.with_streams(vec![tokens(6), tokens(5)]).unwrap_err();
        assert_eq!(error, BatchError::Shape { what: "a stream", len: 5, n_windows: 2, n_steps: 3 });
    }

    #[test]
    fn a_batch_refuses_shapes_that_disagree_and_batches_without_a_loss() {
        let error = Batch::new(2, 3, tokens(6), tokens(5), Positions::EveryToken).unwrap_err();
        assert_eq!(error, BatchError::Shape { what: "targets", len: 5, n_windows: 2, n_steps: 3 });
        let error = Batch::new(0, 3, tokens(0), tokens(0), Positions::LastToken).unwrap_err();
        assert_eq!(error, BatchError::NothingCounts { n_windows: 0, n_steps: 3 });
        let nothing = Positions::Mask(vec![false; 6]);
        assert!(matches!(
            Batch::new(2, 3, tokens(6), tokens(6), nothing),
            Err(BatchError::NothingCounts { n_windows: 2, n_steps: 3 })
        ));
    }
}
