//! From music to a model file, from there to a MIDI file, and back to the piece that it says it is.

use std::ops::ControlFlow;

use crate::{CHORDS, corpus, notes, rhythm, small, trained, training};
use galant_checkpoint::{Source, encode_model};
use galant_midi::ReadRules;
use galant_model::{HoldOut, Progress, Weights};
use galant_pipeline::{ComposeRequest, LoadedModel, Preset, Record, Settings, Training};
use galant_tokens::Tokenizer;
use galant_tokens::stream::Stream;

#[test]
fn a_midi_file_says_what_made_it() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let settings = small(tokenizer);
        let training = training(&settings);
        let file = training.model_file(&trained(&training), None);
        // Where all pieces have one style, there is nothing to tell apart.
        let mut kept = settings.clone();
        kept.network.streams.retain(|stream| *stream != Stream::Style);
        assert_eq!(Settings::of_model(&file), kept);
        let model = LoadedModel::new(file.clone()).unwrap();
        let midi = model.midi(&model.compose(&model.complete(&ComposeRequest::default()).unwrap()).unwrap()).unwrap();

        // Nothing but the two files is left.
        let model_bytes = encode_model(&file).unwrap();
        let again = LoadedModel::decode(&model_bytes).unwrap();
        let score = galant_midi::decode(&midi, ReadRules::Standard).unwrap().score;
        assert_eq!(Record::parse_model(&score.texts), Ok(again.sha256()));
        let record = Record::parse(&score.texts, again.file().tokenizer).unwrap();
        let piece = again.compose(&record.settings).unwrap();
        assert_eq!(again.midi(&piece).unwrap(), midi, "{tokenizer:?}");
    }
}

#[test]
fn a_model_file_says_what_it_was_trained_on() {
    let settings = small(rhythm());
    let training = training(&settings);
    let outcome = trained(&training);
    let file = training.model_file(&outcome, Some("another engine".to_owned()));
    assert_eq!(file.engine.as_deref(), Some("another engine"));
    assert_eq!(file.settings, settings.training);
    assert_eq!((file.epochs.len(), file.kept_epoch), (2, outcome.kept_epoch));
    let entries: Vec<_> = file.corpus.iter().map(|entry| (entry.name.as_str(), entry.source)).collect();
    assert_eq!(entries, [("K. 2, minuet", Source::Bundled), ("K. 331 III, Rondo alla turca", Source::Bundled)]);
    assert_eq!(file.playback, corpus(&settings).playback);
    assert!(outcome.progress.records[1].train_loss < outcome.progress.records[0].train_loss);
}

fn weights(settings: &Settings, n_threads: usize) -> Weights {
    let training = training(settings);
    let mut engine = training.engine(n_threads).unwrap();
    training.run(&mut engine, Progress::default(), &mut |_, _, _| ControlFlow::Continue(())).unwrap().weights
}

#[test]
fn counting_is_the_baseline_of_the_parts_that_the_network_sees() {
    let mut settings = small(rhythm());
    let baseline = training(&settings).baseline();
    let counting = baseline.counting.unwrap();
    // Both pieces repeat themselves, so a context is worth something, but does not say everything.
    assert!(0.5 * baseline.unigram_entropy < counting && counting < 1.5 * baseline.unigram_entropy, "{baseline:?}");
    settings.training.hold_out = HoldOut::Tails(0.0);
    let whole = training(&settings).baseline();
    assert_eq!((whole.counting, whole.ppm), (None, None));
    // The ends of pieces are read after their beginnings, which they repeat.
    assert!(baseline.ppm.unwrap() < counting, "{baseline:?}");
    assert_ne!(whole.unigram_entropy, baseline.unigram_entropy);
    // Of the tokens by hand.
    let corpus = corpus(&settings);
    let mut counts = vec![0.0_f64; corpus.vocabulary.len()];
    corpus.songs.iter().flat_map(|song| song.tokens.iter()).for_each(|token| counts[token.index()] += 1.0);
    let n: f64 = counts.iter().sum();
    let expected: f64 = counts.iter().filter(|count| **count > 0.0).map(|count| -count / n * (count / n).ln()).sum();
    assert!((whole.unigram_entropy - expected).abs() < 1e-9, "{whole:?}, {expected}");
}

#[test]
fn only_settings_decide_the_weights() {
    let mut settings = small(notes());
    settings.training.epochs = Some(1);
    settings.training.transpose = -1..=1;
    let once = weights(&settings, 1);
    assert_eq!(weights(&settings, 1), once);
    assert_eq!(weights(&settings, 2), once);
    settings.training.seed.0 += 1;
    assert_ne!(weights(&settings, 1), once);
}

#[test]
fn a_training_that_memorizes_keeps_its_last_weights() {
    let mut settings = small(rhythm());
    settings.training.epochs = None;
    settings.training.stop_at_loss = Some(2.5);
    let outcome = trained(&training(&settings));
    let records = &outcome.progress.records;
    let (last, before) = records.split_last().unwrap();
    assert!(
        last.train_loss_without_dropout <= 2.5 && before.iter().all(|record| record.train_loss_without_dropout > 2.5)
    );
    assert_eq!(outcome.kept_epoch, last.epoch);
}

#[test]
fn tokens_per_note_are_counted_in_the_validation_part() {
    let of = |tokenizer| training(&small(tokenizer)).tokens_per_note();
    // A chord token strikes one note or more; a note token is a part of a note or of the time.
    assert!(of(CHORDS).is_some_and(|ratio| ratio <= 1.0));
    assert!(of(notes()).is_some_and(|ratio| (2.0..=3.0).contains(&ratio)), "{:?}", of(notes()));
    let mut settings = small(rhythm());
    settings.training.hold_out = HoldOut::Tails(0.0);
    assert_eq!(training(&settings).tokens_per_note(), None);
}

#[test]
fn presets_of_the_lecture_make_chord_tokens() {
    for (preset, hidden_size, top) in [(Preset::LectureSong, 128, None), (Preset::LectureConcertos, 256, Some(2))] {
        let settings = preset.settings();
        assert!(matches!(settings.tokenizer, Tokenizer::Chords(_)), "{preset:?}");
        assert_eq!(settings.tokenizer.top().map(usize::from), top);
        assert_eq!((settings.network.hidden_size, settings.training.hold_out), (hidden_size, HoldOut::Tails(0.0)));
        assert_eq!(settings.training.validate(), Ok(()));
    }
    let settings = Preset::Default.settings();
    assert!(Training::new(corpus(&settings), settings).is_ok());
}
