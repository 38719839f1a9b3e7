//! `galant compose`: pieces by a trained network.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use galant_corpus::dice::waltz_tokens;
use galant_corpus::{ReadOptions, Strictness};
use galant_dice::Throws;
use galant_evaluate::dice::repeats;
use galant_evaluate::{Collapse, Failures};
use galant_pipeline::{
    Avoidance, ComposedPiece, Excerpt, LoadedModel, PieceSettings, compose_all_avoiding, excerpt, parse_tokens,
};
use galant_plot::text_roll;
use galant_types::Seed;

use crate::args::ComposeArgs;
use crate::corpus::DICE;
use crate::output::Output;
use crate::threads::cores;
use crate::{files, model, music, originality, printable, progress};

pub(crate) fn run(args: &ComposeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    for path in &args.out {
        files::keep_apart(&args.model, path)?;
        Output::of_name(path)?;
    }
    let model = model::read_at(&args.model, args.level.level())?;
    ensure!(
        args.n_best.get() == 1 || args.receipt.avoid_copying.is_none(),
        "--avoid-copying does not apply to --n-best: a beam search cannot avoid copying"
    );
    let (corpus, code) = originality::of_receipt(&args.receipt, &args.model, model.file(), strictness)?;
    let primer = primer(args, &model, strictness)?;
    let request = args.request(model.file().tokenizer, primer)?;
    let n_candidates = args.best_of.map_or(model.default_candidates(), NonZeroUsize::get);
    let n_composed = if args.n_best.get() > 1 { 1 } else { args.pieces.get().saturating_mul(n_candidates) };
    // Nobody knows how often a piece is begun anew that is not to copy.
    let job = match args.receipt.avoid_copying {
        Some(_) => progress::spinner("composing"),
        None => progress::work("composing", n_composed),
    };
    let model = model.watched(job.watch());
    let pieces = if args.n_best.get() > 1 {
        model.compose_best(&model.complete(&request)?, args.n_best.get())?
    } else {
        let avoidance = corpus.as_ref().zip(args.receipt.avoid_copying);
        let avoidance = avoidance.map(|(corpus, n_most)| Avoidance { corpus: corpus.index(), n_most });
        let candidates = model.candidates(&request, args.pieces.get(), n_candidates)?;
        best_of_each(&model, &candidates, avoidance, args.threads)?
    };
    drop(job);
    let mut written = Vec::new();
    if !args.out.is_empty() {
        for (number, piece) in pieces.iter().enumerate() {
            if args.verbose {
                print_tokens(piece, &model, out)?;
            }
            let paths: Vec<PathBuf> = args.out.iter().map(|path| files::numbered(path, number, pieces.len())).collect();
            let score = model.score(piece).with_context(|| format!("writing {}", paths[0].display()))?;
            let title = files::name(&paths[0]);
            paths.iter().try_for_each(|path| Output::of_name(path)?.write(path, &score, &title))?;
            print_piece(&paths, piece, out)?;
            written.push((paths[0].display().to_string(), score));
        }
        originality::write_receipt(&args.receipt, corpus.as_ref(), &written, out)?;
        if let [piece] = pieces.as_slice() {
            out.write_all(text_roll(&model.score(piece)?).as_bytes())?;
        }
    }
    if args.report {
        let (mut collapse, mut failures) = (Collapse::default(), Failures::default());
        for piece in &pieces {
            collapse.add(&piece.tokens, piece.nats, &piece.details);
            failures.add(&model.score(piece)?);
        }
        write!(out, "{collapse}{failures}")?;
    }
    Ok(code)
}

