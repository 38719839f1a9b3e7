//! The payload of a snapshot: the only place that knows bincode.
//!
//! The network's numbers are borrowed from the file, so that a false length cannot make the reader allocate: they are copied
//! once their count is known to be right.

use std::borrow::Cow;
use std::error::Error as StdError;

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use galant_model::{Cell, Inputs, Loss, ModelSpec, Progress, StreamSpec, TrainingState, Weights};
use galant_types::EpochRecord;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DecodeSnapshotError, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_SETTINGS_BYTES, Snapshot};
use crate::floats;
use crate::model_file::description_from_json;

/// On machines with short addresses, the address space is the limit.
const LIMIT: usize = if MAX_SNAPSHOT_BYTES < usize::MAX as u64 { MAX_SNAPSHOT_BYTES as usize } else { usize::MAX };

const CONFIG: Configuration<LittleEndian, Fixint, Limit<LIMIT>> =
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_limit::<LIMIT>();

/// Appends the payload to `bytes`; `description` is the text of the snapshot's.
pub(super) fn write(
    snapshot: &Snapshot,
    description: &str,
    bytes: &mut Vec<u8>,
) -> Result<(), Box<dyn StdError + Send + Sync>> {
    bincode::serde::encode_into_std_write(Payload::of(snapshot, description), bytes, CONFIG)?;
    Ok(())
}

/// About how many bytes the payload takes without its description; rather too many, so that one allocation is enough.
pub(super) fn estimate(snapshot: &Snapshot) -> usize {
    let n_copies = 3 + usize::from(snapshot.progress.best.is_some());
    let numbers = 4 * n_copies * snapshot.state.weights.values().len();
    numbers + 64 * snapshot.progress.records.len() + 1024
}

/// Reads a payload to its last byte.
pub(super) fn read(bytes: &[u8]) -> Result<Snapshot, DecodeSnapshotError> {
    let (payload, n_read) = bincode::serde::borrow_decode_from_slice::<Payload<'_>, _>(bytes, CONFIG)
        .map_err(|source| DecodeSnapshotError::Payload { source: Box::new(source) })?;
    if n_read != bytes.len() {
        return Err(DecodeSnapshotError::LeftOver { n_bytes: bytes.len() - n_read });
    }
    payload.snapshot()
}

#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    network: NetworkFields,
    #[serde(borrow)]
    weights: Numbers<'a>,
    n_updates: u64,
    reduction_plan: Option<u32>,
    first_moment: Numbers<'a>,
    second_moment: Numbers<'a>,
    best: Option<Numbers<'a>>,
    records: Vec<RecordFields>,
    n_steps: u64,
    round: u64,
    step_in_round: u64,
    step_in_epoch: u64,
    epoch_loss_nats: f64,
    epoch_loss_tokens: u64,
    epoch_tokens: u64,
    description: &'a str,
}

#[derive(Serialize, Deserialize)]
struct NetworkFields {
    cell: CellField,
    inputs: Vec<InputFields>,
    hidden_size: usize,
    n_layers: usize,
    dropout: f32,
    residual: bool,
}

#[derive(Serialize, Deserialize)]
struct InputFields {
    vocab_size: usize,
    embedding_size: usize,
    skip: bool,
}

#[derive(Serialize, Deserialize)]
enum CellField {
    Lstm,
    VanillaRnn,
}

#[derive(Serialize, Deserialize)]
struct RecordFields {
    epoch: u64,
    train_loss: f64,
    train_loss_without_dropout: f64,
    valid_loss: Option<f64>,
}

/// `f32` numbers as bytes: bincode copies bytes as a whole, but numbers one by one.
struct Numbers<'a>(Cow<'a, [u8]>);

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Numbers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Numbers<'a>, D::Error> {
        Ok(Numbers(Cow::Borrowed(<&'de [u8]>::deserialize(deserializer)?)))
    }
}

impl Numbers<'_> {
    fn of(values: &[f32]) -> Numbers<'static> {
        Numbers(Cow::Owned(floats::to_bytes(values)))
    }

    /// The numbers, if there are as many as expected.
    fn read(&self, part: &'static str, n_expected: usize) -> Result<Vec<f32>, DecodeSnapshotError> {
        let (len, expected) = (self.0.len(), 4 * n_expected);
        if len != expected {
            return Err(DecodeSnapshotError::Numbers { part, len, expected });
        }
        Ok(floats::from_bytes(&self.0).collect())
    }

    /// The numbers, if there are none or as many as expected.
    fn read_moment(&self, part: &'static str, n_expected: usize) -> Result<Vec<f32>, DecodeSnapshotError> {
        if self.0.is_empty() { Ok(Vec::new()) } else { self.read(part, n_expected) }
    }
}

