//! Writes a model file and prints the logits that the reference computes with it, as JSON.
//!
//! `cargo run -p galant-checkpoint --example write_model -- model.safetensors > logits.json`

use std::error::Error;

use galant_checkpoint::{ModelFile, TokenSettings, TrainingSummary, encode_model};
use galant_model::{Cell, ModelSpec, Reference, StepModel, Weights};
use galant_types::{Seed, TokenId};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file to write")?;
    let spec =
        ModelSpec { cell: Cell::Lstm, vocab_size: 90, embedding_size: 32, hidden_size: 64, n_layers: 3, dropout: 0.3 };
    let mut weights = Weights::initial(spec, Seed(3))?;
    // Fresh networks give logits near zero; larger weights give them something to differ in.
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 3.0);
    let file = ModelFile {
        weights,
        tokens: TokenSettings {
            kind: "chords".into(),
            reading: "standard".into(),
            top: None,
            grid: None,
            playback: None,
        },
        vocabulary: (0..90).map(|pitch| pitch.to_string()).collect(),
        corpus: vec![],
        training: TrainingSummary { settings: vec![], seed: Seed(3), epochs: vec![], kept_epoch: 0 },
        window: 128,
        program: concat!("write_model ", env!("CARGO_PKG_VERSION")).into(),
    };
    std::fs::write(path, encode_model(&file)?)?;

    let model = Reference::new(&file.weights);
    let (mut state, mut logits) = (model.zero_state(), vec![0.0; spec.vocab_size]);
    let tokens: Vec<u32> = (0..40).map(|i| i * 37 % 90).collect();
    let mut rows = Vec::new();
    for &token in &tokens {
        model.step(TokenId(token), &mut state, &mut logits)?;
        rows.push(logits.clone());
    }
    println!("{{\"tokens\": {tokens:?}, \"logits\": {rows:?}}}");
    Ok(())
}
