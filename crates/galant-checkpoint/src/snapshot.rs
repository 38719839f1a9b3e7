//! The training snapshot: what it has in memory and what must hold of it.

mod frame;
mod payload;

use std::error::Error as StdError;

use galant_model::{Inputs, ModelSpec, Progress, SettingsError, SpecError, TrainingState, Weights};
use galant_types::EpochRecord;
use thiserror::Error;

pub use frame::{decode_snapshot, encode_snapshot};

use crate::magic::SNAPSHOT as MAGIC;
use crate::{DecodeModelError, TrainingDescription, floats};

/// The longest text of settings and music, in bytes: as long as the header of a model file.
pub const MAX_SNAPSHOT_SETTINGS_BYTES: usize = 32 << 20;

/// The most epochs a snapshot records.
pub const MAX_SNAPSHOT_EPOCHS: usize = 1 << 20;

/// The longest snapshot, in bytes: weights, two moments and the best weights of the largest network, and the rest.
///
/// An epoch's record takes less than 64 bytes.
pub const MAX_SNAPSHOT_BYTES: u64 = 4 * 4 * ModelSpec::MAX_PARAMETERS as u64
    + 64 * MAX_SNAPSHOT_EPOCHS as u64
    + MAX_SNAPSHOT_SETTINGS_BYTES as u64
    + 1024;

/// A training between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Weights and optimizer state.
    pub state: TrainingState,
    /// How far training has come.
    pub progress: Progress,
    /// The settings of the training and its music.
    pub description: TrainingDescription,
}

impl Snapshot {
    /// Checks what both [`encode_snapshot`] and [`decode_snapshot`] require.
    ///
    /// # Errors
    ///
    /// Names the first part that is wrong.
    pub fn validate(&self) -> Result<(), SnapshotError> {
        self.description.settings.validate()?;
        if self.progress.records.len() > MAX_SNAPSHOT_EPOCHS {
            return Err(SnapshotError::Epochs { n_epochs: self.progress.records.len() });
        }
        let TrainingState { weights, first_moment, second_moment, .. } = &self.state;
        let expected = weights.spec().n_parameters();
        for (part, len) in [("first moment", first_moment.len()), ("second moment", second_moment.len())] {
            if len != 0 && len != expected {
                return Err(SnapshotError::Moment { part, len, expected });
            }
        }
        let best = self.progress.best.as_ref();
        if best.is_some_and(|best| best.spec() != weights.spec()) {
            return Err(SnapshotError::OtherNetwork);
        }
        let numbers = [
            ("weight", weights.values()),
            ("first moment", first_moment),
            ("second moment", second_moment),
            ("best weight", best.map_or(&[], |best| best.values())),
        ];
        for (what, values) in numbers {
            if let Some(place) = floats::first_not_finite(values) {
                let value = values[place];
                let mut tensors = Weights::tensors(weights.spec()).into_iter();
                let tensor = tensors.rfind(|tensor| tensor.range.start <= place).expect("the first one starts at 0");
                let index = place - tensor.range.start;
                return Err(SnapshotError::NotFinite { what, tensor: tensor.name, index, value });
            }
        }
        check_records(&self.progress.records)
    }
}

/// Checks that the epochs are recorded from the first on without a gap, with finite losses.
fn check_records(records: &[EpochRecord]) -> Result<(), SnapshotError> {
    for (expected, record) in (1..).zip(records) {
        if record.epoch != expected {
            return Err(SnapshotError::EpochOrder { epoch: record.epoch, expected });
        }
        if let Some((loss, value)) = floats::first_loss_not_finite(record) {
            return Err(SnapshotError::Loss { epoch: record.epoch, loss, value });
        }
    }
    Ok(())
}

