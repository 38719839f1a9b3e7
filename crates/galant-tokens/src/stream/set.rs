//! The streams of a model.

use galant_types::{Meter, Playback};
use thiserror::Error;

use super::kind::Stream;
use crate::{Grid, Tokenizer, VoicesTokenizer};

/// The streams of a model, in the order of its inputs after the tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamSet {
    streams: Vec<Stream>,
    values: StreamValues,
}

/// What the values of streams stand for, as found in a corpus; a [`StreamTally`](super::StreamTally) finds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamValues {
    /// The meters, at most [`StreamSet::MAX_METERS`], the most frequent first; value 1 of [`Stream::Meter`] is the first.
    /// Their ticks mean nothing.
    pub meters: Vec<Meter>,
    /// How many values [`Stream::Position`] has: the steps of the longest bar.
    pub n_positions: usize,
    /// The styles, at most [`StreamSet::MAX_STYLES`], sorted; value 1 of [`Stream::Style`] is the first.
    pub styles: Vec<String>,
}

impl StreamSet {
    /// The most streams of a model.
    pub const MAX_STREAMS: usize = 31;
    /// The most meters that a model tells apart.
    pub const MAX_METERS: usize = 15;
    /// The most styles that a model tells apart.
    pub const MAX_STYLES: usize = 255;
    /// The longest bar in which places are told apart, in quarter notes.
    pub const MAX_BAR_QUARTERS: u16 = 16;

    /// The `streams` of a model of `tokenizer`, with the values that they may take.
    ///
    /// Values of streams that are not in the set are left out.
    ///
    /// # Errors
    ///
    /// If there are too many streams, two equal ones, or one that the tokenizer does not have; if parts are given and
    /// [`Stream::Voice`] is missing; if a list of values is too
    /// long, has two equal ones, or is not as described at [`StreamValues`].
    pub fn new(
        tokenizer: Tokenizer,
        streams: Vec<Stream>,
        mut values: StreamValues,
    ) -> Result<StreamSet, StreamSetError> {
        if streams.len() > StreamSet::MAX_STREAMS {
            return Err(StreamSetError::TooMany { what: "streams", n: streams.len(), most: StreamSet::MAX_STREAMS });
        }
        if let Some(at) = (1..streams.len()).find(|&at| streams[..at].contains(&streams[at])) {
            return Err(StreamSetError::Twice { what: "stream", value: streams[at].to_string() });
        }
        if let (Tokenizer::Chords(_), Some(&stream)) = (tokenizer, streams.iter().find(|stream| stream.needs_time())) {
            return Err(StreamSetError::ChordTokens { stream });
        }
        let is_voices = matches!(tokenizer, Tokenizer::Voices(_));
        if let Some(&stream) = streams.iter().find(|stream| stream.needs_voices() && !is_voices) {
            return Err(StreamSetError::Voices { stream, tokenizer: tokenizer.name() });
        }
        if let Some(&stream) = streams.iter().find(|stream| stream.given_part().is_some())
            && !streams.contains(&Stream::Voice)
        {
            return Err(StreamSetError::GivenWithoutVoice { stream });
        }
        if !streams.contains(&Stream::Meter) {
            values.meters.clear();
        }
        if !streams.contains(&Stream::Position) {
            values.n_positions = 0;
        } else if !(1..=max_positions()).contains(&values.n_positions) {
            return Err(StreamSetError::Positions { n_positions: values.n_positions });
        }
        if !streams.contains(&Stream::Style) {
            values.styles.clear();
        }
        check_meters(&mut values.meters)?;
        check_styles(&values.styles)?;
        Ok(StreamSet { streams, values })
    }

    /// The streams, in the order of the inputs.
    pub fn streams(&self) -> &[Stream] {
        &self.streams
    }

    /// What their values stand for.
    pub fn values(&self) -> &StreamValues {
        &self.values
    }

    /// How many values each stream has, for a vocabulary of `vocabulary_size` tokens.
    pub fn vocab_sizes(&self, vocabulary_size: usize) -> Vec<usize> {
        let size = |stream: &Stream| match stream {
            Stream::Meter => 1 + self.values.meters.len(),
            Stream::Position => self.values.n_positions,
            Stream::BarsPlayed => Stream::N_BARS_PLAYED,
            Stream::BarsLeft => Stream::N_BARS_LEFT,
            Stream::Key => Stream::N_KEYS,
            Stream::Style => 1 + self.values.styles.len(),
            Stream::Voice => VoicesTokenizer::MAX_PARTS.into(),
            Stream::Held | Stream::HeldBy(_) | Stream::Until(_) => Stream::N_HELD,
            Stream::Lookback(_)
            | Stream::LookbackNext(_)
            | Stream::Own
            | Stream::Previous
            | Stream::Sounding(_)
            | Stream::Given(_)
            | Stream::Ahead(_) => vocabulary_size + 1,
        };
        self.streams.iter().map(size).collect()
    }

