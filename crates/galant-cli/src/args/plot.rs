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
    /// The losses of a training over its epochs, or of several trainings in one picture
    Loss(LossArgs),
    /// A piano roll colored by how much each note surprises a network
    Surprise(SurpriseArgs),
    /// Hidden state, cell state and gates of a layer while it reads a piece
    States(StatesArgs),
    /// What a network expects as the next token, at several temperatures
    Next(NextArgs),
    /// How unsure a network is over a piece, and what its tokens cost it
    Entropy(EntropyArgs),
    /// The tokens on the plane in which their embeddings differ most, in the colors of their pitch classes
    Embedding(EmbeddingArgs),
    /// How much gradient reaches earlier steps, in an LSTM and a vanilla RNN
    Gradients(GradientPlotArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct RollArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The picture to write [default: prints a small roll]
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LossArgs {
    /// Training curves that `galant train` wrote; several go into one picture
    #[arg(value_name = "training.csv", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SurpriseArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatesArgs {
    /// The MIDI, ABC or MusicXML file
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Which layer, from 1 [default: the last]
    #[arg(long, value_name = "N")]
    pub(crate) layer: Option<NonZeroUsize>,
    /// Shows only these units, by their numbers from 0, such as 3,17,40 [default: all, by how long they remember]
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    pub(crate) units: Vec<usize>,
    /// Number of tokens to read, from the beginning, 4096 at most; up to 49 are written below the picture
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) tokens: u16,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct NextArgs {
    /// The MIDI, ABC or MusicXML file that is read
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Which token of the piece is predicted, from 1, by those before it
    #[arg(long, value_name = "N", default_value = "32")]
    pub(crate) at: NonZeroUsize,
    /// Temperatures
    #[arg(long, value_name = "X,X,...", value_delimiter = ',', default_value = "0.5,1,1.5", value_parser = temperature)]
    pub(crate) temperatures: Vec<f64>,
    /// How many tokens are shown, the likeliest
    #[arg(long, value_name = "N", default_value = "12")]
    pub(crate) tokens: NonZeroUsize,
    /// The picture to write [default: prints the five likeliest]
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: Option<PathBuf>,
}

fn temperature(text: &str) -> Result<f64, String> {
    let temperature = text.parse().ok().filter(|&x: &f64| x.is_finite() && x > 0.0);
    temperature.ok_or_else(|| "give temperatures above 0, such as 0.5,1,1.5".to_owned())
}

#[derive(Debug, clap::Args)]
pub(crate) struct EntropyArgs {
    /// The MIDI, ABC or MusicXML file that is read
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Over how many tokens a point of a curve is the mean [default: so many that a curve has about 150 points]
    #[arg(long, value_name = "N")]
    pub(crate) window: Option<NonZeroUsize>,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EmbeddingArgs {
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GradientPlotArgs {
    /// Tables that `galant gradients` wrote; several go into one picture
    #[arg(value_name = "gradients.csv", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The picture to write
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// The folder of a training, with model.safetensors
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The page to write [default: report.html in the folder]
    #[arg(long, short, value_name = "FILE.html")]
    pub(crate) out: Option<PathBuf>,
    /// Music to compare the pieces with [default: what the network was trained on]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,
}
