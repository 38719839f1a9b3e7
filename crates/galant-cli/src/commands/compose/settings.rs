//! From the command line to what `galant-sample` takes.

use anyhow::{Context, ensure};
use galant_sample::{
    Beam, Draw, EntropyFloor, Keep, LoopControl, Mask, NgramBlock, Repetition, Rules, Scale, Selection, Strategy,
    TonicEnd, WordMask, parse_pitch_class,
};
use galant_types::Chord;

use crate::args::{Loops, PieceArgs, StrategyArg};

/// How a piece is composed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Method {
    Words(Strategy),
    Beam(Beam),
}

/// Puts in what is not given: another version may choose otherwise, and a composed file must say what was chosen.
pub(crate) fn complete(args: &PieceArgs) -> anyhow::Result<PieceArgs> {
    refuse_unused(args)?;
    let mut args = args.clone();
    args.words = args.words.or(512.try_into().ok());
    match args.strategy {
        StrategyArg::Greedy => {}
        StrategyArg::Random => {
            // The lecture's.
            args.temperature.get_or_insert(0.5);
            args.loops.get_or_insert_with(|| Loops(LoopControl::default().lengths));
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

/// Refuses what the strategy would not look at.
fn refuse_unused(args: &PieceArgs) -> anyhow::Result<()> {
    use StrategyArg::{Beam, Random, StochasticBeam};
    let given: [(&str, bool, &[StrategyArg]); 10] = [
        ("--temperature", args.temperature.is_some(), &[Random, StochasticBeam]),
        ("--loops", args.loops.is_some(), &[Random]),
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
        StrategyArg::Greedy => Method::Words(Strategy::Greedy),
        StrategyArg::Random => Method::Words(Strategy::Random(draw(args))),
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
    let lengths = args.loops.clone().map_or(Vec::new(), |loops| loops.0);
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

/// What may not be composed, by complete arguments and the words of the model.
pub(crate) fn rules(args: &PieceArgs, vocabulary: &[Chord]) -> anyhow::Result<Rules> {
    let mut masks: Vec<Box<dyn Mask>> = Vec::new();
    if let Some(key) = &args.key {
        let scale: Scale = key.parse().with_context(|| format!("--key '{key}'"))?;
        masks.push(Box::new(WordMask::scale(vocabulary, scale)));
        if args.end_on_tonic {
            masks.push(Box::new(TonicEnd::new(vocabulary, scale)));
        }
    }
    if let Some(range) = args.pitch_range {
        masks.push(Box::new(WordMask::range(vocabulary, range.0..=range.1)));
    }
    if let Some(notes) = &args.only_notes {
        masks.push(Box::new(WordMask::only_classes(vocabulary, classes("--only-notes", notes)?)));
    }
    if let Some(notes) = &args.no_notes {
        masks.push(Box::new(WordMask::no_classes(vocabulary, classes("--no-notes", notes)?)));
    }
    if let Some(n_notes) = args.max_notes {
        masks.push(Box::new(WordMask::polyphony(vocabulary, n_notes.get())));
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
