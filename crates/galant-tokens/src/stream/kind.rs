//! The streams there are.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use thiserror::Error;

/// What a network may be told beside the last token.
///
/// Its text, in files and on command lines, is `meter`, `position`, `bars-played`, `bars-left`, `key`, `style`,
/// `lookback-1`, `lookback-2` and so on; for voices also `voice`, `held`, `own`, `previous`, `lookback-next-1`, `sounding-1`,
/// `held-1`, `given-1`, `ahead-1`, `until-1`, and so on for each part.
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
    /// the time that passed then. After a length that has a continuation there, it is the continuation. In voices it is what
    /// the same part sounded then: the token that strikes the note, or a rest.
    Lookback(NonZeroU8),
    /// In voices, which part the token belongs to, counted from 0.
    Voice,
    /// In voices, for how many steps the part has held its note: 0 if it is silent, then 1 to 8, 9 to 12, 13 to 16, 17 to 32,
    /// more.
    Held,
    /// In voices, the token that struck the last note of the part; the number after that of the last token if there is none.
    Own,
    /// In voices, the token that struck the note of the part before its last one; the number after that of the last token if
    /// there is none.
    Previous,
    /// In voices, what [`Stream::Lookback`] will say a step later: what the same part went on to, some bars ago.
    LookbackNext(NonZeroU8),
    /// In voices, what a part, counted from 1, sounds as far as its tokens say, at this step or, before its turn, at the one
    /// before: the token that struck the note, or a rest; the number after that of the last token if it has not begun.
    Sounding(NonZeroU8),
    /// In voices, for how many steps a part, counted from 1, has held that note, numbered as in [`Stream::Held`].
    HeldBy(NonZeroU8),
    /// In voices, what a part, counted from 1, will sound at this step: the token that strikes the note, or a rest; the number
    /// after that of the last token says that this is not given.
    Given(NonZeroU8),
    /// In voices, the next note of a part, counted from 1, after this step: the token that strikes it, or a rest if there is no
    /// other; the number after that of the last token says that this is not given.
    Ahead(NonZeroU8),
    /// In voices, how many steps after this one that note of a part, counted from 1, comes, numbered as in [`Stream::Held`];
    /// if there is no other, how many steps are left. 0 says that this is not given.
    Until(NonZeroU8),
}

impl Stream {
    /// How many values [`Stream::BarsPlayed`] has.
    pub(super) const N_BARS_PLAYED: usize = 7;
    /// How many values [`Stream::BarsLeft`] has.
    pub(super) const N_BARS_LEFT: usize = 9;
    /// How many values [`Stream::Held`] has.
    pub(super) const N_HELD: usize = 13;
    /// How many values [`Stream::Key`] has.
    pub(super) const N_KEYS: usize = 25;

    /// Whether it follows from bars and steps, which chord tokens do not have.
    pub(super) fn needs_time(self) -> bool {
        !matches!(self, Stream::Key | Stream::Style)
    }

    /// Whether only voices have it.
    pub fn needs_voices(self) -> bool {
        let is_own =
            matches!(self, Stream::Voice | Stream::Held | Stream::Own | Stream::Previous | Stream::LookbackNext(_));
        is_own || self.part().is_some()
    }

    /// Which part, counted from 1, it tells of, whosever turn it is.
    pub fn part(self) -> Option<NonZeroU8> {
        match self {
            Stream::Sounding(part) | Stream::HeldBy(part) => Some(part),
            other => other.given_part(),
        }
    }

    /// Which part, counted from 1, it tells of, if that is given.
    pub fn given_part(self) -> Option<NonZeroU8> {
        match self {
            Stream::Given(part) | Stream::Ahead(part) | Stream::Until(part) => Some(part),
            _ => None,
        }
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
            Stream::Voice => f.write_str("voice"),
            Stream::Held => f.write_str("held"),
            Stream::Own => f.write_str("own"),
            Stream::Previous => f.write_str("previous"),
            Stream::LookbackNext(n_bars) => write!(f, "lookback-next-{n_bars}"),
            Stream::Sounding(part) => write!(f, "sounding-{part}"),
            Stream::HeldBy(part) => write!(f, "held-{part}"),
            Stream::Given(part) => write!(f, "given-{part}"),
            Stream::Ahead(part) => write!(f, "ahead-{part}"),
            Stream::Until(part) => write!(f, "until-{part}"),
        }
    }
}

impl FromStr for Stream {
    type Err = ParseStreamError;

    fn from_str(text: &str) -> Result<Stream, ParseStreamError> {
        let numbered = || {
            let (name, number) = text.rsplit_once('-')?;
            let number = number.parse().ok()?;
            let stream = match name {
                "lookback" => Stream::Lookback(number),
                "lookback-next" => Stream::LookbackNext(number),
                "sounding" => Stream::Sounding(number),
                "held" => Stream::HeldBy(number),
                "given" => Stream::Given(number),
                "ahead" => Stream::Ahead(number),
                "until" => Stream::Until(number),
                _ => return None,
            };
            Some(stream).filter(|stream| stream.to_string() == text)
        };
        let plain = [
            Stream::Meter,
            Stream::Position,
            Stream::BarsPlayed,
            Stream::BarsLeft,
            Stream::Key,
            Stream::Style,
            Stream::Voice,
            Stream::Held,
            Stream::Own,
            Stream::Previous,
        ];
        let found = plain.into_iter().find(|stream| stream.to_string() == text).or_else(numbered);
        found.ok_or_else(|| ParseStreamError { text: text.to_owned() })
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "'{text}' is not a stream; the streams are meter, position, bars-played, bars-left, key, style, and lookback-1 to \
     lookback-255; of voices also voice, held, own, previous, lookback-next-1 and so on, and for each part sounding-1, \
     held-1, given-1, ahead-1 and until-1"
)]
pub struct ParseStreamError {
    /// The text.
    pub text: String,
}
