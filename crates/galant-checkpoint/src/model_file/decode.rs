use galant_model::{ModelSpec, Tensor, Weights};
use galant_tokens::{Tokenizer, Vocabulary};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, Metadata as Tensors};

use super::checksum::checksum;
use super::encode::second_biases;
use super::format::{KEY, MAX_MODEL_BYTES, MAX_MODEL_HEADER_BYTES};
use super::other_kind::other_kind;
use super::{DecodeModelError, ModelFile, ModelFileError, metadata, weight_type};

/// The model in the bytes of a safetensors file, of the current format or an earlier one.
///
/// Weights of 16 bits, F16 or BF16, are widened to f32, exactly; whole numbers of 8 bits are multiplied by their row's scale.
/// A second bias that is not zero, as PyTorch trains it, is added to the first: the network is the same.
/// Metadata under keys other than `galant` is ignored.
///
/// # Errors
///
/// If the bytes are over [`MAX_MODEL_BYTES`] or not a whole safetensors file; if the metadata of this program is missing,
/// newer or not understood; if a tensor is missing, unknown, or of another type or shape than the metadata requires; if the
/// tensors are not those of the checksum; or if [`ModelFile::validate`] refuses the contents.
pub fn decode_model(bytes: &[u8]) -> Result<ModelFile, DecodeModelError> {
    if let Some(error) = other_kind(bytes) {
        return Err(error);
    }
    check_lengths(bytes)?;
    let (header_len, tensors) = SafeTensors::read_metadata(bytes)
        .map_err(|source| DecodeModelError::Container { len: bytes.len(), source: Box::new(source) })?;
    let metadata = read_metadata(&tensors)?;
    metadata.spec.validate()?;
    check_tensors(&tensors, &metadata.spec)?;
    let data = &bytes[LENGTH_BYTES + header_len..];
    check_checksum(&tensors, data, metadata.tensors_sha256.as_deref())?;
    let file = ModelFile {
        weights: read_weights(&tensors, data, metadata.spec)?,
        read_rules: metadata.read_rules,
        tokenizer: metadata.tokenizer,
        vocabulary: read_vocabulary(&metadata.vocabulary, metadata.tokenizer)?,
        streams: metadata.streams,
        openings: metadata.openings,
        parts: metadata.parts,
        playback: metadata.playback,
        corpus: metadata.corpus,
        settings: metadata.settings,
        engine: metadata.engine,
        epochs: metadata.epochs,
        kept_epoch: metadata.kept_epoch,
        unfinished_after: metadata.unfinished_after,
        unigram_loss: metadata.unigram_loss,
        program: metadata.program,
    };
    file.validate()?;
    Ok(file)
}

/// A file starts with the length of its header as a 64-bit number.
const LENGTH_BYTES: usize = 8;

/// Checks the lengths of the file and its header, before anything is allocated for them.
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
    let json = tensors.metadata().as_ref().and_then(|keys| keys.get(KEY));
    metadata::from_json(json.ok_or(DecodeModelError::NoMetadata)?)
}

/// The tokens of the texts, by number.
fn read_vocabulary(texts: &[String], tokenizer: Tokenizer) -> Result<Vocabulary, DecodeModelError> {
    let token = |(number, text): (usize, &String)| {
        tokenizer.parse(text).map_err(|source| DecodeModelError::Token { number, source })
    };
    Ok(Vocabulary::from_tokens(texts.iter().enumerate().map(token).collect::<Result<_, _>>()?)?)
}

/// Checks that the file has the tensors of `spec` and no others but the scales of whole numbers.
fn check_tensors(tensors: &Tensors, spec: &ModelSpec) -> Result<(), DecodeModelError> {
    check_rows(tensors, spec)?;
    let mut expected = Weights::tensors(spec);
    expected.extend(second_biases(spec));
    let mut known: Vec<String> = Vec::new();
    for Tensor { name, shape, .. } in expected {
        if check_tensor(tensors, &name, &shape, weight_type::is_read)? == Dtype::I8 {
            let scales = weight_type::scales_of(&name);
            check_tensor(tensors, &scales, &shape[..1], |dtype| dtype == Dtype::F32)?;
            known.push(scales);
        }
        known.push(name);
    }
    match tensors.offset_keys().into_iter().find(|name| !known.contains(name)) {
        Some(tensor) => Err(DecodeModelError::UnknownTensor { tensor }),
        None => Ok(()),
    }
}

/// Checks that a tensor is there, with a type that is allowed and a shape; returns its type.
fn check_tensor(
    tensors: &Tensors,
    name: &str,
    shape: &[usize],
    is_allowed: impl Fn(Dtype) -> bool,
) -> Result<Dtype, DecodeModelError> {
    let tensor = name.to_owned();
    let Some(info) = tensors.info(name) else {
        return Err(DecodeModelError::MissingTensor { tensor, shape: shape.to_vec() });
    };
    if !is_allowed(info.dtype) {
        return Err(DecodeModelError::ElementType { tensor, actual: info.dtype.to_string() });
    }
    if info.shape != shape {
        return Err(DecodeModelError::Shape { tensor, actual: info.shape.clone(), expected: shape.to_vec() });
    }
    Ok(info.dtype)
}

/// Checks that the tensors are as they were written; files from before there was a checksum have none.
fn check_checksum(tensors: &Tensors, data: &[u8], expected: Option<&str>) -> Result<(), DecodeModelError> {
    let Some(expected) = expected else { return Ok(()) };
    let names = tensors.offset_keys();
    let bytes = |name: &String| {
        let (start, end) = tensors.info(name).expect("the tensors were checked").data_offsets;
        &data[start..end]
    };
    let actual = checksum(names.iter().map(|name| (name.as_str(), bytes(name)))).to_string();
    if actual == expected { Ok(()) } else { Err(DecodeModelError::Checksum { actual, expected: expected.to_owned() }) }
}

/// Checks the size of the vocabulary first, the one size that two parts of the file state.
fn check_rows(tensors: &Tensors, spec: &ModelSpec) -> Result<(), ModelFileError> {
    match tensors.info("embedding.weight").map(|info| info.shape.as_slice()) {
        Some(&[n_rows, _]) if n_rows != spec.vocab_size() => {
            Err(ModelFileError::VocabularySize { n_tokens: spec.vocab_size(), n_rows })
        }
        _ => Ok(()),
    }
}

/// Reads the tensors, which [`check_tensors`] has found.
fn read_weights(tensors: &Tensors, data: &[u8], spec: ModelSpec) -> Result<Weights, DecodeModelError> {
    let bytes = |name: &str| {
        let (start, end) = tensors.info(name).expect("the tensors were checked").data_offsets;
        &data[start..end]
    };
    let numbers = |tensor: &Tensor| {
        let dtype = tensors.info(&tensor.name).expect("the tensors were checked").dtype;
        let scales = weight_type::scales_of(&tensor.name);
        weight_type::numbers(dtype, bytes(&tensor.name), if dtype == Dtype::I8 { bytes(&scales) } else { &[] })
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
            // Adding 0 would turn −0 into 0, and a file must be read back unchanged.
            if second != 0.0 {
                *bias += second;
            }
        }
    }
    Ok(weights)
}
