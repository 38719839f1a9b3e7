//! The command line.

mod choice;
mod compose;
mod dice;
mod engine;
mod export;
mod harmonize;
mod metrics;
mod originality;
mod plot;
mod reproduce;
mod rules;
mod studio;
mod tokens;
mod train;
mod train_settings;
mod values;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand};

use crate::color::ColorArg;

pub(crate) use compose::ComposeArgs;
pub(crate) use dice::{DiceArgs, repeats};
#[cfg(feature = "libtorch")]
pub(crate) use engine::{DeviceArg, PrecisionArg};
pub(crate) use engine::{EngineArg, EngineArgs};
pub(crate) use export::ExportArgs;
pub(crate) use harmonize::HarmonizeArgs;
pub(crate) use metrics::MetricsArgs;
pub(crate) use originality::{OriginalityArgs, ReceiptArgs};
pub(crate) use plot::{
    EmbeddingArgs, EntropyArgs, LossArgs, NextArgs, PlotArgs, PlotCommand, ReportArgs, RollArgs, StatesArgs,
    SurpriseArgs,
};
pub(crate) use reproduce::ReproduceArgs;
pub(crate) use studio::StudioArgs;
pub(crate) use tokens::{CorpusArgs, TokenizeArgs};
pub(crate) use train::TrainArgs;

/// Trains recurrent networks on music and composes with them.
#[derive(Debug, Parser)]
#[command(name = "galant", version, arg_required_else_help = true, disable_help_flag = true, after_help = AFTER)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Prints only what was asked for, warnings and errors
    #[arg(long, short, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
    /// Refuses music files that break their standard, instead of repairing them
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    pub(crate) strict: bool,
    /// Colors of messages and headings: auto, always or never [default: auto]
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE, value_enum, default_value = "auto", hide_default_value = true, hide_possible_values = true,
        value_name = "WHEN")]
    pub(crate) color: ColorArg,
    /// Prints help: -h the common options, --help all of them
    #[arg(long, short, global = true, hide_short_help = true, help_heading = EVERYWHERE, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// The heading of options that all commands have.
const EVERYWHERE: &str = "Of all commands";

/// What the help of the program ends with.
const AFTER: &str = "\
Of all commands:
  -h, --help          -h the common options, --help all of them
  -q, --quiet         Prints only what was asked for, warnings and errors
      --strict        Refuses music files that break their standard, instead of repairing them
      --color <WHEN>  Colors of messages and headings: auto, always or never

Begin with `galant train --corpus mozart --minutes 1 -o mine`, and then `galant compose -m mine/model.safetensors -o piece.wav`.
Exit codes: 0 all is done, 1 some inputs were bad and the rest is done, 2 nothing is done, 130 after Ctrl-C.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the tokens of MIDI, ABC or MusicXML files
    Tokenize(TokenizeArgs),
    /// Surveys a corpus before training: each file, duplicates, what is left out and why, and how to train on it
    Corpus(CorpusArgs),
    /// Trains a network on music: files, bundled piano pieces, or waltzes of Mozart's dice game
    Train(Box<TrainArgs>),
    /// Does it all for a folder of music: looks at it, trains, composes, renders and writes a page
    Make(MakeArgs),
    /// Rolls a waltz of Mozart's dice game
    Dice(DiceArgs),
    /// Composes pieces with a trained network
    Compose(Box<ComposeArgs>),
    /// Writes the other parts of a choir or an ensemble for a tune, with a network of voices
    Harmonize(HarmonizeArgs),
    /// Composes a piece again, from the record in its file
    Reproduce(ReproduceArgs),
    /// Measures how well a network predicts MIDI, ABC or MusicXML files, in nats per token, note, onset and quarter
    /// note
    Evaluate(EvaluateArgs),
    /// Finds which runs of notes pieces have from a corpus, in any key, and whether that is more than its pieces have from each other
    Originality(OriginalityArgs),
    /// Describes pieces by figures that others use, and says how far a set of pieces is from another
    Metrics(MetricsArgs),
    /// Turns tokens back into a MIDI or MusicXML file; a chord token lasts a sixteenth note, as in the lecture
    Detokenize(DetokenizeArgs),
    /// Says what a model file holds, or what a piece of music is: keys, meters, parts, length
    Info(InfoArgs),
    /// Writes a model file with smaller weights, such as for a page
    Export(ExportArgs),
    /// Prints how much of the gradient of the last token's loss reaches earlier steps, as CSV
    Gradients(GradientsArgs),
    /// Renders a MIDI, ABC or MusicXML file to sound, as a WAV file
    Render(RenderArgs),
    /// Plays a MIDI, ABC or MusicXML file
    Play(PlayArgs),
    /// Serves the studio, the page on which one composes and harmonizes, on this machine only
    Studio(StudioArgs),
    /// Draws pictures, SVG or PNG: piano roll, losses, surprise, states, predictions, embedding, gradients
    Plot(PlotArgs),
    /// Puts everything that a training left in its folder on one page, to read, see and hear
    Report(ReportArgs),
    /// Prints what a shell needs to complete commands and options
    Completions(CompletionsArgs),
    /// Prints the manual page of the program, or writes those of all commands
    Man(ManArgs),
}