/// Why the parts of a snapshot do not fit together.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A setting of the training is out of its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// There are too many epochs.
    #[error("{n_epochs} epochs are recorded, over the limit of {MAX_SNAPSHOT_EPOCHS}")]
    Epochs {
        /// How many there are.
        n_epochs: usize,
    },
    /// A moment has not the size of the network.
    #[error("the {part} has {len} numbers; it must have none, or one for each of the network's {expected} parameters")]
    Moment {
        /// Which moment.
        part: &'static str,
        /// How many numbers it has.
        len: usize,
        /// How many parameters the network has.
        expected: usize,
    },
    /// The best weights belong to another network.
    #[error("the best weights belong to another network than the current ones; both must have the same sizes")]
    OtherNetwork,
    /// A number is NaN or infinite.
    #[error("{what} {index} of tensor {tensor} is {value}; all must be finite, train again with a lower learning rate")]
    NotFinite {
        /// Which of the numbers that are kept for each parameter.
        what: &'static str,
        /// The parameter's tensor.
        tensor: String,
        /// Where in the tensor, row-major.
        index: usize,
        /// The number.
        value: f32,
    },
    /// The recorded epochs are not those from the first on.
    #[error("epoch {epoch} is recorded in place of epoch {expected}; epochs must be recorded in order, from 1")]
    EpochOrder {
        /// The recorded epoch.
        epoch: u64,
        /// The one that must be in its place.
        expected: u64,
    },
    /// A loss is NaN or infinite.
    #[error("epoch {epoch}: {loss} is {value}; losses must be finite")]
    Loss {
        /// Which epoch.
        epoch: u64,
        /// Which loss.
        loss: &'static str,
        /// Its value.
        value: f64,
    },
}

/// Why a snapshot cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeSnapshotError {
    /// Its parts do not fit together.
    #[error(transparent)]
    Contents(#[from] SnapshotError),
    /// The settings and the names of the music are too long.
    #[error(
        "settings and music are {len} bytes of text, over the limit of {MAX_SNAPSHOT_SETTINGS_BYTES}; train on fewer pieces"
    )]
    DescriptionTooLong {
        /// Their length, in bytes.
        len: usize,
    },
    /// The payload cannot be written.
    #[error("the payload cannot be written")]
    Payload {
        /// The error of the format's writer.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// Why bytes are not a snapshot.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeSnapshotError {
    /// The file is too long.
    #[error("the file is {len} bytes, over the limit of {limit}")]
    TooLong {
        /// Its length.
        len: u64,
        /// [`MAX_SNAPSHOT_BYTES`].
        limit: u64,
    },
    /// It is another kind of file.
    #[error("the file starts with \"{}\", a snapshot with \"{}\"; choose a snapshot", found.escape_ascii(), MAGIC.escape_ascii())]
    Magic {
        /// Its first bytes.
        found: [u8; 8],
    },
    /// The file is of another version.
    #[error(
        "the snapshot has format {format}, this program reads {supported}; resume with the program version that wrote it"
    )]
    Format {
        /// The file's format.
        format: u32,
        /// The one that this program reads.
        supported: u32,
    },
    /// The file is cut off or has bytes after its end.
    #[error("the file is {len} bytes, it must be {expected}; resume from another snapshot or train anew")]
    Length {
        /// Its length.
        len: u64,
        /// The length that its head states, or the shortest possible one.
        expected: u64,
    },
    /// The file has changed since it was written.
    #[error("the checksum is wrong, so the file is damaged; resume from another snapshot or train anew")]
    Checksum,
    /// The payload cannot be read.
    #[error("the payload cannot be read, although its checksum is right")]
    Payload {
        /// The error of the format's reader.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The payload ends before its bytes do.
    #[error("{n_bytes} bytes are left over after the payload")]
    LeftOver {
        /// How many.
        n_bytes: usize,
    },
    /// The settings and the names of the music are too long.
    #[error("settings and music are {len} bytes of text, over the limit of {MAX_SNAPSHOT_SETTINGS_BYTES}")]
    DescriptionTooLong {
        /// Their length, in bytes.
        len: usize,
    },
    /// The settings and the music cannot be read.
    #[error("the settings cannot be read")]
    Description {
        /// The error of their reader.
        source: Box<DecodeModelError>,
    },
    /// The network's sizes are out of their limits.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The network has no inputs, or too many.
    #[error("the network has {n_inputs} inputs; it must have 1 to {}", Inputs::MAX_INPUTS)]
    Inputs {
        /// How many it has.
        n_inputs: usize,
    },
    /// The count of some numbers does not follow from the network's sizes.
    #[error("{part}: {len} bytes; a network of the stated sizes has {expected}")]
    Numbers {
        /// Which numbers.
        part: &'static str,
        /// How many bytes they take.
        len: usize,
        /// How many they must take.
        expected: usize,
    },
    /// The parts do not fit together.
    #[error(transparent)]
    Contents(#[from] SnapshotError),
}
