//! The command line.

mod compose;
mod dice;
mod engine;
mod plot;
mod tokens;
mod train;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use compose::{ComposeArgs, ReproduceArgs};
pub(crate) use dice::{DiceArgs, repeats};
#[cfg(feature = "libtorch")]
pub(crate) use engine::{DeviceArg, PrecisionArg};
pub(crate) use engine::{EngineArg, EngineArgs};
pub(crate) use plot::{PlotArgs, PlotCommand, ReportArgs, RollArgs, StatesArgs, SurpriseArgs};
pub(crate) use tokens::{CorpusArgs, TokenizeArgs};
pub(crate) use train::TrainArgs;

/// Trains recurrent networks on music and composes with them.
#[derive(Debug, Parser)]
#[command(name = "galant", version, about, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Prints no progress and no notes, only what was asked for, warnings and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Refuses files of music that break their standard, instead of repairing what is wrong with a warning
    #[arg(long, global = true)]
    pub(crate) strict: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the tokens of MIDI or ABC files
    Tokenize(TokenizeArgs),
    /// Looks through a corpus before it is trained on: what each file holds, duplicates, what is left out and why
    Corpus(CorpusArgs),
    /// Trains a network on music: files, pieces for piano it brings along, or waltzes of Mozart's dice game
    #[command(after_long_help = train::presets())]
    Train(TrainArgs),
    /// Rolls a waltz of Mozart's dice game
    Dice(DiceArgs),
    /// Composes pieces with a trained network
    Compose(Box<ComposeArgs>),
    /// Composes a piece once more, from what its file says of itself
    Reproduce(ReproduceArgs),
    /// Measures how well a network predicts MIDI or ABC files, in nats per token
    Evaluate(EvaluateArgs),
    /// Turns tokens back into a MIDI file; chord tokens as the lecture does
    Detokenize(DetokenizeArgs),
    /// Tells what a model file holds
    Info(InfoArgs),
    /// Prints how much of the gradient of the last token's loss reaches earlier steps, as CSV
    Gradients(GradientsArgs),
    /// Turns a MIDI or ABC file into sound, as a WAV file
    Render(RenderArgs),
    /// Plays a MIDI or ABC file, or says how to listen
    Play(PlayArgs),
    /// Draws pictures, SVG or PNG: piano roll, losses, surprise, hidden states, gradients
    Plot(PlotArgs),
    /// Puts all that a training left in its folder on one page, to read, see and hear
    Report(ReportArgs),
}

impl Command {
    /// Whether what it prints is what it was asked for, and not a note on what it does.
    pub(crate) fn prints_results(&self) -> bool {
        match self {
            Command::Tokenize(_) | Command::Corpus(_) | Command::Evaluate(_) | Command::Info(_) => true,
            Command::Gradients(args) => args.out.is_none(),
            Command::Plot(PlotArgs { what: PlotCommand::Roll(args) }) => args.out.is_none(),
            Command::Compose(args) => args.verbose || args.report,
            _ => false,
        }
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    let fraction = text.parse().ok().filter(|fraction: &f64| 0.0 < *fraction && *fraction < 1.0);
    fraction.ok_or_else(|| "give a number above 0 and below 1, such as 0.1".to_owned())
}

#[derive(Debug, clap::Args)]
pub(crate) struct EvaluateArgs {
    /// The model file
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// MIDI or ABC files, or folders of them; "dice" for fresh waltzes of the dice game
    #[arg(required = true, value_name = "dice|FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Measures only this share of each file, at its end, and reads the rest
    #[arg(long, value_name = "FRACTION", value_parser = fraction)]
    pub(crate) hold_out: Option<f64>,
    /// Prints one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DetokenizeArgs {
    /// What `galant tokenize --json` printed of a file, of any kind of tokens, or a JSON list of chords
    #[arg(value_name = "TOKENS.json")]
    pub(crate) tokens: PathBuf,
    /// The MIDI file to write
    #[arg(long, value_name = "FILE.mid")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InfoArgs {
    /// The model file
    #[arg(value_name = "FILE")]
    pub(crate) model: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GradientsArgs {
    /// A model file [default: trains an LSTM and a vanilla RNN for the comparison]
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Training steps of those two; 0 leaves them as they are drawn
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) steps: usize,
    /// "dice" for waltzes of Mozart's dice game, "mozart" or "bach" for pieces for piano, or files and folders of MIDI or
    /// ABC; several are trained on together
    #[arg(long, value_name = "dice|mozart|bach|PATH", num_args = 1.., default_value = "dice")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Tokens in a window
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(crate) window: usize,
    /// Windows to average over
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) windows: NonZeroUsize,
    /// Hidden size of those two
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(crate) hidden_size: usize,
    /// Draws the networks and the windows
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The CSV file to write [default: prints it]
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RenderArgs {
    /// The MIDI or ABC file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The WAV file to write
    #[arg(long, value_name = "FILE.wav")]
    pub(crate) out: PathBuf,
    /// The SoundFont that plays, or none for the built-in sound [default: the system's, if there is one]
    #[arg(long, value_name = "FILE.sf2|none")]
    pub(crate) soundfont: Option<PathBuf>,
    /// Writes 32-bit floating-point samples instead of 16-bit ones
    #[arg(long)]
    pub(crate) float: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PlayArgs {
    /// The MIDI or ABC file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The SoundFont that plays, or none for the built-in sound [default: the system's, if there is one]
    #[arg(long, value_name = "FILE.sf2|none")]
    pub(crate) soundfont: Option<PathBuf>,
}
