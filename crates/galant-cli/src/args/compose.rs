//! The arguments of `galant compose`.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use anyhow::ensure;
use clap::ValueEnum;
use galant_pipeline::{ComposeRequest, ConstraintSettings, End, Excerpt, Form, Length, Method};
use galant_sample::{Beam, Draw, EntropyFloor, LoopControl, NgramBlock, Repetition, Selection, Truncation};
use galant_tokens::Tokenizer;
use galant_types::{Scale, Seed};

use super::values::{LevelArg, LoopLengths, MeterArg, PitchRange, pitch_classes, program};

use super::ReceiptArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct ComposeArgs {
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The files to write, by their endings: .mid, .musicxml, .xml, .mxl, .wav (sound), .svg or .png (piano roll); several
    /// pieces are numbered: out-001.mid
    #[arg(long, short, value_name = "FILE", num_args = 1.., required_unless_present = "report")]
    pub(crate) out: Vec<PathBuf>,
    /// A MIDI, ABC or MusicXML file to continue, or "dice" for a rolled waltz [default: it begins like a piece of the corpus; of
    /// chord tokens, it continues random ones that are not played]
    #[arg(long, value_name = "dice|FILE.mid", conflicts_with = "primer_tokens")]
    pub(crate) primer: Option<PathBuf>,
    /// Continues only the first N bars of the primer, by its own meter
    #[arg(long, value_name = "N", requires = "primer")]
    pub(crate) primer_bars: Option<NonZeroUsize>,
    /// Tokens to continue, such as "60 64.67"
    #[arg(long, value_name = "TOKENS")]
    pub(crate) primer_tokens: Option<String>,
    /// Leaves the primer out of what is written
    #[arg(long)]
    pub(crate) omit_primer: bool,
    /// Length in tokens [default for chord tokens: 512]
    #[arg(long, value_name = "N")]
    pub(crate) tokens: Option<NonZeroUsize>,
    /// Length in grid steps, for tokens with rhythm
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroU64>,
    /// Length in bars of the piece's meter [default: 16]
    #[arg(long, value_name = "N", conflicts_with_all = ["tokens", "seconds", "steps"])]
    pub(crate) bars: Option<NonZeroUsize>,
    /// Length in seconds, up to the next bar line
    #[arg(long, value_name = "X", conflicts_with_all = ["tokens", "steps"])]
    pub(crate) seconds: Option<f64>,
    /// Seed for the primer and the tokens
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Number of pieces, each with a seed of its own
    #[arg(long, short = 'n', value_name = "N", default_value = "1")]
    pub(crate) pieces: NonZeroUsize,
    /// Writes the N best pieces of a beam search
    #[arg(long, value_name = "N", default_value = "1", conflicts_with_all = ["pieces", "rank"])]
    pub(crate) n_best: NonZeroUsize,
    /// Number of threads that compose pieces; the result does not depend on it [default: one per core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// What the network computes with: rounding differs, and so, rarely, do the notes
    #[arg(long, value_enum, default_value = "best")]
    pub(crate) level: LevelArg,
    /// Composes N pieces for each, and keeps the one that the network holds for the likeliest, of those that stay in their key
    /// and do not only repeat a formula
    /// [default: 4; 1 for chord tokens]
    #[arg(long, value_name = "N", conflicts_with = "n_best")]
    pub(crate) best_of: Option<NonZeroUsize>,
    /// Lets no bars come back on purpose; by default, of phrases of four bars, the second and the fourth begin like the first
    #[arg(long)]
    free_form: bool,
    /// Ends as it happens when the last bar is over, and not with a held chord of the tonic
    #[arg(long, conflicts_with = "end_on_tonic")]
    open_end: bool,
    /// Prints each token with its temperature and surprise
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Prints how many pieces got stuck repeating the same few tokens, and how many failed as music: few onsets, silence, off
    /// the beat, equal to another
    #[arg(long)]
    pub(crate) report: bool,
    /// Tempo in quarter notes per minute [default: that of the primer or the corpus; 120 for chord tokens]
    #[arg(long, value_name = "X", help_heading = "Sound")]
    pub(crate) tempo: Option<f64>,
    /// Meter, such as 3/4 [default: that of the primer or the corpus; 4/4 for chord tokens]
    #[arg(long, value_name = "N/N", help_heading = "Sound")]
    pub(crate) meter: Option<MeterArg>,
    /// Style, the name of a folder of the corpus [default: that of the piece whose beginning it has]
    #[arg(long, value_name = "NAME")]
    style: Option<String>,
    /// Instrument, such as violin, or a MIDI program from 0 to 127 [default: that of the primer or the corpus; 46, a harp,
    /// for chord tokens]
    #[arg(long, value_name = "NAME|N", help_heading = "Sound", value_parser = program)]
    pub(crate) program: Option<u8>,
    /// How the next token is chosen
    #[arg(long, value_enum, default_value = "random")]
    pub(crate) strategy: StrategyArg,
    #[command(flatten)]
    pub(crate) drawing: DrawingArgs,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    #[command(flatten)]
    pub(crate) receipt: ReceiptArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Drawing")]
pub(crate) struct DrawingArgs {
    /// Temperature, which repetitions raise; of chord tokens, variety lowers it too [default: 0.9; 0.5 for chord tokens, 1 for
    /// a stochastic beam]
    #[arg(long, value_name = "X")]
    temperature: Option<f64>,
    /// Lengths of the repetitions, in tokens, that raise the temperature, as variety lowers it; "none" keeps it constant
    /// [default: any that goes on for several bars; 2,3,4 for chord tokens]
    #[arg(long, value_name = "N,N,...|none")]
    loop_lengths: Option<LoopLengths>,
    /// Draws from the K most likely tokens
    #[arg(long, value_name = "K", conflicts_with_all = ["top_p", "min_p"])]
    top_k: Option<usize>,
    /// Draws from the fewest tokens that together have this share of the probability [default: 0.95; 1 for chord tokens]
    #[arg(long, value_name = "P", conflicts_with = "min_p")]
    top_p: Option<f64>,
    /// Draws from the tokens that are at least P times as likely as the most likely one
    #[arg(long, value_name = "P")]
    min_p: Option<f64>,
    /// Raises the temperature of a draw if the mean entropy of the last draws is below this, in nats
    #[arg(long, value_name = "NATS")]
    entropy_floor: Option<f64>,
    /// Number of draws that this floor averages over [default: 16]
    #[arg(long, value_name = "N", requires = "entropy_floor")]
    entropy_window: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Beam search")]
pub(crate) struct SearchArgs {
    /// Number of pieces that the beam continues at a time [default: 8]
    #[arg(long, value_name = "N")]
    beam_width: Option<usize>,
    /// Penalty of the second-best continuation of a piece, in nats; twice that for the third, and so on [default: 0]
    #[arg(long, value_name = "NATS")]
    diversity: Option<f64>,
    /// Exponent of the length that scores are divided by [default: 0]
    #[arg(long, value_name = "X")]
    length_normalization: Option<f64>,
    /// Which piece of the beam to write, 1 being the best [default: 1]
    #[arg(long, value_name = "N")]
    rank: Option<NonZeroUsize>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// Divides the probability of recently played tokens by X
    #[arg(long, value_name = "X")]
    repetition_penalty: Option<f64>,
    /// Number of recent tokens that this applies to [default: 64]
    #[arg(long, value_name = "N", requires = "repetition_penalty")]
    repetition_window: Option<usize>,
    /// Never plays the same sequence of N tokens twice
    #[arg(long, value_name = "N")]
    block_ngrams: Option<usize>,
    /// Number of recent tokens whose sequences are not played again [default: 256]
    #[arg(long, value_name = "N", requires = "block_ngrams")]
    block_window: Option<usize>,
    /// Key, such as D, Dm, F#-minor or Bb-dorian: only plays the notes of its scale
    #[arg(long, value_name = "KEY")]
    key: Option<Scale>,
    /// Ends on the tonic chord of the key; of tokens with rhythm, a piece whose length is in bars or seconds does so anyway
    #[arg(long, requires = "key")]
    end_on_tonic: bool,
    /// Only plays pitches from LOW to HIGH, such as C3-C6 or 48-84
    #[arg(long, value_name = "LOW-HIGH")]
    pitch_range: Option<PitchRange>,
    /// Only plays these notes, in any octave, such as C,D,F#
    #[arg(long, value_name = "NOTE,NOTE,...", value_parser = pitch_classes)]
    only_notes: Option<u16>,
    /// Never plays these notes, in any octave
    #[arg(long, value_name = "NOTE,NOTE,...", value_parser = pitch_classes)]
    no_notes: Option<u16>,
    /// Plays at most N notes at a time
    #[arg(long, value_name = "N")]
    max_notes: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StrategyArg {
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

impl ComposeArgs {
    /// What is asked of the piece of tokens of `tokenizer`, which continues `primer`.
    ///
    /// # Errors
    ///
    /// If an option does not apply to the strategy.
    pub(crate) fn request(&self, tokenizer: Tokenizer, primer: Option<Excerpt>) -> anyhow::Result<ComposeRequest> {
        let steps = self.steps.map(Length::Steps);
        Ok(ComposeRequest {
            length: steps.or(self.bars.map(Length::Bars)).or(self.seconds.map(Length::Seconds)),
            n_tokens: self.tokens,
            seed: Seed(self.seed),
            primer,
            omit_primer: self.omit_primer,
            tempo: self.tempo,
            meter: self.meter.map(|meter| (meter.beats, meter.beat_log2)),
            program: self.program,
            style: self.style.clone(),
            method: Some(self.method(tokenizer)?),
            repetition: self.rules.repetition(),
            ngram_block: self.rules.ngram_block(),
            constraints: self.rules.constraints(),
            form: if self.free_form { Form::Free } else { Form::Phrases },
            end: if self.open_end { End::Open } else { End::Tonic },
        })
    }

    fn method(&self, tokenizer: Tokenizer) -> anyhow::Result<Method> {
        self.refuse_unused()?;
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
    fn refuse_unused(&self) -> anyhow::Result<()> {
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
            ("--n-best", self.n_best.get() > 1, &[Beam, StochasticBeam]),
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

impl RulesArgs {
    fn repetition(&self) -> Option<Repetition> {
        let repetition = |factor| Repetition { factor, window: self.repetition_window.unwrap_or(64) };
        self.repetition_penalty.map(repetition)
    }

    fn ngram_block(&self) -> Option<NgramBlock> {
        let block = |n| NgramBlock { n, window: self.block_window.unwrap_or(256) };
        self.block_ngrams.map(block)
    }

    fn constraints(&self) -> ConstraintSettings {
        ConstraintSettings {
            key: self.key,
            end_on_tonic: self.end_on_tonic,
            ending: None,
            returns: Vec::new(),
            pitch_range: self.pitch_range.map(|range| range.0..=range.1),
            only_notes: self.only_notes,
            no_notes: self.no_notes,
            max_notes: self.max_notes,
            avoided: None,
        }
    }
}
