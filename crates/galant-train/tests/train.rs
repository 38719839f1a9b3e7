//! The loop with a test double of an engine, whose losses are known in advance.

use std::convert::Infallible;
use std::ops::ControlFlow;

use galant_batches::{Split, Windows};
use galant_model::{Cell, Inputs, Loss, ModelSpec, Objective, Progress, Schedule, Trainable, TrainingState, Weights};
use galant_train::{Outcome, StopReason, TrainConfig, TrainError, TrainEvent, WeightChoice, overfitting_since, train};
use galant_types::{Batch, EpochRecord, Positions, Seed, Song, TokenId};

const SPEC: ModelSpec = ModelSpec {
    cell: Cell::Lstm,
    inputs: Inputs::tokens(500, 1),
    hidden_size: 1,
    n_layers: 1,
    dropout: 0.0,
    residual: false,
};

/// An engine with one weight, the number of its updates, that remembers what it was given.
struct Script {
    n_updates: u64,
    seen: Vec<(Batch, Seed)>,
    rate_factors: Vec<f64>,
    /// Validation loss by the number of updates.
    valid: fn(u64) -> f64,
    /// Training loss without dropout by the number of updates.
    train: fn(u64) -> f64,
}

impl Trainable for Script {
    type Error = Infallible;

    fn train_batch(&mut self, batch: &Batch, dropout: Seed, rate_factor: f64) -> Result<Loss, Infallible> {
        self.seen.push((batch.clone(), dropout));
        self.rate_factors.push(rate_factor);
        self.n_updates += 1;
        let n_tokens = batch.n_counted() as u64;
        Ok(Loss { nats: 2.0 * n_tokens as f64, n_tokens })
    }

    fn evaluate(&self, batch: &Batch) -> Result<Loss, Infallible> {
        let n_tokens = batch.n_counted() as u64;
        let per_token = match batch.positions() {
            Positions::Mask(_) => (self.valid)(self.n_updates),
            _ => (self.train)(self.n_updates),
        };
        Ok(Loss { nats: per_token * n_tokens as f64, n_tokens })
    }

    fn weights(&self) -> Result<Weights, Infallible> {
        let mut weights = Weights::zeros(SPEC).unwrap();
        weights.values_mut()[0] = self.n_updates as f32;
        Ok(weights)
    }

    fn training_state(&self) -> Result<TrainingState, Infallible> {
        unreachable!("the loop leaves snapshots to its observer")
    }

    fn restore(&mut self, _: &TrainingState) -> Result<(), Infallible> {
        unreachable!("the loop is given an engine that is restored already")
    }
}

fn script(valid: fn(u64) -> f64) -> Script {
    Script {
        n_updates: 0,
        seen: Vec::new(),
        rate_factors: Vec::new(),
        valid,
        train: |n_updates| 1.0 / n_updates as f64,
    }
}

/// 200 tokens, 180 of them for training: 164 windows of 16, or 11 batches of 16 an epoch.
fn windows() -> Windows {
    let song = Song { name: "scale".to_owned(), tokens: (0..200).map(TokenId).collect(), streams: Vec::new() };
    Windows::new(vec![song], Split::tails(16, 0.1)).unwrap()
}

const CONFIG: TrainConfig = TrainConfig {
    objective: Objective::LastToken,
    batch_size: 16,
    epochs: Some(6),
    steps: None,
    epoch_steps: None,
    schedule: Schedule::Constant,
    stop_at_loss: None,
    patience: None,
    unigram_loss: None,
    keep: WeightChoice::BestValidation,
    seed: Seed(4),
};

const STEPS: u64 = 11;

fn run(engine: &mut Script, config: &TrainConfig) -> Outcome {
    train(engine, &windows(), config, Progress::default(), &mut |_, _, _| ControlFlow::Continue(())).unwrap()
}

/// Falls for two epochs, then rises.
fn turns(n_updates: u64) -> f64 {
    let epoch = n_updates / STEPS;
    (epoch as f64 - 2.0).abs()
}

#[test]
fn the_best_weights_are_kept_when_validation_turns() {
    let outcome = run(&mut script(turns), &CONFIG);
    assert_eq!(outcome.reason, StopReason::Epochs);
    assert_eq!(outcome.kept_epoch, 2);
    assert_eq!(outcome.weights.values()[0], (2 * STEPS) as f32);
    let outcome = run(&mut script(turns), &TrainConfig { keep: WeightChoice::Last, ..CONFIG });
    assert_eq!((outcome.kept_epoch, outcome.weights.values()[0]), (6, (6 * STEPS) as f32));
}

#[test]
fn patience_counts_epochs_since_the_best() {
    let outcome = run(&mut script(turns), &TrainConfig { patience: Some(3), ..CONFIG });
    assert_eq!(outcome.reason, StopReason::Patience);
    assert_eq!(outcome.progress.records.len(), 5);
}

