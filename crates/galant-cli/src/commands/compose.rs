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
use galant_sample::{ComposedToken, Task, compose, search};
use galant_tokens::Token;
use galant_types::{Score, Seed, TokenId};

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
                print_tokens(piece, &workshop.model, out)?;
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
    tokens: Vec<TokenId>,
    /// Of each token; none if a beam found them.
    composed: Vec<ComposedToken>,
    /// −ln p of all tokens.
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
        let n_tokens = args.tokens.map_or(0, NonZeroUsize::get);
        let task = Task { primer: &primer, n_tokens, rules: &rules, seed: Seed(args.seed) };
        let piece =
            |tokens, composed, nats| Piece { args: args.clone(), before: before.clone(), tokens, composed, nats };
        match settings::method(args) {
            Method::Tokens(strategy) => {
                let mut composed = Vec::new();
                let tokens = compose(&self.generator, &task, &strategy, &mut |token| composed.push(*token))?;
                let nats = composed.iter().map(|token| token.nats).sum();
                Ok(vec![piece(tokens, composed, nats)])
            }
            Method::Beam(beam) => {
                let found = search(&self.generator, &task, &beam)?;
                Ok(found.into_iter().map(|found| piece(found.tokens, Vec::new(), found.nats)).collect())
            }
        }
    }

    /// What the model reads first, and what of it is played.
    fn primer(&self, args: &PieceArgs) -> anyhow::Result<(Vec<TokenId>, Vec<TokenId>)> {
        let Some(tokens) = &args.primer_tokens else {
            return Ok((primer::drawn(&self.model, Seed(args.seed))?, Vec::new()));
        };
        let primer = self.model.ids(&primer::parse(tokens, &self.model)?).ids;
        let before = if args.omit_primer { Vec::new() } else { primer.clone() };
        Ok((primer, before))
    }

    /// A MIDI file of the piece, with a record of what made it.
    pub(super) fn midi(&self, piece: &Piece) -> anyhow::Result<Vec<u8>> {
        Ok(galant_midi::encode(&self.score(piece)?)?)
    }

    fn score(&self, piece: &Piece) -> anyhow::Result<Score> {
        let tokens: Vec<Token> =
            piece.before.iter().chain(&piece.tokens).map(|&id| self.model.token(id).clone()).collect();
        let playback = settings::playback(&piece.args, &self.model)?;
        let mut score = self.model.reading.tokens().decode(&tokens, &playback)?;
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

fn print_tokens(piece: &Piece, model: &Model, out: &mut impl Write) -> anyhow::Result<()> {
    for (number, &id) in piece.tokens.iter().enumerate() {
        write!(out, "#{number}: {}", model.token(id))?;
        if let Some(token) = piece.composed.get(number) {
            token.temperature.map_or(Ok(()), |temperature| write!(out, ", T={temperature:.2}"))?;
            write!(out, ", {:.2} nats", token.nats)?;
            token.loop_length.map_or(Ok(()), |length| write!(out, ", after a repetition of {length}"))?;
            out.write_all(if token.freed { b", freed" } else { b"" })?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn print_piece(path: &Path, piece: &Piece, out: &mut impl Write) -> anyhow::Result<()> {
    let (n_tokens, seed) = (piece.tokens.len(), piece.args.seed);
    let surprise = piece.nats / n_tokens as f64;
    write!(
        out,
        "wrote {}: {n_tokens} tokens, seed {seed}, {surprise:.2} nats per token under the model",
        path.display()
    )?;
    let repetitions = piece.composed.iter().filter(|token| token.loop_length.is_some()).count();
    if repetitions > 0 {
        let hottest = piece.composed.iter().filter_map(|token| token.temperature).fold(0.0, f64::max);
        write!(out, ", {repetitions} repetitions seen, T up to {hottest:.2}")?;
    }
    if piece.args.entropy_floor.is_some() {
        let freed = piece.composed.iter().filter(|token| token.freed).count();
        write!(out, ", {freed} tokens freed by the entropy floor")?;
    }
    writeln!(out)?;
    Ok(())
}
