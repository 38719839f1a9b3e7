//! From the command line to what `galant-sample` takes.

use anyhow::{Context, ensure};
use galant_sample::{
    Beam, Draw, EntropyFloor, GrammarMask, Keep, LoopControl, MAX_TOKENS, Mask, NgramBlock, Opening, Piece, Polyphony,
    Repetition, Rules, Selection, Strategy, TimeEnd, TokenMask, TonicEnd,
};
use galant_tokens::{Grammar, Playback, Tokenizer};
use galant_types::{Scale, parse_pitch_class};

use crate::args::{Loops, MeterArg, PieceArgs, StrategyArg};
use crate::model::Model;

/// How a piece is composed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Method {
    Tokens(Strategy),
    Beam(Beam),
}

/// Puts in what is not given: another version may choose otherwise, and a composed file must say what was chosen.
pub(crate) fn complete(args: &PieceArgs, model: &Model) -> anyhow::Result<PieceArgs> {
    refuse_unused(args)?;
    let mut args = args.clone();
    complete_time(&mut args, model)?;
    match args.strategy {
        StrategyArg::Greedy => {}
        StrategyArg::Random => {
            // The lecture's.
            args.temperature.get_or_insert(0.5);
            args.loop_lengths.get_or_insert_with(|| Loops(LoopControl::default().lengths));
        }
        StrategyArg::Beam => {
            args.beam_width.get_or_insert(8);
            args.diversity.get_or_insert(0.0);
            args.length_normalisation.get_or_insert(0.0);
        }
        StrategyArg::StochasticBeam => {
            args.beam_width.get_or_insert(8);
            args.temperature.get_or_insert(1.0);
        }
    }
    if args.entropy_floor.is_some() {
        args.entropy_window.get_or_insert(16);
    }
    if args.repetition_penalty.is_some() {
        args.repetition_window.get_or_insert(64);
    }
    if args.block_ngrams.is_some() {
        args.block_window.get_or_insert(256);
    }
    Ok(args)
}

/// Puts in how long the piece is and how it is played.
fn complete_time(args: &mut PieceArgs, model: &Model) -> anyhow::Result<()> {
    let kind = model.reading.tokens();
    if kind.grid().is_some() {
        let Playback { us_per_quarter, beats, beat_log2, program, .. } = model.playback;
        args.tempo.get_or_insert(60e6 / f64::from(us_per_quarter));
        args.meter.get_or_insert(MeterArg { beats, beat_log2 });
        args.program.get_or_insert(program);
    } else {
        ensure!(
            args.steps.is_none(),
            "--steps is of use with tokens that have rhythm only; this model has chord tokens"
        );
    }
    let is_of_notes = matches!(kind, Tokenizer::Notes(_));
    ensure!(!(is_of_notes && args.end_on_tonic), "--end-on-tonic is of use with chord and rhythm tokens only");
    playback(args, model)?;
    let n_steps = args.steps.map_or(0, |steps| steps.get());
    ensure!(n_steps <= MAX_STEPS, "{n_steps} steps asked for, over the limit of {MAX_STEPS}; compose several pieces");
    let usual = args.steps.map_or(512, |steps| steps.get().saturating_mul(MOST_TOKENS_PER_STEP) as usize);
    args.tokens = args.tokens.or(usual.min(MAX_TOKENS).try_into().ok());
    Ok(())
}

/// A piece that lasts so many steps has no more tokens: a full chord, note by note, at each.
const MOST_TOKENS_PER_STEP: u64 = 32;

/// The most steps composed at once: an hour and a half at twelve steps a quarter note and 120 quarter notes a minute.
///
/// Where a piece ends is summed up anew at each token.
pub(super) const MAX_STEPS: u64 = 1 << 17;

/// How the piece is played: as the arguments say, and where they do not, as the model does.
pub(crate) fn playback(args: &PieceArgs, model: &Model) -> anyhow::Result<Playback> {
    let mut playback = model.playback;
    if let Some(tempo) = args.tempo {
        let us_per_quarter = (60e6 / tempo).round();
        let range = 1.0..=f64::from(Playback::MAX_US_PER_QUARTER);
        ensure!(
            tempo > 0.0 && range.contains(&us_per_quarter),
            "--tempo is {tempo}; it must be 3.6 to 60000000 quarter notes a minute"
        );
        playback.us_per_quarter = us_per_quarter as u32;
    }
    if let Some(MeterArg { beats, beat_log2 }) = args.meter {
        (playback.beats, playback.beat_log2) = (beats, beat_log2);
    }
    playback.program = args.program.unwrap_or(playback.program);
    Ok(playback)
}

/// Refuses what the strategy would not look at.
fn refuse_unused(args: &PieceArgs) -> anyhow::Result<()> {
    use StrategyArg::{Beam, Random, StochasticBeam};
    let given: [(&str, bool, &[StrategyArg]); 10] = [
        ("--temperature", args.temperature.is_some(), &[Random, StochasticBeam]),
        ("--loop-lengths", args.loop_lengths.is_some(), &[Random]),
        ("--top-k", args.top_k.is_some(), &[Random]),
        ("--top-p", args.top_p.is_some(), &[Random]),
        ("--min-p", args.min_p.is_some(), &[Random]),
        ("--entropy-floor", args.entropy_floor.is_some(), &[Random]),
        ("--beam-width", args.beam_width.is_some(), &[Beam, StochasticBeam]),
        ("--rank", args.rank.is_some(), &[Beam, StochasticBeam]),
        ("--diversity", args.diversity.is_some(), &[Beam]),
        ("--length-normalisation", args.length_normalisation.is_some(), &[Beam]),
    ];
    for (name, is_given, users) in given {
        let users_are = || users.iter().map(|user| strategy_name(*user)).collect::<Vec<_>>().join(" or ");
        ensure!(!is_given || users.contains(&args.strategy), "{name} is of use with --strategy {} only", users_are());
    }
    Ok(())
}

