//! `galant evaluate`: how well a network predicts music.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, ensure};
use galant_corpus::{HeldOut, Leaks, ReadOptions, Strictness, Tune};
use galant_evaluate::dice::{self, DiceCorpus, DiceError};
use galant_evaluate::{Counting, Likelihood, LikelihoodTable, PieceReading};
use galant_pipeline::{LoadedModel, Seeds};

use crate::args::EvaluateArgs;
use crate::books;
use crate::corpus::{DICE, is_dice};
use crate::inputs::Inputs;
use crate::{exit, model, music, printable, progress};

/// The share of unknown tokens over which there is a warning.
const MAX_UNKNOWN: f64 = 0.01;

pub(crate) fn run(args: &EvaluateArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    if args.files.iter().any(|path| path.as_os_str() == DICE) {
        ensure!(is_dice(&args.files), "{DICE} is evaluated alone; evaluate files in a second command");
        ensure!(args.given.is_empty(), "--given only applies to files; the waltzes of {DICE} have no parts");
        ensure!(args.hold_out.is_none(), "--hold-out only applies to files; the waltzes of {DICE} are new");
        ensure!(
            args.corpus.is_empty(),
            "--corpus only applies to files; the entropy of the waltzes of {DICE} is known"
        );
        return evaluate_dice(&model, args.json, out);
    }
    let options = ReadOptions { rules: model.file().read_rules, strictness };
    let given = if args.given.is_empty() { Vec::new() } else { model.parts_called(&args.given)? };
    let counted = if args.corpus.is_empty() { None } else { Some(Counted::read(&model, args, options)?) };
    let mut n_counted = 0;
    let mut tunes = Vec::new();
    let mut table = LikelihoodTable::default();
    let mut inputs = Inputs::default();
    books::each_piece_of(&args.files, options, &mut inputs, &mut |path, name, piece| {
        music::warn_of_percussion(Path::new(name), piece);
        let reading = PieceReading::with_given(model.file(), &piece.score, model.style_of(path), &given);
        if let Some(error) = reading.refused() {
            return Err(anyhow::Error::new(error.clone()).context(format!("reading {name}")));
        }
        let likelihood = reading.likelihood(model.generator(), args.hold_out);
        let likelihood = likelihood.with_context(|| format!("reading {name}"))?;
        if let Some(counted) = &counted {
            table.add_counting(&reading.counting(&counted.models, args.hold_out, &likelihood));
            n_counted += usize::from(args.hold_out.is_none() && counted.pieces.contains(&piece.sha256.0));
        }
        table.add(name, likelihood);
        tunes.extend(counted.as_ref().map(|_| Tune::of(&piece.score)));
        Ok(())
    })?;
    let code = inputs.finish()?;
    if let Some(counted) = counted.as_ref().filter(|_| args.hold_out.is_none()) {
        table.set_clean(&counted.are_clean(&tunes));
    }
    if args.json {
        writeln!(out, "{}", table.to_json())?;
    } else {
        write!(out, "{table}")?;
    }
    warn_unknown(table.total());
    if n_counted > 0 {
        printable::warn(&format!(
            "{n_counted} of the pieces are in --corpus, too: what counts them knows them; name other music, or give --hold-out"
        ));
    }
    let n_predicted = table.total().loss.n_tokens;
    ensure!(
        n_predicted > 0,
        "no token could be predicted: the files have no notes with a pitch, or none that the model knows"
    );
    Ok(exit::of_both(code, counted.map_or(ExitCode::SUCCESS, |counted| counted.code)))
}

/// What only counts the music of --corpus.
struct Counted {
    models: Counting,
    /// The hashes of the files counted.
    pieces: BTreeSet<[u8; 32]>,
    tunes: Vec<Tune>,
    /// 1 if some files could not be read.
    code: ExitCode,
}

impl Counted {
    fn read(model: &LoadedModel, args: &EvaluateArgs, options: ReadOptions) -> anyhow::Result<Counted> {
        let (mut songs, mut pieces, mut tunes) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut inputs = Inputs::default();
        for path in inputs.files(&args.corpus) {
            books::each_piece(&path, options, &mut |found| {
                let Some(piece) = inputs.take(found.piece) else { return Ok(()) };
                let reading = PieceReading::new(model.file(), &piece.score, None);
                let n_counted = args.hold_out.map_or(reading.tokens().len(), |_| reading.n_context(args.hold_out));
                songs.push(reading.encoded().ids[..n_counted].to_vec());
                pieces.insert(piece.sha256.0);
                tunes.push(Tune::of(&piece.score));
                Ok(())
            })?;
        }
        let code = inputs.finish()?;
        let models = Counting::learn(songs.iter().map(Vec::as_slice), model.file().vocabulary.len());
        Ok(Counted { models, pieces, tunes, code })
    }

    /// For each of `asked` whether little of it is in the music counted.
    fn are_clean(&self, asked: &[Tune]) -> Vec<bool> {
        let all: Vec<&Tune> = self.tunes.iter().chain(asked).collect();
        let n_counted = self.tunes.len();
        let leaks = Leaks::of(&all, &HeldOut::Named((0..all.len()).map(|piece| piece >= n_counted).collect()));
        (n_counted..all.len()).map(|piece| leaks.is_clean(piece)).collect()
    }
}

/// Warns where unknown tokens matter: what they cost is no prediction of the network.
fn warn_unknown(total: &Likelihood) {
    let share = total.unknown_share().unwrap_or(0.0);
    if share > MAX_UNKNOWN {
        let known = total.nats_per_note().map_or("-".to_owned(), |nats| format!("{nats:.4}"));
        printable::warn(&format!(
            "{:.1} % of the tokens are not in the vocabulary; nats/note and nats/quarter charge each for being spelled out at \
             random, and without them nats/note is {known}",
            100.0 * share
        ));
    }
}

/// How well a network knows the waltzes of the dice game.
fn evaluate_dice(model: &LoadedModel, json: bool, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let spinner = progress::spinner("reading and composing waltzes");
    let corpus = DiceCorpus::of(model.file(), Seeds::of(model.file().settings.seed).corpus);
    let evaluation = dice::evaluate(model.generator(), model.file(), &corpus).map_err(|error| match error {
        DiceError::Unknown { .. } => anyhow!("{error}: `galant train --corpus {DICE}`"),
        _ => error.into(),
    })?;
    drop(spinner);
    if json {
        writeln!(out, "{}", evaluation.to_json())?;
    } else {
        write!(out, "{evaluation}")?;
    }
    Ok(ExitCode::SUCCESS)
}
