use thiserror::Error;

use crate::Inputs;

/// What a recurrent layer computes at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Long short-term memory with a forget gate; gates in the order i, f, g, o.
    ///
    /// Hochreiter and Schmidhuber 1997; forget gate: Gers, Schmidhuber and Cummins 2000.
    Lstm,
    /// h' = tanh(W_ih·x + W_hh·h + b), with no memory except the hidden state. Elman 1990.
    VanillaRnn,
}

impl Cell {
    /// How many blocks of `hidden_size` rows a layer's matrices have: 4 gates for an LSTM, 1 for a vanilla RNN.
    pub fn n_gates(self) -> usize {
        match self {
            Cell::Lstm => 4,
            Cell::VanillaRnn => 1,
        }
    }

    /// Its name in files and on the command line, and the prefix of its tensors' names: `lstm` or `rnn`.
    pub fn name(self) -> &'static str {
        match self {
            Cell::Lstm => "lstm",
            Cell::VanillaRnn => "rnn",
        }
    }
}

/// The sizes of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelSpec {
    /// What its recurrent layers compute.
    pub cell: Cell,
    /// What a step reads: the token, and the streams beside it.
    pub inputs: Inputs,
    /// H, the size of each layer's hidden state.
    pub hidden_size: usize,
    /// How many recurrent layers are stacked.
    pub n_layers: usize,
    /// The probability that training drops an output of a layer: 0 to below 1.
    pub dropout: f32,
    /// Whether each layer but the first adds its input to its output, so that gradients reach the lower layers directly.
    ///
    /// He et al. 2016; between LSTM layers: Wu et al. 2016. What is added is the input after dropout.
    pub residual: bool,
}

impl ModelSpec {
    /// The most tokens a vocabulary may have.
    pub const MAX_VOCAB_SIZE: usize = 1 << 20;
    /// The largest hidden size, and the largest sum of the embedding sizes.
    pub const MAX_WIDTH: usize = 1 << 14;
    /// The most layers.
    pub const MAX_LAYERS: usize = 64;
    /// The most parameters in all tensors together: 2 GiB of `f32`.
    pub const MAX_PARAMETERS: usize = 1 << 29;

    /// Checks that every size is within its limits.
    ///
    /// # Errors
    ///
    /// Names the first size that is not.
    pub fn validate(&self) -> Result<(), SpecError> {
        let tokens = self.inputs[0];
        let sizes = [
            ("vocabulary size", tokens.vocab_size, ModelSpec::MAX_VOCAB_SIZE),
            ("embedding size", tokens.embedding_size, ModelSpec::MAX_WIDTH),
            ("hidden size", self.hidden_size, ModelSpec::MAX_WIDTH),
            ("number of layers", self.n_layers, ModelSpec::MAX_LAYERS),
        ];
        for (what, value, max) in sizes {
            if value == 0 || value > max {
                return Err(SpecError::Size { what, value, max });
            }
        }
        for (stream, spec) in self.inputs.iter().enumerate().skip(1) {
            let sizes = [
                ("number of values", spec.vocab_size, ModelSpec::MAX_VOCAB_SIZE),
                ("embedding size", spec.embedding_size, ModelSpec::MAX_WIDTH),
            ];
            for (what, value, max) in sizes {
                if value == 0 || value > max {
                    return Err(SpecError::StreamSize { stream, what, value, max });
                }
            }
        }
        let (what, value, max) = ("sum of the embedding sizes", self.embedding_size(), ModelSpec::MAX_WIDTH);
        if value > max {
            return Err(SpecError::Size { what, value, max });
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(SpecError::Dropout { dropout: self.dropout });
        }
        let n_parameters = self.n_parameters();
        if n_parameters > ModelSpec::MAX_PARAMETERS {
            return Err(SpecError::TooLarge { n_parameters });
        }
        Ok(())
    }

    /// How many parameters the network has.
    ///
    /// This cannot overflow while each size is within its limit.
    pub fn n_parameters(&self) -> usize {
        let rows = self.n_gate_rows();
        let layers: usize =
            (0..self.n_layers).map(|layer| rows * (self.input_size(layer) + self.hidden_size + 1)).sum();
        let embeddings: usize = self.inputs.iter().map(|input| input.vocab_size * input.embedding_size).sum();
        embeddings + layers + self.vocab_size() * (self.dense_input_size() + 1)
    }

    /// V, the number of different tokens.
    pub fn vocab_size(&self) -> usize {
        self.inputs[0].vocab_size
    }

    /// E, how many numbers represent the inputs of a step: the sum of their embedding sizes.
    pub fn embedding_size(&self) -> usize {
        self.inputs.iter().map(|input| input.embedding_size).sum()
    }

