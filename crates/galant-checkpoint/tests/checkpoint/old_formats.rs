//! Files of formats 1 and 2, which earlier programs wrote.
//!
//! The golden files were made with the commit before format 3, by `galant train --embedding 4 --hidden 4 --layers 1
//! --window 32 --epochs 2` and, in addition, `--corpus bach --kind chords`, `--corpus bach`, `--corpus bach --kind notes`
//! and `--corpus dice --evenings 1 --repeat`.

use std::num::NonZeroUsize;

use expect_test::{Expect, expect};
use galant_checkpoint::{
    CorpusEntry, DecodeModelError, ModelFile, ModelFileError, Sha256Hash, Source, decode_model, encode_model,
};
use galant_midi::ReadRules;
use galant_model::{HoldOut, Initialization, Objective, Optimizer, Schedule, SettingsError, TrainingSettings};
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Tokenizer};
use galant_types::{EpochRecord, Playback, Seed};
use serde_json::{Value, json};

use crate::parts::Parts;

const CHORDS: &[u8] = include_bytes!("../golden/old-chords.safetensors");
const RHYTHM: &[u8] = include_bytes!("../golden/old-rhythm.safetensors");
const NOTES: &[u8] = include_bytes!("../golden/old-notes.safetensors");
const DICE: &[u8] = include_bytes!("../golden/old-dice.safetensors");

/// The default settings of the program at that time, with the flags that made the files.
fn settings() -> TrainingSettings {
    TrainingSettings {
        objective: Objective::EveryToken,
        optimizer: Optimizer::adam(0.003),
        schedule: Schedule::Constant,
        clip_norm: Some(1.0),
        initialization: Initialization::NormalEmbedding,
        window: 32,
        batch_size: 16,
        hold_out: HoldOut::Tails(0.1),
        transpose: 0..=0,
        epochs: Some(2),
        steps: None,
        epoch_steps: None,
        stop_at_loss: None,
        patience: Some(10),
        seed: Seed(1),
    }
}

fn record(epoch: u64, [train_loss, train_loss_without_dropout, valid_loss]: [f64; 3]) -> EpochRecord {
    EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss: Some(valid_loss) }
}

/// The prelude of `fixtures/bach`.
fn prelude(n_tokens: u64) -> CorpusEntry {
    let sha256 = "9e8ea19f6a5fb50b54c2e4dcdab2f360f1013d8b227d2bb506aa46e4f2f72824".parse().unwrap();
    CorpusEntry { name: "BWV 846, prelude".into(), source: Source::Bundled, sha256, n_tokens }
}

/// How the prelude is played: 66 quarter notes per minute.
const PRELUDE: Playback = Playback { us_per_quarter: 909_091, beats: 4, beat_log2: 2, program: 0, velocity: 80 };

fn on_grid_of_12() -> GridTokenizer {
    GridTokenizer { grid: Grid::new(12).unwrap(), top: None }
}

/// Checks everything but vocabulary and weights, which `expected` takes over, and that nothing is lost in today's format.
#[track_caller]
fn check(bytes: &[u8], expected: impl FnOnce(&ModelFile) -> ModelFile) -> ModelFile {
    let file = decode_model(bytes).unwrap();
    assert_eq!(file, expected(&file));
    let rewritten = encode_model(&file).unwrap();
    assert_eq!(decode_model(&rewritten).unwrap(), file);
    assert_eq!(Sha256Hash::of(&Parts::of(&rewritten).data), Sha256Hash::of(&Parts::of(bytes).data));
    file
}

/// Checks the length, the first tokens and the hash of the vocabulary, and the hash of the weights.
///
/// The vocabulary is hashed as the JSON list that the file has, the weights as the file's tensors in the order of `Weights`.
#[track_caller]
fn check_contents(file: &ModelFile, expected: Expect) {
    let tokens: Vec<String> = file.vocabulary.tokens().iter().map(ToString::to_string).collect();
    let weights: Vec<u8> = file.weights.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    let (first, n_tokens) = (tokens[..3].join(" "), tokens.len());
    let vocabulary = Sha256Hash::of(json!(tokens).to_string().as_bytes());
    expected.assert_eq(&format!(
        "{n_tokens} tokens: {first} …\nvocabulary {vocabulary}\nweights {}\n",
        Sha256Hash::of(&weights)
    ));
}

