//! A piece that ends on a chord in its last bar.

mod notes;
mod rhythm;
mod rules;
mod voices;

use std::sync::Arc;

use galant_types::{Constraint, TokenId};

use self::notes::NoteEnding;
use self::rhythm::RhythmEnding;
use self::rules::Usable;
pub use self::rules::{EndingError, EndingRules, LastBar};
use self::voices::VoiceEnding;
use super::forbid_unless;
use crate::{Tokenizer, Vocabulary};

/// Makes a piece end with a chord that is struck on the first beat of its last bar and held.
///
/// The chord lasts a beat at least and the bar at most. In a key, its lowest note is the tonic and all its notes are of
/// the tonic triad. No note struck earlier sounds into it, and none is struck after it; with the chord, or with the time
/// after it, the piece [is complete](Constraint::is_end).
///
/// It never lets a piece come where the chord can no longer be struck: together with [`NoteGrammar`](super::NoteGrammar)
/// and the rules that it is told of, some token is always allowed, as long as there are tokens left. With rhythm tokens
/// the chord is a single token; if none of the vocabulary lasts as long as it should, any length will do.
///
/// In voices every part strikes a note of the chord and holds it to the end of the bar, the last part the tonic, below the
/// others where their ranges let it.
///
/// If the rules ask for downbeats, a note is struck at every bar line too, and no time passes over one.
///
/// For a piece that goes on from a primer that is played, count the bars from the start of the primer, advance over it,
/// and ask whether the ending [can be reached](Ending::check).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    name: Arc<str>,
    piece: Piece,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Rhythm(RhythmEnding),
    Notes(Box<NoteEnding>),
    Voices(VoiceEnding),
}

impl Ending {
    /// The ending that `rules` ask for, of a piece of tokens of `vocabulary`, which are those of `tokenizer`.
    ///
    /// # Errors
    ///
    /// If chord tokens are used, which have no time; if the rules leave no tonic chord, or no tokens that last exactly
    /// to the last bar; if the vocabulary of note tokens lacks a time or a length, or is of another tokenizer.
    ///
    /// # Panics
    ///
    /// If a filter was made for another vocabulary.
    pub fn new(tokenizer: Tokenizer, vocabulary: &Vocabulary, rules: &EndingRules<'_>) -> Result<Ending, EndingError> {
        let usable = Usable::of(vocabulary, rules);
        let piece = match tokenizer {
            Tokenizer::Chords(_) => return Err(EndingError::ChordTokens),
            Tokenizer::Rhythm(_) => Piece::Rhythm(RhythmEnding::new(vocabulary, rules, &usable)?),
            Tokenizer::Notes(tokenizer) => {
                Piece::Notes(Box::new(NoteEnding::new(vocabulary, tokenizer.grid, rules, &usable)?))
            }
            Tokenizer::Voices(_) => Piece::Voices(VoiceEnding::new(vocabulary, rules, &usable)?),
        };
        let on_tonic = rules.scale.map_or(String::new(), |scale| format!(" on the tonic of {scale}"));
        Ok(Ending { name: format!("end at step {}{on_tonic}", rules.last_bar.start).into(), piece })
    }

    /// Whether the ending can be reached from here.
    ///
    /// # Errors
    ///
    /// If the piece has passed the last bar line, if a note sounds across it, or if no tokens last exactly to it: a
    /// primer can lead there.
    pub fn check(&self) -> Result<(), EndingError> {
        match &self.piece {
            Piece::Rhythm(piece) => piece.check(),
            Piece::Notes(piece) => piece.check(),
            Piece::Voices(piece) => piece.check(),
        }
    }
}

impl Constraint for Ending {
    fn name(&self) -> &str {
        &self.name
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        match &self.piece {
            Piece::Rhythm(piece) => {
                let here = piece.here();
                forbid_unless(&self.name, piece.tokens(), allowed, |token| piece.allows(token, here));
            }
            Piece::Notes(piece) if piece.can_still_end(n_left) => {
                let here = piece.here();
                forbid_unless(&self.name, piece.tokens(), allowed, |token| piece.allows(*token, here));
            }
            // Too few tokens are left for the chord.
            Piece::Notes(_) => {}
            Piece::Voices(piece) => forbid_unless(&self.name, piece.tokens(), allowed, |token| piece.allows(*token)),
        }
    }

    fn advance(&mut self, token: TokenId) {
        match &mut self.piece {
            Piece::Rhythm(piece) => piece.advance(token),
            Piece::Notes(piece) => piece.advance(token),
            Piece::Voices(piece) => piece.advance(token),
        }
    }

    fn is_end(&self) -> bool {
        match &self.piece {
            Piece::Rhythm(piece) => piece.is_end(),
            Piece::Notes(piece) => piece.is_end(),
            Piece::Voices(piece) => piece.is_end(),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
