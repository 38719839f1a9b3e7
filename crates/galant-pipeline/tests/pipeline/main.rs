//! The two ways through Galant, from the outside.

mod avoid;
mod beginning_weights;
mod beginnings;
mod best_of;
mod constraints;
mod corpus_size;
mod harmonize;
mod hold_out;
mod make_plans;
mod pieces;
mod planning;
mod primers;
mod record;
mod record_texts;
mod requests;
mod resume;
mod voices;
mod watching;
mod whole_way;

use std::ops::ControlFlow;

use galant_corpus::{Corpus, CorpusBuilder, bundled};
use galant_model::{Progress, Schedule};
use galant_pipeline::{LoadedModel, Preset, Settings, Training};
use galant_tokens::{ChordRules, ChordTokenizer, GridTokenizer, Tokenizer};
use galant_train::{Outcome, StopReason};

const CHORDS: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });

fn rhythm() -> Tokenizer {
    Tokenizer::Rhythm(GridTokenizer::default())
}

fn notes() -> Tokenizer {
    Tokenizer::Notes(GridTokenizer::default())
}

/// Settings of a training that takes a moment.
fn small(tokenizer: Tokenizer) -> Settings {
    let mut settings = Preset::Default.settings();
    settings.set_tokenizer(tokenizer);
    settings.network.embedding_size = 8;
    settings.network.hidden_size = 12;
    settings.network.n_layers = 1;
    settings.training.window = 16;
    settings.training.batch_size = 4;
    settings.training.epochs = Some(2);
    settings.training.schedule = Schedule::Constant;
    (settings.training.steps, settings.passes) = (None, None);
    settings.training.transpose = 0..=0;
    settings
}

/// A minuet and a rondo.
fn corpus(settings: &Settings) -> Corpus {
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    let mozart = bundled::collection("mozart").unwrap();
    for piece in [mozart[0], mozart[mozart.len() - 1]] {
        assert!(builder.add(&piece.read().unwrap()) > 0, "{}", piece.name);
    }
    builder.build(settings.training.transpose.clone()).unwrap()
}

fn training(settings: &Settings) -> Training {
    Training::new(corpus(settings), settings.clone()).unwrap()
}

fn trained(training: &Training) -> Outcome {
    let mut engine = training.engine(1).unwrap();
    training.run(&mut engine, Progress::default(), &mut |_, _, _| ControlFlow::Continue(())).unwrap()
}

/// A model that has learned nothing, so that only rules decide what its pieces are like.
fn untrained(tokenizer: Tokenizer) -> LoadedModel {
    loaded(&training(&small(tokenizer)))
}

/// A model of what a training begins with.
fn loaded(training: &Training) -> LoadedModel {
    let weights = training.initial_weights();
    let outcome = Outcome { weights, kept_epoch: 0, progress: Progress::default(), reason: StopReason::Interrupted };
    LoadedModel::new(training.model_file(&outcome, None)).unwrap()
}
