//! The arguments of `galant plot` and `galant report`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct PlotArgs {
    #[command(subcommand)]
    pub(crate) what: PlotCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlotCommand {
    /// The piano roll of a MIDI, ABC or MusicXML file, with bars, keys and a color for each part
    Roll(RollArgs),
    /// The losses of a training over its epochs
    Loss(LossArgs),
    /// A piano roll colored by how much each note surprises a network
    Surprise(SurpriseArgs),
    /// Hidden state and gates of a layer while it reads a piece
    States(StatesArgs),
    /// How much gradient reaches earlier steps, in an LSTM and a vanilla RNN
    Gradients(GradientPlotArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct RollArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The picture to write [default: prints a small roll]
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LossArgs {
    /// The training curve that `galant train` wrote
    #[arg(value_name = "training.csv")]
    pub(crate) file: PathBuf,
    /// The picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SurpriseArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatesArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Which layer, from 1 [default: the last]
    #[arg(long, value_name = "N")]
    pub(crate) layer: Option<NonZeroUsize>,
    /// Number of tokens to read, from the beginning, 4096 at most
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) tokens: u16,
    /// The picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GradientPlotArgs {
    /// Tables that `galant gradients` wrote; several go into one picture
    #[arg(value_name = "gradients.csv", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// The folder of a training, with model.safetensors
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The page to write [default: report.html in the folder]
    #[arg(long, value_name = "FILE.html")]
    pub(crate) out: Option<PathBuf>,
}
