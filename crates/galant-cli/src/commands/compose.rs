//! `galant compose`: pieces by a trained network.

mod length;
mod primer;
pub(super) mod record;
mod report;
mod settings;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, ensure};
use galant_engine::Generator;
use galant_sample::{ComposedWord, Task, compose, search};
use galant_types::{Score, Seed, TokenId};
use galant_words::Word;

use crate::args::{ComposeArgs, PieceArgs, StrategyArg};
use crate::files;
use crate::model::Model;
use crate::progress;
use crate::settings::cores;
use crate::terminal_roll::print_roll;

use record::{Record, model_hash};
use settings::Method;

pub(crate) fn run(args: &ComposeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.out {
        files::keep_apart(&args.model, path)?;
        files::ensure_ending(path, files::MIDI)?;
    }
    let workshop = Workshop::open(&args.model)?;
    let piece = length::set(args, primer::with_primer(args, &workshop.model)?, &workshop.model)?;
    let piece = settings::complete(&piece, &workshop.model)?;
    let spinner = progress::spinner("composing");
    let pieces = if args.n_best.get() > 1 {
        n_best(&workshop, &piece, args.n_best.get())?
    } else {
        compose_all(&workshop, &seeded(&piece, args.pieces.get()), args.threads)?
    };
    spinner.finish_and_clear();
    if let Some(path) = &args.out {
        for (number, piece) in pieces.iter().enumerate() {
            let path = numbered(path, number, pieces.len());
            if args.verbose {
                print_words(piece, &workshop.model, out)?;
            }
            files::write(&path, &workshop.midi(piece).with_context(|| format!("writing {}", path.display()))?)?;
            print_piece(&path, piece, out)?;
        }
        if let [piece] = pieces.as_slice() {
            print_roll(out, &workshop.score(piece)?)?;
        }
    }
    if args.report {
        report::print(&pieces, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A model ready to compose.
pub(super) struct Workshop {
    model: Model,
    generator: Generator,
    hash: String,
}

/// A piece and all that made it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    args: PieceArgs,
    /// What is played before it; empty if the primer is left out or drawn.
    before: Vec<TokenId>,
    words: Vec<TokenId>,
    /// Of each word; none if a beam found them.
    composed: Vec<ComposedWord>,
    /// −ln p of all words.
    nats: f64,
}

impl Workshop {
    pub(super) fn open(path: &Path) -> anyhow::Result<Workshop> {
        let (model, hash) = (Model::read(path)?, model_hash(path)?);
        Ok(Workshop { generator: Generator::new(model.file.weights.clone()), model, hash })
    }

    /// SHA-256 of the model file.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// Composes by complete arguments.
    pub(super) fn compose(&self, args: &PieceArgs) -> anyhow::Result<Piece> {
        let rank = args.rank.map_or(1, NonZeroUsize::get);
        let found = self.compose_best(args)?;
        let n_found = found.len();
        found.into_iter().nth(rank - 1).with_context(|| {
            format!("piece {rank} of the beam is asked for, and it found {n_found}; make it wider with --beam-width")
        })
    }

    /// What a beam finds, the best first, or the one piece of a draw.
    fn compose_best(&self, args: &PieceArgs) -> anyhow::Result<Vec<Piece>> {
        let rules = settings::rules(args, &self.model)?;
        let (primer, before) = self.primer(args)?;
        let n_words = args.words.map_or(0, NonZeroUsize::get);
        let task = Task { primer: &primer, n_words, rules: &rules, seed: Seed(args.seed) };
        let piece = |words, composed, nats| Piece { args: args.clone(), before: before.clone(), words, composed, nats };
        match settings::method(args) {
            Method::Words(strategy) => {
                let mut composed = Vec::new();
                let words = compose(&self.generator, &task, &strategy, &mut |word| composed.push(*word))?;
                let nats = composed.iter().map(|word| word.nats).sum();
                Ok(vec![piece(words, composed, nats)])
            }
            Method::Beam(beam) => {
                let found = search(&self.generator, &task, &beam)?;
                Ok(found.into_iter().map(|found| piece(found.words, Vec::new(), found.nats)).collect())
            }
        }
    }

    /// What the model reads first, and what of it is played.
    fn primer(&self, args: &PieceArgs) -> anyhow::Result<(Vec<TokenId>, Vec<TokenId>)> {
        let Some(words) = &args.primer_words else {
            return Ok((primer::drawn(&self.model, Seed(args.seed))?, Vec::new()));
        };
        let primer = self.model.tokens(&primer::parse(words, &self.model)?).tokens;
        let before = if args.only_new { Vec::new() } else { primer.clone() };
        Ok((primer, before))
    }

    /// A MIDI file of the piece, with a record of what made it.
    pub(super) fn midi(&self, piece: &Piece) -> anyhow::Result<Vec<u8>> {
        Ok(galant_midi::encode(&self.score(piece)?)?)
    }

    fn score(&self, piece: &Piece) -> anyhow::Result<Score> {
        let words: Vec<Word> =
            piece.before.iter().chain(&piece.words).map(|&token| self.model.word(token).clone()).collect();
        let performance = settings::performance(&piece.args, &self.model)?;
        let mut score = self.model.reading.words().score(&words, &performance)?;
        score.texts = Record::new(&self.hash, piece.args.clone()).texts();
        Ok(score)
    }
}

/// The piece itself, or several with seeds that hang on its seed.
fn seeded(piece: &PieceArgs, n_pieces: usize) -> Vec<PieceArgs> {
    if n_pieces == 1 {
        return vec![piece.clone()];
    }
    let seed = |number| Seed(piece.seed).child(number).0;
    (0..n_pieces as u64).map(|number| PieceArgs { seed: seed(number), ..piece.clone() }).collect()
}

/// Composes each piece, on several threads; the first that fails, fails all.
fn compose_all(workshop: &Workshop, pieces: &[PieceArgs], threads: Option<NonZeroUsize>) -> anyhow::Result<Vec<Piece>> {
    let threads = threads.map_or_else(cores, NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((number, args)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, pieces.get(n)?)))
        {
            let piece = workshop.compose(args);
            let failed = piece.is_err();
            done.push((number, piece));
            if failed {
                break;
            }
        }
        done
    };
    let mut done: Vec<(usize, anyhow::Result<Piece>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(pieces.len())).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    let n_pieces = pieces.len();
    let piece = |(number, piece): (usize, anyhow::Result<Piece>)| {
        if n_pieces > 1 { piece.with_context(|| format!("piece {}", number + 1)) } else { piece }
    };
    done.into_iter().map(piece).collect()
}

