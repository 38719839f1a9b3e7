//! Files of format 1 that PyTorch wrote, with the logits it computes; `tests/golden/make_with_torch.py` made them.

use galant_checkpoint::decode_model;
use galant_model::{Reference, StepModel};
use galant_testkit::{Tolerance, assert_close};
use galant_types::TokenId;
use serde_json::Value;

#[track_caller]
fn check_logits(model: &[u8], golden: &str) {
    let file = decode_model(model).unwrap();
    let golden: Value = serde_json::from_str(golden).unwrap();
    let numbers = |value: &Value| value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect::<Vec<_>>();
    let reference = Reference::new(&file.weights);
    let (mut state, mut logits) = (reference.zero_state(), vec![0.0; 5]);
    for (token, expected) in numbers(&golden["words"]).iter().zip(golden["logits"].as_array().unwrap()) {
        reference.step(&[TokenId(*token as u32)], &mut state, &mut logits).unwrap();
        // The sum of the two biases is rounded to f32, and so are our logits.
        assert_close("logits", &logits, &numbers(expected), Tolerance { absolute: 3e-7, relative: 0.0 });
    }
}

#[test]
fn the_second_bias_of_a_pytorch_lstm_is_folded_into_the_first() {
    check_logits(include_bytes!("../golden/lstm.safetensors"), include_str!("../golden/lstm.json"));
}

#[test]
fn the_second_bias_of_a_pytorch_rnn_is_folded_into_the_first() {
    check_logits(include_bytes!("../golden/rnn.safetensors"), include_str!("../golden/rnn.json"));
}
