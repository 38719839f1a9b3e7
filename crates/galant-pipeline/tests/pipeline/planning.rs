//! How long a training is: in epochs, passes, steps and minutes.

use galant_model::{Schedule, TrainingSettings};
use galant_pipeline::{Settings, Speed, Training, VocabularyShare};
use galant_types::{Song, TokenId};

use crate::{corpus, rhythm, small, training};

/// A training planned otherwise than in epochs.
fn planned(steps: Option<u64>, passes: Option<u64>) -> Training {
    let mut settings = Settings { passes, ..small(rhythm()) };
    let training_settings = &mut settings.training;
    (training_settings.schedule, training_settings.epochs, training_settings.steps) = (Schedule::Cosine, None, steps);
    training(&settings)
}

#[test]
fn the_fewer_of_steps_and_passes_are_planned() {
    let pass = planned(Some(1), None).steps_per_pass();
    // Two pieces of 1,686 tokens for training, in windows of 16 and batches of 4.
    assert_eq!(pass, 27);
    let lengths = |steps, passes| {
        let settings = planned(steps, passes).settings().clone();
        assert_eq!((settings.passes, settings.training.epochs), (None, None));
        (settings.training.steps.unwrap(), settings.training.epoch_steps.unwrap())
    };
    assert_eq!(lengths(None, Some(40)), (40 * 27, 27));
    assert_eq!(lengths(Some(1000), Some(40)), (1000, 27));
    assert_eq!(lengths(Some(100), Some(40)), (100, 5));
    assert_eq!(lengths(Some(10_000), Some(40)), (40 * 27, 27));
    assert_eq!(lengths(Some(10_000), None), (10_000, 100));
}

#[test]
fn a_training_in_epochs_keeps_them() {
    let settings = small(rhythm());
    let training = training(&settings);
    assert_eq!(*training.settings(), settings);
    // 50 steps an epoch, and perhaps some more to complete a pass.
    assert!((100..115).contains(&training.planned_steps().unwrap()));
}

#[test]
fn as_many_steps_are_planned_as_there_is_time_for() {
    let speed = Speed { seconds_per_step: 0.1, seconds_per_measured_token: 1e-4 };
    let training = planned(Some(u64::MAX), None);
    for seconds in [1.0, 10.0, 60.0, 600.0] {
        let steps = training.steps_within(seconds, speed);
        let needed = |steps| training.clone().with_steps(steps).seconds(speed).unwrap();
        assert!(needed(steps) <= 0.95 * seconds, "{steps} steps in {seconds} s");
        assert!(needed(steps) > 0.8 * seconds, "{steps} steps in {seconds} s");
        // Without measurements there would be time for a few more.
        assert!((steps as f64) < 9.5 * seconds);
    }
    assert_eq!(training.steps_within(0.0, speed), 1);
    let short = planned(None, Some(2));
    assert_eq!(short.steps_within(600.0, speed), 54);
}

#[test]
fn a_plan_in_minutes_and_the_same_in_steps_are_equal() {
    let in_minutes = planned(Some(u64::MAX), None).with_steps(345);
    assert_eq!(in_minutes.settings(), planned(Some(345), None).settings());
    assert_eq!(in_minutes.planned_steps(), Some(345));
}

#[test]
fn a_trial_has_the_batches_that_training_begins_with() {
    let training = planned(Some(100), None);
    let sizes: Vec<usize> = training.trial_batches().take(3).map(|batch| batch.n_windows()).collect();
    assert_eq!(sizes, [4, 4, 4]);
}

#[test]
fn a_vocabulary_is_compared_with_the_network_and_the_corpus() {
    let training = planned(Some(1), None);
    let share = training.vocabulary_share();
    let spec = training.spec();
    assert_eq!(share.n_tokens, spec.vocab_size());
    // The output layer: a weight for each number of the layer below and a bias, for each token.
    let n_output = spec.vocab_size() * (spec.dense_input_size() + 1);
    assert_eq!(share.output, n_output as f64 / spec.n_parameters() as f64);
    let count = |id: usize| training.windows().training_parts().flatten().filter(|token| token.index() == id).count();
    let counts: Vec<usize> = (0..spec.vocab_size()).map(count).filter(|&count| count > 0).collect();
    let n_rare = counts.iter().filter(|&&count| count < 5).count();
    assert_eq!(share.rare, n_rare as f64 / counts.len() as f64);
    assert!(!share.is_huge(), "a small vocabulary is nothing to be warned of");
    let huge = |output, rare| VocabularyShare { n_tokens: 162_079, output, rare }.is_huge();
    assert_eq!([huge(0.4, 0.4), huge(0.6, 0.4), huge(0.4, 0.6)], [false, true, true]);
}

#[test]
fn a_window_is_short_enough_for_nine_of_ten_pieces() {
    let settings =
        Settings { training: TrainingSettings { window: 128, ..small(rhythm()).training }, ..small(rhythm()) };
    let chosen = |lengths: &[usize]| {
        let mut corpus = corpus(&settings);
        corpus.songs =
            lengths.iter().map(|&n| Song { tokens: vec![TokenId(0); n].into(), ..corpus.songs[0].clone() }).collect();
        settings.clone().with_window_for(&corpus).training.window
    };
    assert_eq!(chosen(&[129; 10]), 128);
    assert_eq!(chosen(&[128; 10]), 64);
    let mut lengths = vec![500; 19];
    lengths.push(40);
    assert_eq!(chosen(&lengths), 128, "a twentieth is short");
    lengths.extend([40, 40]);
    assert_eq!(chosen(&lengths), 32, "more than a tenth is short");
    assert_eq!(chosen(&[3, 4, 5]), 16);
}