    /// D, the size of what the dense layer reads: the top layer's output, then the embeddings of the inputs that skip
    /// the layers.
    pub fn dense_input_size(&self) -> usize {
        let skipping = self.inputs.iter().filter(|input| input.skip);
        self.hidden_size + skipping.map(|input| input.embedding_size).sum::<usize>()
    }

    /// I, the size of what `layer` reads: the embeddings or the layer below.
    pub fn input_size(&self, layer: usize) -> usize {
        if layer == 0 { self.embedding_size() } else { self.hidden_size }
    }

    /// Whether `layer`, counted from 0, adds its input to its output.
    pub fn adds_input(&self, layer: usize) -> bool {
        self.residual && layer > 0
    }

    /// G·H, the rows of a layer's matrices: [`Cell::n_gates`] blocks of the hidden size.
    pub fn n_gate_rows(&self) -> usize {
        self.cell.n_gates() * self.hidden_size
    }
}

/// Why sizes make no network.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// A size is zero or over its limit.
    #[error("{what} is {value}; it must be 1 to {max}")]
    Size {
        /// Which size.
        what: &'static str,
        /// Its value.
        value: usize,
        /// The largest value allowed.
        max: usize,
    },
    /// A size of a stream is zero or over its limit.
    #[error("the {what} of stream {stream} is {value}; it must be 1 to {max}")]
    StreamSize {
        /// Which input, where the tokens are 0; so streams count from 1.
        stream: usize,
        /// Which size.
        what: &'static str,
        /// Its value.
        value: usize,
        /// The largest value allowed.
        max: usize,
    },
    /// The dropout is not a probability below 1.
    #[error("dropout is {dropout}; it must be at least 0 and below 1")]
    Dropout {
        /// The value.
        dropout: f32,
    },
    /// The tensors would be too large.
    #[error("the network has {n_parameters} parameters, over the limit of {}", ModelSpec::MAX_PARAMETERS)]
    TooLarge {
        /// How many parameters the network would have.
        n_parameters: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StreamSpec;

    /// The network of the lecture's nine concertos.
    const LARGE: ModelSpec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(745, 128),
        hidden_size: 256,
        n_layers: 3,
        dropout: 0.3,
        residual: false,
    };

    #[test]
    fn the_large_network_has_as_many_parameters_as_counted_by_hand() {
        let by_hand = 745 * 128 + (1024 * (128 + 256 + 1)) + 2 * (1024 * (256 + 256 + 1)) + 745 * 257;
        assert_eq!(LARGE.n_parameters(), by_hand);
        assert_eq!(LARGE.validate(), Ok(()));
    }

    #[test]
    fn streams_have_parameters_in_the_first_layer_and_where_they_skip_in_the_dense_one() {
        let meter = StreamSpec { vocab_size: 5, embedding_size: 8, skip: true };
        let key = StreamSpec { vocab_size: 24, embedding_size: 16, skip: false };
        let spec = ModelSpec { inputs: LARGE.inputs.with(meter).with(key), ..LARGE };
        assert_eq!((spec.vocab_size(), spec.embedding_size(), spec.dense_input_size()), (745, 152, 264));
        let added_by_hand = 5 * 8 + 24 * 16 + 1024 * (8 + 16) + 745 * 8;
        assert_eq!(spec.n_parameters(), LARGE.n_parameters() + added_by_hand);
        assert_eq!(spec.validate(), Ok(()));
    }

    #[test]
    fn sizes_of_streams_out_of_their_limits_are_named() {
        let with = |vocab_size, embedding_size| {
            let stream = StreamSpec { vocab_size, embedding_size, skip: false };
            ModelSpec { inputs: LARGE.inputs.with(stream), ..LARGE }.validate().map_err(|error| error.to_string())
        };
        assert_eq!(with(0, 1), Err("the number of values of stream 1 is 0; it must be 1 to 1048576".to_owned()));
        assert_eq!(with(1, 16385), Err("the embedding size of stream 1 is 16385; it must be 1 to 16384".to_owned()));
        assert_eq!(with(1, 16384), Err("sum of the embedding sizes is 16512; it must be 1 to 16384".to_owned()));
        assert_eq!(with(1, 1), Ok(()));
    }

    #[test]
    fn sizes_out_of_their_limits_are_named() {
        let no_layers = ModelSpec { n_layers: 0, ..LARGE };
        assert_eq!(no_layers.validate(), Err(SpecError::Size { what: "number of layers", value: 0, max: 64 }));
        let certain = ModelSpec { dropout: 1.0, ..LARGE };
        assert_eq!(certain.validate(), Err(SpecError::Dropout { dropout: 1.0 }));
        let undefined = ModelSpec { dropout: f32::NAN, ..LARGE };
        assert!(matches!(undefined.validate(), Err(SpecError::Dropout { .. })));
        let huge = ModelSpec { hidden_size: 1 << 14, ..LARGE };
        assert!(matches!(huge.validate(), Err(SpecError::TooLarge { .. })));
    }
}
