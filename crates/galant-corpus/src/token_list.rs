//! Token lists: the tokens of a piece as JSON.
//!
//! Values are read one by one, up to a limit, and anything else is skipped: a tree of all that a file holds would take
//! a hundred times its size.

use std::collections::BTreeSet;
use std::fmt;

use galant_tokens::{
    ChordRules, ChordTokenizer, DecodeError, Grid, GridError, GridTokenizer, ParseTokenError, PlaybackTally, Token,
    Tokenizer,
};
use galant_types::{Chord, Playback, PlaybackError, Score};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use thiserror::Error;

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
    pub const MAX_TOKENS: usize = 1 << 20;

    /// The longest JSON text read, in bytes: a million tokens of a dozen notes.
    pub const MAX_BYTES: u64 = 64 << 20;

    /// The tokens of a score.
    pub fn of(score: &Score, tokenizer: Tokenizer) -> TokenList {
        let mut tally = PlaybackTally::default();
        tally.add(score);
        let playback = if tokenizer.grid().is_some() { tally.playback() } else { tokenizer.default_playback() };
        TokenList { tokenizer, tokens: tokenizer.encode(score).tokens, playback }
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
    #[error("its tokenizer is '{name}'; those with a grid are rhythm and notes")]
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

/// Chord tokens, as the lecture's reference prints them of a file.
#[derive(Serialize)]
struct ChordsJson<'a> {
    #[serde(rename = "n_words")]
    n_tokens: usize,
    n_chords: usize,
    chords: Vec<&'a [u8]>,
}

/// Tokens with rhythm.
#[derive(Serialize, Deserialize)]
struct GridJson {
    tokenizer: String,
    /// Steps per quarter note.
    grid: u16,
    n_tokens: usize,
    n_different: usize,
    us_per_quarter: u32,
    /// Beats in a bar, and the beat as a power of two.
    meter: (u8, u8),
    program: u8,
    velocity: u8,
    tokens: Texts,
}

impl GridJson {
    fn into_list(self) -> Result<TokenList, ParseTokenListError> {
        let GridJson { us_per_quarter, meter: (beats, beat_log2), program, velocity, .. } = self;
        let on_grid = GridTokenizer { grid: Grid::new(self.grid)?, top: None };
        let tokenizer = match self.tokenizer.as_str() {
            "rhythm" => Tokenizer::Rhythm(on_grid),
            "notes" => Tokenizer::Notes(on_grid),
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

/// What distinguishes one form from the other, with the chords if there are any.
#[derive(Default)]
struct Outline {
    has_grid: bool,
    chords: Option<Chords>,
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Outline, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Outline;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of chords, or what `galant tokenize --json` prints of one file")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Outline, A::Error> {
                Ok(Outline { has_grid: false, chords: Some(Chords::visit(list)?) })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
                let mut outline = Outline::default();
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::Grid => {
                            map.next_value::<IgnoredAny>()?;
                            outline.has_grid = true;
                        }
                        Key::Chords => outline.chords = Some(map.next_value()?),
                        Key::Other => _ = map.next_value::<IgnoredAny>()?,
                    }
                }
                Ok(outline)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A key of a token list.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    Grid,
    Chords,
    #[serde(other)]
    Other,
}

struct Chords(Vec<Chord>);

impl Chords {
    fn visit<'de, A: SeqAccess<'de>>(list: A) -> Result<Chords, A::Error> {
        limited(list, |number| PitchList { number }).map(Chords)
    }
}

impl<'de> Deserialize<'de> for Chords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Chords, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Chords;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of chords such as [[60,64],[67]]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Chords, A::Error> {
                Chords::visit(list)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// Reads a list of at most [`TokenList::MAX_TOKENS`].
fn limited<'de, A, S>(mut list: A, seed: impl Fn(usize) -> S) -> Result<Vec<S::Value>, A::Error>
where
    A: SeqAccess<'de>,
    S: DeserializeSeed<'de>,
{
    let mut tokens = Vec::new();
    while let Some(token) = list.next_element_seed(seed(tokens.len()))? {
        if tokens.len() == TokenList::MAX_TOKENS {
            return Err(A::Error::custom(format!("there are more than {} tokens, the limit", TokenList::MAX_TOKENS)));
        }
        tokens.push(token);
    }
    Ok(tokens)
}

/// Reads the pitches of the chord of that number.
struct PitchList {
    number: usize,
}

impl<'de> DeserializeSeed<'de> for PitchList {
    type Value = Chord;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Chord, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PitchList {
    type Value = Chord;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of pitches such as [60,64,67] as token {}", self.number)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Chord, A::Error> {
        let wrong = |why: &dyn fmt::Display| A::Error::custom(format!("token {}: {why}", self.number));
        let mut pitches = Vec::new();
        // One more than a chord may have is enough for the error.
        while pitches.len() <= Chord::MAX_NOTES
            && let Some(pitch) = list.next_element::<i64>()?
        {
            let pitch =
                u8::try_from(pitch).map_err(|_| wrong(&format!("{pitch} is not a MIDI pitch; pitches are 0 to 127")));
            pitches.push(pitch?);
        }
        Chord::new(pitches).map_err(|error| wrong(&error))
    }
}

/// Tokens on a grid, as text.
struct Texts(Vec<String>);

impl Serialize for Texts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of tokens")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Texts, A::Error> {
                limited(list, |_| std::marker::PhantomData::<String>).map(Texts)
            }
        }
        deserializer.deserialize_seq(List)
    }
}
