//! `galant compose`: a piece by a trained network.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_engine::Generator;
use galant_sample::{ComposedWord, Draw, LoopControl, Rules, Strategy, Task, compose, random_primer};
use galant_types::{Seed, TokenId};

use crate::args::{ComposeArgs, StrategyArg};
use crate::corpus::read_piece;
use crate::model::Model;

use super::encode::write_midi;

pub(crate) fn run(args: &ComposeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    ensure!(args.words > 0, "0 words asked for; a piece needs at least 1");
    let model = Model::read(&args.model)?;
    let seed = Seed(args.seed);
    let primer = match &args.primer {
        Some(path) => read_primer(path, &model)?,
        None => random_primer(model.vocabulary.len(), model.file.window, seed)?,
    };
    let generator = Generator::new(model.file.weights.clone());
    let mut composed = Vec::new();
    let task = Task { primer: &primer, n_words: args.words, rules: &Rules::default(), seed };
    let words = compose(&generator, &task, &strategy(args), &mut |word| composed.push(*word))?;
    if args.verbose {
        for (number, word) in composed.iter().enumerate() {
            print_word(number, word, &model, out)?;
        }
    }
    let chords: Vec<_> = words.iter().map(|&token| model.chord(token).clone()).collect();
    write_midi(&args.out, &chords)?;
    let surprise = composed.iter().map(|word| word.nats).sum::<f64>() / composed.len() as f64;
    writeln!(
        out,
        "wrote {}: {} words, seed {}, {surprise:.2} nats per word under the model",
        args.out.display(),
        words.len(),
        args.seed
    )?;
    Ok(ExitCode::SUCCESS)
}

fn strategy(args: &ComposeArgs) -> Strategy {
    match args.strategy {
        StrategyArg::Greedy => Strategy::Greedy,
        StrategyArg::Random => {
            Strategy::Random(Draw { loop_control: Some(LoopControl::default()), ..Draw::at(args.temperature) })
        }
    }
}

/// The words of a MIDI file, with those the model does not know replaced by the nearest and told.
fn read_primer(path: &Path, model: &Model) -> anyhow::Result<Vec<TokenId>> {
    let piece = read_piece(path, model.reading)?;
    let tokens = model.tokens(&piece.chords);
    for &place in &tokens.unknown {
        let (word, nearest) = (&piece.chords[place], model.chord(tokens.tokens[place]));
        eprintln!(
            "warning: {}: word {place}, {word}, is not in the vocabulary; {nearest} stands for it",
            path.display()
        );
    }
    (!tokens.tokens.is_empty())
        .then_some(tokens.tokens)
        .with_context(|| format!("reading {}: it has no notes to go on from", path.display()))
}

fn print_word(number: usize, word: &ComposedWord, model: &Model, out: &mut impl Write) -> anyhow::Result<()> {
    write!(out, "#{number}: {}", model.chord(word.token))?;
    if let Some(temperature) = word.temperature {
        write!(out, ", T={temperature:.2}")?;
    }
    writeln!(out, ", {:.2} nats", word.nats)?;
    Ok(())
}
