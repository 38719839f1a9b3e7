use thiserror::Error;

use crate::split::MAX_WINDOW;

/// Why songs cannot be split.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WindowsError {
    /// The window has no token or too many.
    #[error("the window is {window} tokens; it must be 1 to {MAX_WINDOW}")]
    Window {
        /// How many tokens the window has.
        window: usize,
    },
    /// The validation part is not a fraction of each song.
    #[error("the share held out for validation is {hold_out}; it must be at least 0 and below 1")]
    HoldOut {
        /// The share.
        hold_out: f64,
    },
    /// The validation songs are not chosen song by song.
    #[error("validation songs are marked by {n_flags} flags, and there are {n_songs} songs; give one for each")]
    Flags {
        /// How many flags there are.
        n_flags: usize,
        /// How many songs there are.
        n_songs: usize,
    },
    /// All songs are for validation.
    #[error("all {n_songs} songs are for validation; leave at least one to train on")]
    NothingToTrainOn {
        /// How many songs there are.
        n_songs: usize,
    },
    /// A song has another number of streams than the first.
    #[error("{name:?} has {n_streams} streams, and the first song has {expected}; all need the same")]
    Streams {
        /// The song.
        name: String,
        /// How many streams it has.
        n_streams: usize,
        /// How many the first song has.
        expected: usize,
    },
    /// A stream is not as long as its song.
    #[error("stream {stream} of {name:?} has {len} values for {n_tokens} tokens; it needs one for each")]
    StreamLength {
        /// The song.
        name: String,
        /// Which stream, from 0.
        stream: usize,
        /// How many values it has.
        len: usize,
        /// How many tokens the song has.
        n_tokens: usize,
    },
    /// A transposition belongs to another vocabulary.
    #[error("a transposition has {len} tokens; the songs need at least {n_tokens}")]
    Transposition {
        /// How many tokens it has.
        len: usize,
        /// How many it must have at least.
        n_tokens: usize,
    },
    /// A transposition belongs to songs with other streams.
    #[error("a transposition is of {n_tables} streams, and the songs have {n_streams}; all need the same")]
    TransposedStreams {
        /// Of how many streams it is.
        n_tables: usize,
        /// How many the songs have.
        n_streams: usize,
    },
    /// A transposition lacks values of a stream.
    #[error("a transposition has {len} values of stream {stream}; the songs need at least {n_values}")]
    TransposedValues {
        /// Which stream, from 0.
        stream: usize,
        /// How many values it has.
        len: usize,
        /// How many it must have at least.
        n_values: usize,
    },
    /// A view belongs to songs with other streams.
    #[error("a view hides streams of {n_hidden}, and the songs have {n_streams}; all need the same")]
    ViewStreams {
        /// Of how many streams it is.
        n_hidden: usize,
        /// How many the songs have.
        n_streams: usize,
    },
    /// A view counts predictions by a stream that the songs do not have.
    #[error("a view counts predictions by stream {stream}, from 0, and the songs have {n_streams}")]
    ViewStream {
        /// Which stream, from 0.
        stream: usize,
        /// How many the songs have.
        n_streams: usize,
    },
    /// A view does not say of every value of a stream whether predictions count.
    #[error("a view has {len} values of stream {stream}; the songs need at least {n_values}")]
    ViewValues {
        /// Which stream, from 0.
        stream: usize,
        /// How many values it has.
        len: usize,
        /// How many it must have at least.
        n_values: usize,
    },
    /// No song is long enough.
    #[error(
        "no song has a training part longer than the window of {window} tokens: the longest of {n_songs}, {name:?}, has \
         {n_tokens}; choose a shorter window or longer songs"
    )]
    SongsTooShort {
        /// How many songs there are.
        n_songs: usize,
        /// The song with the longest training part.
        name: String,
        /// How many tokens that has.
        n_tokens: usize,
        /// How many tokens the window has.
        window: usize,
    },
}
