//! What a model file keeps.

use galant_checkpoint::{
    CorpusEntry, EncodeModelError, EpochLosses, MAX_MODEL_HEADER_BYTES, ModelFile, ModelFileError, TokenSettings,
    decode_model, encode_model,
};
use galant_model::{Cell, Weights};
use galant_types::Seed;
use proptest::prelude::*;
use safetensors::SafeTensors;

use crate::{small_model, spec};

#[test]
fn a_model_comes_back_as_it_was() {
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let file = small_model(cell);
        assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
    }
}

#[test]
fn negative_zero_comes_back_as_negative_zero() {
    let mut file = small_model(Cell::Lstm);
    file.weights.values_mut().fill(-0.0);
    let back = decode_model(&encode_model(&file).unwrap()).unwrap();
    assert!(back.weights.values().iter().all(|value| value.to_bits() == (-0.0_f32).to_bits()));
}

#[test]
fn equal_models_give_equal_bytes() {
    let first = encode_model(&small_model(Cell::Lstm)).unwrap();
    for _ in 0..20 {
        assert!(encode_model(&small_model(Cell::Lstm)).unwrap() == first);
    }
}

#[test]
fn the_tensors_are_those_of_a_pytorch_state_dict() {
    let bytes = encode_model(&small_model(Cell::Lstm)).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<String> =
        tensors.iter().map(|(name, view)| format!("{name} {} {:?}", view.dtype(), view.shape())).collect();
    names.sort();
    // What `state_dict()` of Embedding(5, 3), LSTM(3, 4, num_layers=2) and Linear(4, 5) lists.
    let expected = [
        "dense.bias F32 [5]",
        "dense.weight F32 [5, 4]",
        "embedding.weight F32 [5, 3]",
        "lstm.bias_hh_l0 F32 [16]",
        "lstm.bias_hh_l1 F32 [16]",
        "lstm.bias_ih_l0 F32 [16]",
        "lstm.bias_ih_l1 F32 [16]",
        "lstm.weight_hh_l0 F32 [16, 4]",
        "lstm.weight_hh_l1 F32 [16, 4]",
        "lstm.weight_ih_l0 F32 [16, 3]",
        "lstm.weight_ih_l1 F32 [16, 4]",
    ];
    assert_eq!(names, expected);
    assert!(tensors.tensor("lstm.bias_hh_l1").unwrap().data().iter().all(|&byte| byte == 0));
}

#[test]
fn a_corpus_entry_holds_the_sha256_of_its_bytes() {
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(CorpusEntry::of("a.mid", b"abc", 1).sha256, expected);
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut ModelFile), expected: ModelFileError) {
    let mut file = small_model(Cell::Lstm);
    change(&mut file);
    match encode_model(&file) {
        Err(EncodeModelError::Contents(error)) => assert_eq!(error, expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    check_refused(|file| file.vocabulary.truncate(4), ModelFileError::VocabularySize { n_tokens: 4, n_rows: 5 });
    check_refused(
        |file| file.vocabulary[3] = "60".into(),
        ModelFileError::DuplicateToken { token: "60".into(), first: 1, second: 3 },
    );
    check_refused(
        |file| file.weights.view_mut().layers[1].w_hh[6] = f32::INFINITY,
        ModelFileError::NotFinite { tensor: "lstm.weight_hh_l1".into(), index: 6, value: f32::INFINITY },
    );
    let hash = "ABC".to_owned();
    check_refused(
        |file| file.corpus[0].sha256 = hash.clone(),
        ModelFileError::Hash { name: "first.mid".into(), sha256: hash.clone() },
    );
    check_refused(
        |file| file.training.epochs[1].valid_loss = Some(f64::INFINITY),
        ModelFileError::Loss { epoch: 2, loss: "validation loss", value: f64::INFINITY },
    );
}

#[test]
fn a_header_over_the_limit_is_not_written() {
    let mut file = small_model(Cell::Lstm);
    file.training.settings.push(("notes".into(), "x".repeat(MAX_MODEL_HEADER_BYTES as usize)));
    assert!(matches!(encode_model(&file), Err(EncodeModelError::HeaderTooLong { .. })));
    // Within the limit once, over it when every quotation mark is escaped twice.
    file.training.settings[2].1 = "\"".repeat(MAX_MODEL_HEADER_BYTES as usize / 3);
    assert!(matches!(encode_model(&file), Err(EncodeModelError::HeaderTooLong { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn any_numbers_and_texts_come_back(
        bits in prop::collection::vec(any::<f32>().prop_filter("finite", |value| value.is_finite()), 20),
        losses in prop::collection::vec(any::<f64>().prop_filter("finite", |value| value.is_finite()), 3),
        dropout in 0.0_f32..1.0,
        text in any::<String>(),
        top in any::<Option<usize>>(),
    ) {
        let mut file = small_model(Cell::Lstm);
        let spec = galant_model::ModelSpec { dropout, ..spec(Cell::Lstm) };
        file.weights = Weights::initial(spec, Seed(1)).unwrap();
        file.weights.values_mut()[..20].copy_from_slice(&bits);
        let [train_loss, windowed_train_loss, valid_loss] = losses[..] else { unreachable!() };
        file.training.epochs = vec![EpochLosses { epoch: u64::MAX, train_loss, windowed_train_loss, valid_loss: Some(valid_loss) }];
        file.program = text.clone();
        file.corpus[1].name = text.clone();
        file.training.settings[0] = (text.clone(), text);
        file.tokens.top = top;
        let back = decode_model(&encode_model(&file).unwrap()).unwrap();
        prop_assert_eq!(back, file);
    }
}

/// The metadata of a model file as text.
fn metadata(file: &ModelFile) -> String {
    let bytes = encode_model(file).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    header.metadata().as_ref().unwrap()["galant"].clone()
}

#[test]
fn a_model_of_tokens_without_rhythm_is_written_as_ever() {
    let mut file = small_model(Cell::Lstm);
    assert!(metadata(&file).starts_with(r#"{"format":2,"#));
    file.tokens =
        TokenSettings { kind: "chords".into(), reading: "lecture".into(), top: Some(2), grid: None, playback: None };
    let text = metadata(&file);
    assert!(text.starts_with(r#"{"format":1,"#), "{text}");
    assert!(text.contains(r#""words":{"kind":"chords","reading":"lecture","top":2}"#), "{text}");
    assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
}
