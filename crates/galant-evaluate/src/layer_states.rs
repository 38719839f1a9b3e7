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
        states.add_cells();
        Ok(states)
    }

    /// The cell state after each token, c = f·c + i·g: the engine hands out gates only.
    fn add_cells(&mut self) {
        let values = |name: &str| self.records.iter().find(|record| record.name == name).map(|record| &record.values);
        let gates = values(INPUT_GATE).zip(values(FORGET_GATE)).zip(values(CANDIDATE));
        let Some(((input, forget), candidate)) = gates else { return };
        let mut cells: Vec<f32> = Vec::with_capacity(input.len());
        for place in 0..input.len() {
            let before = place.checked_sub(self.n_units).map_or(0.0, |before| cells[before]);
            cells.push(forget[place] * before + input[place] * candidate[place]);
        }
        let most = cells.iter().fold(1.0_f32, |most, cell| most.max(cell.abs())).ceil();
        self.records.insert(1, StateRecord { name: CELL_STATE, range: Range::Within(most as u32), values: cells });
    }

    /// The same of some units only, by their numbers from 0, in the order given.
    ///
    /// # Errors
    ///
    /// If there is no such unit.
    pub fn of_units(&self, units: &[usize]) -> Result<LayerStates, LayerStatesError> {
        if let Some(&unit) = units.iter().find(|unit| **unit >= self.n_units) {
            return Err(LayerStatesError::Unit { unit, n_units: self.n_units });
        }
        let chosen = |record: &StateRecord| StateRecord {
            values: record
                .values
                .chunks_exact(self.n_units)
                .flat_map(|now| units.iter().map(|&unit| now[unit]))
                .collect(),
            ..record.clone()
        };
        Ok(LayerStates { n_units: units.len(), records: self.records.iter().map(chosen).collect() })
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

    /// A map of each quantity, the units in the order of their numbers, with the tokens that were read below if there is
    /// room for them.
    pub fn picture_in_order(&self, units_title: &str, tokens: &[String], title: &str) -> Picture {
        let maps: Vec<StateMap<'_>> = self.records.iter().map(StateRecord::map).collect();
        let units: Vec<usize> = (0..self.n_units).collect();
        state_maps(&maps, &units, units_title, tokens, title)
    }

    /// A map of each quantity, the units in the order of [`LayerStates::units_by_memory`], with the tokens that were read
    /// below if there is room for them.
    pub fn picture(&self, tokens: &[String], title: &str) -> Picture {
        let units_title = if self.forget_gate().is_some() { "units by mean f" } else { "units" };
        let maps: Vec<StateMap<'_>> = self.records.iter().map(StateRecord::map).collect();
        state_maps(&maps, &self.units_by_memory(), units_title, tokens, title)
    }
}

impl StateRecord {
    fn map(&self) -> StateMap<'_> {
        StateMap { name: self.name, values: &self.values, range: self.range }
    }
}

const INPUT_GATE: &str = "input gate i";
const FORGET_GATE: &str = "forget gate f";
const CANDIDATE: &str = "candidate g";
const CELL_STATE: &str = "cell state c";

/// What a layer has, in the order in which the engine hands it out.
fn names(cell: Cell) -> &'static [(&'static str, Range)] {
    match cell {
        Cell::Lstm => &[
            ("hidden state h", Range::Signed),
            (INPUT_GATE, Range::Gate),
            (FORGET_GATE, Range::Gate),
            (CANDIDATE, Range::Signed),
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
    /// There is no such unit.
    #[error("unit {unit} of a layer with {n_units} units; units are counted from 0")]
    Unit {
        /// Which was asked for.
        unit: usize,
        /// How many there are.
        n_units: usize,
    },
    /// The network failed.
    #[error(transparent)]
    Read(#[from] ReadError<EngineError>),
}

#[cfg(test)]
mod tests {
    use galant_model::{Initialization, Inputs, ModelSpec, Weights};
    use galant_types::Seed;

    use super::*;

    fn states() -> LayerStates {
        let inputs = Inputs::tokens(5, 4);
        let spec = ModelSpec { cell: Cell::Lstm, inputs, hidden_size: 6, n_layers: 2, dropout: 0.0, residual: false };
        let generator = Generator::new(Weights::initial(spec, Initialization::NormalEmbedding, Seed(3)).unwrap());
        let ids: Vec<TokenId> = [0, 4, 2, 2, 1, 3].map(TokenId).to_vec();
        LayerStates::record(&generator, &ids, &[], 2).unwrap()
    }

    /// The hidden state that the engine hands out is the oracle: h = o·tanh(c).
    #[test]
    fn the_cell_state_gives_the_hidden_state() {
        let states = states();
        let values = |name: &str| &states.records.iter().find(|record| record.name == name).unwrap().values;
        let (hidden, cells, output) = (values("hidden state h"), values("cell state c"), values("output gate o"));
        assert_eq!((hidden.len(), cells.len()), (36, 36));
        for ((hidden, cell), output) in hidden.iter().zip(cells).zip(output) {
            assert!((hidden - output * cell.tanh()).abs() < 1e-5, "{hidden} {cell} {output}");
        }
    }

    #[test]
    fn some_units_are_those_of_all() {
        let states = states();
        let some = states.of_units(&[4, 1]).unwrap();
        for (some, all) in some.records.iter().zip(&states.records) {
            assert_eq!(some.values[2..4], [all.values[6 + 4], all.values[6 + 1]], "{}", some.name);
        }
        assert_eq!(states.of_units(&[6]), Err(LayerStatesError::Unit { unit: 6, n_units: 6 }));
    }
}
