//! `galant gradients`: how much of the last token's gradient reaches earlier steps.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use galant_batches::{Cut, Windows};
use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, ModelSpec, Optimizer, Reference, Trainable, Weights};
use galant_types::{Batch, Seed, Song};

use crate::args::{GradientsArgs, Rules, Transpose};
use crate::corpus::{Corpus, Dance, read_corpus};
use crate::files;
use crate::model::Model;
use crate::progress;
use crate::reading::Reading;
use crate::settings::cores;

/// How many layers the two networks have, as the lecture's.
const LAYERS: usize = 3;
/// How many windows a training step reads.
const BATCH: usize = 16;

pub(crate) fn run(args: &GradientsArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let spinner = progress::spinner("following gradients back through time");
    let csv = match &args.model {
        Some(path) => of_model(args, &Model::read(path)?)?,
        None => of_both_cells(args)?,
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

/// The gradients of a trained network, whose tokens the corpus is read in.
fn of_model(args: &GradientsArgs, model: &Model) -> anyhow::Result<String> {
    let Corpus { songs, vocabulary, .. } =
        read_corpus(&args.corpus, model.reading, Dance::default(), Transpose::NONE, Seed(args.seed))?;
    let renumber = |song: Song| {
        let tokens: Vec<_> = song.tokens.iter().filter_map(|&id| vocabulary.token(id).cloned()).collect();
        Song { tokens: model.ids(&tokens).ids, ..song }
    };
    let windows = windows(args, songs.into_iter().map(renumber).collect())?;
    Ok(format!("{HEADER}{}", rows(&model.file.weights, &probe(args, &windows))?))
}

/// The gradients of an LSTM and a vanilla RNN of the same sizes after the same training.
///
/// As they are drawn the two tell little: orthogonal recurrent weights keep a gradient's length, and only training bends
/// them and drives a vanilla RNN's units to where tanh is flat.
fn of_both_cells(args: &GradientsArgs) -> anyhow::Result<String> {
    let reading = Reading::chords(Rules::Standard);
    let Corpus { songs, vocabulary, .. } =
        read_corpus(&args.corpus, reading, Dance::default(), Transpose::NONE, Seed(args.seed))?;
    let windows = windows(args, songs)?;
    let batch = probe(args, &windows);
    let mut csv = HEADER.to_owned();
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let (vocabulary, hidden) = (vocabulary.len(), args.hidden_size);
        let spec = ModelSpec {
            cell,
            vocab_size: vocabulary,
            embedding_size: hidden,
            hidden_size: hidden,
            n_layers: LAYERS,
            dropout: 0.0,
        };
        csv += &rows(&trained(spec, &windows, args)?, &batch)?;
    }
    Ok(csv)
}

/// A network after `--steps` of `galant train`'s default settings.
fn trained(spec: ModelSpec, windows: &Windows, args: &GradientsArgs) -> anyhow::Result<Weights> {
    let seed = Seed(args.seed);
    let weights = Weights::initial_with_normal_embedding(spec, seed.child(0))?;
    let config = EngineConfig { optimizer: Optimizer::adam(3e-3), clip_norm: Some(1.0), threads: cores() };
    let mut engine = Engine::new(weights, config)?;
    let plans = windows.every_token_epoch(BATCH, args.steps.max(1), seed.child(1));
    for (plan, step) in plans.iter().take(args.steps).zip(0..) {
        engine.train_batch(&windows.batch(plan), seed.child(2).child(step))?;
    }
    Ok(engine.weights()?)
}

fn windows(args: &GradientsArgs, songs: Vec<Song>) -> anyhow::Result<Windows> {
    Ok(Windows::new(songs, Cut { window: args.window, hold_out: 0.0 })?)
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
