//! What a page can ask, as JSON.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::piece::PieceData;

/// A request, by its field `do`.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub(crate) enum Request {
    Load(LoadRequest),
    Compose(ComposeRequest),
    Continue(ContinueRequest),
    Harmonize(HarmonizeRequest),
    Vary(VaryRequest),
    Render(RenderRequest),
    Write(WriteRequest),
    Read(ReadRequest),
    Originality(OriginalityRequest),
}

/// Which of the loaded models, from 1.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct ModelNumber(pub(crate) usize);

/// The seed of everything random: a number, or its digits as text where a page's numbers are too coarse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeedData(pub(crate) u64);

/// Takes a model; its bytes follow.
#[derive(Debug, Deserialize)]
pub(crate) struct LoadRequest {
    /// What the page calls it.
    #[serde(default)]
    pub(crate) name: String,
}

/// A piece that stands alone; what is left open is decided as by the program `galant`.
#[derive(Debug, Deserialize)]
pub(crate) struct ComposeRequest {
    pub(crate) model: ModelNumber,
    pub(crate) meter: Option<(u8, u32)>,
    pub(crate) tempo: Option<f64>,
    #[serde(flatten)]
    pub(crate) asked: Asked,
}

/// A piece that goes on; bars are those that are added.
#[derive(Debug, Deserialize)]
pub(crate) struct ContinueRequest {
    pub(crate) model: ModelNumber,
    pub(crate) piece: PieceData,
    #[serde(flatten)]
    pub(crate) asked: Asked,
}

/// What is asked of bars that are composed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Asked {
    pub(crate) seed: SeedData,
    pub(crate) temperature: Option<f64>,
    pub(crate) key: Option<String>,
    pub(crate) bars: Option<usize>,
    pub(crate) style: Option<String>,
    pub(crate) candidates: Option<usize>,
}

/// A piece of which some parts stay.
#[derive(Debug, Deserialize)]
pub(crate) struct HarmonizeRequest {
    pub(crate) model: ModelNumber,
    pub(crate) piece: PieceData,
    /// Numbers of parts, from 0.
    pub(crate) given: Vec<usize>,
    pub(crate) seed: SeedData,
    pub(crate) temperature: Option<f64>,
    pub(crate) key: Option<String>,
    pub(crate) style: Option<String>,
}

/// A piece of which some bars are composed anew.
#[derive(Debug, Deserialize)]
pub(crate) struct VaryRequest {
    pub(crate) model: ModelNumber,
    pub(crate) piece: PieceData,
    /// The first bar, from 0.
    pub(crate) from: u64,
    /// The bar after the last.
    pub(crate) to: u64,
    #[serde(flatten)]
    pub(crate) asked: Asked,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RenderRequest {
    pub(crate) piece: PieceData,
    /// Frames per second.
    pub(crate) rate: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WriteRequest {
    pub(crate) piece: PieceData,
    #[serde(rename = "as")]
    pub(crate) format: WriteFormat,
    /// What a MIDI or MusicXML file says of itself, such as the record of a composed piece; by default its title.
    pub(crate) texts: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) enum WriteFormat {
    #[serde(rename = "mid")]
    Midi,
    #[serde(rename = "wav")]
    Wav,
    #[serde(rename = "musicxml")]
    MusicXml,
    #[serde(rename = "svg")]
    Svg,
}

/// Reads a file of music; its bytes follow.
#[derive(Debug, Deserialize)]
pub(crate) struct ReadRequest {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OriginalityRequest {
    pub(crate) model: ModelNumber,
    pub(crate) piece: PieceData,
}

/// The largest number up to which all whole numbers are numbers of a page: 2^53 − 1.
const MAX_SAFE: u64 = (1 << 53) - 1;

impl<'de> Deserialize<'de> for SeedData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SeedData, D::Error> {
        deserializer.deserialize_any(SeedVisitor)
    }
}

struct SeedVisitor;

impl de::Visitor<'_> for SeedVisitor {
    type Value = SeedData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a seed, a whole number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<SeedData, E> {
        Ok(SeedData(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<SeedData, E> {
        Err(wrong_seed(&number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<SeedData, E> {
        Err(wrong_seed(&number.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SeedData, E> {
        text.trim().parse().map(SeedData).map_err(|_| wrong_seed(text))
    }
}

fn wrong_seed<E: de::Error>(what: &str) -> E {
    let what: String = what.chars().take(40).collect();
    E::custom(format!("the seed is '{what}'; it must be a whole number from 0 to {}", u64::MAX))
}

impl Serialize for SeedData {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= MAX_SAFE { serializer.serialize_u64(self.0) } else { serializer.collect_str(&self.0) }
    }
}
