//! The network as tensors of libtorch.
//!
//! B windows, T steps, V vocabulary, E embedding, H hidden size, L layers, G gates, I input size, N all parameters.

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

    /// Reads `tokens`, `[T, B]`, from `state` on; returns the top layer's outputs, `[T, B, H]`, and the state after them.
    pub(crate) fn read(&self, tokens: &Tensor, state: State, pass: Pass) -> Result<(Tensor, State), TchError> {
        self.recur(&self.embed(tokens)?, state, 0..self.spec.n_layers, pass)
    }

    /// Reads `tokens`, `[T, B]`, and multiplies each layer's outputs by its factors, `[L, T, B, H]`.
    ///
    /// The layers are those of [`Network::read`], one at a time.
    pub(crate) fn read_with_dropout(
        &self,
        tokens: &Tensor,
        state: &State,
        factors: &Tensor,
    ) -> Result<Tensor, TchError> {
        let mut x = self.embed(tokens)?;
        for layer in 0..self.spec.n_layers {
            let of_layer = |all: &Tensor| all.f_narrow(0, layer as i64, 1);
            let state = State { hidden: of_layer(&state.hidden)?, cells: of_layer(&state.cells)? };
            let (outputs, _) = self.recur(&x, state, layer..layer + 1, Pass::Training)?;
            x = outputs.f_mul(&factors.f_select(0, layer as i64)?)?;
        }
        Ok(x)
    }

    /// A logit for each token, `[…, V]`, from outputs `[…, H]`, always in `f32`.
    pub(crate) fn logits(&self, outputs: &Tensor) -> Result<Tensor, TchError> {
        let [.., dense, bias] = self.tensors.as_slice() else { unreachable!("the dense layer has two tensors") };
        outputs.f_linear(&self.cast(dense)?, Some(self.cast(bias)?))?.f_to_kind(Kind::Float)
    }

    /// The type in which matrices are multiplied.
    pub(crate) fn kind(&self) -> Kind {
        self.placement.precision.kind()
    }

    fn embed(&self, tokens: &Tensor) -> Result<Tensor, TchError> {
        // No padding token; gradients neither scaled by frequency nor sparse.
        self.cast(&Tensor::f_embedding(&self.tensors[0], tokens, -1, false, false)?)
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
            for tensor in &self.tensors[1 + 3 * layer..][..3] {
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
