//! Token lists: the tokens of a piece as JSON.

mod json;

use std::collections::BTreeSet;

use galant_tokens::{
    ChordRules, ChordTokenizer, DecodeError, Encoded, Grid, GridError, GridTokenizer, ParseTokenError, PlaybackTally,
    Token, Tokenizer, VoicesError, VoicesTokenizer,
};
use galant_types::{Playback, PlaybackError, Score};
use serde_json::error::Category;
use thiserror::Error;

use self::json::{Chords, ChordsJson, GridJson, Outline, Texts};

/// The tokens of a piece and how they are played, which have a JSON form.
///
/// Chord tokens are written as the lecture's reference does, as lists of pitches without a tempo:
/// `{"n_words":2,"n_chords":2,"chords":[[60,64],[67]]}`; tokens with rhythm as texts, with their grid and playback.
/// A bare list of chords is read as well.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenList {
    /// What the tokens belong to.
    pub tokenizer: Tokenizer,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// How they are played; of chord tokens, whose JSON form has none, the tokenizer's default.
    pub playback: Playback,
}

impl TokenList {
    /// The most tokens read: as many as a MIDI file may have notes.
    pub const MAX_TOKENS: usize = json::MAX_TOKENS;

    /// The longest JSON text read, in bytes: a million tokens of a dozen notes.
    pub const MAX_BYTES: u64 = 64 << 20;

    /// The tokens of a score.
    ///
    /// # Errors
    ///
    /// If it cannot be written as voices.
    pub fn of(score: &Score, tokenizer: Tokenizer) -> Result<TokenList, VoicesError> {
        let mut tally = PlaybackTally::default();
        tally.add(score);
        let playback = if tokenizer.grid().is_some() { tally.playback() } else { tokenizer.default_playback() };
        let Encoded { tokens, refused, .. } = tokenizer.encode(score);
        refused.map_or(Ok(TokenList { tokenizer, tokens, playback }), Err)
    }

    /// How many different tokens there are.
    pub fn n_different(&self) -> usize {
        self.tokens.iter().collect::<BTreeSet<_>>().len()
    }

    /// The music of the tokens.
    ///
    /// # Errors
    ///
    /// If the tokens are no music of the tokenizer.
    pub fn score(&self) -> Result<Score, DecodeError> {
        self.tokenizer.decode(&self.tokens, &self.playback)
    }

    /// The list as JSON, on one line.
    pub fn to_json(&self) -> String {
        let (n_tokens, n_different) = (self.tokens.len(), self.n_different());
        let json = if let Some(grid) = self.tokenizer.grid() {
            let Playback { us_per_quarter, beats, beat_log2, program, velocity } = self.playback;
            serde_json::to_string(&GridJson {
                tokenizer: self.tokenizer.name().to_owned(),
                grid: grid.steps_per_quarter(),
                n_tokens,
                n_different,
                us_per_quarter,
                meter: (beats, beat_log2),
                program,
                velocity,
                tokens: Texts(self.tokens.iter().map(ToString::to_string).collect()),
            })
        } else {
            let chords = self.tokens.iter().map(Token::pitches).collect();
            serde_json::to_string(&ChordsJson { n_tokens, n_chords: n_different, chords })
        };
        json.expect("numbers and texts have a JSON form")
    }

    /// Reads the JSON of a token list, or a list of chords.
    ///
    /// # Errors
    ///
    /// If the bytes are neither, or if a token is not one of the tokenizer.
    pub fn parse(bytes: &[u8]) -> Result<TokenList, ParseTokenListError> {
        let read_error = |error: serde_json::Error| match error.classify() {
            Category::Data => ParseTokenListError::Content { reason: error.to_string() },
            _ => ParseTokenListError::NotJson { reason: error.to_string() },
        };
        let outline: Outline = serde_json::from_slice(bytes).map_err(read_error)?;
        if outline.has_grid {
            let json: GridJson = serde_json::from_slice(bytes).map_err(read_error)?;
            return json.into_list();
        }
        let Chords(chords) = outline.chords.ok_or(ParseTokenListError::NoTokens)?;
        let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
        let tokens = chords.into_iter().map(Token::Chord).collect();
        Ok(TokenList { tokenizer, tokens, playback: tokenizer.default_playback() })
    }
}

/// Why bytes are no token list.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ParseTokenListError {
    /// They are not JSON.
    #[error("it is not JSON; {EXPECTED}: {reason}")]
    NotJson {
        /// Why.
        reason: String,
    },
    /// They are JSON of another form.
    #[error("{reason}")]
    Content {
        /// What is wrong, and where.
        reason: String,
    },
    /// They are a JSON object without tokens.
    #[error("it holds no list of chords; {EXPECTED}")]
    NoTokens,
    /// The tokenizer is unknown or has no grid.
    #[error("its tokenizer is '{name}'; those with a grid are rhythm, notes and voices")]
    Tokenizer {
        /// The tokenizer's name.
        name: String,
    },
    /// The grid is out of its range.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// The tempo, meter, program or velocity is out of its range.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// A text is no token.
    #[error("token {place}")]
    Token {
        /// Which, from 0.
        place: usize,
        /// Why.
        source: ParseTokenError,
    },
}

/// What a user may write instead.
const EXPECTED: &str = "give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]";

impl GridJson {
    fn into_list(self) -> Result<TokenList, ParseTokenListError> {
        let GridJson { us_per_quarter, meter: (beats, beat_log2), program, velocity, .. } = self;
        let on_grid = GridTokenizer { grid: Grid::new(self.grid)?, top: None };
        let tokenizer = match self.tokenizer.as_str() {
            "rhythm" => Tokenizer::Rhythm(on_grid),
            "notes" => Tokenizer::Notes(on_grid),
            // The first token says how many parts there are.
            "voices" => Tokenizer::Voices(VoicesTokenizer { grid: on_grid.grid, n_parts: None }),
            _ => return Err(ParseTokenListError::Tokenizer { name: self.tokenizer }),
        };
        let playback = Playback { us_per_quarter, beats, beat_log2, program, velocity };
        playback.validate()?;
        let parse = |(place, text): (usize, &String)| {
            tokenizer.parse(text).map_err(|source| ParseTokenListError::Token { place, source })
        };
        let tokens = self.tokens.0.iter().enumerate().map(parse).collect::<Result<_, _>>()?;
        Ok(TokenList { tokenizer, tokens, playback })
    }
}
