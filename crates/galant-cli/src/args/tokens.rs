//! The arguments of how music becomes tokens, and of `galant tokenize` and `galant corpus`.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;

/// By which rules MIDI is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rules {
    /// The MIDI standard's
    Standard,
    /// The lecture's, quirks included
    Lecture,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// The notes struck together, without rhythm: 60.64.67
    Chords,
    /// A chord with its length and the time to the next onset: 60.64.67+6>6
    Rhythm,
    /// A time, a pitch or a length, >6 60 +6: plays chords that nobody wrote
    Notes,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenizeArgs {
    /// MIDI or ABC files, or folders of them
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// By which rules MIDI is read
    #[arg(long, value_enum, default_value = "standard")]
    pub(crate) rules: Rules,
    /// What a token is
    #[arg(long, value_enum, default_value = "chords")]
    pub(crate) tokenizer: KindArg,
    /// Steps that a quarter note has, for tokens with rhythm: 12 unless given
    #[arg(long, value_name = "N")]
    pub(crate) grid: Option<u16>,
    /// Keeps only the N highest notes of each onset; 0 keeps all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) top: usize,
    /// Prints a line a file: tokens, different ones, and what the grid changed
    #[arg(long, conflicts_with = "json")]
    pub(crate) report: bool,
    /// Prints a JSON object a file: n_tokens, and the tokens, which `galant detokenize` reads
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CorpusArgs {
    /// Files of MIDI or ABC, or folders of them
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// By which rules MIDI is read
    #[arg(long, value_enum, default_value = "standard")]
    pub(crate) rules: Rules,
    /// What a token is
    #[arg(long, value_enum, default_value = "rhythm")]
    pub(crate) tokenizer: KindArg,
    /// Steps that a quarter note has, for tokens with rhythm: 12 unless given
    #[arg(long, value_name = "N")]
    pub(crate) grid: Option<u16>,
    /// Keeps only the N highest notes of each onset; 0 keeps all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) top: usize,
    /// Share of each file, at its end, that training would hold out
    #[arg(long, value_name = "FRACTION", default_value_t = 0.1)]
    pub(crate) hold_out: f64,
}

/// Semitones from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transpose {
    pub(crate) lowest: i8,
    pub(crate) highest: i8,
}

impl Transpose {
    /// As it is written.
    pub(crate) const NONE: Transpose = Transpose { lowest: 0, highest: 0 };

    pub(crate) fn semitones(self) -> RangeInclusive<i8> {
        self.lowest..=self.highest
    }
}

impl FromStr for Transpose {
    type Err = String;

    fn from_str(text: &str) -> Result<Transpose, String> {
        let ends = text.split_once("..=").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        match ends {
            Some((lowest, highest)) if lowest <= highest && -24 <= lowest && highest <= 24 => {
                Ok(Transpose { lowest, highest })
            }
            _ => Err("give two numbers of semitones from -24 to 24, the lower first, such as -6..=5".to_owned()),
        }
    }
}

impl fmt::Display for Transpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..={}", self.lowest, self.highest)
    }
}
