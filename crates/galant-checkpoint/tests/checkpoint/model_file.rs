//! What a model file keeps.

use std::num::NonZeroUsize;

use expect_test::expect_file;
use galant_checkpoint::{
    EncodeModelError, MAX_MODEL_HEADER_BYTES, ModelFile, ModelFileError, Sha256Hash, Source, decode_model, encode_model,
};
use galant_midi::ReadRules;
use galant_model::{Adam, Cell, HoldOut, Initialization, Objective, Optimizer, RmsProp, Schedule, Weights};
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Tokenizer};
use galant_types::{EpochRecord, Seed};
use proptest::prelude::*;
use safetensors::SafeTensors;

use crate::parts::Parts;
use crate::{small_model, spec, vocabulary};

#[test]
fn a_model_comes_back_as_it_was() {
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let file = small_model(cell);
        assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
    }
}

/// Chord, rhythm and note tokens, each with rules or a grid of its own.
fn tokenizers() -> [(Tokenizer, [&'static str; 5]); 4] {
    let grid = |steps| Grid::new(steps).unwrap();
    let chords = ["33.45.61", "60", "60.64.67", "61", "62"];
    let chord_rules = |rules, top| Tokenizer::Chords(ChordTokenizer { rules, top });
    [
        (chord_rules(ChordRules::Standard, None), chords),
        (chord_rules(ChordRules::Lecture, NonZeroUsize::new(2)), chords),
        (
            Tokenizer::Rhythm(GridTokenizer { grid: grid(8), top: NonZeroUsize::new(1) }),
            ["33.45.61+3>3", "60+6>6", ">6", ">7", ">8"],
        ),
        (Tokenizer::Notes(GridTokenizer { grid: grid(96), top: None }), [">1", "60", "61", "+1", "+2"]),
    ]
}

#[test]
fn every_tokenizer_and_setting_comes_back() {
    let optimizers = [
        Optimizer::Adam(Adam { learning_rate: 0.1, beta1: 0.2, beta2: 0.3, epsilon: 0.4 }),
        Optimizer::RmsProp(RmsProp { learning_rate: 0.1, rho: 0.2, epsilon: 0.3 }),
        Optimizer::rms_prop(1e-3),
        Optimizer::adam(3e-3),
    ];
    for ((tokenizer, texts), optimizer) in tokenizers().into_iter().zip(optimizers) {
        let mut file = small_model(Cell::Lstm);
        (file.tokenizer, file.vocabulary) = (tokenizer, vocabulary(tokenizer, &texts));
        file.settings.optimizer = optimizer;
        assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
    }
    let mut file = small_model(Cell::Lstm);
    file.read_rules = ReadRules::Lecture;
    file.engine = None;
    file.corpus[2].source = Source::DiceGame { with_repeats: false };
    let settings = &mut file.settings;
    (settings.objective, settings.initialization) = (Objective::LastToken, Initialization::Keras);
    (settings.clip_norm, settings.epochs, settings.stop_at_loss, settings.patience) = (None, None, None, None);
    assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
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
    let tokenizer = small_model(Cell::Lstm).tokenizer;
    check_refused(
        |file| file.vocabulary = vocabulary(tokenizer, &["60+6>6"]),
        ModelFileError::VocabularySize { n_tokens: 1, n_rows: 5 },
    );
    let (chords, texts) = tokenizers()[0];
    check_refused(
        |file| file.vocabulary = vocabulary(chords, &texts),
        ModelFileError::OtherTokenizer { number: 0, token: "33.45.61".into(), tokenizer: "rhythm" },
    );
    check_refused(
        |file| file.weights.view_mut().layers[1].w_hh[6] = f32::INFINITY,
        ModelFileError::NotFinite { tensor: "lstm.weight_hh_l1".into(), index: 6, value: f32::INFINITY },
    );
    let beats = |file: &mut ModelFile| file.playback.beats = 0;
    let mut playback = small_model(Cell::Lstm).playback;
    playback.beats = 0;
    check_refused(beats, playback.validate().unwrap_err().into());
    let mut settings = small_model(Cell::Lstm).settings;
    settings.clip_norm = Some(f32::INFINITY);
    check_refused(|file| file.settings = settings.clone(), settings.validate().unwrap_err().into());
    check_refused(
        |file| file.epochs[1].valid_loss = Some(f64::INFINITY),
        ModelFileError::Loss { epoch: 2, loss: "validation loss", value: f64::INFINITY },
    );
}

#[test]
fn a_header_over_the_limit_is_not_written() {
    let mut file = small_model(Cell::Lstm);
    file.engine = Some("x".repeat(MAX_MODEL_HEADER_BYTES as usize));
    assert!(matches!(encode_model(&file), Err(EncodeModelError::HeaderTooLong { .. })));
    // Within the limit once, over it when every quotation mark is escaped twice.
    file.engine = Some("\"".repeat(MAX_MODEL_HEADER_BYTES as usize / 3));
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
        hash in any::<[u8; 32]>(),
        top in any::<usize>(),
        counts in prop::collection::vec(1..u64::MAX, 3),
        (lowest, n_keys) in (any::<i8>(), any::<u8>()),
    ) {
        let mut file = small_model(Cell::Lstm);
        let spec = galant_model::ModelSpec { dropout, ..spec(Cell::Lstm) };
        file.weights = Weights::initial(spec, Initialization::Keras, Seed(1)).unwrap();
        file.weights.values_mut()[..20].copy_from_slice(&bits);
        let [train_loss, train_loss_without_dropout, valid_loss] = losses[..] else { unreachable!() };
        let valid_loss = Some(valid_loss);
        file.epochs = vec![EpochRecord { epoch: u64::MAX, train_loss, train_loss_without_dropout, valid_loss }];
        file.program = text.clone();
        file.corpus[1].name = text.clone();
        file.corpus[1].sha256 = Sha256Hash(hash);
        file.engine = Some(text);
        file.tokenizer = Tokenizer::Rhythm(GridTokenizer { grid: Grid::new(12).unwrap(), top: NonZeroUsize::new(top) });
        let settings = &mut file.settings;
        settings.clip_norm = Some(bits[0].abs()).filter(|&norm| norm > 0.0);
        settings.stop_at_loss = valid_loss;
        let share = f64::from(dropout);
        settings.hold_out = if lowest % 2 == 0 { HoldOut::Pieces(share) } else { HoldOut::Tails(share) };
        settings.transpose = lowest..=lowest.saturating_add_unsigned(n_keys);
        (settings.seed, settings.epochs, settings.patience) = (Seed(counts[0]), Some(counts[1]), Some(counts[2]));
        let back = decode_model(&encode_model(&file).unwrap()).unwrap();
        prop_assert_eq!(back, file);
    }
}

#[test]
fn the_metadata_is_as_documented() {
    let bytes = encode_model(&small_model(Cell::Lstm)).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let json: serde_json::Value = serde_json::from_str(&header.metadata().as_ref().unwrap()["galant"]).unwrap();
    expect_file!["../golden/metadata.json"].assert_eq(&(serde_json::to_string_pretty(&json).unwrap() + "\n"));
}

#[test]
fn a_file_from_before_schedules_has_a_constant_rate_and_epochs_of_the_whole_corpus() {
    let mut parts = Parts::of(&encode_model(&small_model(Cell::Lstm)).unwrap());
    let mut metadata = parts.metadata();
    for (object, keys) in
        [("/settings", &["schedule", "steps", "epoch_steps"][..]), ("", &["unfinished_after", "unigram_loss"])]
    {
        let object = metadata.pointer_mut(object).unwrap().as_object_mut().unwrap();
        keys.iter().for_each(|key| assert!(object.remove(*key).is_some(), "{key}"));
    }
    parts.set_metadata(&metadata);
    let file = decode_model(&parts.bytes()).unwrap();
    let settings = &file.settings;
    assert_eq!((settings.schedule, settings.steps, settings.epoch_steps), (Schedule::Constant, None, None));
    assert_eq!((file.unfinished_after, file.unigram_loss), (None, None));
}
