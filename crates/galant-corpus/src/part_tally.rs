//! The parts of voices: what they are called in a corpus, what plays them, and how low and high they go.

use std::collections::BTreeMap;

use galant_checkpoint::{MAX_PART_NAME_BYTES, VoicePart};
use galant_types::{Part, Texture};

/// What was found of each part.
#[derive(Debug, Clone, Default)]
pub(crate) struct PartTally(Vec<Found>);

#[derive(Debug, Clone, Default)]
struct Found {
    /// How many pieces call it so.
    names: BTreeMap<String, u64>,
    /// In how many pieces each program plays it.
    programs: BTreeMap<u8, u64>,
    lowest: Option<u8>,
    highest: Option<u8>,
}

impl PartTally {
    /// Counts a piece of `parts`, which do what `texture` says.
    pub(crate) fn add(&mut self, parts: &[Part], texture: &Texture) {
        if self.0.len() < parts.len() {
            self.0.resize(parts.len(), Found::default());
        }
        for (number, (found, part)) in self.0.iter_mut().zip(parts).enumerate() {
            *found.names.entry(shortened(&part.name)).or_default() += 1;
            *found.programs.entry(part.program.unwrap_or(0)).or_default() += 1;
            for pitch in texture.steps().filter_map(|step| step[number].pitch()) {
                found.lowest = Some(found.lowest.map_or(pitch, |lowest| lowest.min(pitch)));
                found.highest = Some(found.highest.map_or(pitch, |highest| highest.max(pitch)));
            }
        }
    }

    /// The most common name and program of each part, of equals the first, and its range.
    pub(crate) fn parts(&self) -> Vec<VoicePart> {
        let part = |found: &Found| VoicePart {
            name: commonest(&found.names).unwrap_or_default(),
            program: commonest(&found.programs).unwrap_or(0),
            lowest: found.lowest.unwrap_or(0),
            highest: found.highest.unwrap_or(127),
        };
        self.0.iter().map(part).collect()
    }
}

/// The key with the highest count, of equals the first.
pub(crate) fn commonest<T: Clone + Ord>(counts: &BTreeMap<T, u64>) -> Option<T> {
    counts.iter().rev().max_by_key(|(_, count)| **count).map(|(key, _)| key.clone())
}

/// As much of a name as a model file keeps.
fn shortened(name: &str) -> String {
    let end = (0..=MAX_PART_NAME_BYTES.min(name.len())).rfind(|end| name.is_char_boundary(*end));
    name[..end.unwrap_or(0)].to_owned()
}
