//! The answers to hostile or damaged model files; one test for each abuse.

use expect_test::{Expect, expect};
use galant_checkpoint::{
    DecodeModelError, MAX_MODEL_HEADER_BYTES, ModelFileError, Sha256Hash, decode_model, encode_model, encode_snapshot,
};
use galant_model::{Cell, ModelSpec, SettingsError, SpecError};
use galant_tokens::VocabularyError;
use galant_types::TokenId;
use serde_json::{Value, json};

use crate::parts::{Parts, raw};
use crate::{small_model, small_snapshot};

fn small_parts() -> Parts {
    Parts::of(&encode_model(&small_model(Cell::Lstm)).unwrap())
}

/// The answer to the small model with one change.
#[track_caller]
fn answer(change: impl FnOnce(&mut Parts)) -> DecodeModelError {
    let mut parts = small_parts();
    change(&mut parts);
    decode_model(&parts.bytes()).expect_err("the file must be refused")
}

/// The answer to the small model with one change of its metadata.
#[track_caller]
fn answer_to_metadata(change: impl FnOnce(&mut Value)) -> DecodeModelError {
    answer(|parts| {
        let mut metadata = parts.metadata();
        change(&mut metadata);
        parts.set_metadata(&metadata);
    })
}

#[test]
fn the_parts_put_together_unchanged_are_read() {
    assert_eq!(decode_model(&small_parts().bytes()).unwrap(), small_model(Cell::Lstm));
}

#[test]
fn a_file_without_a_whole_header() {
    let short = decode_model(&[1, 0, 0]).unwrap_err();
    assert!(matches!(short, DecodeModelError::CutOff { len: 3, needed: 8 }), "{short}");
    let long = decode_model(&raw("{}", b"")[..9]).unwrap_err();
    assert!(matches!(long, DecodeModelError::CutOff { len: 9, needed: 10 }), "{long}");
}

#[test]
fn a_header_length_that_lies() {
    let mut bytes = small_parts().bytes();
    for lie in [MAX_MODEL_HEADER_BYTES + 1, u64::MAX] {
        bytes[..8].copy_from_slice(&lie.to_le_bytes());
        let error = decode_model(&bytes).unwrap_err();
        assert!(matches!(error, DecodeModelError::HeaderTooLong { len, .. } if len == lie), "{error}");
    }
    bytes[..8].copy_from_slice(&MAX_MODEL_HEADER_BYTES.to_le_bytes());
    assert!(matches!(decode_model(&bytes), Err(DecodeModelError::CutOff { .. })));
    bytes[..8].copy_from_slice(&20_u64.to_le_bytes());
    assert!(matches!(decode_model(&bytes), Err(DecodeModelError::Container { .. })));
}

#[test]
fn offsets_that_overlap_leave_holes_or_run_out() {
    let shifts: [fn(&mut Parts); 3] = [
        |parts| {
            parts.header["lstm.bias_ih_l1"]["data_offsets"] = parts.header["lstm.bias_ih_l0"]["data_offsets"].clone();
        },
        |parts| parts.header["dense.bias"]["data_offsets"] = json!([1, 21]),
        |parts| parts.header["dense.bias"]["data_offsets"] = json!([1_000_000_000_000_u64, 1_000_000_000_020_u64]),
    ];
    for shift in shifts {
        let error = answer(shift);
        assert!(matches!(error, DecodeModelError::Container { .. }), "{error}");
    }
}

#[test]
fn a_shape_whose_size_overflows() {
    let error = answer(|parts| parts.header["dense.weight"]["shape"] = json!([u64::MAX, u64::MAX]));
    assert!(matches!(error, DecodeModelError::Container { .. }), "{error}");
}

#[test]
fn bytes_behind_the_tensors() {
    let error = answer(|parts| parts.data.push(0));
    assert!(matches!(error, DecodeModelError::Container { .. }), "{error}");
}

