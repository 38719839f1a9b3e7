//! Rules on which tokens may come next: a key, a range, an ending, the grammar of the tokens.
//!
//! Each follows one piece token by token and keeps what it needs to know of it, so that a token costs the same however
//! long the piece has become. Clones share the tables of the vocabulary.
//!
//! Tokens are numbered as in the vocabulary that a constraint was made for:
//! [`restrict`](galant_types::Constraint::restrict) panics if it is given another number of tokens,
//! [`advance`](galant_types::Constraint::advance) if a number is too high.
//!
//! ```
//! use galant_tokens::constraint::{MaxNotes, TokenFilter};
//! use galant_tokens::{GridTokenizer, Tokenizer, Vocabulary};
//! use galant_types::{Constraint, TokenId};
//!
//! let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
//! let tokens = ["60.64+6>6", "61+6>6", "60+6>0", "67+12>12"].map(|text| tokenizer.parse(text));
//! let vocabulary = Vocabulary::from_tokens(tokens.into_iter().collect::<Result<_, _>>()?)?;
//! let mut constraints: Vec<Box<dyn Constraint>> = vec![
//!     Box::new(TokenFilter::scale(&vocabulary, "C major".parse()?)),
//!     Box::new(MaxNotes::new(&vocabulary, 2)),
//! ];
//!
//! // After 60+6>0 another note is struck at the same time.
//! let mut allowed = [true; 4];
//! for constraint in &mut constraints {
//!     constraint.advance(TokenId(2));
//!     constraint.restrict(9, &mut allowed);
//! }
//! assert_eq!(allowed, [false, false, false, true]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ending;
mod filter;
mod grammar;
mod note_piece;
mod returns;
mod rhythm_grammar;
mod time;
mod vetoes;
mod voices;

pub use ending::{Ending, EndingError, EndingRules, LastBar};
pub use filter::{TokenFilter, TonicEnd};
pub use grammar::NoteGrammar;
pub use returns::{Return, Returns};
pub use rhythm_grammar::RhythmGrammar;
pub use time::{EndAfterSteps, MaxNotes, StartWithNote};
pub use vetoes::{Veto, Vetoes};
pub use voices::VoiceGrammar;

/// Forbids the tokens for which `allows` is false; `tokens` and `allowed` are `[V]`.
fn forbid_unless<T>(name: &str, tokens: &[T], allowed: &mut [bool], allows: impl Fn(&T) -> bool) {
    assert_eq!(tokens.len(), allowed.len(), "{name}: tokens of the vocabulary and of the model");
    allowed.iter_mut().zip(tokens).for_each(|(allowed, token)| *allowed &= allows(token));
}
