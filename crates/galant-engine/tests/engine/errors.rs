use expect_test::expect;
use galant_engine::{Engine, EngineConfig, EngineError, Generator, REDUCTION_PLAN};
use galant_model::{InputError, Optimizer, StepModel, Trainable};
use galant_types::{Batch, Positions, Seed, TokenId};

use crate::{LSTM, RNN, STREAMS, batch, engine, weights};

#[test]
fn tokens_outside_the_vocabulary_are_refused() {
    let tokens = |token| vec![TokenId(token); 4];
    let mut engine = engine(weights(LSTM), Optimizer::adam(1e-3), 1);
    for (inputs, targets) in [(tokens(29), tokens(0)), (tokens(0), tokens(29))] {
        let batch = Batch::new(2, 2, inputs, targets, Positions::EveryToken).unwrap();
        let expected = EngineError::Input(InputError::Token { token: TokenId(29), vocab_size: 29 });
        assert_eq!(engine.train_batch(&batch, Seed(0), 1.0), Err(expected.clone()));
        assert_eq!(engine.evaluate(&batch), Err(expected));
    }
    let generator = Generator::new(weights(LSTM));
    let mut state = generator.zero_state();
    let error = generator.step(&[TokenId(29)], &mut state, &mut [0.0; 29]);
    assert_eq!(error, Err(EngineError::Input(InputError::Token { token: TokenId(29), vocab_size: 29 })));
    let error = generator.step_each(&[TokenId(29)], &mut [&mut state], &mut [0.0; 29]);
    assert_eq!(error, Err(EngineError::Input(InputError::Token { token: TokenId(29), vocab_size: 29 })));
    let error = generator.step(&[TokenId(0)], &mut state, &mut [0.0; 28]);
    assert_eq!(error, Err(EngineError::Logits { len: 28, vocab_size: 29 }));
}

#[test]
fn inputs_that_the_network_does_not_have_are_refused() {
    let mut engine = engine(weights(STREAMS), Optimizer::adam(1e-3), 1);
    let batch = batch(3, 5, Positions::EveryToken);
    let number = EngineError::Input(InputError::Number { n_inputs: 1, expected: 3 });
    assert_eq!(engine.train_batch(&batch, Seed(0), 1.0), Err(number.clone()));
    let beyond = batch.with_streams(vec![vec![TokenId(0); 15], vec![TokenId(31); 15]]).unwrap();
    let stream = EngineError::Input(InputError::Stream { stream: 2, value: TokenId(31), vocab_size: 31 });
    assert_eq!(engine.train_batch(&beyond, Seed(0), 1.0), Err(stream.clone()));
    assert_eq!(engine.evaluate(&beyond), Err(stream.clone()));
    assert_eq!(stream.to_string(), "stream 2 is 31; this network knows 31 values of it, from 0");
    let generator = Generator::new(weights(STREAMS));
    let mut state = generator.zero_state();
    let (token, beyond) = ([TokenId(0)], [0, 0, 31].map(TokenId));
    assert_eq!(generator.step(&token, &mut state, &mut [0.0; 29]), Err(number));
    assert_eq!(generator.step(&beyond, &mut state, &mut [0.0; 29]), Err(stream.clone()));
    assert_eq!(generator.step_each(&beyond, &mut [&mut state], &mut [0.0; 29]), Err(stream));
}

#[test]
fn settings_out_of_range_are_refused() {
    let config = EngineConfig { optimizer: Optimizer::adam(1e-3), clip_norm: None, threads: 1 };
    let refused = |config| Engine::new(weights(LSTM), config).unwrap_err();
    for threads in [0, EngineConfig::MAX_THREADS + 1, usize::MAX] {
        assert_eq!(refused(EngineConfig { threads, ..config }), EngineError::Threads { threads });
    }
    let clip_norm = Some(0.0);
    assert_eq!(refused(EngineConfig { clip_norm, ..config }), EngineError::ClipNorm { clip_norm: 0.0 });
    let optimizer = Optimizer::adam(-1.0);
    assert!(matches!(refused(EngineConfig { optimizer, ..config }), EngineError::Optimizer(_)));
}

#[test]
fn numbers_that_are_not_finite_stop_training_and_name_the_tensor() {
    let mut broken = weights(LSTM);
    broken.view_mut().dense[5] = f32::INFINITY;
    let mut engine = engine(broken.clone(), Optimizer::adam(1e-3), 1);
    let batch = batch(3, 5, Positions::EveryToken);
    let error = engine.train_batch(&batch, Seed(0), 1.0).unwrap_err();
    assert!(matches!(error, EngineError::NotFinite { update: 1, .. }), "{error}");
    assert_eq!(engine.weights().unwrap(), broken, "weights stay as they were");
    let error = engine.evaluate(&batch).unwrap_err();
    expect!["the loss is not finite after 0 updates, and neither are the weights of dense.weight; choose a smaller learning rate or clip the gradient"].assert_eq(&error.to_string());
}

#[test]
fn states_of_another_network_or_optimizer_are_refused() {
    let mut adam = engine(weights(LSTM), Optimizer::adam(1e-3), 1);
    let rnn = engine(weights(RNN), Optimizer::adam(1e-3), 1).training_state().unwrap();
    assert!(matches!(adam.restore(&rnn), Err(EngineError::OtherNetwork { .. })));
    let rms_prop = engine(weights(LSTM), Optimizer::rms_prop(1e-3), 1).training_state().unwrap();
    let error = adam.restore(&rms_prop).unwrap_err();
    assert!(matches!(error, EngineError::OtherOptimizer { what: "first moment", len: 0, .. }), "{error}");
}

#[test]
fn states_that_other_orders_of_addition_led_to_are_refused() {
    let mut engine = engine(weights(LSTM), Optimizer::adam(1e-3), 1);
    let mut state = engine.training_state().unwrap();
    assert_eq!(state.reduction_plan, Some(REDUCTION_PLAN));
    state.reduction_plan = Some(REDUCTION_PLAN + 1);
    assert_eq!(engine.restore(&state), Err(EngineError::OtherPlan { found: REDUCTION_PLAN + 1 }));
    // Other engines do not promise their bits; their states are as good a start as any.
    state.reduction_plan = None;
    engine.restore(&state).unwrap();
}
