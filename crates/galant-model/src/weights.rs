use std::ops::Range;

use thiserror::Error;

use crate::{ModelSpec, SpecError};

/// The numbers of a network, one after the other in a single slice.
///
/// The order is the embeddings of the inputs, then input weights, recurrent weights and bias of each layer from the first up, then the dense
/// layer. Gradients and optimizer moments have the same layout, so that an update is one loop.
/// Names and shapes are PyTorch's ([`Weights::tensors`] lists them); each layer has one bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    spec: ModelSpec,
    values: Vec<f32>,
}

/// Where a tensor is among a network's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// PyTorch's name for it, such as `lstm.weight_ih_l0`.
    pub name: String,
    /// Its shape, row-major.
    pub shape: Vec<usize>,
    /// Where its numbers are.
    pub range: Range<usize>,
}

impl Weights {
    /// A network of zeros, as gradients and moments start.
    ///
    /// # Errors
    ///
    /// If the sizes are out of their limits.
    pub fn zeros(spec: ModelSpec) -> Result<Weights, SpecError> {
        spec.validate()?;
        Ok(Weights { spec, values: vec![0.0; spec.n_parameters()] })
    }

    /// A network of the given numbers, in the order of [`Weights::tensors`].
    ///
    /// # Errors
    ///
    /// If the sizes are out of their limits, or if the number of values is not the network's.
    pub fn from_values(spec: ModelSpec, values: Vec<f32>) -> Result<Weights, WeightsError> {
        spec.validate()?;
        if values.len() != spec.n_parameters() {
            return Err(WeightsError::Length { len: values.len(), expected: spec.n_parameters() });
        }
        Ok(Weights { spec, values })
    }

    /// The network's sizes.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// All numbers.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All numbers, mutable.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// The tensors of a network of `spec`, in order.
    pub fn tensors(spec: &ModelSpec) -> Vec<Tensor> {
        let (cell, rows) = (spec.cell.name(), spec.n_gate_rows());
        let name = |input: usize| match input {
            0 => "embedding.weight".to_owned(),
            stream => format!("stream_embeddings.{}.weight", stream - 1),
        };
        let embeddings = spec.inputs.iter().enumerate();
        let mut named: Vec<_> =
            embeddings.map(|(number, input)| (name(number), vec![input.vocab_size, input.embedding_size])).collect();
        for layer in 0..spec.n_layers {
            named.push((format!("{cell}.weight_ih_l{layer}"), vec![rows, spec.input_size(layer)]));
            named.push((format!("{cell}.weight_hh_l{layer}"), vec![rows, spec.hidden_size]));
            named.push((format!("{cell}.bias_ih_l{layer}"), vec![rows]));
        }
        named.push(("dense.weight".to_owned(), vec![spec.vocab_size(), spec.dense_input_size()]));
        named.push(("dense.bias".to_owned(), vec![spec.vocab_size()]));
        let mut start = 0;
        let place = |(name, shape): (String, Vec<usize>)| {
            let range = start..start + shape.iter().product::<usize>();
            start = range.end;
            Tensor { name, shape, range }
        };
        named.into_iter().map(place).collect()
    }

    /// The tensors as slices.
    pub fn view(&self) -> WeightsView<'_> {
        let mut rest = self.values.as_slice();
        let mut take = |len: usize| {
            let (taken, left) = rest.split_at(len);
            rest = left;
            taken
        };
        let (spec, rows) = (&self.spec, self.spec.n_gate_rows());
        WeightsView {
            embeddings: spec.inputs.iter().map(|input| take(input.vocab_size * input.embedding_size)).collect(),
            layers: (0..spec.n_layers)
                .map(|layer| LayerView {
                    w_ih: take(rows * spec.input_size(layer)),
                    w_hh: take(rows * spec.hidden_size),
                    bias: take(rows),
                })
                .collect(),
            dense: take(spec.vocab_size() * spec.dense_input_size()),
            dense_bias: take(spec.vocab_size()),
        }
    }

    /// The tensors as mutable slices.
    pub fn view_mut(&mut self) -> WeightsViewMut<'_> {
        let mut rest = self.values.as_mut_slice();
        let mut take = |len: usize| rest.split_off_mut(..len).expect("the tensors make up the slice");
        let (spec, rows) = (&self.spec, self.spec.n_gate_rows());
        WeightsViewMut {
            embeddings: spec.inputs.iter().map(|input| take(input.vocab_size * input.embedding_size)).collect(),
            layers: (0..spec.n_layers)
                .map(|layer| LayerViewMut {
                    w_ih: take(rows * spec.input_size(layer)),
                    w_hh: take(rows * spec.hidden_size),
                    bias: take(rows),
                })
                .collect(),
            dense: take(spec.vocab_size() * spec.dense_input_size()),
            dense_bias: take(spec.vocab_size()),
        }
    }
}

/// The tensors of a network; V vocabulary size, E embedding size, H hidden size, G gates, I input size of a layer, D input
/// size of the dense layer.
#[derive(Debug, Clone)]
pub struct WeightsView<'a> {
    /// For each input, tokens first: `[V, E]`, a row for each of its values.
    pub embeddings: Vec<&'a [f32]>,
    /// The recurrent layers, from the first up.
    pub layers: Vec<LayerView<'a>>,
    /// `[V, D]`: the columns are for the top layer's output, then for the embeddings that skip the layers.
    pub dense: &'a [f32],
    /// `[V]`.
    pub dense_bias: &'a [f32],
}

