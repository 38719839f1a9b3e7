//! What a snapshot keeps, and what it refuses.

use expect_test::expect;
use galant_checkpoint::{
    DecodeSnapshotError, EncodeSnapshotError, MAX_SNAPSHOT_EPOCHS, Snapshot, SnapshotError, decode_snapshot,
    encode_snapshot,
};
use galant_model::{Cell, ModelSpec, Progress, SettingsError, TrainingState, Weights};
use galant_types::EpochRecord;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sha2::{Digest, Sha256};

use crate::{small_description, small_snapshot, spec};

const HEAD_BYTES: usize = 20;
const CHECKSUM_BYTES: usize = 32;

#[test]
fn a_snapshot_comes_back_as_it_was() {
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let snapshot = small_snapshot(cell);
        assert_eq!(decode_snapshot(&encode_snapshot(&snapshot).unwrap()).unwrap(), snapshot);
    }
}

#[test]
fn a_snapshot_without_moments_and_history_comes_back_as_it_was() {
    let snapshot = Snapshot {
        state: TrainingState {
            weights: Weights::zeros(spec(Cell::Lstm)).unwrap(),
            n_updates: 0,
            reduction_plan: Some(2),
            first_moment: vec![],
            second_moment: vec![],
        },
        progress: Progress::default(),
        description: small_description(Cell::Lstm),
    };
    assert_eq!(decode_snapshot(&encode_snapshot(&snapshot).unwrap()).unwrap(), snapshot);
}