#[test]
fn chord_tokens_of_format_1_are_read() {
    let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
    let file = check(CHORDS, |file| ModelFile {
        read_rules: ReadRules::Standard,
        tokenizer,
        // The lecture's harp: the file says nothing about playback.
        playback: Playback { us_per_quarter: 500_000, beats: 4, beat_log2: 2, program: 46, velocity: 64 },
        corpus: vec![prelude(545)],
        settings: settings(),
        engine: None,
        epochs: vec![
            record(1, [3.3574500969127152, 3.159925234260517, 3.3233031341259345]),
            record(2, [3.106863830323542, 2.950317282939338, 3.291353185139116]),
        ],
        kept_epoch: 2,
        unfinished_after: None,
        unigram_loss: None,
        program: "galant 0.1.0".into(),
        ..file.clone()
    });
    check_contents(
        &file,
        expect![[r#"
            33 tokens: 36.48.64.67.72 36 41 …
            vocabulary 1b0ed488115ad2270b68fe974227ea1239f7fe381bac284cfe9efe27720ab62a
            weights 6035f01d92460a0624f5e85c0c41e7e5c75371980341bf5bba00fa7c272ad777
        "#]],
    );
}

#[test]
fn rhythm_tokens_of_format_2_are_read() {
    let file = check(RHYTHM, |file| ModelFile {
        read_rules: ReadRules::Standard,
        tokenizer: Tokenizer::Rhythm(on_grid_of_12()),
        playback: PRELUDE,
        corpus: vec![prelude(545)],
        settings: settings(),
        engine: None,
        epochs: vec![
            record(1, [3.8175826480297808, 3.6129267977672117, 3.810064874248855]),
            record(2, [3.4475840535531073, 3.1844320737200205, 3.7523274307726178]),
        ],
        kept_epoch: 2,
        unfinished_after: None,
        unigram_loss: None,
        program: "galant 0.1.0".into(),
        ..file.clone()
    });
    check_contents(
        &file,
        expect![[r#"
            52 tokens: 36+24>3 36+48>3 36.48.64.67.72+48>48 …
            vocabulary 7cce04cc898d0f801a4bb4b355085d0e695163347abd25730001a1bb8b3ffc43
            weights 0881079a915e7545f9c2d712c58dc337b43ceb452ffc68261a1adc93f8f018e7
        "#]],
    );
}

#[test]
fn note_tokens_of_format_2_are_read() {
    let file = check(NOTES, |file| ModelFile {
        read_rules: ReadRules::Standard,
        tokenizer: Tokenizer::Notes(on_grid_of_12()),
        playback: PRELUDE,
        corpus: vec![prelude(1642)],
        settings: settings(),
        engine: None,
        epochs: vec![
            record(1, [4.631474388764593, 3.9883414794558307, 4.094873166745012]),
            record(2, [3.519896203441163, 2.954575415956329, 3.2394923147629453]),
        ],
        kept_epoch: 2,
        unfinished_after: None,
        unigram_loss: None,
        program: "galant 0.1.0".into(),
        ..file.clone()
    });
    check_contents(
        &file,
        expect![[r#"
            142 tokens: >1 >2 >3 …
            vocabulary 9f588a08cab5932d6429406c0b448234da8033f3fc2307adb6ab2daf08a1f7b3
            weights f992e717c1ba120706ec24337a0253c4b636d07edbd251013bca0564fc1b11a5
        "#]],
    );
}

#[test]
fn waltzes_of_format_2_are_read() {
    let sha256 = "a96106e1764f6322c0fe9db06fc4ae431d10e632d9c6db2c0b63858c47a1957b".parse().unwrap();
    let source = Source::DiceGame { with_repeats: true };
    let file = check(DICE, |file| ModelFile {
        read_rules: ReadRules::Standard,
        tokenizer: Tokenizer::Rhythm(on_grid_of_12()),
        playback: Playback { us_per_quarter: 666_667, beats: 3, beat_log2: 3, program: 0, velocity: 73 },
        corpus: vec![CorpusEntry { name: "evening 1".into(), source, sha256, n_tokens: 5961 }],
        settings: settings(),
        engine: None,
        epochs: vec![
            record(1, [5.074781972399281, 4.884999811292156, 4.88489248335143]),
            record(2, [4.699293549009938, 4.471127409111011, 4.430845566486328]),
        ],
        kept_epoch: 2,
        unfinished_after: None,
        unigram_loss: None,
        program: "galant 0.1.0".into(),
        ..file.clone()
    });
    check_contents(
        &file,
        expect![[r#"
            179 tokens: 36+6>6 38+3>0 38+6>3 …
            vocabulary 04ce60885c23d07efc25d16cf07f6ae9887852279b79d20fcee84cac1e3202d3
            weights 58b80ac2aad7d774241e1e9fc637aca6e9f1759334fa3232d5c6ae7e1dcb748c
        "#]],
    );
}

/// The rhythm model with a change of its metadata.
fn with_metadata(change: impl FnOnce(&mut Value)) -> Result<ModelFile, DecodeModelError> {
    let mut parts = Parts::of(RHYTHM);
    let mut metadata = parts.metadata();
    change(&mut metadata);
    parts.set_metadata(&metadata);
    decode_model(&parts.bytes())
}

/// The rhythm model with other settings.
fn with_settings(settings: &[(&str, &str)]) -> Result<ModelFile, DecodeModelError> {
    with_metadata(|metadata| metadata["training"]["settings"] = json!(settings))
}

#[test]
fn every_setting_that_was_ever_written_is_read() {
    let written = [
        ("kind", "rhythm"),
        ("grid", "12"),
        ("rules", "standard"),
        ("top", "0"),
        ("objective", "last-word"),
        ("cell", "lstm"),
        ("optimizer", "rmsprop"),
        ("learning-rate", "0.01"),
        ("clip-norm", "0"),
        ("initialization", "keras"),
        ("embedding", "4"),
        ("hidden", "4"),
        ("layers", "1"),
        ("dropout", "0.3"),
        ("window", "32"),
        ("batch", "8"),
        ("hold-out", "0"),
        ("seed", "1"),
        ("repeat", "yes"),
        ("transpose", "-6..=5"),
        ("stop-at-loss", "0.5"),
        ("patience", "3"),
        ("engine", "torch on cuda:0 in bf16"),
    ];
    let file = with_settings(&written).unwrap();
    let expected = TrainingSettings {
        objective: Objective::LastToken,
        optimizer: Optimizer::rms_prop(0.01),
        schedule: Schedule::Constant,
        clip_norm: None,
        initialization: Initialization::Keras,
        window: 32,
        batch_size: 8,
        hold_out: HoldOut::Tails(0.0),
        transpose: -6..=5,
        epochs: None,
        steps: None,
        epoch_steps: None,
        stop_at_loss: Some(0.5),
        patience: Some(3),
        seed: Seed(1),
    };
    assert_eq!(file.settings, expected);
    assert_eq!(file.engine.as_deref(), Some("torch on cuda:0 in bf16"));
}

#[test]
fn settings_that_were_not_written_are_the_lectures() {
    let settings = with_settings(&[("optimizer", "adam")]).unwrap().settings;
    assert_eq!((settings.optimizer, settings.objective), (Optimizer::adam(1e-3), Objective::LastToken));
    assert_eq!(settings.initialization, Initialization::Keras);
    assert_eq!((settings.clip_norm, settings.hold_out, settings.epochs), (None, HoldOut::Tails(0.0), None));
}

#[test]
fn settings_that_were_never_written_are_refused() {
    let never = [
        ("tempo", "120"),
        ("objective", "every-token"),
        ("optimizer", "sgd"),
        ("learning-rate", "fast"),
        ("clip-norm", "one"),
        ("initialization", "zero"),
        ("batch", "-1"),
        ("repeat", "no"),
        ("transpose", "-6..5"),
        ("epochs", "two"),
    ];
    for (name, value) in never {
        let error = with_settings(&[(name, value)]).unwrap_err();
        let is_named = matches!(&error, DecodeModelError::Setting { name: n, value: v } if n == name && v == value);
        assert!(is_named, "{name} {value}: {error}");
    }
    let error = with_settings(&[("batch", "0")]).unwrap_err();
    let expected = ModelFileError::Settings(SettingsError::Zero { what: "batch size" });
    assert!(matches!(&error, DecodeModelError::Contents(error) if *error == expected), "{error}");
}

#[test]
fn sources_are_inferred_from_the_names() {
    let source = |name: &str, settings: &[(&str, &str)]| {
        let change = |metadata: &mut Value| {
            metadata["corpus"][0]["name"] = json!(name);
            metadata["training"]["settings"] = json!(settings);
        };
        with_metadata(change).unwrap().corpus[0].source
    };
    assert_eq!(source("evening 40", &[]), Source::DiceGame { with_repeats: false });
    assert_eq!(source("evening 40", &[("repeat", "yes")]), Source::DiceGame { with_repeats: true });
    for bundled in ["K. 2, minuet", "K. 331 I, variation VI", "K. 331 III, Rondo alla turca"] {
        assert_eq!(source(bundled, &[]), Source::Bundled, "{bundled}");
    }
    for file in ["evening 1.mid", "evening ", "evening 1b", "evening +1", "good evening 1", "k. 2, minuet", ""] {
        assert_eq!(source(file, &[]), Source::File, "{file}");
    }
}

#[test]
fn the_lectures_rules_are_those_of_midi_files_and_of_chords() {
    let mut parts = Parts::of(CHORDS);
    let mut metadata = parts.metadata();
    metadata["words"]["reading"] = json!("lecture");
    metadata["words"]["top"] = json!(2);
    parts.set_metadata(&metadata);
    let file = decode_model(&parts.bytes()).unwrap();
    assert_eq!(file.read_rules, ReadRules::Lecture);
    assert_eq!(
        file.tokenizer,
        Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Lecture, top: NonZeroUsize::new(2) })
    );
}

#[track_caller]
fn check_message(change: impl FnOnce(&mut Value), expected: Expect) {
    expected.assert_eq(&with_metadata(change).unwrap_err().to_string());
}

#[test]
fn names_and_parts_that_this_program_does_not_know_are_refused() {
    check_message(
        |metadata| metadata["words"]["kind"] = json!("voices"),
        expect!["token 0 of the vocabulary cannot be read"],
    );
    check_message(
        |metadata| metadata["words"]["reading"] = json!("lenient"),
        expect!["the metadata names the read rules 'lenient'; this program knows standard and lecture"],
    );
    check_message(
        |metadata| metadata["words"]["grid"] = Value::Null,
        expect!["the metadata describes the tokenizer rhythm without its grid"],
    );
    check_message(
        |metadata| metadata["words"]["grid"] = json!(0),
        expect!["the metadata describes a tokenizer whose grid is out of range"],
    );
    check_message(
        |metadata| metadata["words"]["performance"]["program"] = json!(128),
        expect!["the MIDI program is 128; it must be 0 to 127"],
    );
    check_message(
        |metadata| metadata["corpus"][0]["sha256"] = json!("9E"),
        expect![[r#"corpus entry "BWV 846, prelude": SHA-256 is "9E"; it must be 64 lower-case hexadecimal digits"#]],
    );
    let error = with_metadata(|metadata| metadata["tokenizer"] = json!({ "name": "rhythm" })).unwrap_err();
    assert!(matches!(error, DecodeModelError::Metadata { .. }), "{error}");
}
