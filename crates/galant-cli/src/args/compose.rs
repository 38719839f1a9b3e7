//! The arguments of `galant compose` and `galant reproduce`.

use std::fmt;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use galant_tokens::Playback;

#[derive(Debug, clap::Args)]
pub(crate) struct ComposeArgs {
    /// The model file
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The MIDI file to write; several get numbers: out-001.mid, out-002.mid
    #[arg(long, value_name = "FILE.mid", required_unless_present = "report")]
    pub(crate) out: Option<PathBuf>,
    /// A MIDI or ABC file to go on from, or "dice" for a rolled waltz of the dice game; random tokens unless given
    #[arg(long, value_name = "dice|FILE.mid", conflicts_with = "primer_tokens")]
    pub(crate) primer: Option<PathBuf>,
    /// Takes only the first N bars of the primer, by its own meter
    #[arg(long, value_name = "N", requires = "primer")]
    pub(crate) primer_bars: Option<NonZeroUsize>,
    /// Bars to compose, instead of tokens: of the piece's meter, or of 4/4 if its tokens have no rhythm
    #[arg(long, value_name = "N", conflicts_with_all = ["tokens", "seconds"])]
    pub(crate) bars: Option<NonZeroUsize>,
    /// Seconds to compose, up to the next bar line, instead of tokens
    #[arg(long, value_name = "X", conflicts_with = "tokens")]
    pub(crate) seconds: Option<f64>,
    /// Pieces to compose, each from a seed of its own
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) pieces: NonZeroUsize,
    /// Writes the N best pieces that a beam finds
    #[arg(long, value_name = "N", default_value = "1", conflicts_with_all = ["pieces", "rank"])]
    pub(crate) n_best: NonZeroUsize,
    /// Threads that compose pieces; as many as there are cores unless given. The result is the same
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Prints each token with its temperature and surprise
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Prints how many pieces ran in circles
    #[arg(long)]
    pub(crate) report: bool,
    #[command(flatten)]
    pub(crate) piece: PieceArgs,
}

/// What decides the tokens of a piece, given the model; a composed file carries all of it.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub(crate) struct PieceArgs {
    /// Tokens to compose: 512 unless given
    #[arg(long, value_name = "N")]
    pub(crate) tokens: Option<NonZeroUsize>,
    /// Steps of the grid to compose, for tokens with rhythm
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroU64>,
    /// Draws the primer and the tokens
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Tokens to go on from, such as "60 64.67"
    #[arg(long, value_name = "TOKENS")]
    pub(crate) primer_tokens: Option<String>,
    /// Leaves the primer out of what is written
    #[arg(long)]
    pub(crate) omit_primer: bool,
    /// Quarter notes a minute: the primer's or the corpus' unless given, 120 if its tokens have no rhythm
    #[arg(long, value_name = "X", help_heading = "Sound")]
    pub(crate) tempo: Option<f64>,
    /// Beats in a bar and the beat, such as 3/4: the primer's or the corpus' unless given
    #[arg(long, value_name = "N/N", help_heading = "Sound")]
    pub(crate) meter: Option<MeterArg>,
    /// MIDI program that plays, 0 to 127: the primer's or the corpus' unless given, a harp if its tokens have no rhythm
    #[arg(long, value_name = "N", help_heading = "Sound", value_parser = clap::value_parser!(u8).range(0..128))]
    pub(crate) program: Option<u8>,
    /// How the next token is chosen
    #[arg(long, value_enum, default_value = "random")]
    pub(crate) strategy: StrategyArg,
    /// Where the temperature starts; loops raise it, variety lowers it: 0.5 unless given
    #[arg(long, value_name = "X", help_heading = "Drawing")]
    pub(crate) temperature: Option<f64>,
    /// Lengths of repetitions that raise the temperature, or "none" for one that stays: 2,3,4 unless given
    #[arg(long, value_name = "N,N,...|none", help_heading = "Drawing")]
    pub(crate) loop_lengths: Option<Loops>,
    /// Draws from the K likeliest tokens
    #[arg(long, value_name = "K", help_heading = "Drawing", conflicts_with_all = ["top_p", "min_p"])]
    pub(crate) top_k: Option<usize>,
    /// Draws from the fewest tokens that have this share of the probability
    #[arg(long, value_name = "P", help_heading = "Drawing", conflicts_with = "min_p")]
    pub(crate) top_p: Option<f64>,
    /// Draws from the tokens at least P times as likely as the likeliest
    #[arg(long, value_name = "P", help_heading = "Drawing")]
    pub(crate) min_p: Option<f64>,
    /// Raises the temperature of a draw where the mean entropy of the last ones is lower, in nats
    #[arg(long, value_name = "NATS", help_heading = "Drawing")]
    pub(crate) entropy_floor: Option<f64>,
    /// Draws that the entropy floor looks back: 16 unless given
    #[arg(long, value_name = "N", help_heading = "Drawing", requires = "entropy_floor")]
    pub(crate) entropy_window: Option<usize>,
    /// Pieces that a beam goes on from at a time: 8 unless given
    #[arg(long, value_name = "N", help_heading = "Beam search")]
    pub(crate) beam_width: Option<usize>,
    /// What the second-best continuation of a piece loses against the best, in nats: 0 unless given
    #[arg(long, value_name = "NATS", help_heading = "Beam search")]
    pub(crate) diversity: Option<f64>,
    /// The power of the length that scores are divided by: 0 unless given
    #[arg(long, value_name = "X", help_heading = "Beam search")]
    pub(crate) length_normalisation: Option<f64>,
    /// Which of the pieces of the beam to take, from 1, the best
    #[arg(long, value_name = "N", help_heading = "Beam search")]
    pub(crate) rank: Option<NonZeroUsize>,
    /// Divides the probability of tokens that were just played by X
    #[arg(long, value_name = "X", help_heading = "Rules")]
    pub(crate) repetition_penalty: Option<f64>,
    /// Tokens that the repetition penalty looks back: 64 unless given
    #[arg(long, value_name = "N", help_heading = "Rules", requires = "repetition_penalty")]
    pub(crate) repetition_window: Option<usize>,
    /// Plays no N tokens in a row twice
    #[arg(long, value_name = "N", help_heading = "Rules")]
    pub(crate) block_ngrams: Option<usize>,
    /// Tokens that the block looks back: 256 unless given
    #[arg(long, value_name = "N", help_heading = "Rules", requires = "block_ngrams")]
    pub(crate) block_window: Option<usize>,
    /// Plays notes of a scale only, such as "D major" or "F# dorian"
    #[arg(long, value_name = "KEY", help_heading = "Rules")]
    pub(crate) key: Option<String>,
    /// Ends on the tonic chord of the key
    #[arg(long, help_heading = "Rules", requires = "key")]
    pub(crate) end_on_tonic: bool,
    /// Plays MIDI pitches from LOW to HIGH only
    #[arg(long, value_name = "LOW-HIGH", help_heading = "Rules")]
    pub(crate) pitch_range: Option<PitchRange>,
    /// Plays these notes only, in any octave, such as C,D,F#
    #[arg(long, value_name = "NOTE,NOTE,...", help_heading = "Rules")]
    pub(crate) only_notes: Option<String>,
    /// Never plays these notes
    #[arg(long, value_name = "NOTE,NOTE,...", help_heading = "Rules")]
    pub(crate) no_notes: Option<String>,
    /// Plays at most N notes together
    #[arg(long, value_name = "N", help_heading = "Rules")]
    pub(crate) max_notes: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StrategyArg {
    /// The likeliest token each time
    Greedy,
    /// A token drawn by its probability
    Random,
    /// The likeliest of the pieces that a beam finds
    Beam,
    /// Different pieces, drawn by their probability at the temperature, which is 1 unless given
    StochasticBeam,
}

