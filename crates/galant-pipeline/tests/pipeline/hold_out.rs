//! What a training validates on.

use expect_test::expect;
use galant_corpus::{Corpus, CorpusBuilder, HeldOut, Piece, ReadOptions, read_piece};
use galant_ngram::{Ngrams, Ppm, unigram_entropy};
use galant_pipeline::{Settings, Training};
use galant_types::{Seed, TokenId};

use crate::{rhythm, small, trained};

/// A tune of 80 notes, another for each number.
fn tune(number: u64) -> Piece {
    let letter = |place: u64| char::from(b"CDEFGABcdefgab"[(Seed(number).child(place).0 % 14) as usize]);
    let notes: String = (0..80).map(letter).collect();
    let text = format!("X:1\nM:4/4\nL:1/4\nK:C\n{notes}|\n");
    read_piece(&format!("{number}.abc"), text.as_bytes(), ReadOptions::default()).unwrap()
}

fn corpus(settings: &Settings, numbers: std::ops::Range<u64>, validation: &[u64]) -> Corpus {
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    numbers.for_each(|number| _ = builder.add(&tune(number)));
    validation.iter().for_each(|number| _ = builder.add_validation(&tune(*number), None));
    builder.build(0..=0).unwrap()
}

fn training(numbers: std::ops::Range<u64>, validation: &[u64]) -> Training {
    let settings = small(rhythm());
    Training::new(corpus(&settings, numbers, validation), settings).unwrap()
}

#[test]
fn network_and_baseline_have_the_same_parts() {
    let training = training(0..20, &[]);
    let HeldOut::Pieces(flags) = training.held_out() else { panic!("{:?}", training.held_out()) };
    assert_eq!(flags.iter().filter(|flag| **flag).count(), 2);
    let text = training.held_out_text();
    assert!(text.starts_with("2 of 20 pieces, 10 % of the tokens: ") && text.ends_with(".abc"), "{text}");
    assert_eq!(training.windows().n_validation_tokens(), 160);
    // By hand, from the songs and the flags.
    let songs = |is_held_out: bool| -> Vec<Vec<TokenId>> {
        let songs = training.windows().songs().iter().zip(flags);
        songs.filter(|(_, flag)| **flag == is_held_out).map(|(song, _)| song.tokens.to_vec()).collect()
    };
    let ngrams = Ngrams::learn(songs(false), 4, training.spec().vocab_size());
    let nats: f64 = songs(true).iter().flat_map(|song| (1..80).map(|at| ngrams.nats(&song[..at], song[at]))).sum();
    let baseline = training.baseline();
    assert!((baseline.counting.unwrap() - nats / 158.0).abs() < 1e-12, "{baseline:?}");
    assert_eq!(baseline.unigram_entropy, unigram_entropy(songs(false)));
    let ppm = Ppm::learn(songs(false), training.spec().vocab_size());
    let nats: f64 = songs(true).iter().flat_map(|song| ppm.nats(song, 0).into_iter().skip(1)).sum();
    assert!((baseline.ppm.unwrap() - nats / 158.0).abs() < 1e-12, "{baseline:?}");
    assert!(trained(&training).progress.records[0].valid_loss.is_some());
}

#[test]
fn pieces_named_for_validation_are_all_that_is_measured_and_not_learned_from() {
    let training = training(0..12, &[30, 31]);
    assert_eq!(training.held_out_text(), "nothing of the corpus; 2 pieces for validation: 30.abc, 31.abc");
    assert_eq!((training.windows().n_training_tokens(), training.windows().n_validation_tokens()), (12 * 80, 160));
    let file = training.model_file(&trained(&training), None);
    let names: Vec<String> = file.corpus.iter().map(|entry| entry.name.clone()).collect();
    assert_eq!(names, (0..12).map(|number| format!("{number}.abc")).collect::<Vec<_>>());
}

#[test]
fn a_training_is_resumed_with_the_same_validation_pieces_only() {
    let snapshot = {
        let training = training(0..12, &[30, 31]);
        training.snapshot(&training.engine(1).unwrap(), &Default::default()).unwrap()
    };
    let refused = |other: Training| {
        let error = other.resume(&mut other.engine(1).unwrap(), &snapshot).unwrap_err();
        format!("{error}\n")
    };
    let messages =
        [refused(training(0..12, &[30])), refused(training(0..12, &[30, 32])), refused(training(0..13, &[30, 31]))];
    // Learned from, or measured.
    expect![[r#"
        it was made with 2 pieces for validation, and now there are 1; resume with the same music
        it was made with '31.abc for validation, c35a71e3186563e9c3ae9d3efcc09058e17ef796f9b69ecd4ddcbf3559277225', and now it is '32.abc for validation, 04e9717891511acd278cc51e0c1994ed2598e49e09307b4f0f4cf4e6d2fbba12'; resume with the same settings and music
        it was made with 12 pieces for training, and now there are 13; resume with the same music
    "#]].assert_eq(&messages.concat());
}