#[test]
fn patience_waits_for_a_network_that_pays_as_much_as_frequencies() {
    // The losses are 1, 0, 1, 2, 3 and 4; those of a network that is stuck are 0.1 higher.
    let stuck = |n_updates| turns(n_updates) + 0.1;
    let config = TrainConfig { patience: Some(2), unigram_loss: Some(0.1), ..CONFIG };
    let outcome = run(&mut script(stuck), &config);
    assert_eq!((outcome.reason, outcome.progress.records.len()), (StopReason::Epochs, 6));
    let outcome = run(&mut script(turns), &config);
    assert_eq!((outcome.reason, outcome.progress.records.len()), (StopReason::Patience, 4));
}

/// 32 steps of three rounds, measured every 5.
const IN_STEPS: TrainConfig =
    TrainConfig { epochs: None, steps: Some(32), epoch_steps: Some(5), schedule: Schedule::Cosine, ..CONFIG };

#[test]
fn a_training_planned_in_steps_ends_after_them_and_is_measured_at_the_last() {
    let mut engine = script(turns);
    let mut measured_at = Vec::new();
    let outcome = train(&mut engine, &windows(), &IN_STEPS, Progress::default(), &mut |engine, progress, event| {
        if let TrainEvent::Epoch { .. } = event {
            assert_eq!(engine.n_updates, progress.n_steps);
            measured_at.push(progress.n_steps);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((outcome.reason, measured_at), (StopReason::Steps, vec![5, 10, 15, 20, 25, 30, 32]));
    assert_eq!(outcome.progress.records.len(), 7);
    let expected: Vec<f64> = (0..32).map(|step| Schedule::Cosine.rate_factor(step, 32)).collect();
    assert_eq!(engine.rate_factors, expected);
}

#[test]
fn how_often_it_is_measured_does_not_change_what_a_training_reads() {
    let seen = |config| {
        let mut engine = script(turns);
        run(&mut engine, &config);
        engine.seen
    };
    let in_rounds = seen(CONFIG);
    for epoch_steps in [1, 5, STEPS, 30] {
        let in_steps = seen(TrainConfig { epoch_steps: Some(epoch_steps), ..IN_STEPS });
        assert!(in_steps == in_rounds[..32], "measured every {epoch_steps} steps");
    }
}

#[test]
fn steps_are_planned_or_follow_from_epochs() {
    let planned = |config: TrainConfig| config.planned_steps(&windows());
    assert_eq!(planned(IN_STEPS), Some(32));
    assert_eq!(planned(CONFIG), Some(6 * STEPS));
    assert_eq!(planned(TrainConfig { epochs: Some(3), ..IN_STEPS }), Some(15));
    assert_eq!(planned(TrainConfig { epochs: None, ..CONFIG }), None);
    // The rate falls to the end of the epochs planned.
    let mut engine = script(turns);
    run(&mut engine, &TrainConfig { schedule: Schedule::Cosine, ..CONFIG });
    let last = engine.rate_factors[6 * STEPS as usize - 1];
    assert!((last - 0.01).abs() < 1e-12 && engine.rate_factors[0] < 0.5, "{:?}", engine.rate_factors);
}

#[test]
fn measuring_takes_about_a_tenth_of_the_time() {
    // A validation part has 12 tokens, each read after a window of 16.
    let song = |name: usize| Song {
        name: name.to_string(),
        tokens: (0..120).map(|token| TokenId(token * 7 % 500)).collect(),
        streams: Vec::new(),
    };
    let windows = Windows::new((0..700).map(song).collect(), Split::tails(16, 0.1)).unwrap();
    for steps in [1, 4, 20, 100, 1000] {
        let config = TrainConfig { epoch_steps: Some(steps), ..IN_STEPS };
        let measured = config.measured_tokens(&windows);
        // A token measured takes a third of the time of one that is learned from; a batch of validation is not divided.
        let trained = steps * 16 * 16;
        let most = trained / 5 + 64 * 27 + trained / 10 + 16;
        assert!(measured > 0 && measured <= most, "{measured} of {most}");
    }
    let whole = TrainConfig { epoch_steps: Some(1000), ..IN_STEPS }.measured_tokens(&windows);
    assert_eq!(whole, 700 * 27 + 512 * 16);
}

#[test]
fn a_loss_to_reach_stops_training() {
    let outcome = run(&mut script(turns), &TrainConfig { stop_at_loss: Some(1.0 / 30.0), ..CONFIG });
    assert_eq!(outcome.reason, StopReason::ReachedLoss);
    assert_eq!(outcome.progress.records.len(), 3);
}

#[test]
fn overfitting_is_reported_from_the_third_epoch_without_gain() {
    let mut reported = Vec::new();
    train(&mut script(turns), &windows(), &CONFIG, Progress::default(), &mut |_, _, event| {
        if let TrainEvent::Epoch { overfitting_since, .. } = event {
            reported.push(overfitting_since);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(reported, [None, None, None, None, Some(3), Some(3)]);
}

#[test]
fn overfitting_began_after_the_best_epoch_if_only_the_training_loss_kept_falling() {
    let check_above = |unigram_loss: Option<f64>, losses: &[(f64, f64)], expected: Option<u64>| {
        let record = |(epoch, &(train_loss_without_dropout, valid_loss)): (u64, &(f64, f64))| EpochRecord {
            epoch,
            train_loss: train_loss_without_dropout,
            train_loss_without_dropout,
            valid_loss: Some(valid_loss),
        };
        let records: Vec<EpochRecord> = (1..).zip(losses).map(record).collect();
        assert_eq!(overfitting_since(&records, unigram_loss), expected, "{losses:?}");
    };
    let check = |losses: &[(f64, f64)], expected| check_above(None, losses, expected);
    check(&[], None);
    check(&[(3.0, 3.0), (2.0, 2.0), (1.5, 2.5), (1.4, 2.4)], None);
    check(&[(3.0, 3.0), (2.0, 2.0), (1.5, 2.5), (1.4, 2.4), (1.3, 2.3)], Some(3));
    check(&[(3.0, 3.0), (2.0, 2.0), (2.0, 2.5), (2.0, 2.4), (1.91, 2.3)], None);
    // The same as the second, of a network that has learned no more than frequencies, or a little more.
    let losses = [(3.0, 3.0), (2.0, 2.0), (1.5, 2.5), (1.4, 2.4), (1.3, 2.3)];
    check_above(Some(2.1), &losses, None);
    check_above(Some(2.2), &losses, Some(3));
}

#[test]
fn a_plateau_is_not_overfitting() {
    let mut engine = Script { train: |_| 1.0, ..script(turns) };
    let outcome = train(&mut engine, &windows(), &CONFIG, Progress::default(), &mut |_, _, event| {
        assert!(!matches!(event, TrainEvent::Epoch { overfitting_since: Some(_), .. }));
        ControlFlow::Continue(())
    });
    assert_eq!(outcome.unwrap().progress.records.len(), 6);
}

#[test]
fn records_have_what_was_measured() {
    let outcome = run(&mut script(turns), &TrainConfig { epochs: Some(1), ..CONFIG });
    let record = outcome.progress.records[0];
    assert_eq!((record.epoch, record.train_loss, record.valid_loss), (1, 2.0, Some(1.0)));
    assert!((record.train_loss_without_dropout - 1.0 / STEPS as f64).abs() < 1e-12);
}

#[test]
fn a_training_broken_off_anywhere_goes_on_as_if_it_had_not_been() {
    for (config, n_epochs) in [(CONFIG, 6), (IN_STEPS, 7)] {
        let mut engine = script(turns);
        let whole = run(&mut engine, &config);
        let expected = (engine.seen, engine.rate_factors);
        assert_eq!(whole.progress.records.len(), n_epochs);
        for n_events in [1, 5, 6, STEPS, STEPS + 1, STEPS + 2, 3 * (STEPS + 1)] {
            let mut engine = script(turns);
            let mut left = n_events;
            let stopped = train(&mut engine, &windows(), &config, Progress::default(), &mut |_, _, _| {
                left -= 1;
                if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
            assert_eq!(stopped.reason, StopReason::Interrupted);
            let resumed =
                train(&mut engine, &windows(), &config, stopped.progress, &mut |_, _, _| ControlFlow::Continue(()))
                    .unwrap();
            assert!((engine.seen, engine.rate_factors) == expected, "after {n_events} events");
            assert_eq!(resumed, whole);
        }
    }
}

#[test]
fn steps_are_counted_with_the_tokens_they_read() {
    let mut steps = Vec::new();
    let config = TrainConfig { epochs: Some(2), ..CONFIG };
    train(&mut script(turns), &windows(), &config, Progress::default(), &mut |_, progress, event| {
        if let TrainEvent::Step { epoch, step, n_steps, loss, n_tokens } = event {
            assert_eq!((n_steps, progress.step_in_epoch), (STEPS, step));
            steps.push((epoch, step, loss.n_tokens, n_tokens, progress.epoch_tokens));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    // The last batch has the 4 windows that are left of 164.
    let expected = |epoch| {
        (1..=STEPS).map(move |step| {
            let n_windows = if step == STEPS { 4 } else { 16 };
            (epoch, step, n_windows, 16 * n_windows, 16 * 16 * (step - 1) + 16 * n_windows)
        })
    };
    assert_eq!(steps, expected(1).chain(expected(2)).collect::<Vec<_>>());
}

#[test]
fn every_step_has_a_dropout_seed_of_its_own() {
    let mut engine = script(turns);
    run(&mut engine, &CONFIG);
    let mut seeds: Vec<u64> = engine.seen.iter().map(|(_, seed)| seed.0).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len() as u64, 6 * STEPS);
}

#[test]
fn nothing_to_do_is_an_error() {
    let config = TrainConfig { epochs: Some(0), ..CONFIG };
    let result =
        train(&mut script(turns), &windows(), &config, Progress::default(), &mut |_, _, _| ControlFlow::Continue(()));
    assert_eq!(result.unwrap_err(), TrainError::NothingToDo { what: "number of epochs" });
}
