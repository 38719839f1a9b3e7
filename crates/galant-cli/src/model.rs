//! A model file, ready to use.

use std::path::Path;

use anyhow::{Context, bail};
use galant_checkpoint::{MAX_MODEL_BYTES, ModelFile, WordSettings, decode_model};
use galant_types::{Chord, TokenId};
use galant_words::{Vocabulary, parse_chord};

use crate::args::Rules;
use crate::corpus::Reading;
use crate::files;
use crate::settings::rules_name;

/// The family of words that this version knows.
const KIND: &str = "chords";

/// A model file with its words understood.
pub(crate) struct Model {
    pub(crate) file: ModelFile,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) reading: Reading,
}

/// Words of a piece in the numbers of a model.
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<TokenId>,
    /// Where the vocabulary lacks the word and the nearest one stands in its place.
    pub(crate) unknown: Vec<usize>,
}

impl Model {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Model> {
        let bytes = files::read(path, MAX_MODEL_BYTES)?;
        Model::of(&bytes).with_context(|| format!("reading {}", path.display()))
    }

    fn of(bytes: &[u8]) -> anyhow::Result<Model> {
        let file = decode_model(bytes)?;
        let reading = reading(&file.words)?;
        let chords: Vec<Chord> = file.vocabulary.iter().map(|text| parse_chord(text)).collect::<Result<_, _>>()?;
        Ok(Model { vocabulary: Vocabulary::from_words(chords)?, reading, file })
    }

    /// The numbers of `chords`; a word that the vocabulary lacks becomes the nearest that it has.
    pub(crate) fn tokens(&self, chords: &[Chord]) -> Tokens {
        let mut unknown = Vec::new();
        let token = |(place, chord)| {
            self.vocabulary.token(chord).unwrap_or_else(|| {
                unknown.push(place);
                self.vocabulary.nearest(chord)
            })
        };
        let tokens = chords.iter().enumerate().map(token).collect();
        Tokens { tokens, unknown }
    }

    pub(crate) fn chord(&self, token: TokenId) -> &Chord {
        self.vocabulary.word(token).expect("a model gives a logit to each word of its vocabulary and to no other")
    }
}

/// What a model file says of its words.
pub(crate) fn word_settings(reading: Reading) -> WordSettings {
    let top = Some(reading.top).filter(|&top| top > 0);
    WordSettings { kind: KIND.to_owned(), reading: rules_name(reading.rules).to_owned(), top }
}

fn reading(words: &WordSettings) -> anyhow::Result<Reading> {
    if words.kind != KIND {
        bail!("its words are of the kind '{}'; this version of galant knows '{KIND}'", words.kind);
    }
    let rules = [Rules::Standard, Rules::Lecture].into_iter().find(|&rules| rules_name(rules) == words.reading);
    match rules {
        Some(rules) => Ok(Reading { rules, top: words.top.unwrap_or(0) }),
        None => {
            bail!("its words are read by '{}' rules; this version of galant knows standard and lecture", words.reading)
        }
    }
}
