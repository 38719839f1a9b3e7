//! The streams there are.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use thiserror::Error;

/// What a network may be told beside the last token.
///
/// Its text, in files and on command lines, is `meter`, `position`, `bars-played`, `bars-left`, `key`, `style`,
/// `lookback-1`, `lookback-2` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// The meter of the bar; 0 is one that is not among those of the corpus.
    Meter,
    /// How many steps have passed in the bar; of the corpus' longest bar the last step stands for all later ones.
    Position,
    /// How many bars came before: 0, 1, 2, 3, 4 to 7, 8 to 15, more. It tells a beginning from a middle.
    BarsPlayed,
    /// How many bars are left, this one included: 0 is not told, then 1, 2, 3, 4, 5 to 8, 9 to 16, 17 to 32, more.
    BarsLeft,
    /// The key of the piece: 0 is not told, then the twelve major keys from C, then the twelve minor keys.
    ///
    /// Any scale whose tonic triad is minor counts as minor.
    Key,
    /// The style of the piece; 0 is not told, or one that is not among those of the corpus.
    Style,
    /// The token at the same place some bars ago; the number after that of the last token says that there was none.
    ///
    /// That is the same step of the bar that is as many bar lines earlier. Of rhythm tokens it is the token as far into
    /// that step: the first, the second. Of note tokens it is, after a pitch, the first length of the same pitch; after
    /// a length, or where nothing has been struck yet, the lowest pitch above the last one, and if no more were struck,
    /// the time that passed then. After a length that has a continuation there, it is the continuation.
    Lookback(NonZeroU8),
}

impl Stream {
    /// How many values [`Stream::BarsPlayed`] has.
    pub(super) const N_BARS_PLAYED: usize = 7;
    /// How many values [`Stream::BarsLeft`] has.
    pub(super) const N_BARS_LEFT: usize = 9;
    /// How many values [`Stream::Key`] has.
    pub(super) const N_KEYS: usize = 25;

    /// Whether it follows from bars and steps, which chord tokens do not have.
    pub(super) fn needs_time(self) -> bool {
        !matches!(self, Stream::Key | Stream::Style)
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Meter => f.write_str("meter"),
            Stream::Position => f.write_str("position"),
            Stream::BarsPlayed => f.write_str("bars-played"),
            Stream::BarsLeft => f.write_str("bars-left"),
            Stream::Key => f.write_str("key"),
            Stream::Style => f.write_str("style"),
            Stream::Lookback(n_bars) => write!(f, "lookback-{n_bars}"),
        }
    }
}

impl FromStr for Stream {
    type Err = ParseStreamError;

    fn from_str(text: &str) -> Result<Stream, ParseStreamError> {
        let lookback = || {
            let n_bars = text.strip_prefix("lookback-")?.parse().ok()?;
            Some(Stream::Lookback(n_bars)).filter(|stream| stream.to_string() == text)
        };
        let plain = [Stream::Meter, Stream::Position, Stream::BarsPlayed, Stream::BarsLeft, Stream::Key, Stream::Style];
        let found = plain.into_iter().find(|stream| stream.to_string() == text).or_else(lookback);
        found.ok_or_else(|| ParseStreamError { text: text.to_owned() })
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "'{text}' is not a stream; the streams are meter, position, bars-played, bars-left, key, style, and lookback-1 to \
     lookback-255"
)]
pub struct ParseStreamError {
    /// The text.
    pub text: String,
}
