//! Writes a model file and prints the logits that the reference computes with it, as JSON.
//!
//! `cargo run -p galant-checkpoint --example write_model -- model.safetensors > logits.json`

use std::error::Error;

use galant_checkpoint::{ModelFile, TrainingSummary, WordSettings, encode_model};
use galant_model::{Cell, ModelSpec, Reference, StepModel, Weights};
use galant_types::{Seed, TokenId};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file to write")?;
    let spec = ModelSpec { cell: Cell::Lstm, vocabulary: 90, embedding: 32, hidden: 64, layers: 3, dropout: 0.3 };
    let mut weights = Weights::initial(spec, Seed(3))?;
    // Fresh networks give logits near zero; larger weights give them something to differ in.
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 3.0);
    let file = ModelFile {
        weights,
        words: WordSettings {
            kind: "chords".into(),
            reading: "standard".into(),
            top: None,
            grid: None,
            performance: None,
        },
        vocabulary: (0..90).map(|pitch| pitch.to_string()).collect(),
        corpus: vec![],
        training: TrainingSummary { settings: vec![], seed: Seed(3), epochs: vec![], kept_epoch: 0 },
        window: 128,
        program: concat!("write_model ", env!("CARGO_PKG_VERSION")).into(),
    };
    std::fs::write(path, encode_model(&file)?)?;

    let model = Reference::new(&file.weights);
    let (mut state, mut logits) = (model.zero_state(), vec![0.0; spec.vocabulary]);
    let words: Vec<u32> = (0..40).map(|i| i * 37 % 90).collect();
    let mut rows = Vec::new();
    for &word in &words {
        model.step(TokenId(word), &mut state, &mut logits)?;
        rows.push(logits.clone());
    }
    println!("{{\"words\": {words:?}, \"logits\": {rows:?}}}");
    Ok(())
}
