//! The arguments that say how each token is chosen.

use std::num::NonZeroUsize;

use anyhow::ensure;
use clap::ValueEnum;
use galant_pipeline::Method;
use galant_sample::{Beam, Draw, EntropyFloor, LoopControl, Selection, Truncation};
use galant_tokens::Tokenizer;

use super::values::LoopLengths;

#[derive(Debug, clap::Args)]
pub(crate) struct ChoiceArgs {
    /// How the next token is chosen
    #[arg(long, value_enum, default_value = "random")]
    strategy: StrategyArg,
    #[command(flatten)]
    drawing: DrawingArgs,
    #[command(flatten)]
    search: SearchArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Drawing")]
struct DrawingArgs {
    /// Temperature, which repetitions raise [default: 0.9; chord tokens: 0.5, stochastic beam: 1]
    #[arg(long, value_name = "X")]
    temperature: Option<f64>,
    /// Lengths of repetitions that raise the temperature, in tokens, or "none" [default: any of several bars; chord
    /// tokens: 2,3,4]
    #[arg(long, value_name = "N,N,...|none")]
    loop_lengths: Option<LoopLengths>,
    /// Draws from the K most likely tokens
    #[arg(long, value_name = "K", conflicts_with_all = ["top_p", "min_p"])]
    top_k: Option<usize>,
    /// Draws from the fewest tokens that together have this share of the probability [default: 0.95; chord tokens: 1]
    #[arg(long, value_name = "P", conflicts_with = "min_p")]
    top_p: Option<f64>,
    /// Draws from tokens at least P times as likely as the likeliest
    #[arg(long, value_name = "P")]
    min_p: Option<f64>,
    /// Raises the temperature while draws have less entropy, in nats
    #[arg(long, value_name = "NATS")]
    entropy_floor: Option<f64>,
    /// Number of draws that this floor averages over [default: 16]
    #[arg(long, value_name = "N", requires = "entropy_floor")]
    entropy_window: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Beam search")]
struct SearchArgs {
    /// Number of pieces that the beam continues at a time [default: 8]
    #[arg(long, value_name = "N")]
    beam_width: Option<usize>,
    /// Penalty of a piece's second continuation, in nats [default: 0]
    #[arg(long, value_name = "NATS")]
    diversity: Option<f64>,
    /// Exponent of the length that scores are divided by [default: 0]
    #[arg(long, value_name = "X")]
    length_normalization: Option<f64>,
    /// Which piece of the beam to write, 1 being the best [default: 1]
    #[arg(long, value_name = "N")]
    rank: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StrategyArg {
    /// The most likely token each time
    Greedy,
    /// A token drawn by its probability
    Random,
    /// The most likely piece that a beam search finds
    Beam,
    /// Different pieces, drawn by their probability at the temperature in one search
    StochasticBeam,
}

impl StrategyArg {
    fn name(self) -> &'static str {
        match self {
            StrategyArg::Greedy => "greedy",
            StrategyArg::Random => "random",
            StrategyArg::Beam => "beam",
            StrategyArg::StochasticBeam => "stochastic-beam",
        }
    }
}

impl ChoiceArgs {
    /// How each token is chosen, of pieces of which the `n_best` of a beam are wanted.
    ///
    /// # Errors
    ///
    /// If an option does not apply to the strategy.
    pub(super) fn method(&self, n_best: usize, tokenizer: Tokenizer) -> anyhow::Result<Method> {
        self.refuse_unused(n_best)?;
        let SearchArgs { beam_width, diversity, length_normalization, rank } = self.search;
        let width = beam_width.unwrap_or(Method::BEAM_WIDTH);
        let rank = rank.unwrap_or(NonZeroUsize::MIN);
        Ok(match self.strategy {
            StrategyArg::Greedy => Method::Greedy,
            StrategyArg::Random => Method::Draw(self.drawing.draw(tokenizer)),
            StrategyArg::Beam => {
                let selection = Selection::Best {
                    length_normalization: length_normalization.unwrap_or(0.0),
                    diversity: diversity.unwrap_or(0.0),
                };
                Method::Beam { beam: Beam { width, selection }, rank }
            }
            StrategyArg::StochasticBeam => {
                let selection = Selection::Drawn { temperature: self.drawing.temperature.unwrap_or(1.0) };
                Method::Beam { beam: Beam { width, selection }, rank }
            }
        })
    }

    /// Refuses what the strategy would ignore.
    fn refuse_unused(&self, n_best: usize) -> anyhow::Result<()> {
        use StrategyArg::{Beam, Random, StochasticBeam};
        let (drawing, search) = (&self.drawing, &self.search);
        let given: [(&str, bool, &[StrategyArg]); 11] = [
            ("--temperature", drawing.temperature.is_some(), &[Random, StochasticBeam]),
            ("--loop-lengths", drawing.loop_lengths.is_some(), &[Random]),
            ("--top-k", drawing.top_k.is_some(), &[Random]),
            ("--top-p", drawing.top_p.is_some(), &[Random]),
            ("--min-p", drawing.min_p.is_some(), &[Random]),
            ("--entropy-floor", drawing.entropy_floor.is_some(), &[Random]),
            ("--beam-width", search.beam_width.is_some(), &[Beam, StochasticBeam]),
            ("--rank", search.rank.is_some(), &[Beam, StochasticBeam]),
            ("--n-best", n_best > 1, &[Beam, StochasticBeam]),
            ("--diversity", search.diversity.is_some(), &[Beam]),
            ("--length-normalization", search.length_normalization.is_some(), &[Beam]),
        ];
        for (name, is_given, users) in given {
            let users_are = || users.iter().map(|user| user.name()).collect::<Vec<_>>().join(" or ");
            let applies = !is_given || users.contains(&self.strategy);
            ensure!(applies, "{name} only applies to --strategy {}", users_are());
        }
        Ok(())
    }
}

impl DrawingArgs {
    fn draw(&self, tokenizer: Tokenizer) -> Draw {
        let default = Method::draw_of(tokenizer, self.temperature);
        let truncation = match (self.top_k, self.top_p, self.min_p) {
            (Some(k), ..) => Truncation::TopK(k),
            (_, Some(p), _) => Truncation::TopP(p),
            (_, _, Some(p)) => Truncation::MinP(p),
            _ => default.truncation,
        };
        let loop_control = match self.loop_lengths.clone() {
            Some(LoopLengths(lengths)) if lengths.is_empty() => None,
            Some(LoopLengths(lengths)) => Some(LoopControl { lengths, ..LoopControl::default() }),
            None => default.loop_control,
        };
        let floor = |nats| EntropyFloor { nats, window: self.entropy_window.unwrap_or(16) };
        Draw { loop_control, truncation, entropy_floor: self.entropy_floor.map(floor), ..default }
    }
}
