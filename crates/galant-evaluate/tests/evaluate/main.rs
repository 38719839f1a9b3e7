//! What a model's predictions cost, and what it composes, from the outside.

mod dice;
mod likelihood;
mod note_surprise;
mod streams;
mod voices;

use std::convert::Infallible;

use galant_checkpoint::{CorpusEntry, ModelFile};
use galant_corpus::Piece;
use galant_midi::ReadRules;
use galant_model::{
    Cell, HoldOut, Initialization, Inputs, ModelSpec, Objective, Optimizer, Schedule, StepModel, StreamSpec,
    TrainingSettings, Weights,
};
use galant_tokens::stream::{Frame, StreamSet, StreamTally};
use galant_tokens::{GridTokenizer, Tokenizer, Vocabulary};
use galant_types::{Playback, Seed, TokenId};

fn rhythm() -> Tokenizer {
    Tokenizer::Rhythm(GridTokenizer::default())
}

fn notes() -> Tokenizer {
    Tokenizer::Notes(GridTokenizer::default())
}

/// A model whose next token depends on the last one only, by a table of probabilities.
struct Table(Vec<Vec<f64>>);

impl StepModel for Table {
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.0.len()
    }

    fn n_inputs(&self) -> usize {
        1
    }

    fn zero_state(&self) {}

    fn step(&self, inputs: &[TokenId], (): &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        // Any constant may be added to all logits.
        let row = &self.0[inputs[0].index()];
        logits.iter_mut().zip(row).for_each(|(logit, probability)| *logit = 3.0 + probability.ln() as f32);
        Ok(())
    }
}

/// A model that knows nothing: every token is equally likely.
struct Uniform(usize);

impl StepModel for Uniform {
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.0
    }

    fn n_inputs(&self) -> usize {
        1
    }

    fn zero_state(&self) {}

    fn step(&self, _: &[TokenId], (): &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        logits.fill(0.0);
        Ok(())
    }
}

/// A model file of a network of tokens only, trained on `pieces`.
fn model_file(tokenizer: Tokenizer, pieces: &[Piece]) -> ModelFile {
    model_file_with(tokenizer, pieces, &[])
}

/// A model file of a network trained on `pieces` with the streams of these names; its weights are as they are drawn.
fn model_file_with(tokenizer: Tokenizer, pieces: &[Piece], streams: &[&str]) -> ModelFile {
    let (songs, corpus): (Vec<_>, Vec<CorpusEntry>) = pieces.iter().map(|piece| piece.encode(tokenizer)).unzip();
    let vocabulary = Vocabulary::new(tokenizer, songs.iter().map(|song| song.tokens.as_slice()), 0..=0).unwrap();
    let mut tally = StreamTally::default();
    let grid = tokenizer.grid().unwrap_or_default();
    pieces.iter().for_each(|piece| tally.add(&Frame::of_score(&piece.score, grid, Some("quartets"))));
    let names = streams.iter().map(|name| name.parse().unwrap()).collect();
    let streams = StreamSet::new(tokenizer, names, tally.values()).unwrap();
    let inputs = streams.vocab_sizes(vocabulary.len()).into_iter();
    let inputs = inputs.map(|vocab_size| StreamSpec { vocab_size, embedding_size: 2, skip: true });
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: inputs.fold(Inputs::tokens(vocabulary.len(), 1), Inputs::with),
        hidden_size: 1,
        n_layers: 1,
        dropout: 0.0,
        residual: false,
    };
    ModelFile {
        weights: Weights::initial(spec, Initialization::Keras, Seed(1)).unwrap(),
        read_rules: ReadRules::Standard,
        tokenizer,
        vocabulary,
        streams,
        openings: Vec::new(),
        parts: Vec::new(),
        playback: Playback::default(),
        corpus,
        settings: TrainingSettings {
            objective: Objective::EveryToken,
            optimizer: Optimizer::adam(1e-3),
            schedule: Schedule::Constant,
            clip_norm: None,
            initialization: Initialization::Keras,
            window: 8,
            batch_size: 1,
            hold_out: HoldOut::Tails(0.0),
            transpose: 0..=0,
            epochs: Some(1),
            steps: None,
            epoch_steps: None,
            stop_at_loss: None,
            patience: None,
            seed: Seed(1),
        },
        engine: None,
        epochs: Vec::new(),
        kept_epoch: 0,
        unfinished_after: None,
        unigram_loss: None,
        program: "a test".to_owned(),
    }
}
