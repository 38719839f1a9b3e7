//! Pieces for piano that come with the crate, as ABC.

use galant_checkpoint::Source;

use crate::piece::{Piece, ReadPieceError};

/// A piece that comes with the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundledPiece {
    /// Its title.
    pub name: &'static str,
    /// The piece as ABC.
    pub text: &'static str,
}

impl BundledPiece {
    /// Reads the piece.
    ///
    /// # Errors
    ///
    /// If its text is damaged.
    pub fn read(&self) -> Result<Piece, ReadPieceError> {
        let decoded = galant_abc::decode(self.text)?;
        let piece = Piece::new(self.name, Source::Bundled, self.text.as_bytes(), decoded.score);
        Ok(Piece { warnings: decoded.warnings, ..piece })
    }
}

/// The pieces of the collection called `name`, `mozart` or `bach`; none if there is no such collection.
pub fn collection(name: &str) -> Option<&'static [BundledPiece]> {
    COLLECTIONS.iter().find(|collection| collection.0 == name).map(|collection| collection.1)
}

const COLLECTIONS: &[(&str, &[BundledPiece])] = &[("mozart", MOZART), ("bach", BACH)];

const MOZART: &[BundledPiece] = &[
    BundledPiece { name: "K. 2, minuet", text: include_str!("../music/mozart/k2-minuet.abc") },
    BundledPiece { name: "K. 331 I, theme", text: include_str!("../music/mozart/k331-1-theme.abc") },
    BundledPiece { name: "K. 331 I, variation I", text: include_str!("../music/mozart/k331-1-variation-1.abc") },
    BundledPiece { name: "K. 331 I, variation II", text: include_str!("../music/mozart/k331-1-variation-2.abc") },
    BundledPiece { name: "K. 331 I, variation III", text: include_str!("../music/mozart/k331-1-variation-3.abc") },
    BundledPiece { name: "K. 331 I, variation IV", text: include_str!("../music/mozart/k331-1-variation-4.abc") },
    BundledPiece { name: "K. 331 I, variation V", text: include_str!("../music/mozart/k331-1-variation-5.abc") },
    BundledPiece { name: "K. 331 I, variation VI", text: include_str!("../music/mozart/k331-1-variation-6.abc") },
    BundledPiece { name: "K. 331 III, Rondo alla turca", text: include_str!("../music/mozart/k331-3-rondo.abc") },
];

const BACH: &[BundledPiece] =
    &[BundledPiece { name: "BWV 846, prelude", text: include_str!("../music/bach/bwv846-prelude.abc") }];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_piece_is_read_without_a_warning() {
        for bundled in COLLECTIONS.iter().flat_map(|collection| collection.1) {
            let piece = bundled.read().unwrap();
            assert!(piece.warnings.is_empty(), "{}: {:#?}", bundled.name, piece.warnings);
        }
    }
}