/// As on the command line.
pub(crate) fn strategy_name(strategy: StrategyArg) -> &'static str {
    match strategy {
        StrategyArg::Greedy => "greedy",
        StrategyArg::Random => "random",
        StrategyArg::Beam => "beam",
        StrategyArg::StochasticBeam => "stochastic-beam",
    }
}

/// How to compose, by complete arguments.
pub(crate) fn method(args: &PieceArgs) -> Method {
    match args.strategy {
        StrategyArg::Greedy => Method::Tokens(Strategy::Greedy),
        StrategyArg::Random => Method::Tokens(Strategy::Random(draw(args))),
        StrategyArg::Beam => {
            let selection = Selection::Best {
                length_normalisation: args.length_normalisation.unwrap_or(0.0),
                diversity: args.diversity.unwrap_or(0.0),
            };
            Method::Beam(Beam { width: args.beam_width.unwrap_or(1), selection })
        }
        StrategyArg::StochasticBeam => {
            let selection = Selection::Drawn { temperature: args.temperature.unwrap_or(1.0) };
            Method::Beam(Beam { width: args.beam_width.unwrap_or(1), selection })
        }
    }
}

fn draw(args: &PieceArgs) -> Draw {
    let lengths = args.loop_lengths.clone().map_or(Vec::new(), |loops| loops.0);
    let keep = match (args.top_k, args.top_p, args.min_p) {
        (Some(k), ..) => Keep::TopK(k),
        (_, Some(p), _) => Keep::TopP(p),
        (_, _, Some(p)) => Keep::MinP(p),
        _ => Keep::All,
    };
    let floor = |nats| EntropyFloor { nats, window: args.entropy_window.unwrap_or(1) };
    Draw {
        temperature: args.temperature.unwrap_or(1.0),
        loop_control: (!lengths.is_empty()).then(|| LoopControl { lengths, ..LoopControl::default() }),
        keep,
        entropy_floor: args.entropy_floor.map(floor),
    }
}

/// What may not be composed, by complete arguments and the tokens of the model.
pub(crate) fn rules(args: &PieceArgs, model: &Model) -> anyhow::Result<Rules> {
    let vocabulary = model.vocabulary.tokens();
    let mut masks: Vec<Box<dyn Mask>> = Vec::new();
    let piece =
        if args.primer_tokens.is_some() && !args.omit_primer { Piece::WithPrimer } else { Piece::WithoutPrimer };
    let kind = model.reading.tokens();
    if let Tokenizer::Notes(tokens) = kind {
        let grammar = Grammar::new(&model.vocabulary, tokens).context("its tokens are not all note tokens")?;
        masks.push(Box::new(GrammarMask::new(grammar, piece)));
    }
    if kind.grid().is_some() && piece == Piece::WithoutPrimer {
        masks.push(Box::new(Opening::new(vocabulary)));
    }
    let mut end = args.steps.map(|steps| TimeEnd::new(vocabulary, steps.get()));
    if let Some(key) = &args.key {
        let scale: Scale = key.parse().with_context(|| format!("--key '{key}'"))?;
        masks.push(Box::new(TokenMask::scale(vocabulary, scale)));
        if args.end_on_tonic {
            let ending = TonicEnd::new(vocabulary, scale);
            match end.take() {
                Some(timed) => end = Some(timed.on_tonic(ending)),
                None => masks.push(Box::new(ending)),
            }
        }
    }
    masks.extend(end.map(|end| Box::new(end) as Box<dyn Mask>));
    if let Some(range) = args.pitch_range {
        masks.push(Box::new(TokenMask::range(vocabulary, range.0..=range.1)));
    }
    if let Some(notes) = &args.only_notes {
        masks.push(Box::new(TokenMask::only_classes(vocabulary, classes("--only-notes", notes)?)));
    }
    if let Some(notes) = &args.no_notes {
        masks.push(Box::new(TokenMask::no_classes(vocabulary, classes("--no-notes", notes)?)));
    }
    if let Some(n_notes) = args.max_notes {
        let n_notes = n_notes.get();
        masks.push(match kind {
            Tokenizer::Chords(_) => Box::new(TokenMask::polyphony(vocabulary, n_notes)),
            Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => Box::new(Polyphony::new(vocabulary, n_notes, piece)),
        });
    }
    let repetition = |factor| Repetition { factor, window: args.repetition_window.unwrap_or(1) };
    let block = |n| NgramBlock { n, window: args.block_window.unwrap_or(1) };
    Ok(Rules { repetition: args.repetition_penalty.map(repetition), ngram_block: args.block_ngrams.map(block), masks })
}

/// The notes of a list up to octaves, a bit each from C.
fn classes(option: &str, notes: &str) -> anyhow::Result<u16> {
    notes.split(',').try_fold(0, |classes, note| {
        let class = parse_pitch_class(note.trim()).with_context(|| format!("{option} '{notes}'"))?;
        Ok(classes | 1 << class)
    })
}
