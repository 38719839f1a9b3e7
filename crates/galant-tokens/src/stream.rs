//! Streams: what a network is told beside the last token.
//!
//! From its last token alone a network has to guess where in the bar it is, how long the piece still goes, and what the
//! tune did a bar ago. A *stream* tells it: a small number at each token that describes the place of the token to come.
//! [`Stream`] lists them, a [`StreamSet`] is the choice of a model with the meters and styles of its corpus, and a
//! [`Tracker`] follows one piece and says what the streams are. What it cannot see in the tokens, such as the bar lines,
//! is in the [`Frame`] of a piece: from a score in training, from what is asked for in composing. Training runs the same
//! tracker over its songs as composing does over its pieces.
//!
//! ```
//! use galant_tokens::stream::{Frame, StreamSet, StreamTally};
//! use galant_tokens::{GridTokenizer, Tokenizer, Vocabulary};
//! use galant_types::{Meter, StreamTracker, TokenId};
//!
//! let tokenizer = Tokenizer::Notes(GridTokenizer::default());
//! let tokens = ["60", "+12", ">24"].map(|text| tokenizer.parse(text));
//! let vocabulary = Vocabulary::from_tokens(tokens.into_iter().collect::<Result<_, _>>()?)?;
//!
//! // Eight bars of 3/4.
//! let meter = Meter { tick: 0, numerator: 3, denominator_log2: 2 };
//! let frame = Frame::regular(meter, tokenizer.grid().unwrap(), Some(8), None, None);
//! let mut tally = StreamTally::default();
//! tally.add(&frame);
//! let streams = ["position", "bars-left", "lookback-1"].map(str::parse).into_iter().collect::<Result<_, _>>()?;
//! let set = StreamSet::new(tokenizer, streams, tally.values())?;
//! assert_eq!(set.vocab_sizes(vocabulary.len()), [36, 9, 4]);
//!
//! let mut tracker = set.tracker(&vocabulary, frame);
//! for token in [0, 1, 2, 2] {
//!     tracker.advance(TokenId(token));
//! }
//! // A quarter into the second bar, with seven bars left; a bar ago nothing was struck there.
//! assert_eq!(tracker.values(), [TokenId(12), TokenId(5), TokenId(3)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ensemble;
mod frame;
mod given;
mod history;
mod kind;
mod set;
mod tally;
mod tracker;
mod transposition;

pub use frame::{BarPlace, Frame};
pub use kind::{ParseStreamError, Stream};
pub use set::{StreamSet, StreamSetError, StreamValues};
pub use tally::StreamTally;
pub use tracker::Tracker;
