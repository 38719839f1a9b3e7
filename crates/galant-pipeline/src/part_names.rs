//! Parts by what a user calls them.

use galant_checkpoint::VoicePart;
use thiserror::Error;

use crate::model::LoadedModel;

/// What the parts of a choir are called.
const CHOIR: [&str; 4] = ["soprano", "alto", "tenor", "bass"];

impl LoadedModel {
    /// The numbers of the parts of voices that `names` call, counted from 0, ascending.
    ///
    /// A part is called by its number, counted from 1, by its name in the corpus if no other has the same, or in a choir of four
    /// by `soprano`, `alto`, `tenor` or `bass`; of any number of parts `soprano` is the first and `bass` the last. Capitals
    /// and small letters are alike.
    ///
    /// # Errors
    ///
    /// If a name calls no part, or if they call all parts, so that none is left to write.
    pub fn parts_called(&self, names: &[String]) -> Result<Vec<usize>, PartNamesError> {
        let parts = &self.file().parts;
        if parts.is_empty() {
            return Err(PartNamesError::NoVoices);
        }
        let mut called: Vec<usize> = names.iter().map(|name| number(parts, name)).collect::<Result<_, _>>()?;
        called.sort_unstable();
        called.dedup();
        if called.len() == parts.len() { Err(PartNamesError::All { n_parts: parts.len() }) } else { Ok(called) }
    }
}

fn number(parts: &[VoicePart], name: &str) -> Result<usize, PartNamesError> {
    let asked = name.trim().to_lowercase();
    let by_number = || asked.parse::<usize>().ok()?.checked_sub(1).filter(|number| *number < parts.len());
    let by_name = || {
        let is_asked = |part: &&VoicePart| !asked.is_empty() && part.name.to_lowercase() == asked;
        let is_unique = parts.iter().filter(is_asked).count() == 1;
        parts.iter().position(|part| is_asked(&part)).filter(|_| is_unique)
    };
    let in_choir = || match CHOIR.iter().position(|voice| *voice == asked)? {
        0 => Some(0),
        3 => Some(parts.len() - 1),
        inner => Some(inner).filter(|_| parts.len() == CHOIR.len()),
    };
    let called = by_number().or_else(by_name).or_else(in_choir);
    called.ok_or_else(|| PartNamesError::Unknown { name: name.to_owned(), known: known(parts) })
}

/// The parts with their numbers and names: `1 Violin I, 2 Violin II`.
fn known(parts: &[VoicePart]) -> String {
    let part = |(number, part): (usize, &VoicePart)| format!("{number} {}", part.name).trim_end().to_owned();
    (1..).zip(parts).map(part).collect::<Vec<_>>().join(", ")
}

/// Why names call no parts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PartNamesError {
    /// The model has no parts.
    #[error("the model does not write parts; train one with the tokenizer voices")]
    NoVoices,
    /// No part is called so, or several are.
    #[error("no part of the model is called '{name}', or not one alone; its parts are {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The parts it has.
        known: String,
    },
    /// No part is left.
    #[error("all {n_parts} parts are given; leave one to the model")]
    All {
        /// How many there are.
        n_parts: usize,
    },
}
