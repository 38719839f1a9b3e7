//! The command line.

mod compose;
mod dice;
mod engine;
mod plot;
mod tokens;

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use compose::{ComposeArgs, Loops, MeterArg, PieceArgs, PitchRange, ReproduceArgs, StrategyArg};
pub(crate) use dice::DiceArgs;
#[cfg(feature = "libtorch")]
pub(crate) use engine::{DeviceArg, PrecisionArg};
pub(crate) use engine::{EngineArg, EngineArgs};
pub(crate) use plot::{PlotArgs, PlotCommand, ReportArgs, RollArgs, StatesArgs, SurpriseArgs};
pub(crate) use tokens::{CorpusArgs, KindArg, Rules, TokenizeArgs, Transpose};

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
    #[command(after_long_help = crate::settings::presets())]
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

/// Settings made for a purpose; single options override them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// Learns from every token, holds a tenth out, keeps the best weights
    Default,
    /// The lecture's for one song: 3 × 128, 200 epochs, RMSprop
    LectureSong,
    /// The lecture's for nine concerto movements: 3 × 256, 150 epochs, the two highest notes
    LectureConcertos,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ObjectiveArg {
    /// Predicts the next token at every place of a window
    EveryToken,
    /// Predicts the token after a window
    LastToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CellArg {
    /// Long short-term memory
    Lstm,
    /// A vanilla recurrent network
    Rnn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OptimizerArg {
    /// Adam, with the constants of its paper
    Adam,
    /// RMSprop, with the constants of Keras 3
    Rmsprop,
}

/// What the first weights are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Initialization {
    /// As Keras draws them
    Keras,
    /// The same, but a standard normal embedding, which learns sooner
    NormalEmbedding,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TrainArgs {
    /// "dice" for waltzes of Mozart's dice game, "mozart" or "bach" for pieces for piano, or files and folders of MIDI or
    /// ABC; several are trained on together
    #[arg(long, value_name = "dice|mozart|bach|PATH", num_args = 1.., default_value = "dice")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Repeats the first part of waltzes of the dice game, as its print does
    #[arg(long)]
    pub(crate) repeat: bool,
    /// Evenings of forty waltzes that are rolled for the dice game: 40 unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) evenings: Option<u16>,
    /// Where model, training curve and snapshot go
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,
    /// What the other settings are unless given
    #[arg(long, value_enum, default_value = "default")]
    pub(crate) preset: Preset,
    /// By which rules MIDI is read
    #[arg(long, value_enum)]
    pub(crate) rules: Option<Rules>,
    /// What a token is: rhythm unless given, but chords with --top, --rules lecture or its presets
    #[arg(long, value_enum)]
    pub(crate) tokenizer: Option<KindArg>,
    /// Steps that a quarter note has, for tokens with rhythm: 12 unless given
    #[arg(long, value_name = "N")]
    pub(crate) grid: Option<u16>,
    /// Keeps only the N highest notes of each onset, 0 all; without --tokenizer the tokens are chords
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Trains on the music this many semitones higher and lower too, drawn for each window; needs a larger vocabulary
    #[arg(long, value_name = "LOW..=HIGH", allow_hyphen_values = true)]
    pub(crate) transpose: Option<Transpose>,
    /// What a step learns to predict
    #[arg(long, value_enum)]
    pub(crate) objective: Option<ObjectiveArg>,
    /// What the recurrent layers are made of
    #[arg(long, value_enum)]
    pub(crate) cell: Option<CellArg>,
    /// How gradients change the weights
    #[arg(long, value_enum)]
    pub(crate) optimizer: Option<OptimizerArg>,
    /// What the first weights are drawn from
    #[arg(long, value_enum)]
    pub(crate) initialization: Option<Initialization>,
    /// Numbers that stand for a token inside the network
    #[arg(long, value_name = "N")]
    pub(crate) embedding_size: Option<usize>,
    /// Size of each layer's hidden state
    #[arg(long, value_name = "N")]
    pub(crate) hidden_size: Option<usize>,
    /// Recurrent layers
    #[arg(long, value_name = "N")]
    pub(crate) layers: Option<usize>,
    /// Probability that training drops an output of a layer
    #[arg(long, value_name = "P")]
    pub(crate) dropout: Option<f32>,
    /// Tokens in a window
    #[arg(long, value_name = "N")]
    pub(crate) window: Option<usize>,
    /// Windows in a step
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) batch: Option<u16>,
    /// The most epochs
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<NonZeroU64>,
    /// Step size of the optimiser
    #[arg(long, value_name = "X")]
    pub(crate) learning_rate: Option<f64>,
    /// Shortens a longer gradient to this norm; 0 never does
    #[arg(long, value_name = "X")]
    pub(crate) clip_norm: Option<f32>,
    /// Share of each song, at its end, that is held out of training
    #[arg(long, value_name = "FRACTION")]
    pub(crate) hold_out: Option<f64>,
    /// Stops when the windowed training loss is this low, not after the preset's epochs or patience; keeps the last weights
    #[arg(long, value_name = "X", value_parser = loss_to_reach)]
    pub(crate) stop_at_loss: Option<f64>,
    /// Stops after N epochs without a lower validation loss
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<NonZeroU64>,
    /// Draws initial weights, batches and dropout
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads to compute on; as many as there are cores unless given. The embedded engine gives the same result on any
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Goes on from the snapshot in the folder
    #[arg(long)]
    pub(crate) resume: bool,
    /// Writes a snapshot within an epoch too, where N seconds have passed since the last; 0 writes one after every step
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub(crate) snapshot_every: u64,
}

/// A training must be able to reach it: one that waits for NaN never ends.
fn loss_to_reach(text: &str) -> Result<f64, String> {
    let loss = text.parse().ok().filter(|&loss: &f64| loss.is_finite() && loss > 0.0);
    loss.ok_or_else(|| "give nats per token above 0, such as 0.25".to_owned())
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
    /// A model file; an LSTM and a vanilla RNN trained for the purpose unless given
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
    /// The CSV file to write; printed unless given
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
    /// Whose instruments play; one of the system's unless given, and the built-in sound if there is none
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
    /// Whose instruments play; one of the system's unless given, and the built-in sound if there is none
    #[arg(long, value_name = "FILE.sf2|none")]
    pub(crate) soundfont: Option<PathBuf>,
}
