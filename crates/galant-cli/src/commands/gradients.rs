//! `galant gradients`: how much of the last token's gradient reaches earlier steps.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use galant_batches::{Split, Windows};
use galant_corpus::dice::DiceGame;
use galant_corpus::{Corpus, ReadOptions, Strictness};
use galant_engine::{Engine, EngineConfig};
use galant_midi::ReadRules;
use galant_model::{Cell, Initialization, ModelSpec, Optimizer, Reference, Trainable, Weights};
use galant_pipeline::LoadedModel;
use galant_tokens::{ChordRules, ChordTokenizer, Tokenizer};
use galant_types::{Batch, Seed, Song};

use crate::args::GradientsArgs;
use crate::corpus::{self, CorpusOptions};
use crate::threads::cores;
use crate::{files, model, progress};

/// How many layers the two networks have, as the lecture's.
const LAYERS: usize = 3;
/// How many windows a training step reads.
const BATCH: usize = 16;

pub(crate) fn run(args: &GradientsArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let spinner = progress::spinner("following gradients back through time");
    let csv = match &args.model {
        Some(path) => of_model(args, &model::read(path)?, strictness)?,
        None => of_both_cells(args, strictness)?,
    };
    spinner.finish_and_clear();
    match &args.out {
        Some(path) => {
            files::write(path, csv.as_bytes())?;
            writeln!(out, "wrote {}", path.display())?;
        }
        None => out.write_all(csv.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read_corpus(args: &GradientsArgs, read: ReadOptions, tokenizer: Tokenizer) -> anyhow::Result<Corpus> {
    let (dice, seed) = (DiceGame::default(), Seed(args.seed));
    corpus::read(&args.corpus, &CorpusOptions { read, tokenizer, transpose: 0..=0, dice, seed })
}

/// The gradients of a trained network, by whose vocabulary the corpus is read.
fn of_model(args: &GradientsArgs, model: &LoadedModel, strictness: Strictness) -> anyhow::Result<String> {
    let file = model.file();
    let options = ReadOptions { rules: file.read_rules, strictness };
    let Corpus { songs, vocabulary, .. } = read_corpus(args, options, file.tokenizer)?;
    let renumber = |song: Song| {
        let tokens: Vec<_> = song.tokens.iter().filter_map(|&id| vocabulary.token(id).cloned()).collect();
        Song { tokens: file.vocabulary.ids(&tokens).ids, ..song }
    };
    let windows = windows(args, songs.into_iter().map(renumber).collect())?;
    Ok(format!("{HEADER}{}", rows(&file.weights, &probe(args, &windows))?))
}

/// The gradients of an LSTM and a vanilla RNN of the same sizes after the same training.
///
/// Initial weights say little: orthogonal recurrent weights keep a gradient's length, and only training bends them and
/// drives a vanilla RNN's units to where tanh is flat.
fn of_both_cells(args: &GradientsArgs, strictness: Strictness) -> anyhow::Result<String> {
    let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
    let options = ReadOptions { rules: ReadRules::Standard, strictness };
    let Corpus { songs, vocabulary, .. } = read_corpus(args, options, tokenizer)?;
    let windows = windows(args, songs)?;
    let batch = probe(args, &windows);
    let mut csv = HEADER.to_owned();
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let (vocab_size, hidden_size) = (vocabulary.len(), args.hidden_size);
        let spec = ModelSpec {
            cell,
            vocab_size,
            embedding_size: hidden_size,
            hidden_size,
            n_layers: LAYERS,
            dropout: 0.0,
            residual: false,
        };
        csv += &rows(&trained(spec, &windows, args)?, &batch)?;
    }
    Ok(csv)
}

/// A network after `--steps` of `galant train`'s default settings.
fn trained(spec: ModelSpec, windows: &Windows, args: &GradientsArgs) -> anyhow::Result<Weights> {
    let seed = Seed(args.seed);
    let weights = Weights::initial(spec, Initialization::NormalEmbedding, seed.child(0))?;
    let config = EngineConfig { optimizer: Optimizer::adam(3e-3), clip_norm: Some(1.0), threads: cores() };
    let mut engine = Engine::new(weights, config)?;
    let plans = windows.every_token_epoch(BATCH, args.steps.max(1), seed.child(1));
    for (plan, step) in plans.iter().take(args.steps).zip(0..) {
        engine.train_batch(&windows.batch(plan), seed.child(2).child(step))?;
    }
    Ok(engine.weights()?)
}

fn windows(args: &GradientsArgs, songs: Vec<Song>) -> anyhow::Result<Windows> {
    Ok(Windows::new(songs, Split { window: args.window, hold_out: 0.0 })?)
}

/// The windows that are measured.
fn probe(args: &GradientsArgs, windows: &Windows) -> Batch {
    let n_windows = args.windows.get();
    windows.batch(&windows.probe(n_windows, n_windows, Seed(args.seed))[0])
}

const HEADER: &str = "steps_back,cell,layer,norm\n";

/// A row for each step and layer: ‖∂(mean loss of the last tokens)/∂h‖ of the hidden state so many steps before the last.
fn rows(weights: &Weights, batch: &Batch) -> anyhow::Result<String> {
    let cell = weights.spec().cell.name();
    let gradients = Reference::new(weights).gradients(batch, None)?;
    let mut rows = String::new();
    for (norms, layer) in gradients.hidden_norms.iter().zip(1..) {
        for (steps_back, norm) in norms.iter().rev().enumerate() {
            writeln!(rows, "{steps_back},{cell},{layer},{norm:e}")?;
        }
    }
    Ok(rows)
}
