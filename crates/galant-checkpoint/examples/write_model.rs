//! Writes a model file and prints the logits that the reference computes with it, as JSON.
//!
//! `cargo run -p galant-checkpoint --example write_model -- model.safetensors > logits.json`

use std::error::Error;

use galant_checkpoint::{ModelFile, encode_model};
use galant_midi::ReadRules;
use galant_model::{
    Cell, HoldOut, Initialization, Inputs, ModelSpec, Objective, Optimizer, Reference, Schedule, StepModel,
    TrainingSettings, Weights,
};
use galant_tokens::stream::StreamSet;
use galant_tokens::{ChordTokenizer, Tokenizer, Vocabulary};
use galant_types::{Playback, Seed, TokenId};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the file to write")?;
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(90, 32),
        hidden_size: 64,
        n_layers: 3,
        dropout: 0.3,
        residual: false,
    };
    let mut weights = Weights::initial(spec, Initialization::Keras, Seed(3))?;
    // The logits of an untrained network are almost zero; those of larger weights have something to differ in.
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 3.0);
    let tokenizer = Tokenizer::Chords(ChordTokenizer::default());
    let tokens = (0..90).map(|pitch| tokenizer.parse(&pitch.to_string()));
    let file = ModelFile {
        weights,
        read_rules: ReadRules::Standard,
        tokenizer,
        vocabulary: Vocabulary::from_tokens(tokens.collect::<Result<_, _>>()?)?,
        streams: StreamSet::default(),
        openings: Vec::new(),
        parts: Vec::new(),
        playback: Playback::default(),
        corpus: vec![],
        settings: TrainingSettings {
            objective: Objective::EveryToken,
            optimizer: Optimizer::adam(3e-3),
            schedule: Schedule::Constant,
            clip_norm: None,
            initialization: Initialization::Keras,
            window: 128,
            batch_size: 16,
            hold_out: HoldOut::Tails(0.0),
            transpose: 0..=0,
            epochs: None,
            steps: None,
            epoch_steps: None,
            stop_at_loss: None,
            patience: None,
            seed: Seed(3),
        },
        engine: None,
        epochs: vec![],
        kept_epoch: 0,
        unfinished_after: None,
        unigram_loss: None,
        program: concat!("write_model ", env!("CARGO_PKG_VERSION")).into(),
    };
    std::fs::write(path, encode_model(&file)?)?;

    let model = Reference::new(&file.weights);
    let (mut state, mut logits) = (model.zero_state(), vec![0.0; spec.vocab_size()]);
    let tokens: Vec<u32> = (0..40).map(|i| i * 37 % 90).collect();
    let mut rows = Vec::new();
    for &token in &tokens {
        model.step(&[TokenId(token)], &mut state, &mut logits)?;
        rows.push(logits.clone());
    }
    println!("{{\"tokens\": {tokens:?}, \"logits\": {rows:?}}}");
    Ok(())
}
