//! The network as tensors of libtorch.
//!
//! B windows, T steps, K inputs, V vocabulary, E all embeddings, H hidden size, D input size of the dense layer, L layers,
//! G gates, I input size, N all parameters.

use galant_model::{Cell, ModelSpec, Weights};
use tch::{Kind, TchError, Tensor};

use crate::config::Placement;

/// The parameters, on their device.
#[derive(Debug)]
pub(crate) struct Network {
    spec: ModelSpec,
    placement: Placement,
    /// `[N]`: all numbers in the order of [`Weights`].
    values: Tensor,
    /// The tensors as PyTorch names them: views of `values` that gradients are taken of.
    tensors: Vec<Tensor>,
    /// `[G·H]`, zero: the second bias that libtorch requires for each layer, never trained.
    second_bias: Tensor,
}

/// The state of the layers, `[L, B, H]` each.
pub(crate) struct State {
    pub(crate) hidden: Tensor,
    /// The cells of an LSTM; zero and unused in a vanilla RNN.
    pub(crate) cells: Tensor,
}

impl State {
    /// The state of one layer, `[1, B, H]`.
    fn of_layer(&self, layer: usize) -> Result<State, TchError> {
        let of_layer = |all: &Tensor| all.f_narrow(0, layer as i64, 1);
        Ok(State { hidden: of_layer(&self.hidden)?, cells: of_layer(&self.cells)? })
    }
}

/// Whether a backward pass follows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    Training,
    Reading,
}

impl Network {
    pub(crate) fn new(weights: &Weights, placement: Placement) -> Result<Network, TchError> {
        let spec = *weights.spec();
        let values = upload(weights.values(), placement)?;
        let view = |tensor: galant_model::Tensor| {
            let shape: Vec<i64> = tensor.shape.iter().map(|&size| size as i64).collect();
            let (start, len) = (tensor.range.start as i64, tensor.range.len() as i64);
            values.f_narrow(0, start, len)?.f_reshape(shape)?.f_detach()?.f_requires_grad_(true)
        };
        let tensors = Weights::tensors(&spec).into_iter().map(view).collect::<Result<_, _>>()?;
        let second_bias = Tensor::f_zeros([spec.n_gate_rows() as i64], (Kind::Float, placement.device.tch()))?;
        Ok(Network { spec, placement, values, tensors, second_bias })
    }

    pub(crate) fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    pub(crate) fn placement(&self) -> Placement {
        self.placement
    }

    /// `[N]`, which updates change.
    pub(crate) fn values_mut(&mut self) -> &mut Tensor {
        &mut self.values
    }

    /// The tensors that gradients are taken of, in the order of [`Weights::tensors`].
    pub(crate) fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// All numbers, in the order of [`Weights`].
    pub(crate) fn download(&self) -> Result<Vec<f32>, TchError> {
        download(&self.values)
    }

    pub(crate) fn zero_state(&self, n_windows: usize) -> Result<State, TchError> {
        let shape = [self.spec.n_layers as i64, n_windows as i64, self.spec.hidden_size as i64];
        let zeros = || Tensor::f_zeros(shape, (self.kind(), self.placement.device.tch()));
        Ok(State { hidden: zeros()?, cells: zeros()? })
    }

    /// Reads `inputs`, `[K]` of `[T, B]`, from `state` on; returns what the dense layer reads, `[T, B, D]`, and the state
    /// after them.
    pub(crate) fn read(&self, inputs: &[Tensor], state: State, pass: Pass) -> Result<(Tensor, State), TchError> {
        let embeddings = self.embed(inputs)?;
        let x = Tensor::f_cat(&embeddings, -1)?;
        let (outputs, state) = self.recur_all(x, state, pass)?;
        Ok((self.with_skips(outputs, embeddings)?, state))
    }

    /// All layers without dropout: the top layer's outputs, `[T, B, H]`, and the state after them.
    fn recur_all(&self, x: Tensor, state: State, pass: Pass) -> Result<(Tensor, State), TchError> {
        if !self.spec.residual {
            return self.recur(&x, state, 0..self.spec.n_layers, pass);
        }
        let (mut x, mut hidden, mut cells) = (x, Vec::new(), Vec::new());
        for layer in 0..self.spec.n_layers {
            let (outputs, after) = self.recur(&x, state.of_layer(layer)?, layer..layer + 1, pass)?;
            x = if self.spec.adds_input(layer) { outputs.f_add(&x)? } else { outputs };
            hidden.push(after.hidden);
            cells.push(after.cells);
        }
        Ok((x, State { hidden: Tensor::f_cat(&hidden, 0)?, cells: Tensor::f_cat(&cells, 0)? }))
    }