impl Payload<'_> {
    fn of<'a>(snapshot: &Snapshot, description: &'a str) -> Payload<'a> {
        let Snapshot { state, progress, description: _ } = snapshot;
        Payload {
            network: NetworkFields::of(state.weights.spec()),
            weights: Numbers::of(state.weights.values()),
            n_updates: state.n_updates,
            reduction_plan: state.reduction_plan,
            first_moment: Numbers::of(&state.first_moment),
            second_moment: Numbers::of(&state.second_moment),
            best: progress.best.as_ref().map(|best| Numbers::of(best.values())),
            records: progress.records.iter().map(RecordFields::of).collect(),
            n_steps: progress.n_steps,
            round: progress.round,
            step_in_round: progress.step_in_round,
            step_in_epoch: progress.step_in_epoch,
            epoch_loss_nats: progress.epoch_loss.nats,
            epoch_loss_tokens: progress.epoch_loss.n_tokens,
            epoch_tokens: progress.epoch_tokens,
            description,
        }
    }

    fn snapshot(self) -> Result<Snapshot, DecodeSnapshotError> {
        let n_inputs = self.network.inputs.len();
        let spec = self.network.spec().ok_or(DecodeSnapshotError::Inputs { n_inputs })?;
        spec.validate()?;
        let n = spec.n_parameters();
        let weights = |part, numbers: &Numbers<'_>| {
            let values = numbers.read(part, n)?;
            Ok::<_, DecodeSnapshotError>(Weights::from_values(spec, values).expect("sizes and length are checked"))
        };
        let state = TrainingState {
            weights: weights("weights", &self.weights)?,
            n_updates: self.n_updates,
            reduction_plan: self.reduction_plan,
            first_moment: self.first_moment.read_moment("first moment", n)?,
            second_moment: self.second_moment.read_moment("second moment", n)?,
        };
        let progress = Progress {
            records: self.records.into_iter().map(RecordFields::record).collect(),
            n_steps: self.n_steps,
            round: self.round,
            step_in_round: self.step_in_round,
            step_in_epoch: self.step_in_epoch,
            epoch_loss: Loss { nats: self.epoch_loss_nats, n_tokens: self.epoch_loss_tokens },
            epoch_tokens: self.epoch_tokens,
            best: self.best.map(|best| weights("best weights", &best)).transpose()?,
        };
        if self.description.len() > MAX_SNAPSHOT_SETTINGS_BYTES {
            return Err(DecodeSnapshotError::DescriptionTooLong { len: self.description.len() });
        }
        let description = description_from_json(self.description)
            .map_err(|source| DecodeSnapshotError::Description { source: Box::new(source) })?;
        Ok(Snapshot { state, progress, description })
    }
}

impl NetworkFields {
    fn of(spec: &ModelSpec) -> NetworkFields {
        let cell = match spec.cell {
            Cell::Lstm => CellField::Lstm,
            Cell::VanillaRnn => CellField::VanillaRnn,
        };
        let ModelSpec { cell: _, inputs, hidden_size, n_layers, dropout, residual } = *spec;
        let fields = |input: &StreamSpec| {
            let StreamSpec { vocab_size, embedding_size, skip } = *input;
            InputFields { vocab_size, embedding_size, skip }
        };
        let inputs = inputs.iter().map(fields).collect();
        NetworkFields { cell, inputs, hidden_size, n_layers, dropout, residual }
    }

    /// None if there are too many inputs, or no tokens among them.
    fn spec(&self) -> Option<ModelSpec> {
        let cell = match self.cell {
            CellField::Lstm => Cell::Lstm,
            CellField::VanillaRnn => Cell::VanillaRnn,
        };
        let NetworkFields { cell: _, ref inputs, hidden_size, n_layers, dropout, residual } = *self;
        let spec = |input: &InputFields| {
            let InputFields { vocab_size, embedding_size, skip } = *input;
            StreamSpec { vocab_size, embedding_size, skip }
        };
        let inputs = Inputs::from_slice(&inputs.iter().map(spec).collect::<Vec<_>>())?;
        Some(ModelSpec { cell, inputs, hidden_size, n_layers, dropout, residual })
    }
}

impl RecordFields {
    fn of(record: &EpochRecord) -> RecordFields {
        let EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss } = *record;
        RecordFields { epoch, train_loss, train_loss_without_dropout, valid_loss }
    }

    fn record(self) -> EpochRecord {
        let RecordFields { epoch, train_loss, train_loss_without_dropout, valid_loss } = self;
        EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss }
    }
}