/// The best pieces of one beam, each with its rank.
fn n_best(workshop: &Workshop, piece: &PieceArgs, n: usize) -> anyhow::Result<Vec<Piece>> {
    let is_beam = matches!(piece.strategy, StrategyArg::Beam | StrategyArg::StochasticBeam);
    ensure!(is_beam, "--n-best is of use with --strategy beam or stochastic-beam only");
    let width = piece.beam_width.unwrap_or(1);
    ensure!(n <= width, "--n-best is {n}, but the beam is {width} wide; make it wider with --beam-width");
    let mut found = workshop.compose_best(piece)?;
    found.truncate(n);
    for (piece, rank) in found.iter_mut().zip(1..) {
        piece.args.rank = NonZeroUsize::new(rank);
    }
    Ok(found)
}

/// `out.mid` for a single file, `out-001.mid` and so on for several.
fn numbered(path: &Path, number: usize, n_files: usize) -> PathBuf {
    if n_files == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{:03}", number + 1));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

fn print_words(piece: &Piece, model: &Model, out: &mut impl Write) -> anyhow::Result<()> {
    for (number, &token) in piece.words.iter().enumerate() {
        write!(out, "#{number}: {}", model.word(token))?;
        if let Some(word) = piece.composed.get(number) {
            word.temperature.map_or(Ok(()), |temperature| write!(out, ", T={temperature:.2}"))?;
            write!(out, ", {:.2} nats", word.nats)?;
            word.loop_length.map_or(Ok(()), |length| write!(out, ", after a repetition of {length}"))?;
            out.write_all(if word.freed { b", freed" } else { b"" })?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn print_piece(path: &Path, piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let (n_words, seed) = (piece.words.len(), piece.args.seed);
    let surprise = piece.nats / n_words as f64;
    write!(out, "wrote {}: {n_words} words, seed {seed}, {surprise:.2} nats per word under the model", path.display())?;
    let repetitions = piece.composed.iter().filter(|word| word.loop_length.is_some()).count();
    if repetitions > 0 {
        let hottest = piece.composed.iter().filter_map(|word| word.temperature).fold(0.0, f64::max);
        write!(out, ", {repetitions} repetitions seen, T up to {hottest:.2}")?;
    }
    if piece.args.entropy_floor.is_some() {
        let freed = piece.composed.iter().filter(|word| word.freed).count();
        write!(out, ", {freed} words freed by the entropy floor")?;
    }
    writeln!(out)?;
    Ok(())
}
