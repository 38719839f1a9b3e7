//! The arguments of `galant dice`.

use std::path::PathBuf;
use std::str::FromStr;

use galant_dice::Repeats;

#[derive(Debug, clap::Args)]
pub(crate) struct DiceArgs {
    /// The MIDI file to write, or its sound as a WAV file if the name ends in .wav
    #[arg(long, value_name = "FILE.mid|FILE.wav")]
    pub(crate) out: PathBuf,
    /// Rolls the dice; another number gives another waltz
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Sixteen sums of two dice from 2 to 12, thrown by hand
    #[arg(long, value_name = "N,N,...", conflicts_with = "seed")]
    pub(crate) throws: Option<Sums>,
    /// Repeats the first part, as in the print
    #[arg(long)]
    pub(crate) repeat: bool,
}

/// Sixteen sums of two dice, 2 to 12 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sums(pub(crate) [u8; 16]);

impl FromStr for Sums {
    type Err = String;

    fn from_str(text: &str) -> Result<Sums, String> {
        let sum = |(number, part): (usize, &str)| {
            let part = part.trim();
            // A number too large for a byte is no sum of two dice either.
            let sum = part.parse().ok().filter(|sum| (2..=12).contains(sum));
            sum.ok_or_else(|| format!("throw {} is '{part}'; two dice give 2 to 12", number + 1))
        };
        let sums: Vec<u8> = text.split(',').enumerate().map(sum).collect::<Result<_, _>>()?;
        let sums = sums.try_into().map_err(|sums: Vec<u8>| {
            format!("{} throws are given; a waltz takes 16, separated by commas such as 7,11,4", sums.len())
        })?;
        Ok(Sums(sums))
    }
}

/// How waltzes are played with or without `--repeat`.
pub(crate) fn repeats(repeat: bool) -> Repeats {
    if repeat { Repeats::WithRepeats } else { Repeats::Straight }
}
