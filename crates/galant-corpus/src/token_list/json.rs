//! The JSON forms of token lists.
//!
//! Values are read one by one, up to a limit, and anything else is skipped: a tree of all that a file holds would take
//! a hundred times its size.

use std::fmt;

use galant_types::Chord;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// The most tokens read: as many as a MIDI file may have notes.
pub(super) const MAX_TOKENS: usize = 1 << 20;

/// Chord tokens, as the lecture's reference prints them of a file.
#[derive(Serialize)]
pub(super) struct ChordsJson<'a> {
    #[serde(rename = "n_words")]
    pub(super) n_tokens: usize,
    pub(super) n_chords: usize,
    pub(super) chords: Vec<&'a [u8]>,
}

/// Tokens with rhythm.
#[derive(Serialize, Deserialize)]
pub(super) struct GridJson {
    pub(super) tokenizer: String,
    /// Steps per quarter note.
    pub(super) grid: u16,
    pub(super) n_tokens: usize,
    pub(super) n_different: usize,
    pub(super) us_per_quarter: u32,
    /// Beats in a bar, and the beat as a power of two.
    pub(super) meter: (u8, u8),
    pub(super) program: u8,
    pub(super) velocity: u8,
    pub(super) tokens: Texts,
}

/// What distinguishes one form from the other, with the chords if there are any.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) has_grid: bool,
    pub(super) chords: Option<Chords>,
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

pub(super) struct Chords(pub(super) Vec<Chord>);

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
pub(super) struct Texts(pub(super) Vec<String>);

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
