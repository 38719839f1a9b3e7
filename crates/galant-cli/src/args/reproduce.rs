//! The arguments of `galant reproduce`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct ReproduceArgs {
    /// A file of music that `galant compose` wrote
    #[arg(value_name = "FILE.mid")]
    pub(crate) file: PathBuf,
    /// The model file that composed it
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The file to write, of the same format
    #[arg(long, short, value_name = "FILE.mid")]
    pub(crate) out: PathBuf,
}