/// Lengths of repetitions; none if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loops(pub(crate) Vec<usize>);

impl FromStr for Loops {
    type Err = String;

    fn from_str(text: &str) -> Result<Loops, String> {
        if text == "none" {
            return Ok(Loops(Vec::new()));
        }
        let length = |part: &str| part.parse().map_err(|_| format!("'{part}' is no length; give 2,3,4 or none"));
        Ok(Loops(text.split(',').map(length).collect::<Result<_, _>>()?))
    }
}

/// A meter: beats in a bar, and the beat as a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeterArg {
    pub(crate) beats: u8,
    pub(crate) beat_log2: u8,
}

impl FromStr for MeterArg {
    type Err = String;

    fn from_str(text: &str) -> Result<MeterArg, String> {
        let numbers = text.split_once('/').and_then(|(beats, beat)| Some((beats.parse().ok()?, beat.parse().ok()?)));
        match numbers {
            Some((beats, beat)) if beats > 0 && u16::is_power_of_two(beat) && beat <= 1 << Playback::MAX_BEAT_LOG2 => {
                Ok(MeterArg { beats, beat_log2: beat.ilog2() as u8 })
            }
            _ => Err("give 1 to 255 beats and a power of two up to 256, such as 3/4 or 6/8".to_owned()),
        }
    }
}

impl fmt::Display for MeterArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.beats, 1_u16 << self.beat_log2)
    }
}

/// MIDI pitches from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PitchRange(pub(crate) u8, pub(crate) u8);

impl FromStr for PitchRange {
    type Err = String;

    fn from_str(text: &str) -> Result<PitchRange, String> {
        let range = text.split_once('-').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        match range {
            Some((low, high)) if low <= high && high < 128 => Ok(PitchRange(low, high)),
            _ => Err("give two MIDI pitches from 0 to 127, the lower first, such as 48-84".to_owned()),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReproduceArgs {
    /// A MIDI file that `galant compose` wrote
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file that composed it
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The MIDI file to write
    #[arg(long, value_name = "FILE.mid")]
    pub(crate) out: PathBuf,
}
