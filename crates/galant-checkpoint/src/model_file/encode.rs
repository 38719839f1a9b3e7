use std::collections::HashMap;
use std::error::Error as StdError;

use galant_model::{ModelSpec, Tensor, Weights};
use safetensors::tensor::{Dtype, TensorView, serialize};
use thiserror::Error;

use super::checksum::checksum;
use super::format::{KEY, MAX_MODEL_HEADER_BYTES};
use super::weight_type::{Stored, numbers, scales_of};
use super::{ModelFile, ModelFileError, WeightType, metadata};
use crate::floats;

/// The bytes of a safetensors file for `file`, in format 4, or 5 if its tokens are voices; equal files give equal bytes.
///
/// Tensors have PyTorch's names and shapes.
/// A layer's bias is in `bias_ih`; `bias_hh`, which PyTorch requires in addition, is zeros.
/// Everything else, with a checksum over the tensors, is JSON text under the key `galant` of the header's `__metadata__`.
///
/// # Errors
///
/// If [`ModelFile::validate`] refuses `file`, or if the header would be over [`MAX_MODEL_HEADER_BYTES`].
pub fn encode_model(file: &ModelFile) -> Result<Vec<u8>, EncodeModelError> {
    encode_model_as(file, WeightType::F32)
}

/// As [`encode_model`], with weights of a given type; with others than `F32` it is format 6.
///
/// # Errors
///
/// As [`encode_model`], and if a weight is too large for the type.
pub fn encode_model_as(file: &ModelFile, weight_type: WeightType) -> Result<Vec<u8>, EncodeModelError> {
    file.validate()?;
    let spec = file.weights.spec();
    let zeros = vec![0.0; spec.n_gate_rows()];
    let own = Weights::tensors(spec).into_iter().map(|tensor| (&file.weights.values()[tensor.range.clone()], tensor));
    let second = second_biases(spec).into_iter().map(|tensor| (zeros.as_slice(), tensor));
    let mut tensors: Vec<(String, Vec<usize>, Dtype, Vec<u8>)> = Vec::new();
    for (values, Tensor { name, shape, .. }) in own.chain(second) {
        let Stored { dtype, bytes, scales } = weight_type.store(values, &shape);
        check_finite(dtype, &bytes, values)?;
        if let Some(scales) = scales {
            tensors.push((scales_of(&name), vec![shape[0]], Dtype::F32, scales));
        }
        tensors.push((name, shape, dtype, bytes));
    }
    let checksum = checksum(tensors.iter().map(|(name, _, _, data)| (name.as_str(), data.as_slice())));
    let metadata = metadata::to_json(file, weight_type, checksum);
    // Inside the header it is quoted again, which only makes it longer.
    check_header(metadata.len() as u64)?;
    let mut views = Vec::new();
    for (name, shape, dtype, data) in &tensors {
        views.push((name, TensorView::new(*dtype, shape.clone(), data).map_err(container)?));
    }
    // One key only: the order of several would be that of a hash table.
    let keys = HashMap::from([(KEY.to_owned(), metadata)]);
    let bytes = serialize(views, Some(keys)).map_err(container)?;
    let (len, _) = bytes.split_first_chunk().expect("a safetensors file starts with its header's length");
    check_header(u64::from_le_bytes(*len))?;
    Ok(bytes)
}

/// The second bias of each layer, which PyTorch adds to the first; its range is empty, as [`Weights`] does not have it.
pub(super) fn second_biases(spec: &ModelSpec) -> Vec<Tensor> {
    let name = |layer| format!("{}.bias_hh_l{layer}", spec.cell.name());
    (0..spec.n_layers).map(|layer| Tensor { name: name(layer), shape: vec![spec.n_gate_rows()], range: 0..0 }).collect()
}

/// Checks that no weight, all of which are finite, became infinite.
fn check_finite(dtype: Dtype, bytes: &[u8], values: &[f32]) -> Result<(), EncodeModelError> {
    let is_narrow = dtype == Dtype::F16;
    match is_narrow.then(|| floats::first_not_finite(&numbers(dtype, bytes, &[]))).flatten() {
        Some(place) => Err(EncodeModelError::TooLarge { value: values[place] }),
        None => Ok(()),
    }
}

fn check_header(len: u64) -> Result<(), EncodeModelError> {
    if len > MAX_MODEL_HEADER_BYTES {
        return Err(EncodeModelError::HeaderTooLong { len, limit: MAX_MODEL_HEADER_BYTES });
    }
    Ok(())
}

fn container(source: safetensors::SafeTensorError) -> EncodeModelError {
    EncodeModelError::Container { source: Box::new(source) }
}

/// Why a model cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeModelError {
    /// Its parts do not fit together.
    #[error(transparent)]
    Contents(#[from] ModelFileError),
    /// Vocabulary, corpus and record of the training are too long.
    #[error(
        "vocabulary, corpus and record of the training take {len} bytes, over the limit of {limit}; train on fewer pieces or for fewer epochs"
    )]
    HeaderTooLong {
        /// At least how many bytes they take.
        len: u64,
        /// [`MAX_MODEL_HEADER_BYTES`].
        limit: u64,
    },
    /// A weight does not fit into 16 bits.
    #[error("a weight is {value}, over the limit of 16 bits, 65504; keep 32 bits")]
    TooLarge {
        /// The weight.
        value: f32,
    },
    /// The safetensors format refuses it.
    #[error("the tensors make no safetensors file")]
    Container {
        /// The error of the format's writer.
        source: Box<dyn StdError + Send + Sync>,
    },
}