/// The music to continue, with a warning for each token that the model lacks; none if it is to be drawn.
fn primer(args: &ComposeArgs, model: &LoadedModel, strictness: Strictness) -> anyhow::Result<Option<Excerpt>> {
    let tokenizer = model.file().tokenizer;
    let n_bars = args.primer_bars.map(NonZeroUsize::get);
    let primer = match (&args.primer, &args.primer_tokens) {
        (Some(path), _) if path.as_os_str() == DICE => waltz(model, n_bars, Seed(args.seed))?,
        (Some(path), _) => {
            let score = music::read_for_tokens(path, ReadOptions { rules: model.file().read_rules, strictness })?.score;
            excerpt(&score, n_bars, tokenizer).with_context(|| format!("reading {}", path.display()))?
        }
        (None, Some(tokens)) => Excerpt { tokens: parse_tokens(tokens, tokenizer)?, playback: None },
        (None, None) => return Ok(None),
    };
    for unknown in model.unknown_tokens(&primer.tokens) {
        let times =
            if unknown.n_times > 1 { format!(", and {} times later", unknown.n_times - 1) } else { String::new() };
        printable::warn(&format!(
            "primer, token {}{times}: {} is not in the vocabulary and replaced by {}",
            unknown.place, unknown.token, unknown.nearest
        ));
    }
    Ok(Some(primer))
}

/// A waltz of the dice game, or its first bars, rolled from the seed of the piece.
///
/// Its tokens end at the bar line, where the next waltz begins.
fn waltz(model: &LoadedModel, n_bars: Option<usize>, seed: Seed) -> anyhow::Result<Excerpt> {
    let (tokenizer, repeats) = (model.file().tokenizer, repeats(model.file()));
    let throws = Throws::roll(seed);
    let playback = excerpt(&galant_dice::score(&throws, repeats), None, tokenizer)?.playback;
    Ok(Excerpt { tokens: waltz_tokens(tokenizer, &throws, repeats, n_bars), playback })
}

/// The best of the candidates for each piece.
fn best_of_each(
    model: &LoadedModel,
    pieces: &[Vec<PieceSettings>],
    avoidance: Option<Avoidance<'_>>,
    threads: Option<NonZeroUsize>,
) -> anyhow::Result<Vec<ComposedPiece>> {
    let n_threads = threads.map_or_else(cores, NonZeroUsize::get);
    compose_all_avoiding(model, pieces, avoidance, n_threads).map_err(|(number, error)| {
        let error = anyhow::Error::new(error);
        if pieces.len() > 1 { error.context(format!("piece {}", number + 1)) } else { error }
    })
}

fn print_tokens(piece: &ComposedPiece, model: &LoadedModel, out: &mut impl Write) -> anyhow::Result<()> {
    for (number, &id) in piece.tokens.iter().enumerate() {
        write!(out, "#{number}: {}", model.token(id))?;
        if let Some(token) = piece.details.get(number) {
            token.temperature.map_or(Ok(()), |temperature| write!(out, ", T={temperature:.2}"))?;
            write!(out, ", {:.2} nats", token.nats)?;
            token.loop_length.map_or(Ok(()), |length| write!(out, ", after a repetition of {length}"))?;
            out.write_all(if token.entropy_raised { b", raised by the entropy floor" } else { b"" })?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn print_piece(paths: &[PathBuf], piece: &ComposedPiece, out: &mut impl Write) -> anyhow::Result<()> {
    let (n_tokens, seed) = (piece.tokens.len(), piece.settings.seed.0);
    let surprise = piece.nats / n_tokens as f64;
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    write!(out, "wrote {}: {n_tokens} tokens, seed {seed}, {surprise:.2} nats per token", paths.join(", "))?;
    let repetitions = piece.details.iter().filter(|token| token.loop_length.is_some()).count();
    if repetitions > 0 {
        let hottest = piece.details.iter().filter_map(|token| token.temperature).fold(0.0, f64::max);
        write!(out, ", {repetitions} repetitions, temperature up to {hottest:.2}")?;
    }
    let raised = piece.details.iter().filter(|token| token.entropy_raised).count();
    if raised > 0 {
        write!(out, ", {raised} tokens raised by the entropy floor")?;
    }
    writeln!(out)?;
    Ok(())
}