#[test]
fn a_shape_that_is_not_the_networks() {
    let error = answer(|parts| parts.header["dense.weight"]["shape"] = json!([4, 5]));
    expect!["tensor dense.weight has shape [4, 5]; the network that the metadata describes has [5, 4]"]
        .assert_eq(&error.to_string());
    let error = answer_to_metadata(|metadata| metadata["network"]["hidden_size"] = json!(6));
    assert!(matches!(&error, DecodeModelError::Shape { tensor, .. } if tensor == "lstm.weight_ih_l0"), "{error}");
    let error = answer(|parts| parts.header["embedding.weight"]["shape"] = json!([15]));
    assert!(matches!(&error, DecodeModelError::Shape { tensor, .. } if tensor == "embedding.weight"), "{error}");
}

#[test]
fn elements_that_are_not_f32() {
    let error = answer(|parts| parts.header["dense.bias"]["dtype"] = json!("I32"));
    expect!["tensor dense.bias has elements of type I32; it must be F32, F16, BF16 or I8 with scales, convert it"]
        .assert_eq(&error.to_string());
}

#[test]
fn a_missing_tensor_and_one_too_many() {
    let error = answer(|parts| {
        let tensor = parts.header.as_object_mut().unwrap().remove("lstm.bias_hh_l0").unwrap();
        parts.header["lstm.bias_hh_l2"] = tensor;
    });
    assert!(
        matches!(&error, DecodeModelError::MissingTensor { tensor, shape } if tensor == "lstm.bias_hh_l0" && *shape == [16])
    );
    let error = answer(|parts| {
        let end = parts.data.len();
        parts.data.extend([0; 4]);
        parts.header["scale"] = json!({ "dtype": "F32", "shape": [1], "data_offsets": [end, end + 4] });
    });
    assert!(matches!(&error, DecodeModelError::UnknownTensor { tensor } if tensor == "scale"), "{error}");
}

#[test]
fn metadata_that_is_missing_or_no_json() {
    let error = answer(|parts| parts.header["__metadata__"] = json!({ "format": "pt" }));
    assert!(matches!(error, DecodeModelError::NoMetadata), "{error}");
    let error = answer(|parts| _ = parts.header.as_object_mut().unwrap().remove("__metadata__"));
    assert!(matches!(error, DecodeModelError::NoMetadata), "{error}");
    let deep = "[".repeat(1_000_000);
    for text in ["", "{", "null", "{\"format\":1}", "{\"format\":3}", "{\"format\":-1}", deep.as_str()] {
        let error = answer(|parts| parts.header["__metadata__"]["galant"] = text.into());
        assert!(matches!(error, DecodeModelError::Metadata { .. }), "{error}");
    }
}

#[test]
fn metadata_with_a_field_unknown_missing_or_of_another_type() {
    let changes: [fn(&mut Value); 12] = [
        |metadata| metadata["tempo"] = json!(120),
        |metadata| metadata["network"]["bidirectional"] = json!(true),
        |metadata| metadata["network"]["cell"] = json!("gru"),
        |metadata| metadata["tokenizer"]["top"] = json!(0),
        |metadata| metadata["playback"]["beats"] = json!(256),
        |metadata| metadata["corpus"][0]["source"] = json!("radio"),
        |metadata| metadata["corpus"][2]["source"]["dice_game"]["n_evenings"] = json!(40),
        |metadata| metadata["settings"]["window"] = json!(-1),
        |metadata| metadata["settings"]["optimizer"] = json!({ "sgd": { "learning_rate": 0.1 } }),
        |metadata| metadata["settings"]["optimizer"]["adam"]["rho"] = json!(0.9),
        |metadata| metadata["epochs"][0]["train_loss"] = Value::Null,
        |metadata| _ = metadata.as_object_mut().unwrap().remove("tokenizer"),
    ];
    for change in changes {
        let error = answer_to_metadata(change);
        assert!(matches!(error, DecodeModelError::Metadata { .. }), "{error}");
    }
}

#[track_caller]
fn check_message(change: impl FnOnce(&mut Value), expected: Expect) {
    expected.assert_eq(&answer_to_metadata(change).to_string());
}

