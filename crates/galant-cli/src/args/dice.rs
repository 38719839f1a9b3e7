//! The arguments of `galant dice`.

use std::path::PathBuf;

use galant_dice::{Repeats, Throws};

#[derive(Debug, clap::Args)]
pub(crate) struct DiceArgs {
    /// The MIDI file to write, or MusicXML or its sound as a WAV file if the name ends in .musicxml, .xml, .mxl or .wav
    #[arg(long, short, value_name = "FILE.mid|FILE.musicxml|FILE.wav")]
    pub(crate) out: PathBuf,
    /// Seed of the dice: another number gives another waltz
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Sixteen sums of two dice from 2 to 12, thrown by hand
    #[arg(long, value_name = "N,N,...", conflicts_with = "seed")]
    pub(crate) throws: Option<Throws>,
    /// Repeats the first part, as in the original print
    #[arg(long)]
    pub(crate) repeat: bool,
}

/// How waltzes are played with or without `--repeat`.
pub(crate) fn repeats(repeat: bool) -> Repeats {
    if repeat { Repeats::WithRepeats } else { Repeats::Straight }
}
