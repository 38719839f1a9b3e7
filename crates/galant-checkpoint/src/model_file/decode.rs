use std::error::Error as StdError;

use galant_model::{ModelSpec, SpecError, Tensor, Weights};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, Metadata as Tensors};
use thiserror::Error;

use super::encode::second_biases;
use super::{MAX_MODEL_BYTES, MAX_MODEL_HEADER_BYTES, ModelFile, ModelFileError, metadata};
use crate::floats;

/// The model in the bytes of a safetensors file.
///
/// A second bias that is not zero, as PyTorch trains it, is added to the first: the network is the same.
/// Metadata under keys other than `galant` is passed over.
///
/// # Errors
///
/// If the bytes are over [`MAX_MODEL_BYTES`] or are no whole safetensors file, if they lack this program's metadata or have
/// that of a newer program, if a tensor is missing, unknown, of another type or of another shape than the metadata says,
/// or if a part is not as [`ModelFile::validate`] wants it.
pub fn decode_model(bytes: &[u8]) -> Result<ModelFile, DecodeModelError> {
    check_lengths(bytes)?;
    let (header_len, tensors) = SafeTensors::read_metadata(bytes)
        .map_err(|source| DecodeModelError::Container { len: bytes.len(), source: Box::new(source) })?;
    let metadata = read_metadata(&tensors)?;
    metadata.spec.validate()?;
    check_tensors(&tensors, &metadata.spec)?;
    let file = ModelFile {
        weights: read_weights(&tensors, &bytes[LENGTH_BYTES + header_len..], metadata.spec)?,
        tokens: metadata.tokens,
        vocabulary: metadata.vocabulary,
        corpus: metadata.corpus,
        training: metadata.training,
        window: metadata.window,
        program: metadata.program,
    };
    file.validate()?;
    Ok(file)
}

/// A file begins with the length of its header as a 64-bit number.
const LENGTH_BYTES: usize = 8;

/// Checks the file's length and its header's, before anything is read into memory of its own.
fn check_lengths(bytes: &[u8]) -> Result<(), DecodeModelError> {
    let len = bytes.len() as u64;
    if len > MAX_MODEL_BYTES {
        return Err(DecodeModelError::TooLong { len, limit: MAX_MODEL_BYTES });
    }
    let Some((header_len, rest)) = bytes.split_first_chunk() else {
        return Err(DecodeModelError::CutOff { len, needed: LENGTH_BYTES as u64 });
    };
    let header_len = u64::from_le_bytes(*header_len);
    if header_len > MAX_MODEL_HEADER_BYTES {
        return Err(DecodeModelError::HeaderTooLong { len: header_len, limit: MAX_MODEL_HEADER_BYTES });
    }
    if header_len > rest.len() as u64 {
        return Err(DecodeModelError::CutOff { len, needed: LENGTH_BYTES as u64 + header_len });
    }
    Ok(())
}

fn read_metadata(tensors: &Tensors) -> Result<metadata::Metadata, DecodeModelError> {
    let json = tensors.metadata().as_ref().and_then(|keys| keys.get(metadata::KEY));
    let json = json.ok_or(DecodeModelError::NoMetadata)?;
    let unreadable = |source| DecodeModelError::Metadata { source: Box::new(source) };
    let format = metadata::format(json).map_err(unreadable)?;
    if !(1..=metadata::FORMAT).contains(&format) {
        return Err(DecodeModelError::Format { format, supported: metadata::FORMAT });
    }
    metadata::from_json(json).map_err(unreadable)
}

/// Checks that the tensors of `spec`, and no others, are there.
fn check_tensors(tensors: &Tensors, spec: &ModelSpec) -> Result<(), DecodeModelError> {
    check_rows(tensors, spec)?;
    let mut expected = Weights::tensors(spec);
    expected.extend(second_biases(spec));
    for Tensor { name: tensor, shape, .. } in &expected {
        let Some(info) = tensors.info(tensor) else {
            return Err(DecodeModelError::MissingTensor { tensor: tensor.clone(), shape: shape.clone() });
        };
        if info.dtype != Dtype::F32 {
            return Err(DecodeModelError::ElementType { tensor: tensor.clone(), actual: info.dtype.to_string() });
        }
        if info.shape != *shape {
            let (actual, expected) = (info.shape.clone(), shape.clone());
            return Err(DecodeModelError::Shape { tensor: tensor.clone(), actual, expected });
        }
    }
    let known = |name: &String| expected.iter().any(|tensor| tensor.name == *name);
    match tensors.offset_keys().into_iter().find(|name| !known(name)) {
        Some(tensor) => Err(DecodeModelError::UnknownTensor { tensor }),
        None => Ok(()),
    }
}