    /// Reads `inputs`, `[K]` of `[T, B]`, and multiplies each layer's outputs by its factors, `[L, T, B, H]`; returns what
    /// the dense layer reads, `[T, B, D]`.
    ///
    /// The layers are those of [`Network::read`], one at a time.
    pub(crate) fn read_with_dropout(
        &self,
        inputs: &[Tensor],
        state: &State,
        factors: &Tensor,
    ) -> Result<Tensor, TchError> {
        let embeddings = self.embed(inputs)?;
        let mut x = Tensor::f_cat(&embeddings, -1)?;
        for layer in 0..self.spec.n_layers {
            let (outputs, _) = self.recur(&x, state.of_layer(layer)?, layer..layer + 1, Pass::Training)?;
            let dropped = outputs.f_mul(&factors.f_select(0, layer as i64)?)?;
            x = if self.spec.adds_input(layer) { dropped.f_add(&x)? } else { dropped };
        }
        self.with_skips(x, embeddings)
    }

    /// A logit for each token, `[…, V]`, from what the dense layer reads, `[…, D]`, always in `f32`.
    pub(crate) fn logits(&self, dense_inputs: &Tensor) -> Result<Tensor, TchError> {
        let [.., dense, bias] = self.tensors.as_slice() else { unreachable!("the dense layer has two tensors") };
        dense_inputs.f_linear(&self.cast(dense)?, Some(self.cast(bias)?))?.f_to_kind(Kind::Float)
    }

    /// The type in which matrices are multiplied.
    pub(crate) fn kind(&self) -> Kind {
        self.placement.precision.kind()
    }

    /// The embedding of each of `inputs`.
    fn embed(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, TchError> {
        // No padding token; gradients neither scaled by frequency nor sparse.
        let embed = |(values, embedding)| self.cast(&Tensor::f_embedding(embedding, values, -1, false, false)?);
        inputs.iter().zip(&self.tensors).map(embed).collect()
    }

    /// The top layer's outputs, `[T, B, H]`, and the embeddings that skip the layers: `[T, B, D]`.
    fn with_skips(&self, outputs: Tensor, embeddings: Vec<Tensor>) -> Result<Tensor, TchError> {
        let skipping = embeddings.into_iter().zip(&*self.spec.inputs).filter(|(_, input)| input.skip);
        let parts: Vec<Tensor> = [outputs].into_iter().chain(skipping.map(|(embedding, _)| embedding)).collect();
        Tensor::f_cat(&parts, -1)
    }

    /// Some of the layers by libtorch's fused operation, without dropout and in one direction.
    fn recur(
        &self,
        x: &Tensor,
        state: State,
        layers: std::ops::Range<usize>,
        pass: Pass,
    ) -> Result<(Tensor, State), TchError> {
        let n_layers = layers.len() as i64;
        let mut parameters = Vec::new();
        for layer in layers {
            for tensor in &self.tensors[self.spec.inputs.len() + 3 * layer..][..3] {
                parameters.push(self.cast(tensor)?);
            }
            parameters.push(self.cast(&self.second_bias)?);
        }
        let train = pass == Pass::Training;
        match self.spec.cell {
            Cell::Lstm => {
                let state = [state.hidden, state.cells];
                let states: Vec<&Tensor> = state.iter().collect();
                let parameters: Vec<&Tensor> = parameters.iter().collect();
                let (outputs, hidden, cells) =
                    x.f_lstm(&states, &parameters, true, n_layers, 0.0, train, false, false)?;
                Ok((outputs, State { hidden, cells }))
            }
            Cell::VanillaRnn => {
                let (outputs, hidden) =
                    x.f_rnn_tanh(&state.hidden, &parameters, true, n_layers, 0.0, train, false, false)?;
                Ok((outputs, State { hidden, cells: state.cells }))
            }
        }
    }

    /// The tensor in the type of products; in full precision the tensor itself.
    fn cast(&self, tensor: &Tensor) -> Result<Tensor, TchError> {
        tensor.f_to_dtype(self.kind(), false, false)
    }
}

/// A copy of numbers on the device.
pub(crate) fn upload<T: tch::kind::Element>(numbers: &[T], placement: Placement) -> Result<Tensor, TchError> {
    Tensor::f_from_slice(numbers)?.f_to_device(placement.device.tch())
}

/// A copy of a tensor's numbers in `f32`.
pub(crate) fn download(tensor: &Tensor) -> Result<Vec<f32>, TchError> {
    let tensor = tensor.f_to_device(tch::Device::Cpu)?.f_to_kind(Kind::Float)?.f_contiguous()?;
    let mut numbers = vec![0.0; tensor.numel()];
    tensor.f_copy_data(&mut numbers, tensor.numel())?;
    Ok(numbers)
}
