//! What a layer of a network does while it reads a piece.

use galant_engine::{EngineError, Generator, GeneratorState};
use galant_model::Cell;
use galant_plot::{Picture, Range, StateMap, state_maps};
use galant_types::TokenId;
use thiserror::Error;

use crate::reading::{ReadError, read_tokens};

/// The hidden state and the gates of a layer while it reads a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerStates {
    /// H, how many units the layer has.
    pub n_units: usize,
    /// What was recorded of the layer.
    pub records: Vec<StateRecord>,
}

/// One quantity of a layer over time.
#[derive(Debug, Clone, PartialEq)]
pub struct StateRecord {
    /// What it is, such as `forget gate f`.
    pub name: &'static str,
    /// The range of its values.
    pub range: Range,
    /// `[T, H]`, token after token.
    pub values: Vec<f32>,
}

impl LayerStates {
    /// Has a network read `ids` from its zero state, and records what layer `layer`, from 1, does.
    ///
    /// `streams` are what it reads beside the tokens, `[K − 1]`, each at least as long as they are.
    ///
    /// # Errors
    ///
    /// If the network has no such layer, or if it fails.
    ///
    /// # Panics
    ///
    /// If a stream is shorter than the tokens.
    pub fn record(
        generator: &Generator,
        ids: &[TokenId],
        streams: &[Vec<TokenId>],
        layer: usize,
    ) -> Result<LayerStates, LayerStatesError> {
        let spec = generator.spec();
        let n_layers = spec.n_layers;
        if layer == 0 || layer > n_layers {
            return Err(LayerStatesError::Layer { layer, n_layers });
        }
        let record = |&(name, range)| StateRecord { name, range, values: Vec::new() };
        let mut states =
            LayerStates { n_units: spec.hidden_size, records: names(spec.cell).iter().map(record).collect() };
        read_tokens(generator, ids, streams, |_, _, state| states.push(state, layer - 1))?;
        Ok(states)
    }

    fn push(&mut self, state: &GeneratorState, layer: usize) {
        let hidden = state.hidden(layer);
        let gates = state.gates(layer).chunks_exact(hidden.len());
        for (record, now) in self.records.iter_mut().zip(std::iter::once(hidden).chain(gates)) {
            record.values.extend_from_slice(now);
        }
    }

    /// The units by how long they remember: by the mean of their forget gate, the most open first.
    ///
    /// Without a forget gate they are in the order of their numbers.
    pub fn units_by_memory(&self) -> Vec<usize> {
        let mut units: Vec<usize> = (0..self.n_units).collect();
        if let Some(forget) = self.forget_gate() {
            let mut sums = vec![0.0; self.n_units];
            for gates in forget.values.chunks_exact(self.n_units) {
                sums.iter_mut().zip(gates).for_each(|(sum, &gate)| *sum += f64::from(gate));
            }
            units.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]));
        }
        units
    }

    fn forget_gate(&self) -> Option<&StateRecord> {
        self.records.iter().find(|record| record.name == FORGET_GATE)
    }

    /// A map of each quantity, the units in the order of [`LayerStates::units_by_memory`].
    pub fn picture(&self, title: &str) -> Picture {
        let units_title = if self.forget_gate().is_some() { "units by mean f" } else { "units" };
        let maps: Vec<StateMap<'_>> = self.records.iter().map(StateRecord::map).collect();
        state_maps(&maps, &self.units_by_memory(), units_title, title)
    }
}

impl StateRecord {
    fn map(&self) -> StateMap<'_> {
        StateMap { name: self.name, values: &self.values, range: self.range }
    }
}

const FORGET_GATE: &str = "forget gate f";

/// What a layer has, in the order in which the engine hands it out.
fn names(cell: Cell) -> &'static [(&'static str, Range)] {
    match cell {
        Cell::Lstm => &[
            ("hidden state h", Range::Signed),
            ("input gate i", Range::Gate),
            (FORGET_GATE, Range::Gate),
            ("candidate g", Range::Signed),
            ("output gate o", Range::Gate),
        ],
        Cell::VanillaRnn => &[("hidden state h", Range::Signed)],
    }
}

/// Why the states of a layer cannot be recorded.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum LayerStatesError {
    /// There is no such layer.
    #[error("layer {layer} of a network with {n_layers} layers; layers are counted from 1")]
    Layer {
        /// Which was asked for.
        layer: usize,
        /// How many there are.
        n_layers: usize,
    },
    /// The network failed.
    #[error(transparent)]
    Read(#[from] ReadError<EngineError>),
}
