use galant_checkpoint::{EncodeModelError, ModelFile, WeightType, decode_model, encode_model, encode_model_as};
use galant_model::{Cell, Weights};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};

use crate::small_model;

/// The model with other weights.
fn with_weights(model: &ModelFile, change: impl Fn(f32) -> f32) -> ModelFile {
    let mut weights = Weights::zeros(*model.weights.spec()).unwrap();
    let values = weights.values_mut().iter_mut().zip(model.weights.values());
    values.for_each(|(value, before)| *value = change(*before));
    ModelFile { weights, ..model.clone() }
}

#[test]
fn half_the_bytes_keep_every_weight_to_eleven_bits_and_all_else_as_it_is() {
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let model = small_model(cell);
        let (whole, half) = (encode_model(&model).unwrap(), encode_model_as(&model, WeightType::F16).unwrap());
        let n_weights = model.weights.values().len();
        assert!(half.len() + 2 * n_weights <= whole.len(), "{} bytes after {}", half.len(), whole.len());
        let read = decode_model(&half).unwrap();
        for (before, after) in model.weights.values().iter().zip(read.weights.values()) {
            // Half a unit of the eleventh bit, or of the smallest number.
            assert!((before - after).abs() <= before.abs() / 2048.0 + 2f32.powi(-25), "{before} became {after}");
        }
        assert_eq!(ModelFile { weights: model.weights.clone(), ..read.clone() }, model);
        // What was rounded once is not rounded again.
        assert_eq!(encode_model_as(&read, WeightType::F16).unwrap(), half);
        assert_eq!(decode_model(&encode_model(&read).unwrap()).unwrap(), read);
    }
}

#[test]
fn a_quarter_of_the_bytes_keeps_every_row_to_a_127th_of_its_largest_weight() {
    let model = small_model(Cell::Lstm);
    let bytes = encode_model_as(&model, WeightType::I8).unwrap();
    let read = decode_model(&bytes).unwrap();
    for tensor in Weights::tensors(model.weights.spec()) {
        let (before, after) = (&model.weights.values()[tensor.range.clone()], &read.weights.values()[tensor.range]);
        if tensor.shape.len() == 1 {
            assert_eq!(before, after, "{}", tensor.name);
            continue;
        }
        for (before, after) in before.chunks(tensor.shape[1]).zip(after.chunks(tensor.shape[1])) {
            let largest = before.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
            for (before, after) in before.iter().zip(after) {
                // Half a step, and what the arithmetic of f32 adds.
                let step = largest / 127.0;
                assert!((before - after).abs() <= 0.50001 * step, "{}: {before} became {after}", tensor.name);
            }
        }
    }
    assert_eq!(ModelFile { weights: model.weights.clone(), ..read }, model);
    let zeros = with_weights(&model, |_| 0.0);
    assert_eq!(decode_model(&encode_model_as(&zeros, WeightType::I8).unwrap()).unwrap(), zeros);
}

#[test]
fn whole_numbers_without_their_scales_are_refused() {
    let bytes = encode_model_as(&small_model(Cell::Lstm), WeightType::I8).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let but = |left_out: &'static str| {
        let views = tensors.iter().filter(move |(name, _)| *name != left_out);
        decode_model(&serialize(views, metadata.metadata().clone()).unwrap()).unwrap_err().to_string()
    };
    let missing = but("dense.weight.scale");
    assert!(missing.starts_with("tensor dense.weight.scale"), "{missing}");
    let alone = but("dense.weight");
    assert!(alone.starts_with("tensor dense.weight"), "{alone}");
}

#[test]
fn files_of_sixteen_bits_say_so_in_their_format() {
    let model = small_model(Cell::Lstm);
    let format = |bytes: &[u8]| {
        let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
        let json = metadata.metadata().as_ref().unwrap()["galant"].clone();
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["format"].as_u64().unwrap()
    };
    assert_eq!(format(&encode_model(&model).unwrap()), 4);
    assert_eq!(format(&encode_model_as(&model, WeightType::F16).unwrap()), 6);
    assert_eq!(format(&encode_model_as(&model, WeightType::I8).unwrap()), 6);
}

#[test]
fn tensors_that_another_program_made_bf16_are_widened_exactly() {
    // As other programs convert a checkpoint: the upper half of each f32, which is exact for these weights.
    let model = with_weights(&small_model(Cell::Lstm), |weight| f32::from_bits(weight.to_bits() & 0xffff_0000));
    let bytes = encode_model(&model).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut keys = metadata.metadata().clone().unwrap();
    // Whoever changes the tensors leaves out their checksum.
    let mut json: serde_json::Value = serde_json::from_str(&keys["galant"]).unwrap();
    json.as_object_mut().unwrap().remove("tensors_sha256");
    keys.insert("galant".to_owned(), json.to_string());
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let upper = |data: &[u8]| data.chunks(4).flat_map(|number| [number[2], number[3]]).collect::<Vec<u8>>();
    let halves: Vec<_> = tensors.iter().map(|(name, view)| (name, view.shape().to_vec(), upper(view.data()))).collect();
    let views =
        halves.iter().map(|(name, shape, data)| (*name, TensorView::new(Dtype::BF16, shape.clone(), data).unwrap()));
    let read = decode_model(&serialize(views, Some(keys)).unwrap()).unwrap();
    assert_eq!(read, model);
}

#[test]
fn a_weight_that_sixteen_bits_cannot_hold_is_named() {
    let model = with_weights(&small_model(Cell::Lstm), |weight| weight * 1e6);
    let error = encode_model_as(&model, WeightType::F16).unwrap_err();
    let EncodeModelError::TooLarge { value } = error else { panic!("{error}") };
    assert!(value.abs() >= 65_520.0 && model.weights.values().contains(&value), "{value}");
    let text = error.to_string();
    assert!(text.ends_with("over the limit of 16 bits, 65504; keep 32 bits"), "{text}");
}
