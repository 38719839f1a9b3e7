//! Trainings that cannot begin, and trainings that go on.

use std::fmt::Display;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use expect_test::expect;
use galant_checkpoint::{Snapshot, decode_snapshot, encode_model, encode_snapshot};
use galant_corpus::{Corpus, CorpusBuilder, Piece, ReadOptions, bundled, read_piece};
use galant_engine::EngineError;
use galant_model::{Cell, HoldOut, Progress, Schedule};
use galant_pipeline::{ResumeError, Settings, Training};
use galant_tokens::{GridTokenizer, Tokenizer};
use galant_train::TrainEvent;

use crate::{CHORDS, corpus, notes, rhythm, small, trained, training};

/// A snapshot of `training` after `step` of `epoch`, from a file.
fn snapshot_at(training: &Training, at: (u64, u64)) -> Snapshot {
    let mut taken = None;
    let mut engine = training.engine(1).unwrap();
    training
        .run(&mut engine, Progress::default(), &mut |engine, progress, event| match event {
            TrainEvent::Step { epoch, step, .. } if (epoch, step) == at => {
                taken = Some(encode_snapshot(&training.snapshot(engine, progress).unwrap()).unwrap());
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    decode_snapshot(&taken.unwrap()).unwrap()
}

#[test]
fn a_resumed_training_ends_as_one_that_was_never_stopped() {
    let training = training(&small(rhythm()));
    check_resuming(&training, [(1, 7), (2, 1), (2, 30)]);
}

#[test]
fn a_resumed_training_planned_in_steps_ends_as_one_that_was_never_stopped() {
    let training = training(&in_steps());
    assert_eq!(training.settings().training.epoch_steps, Some(3));
    check_resuming(&training, [(1, 2), (1, 3), (21, 1)]);
}

/// 61 steps, which are measured every 3.
fn in_steps() -> Settings {
    with(&small(rhythm()), |settings| {
        let training = &mut settings.training;
        (training.schedule, training.epochs, training.steps) = (Schedule::Cosine, None, Some(61));
        training.patience = None;
    })
}

#[track_caller]
fn check_resuming(training: &Training, moments: [(u64, u64); 3]) {
    let unbroken = encode_model(&training.model_file(&trained(training), None)).unwrap();
    for at in moments {
        let snapshot = snapshot_at(training, at);
        assert!(Settings::of_snapshot(&snapshot) == *training.settings());
        let mut engine = training.engine(2).unwrap();
        let progress = training.resume(&mut engine, &snapshot).unwrap();
        assert_eq!((progress.records.len() as u64 + 1, progress.step_in_epoch), at);
        let outcome = training.run(&mut engine, progress, &mut |_, _, _| ControlFlow::Continue(())).unwrap();
        let resumed = encode_model(&training.model_file(&outcome, None)).unwrap();
        assert!(resumed == unbroken, "resumed at {at:?}");
    }
}

#[test]
fn a_training_ends_later_if_more_epochs_are_asked_for() {
    let mut settings = small(rhythm());
    let snapshot = snapshot_at(&training(&settings), (2, 30));
    settings.training.epochs = Some(3);
    let longer = training(&settings);
    let mut engine = longer.engine(1).unwrap();
    let progress = longer.resume(&mut engine, &snapshot).unwrap();
    let outcome = longer.run(&mut engine, progress, &mut |_, _, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(outcome.weights, trained(&longer).weights);
}

fn resume(training: &Training, snapshot: &Snapshot) -> ResumeError<EngineError> {
    training.resume(&mut training.engine(1).unwrap(), snapshot).unwrap_err()
}

fn lines<E: Display>(errors: &[E]) -> String {
    errors.iter().map(|error| format!("{error}\n")).collect()
}

/// `settings` with a change.
fn with(settings: &Settings, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = settings.clone();
    change(&mut settings);
    settings
}

fn tune(name: &str, text: &str) -> Piece {
    read_piece(name, format!("X:1\nM:4/4\nL:1/4\nK:C\n{text}\n").as_bytes(), ReadOptions::default()).unwrap()
}

/// The minuet, and perhaps a tune.
fn minuet_and(tunes: &[Piece], settings: &Settings) -> Corpus {
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    builder.add(&bundled::collection("mozart").unwrap()[0].read().unwrap());
    tunes.iter().for_each(|tune| assert!(builder.add(tune) > 0));
    builder.build(settings.training.transpose.clone()).unwrap()
}

#[test]
fn a_snapshot_of_another_training_is_refused() {
    let settings = small(rhythm());
    let snapshot = snapshot_at(&training(&settings), (2, 30));
    let changes: [fn(&mut Settings); 10] = [
        |settings| settings.tokenizer = notes(),
        |settings| settings.network.cell = Cell::VanillaRnn,
        |settings| settings.network.hidden_size = 13,
        |settings| settings.network.dropout = 0.25,
        |settings| settings.training.window = 17,
        |settings| settings.training.hold_out = HoldOut::Tails(0.1),
        |settings| settings.training.clip_norm = None,
        |settings| settings.training.schedule = Schedule::Cosine,
        |settings| settings.training.transpose = -1..=0,
        |settings| settings.training.seed.0 = 2,
    ];
    let errors = changes.map(|change| resume(&training(&with(&settings, change)), &snapshot));
    expect![[r#"
        it was made with 'tokenizer rhythm', and now it is 'tokenizer notes'; resume with the same settings and music
        it was made with 'cell lstm', and now it is 'cell rnn'; resume with the same settings and music
        it was made with 'hidden-size 12', and now it is 'hidden-size 13'; resume with the same settings and music
        it was made with 'dropout 0.3', and now it is 'dropout 0.25'; resume with the same settings and music
        it was made with 'window 16', and now it is 'window 17'; resume with the same settings and music
        it was made with 'hold-out 0.1 of the pieces', and now it is 'hold-out 0.1 of each piece'; resume with the same settings and music
        it was made with 'clip-norm 1', and now it is 'clip-norm none'; resume with the same settings and music
        it was made with 'schedule constant', and now it is 'schedule cosine'; resume with the same settings and music
        it was made with 'transpose 0..=0', and now it is 'transpose -1..=0'; resume with the same settings and music
        it was made with 'seed 1', and now it is 'seed 2'; resume with the same settings and music
    "#]]
    .assert_eq(&lines(&errors));

    let shorter = with(&settings, |settings| settings.training.epochs = Some(1));
    expect!["it is from epoch 2, past the 1 asked for; train for 2 epochs or more"]
        .assert_eq(&resume(&training(&shorter), &snapshot).to_string());

    // Where the rate falls until the last step, the number of steps decides what is learned.
    let snapshot = snapshot_at(&training(&in_steps()), (2, 1));
    let longer = with(&in_steps(), |settings| settings.training.steps = Some(62));
    expect!["it was made with 'steps 61', and now it is 'steps 62'; resume with the same settings and music"]
        .assert_eq(&resume(&training(&longer), &snapshot).to_string());
    let constant = with(&in_steps(), |settings| settings.training.schedule = Schedule::Constant);
    let snapshot = snapshot_at(&training(&constant), (2, 1));
    let shorter = with(&constant, |settings| settings.training.steps = Some(3));
    expect!["it is from step 4, past the 3 asked for; train for 4 steps or more"]
        .assert_eq(&resume(&training(&shorter), &snapshot).to_string());
}

#[test]
fn a_snapshot_of_other_songs_is_refused() {
    let settings = small(rhythm());
    let scale = || tune("tune.abc", "CDEF|GABc|cBAG|FEDC|");
    let made_of = |tunes: &[_]| Training::new(minuet_and(tunes, &settings), settings.clone()).unwrap();
    let snapshot = snapshot_at(&made_of(&[scale()]), (1, 1));
    let others = [
        made_of(&[]),
        made_of(&[scale(), tune("more.abc", "CEGE|CEGE|CEGE|CEGE|")]),
        made_of(&[tune("renamed.abc", "CDEF|GABc|cBAG|FEDC|")]),
        made_of(&[tune("tune.abc", "CDEF|GABc|cBAG|FEDE|")]),
    ];
    expect![[r#"
        it was made with 2 pieces for training, and now there are 1; resume with the same music
        it was made with 2 pieces for training, and now there are 3; resume with the same music
        it was made with 'tune.abc for training, cdbcb6fd08cdbc284ee7218e34efb03fe59cee83a46717922c75f03fed427b8c', and now it is 'renamed.abc for training, cdbcb6fd08cdbc284ee7218e34efb03fe59cee83a46717922c75f03fed427b8c'; resume with the same settings and music
        it was made with 'tune.abc for training, cdbcb6fd08cdbc284ee7218e34efb03fe59cee83a46717922c75f03fed427b8c', and now it is 'tune.abc for training, 458f9dd9259a81ed8e69a48d57e2cf38bdb26a1ccd1558e15927c6ce72f069a0'; resume with the same settings and music
    "#]].assert_eq(&lines(&others.map(|training| resume(&training, &snapshot))));
}

#[test]
fn a_state_of_another_optimizer_is_refused_by_the_engine() {
    let training = training(&small(rhythm()));
    let mut snapshot = snapshot_at(&training, (1, 1));
    snapshot.state.first_moment.clear();
    assert!(matches!(resume(&training, &snapshot), ResumeError::Engine { .. }));
}

#[test]
fn settings_and_music_that_make_no_training_are_refused() {
    let settings = small(rhythm());
    let monotone = {
        let mut builder = CorpusBuilder::new(settings.tokenizer);
        builder.add(&tune("tune.abc", &"CCCC|".repeat(9)));
        builder.build(0..=0).unwrap()
    };
    let refused = |change: fn(&mut Settings)| Training::new(corpus(&settings), with(&settings, change)).unwrap_err();
    let errors = [
        refused(|settings| settings.tokenizer = CHORDS),
        refused(|settings| {
            settings.tokenizer =
                Tokenizer::Rhythm(GridTokenizer { top: NonZeroUsize::new(1), ..GridTokenizer::default() });
        }),
        refused(|settings| settings.training.batch_size = 1 << 20),
        refused(|settings| settings.training.batch_size = 0),
        refused(|settings| settings.training.window = 0),
        refused(|settings| settings.training.window = 60_000),
        refused(|settings| settings.training.hold_out = HoldOut::Pieces(1.0)),
        refused(|settings| settings.training.epochs = Some(0)),
        refused(|settings| settings.passes = Some(0)),
        refused(|settings| {
            (settings.training.schedule, settings.training.epochs) = (Schedule::Cosine, None);
        }),
        refused(|settings| settings.training.clip_norm = Some(-1.0)),
        refused(|settings| settings.network.hidden_size = 0),
        refused(|settings| settings.network.dropout = 1.0),
        Training::new(monotone, settings.clone()).unwrap_err(),
    ];
    expect![[r#"
        the corpus was encoded with rhythm (grid 12, top all), the settings say chords (standard rules, top all); encode it with the same settings
        the corpus was encoded with rhythm (grid 12, top all), the settings say rhythm (grid 12, top 1); encode it with the same settings
        a batch of 1048576 windows is larger than the corpus, which has 1654 of 16 tokens; choose a batch of at most 1654, or a shorter window
        the batch size is 0; it must be at least 1
        the window is 0 tokens; it must be 1 to 65536
        no song has a training part longer than the window of 60000 tokens: the longest of 2, "K. 331 III, Rondo alla turca", has 1480; choose a shorter window or longer songs
        the share held out for validation is 1; it must be at least 0 and below 1
        the number of epochs is 0; it must be at least 1
        the number of passes is 0; it must be at least 1
        a cosine schedule falls until the last step planned, and neither steps nor epochs are; plan one of them, or keep the rate constant
        the norm at which gradients are clipped is -1; it must be above 0 and finite
        hidden size is 0; it must be 1 to 16384
        dropout is 1; it must be at least 0 and below 1
        all tokens of the music are the same, so there is nothing to learn; give more music, or keep more notes of a chord
    "#]].assert_eq(&lines(&errors));
}