#[test]
fn the_frame_is_as_documented() {
    let bytes = encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap();
    assert_eq!(&bytes[..12], b"GALANTSN\x04\0\0\0");
    let payload_len = u64::from_le_bytes(bytes[12..20].try_into().unwrap());
    assert_eq!(payload_len as usize, bytes.len() - HEAD_BYTES - CHECKSUM_BYTES);
    let (covered, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    assert_eq!(Sha256::digest(covered)[..], *checksum);
}

/// The answer to the small snapshot with its payload changed, and length and checksum made right again.
#[track_caller]
fn answer_to_payload(change: impl FnOnce(&mut Vec<u8>)) -> DecodeSnapshotError {
    let bytes = encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap();
    let mut payload = bytes[HEAD_BYTES..bytes.len() - CHECKSUM_BYTES].to_vec();
    change(&mut payload);
    let mut forged = [&bytes[..12], &(payload.len() as u64).to_le_bytes(), &payload].concat();
    let checksum = Sha256::digest(&forged);
    forged.extend(checksum);
    decode_snapshot(&forged).expect_err("the snapshot must be refused")
}

// The payload starts with the cell (4 bytes), the number of inputs (8), for each two sizes (8 each) and whether it skips (1),
// then two sizes (8 each), the dropout (4), whether it has residual connections (1), and the weights with their length.
const N_INPUTS: usize = 4;
const HIDDEN_SIZE: usize = N_INPUTS + 8 + 2 * 8 + 1;
const WEIGHTS_LEN: usize = HIDDEN_SIZE + 2 * 8 + 4 + 1;
const WEIGHTS: usize = WEIGHTS_LEN + 8;

#[test]
fn a_forged_payload_is_refused_though_its_checksum_is_right() {
    let error = answer_to_payload(|payload| payload.push(0));
    assert!(matches!(error, DecodeSnapshotError::LeftOver { n_bytes: 1 }), "{error}");
    let error = answer_to_payload(|payload| _ = payload.pop());
    assert!(matches!(error, DecodeSnapshotError::Payload { .. }), "{error}");
    let error = answer_to_payload(|payload| payload[0] = 2);
    assert!(matches!(error, DecodeSnapshotError::Payload { .. }), "{error}");
    // Without inputs, what was the input is taken for the sizes after it.
    let error = answer_to_payload(|payload| payload[N_INPUTS] = 0);
    assert!(matches!(error, DecodeSnapshotError::Payload { .. } | DecodeSnapshotError::Inputs { .. }), "{error}");
    let error = answer_to_payload(|payload| payload[HIDDEN_SIZE] += 1);
    assert!(matches!(error, DecodeSnapshotError::Numbers { part: "weights", .. }), "{error}");
    let error = answer_to_payload(|payload| payload[HIDDEN_SIZE..HIDDEN_SIZE + 8].fill(0xff));
    assert!(matches!(error, DecodeSnapshotError::Spec(_)), "{error}");
}

#[test]
fn a_length_that_lies_allocates_nothing() {
    for lie in [1 << 30, 1 << 40, u64::MAX] {
        let error = answer_to_payload(|payload| payload[N_INPUTS..][..8].copy_from_slice(&lie.to_le_bytes()));
        assert!(matches!(error, DecodeSnapshotError::Payload { .. }), "{error}");
        let error = answer_to_payload(|payload| payload[WEIGHTS_LEN..WEIGHTS].copy_from_slice(&lie.to_le_bytes()));
        assert!(matches!(error, DecodeSnapshotError::Payload { .. }), "{error}");
    }
}

#[test]
fn numbers_that_are_not_finite_are_refused_on_reading() {
    let error = answer_to_payload(|payload| {
        payload[WEIGHTS + 4..WEIGHTS + 8].copy_from_slice(&f32::INFINITY.to_le_bytes());
    });
    let tensor = "embedding.weight".to_owned();
    let expected = SnapshotError::NotFinite { what: "weight", tensor, index: 1, value: f32::INFINITY };
    assert!(matches!(&error, DecodeSnapshotError::Contents(error) if *error == expected), "{error}");
}

#[test]
fn another_kind_of_file_and_another_format_are_named() {
    let mut bytes = encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap();
    bytes[8] = 1;
    let error = decode_snapshot(&bytes).unwrap_err();
    assert!(matches!(error, DecodeSnapshotError::Format { format: 1, supported: 4 }), "{error}");
    let error = decode_snapshot(b"MThd\0\0\0\x06\0\x01").unwrap_err().to_string();
    expect![[r#"the file starts with "MThd\x00\x00\x00\x06", a snapshot with "GALANTSN"; choose a snapshot"#]]
        .assert_eq(&error);
}

#[test]
fn a_snapshot_cut_off_or_with_bytes_after_it_says_how_long_it_must_be() {
    let bytes = encode_snapshot(&small_snapshot(Cell::Lstm)).unwrap();
    let whole = bytes.len() as u64;
    let longer = [&bytes[..], &[0]].concat();
    for wrong in [&bytes[..bytes.len() - 1], &longer] {
        let error = decode_snapshot(wrong).unwrap_err();
        let len = wrong.len() as u64;
        assert!(
            matches!(error, DecodeSnapshotError::Length { len: l, expected } if (l, expected) == (len, whole)),
            "{error}"
        );
    }
    let mut endless = bytes;
    endless[12..20].fill(0xff);
    assert!(matches!(decode_snapshot(&endless), Err(DecodeSnapshotError::Length { expected: u64::MAX, .. })));
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut Snapshot), expected: SnapshotError) {
    let mut snapshot = small_snapshot(Cell::Lstm);
    change(&mut snapshot);
    match encode_snapshot(&snapshot) {
        Err(EncodeSnapshotError::Contents(error)) => assert_eq!(error, expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let expected = spec(Cell::Lstm).n_parameters();
    check_refused(
        |snapshot| snapshot.state.first_moment.truncate(1),
        SnapshotError::Moment { part: "first moment", len: 1, expected },
    );
    check_refused(
        |snapshot| snapshot.state.second_moment.push(0.0),
        SnapshotError::Moment { part: "second moment", len: expected + 1, expected },
    );
    let narrow = ModelSpec { hidden_size: 3, ..spec(Cell::Lstm) };
    check_refused(
        |snapshot| snapshot.progress.best = Some(Weights::zeros(narrow).unwrap()),
        SnapshotError::OtherNetwork,
    );
    for (what, place) in [("weight", 0), ("first moment", 1), ("second moment", 2), ("best weight", 3)] {
        let value = f32::NEG_INFINITY;
        // The embedding has 5 × 3 numbers, so this is the third one of the first layer.
        let change = |snapshot: &mut Snapshot| match place {
            0 => snapshot.state.weights.values_mut()[17] = value,
            1 => snapshot.state.first_moment[17] = value,
            2 => snapshot.state.second_moment[17] = value,
            _ => snapshot.progress.best.as_mut().unwrap().values_mut()[17] = value,
        };
        let tensor = "lstm.weight_ih_l0".to_owned();
        check_refused(change, SnapshotError::NotFinite { what, tensor, index: 2, value });
    }
    check_refused(
        |snapshot| snapshot.description.settings.window = 0,
        SnapshotError::Settings(SettingsError::Zero { what: "window" }),
    );
    let record = EpochRecord { epoch: 1, train_loss: 0.0, train_loss_without_dropout: 0.0, valid_loss: None };
    let n_epochs = MAX_SNAPSHOT_EPOCHS + 1;
    check_refused(|snapshot| snapshot.progress.records = vec![record; n_epochs], SnapshotError::Epochs { n_epochs });
    check_refused(
        |snapshot| snapshot.progress.records = vec![record; 2],
        SnapshotError::EpochOrder { epoch: 1, expected: 2 },
    );
    check_refused(
        |snapshot| snapshot.progress.records[0].epoch = u64::MAX,
        SnapshotError::EpochOrder { epoch: u64::MAX, expected: 1 },
    );
    let value = f64::INFINITY;
    check_refused(
        |snapshot| snapshot.progress.records[1].valid_loss = Some(value),
        SnapshotError::Loss { epoch: 2, loss: "validation loss", value },
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn any_numbers_and_texts_come_back(
        numbers in prop::collection::vec(any::<f32>().prop_filter("finite", |value| value.is_finite()), 20),
        nats in any::<f64>().prop_filter("NaN equals nothing", |nats| !nats.is_nan()),
        counts in prop::collection::vec(any::<u64>(), 7),
        valid_loss in any::<Option<f32>>().prop_filter("finite", |loss| loss.is_none_or(f32::is_finite)),
        has_best in any::<bool>(),
        text in any::<String>(),
    ) {
        let mut snapshot = small_snapshot(Cell::VanillaRnn);
        snapshot.state.weights.values_mut()[..20].copy_from_slice(&numbers);
        snapshot.state.second_moment[..20].copy_from_slice(&numbers);
        snapshot.state.n_updates = counts[0];
        let progress = &mut snapshot.progress;
        (progress.step_in_epoch, progress.epoch_loss.n_tokens, progress.epoch_tokens) = (counts[1], counts[2], counts[3]);
        (progress.n_steps, progress.round, progress.step_in_round) = (counts[4], counts[5], counts[6]);
        progress.epoch_loss.nats = nats;
        progress.records[0].valid_loss = valid_loss.map(f64::from);
        progress.best.take_if(|_| !has_best);
        snapshot.description.corpus[0].name.clone_from(&text);
        snapshot.description.sources = vec![String::new(), text];
        let back = decode_snapshot(&encode_snapshot(&snapshot).unwrap()).unwrap();
        prop_assert_eq!(back, snapshot);
    }
}
