//! Music that the program brings along, as ABC.

use anyhow::Context;
use galant_types::Score;

/// A piece of the program's own.
pub(crate) struct EmbeddedPiece {
    pub(crate) name: &'static str,
    /// The piece as ABC.
    pub(crate) text: &'static str,
}

impl EmbeddedPiece {
    pub(crate) fn score(&self) -> anyhow::Result<Score> {
        let decoded = galant_abc::decode(self.text).with_context(|| format!("reading the piece {}", self.name))?;
        Ok(decoded.score)
    }
}

/// What stands for them in place of a path, and the pieces.
const COLLECTIONS: &[(&str, &[EmbeddedPiece])] = &[("mozart", MOZART), ("bach", BACH)];

/// The pieces of the collection called `name`, if there is one.
pub(crate) fn collection(name: &str) -> Option<&'static [EmbeddedPiece]> {
    COLLECTIONS.iter().find(|collection| collection.0 == name).map(|collection| collection.1)
}

const MOZART: &[EmbeddedPiece] = &[
    EmbeddedPiece { name: "K. 2, minuet", text: include_str!("../../../fixtures/mozart/k2-minuet.abc") },
    EmbeddedPiece { name: "K. 331 I, theme", text: include_str!("../../../fixtures/mozart/k331-1-theme.abc") },
    EmbeddedPiece {
        name: "K. 331 I, variation I",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-1.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 I, variation II",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-2.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 I, variation III",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-3.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 I, variation IV",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-4.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 I, variation V",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-5.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 I, variation VI",
        text: include_str!("../../../fixtures/mozart/k331-1-variation-6.abc"),
    },
    EmbeddedPiece {
        name: "K. 331 III, Rondo alla turca",
        text: include_str!("../../../fixtures/mozart/k331-3-rondo.abc"),
    },
];

const BACH: &[EmbeddedPiece] =
    &[EmbeddedPiece { name: "BWV 846, prelude", text: include_str!("../../../fixtures/bach/bwv846-prelude.abc") }];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_piece_is_read_without_a_doubt() {
        for piece in COLLECTIONS.iter().flat_map(|collection| collection.1) {
            let warnings = galant_abc::decode(piece.text).unwrap().warnings;
            assert!(warnings.is_empty(), "{}: {warnings:#?}", piece.name);
        }
    }
}
