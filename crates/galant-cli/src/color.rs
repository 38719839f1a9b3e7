//! Colors of messages and headings.
//!
//! Whether there are any is decided once, when the program starts: by `--color`, else by `NO_COLOR` and what the output is.
//! `anstream` keeps the decision, for our messages as for those about arguments.

use anstyle::{AnsiColor, Style};

/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What may be wrong.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The names of what is printed.
pub(crate) const HEADING: Style = Style::new().bold();

/// When there are colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless the variable NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorArg {
    /// Decides it for all outputs.
    pub(crate) fn apply(self) {
        let choice = match self {
            ColorArg::Auto => anstream::ColorChoice::Auto,
            ColorArg::Always => anstream::ColorChoice::Always,
            ColorArg::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }

    /// The same for what clap prints.
    pub(crate) fn of_clap(self) -> clap::ColorChoice {
        match self {
            ColorArg::Auto => clap::ColorChoice::Auto,
            ColorArg::Always => clap::ColorChoice::Always,
            ColorArg::Never => clap::ColorChoice::Never,
        }
    }
}

/// A heading, such as `corpus`, and what fills its column of `width` characters.
pub(crate) fn heading(text: &str, width: usize) -> String {
    format!("{HEADING}{text}{HEADING:#}{:fill$}", "", fill = width.saturating_sub(text.chars().count()))
}
