//! The arguments of `galant studio`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct StudioArgs {
    /// Model files, or folders of them, to compose with beside those of the page
    #[arg(value_name = "MODEL|FOLDER")]
    pub(crate) models: Vec<PathBuf>,
    /// The folder of the page, which `cargo xtask studio` builds [default: the folder studio next to the program]
    #[arg(long, value_name = "DIR")]
    pub(crate) page: Option<PathBuf>,
    /// Port of the address [default: 1793, or any that is free if that is taken]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Opens no browser
    #[arg(long)]
    pub(crate) no_open: bool,
}