/// The tensors of a recurrent layer.
#[derive(Debug, Clone, Copy)]
pub struct LayerView<'a> {
    /// `[G·H, I]`, from the layer's input; an LSTM's gates are in the order i, f, g, o.
    pub w_ih: &'a [f32],
    /// `[G·H, H]`, from the hidden state.
    pub w_hh: &'a [f32],
    /// `[G·H]`.
    pub bias: &'a [f32],
}

/// The mutable tensors of a network; shapes as in [`WeightsView`].
#[derive(Debug)]
pub struct WeightsViewMut<'a> {
    /// For each input, `[V, E]`.
    pub embeddings: Vec<&'a mut [f32]>,
    /// The recurrent layers, from the first up.
    pub layers: Vec<LayerViewMut<'a>>,
    /// `[V, D]`.
    pub dense: &'a mut [f32],
    /// `[V]`.
    pub dense_bias: &'a mut [f32],
}

/// The mutable tensors of a recurrent layer; shapes as in [`LayerView`].
#[derive(Debug)]
pub struct LayerViewMut<'a> {
    /// `[G·H, I]`.
    pub w_ih: &'a mut [f32],
    /// `[G·H, H]`.
    pub w_hh: &'a mut [f32],
    /// `[G·H]`.
    pub bias: &'a mut [f32],
}

/// Why numbers make no network.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The sizes are out of their limits.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// There are too many or too few numbers.
    #[error("{len} numbers given; a network of these sizes has {expected}")]
    Length {
        /// How many numbers there are.
        len: usize,
        /// How many the network has.
        expected: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Inputs, StreamSpec};

    fn spec(cell: Cell) -> ModelSpec {
        let inputs = Inputs::tokens(7, 3);
        ModelSpec { cell, inputs, hidden_size: 5, n_layers: 2, dropout: 0.0, residual: false }
    }

    /// The same with two streams, one of which skips the layers.
    fn with_streams(cell: Cell) -> ModelSpec {
        let [meter, key] = [(4, 2, true), (24, 6, false)].map(|(vocab_size, embedding_size, skip)| StreamSpec {
            vocab_size,
            embedding_size,
            skip,
        });
        ModelSpec { inputs: spec(cell).inputs.with(meter).with(key), ..spec(cell) }
    }

    #[test]
    fn tensors_have_the_names_and_shapes_of_pytorch() {
        let listed: Vec<String> = Weights::tensors(&spec(Cell::Lstm))
            .iter()
            .map(|tensor| format!("{} {:?}", tensor.name, tensor.shape))
            .collect();
        let expected = [
            "embedding.weight [7, 3]",
            "lstm.weight_ih_l0 [20, 3]",
            "lstm.weight_hh_l0 [20, 5]",
            "lstm.bias_ih_l0 [20]",
            "lstm.weight_ih_l1 [20, 5]",
            "lstm.weight_hh_l1 [20, 5]",
            "lstm.bias_ih_l1 [20]",
            "dense.weight [7, 5]",
            "dense.bias [7]",
        ];
        assert_eq!(listed, expected);
        assert_eq!(Weights::tensors(&spec(Cell::VanillaRnn))[1].name, "rnn.weight_ih_l0");
    }

    #[test]
    fn streams_have_embeddings_of_their_own_and_columns_in_the_first_and_the_dense_layer() {
        let tensors = Weights::tensors(&with_streams(Cell::VanillaRnn));
        let listed: Vec<String> = tensors.iter().map(|tensor| format!("{} {:?}", tensor.name, tensor.shape)).collect();
        assert_eq!(
            listed[..4],
            [
                "embedding.weight [7, 3]",
                "stream_embeddings.0.weight [4, 2]",
                "stream_embeddings.1.weight [24, 6]",
                "rnn.weight_ih_l0 [5, 11]"
            ]
        );
        assert_eq!(listed[listed.len() - 2..], ["dense.weight [7, 7]", "dense.bias [7]"]);
    }

    #[test]
    fn views_and_the_list_of_tensors_agree() {
        for spec in [Cell::Lstm, Cell::VanillaRnn].into_iter().flat_map(|cell| [spec(cell), with_streams(cell)]) {
            let mut weights = Weights::zeros(spec).unwrap();
            for (i, value) in weights.values_mut().iter_mut().enumerate() {
                *value = i as f32;
            }
            let tensors = Weights::tensors(&spec);
            let values = weights.values().to_vec();
            let listed: Vec<&[f32]> = tensors.iter().map(|tensor| &values[tensor.range.clone()]).collect();
            let view = weights.view();
            let mut seen = view.embeddings.clone();
            seen.extend(view.layers.iter().flat_map(|layer| [layer.w_ih, layer.w_hh, layer.bias]));
            seen.extend([view.dense, view.dense_bias]);
            assert_eq!(seen, listed);
            let view = weights.view_mut();
            let mut seen: Vec<&[f32]> = view.embeddings.iter().map(|embedding| &**embedding).collect();
            seen.extend(view.layers.iter().flat_map(|layer| [&*layer.w_ih, &*layer.w_hh, &*layer.bias]));
            seen.extend([&*view.dense, &*view.dense_bias]);
            assert_eq!(seen, listed);
        }
    }

    #[test]
    fn numbers_of_another_network_are_refused() {
        let error = Weights::from_values(spec(Cell::Lstm), vec![0.0; 3]).unwrap_err();
        assert_eq!(error, WeightsError::Length { len: 3, expected: spec(Cell::Lstm).n_parameters() });
    }
}
