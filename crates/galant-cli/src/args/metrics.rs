//! The arguments of `galant metrics`.

use std::path::PathBuf;

/// Describes pieces by figures that others use, and says how far a set of pieces is from another.
#[derive(Debug, clap::Args)]
pub(crate) struct MetricsArgs {
    /// MIDI, ABC or MusicXML files, or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub(crate) files: Vec<PathBuf>,
    /// The music to compare with, files or folders: its figures beside the others, and how far apart both sets are
    #[arg(long, value_name = "FILE|FOLDER", num_args = 1..)]
    pub(crate) against: Vec<PathBuf>,
    /// Prints one JSON object, with the figures of each piece
    #[arg(long)]
    pub(crate) json: bool,
}
