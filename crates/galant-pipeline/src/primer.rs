//! What a piece continues.

use std::collections::BTreeMap;

use galant_sample::{PrimerError, random_primer};
use galant_tokens::{Encoded, NoteToken, ParseTokenError, PlaybackTally, Token, Tokenizer, VoiceToken, VoicesError};
use galant_types::{Playback, Score, Seed, TokenId};
use thiserror::Error;

use crate::model::LoadedModel;

/// Music to continue.
#[derive(Debug, Clone, PartialEq)]
pub struct Excerpt {
    /// Its tokens; at least one.
    pub tokens: Vec<Token>,
    /// How it is played; none if its tokens have no rhythm, or if that is not known.
    pub playback: Option<Playback>,
}

/// The tokens of a score, or of its first `n_bars`.
///
/// Where tokens have rhythm, the last one may last beyond the bars, as in the score.
///
/// # Errors
///
/// If there are no notes.
pub fn excerpt(score: &Score, n_bars: Option<usize>, tokenizer: Tokenizer) -> Result<Excerpt, ExcerptError> {
    let bars = score.bar_map();
    // As many bars as the score has are all of it.
    let end = n_bars.map(|n_bars| bars.start((n_bars as u64).min(bars.n_bars())));
    let excerpt = match tokenizer.grid() {
        Some(grid) => {
            let Encoded { mut tokens, refused, .. } = tokenizer.encode(score);
            if let Some(error) = refused {
                return Err(ExcerptError::Voices(error));
            }
            if let Some(end) = end {
                let steps = u128::from(end) * u128::from(grid.steps_per_quarter());
                keep_steps(&mut tokens, (steps / u128::from(score.ticks_per_quarter)) as u64);
            }
            let mut tally = PlaybackTally::default();
            tally.add(score);
            Excerpt { tokens, playback: Some(tally.playback()) }
        }
        None => {
            let mut score = score.clone();
            score.notes.retain(|note| end.is_none_or(|end| note.onset < end));
            Excerpt { tokens: tokenizer.encode(&score).tokens, playback: None }
        }
    };
    if excerpt.tokens.is_empty() { Err(ExcerptError::NoNotes { n_bars }) } else { Ok(excerpt) }
}

/// Keeps the tokens that begin before so many steps.
fn keep_steps(tokens: &mut Vec<Token>, steps: u64) {
    let n_kept = Tokenizer::steps(tokens).take_while(|step| *step < steps).count();
    tokens.truncate(n_kept);
}

/// Reads tokens separated by spaces.
///
/// # Errors
///
/// If there are none, or if a text is no token of `tokenizer`.
pub fn parse_tokens(text: &str, tokenizer: Tokenizer) -> Result<Vec<Token>, ExcerptError> {
    let token = |(place, text)| tokenizer.parse(text).map_err(|source| ExcerptError::Token { place, source });
    let tokens = text.split_whitespace().enumerate().map(token).collect::<Result<Vec<_>, _>>()?;
    if tokens.is_empty() { Err(ExcerptError::NoTokens) } else { Ok(tokens) }
}

/// Why music cannot be continued.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ExcerptError {
    /// It has no notes.
    #[error("there are no notes{} to continue", n_bars.map_or(String::new(), |n| format!(" in the first {n} bars")))]
    NoNotes {
        /// How many bars were asked for; none for all.
        n_bars: Option<usize>,
    },
    /// It is no voices as the model has them.
    #[error("it is no music for the voices of the model")]
    Voices(#[source] VoicesError),
    /// It has no tokens.
    #[error("the primer has no tokens; write them like \"60 64.67\"")]
    NoTokens,
    /// A text is no token.
    #[error("primer, token {place}")]
    Token {
        /// Which, from 0.
        place: usize,
        /// Why.
        source: ParseTokenError,
    },
}

/// A token that the vocabulary lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownToken {
    /// Where it first occurs, from 0.
    pub place: usize,
    /// How often it occurs.
    pub n_times: usize,
    /// The token.
    pub token: Token,
    /// The token of the vocabulary that replaces it.
    pub nearest: Token,
}

impl LoadedModel {
    /// The tokens that the vocabulary lacks, each once, in the order in which they come.
    pub fn unknown_tokens(&self, tokens: &[Token]) -> Vec<UnknownToken> {
        let encoded = self.file().vocabulary.ids(tokens);
        let mut places: BTreeMap<&Token, (usize, usize)> = BTreeMap::new();
        for &place in &encoded.unknown {
            places.entry(&tokens[place]).or_insert((place, 0)).1 += 1;
        }
        let unknown = |(token, (place, n_times)): (&Token, (usize, usize))| UnknownToken {
            place,
            n_times,
            token: token.clone(),
            nearest: self.token(encoded.ids[place]).clone(),
        };
        let mut unknown: Vec<UnknownToken> = places.into_iter().map(unknown).collect();
        unknown.sort_by_key(|unknown| unknown.place);
        unknown
    }

    /// What the model reads first if no primer is given, drawn from the seed; it is not played.
    ///
    /// Chord tokens are drawn as in the lecture, a window of them. With rhythm it is a single token, as all windows of a
    /// training begin with a single token; of note tokens it is a time, of voices the beginning of a piece.
    pub(crate) fn drawn_primer(&self, seed: Seed) -> Result<Vec<TokenId>, PrimerError> {
        let vocabulary = &self.file().vocabulary;
        let is_beginning = |token: &Token| {
            matches!(token, Token::Rhythm(_) | Token::Note(NoteToken::Time(_)) | Token::Voice(VoiceToken::Begin(_)))
        };
        let numbered = (0..).map(TokenId).zip(vocabulary.tokens());
        let beginnings: Vec<TokenId> = numbered.filter(|(_, token)| is_beginning(token)).map(|(id, _)| id).collect();
        if beginnings.is_empty() {
            return random_primer(vocabulary.len(), self.file().settings.window, seed);
        }
        let drawn = random_primer(beginnings.len(), 1, seed)?;
        Ok(drawn.iter().map(|place| beginnings[place.index()]).collect())
    }
}

#[cfg(test)]
mod tests {
    use galant_tokens::GridTokenizer;

    use super::*;

    #[test]
    fn tokens_are_kept_that_begin_in_time() {
        let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
        let mut tokens = parse_tokens("60+6>0 62+6>6 64+9>9 65+1>1", tokenizer).unwrap();
        keep_steps(&mut tokens, 16);
        assert_eq!(tokens.len(), 4);
        keep_steps(&mut tokens, 15);
        assert_eq!(tokens.len(), 3);
        keep_steps(&mut tokens, 6);
        assert_eq!(tokens.len(), 2);
    }
}