/// Checks the size of the vocabulary first, for it is the one size that two parts of the file state.
fn check_rows(tensors: &Tensors, spec: &ModelSpec) -> Result<(), ModelFileError> {
    match tensors.info("embedding.weight").map(|info| info.shape.as_slice()) {
        Some(&[n_rows, _]) if n_rows != spec.vocab_size => {
            Err(ModelFileError::VocabularySize { n_tokens: spec.vocab_size, n_rows })
        }
        _ => Ok(()),
    }
}

/// Reads tensors that [`check_tensors`] has found to be there.
fn read_weights(tensors: &Tensors, data: &[u8], spec: ModelSpec) -> Result<Weights, DecodeModelError> {
    let numbers = |tensor: &Tensor| {
        let (start, end) = tensors.info(&tensor.name).expect("the tensor is there").data_offsets;
        floats::from_bytes(&data[start..end])
    };
    let mut weights = Weights::zeros(spec)?;
    for tensor in Weights::tensors(&spec) {
        let values = &mut weights.values_mut()[tensor.range.clone()];
        values.iter_mut().zip(numbers(&tensor)).for_each(|(value, number)| *value = number);
    }
    for (layer, tensor) in weights.view_mut().layers.into_iter().zip(second_biases(&spec)) {
        for (index, (bias, second)) in layer.bias.iter_mut().zip(numbers(&tensor)).enumerate() {
            if !second.is_finite() {
                return Err(ModelFileError::NotFinite { tensor: tensor.name, index, value: second }.into());
            }
            // Adding 0 would turn −0 into 0, and a file must come back as it was.
            if second != 0.0 {
                *bias += second;
            }
        }
    }
    Ok(weights)
}

/// Why bytes are no model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeModelError {
    /// The file is too long.
    #[error("the file is {len} bytes, over the limit of {limit}")]
    TooLong {
        /// Its length.
        len: u64,
        /// [`MAX_MODEL_BYTES`].
        limit: u64,
    },
    /// The header is too long.
    #[error("the header is {len} bytes, over the limit of {limit}; make sure this is a model file")]
    HeaderTooLong {
        /// Its length, as the file states it.
        len: u64,
        /// [`MAX_MODEL_HEADER_BYTES`].
        limit: u64,
    },
    /// The file ends before its header does.
    #[error(
        "the file ends after {len} bytes, its header alone needs {needed}; make sure this is a model file, or copy it again from where it came"
    )]
    CutOff {
        /// Its length.
        len: u64,
        /// The least it can have.
        needed: u64,
    },
    /// The safetensors format does not allow it.
    #[error("the {len} bytes are no whole safetensors file; copy it again from where it came")]
    Container {
        /// The file's length.
        len: usize,
        /// What the format's reader says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It is a safetensors file of another program.
    #[error("the file has tensors but no metadata under the key \"{key}\"; choose a model that this program wrote", key = metadata::KEY)]
    NoMetadata,
    /// The metadata does not read.
    #[error("the metadata under the key \"{key}\" does not read", key = metadata::KEY)]
    Metadata {
        /// What the JSON reader says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The file is another version's.
    #[error(
        "the metadata has format {format}, this program reads 1 to {supported}; use the program version that wrote the file"
    )]
    Format {
        /// The file's format.
        format: u32,
        /// The one this program reads.
        supported: u32,
    },
    /// The network's sizes are out of their limits.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A tensor is missing.
    #[error("tensor {tensor} of shape {shape:?} is missing; the metadata describes a network that has it")]
    MissingTensor {
        /// Its name.
        tensor: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A tensor belongs to no part of the network.
    #[error("tensor {tensor} is unknown; the metadata describes a network without it")]
    UnknownTensor {
        /// Its name.
        tensor: String,
    },
    /// A tensor's numbers are of another type.
    #[error("tensor {tensor} has elements of type {actual}; it must be F32, convert it")]
    ElementType {
        /// Its name.
        tensor: String,
        /// Its type, as safetensors writes it.
        actual: String,
    },
    /// A tensor has another shape.
    #[error("tensor {tensor} has shape {actual:?}; the network that the metadata describes has {expected:?}")]
    Shape {
        /// Its name.
        tensor: String,
        /// Its shape.
        actual: Vec<usize>,
        /// The shape it must have.
        expected: Vec<usize>,
    },
    /// The parts do not belong together.
    #[error(transparent)]
    Contents(#[from] ModelFileError),
}
