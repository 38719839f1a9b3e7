use galant_model::{StepModel, Weights};
use galant_types::TokenId;
use tch::{TchError, Tensor, no_grad};

use crate::config::Placement;
use crate::error::TorchError;
use crate::network::{Network, Pass, State, download, upload};

/// A network that reads one token at a time, on libtorch.
#[derive(Debug)]
pub struct TorchGenerator {
    network: Network,
}

/// The state of a [`TorchGenerator`] after the tokens read so far, in main memory.
#[derive(Debug, Clone, PartialEq)]
pub struct TorchState {
    /// `[L, H]`, each layer's hidden state.
    hidden: Vec<f32>,
    /// `[L, H]`, each layer's cells.
    cells: Vec<f32>,
}

impl TorchGenerator {
    /// The network with these weights.
    ///
    /// # Errors
    ///
    /// If the device is not available, or its memory is too small.
    pub fn new(weights: &Weights, placement: Placement) -> Result<TorchGenerator, TorchError> {
        placement.validate()?;
        placement.set_threads();
        let network = Network::new(weights, placement).map_err(TorchError::libtorch("making the network"))?;
        Ok(TorchGenerator { network })
    }

    /// Reads a step, `[B, K]`, into each of `states` and returns the logits, `[B, V]`.
    fn read(&self, inputs: &[TokenId], states: &mut [&mut TorchState]) -> Result<Vec<f32>, TchError> {
        let (spec, placement) = (self.network.spec(), self.network.placement());
        let hidden: Vec<&[f32]> = states.iter().map(|state| state.hidden.as_slice()).collect();
        let cells: Vec<&[f32]> = states.iter().map(|state| state.cells.as_slice()).collect();
        let shape = [states.len(), spec.n_layers, spec.hidden_size].map(|size| size as i64);
        let stacked = |values: Vec<&[f32]>| {
            let values = upload(&values.concat(), placement)?.f_reshape(shape)?;
            values.f_transpose(0, 1)?.f_contiguous()?.f_to_kind(self.network.kind())
        };
        let before = State { hidden: stacked(hidden)?, cells: stacked(cells)? };
        let of_input = |number: usize| {
            let values: Vec<i64> =
                inputs.iter().skip(number).step_by(spec.inputs.len()).map(|value| value.0.into()).collect();
            upload(&values, placement)?.f_reshape([1, values.len() as i64])
        };
        let inputs = (0..spec.inputs.len()).map(of_input).collect::<Result<Vec<_>, _>>()?;
        let (dense_inputs, after) = self.network.read(&inputs, before, Pass::Reading)?;
        let logits = download(&self.network.logits(&dense_inputs)?)?;
        let unstacked = |tensor: &Tensor| download(&tensor.f_transpose(0, 1)?);
        let (hidden, cells) = (unstacked(&after.hidden)?, unstacked(&after.cells)?);
        let len = spec.n_layers * spec.hidden_size;
        for (number, state) in states.iter_mut().enumerate() {
            state.hidden.copy_from_slice(&hidden[number * len..][..len]);
            state.cells.copy_from_slice(&cells[number * len..][..len]);
        }
        Ok(logits)
    }
}

impl StepModel for TorchGenerator {
    type State = TorchState;
    type Error = TorchError;

    fn vocab_size(&self) -> usize {
        self.network.spec().vocab_size()
    }

    fn n_inputs(&self) -> usize {
        self.network.spec().inputs.len()
    }

    fn zero_state(&self) -> TorchState {
        let zeros = vec![0.0; self.network.spec().n_layers * self.network.spec().hidden_size];
        TorchState { hidden: zeros.clone(), cells: zeros }
    }

    fn step(&self, inputs: &[TokenId], state: &mut TorchState, logits: &mut [f32]) -> Result<(), TorchError> {
        if logits.len() != self.vocab_size() {
            return Err(TorchError::Logits { len: logits.len(), vocab_size: self.vocab_size() });
        }
        self.network.spec().inputs.check(inputs)?;
        self.step_each(inputs, &mut [state], logits)
    }

    fn step_each(
        &self,
        inputs: &[TokenId],
        states: &mut [&mut TorchState],
        logits: &mut [f32],
    ) -> Result<(), TorchError> {
        let known = &self.network.spec().inputs;
        assert_eq!(inputs.len(), states.len() * known.len(), "step_each: inputs");
        assert_eq!(logits.len(), states.len() * self.vocab_size(), "step_each: logits");
        inputs.chunks_exact(known.len()).try_for_each(|inputs| known.check(inputs))?;
        if states.is_empty() {
            return Ok(());
        }
        self.network.placement().set_threads();
        let read = no_grad(|| self.read(inputs, states)).map_err(TorchError::libtorch("reading a token"))?;
        logits.copy_from_slice(&read);
        Ok(())
    }
}
