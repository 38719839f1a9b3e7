//! The arguments of `galant originality`, and those by which other commands say what a piece has from a corpus.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use galant_evaluate::originality::OriginalityCorpus;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("music").args(["corpus", "model"]).required(true))]
pub(crate) struct OriginalityArgs {
    /// MIDI, ABC or MusicXML files of pieces, or folders of them
    #[arg(value_name = "PIECE", required = true)]
    pub(crate) pieces: Vec<PathBuf>,
    /// The music to compare with: MIDI, ABC or MusicXML files and folders of them, "dice" for waltzes of the dice game,
    /// "mozart" or "bach" for bundled piano pieces. A piece that is in it is compared with the rest
    #[arg(long, value_name = "dice|mozart|bach|PATH", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,
    /// Compares with the music that this model file was trained on, as far as it is where it was, unchanged
    #[arg(long, value_name = "FILE", conflicts_with = "corpus")]
    pub(crate) model: Option<PathBuf>,
    /// Number of onsets from which on a run counts as copied
    #[arg(long, value_name = "N", default_value_t = min_run())]
    pub(crate) min_run: NonZeroUsize,
    /// Prints one JSON object, with every run and every onset
    #[arg(long)]
    pub(crate) json: bool,
}

/// How many onsets a run has that counts as copied by default.
fn min_run() -> NonZeroUsize {
    NonZeroUsize::new(OriginalityCorpus::MIN_RUN).expect("a run has onsets")
}

/// What a piece that is made has from the music that its network learned from.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Originality")]
pub(crate) struct ReceiptArgs {
    /// Writes which runs the corpus has too, to a .txt or .json file
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) receipt: Option<PathBuf>,
    /// Plays no run of more than N onsets that the corpus has, in any key
    #[arg(long, value_name = "N")]
    pub(crate) avoid_copying: Option<NonZeroUsize>,
    /// The music to compare with [default: what the model learned from]
    #[arg(long, value_name = "PATH|NAME", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,
}