    /// Whether it has a stream that only voices have.
    pub(super) fn needs_voices(&self) -> bool {
        self.streams.iter().any(|stream| stream.needs_voices())
    }

    /// The longest lookback, in bars; 0 without one.
    pub(super) fn most_bars_back(&self) -> u64 {
        let n_bars = |stream: &Stream| match stream {
            Stream::Lookback(n_bars) | Stream::LookbackNext(n_bars) => n_bars.get().into(),
            _ => 0,
        };
        self.streams.iter().map(n_bars).max().unwrap_or(0)
    }
}

fn max_positions() -> usize {
    usize::from(StreamSet::MAX_BAR_QUARTERS * Grid::MAX)
}

/// Checks meters, and sets their ticks to 0.
fn check_meters(meters: &mut [Meter]) -> Result<(), StreamSetError> {
    if meters.len() > StreamSet::MAX_METERS {
        return Err(StreamSetError::TooMany { what: "meters", n: meters.len(), most: StreamSet::MAX_METERS });
    }
    meters.iter_mut().for_each(|meter| meter.tick = 0);
    for (at, meter) in meters.iter().enumerate() {
        let Meter { numerator, denominator_log2, .. } = *meter;
        if !is_playable(meter) {
            return Err(StreamSetError::Meter { numerator, denominator_log2 });
        }
        if meters[..at].contains(meter) {
            let value = format!("{numerator}/{}", 1_u32 << denominator_log2);
            return Err(StreamSetError::Twice { what: "meter", value });
        }
    }
    Ok(())
}

/// Whether a piece can be composed in it.
pub(super) fn is_playable(meter: &Meter) -> bool {
    meter.numerator > 0 && meter.denominator_log2 <= Playback::MAX_BEAT_LOG2
}

fn check_styles(styles: &[String]) -> Result<(), StreamSetError> {
    if styles.len() > StreamSet::MAX_STYLES {
        return Err(StreamSetError::TooMany { what: "styles", n: styles.len(), most: StreamSet::MAX_STYLES });
    }
    match styles.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) if pair[0] == pair[1] => Err(StreamSetError::Twice { what: "style", value: pair[0].clone() }),
        Some(pair) => Err(StreamSetError::StylesUnsorted { first: pair[0].clone(), second: pair[1].clone() }),
        None => Ok(()),
    }
}

/// Why streams and their values do not make a set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StreamSetError {
    /// A list is too long.
    #[error("{n} {what}, over the limit of {most}; leave some out")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        n: usize,
        /// How many there may be.
        most: usize,
    },
    /// A list has two equal values.
    #[error("the {what} '{value}' is listed twice; each may be listed once")]
    Twice {
        /// What the value is.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// A stream needs time, which chord tokens do not have.
    #[error("the stream {stream} needs rhythm, which chord tokens do not have; their streams are key and style")]
    ChordTokens {
        /// The stream.
        stream: Stream,
    },
    /// A stream tells of parts, which only voices have.
    #[error("the stream {stream} needs parts, which {tokenizer} tokens do not have; use the tokenizer voices")]
    Voices {
        /// The stream.
        stream: Stream,
        /// The name of the tokenizer.
        tokenizer: &'static str,
    },
    /// A part is given, and the stream is missing that says whose turn it is.
    #[error("the stream {stream} needs the stream voice beside it; add it")]
    GivenWithoutVoice {
        /// The stream.
        stream: Stream,
    },
    /// A bar has no steps, or too many.
    #[error("the longest bar has {n_positions} steps; it must have 1 to {}", max_positions())]
    Positions {
        /// How many it has.
        n_positions: usize,
    },
    /// A meter has no beats, or its beat is too short.
    #[error(
        "a meter has {numerator} beats of 1/2^{denominator_log2} of a whole note; it must have 1 to 255 of 1 to 1/2^{}",
        Playback::MAX_BEAT_LOG2
    )]
    Meter {
        /// How many beats.
        numerator: u8,
        /// The beat as a power of two.
        denominator_log2: u8,
    },
    /// Styles are not in order.
    #[error("the style '{second}' is listed after '{first}'; styles must be sorted")]
    StylesUnsorted {
        /// The one before.
        first: String,
        /// The one after.
        second: String,
    },
}
