//! The arguments of how music becomes tokens, and of `galant tokenize` and `galant corpus`.

use std::num::{NonZeroU8, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::TypedValueParser;
use galant_corpus::{ReadOptions, Strictness};
use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridError, GridTokenizer, Tokenizer, VoicesTokenizer};

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
    /// At each step of the grid what each part does, such as 60, = (holds) and - (rests): parts keep their instruments
    Voices,
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

/// Reads a number of parts.
pub(super) fn parts() -> impl TypedValueParser<Value = NonZeroU8> {
    let range = clap::value_parser!(u8).range(1..=i64::from(VoicesTokenizer::MAX_PARTS));
    range.map(|number| NonZeroU8::new(number).expect("the range begins at 1"))
}

/// The tokenizer that options name.
///
/// # Errors
///
/// If there is a grid for chord tokens, or one out of its range; if there are parts without voices, or `--top` with them.
pub(crate) fn tokenizer(
    tokenizer: TokenizerArg,
    rules: RulesArg,
    top: Option<NonZeroUsize>,
    grid: Option<u16>,
    parts: Option<NonZeroU8>,
) -> anyhow::Result<Tokenizer> {
    let is_voices = tokenizer == TokenizerArg::Voices;
    anyhow::ensure!(is_voices || parts.is_none(), "--parts only applies to --tokenizer voices");
    anyhow::ensure!(
        !is_voices || top.is_none(),
        "--top does not apply to --tokenizer voices, whose parts have one note each"
    );
    let on_grid = || -> Result<GridTokenizer, GridError> {
        let grid = grid.map_or(Ok(Grid::default()), Grid::new)?;
        Ok(GridTokenizer { grid, top })
    };
    Ok(match tokenizer {
        TokenizerArg::Chords if grid.is_some() => {
            anyhow::bail!("--grid only applies to --tokenizer rhythm, notes and voices")
        }
        TokenizerArg::Chords => Tokenizer::Chords(ChordTokenizer { rules: rules.chord_rules(), top }),
        TokenizerArg::Rhythm => Tokenizer::Rhythm(on_grid()?),
        TokenizerArg::Notes => Tokenizer::Notes(on_grid()?),
        TokenizerArg::Voices => {
            let default = VoicesTokenizer::default();
            Tokenizer::Voices(VoicesTokenizer { grid: grid.map_or(Ok(default.grid), Grid::new)?, n_parts: parts })
        }
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
    /// Grid steps per quarter note, for tokens with rhythm [default: 12, of voices 4]
    #[arg(long, value_name = "N")]
    grid: Option<u16>,
    /// Number of parts that music for voices must have [default: as many as it has]
    #[arg(long, value_name = "N", value_parser = parts())]
    parts: Option<NonZeroU8>,
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
        tokenizer(name, self.rules, self.top.0, self.grid, self.parts)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenizeArgs {
    #[command(flatten)]
    pub(crate) music: MusicArgs,
    /// What a token is
    #[arg(long, value_enum, default_value = "chords")]
    pub(crate) tokenizer: TokenizerArg,
    /// Reads only the tune of this number in a book of tunes; without it, all are read
    #[arg(long, value_name = "N", conflicts_with = "report")]
    pub(crate) tune: Option<u32>,
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
    /// Prints one JSON object of what was found
    #[arg(long)]
    pub(crate) json: bool,
    /// MIDI, ABC or MusicXML files to validate on, or folders of them: says how much of each is in the corpus
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) validation: Vec<PathBuf>,
}