impl Command {
    /// Whether what it prints is what it was asked for, and not a note on what it does.
    pub(crate) fn prints_results(&self) -> bool {
        match self {
            Command::Tokenize(_)
            | Command::Corpus(_)
            | Command::Evaluate(_)
            | Command::Metrics(_)
            | Command::Info(_)
            | Command::Originality(_)
            | Command::Completions(_) => true,
            Command::Man(args) => args.out.is_none(),
            Command::Gradients(args) => args.out.is_none(),
            Command::Plot(PlotArgs { what: PlotCommand::Roll(args) }) => args.out.is_none(),
            Command::Plot(PlotArgs { what: PlotCommand::Next(args) }) => args.out.is_none(),
            Command::Train(args) => args.print_config || args.json,
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
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// MIDI, ABC or MusicXML files, or folders of them; "dice" for new waltzes of the dice game. A file in a folder that is called
    /// like a style of the model is read in that style
    #[arg(required = true, value_name = "dice|FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Measures only this share of each file, at its end; the rest is read as context
    #[arg(long, value_name = "FRACTION", value_parser = fraction)]
    pub(crate) hold_out: Option<f64>,
    /// Tells a model of voices what these parts do, such as "soprano" or "1,3", and measures the others
    #[arg(long, value_name = "PART,PART,...", value_delimiter = ',')]
    pub(crate) given: Vec<String>,
    /// Also says what the files cost models that only count this music, files or folders, and what those cost of which little is
    /// in it; with --hold-out they count it up to
    /// the same share of each piece
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,
    /// Prints one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DetokenizeArgs {
    /// The output of `galant tokenize --json` for one file, or a JSON list of chords
    #[arg(value_name = "TOKENS.json")]
    pub(crate) tokens: PathBuf,
    /// The MIDI file to write, or MusicXML if the name ends in .musicxml, .xml or .mxl
    #[arg(long, short, value_name = "FILE.mid|FILE.musicxml")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InfoArgs {
    /// A model file, or a MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Prints JSON, an object for the model or for each piece
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GradientsArgs {
    /// A model file [default: trains an LSTM and a vanilla RNN for the comparison]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Training steps of these two networks; 0 leaves them untrained
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) steps: usize,
    /// "dice" for waltzes of Mozart's dice game, "mozart" or "bach" for bundled piano pieces, or files of MIDI, ABC and
    /// MusicXML and folders of them; several are used together
    #[arg(long, value_name = "dice|mozart|bach|PATH", num_args = 1.., default_value = "dice")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Length of a window, in tokens
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(crate) window: usize,
    /// Number of windows to average over
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) windows: NonZeroUsize,
    /// Size of each layer's hidden state in these two networks
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(crate) hidden_size: usize,
    /// Seed for the networks and the windows
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The CSV file to write [default: prints it]
    #[arg(long, short, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RenderArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The WAV file to write
    #[arg(long, short, value_name = "FILE.wav")]
    pub(crate) out: PathBuf,
    /// The SoundFont to play with, or "none" for the built-in sound [default: the system's, if there is one]
    #[arg(long, value_name = "FILE.sf2|none")]
    pub(crate) soundfont: Option<PathBuf>,
    /// Writes 32-bit floating-point samples instead of 16-bit integers
    #[arg(long)]
    pub(crate) float: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PlayArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The SoundFont to play with, or "none" for the built-in sound [default: the system's, if there is one]
    #[arg(long, value_name = "FILE.sf2|none")]
    pub(crate) soundfont: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// The folder to write the pages of all commands into [default: prints the page of the program]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MakeArgs {
    /// A folder of MIDI, ABC or MusicXML files, or a single file
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// Minutes for everything
    #[arg(long, value_name = "M", default_value = "5", value_parser = train::minutes)]
    pub(crate) minutes: f64,
    /// Number of pieces
    #[arg(long, short = 'n', value_name = "N", default_value = "5", value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) pieces: u8,
    /// Folder for the model, the pieces and the page
    #[arg(long, short, value_name = "DIR", default_value = "made")]
    pub(crate) out: PathBuf,
    /// Seed of the network and the pieces: another number gives others
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Replaces what was made in the folder before
    #[arg(long)]
    pub(crate) force: bool,
}
