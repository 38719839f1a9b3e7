use galant_engine_torch::{Device, Placement, TorchConfig, TorchEngine, TorchError, TorchGenerator};
use galant_model::{InputError, Optimizer, StepModel, Trainable};
use galant_types::{Batch, Positions, Seed, TokenId};

use crate::{LSTM, RNN, STREAMS, batch, config, engine, weights};

#[test]
fn tokens_outside_the_vocabulary_are_refused() {
    let tokens = |token| vec![TokenId(token); 4];
    let mut engine = engine(&weights(LSTM), Optimizer::adam(1e-3));
    let expected = TorchError::Input(InputError::Token { token: TokenId(29), vocab_size: 29 });
    for (inputs, targets) in [(tokens(29), tokens(0)), (tokens(0), tokens(29))] {
        let batch = Batch::new(2, 2, inputs, targets, Positions::EveryToken).unwrap();
        assert_eq!(engine.train_batch(&batch, Seed(0), 1.0), Err(expected.clone()));
        assert_eq!(engine.evaluate(&batch), Err(expected.clone()));
    }
    let generator = TorchGenerator::new(&weights(LSTM), Placement::cpu(1)).unwrap();
    let mut state = generator.zero_state();
    assert_eq!(generator.step(&[TokenId(29)], &mut state, &mut [0.0; 29]), Err(expected));
    let error = generator.step(&[TokenId(0)], &mut state, &mut [0.0; 28]);
    assert_eq!(error, Err(TorchError::Logits { len: 28, vocab_size: 29 }));
}

#[test]
fn inputs_that_the_network_does_not_have_are_refused() {
    let mut engine = engine(&weights(STREAMS), Optimizer::adam(1e-3));
    let batch = batch(3, 5, Positions::EveryToken);
    let number = TorchError::Input(InputError::Number { n_inputs: 1, expected: 3 });
    assert_eq!(engine.train_batch(&batch, Seed(0), 1.0), Err(number.clone()));
    let beyond = batch.with_streams(vec![vec![TokenId(0); 15], vec![TokenId(31); 15]]).unwrap();
    let stream = TorchError::Input(InputError::Stream { stream: 2, value: TokenId(31), vocab_size: 31 });
    assert_eq!(engine.train_batch(&beyond, Seed(0), 1.0), Err(stream.clone()));
    assert_eq!(engine.evaluate(&beyond), Err(stream.clone()));
    let generator = TorchGenerator::new(&weights(STREAMS), Placement::cpu(1)).unwrap();
    let mut state = generator.zero_state();
    assert_eq!(generator.step(&[TokenId(0)], &mut state, &mut [0.0; 29]), Err(number));
    assert_eq!(generator.step(&[0, 0, 31].map(TokenId), &mut state, &mut [0.0; 29]), Err(stream));
}

#[test]
fn settings_out_of_range_are_refused() {
    let config = config(Optimizer::adam(1e-3));
    let refused = |config| TorchEngine::new(&weights(LSTM), config).unwrap_err();
    for threads in [0, 1025] {
        let placement = Placement::cpu(threads);
        assert_eq!(refused(TorchConfig { placement, ..config }), TorchError::Threads { threads });
    }
    let clip_norm = Some(0.0);
    assert_eq!(refused(TorchConfig { clip_norm, ..config }), TorchError::ClipNorm { clip_norm: 0.0 });
    let optimizer = Optimizer::adam(-1.0);
    assert!(matches!(refused(TorchConfig { optimizer, ..config }), TorchError::Optimizer(_)));
    let placement = Placement { device: Device::Cuda(1000), ..Placement::cpu(1) };
    assert!(matches!(refused(TorchConfig { placement, ..config }), TorchError::NoCudaDevice { index: 1000, .. }));
    assert!(TorchGenerator::new(&weights(LSTM), placement).is_err());
}

#[test]
fn numbers_that_are_not_finite_stop_training_and_name_the_tensor() {
    let mut broken = weights(LSTM);
    broken.view_mut().dense[5] = f32::INFINITY;
    let mut engine = engine(&broken, Optimizer::adam(1e-3));
    let batch = batch(3, 5, Positions::EveryToken);
    let before = engine.training_state().unwrap();
    let error = engine.train_batch(&batch, Seed(0), 1.0).unwrap_err();
    assert!(matches!(&error, TorchError::NotFinite { update: 1, tensor } if tensor == "embedding.weight"), "{error}");
    assert_eq!(engine.training_state().unwrap(), before, "weights and moments stay as they were");
    assert_eq!(engine.evaluate(&batch), Err(TorchError::LossNotFinite { n_updates: 0 }));
}

#[test]
fn states_of_another_network_or_optimizer_are_refused() {
    let mut adam = engine(&weights(LSTM), Optimizer::adam(1e-3));
    let rnn = engine(&weights(RNN), Optimizer::adam(1e-3)).training_state().unwrap();
    assert!(matches!(adam.restore(&rnn), Err(TorchError::OtherNetwork { .. })));
    let rms_prop = engine(&weights(LSTM), Optimizer::rms_prop(1e-3)).training_state().unwrap();
    let error = adam.restore(&rms_prop).unwrap_err();
    assert!(matches!(error, TorchError::OtherOptimizer { what: "first moment", len: 0, .. }), "{error}");
}
