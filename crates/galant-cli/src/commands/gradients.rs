//! `galant gradients`: how much of the last token's gradient reaches earlier steps.

use std::io::Write;
use std::process::ExitCode;

use galant_corpus::dice::DiceGame;
use galant_corpus::{Corpus, ReadOptions, Strictness};
use galant_evaluate::{GradientComparison, GradientNorm, GradientProbe};
use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Tokenizer};
use galant_types::Seed;
use serde::Serialize;

use crate::args::GradientsArgs;
use crate::corpus::{self, CorpusOptions, Music};
use crate::inputs::Inputs;
use crate::progress::{self, Job};
use crate::threads::cores;
use crate::{files, model, table};

/// A row of the table.
#[derive(Serialize)]
struct Row {
    steps_back: usize,
    cell: &'static str,
    layer: usize,
    norm: f64,
}

pub(crate) fn run(args: &GradientsArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let job = match args.model {
        Some(_) => progress::spinner("following gradients back through time"),
        None => progress::bar(2 * args.steps as u64, "steps"),
    };
    let (norms, code) = measure(args, strictness, &job)?;
    drop(job);
    let row = |norm: GradientNorm| {
        let GradientNorm { steps_back, cell, layer, norm } = norm;
        Row { steps_back, cell: cell.name(), layer, norm }
    };
    let text = table::text(norms.into_iter().map(row))?;
    match &args.out {
        Some(path) => {
            files::write(path, &text)?;
            writeln!(out, "wrote {}", path.display())?;
        }
        None => out.write_all(&text)?,
    }
    Ok(code)
}

/// The gradients of the model file, or of both cells; the exit code is 1 if some of the corpus is bad.
fn measure(args: &GradientsArgs, strictness: Strictness, job: &Job) -> anyhow::Result<(Vec<GradientNorm>, ExitCode)> {
    let probe = GradientProbe { window: args.window, n_windows: args.windows.get(), seed: Seed(args.seed) };
    if let Some(path) = &args.model {
        let model = model::read(path)?;
        let options = ReadOptions { rules: model.file().read_rules, strictness };
        let (corpus, code) = read_corpus(args, options, model.file().tokenizer)?;
        return Ok((probe.of_model(model.file(), corpus)?, code));
    }
    let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
    let (corpus, code) = read_corpus(args, ReadOptions { rules: ReadRules::Standard, strictness }, tokenizer)?;
    let networks = GradientComparison { hidden_size: args.hidden_size, n_steps: args.steps, n_threads: cores() };
    Ok((probe.of_both_cells(corpus, networks, &mut || job.inc(1))?, code))
}

fn read_corpus(args: &GradientsArgs, read: ReadOptions, tokenizer: Tokenizer) -> anyhow::Result<(Corpus, ExitCode)> {
    let (dice, seed) = (DiceGame::default(), Seed(args.seed));
    let music = Music { paths: args.corpus.clone(), validation: Vec::new(), dice };
    corpus::read(&music, Inputs::default(), &CorpusOptions { read, tokenizer, transpose: 0..=0, dice, seed })
}
