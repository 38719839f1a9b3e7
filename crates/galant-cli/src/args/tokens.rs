//! The arguments of how music becomes tokens, and of `galant tokenize` and `galant corpus`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use galant_corpus::{ReadOptions, Strictness};
use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridError, GridTokenizer, Tokenizer};

/// The rules by which MIDI is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesArg {
    /// The MIDI standard
    Standard,
    /// The lecture's rules, quirks included
    Lecture,
}

impl RulesArg {
    pub(crate) fn read_rules(self) -> ReadRules {
        match self {
            RulesArg::Standard => ReadRules::Standard,
            RulesArg::Lecture => ReadRules::Lecture,
        }
    }

    fn chord_rules(self) -> ChordRules {
        match self {
            RulesArg::Standard => ChordRules::Standard,
            RulesArg::Lecture => ChordRules::Lecture,
        }
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenizerArg {
    /// The notes struck together, without rhythm, such as 60.64.67
    Chords,
    /// A chord with its length and the time to the next onset, such as 60.64.67+6>6
    Rhythm,
    /// A time, a pitch or a length, such as >6, 60 and +6: composes chords that are not in the corpus
    Notes,
}

/// How many of the highest notes of an onset are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopArg(pub(crate) Option<NonZeroUsize>);

impl FromStr for TopArg {
    type Err = String;

    fn from_str(text: &str) -> Result<TopArg, String> {
        match text {
            "all" => Ok(TopArg(None)),
            number => match number.parse() {
                Ok(number) => Ok(TopArg(Some(number))),
                Err(_) => Err("give a number of notes from 1, or all".to_owned()),
            },
        }
    }
}

/// The tokenizer that options name.
///
/// # Errors
///
/// If there is a grid for chord tokens, or one out of its range.
pub(crate) fn tokenizer(
    tokenizer: TokenizerArg,
    rules: RulesArg,
    top: Option<NonZeroUsize>,
    grid: Option<u16>,
) -> anyhow::Result<Tokenizer> {
    let on_grid = || -> Result<GridTokenizer, GridError> {
        let grid = grid.map_or(Ok(Grid::default()), Grid::new)?;
        Ok(GridTokenizer { grid, top })
    };
    Ok(match tokenizer {
        TokenizerArg::Chords if grid.is_some() => {
            anyhow::bail!("--grid only applies to --tokenizer rhythm and --tokenizer notes")
        }
        TokenizerArg::Chords => Tokenizer::Chords(ChordTokenizer { rules: rules.chord_rules(), top }),
        TokenizerArg::Rhythm => Tokenizer::Rhythm(on_grid()?),
        TokenizerArg::Notes => Tokenizer::Notes(on_grid()?),
    })
}

/// Music, and the options by which it becomes tokens.
#[derive(Debug, clap::Args)]
pub(crate) struct MusicArgs {
    /// MIDI, ABC or MusicXML files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The rules by which MIDI is read
    #[arg(long, value_enum, default_value = "standard")]
    rules: RulesArg,
    /// Grid steps per quarter note, for tokens with rhythm [default: 12]
    #[arg(long, value_name = "N")]
    grid: Option<u16>,
    /// Keeps only the N highest notes of each onset
    #[arg(long, value_name = "N|all", default_value = "all")]
    top: TopArg,
}

impl MusicArgs {
    /// How files are read.
    pub(crate) fn read_options(&self, strictness: Strictness) -> ReadOptions {
        ReadOptions { rules: self.rules.read_rules(), strictness }
    }

    /// The tokenizer called `name`, as the other options want it.
    pub(crate) fn tokenizer(&self, name: TokenizerArg) -> anyhow::Result<Tokenizer> {
        tokenizer(name, self.rules, self.top.0, self.grid)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenizeArgs {
    #[command(flatten)]
    pub(crate) music: MusicArgs,
    /// What a token is
    #[arg(long, value_enum, default_value = "chords")]
    pub(crate) tokenizer: TokenizerArg,
    /// Prints a row per file: tokens, different tokens, and what the grid changed
    #[arg(long, conflicts_with = "json")]
    pub(crate) report: bool,
    /// Prints a JSON object per file, which `galant detokenize` reads
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CorpusArgs {
    #[command(flatten)]
    pub(crate) music: MusicArgs,
    /// What a token is
    #[arg(long, value_enum, default_value = "rhythm")]
    pub(crate) tokenizer: TokenizerArg,
    /// Share of each file, at its end, that training would hold out for validation, 0 to below 1
    #[arg(long, value_name = "FRACTION", default_value_t = 0.1)]
    pub(crate) hold_out: f64,
}
