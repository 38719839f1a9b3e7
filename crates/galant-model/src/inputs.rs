use std::fmt;
use std::ops::Deref;

use galant_types::{Batch, TokenId};
use thiserror::Error;

/// One of the inputs of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamSpec {
    /// How many different values it has.
    pub vocab_size: usize,
    /// How many numbers represent a value inside the network.
    pub embedding_size: usize,
    /// Whether its embedding is also an input of the dense layer.
    pub skip: bool,
}

/// The inputs of a step: the token, and beside it up to 31 streams.
///
/// The first layer reads the embeddings of all inputs, one after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Inputs {
    n_inputs: usize,
    /// Those beyond `n_inputs` are [`UNUSED`].
    specs: [StreamSpec; Inputs::MAX_INPUTS],
}

const UNUSED: StreamSpec = StreamSpec { vocab_size: 0, embedding_size: 0, skip: false };

impl Inputs {
    /// The most inputs.
    pub const MAX_INPUTS: usize = 32;

    /// Tokens only, without a skip: V different ones, each represented by E numbers.
    pub const fn tokens(vocab_size: usize, embedding_size: usize) -> Inputs {
        Inputs::new(StreamSpec { vocab_size, embedding_size, skip: false })
    }

    /// Tokens only, as `tokens` says.
    pub const fn new(tokens: StreamSpec) -> Inputs {
        let mut specs = [UNUSED; Inputs::MAX_INPUTS];
        specs[0] = tokens;
        Inputs { n_inputs: 1, specs }
    }

    /// These inputs and one more.
    ///
    /// # Panics
    ///
    /// If there are [`Inputs::MAX_INPUTS`] already.
    #[must_use]
    #[track_caller]
    pub const fn with(mut self, stream: StreamSpec) -> Inputs {
        assert!(self.n_inputs < Inputs::MAX_INPUTS, "a step has at most 32 inputs");
        self.specs[self.n_inputs] = stream;
        self.n_inputs += 1;
        self
    }

    /// The inputs of the slice, tokens first; none if there are 0 or over [`Inputs::MAX_INPUTS`].
    pub fn from_slice(inputs: &[StreamSpec]) -> Option<Inputs> {
        let (&tokens, streams) = inputs.split_first()?;
        (inputs.len() <= Inputs::MAX_INPUTS).then(|| streams.iter().copied().fold(Inputs::new(tokens), Inputs::with))
    }

    /// All inputs, tokens first.
    pub const fn as_slice(&self) -> &[StreamSpec] {
        self.specs.split_at(self.n_inputs).0
    }

    /// Checks that a step may have these inputs, `[K]`.
    ///
    /// # Errors
    ///
    /// If there are not as many as the network has, or one is not below its number of values.
    pub fn check(&self, inputs: &[TokenId]) -> Result<(), InputError> {
        self.check_number(inputs.len())?;
        inputs.iter().enumerate().try_for_each(|(number, &value)| self.check_value(number, value))
    }

    /// Checks that the network can read a batch.
    ///
    /// # Errors
    ///
    /// If it has not as many inputs as the network, or an input or a target is not below its number of values.
    pub fn check_batch(&self, batch: &Batch) -> Result<(), InputError> {
        self.check_number(batch.n_inputs())?;
        for (number, values) in batch.all_inputs().iter().enumerate() {
            values.iter().try_for_each(|&value| self.check_value(number, value))?;
        }
        batch.targets().iter().try_for_each(|&target| self.check_value(0, target))
    }

    fn check_number(&self, n_inputs: usize) -> Result<(), InputError> {
        if n_inputs == self.n_inputs {
            return Ok(());
        }
        Err(InputError::Number { n_inputs, expected: self.n_inputs })
    }

    fn check_value(&self, number: usize, value: TokenId) -> Result<(), InputError> {
        let vocab_size = self.specs[number].vocab_size;
        match number {
            _ if value.index() < vocab_size => Ok(()),
            0 => Err(InputError::Token { token: value, vocab_size }),
            stream => Err(InputError::Stream { stream, value, vocab_size }),
        }
    }
}

impl Deref for Inputs {
    type Target = [StreamSpec];

    fn deref(&self) -> &[StreamSpec] {
        self.as_slice()
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// Why a network cannot read an input.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputError {
    /// A token is not in the vocabulary.
    #[error("token {} is not in the vocabulary of {vocab_size} tokens", token.0)]
    Token {
        /// The token.
        token: TokenId,
        /// V, the number of different tokens.
        vocab_size: usize,
    },
    /// A stream has a value that the network does not know.
    #[error("stream {stream} is {}; this network knows {vocab_size} values of it, from 0", value.0)]
    Stream {
        /// Which input, where the tokens are 0; so streams count from 1.
        stream: usize,
        /// The value.
        value: TokenId,
        /// How many values there are.
        vocab_size: usize,
    },
    /// There are too many or too few inputs.
    #[error("a step has {n_inputs} inputs, the token and its streams; this network reads {expected}")]
    Number {
        /// How many there are.
        n_inputs: usize,
        /// K, how many the network reads.
        expected: usize,
    },
}

#[cfg(test)]
mod tests {
    use galant_types::Positions;

    use super::*;

    const METER: StreamSpec = StreamSpec { vocab_size: 4, embedding_size: 2, skip: true };

    fn values(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn inputs_are_the_tokens_and_what_is_added() {
        let inputs = Inputs::tokens(7, 3).with(METER);
        let tokens = StreamSpec { vocab_size: 7, embedding_size: 3, skip: false };
        assert_eq!(*inputs, [tokens, METER]);
        assert_eq!(Inputs::from_slice(&[tokens, METER]), Some(inputs));
        assert_eq!(Inputs::from_slice(&[METER; 32]).map(|inputs| inputs.len()), Some(32));
        assert_eq!((Inputs::from_slice(&[]), Inputs::from_slice(&[METER; 33])), (None, None));
    }

    #[test]
    fn inputs_that_the_network_does_not_know_are_named() {
        let inputs = Inputs::tokens(7, 3).with(METER);
        assert_eq!(inputs.check(&values(&[6, 3])), Ok(()));
        let token = InputError::Token { token: TokenId(7), vocab_size: 7 };
        let stream = InputError::Stream { stream: 1, value: TokenId(4), vocab_size: 4 };
        let number = InputError::Number { n_inputs: 1, expected: 2 };
        assert_eq!(inputs.check(&values(&[7, 3])), Err(token.clone()));
        assert_eq!(inputs.check(&values(&[6, 4])), Err(stream.clone()));
        assert_eq!(inputs.check(&values(&[6])), Err(number.clone()));
        let batch = |tokens: &[u32], targets: &[u32]| {
            Batch::new(1, 2, values(tokens), values(targets), Positions::EveryToken).unwrap()
        };
        let with = |batch: Batch, stream: &[u32]| batch.with_streams(vec![values(stream)]).unwrap();
        assert_eq!(inputs.check_batch(&with(batch(&[0, 6], &[6, 0]), &[3, 0])), Ok(()));
        assert_eq!(inputs.check_batch(&batch(&[0, 6], &[6, 0])), Err(number));
        assert_eq!(inputs.check_batch(&with(batch(&[0, 7], &[6, 0]), &[3, 0])), Err(token.clone()));
        assert_eq!(inputs.check_batch(&with(batch(&[0, 6], &[6, 7]), &[3, 0])), Err(token));
        assert_eq!(inputs.check_batch(&with(batch(&[0, 6], &[6, 0]), &[3, 4])), Err(stream.clone()));
        assert_eq!(stream.to_string(), "stream 1 is 4; this network knows 4 values of it, from 0");
    }
}