#[test]
fn names_and_parts_that_this_program_does_not_know() {
    check_message(
        |metadata| metadata["tokenizer"]["name"] = json!("voices"),
        expect!["the metadata describes the tokenizer voices with a number of notes, which it does not have"],
    );
    check_message(
        |metadata| metadata["read_rules"] = json!("lenient"),
        expect!["the metadata names the read rules 'lenient'; this program knows standard and lecture"],
    );
    let chords = |rules: &str| json!({ "name": "chords", "rules": rules, "top": null });
    check_message(
        |metadata| metadata["tokenizer"] = chords("lenient"),
        expect!["the metadata names the chord rules 'lenient'; this program knows standard and lecture"],
    );
    check_message(
        |metadata| metadata["tokenizer"] = json!({ "name": "chords", "top": 2 }),
        expect!["the metadata describes the tokenizer chords without its rules"],
    );
    check_message(
        |metadata| metadata["tokenizer"]["name"] = json!("chords"),
        expect!["the metadata describes the tokenizer chords with a grid, which it does not have"],
    );
    check_message(
        |metadata| metadata["tokenizer"]["rules"] = json!("standard"),
        expect!["the metadata describes the tokenizer rhythm with chord rules, which it does not have"],
    );
    check_message(
        |metadata| metadata["tokenizer"] = json!({ "name": "notes", "top": null }),
        expect!["the metadata describes the tokenizer notes without its grid"],
    );
    check_message(
        |metadata| metadata["tokenizer"]["grid"] = json!(97),
        expect!["the metadata describes a tokenizer whose grid is out of range"],
    );
    check_message(
        |metadata| metadata["corpus"][1]["sha256"] = json!("ABC"),
        expect![[r#"corpus entry "K. 2, minuet": SHA-256 is "ABC"; it must be 64 lower-case hexadecimal digits"#]],
    );
}

#[test]
fn playback_and_settings_out_of_range() {
    let error = answer_to_metadata(|metadata| metadata["playback"]["velocity"] = json!(0));
    assert!(matches!(error, DecodeModelError::Contents(ModelFileError::Playback(_))), "{error}");
    let error = answer_to_metadata(|metadata| metadata["settings"]["batch_size"] = json!(0));
    let expected = ModelFileError::Settings(SettingsError::Zero { what: "batch size" });
    assert!(matches!(&error, DecodeModelError::Contents(error) if *error == expected), "{error}");
}

#[test]
fn metadata_of_a_newer_program_or_of_none() {
    for other in [0, 7, u32::MAX] {
        let error = answer(|parts| parts.set_metadata(&json!({ "format": other, "tonality": "C" })));
        assert!(matches!(error, DecodeModelError::Format { format, supported: 6 } if format == other), "{error}");
    }
}

#[test]
fn a_vocabulary_that_is_not_the_networks() {
    let error = answer_to_metadata(|metadata| _ = metadata["vocabulary"].as_array_mut().unwrap().pop());
    let expected = ModelFileError::VocabularySize { n_tokens: 4, n_rows: 5 };
    assert!(matches!(&error, DecodeModelError::Contents(error) if *error == expected), "{error}");
}

#[test]
fn a_vocabulary_that_is_not_the_tokenizers() {
    let error = answer_to_metadata(|metadata| metadata["vocabulary"][4] = json!("60+6>6"));
    let DecodeModelError::Vocabulary(VocabularyError::Duplicate { first: TokenId(1), second: TokenId(4), .. }) = error
    else {
        panic!("{error}");
    };
    for text in ["60", "Ω \"quoted\"\n", "", "060+6>6"] {
        let error = answer_to_metadata(|metadata| metadata["vocabulary"][3] = json!(text));
        assert!(matches!(error, DecodeModelError::Token { number: 3, .. }), "{text}: {error}");
    }
}

#[test]
fn a_vocabulary_over_the_limit() {
    let value = ModelSpec::MAX_VOCAB_SIZE + 1;
    let error = answer_to_metadata(|metadata| metadata["vocabulary"] = vec![""; value].into());
    let expected = SpecError::Size { what: "vocabulary size", value, max: ModelSpec::MAX_VOCAB_SIZE };
    assert!(matches!(&error, DecodeModelError::Spec(error) if *error == expected), "{error}");
}

#[test]
fn sizes_that_would_allocate_without_end() {
    for size in ["embedding_size", "hidden_size", "n_layers"] {
        for value in [0, 1 << 14, 1 << 40, u64::MAX] {
            let error = answer_to_metadata(|metadata| metadata["network"][size] = value.into());
            let refused = matches!(error, DecodeModelError::Spec(_) | DecodeModelError::Shape { .. });
            assert!(refused, "{size} {value}: {error}");
        }
    }
}

#[test]
fn files_of_other_kinds_are_named_for_what_they_are() {
    let check = |bytes: &[u8], expected: Expect| {
        expected.assert_eq(&decode_model(bytes).expect_err("the file must be refused").to_string());
    };
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
    check(
        pointer,
        expect![
            "the file is a Git LFS pointer, which stands for the model; fetch the model itself with `git lfs pull`"
        ],
    );
    check(
        &encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap(),
        expect![
            "the file is a snapshot, from which a training resumes; the model is model.safetensors in the same folder"
        ],
    );
    // As Python writes them: pickle.dumps({}, protocol) and the beginning of what torch.save writes.
    let pickles = [&b"\x80\x02}q\0."[..], b"\x80\x03}q\0.", b"\x80\x04}\x94.", b"\x80\x05}\x94."];
    let errors: Vec<String> = pickles.iter().map(|pickle| decode_model(pickle).unwrap_err().to_string()).collect();
    let pickle =
        "the file is a pickle, such as torch.save writes; name a model that `galant train` wrote, model.safetensors";
    assert_eq!(errors, [pickle; 4]);
    check(
        b"PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl",
        expect![
            "the file is a ZIP archive, such as torch.save writes; name a model that `galant train` wrote, model.safetensors"
        ],
    );
    check(
        b"\x89HDF\r\n\x1a\n\0\0\0\0",
        expect![
            "the file is an HDF5 file, such as Keras writes; name a model that `galant train` wrote, model.safetensors"
        ],
    );
    for text in ["X:1\nT:A tune\nK:C\nC|\n", "<?xml version=\"1.0\"?>", "\u{b}{\n  \"a\": 1"] {
        let error = decode_model(text.as_bytes()).unwrap_err().to_string();
        let is_named = error.starts_with("the file is a text, such as music in ABC notation or MusicXML; name a model");
        assert_eq!(is_named, !text.starts_with('\u{b}'), "{error}");
    }
    // A header may be as long as a pickle's first two bytes say.
    for len in [0x280_u64, 0x580] {
        let header = format!("{{{}}}", " ".repeat(len as usize - 2));
        let error = decode_model(&raw(&header, b"")).unwrap_err();
        assert!(matches!(error, DecodeModelError::NoMetadata), "{error}");
    }
}

#[test]
fn tensors_are_compared_with_their_checksum() {
    let error = answer(|parts| parts.data[5] ^= 1);
    let DecodeModelError::Checksum { actual, expected } = &error else { panic!("{error}") };
    // The hash as any other program computes it, as the tensors are in the order of their names.
    assert_eq!(*expected, Sha256Hash::of(&small_parts().data).to_string());
    assert_ne!(actual, expected);
    let error = answer_to_metadata(|metadata| metadata["tensors_sha256"] = "no hash".into());
    assert!(matches!(error, DecodeModelError::Checksum { .. }), "{error}");
}

#[test]
fn a_file_from_before_there_was_a_checksum_is_read() {
    let mut parts = small_parts();
    parts.remove_checksum();
    assert_eq!(decode_model(&parts.bytes()).unwrap(), small_model(Cell::Lstm));
}

#[test]
fn numbers_that_are_not_finite() {
    for tensor in ["embedding.weight", "lstm.bias_ih_l1", "lstm.bias_hh_l0"] {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let error = answer(|parts| {
                parts.remove_checksum();
                let start = parts.range(tensor).start + 8;
                parts.data[start..start + 4].copy_from_slice(&value.to_le_bytes());
            });
            let DecodeModelError::Contents(ModelFileError::NotFinite { tensor: named, index: 2, .. }) = &error else {
                panic!("{tensor} {value}: {error}");
            };
            assert_eq!(named, tensor);
        }
    }
}

#[test]
fn biases_whose_sum_is_not_finite() {
    let error = answer(|parts| {
        parts.remove_checksum();
        for tensor in ["lstm.bias_ih_l0", "lstm.bias_hh_l0"] {
            let start = parts.range(tensor).start;
            parts.data[start..start + 4].copy_from_slice(&f32::MAX.to_le_bytes());
        }
    });
    assert!(matches!(error, DecodeModelError::Contents(ModelFileError::NotFinite { index: 0, .. })), "{error}");
}
