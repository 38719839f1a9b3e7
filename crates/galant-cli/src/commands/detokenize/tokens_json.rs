//! Tokens as JSON: a list of chords, or what `galant tokenize --json` prints.
//!
//! Values are read one by one, up to a limit, and anything else is skipped: a tree of all that a file holds would take
//! a hundred times its size.

use std::fmt;

use anyhow::{Context, bail};
use galant_tokens::{Grid, GridTokenizer, Token, Tokenizer};
use galant_types::{Chord, Playback, Score};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

/// The most tokens read: as many as a MIDI file may have notes.
const MAX_TOKENS: usize = 1 << 20;

/// What a file of tokens holds.
pub(crate) enum TokenList {
    /// Chords, which have no rhythm.
    Chords(Vec<Chord>),
    /// Tokens on a grid.
    Grid(TokensJson),
}

/// Tokens with rhythm, as `galant tokenize --json` prints them of a file.
#[derive(Serialize, Deserialize)]
pub(crate) struct TokensJson {
    tokenizer: String,
    /// Steps a quarter note has.
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

impl TokensJson {
    pub(crate) fn of(tokens: &[Token], n_different: usize, tokenizer: Tokenizer, playback: Playback) -> TokensJson {
        let Playback { us_per_quarter, beats, beat_log2, program, velocity } = playback;
        TokensJson {
            tokenizer: tokenizer.name().to_owned(),
            grid: tokenizer.grid().unwrap_or_default().steps_per_quarter(),
            n_tokens: tokens.len(),
            n_different,
            us_per_quarter,
            meter: (beats, beat_log2),
            program,
            velocity,
            tokens: Texts(tokens.iter().map(ToString::to_string).collect()),
        }
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.0.len()
    }

    pub(crate) fn score(&self) -> anyhow::Result<Score> {
        let on_grid = GridTokenizer { grid: Grid::new(self.grid)?, top: None };
        let tokenizer = match self.tokenizer.as_str() {
            "rhythm" => Tokenizer::Rhythm(on_grid),
            "notes" => Tokenizer::Notes(on_grid),
            other => bail!("its tokenizer is '{other}'; those with a grid are rhythm and notes"),
        };
        let (beats, beat_log2) = self.meter;
        let TokensJson { us_per_quarter, program, velocity, .. } = *self;
        let playback = Playback { us_per_quarter, beats, beat_log2, program, velocity };
        playback.validate()?;
        let token = |(number, text): (usize, &String)| tokenizer.parse(text).with_context(|| format!("token {number}"));
        let tokens: Vec<Token> = self.tokens.0.iter().enumerate().map(token).collect::<anyhow::Result<_>>()?;
        Ok(tokenizer.decode(&tokens, &playback)?)
    }
}

/// Reads what `galant tokenize --json` prints of one file, or a list of chords.
pub(crate) fn read(bytes: &[u8]) -> anyhow::Result<TokenList> {
    const GIVE: &str = "give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]";
    let said = |error: serde_json::Error| match error.classify() {
        Category::Data => error.into(),
        _ => anyhow::Error::new(error).context(format!("it is not JSON; {GIVE}")),
    };
    match serde_json::from_slice(bytes).map_err(said)? {
        Outline { has_grid: true, .. } => {
            Ok(TokenList::Grid(serde_json::from_slice(bytes).context("its tokens with a grid")?))
        }
        Outline { chords: Some(chords), .. } => Ok(TokenList::Chords(chords.0)),
        Outline { .. } => bail!("it holds no list of chords; {GIVE}"),
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
                            map.next_value::<serde::de::IgnoredAny>()?;
                            outline.has_grid = true;
                        }
                        Key::Chords => outline.chords = Some(map.next_value()?),
                        Key::Other => _ = map.next_value::<serde::de::IgnoredAny>()?,
                    }
                }
                Ok(outline)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A key of the object that `galant tokenize --json` prints.
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

/// Reads a list of at most [`MAX_TOKENS`].
fn limited<'de, A, S>(mut list: A, seed: impl Fn(usize) -> S) -> Result<Vec<S::Value>, A::Error>
where
    A: SeqAccess<'de>,
    S: DeserializeSeed<'de>,
{
    let mut tokens = Vec::new();
    while let Some(token) = list.next_element_seed(seed(tokens.len()))? {
        if tokens.len() == MAX_TOKENS {
            return Err(A::Error::custom(format!("there are more than {MAX_TOKENS} tokens, the limit")));
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
