//! A piece of music from the bytes of a file.

use std::path::Path;

use galant_abc::Book;
use galant_checkpoint::{CorpusEntry, Sha256Hash, Source};
use galant_midi::ReadRules;
use galant_tokens::{Encoded, Tokenizer};
use galant_types::{Decoded, Score, Severity, Warning};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// A piece of music and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What to call it: a file's name without its folders.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// Of the bytes that it was read from.
    pub sha256: Sha256Hash,
    /// Its notes.
    pub score: Score,
    /// What was repaired, left out or in doubt.
    pub warnings: Vec<Warning>,
}

impl Piece {
    /// A piece with the hash of the bytes that it was read from.
    pub fn new(name: &str, source: Source, bytes: &[u8], score: Score) -> Piece {
        Piece { name: name.to_owned(), source, sha256: sha256(bytes), score, warnings: Vec::new() }
    }

    /// Its tokens, and its entry in a corpus of them.
    pub fn encode(&self, tokenizer: Tokenizer) -> (Encoded, CorpusEntry) {
        let encoded = tokenizer.encode(&self.score);
        let n_tokens = encoded.tokens.len() as u64;
        let entry = CorpusEntry { name: self.name.clone(), source: self.source, sha256: self.sha256, n_tokens };
        (encoded, entry)
    }
}

/// The hash that identifies a piece.
fn sha256(bytes: &[u8]) -> Sha256Hash {
    Sha256Hash(Sha256::digest(bytes).into())
}

/// The style of a file that was found in a folder of music: the name of the first folder on the way from there to the
/// file; none if the file is in the folder itself.
pub fn style(folder: &Path, file: &Path) -> Option<String> {
    let mut way = file.strip_prefix(folder).ok()?.components();
    let first = way.next()?;
    way.next().map(|_| first.as_os_str().to_string_lossy().into_owned())
}

/// How files of music are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// How MIDI becomes a score.
    pub rules: ReadRules,
    /// What to do with files that break their standard.
    pub strictness: Strictness,
}

impl Default for ReadOptions {
    /// The MIDI standard's rules, and repairs where a file breaks it.
    fn default() -> ReadOptions {
        ReadOptions { rules: ReadRules::Standard, strictness: Strictness::Repair }
    }
}

/// What to do with files that break their standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Repair them, with warnings.
    Repair,
    /// Refuse them.
    Refuse,
}

/// Reads a file of music; its content decides whether it is MIDI, ABC or MusicXML, not its name.
///
/// Of a file of many tunes this is the first, with a warning; [`read_pieces`](crate::read_pieces) reads them all.
///
/// # Errors
///
/// If the bytes are none of these, if they are damaged beyond repair, or if they need a repair that
/// [`Strictness::Refuse`] forbids.
pub fn read_piece(name: &str, bytes: &[u8], options: ReadOptions) -> Result<Piece, ReadPieceError> {
    let decoded = if galant_abc::looks_like_abc(bytes) {
        Book::of_bytes(bytes)?.decode_first()?
    } else if galant_musicxml::looks_like_musicxml(bytes) {
        galant_musicxml::decode(bytes)?
    } else {
        galant_midi::decode(bytes, options.rules).map_err(|error| of_name(name, error))?
    };
    piece_of(name, bytes, decoded, options.strictness)
}

/// A text that is called ABC and holds no tune is not refused as MIDI.
fn of_name(name: &str, error: galant_midi::DecodeError) -> ReadPieceError {
    let is_abc = name.to_ascii_lowercase().ends_with(".abc");
    if is_abc { galant_abc::DecodeError::NoTune.into() } else { error.into() }
}

/// A piece of what was decoded from bytes, unless it needs a repair that is refused.
pub(crate) fn piece_of(
    name: &str,
    bytes: &[u8],
    decoded: Decoded,
    strictness: Strictness,
) -> Result<Piece, ReadPieceError> {
    let Decoded { score, warnings } = decoded;
    if strictness == Strictness::Refuse {
        let mut repairs = warnings.iter().filter(|warning| warning.severity == Severity::Repair);
        if let Some(first) = repairs.next() {
            return Err(ReadPieceError::NeedsRepair { first: first.clone(), n_repairs: 1 + repairs.count() });
        }
    }
    Ok(Piece { warnings, ..Piece::new(name, Source::File, bytes, score) })
}

/// Why bytes are no piece of music.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ReadPieceError {
    /// It is not valid ABC.
    #[error(transparent)]
    Abc(#[from] galant_abc::DecodeError),
    /// It is not valid MusicXML.
    #[error(transparent)]
    MusicXml(#[from] galant_musicxml::DecodeError),
    /// It is not valid MIDI.
    #[error(transparent)]
    Midi(#[from] galant_midi::DecodeError),
    /// There is no tune of the number that was asked for.
    #[error("there is no tune {number}; {}", match (n_tunes, range) {
        (1, (first, _)) => format!("the only tune is {first}"),
        (n_tunes, (first, last)) => format!("the file has {n_tunes} tunes with numbers from {first} to {last}"),
    })]
    NoSuchTune {
        /// The number.
        number: u32,
        /// How many tunes there are.
        n_tunes: usize,
        /// Their lowest and highest number.
        range: (u32, u32),
    },
    /// It is a single piece, of which no tune can be asked for.
    #[error("the file is not ABC, and holds one piece only; leave out the number of the tune")]
    NotABook,
    /// It breaks its standard, and repairs are refused.
    #[error("{first}; strict reading allows no repairs, and this file needs {n_repairs}")]
    NeedsRepair {
        /// The first repair.
        first: Warning,
        /// How many repairs it needs.
        n_repairs: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two quarter notes; the second has a note-off twice, the first none.
    const UNCLOSED: &[u8] =
        b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk\x00\x00\x00\x0d\x00\x90\x3c\x40\x83\x60\x90\x3e\x40\x00\xff\x2f\x00";

    #[test]
    fn strict_reading_refuses_repairs_and_allows_notes() {
        let strict = ReadOptions { strictness: Strictness::Refuse, ..ReadOptions::default() };
        let repaired = read_piece("a.mid", UNCLOSED, ReadOptions::default()).unwrap();
        assert!(repaired.warnings.iter().any(|warning| warning.severity == Severity::Repair), "{repaired:?}");
        let refused = read_piece("a.mid", UNCLOSED, strict);
        assert!(matches!(refused, Err(ReadPieceError::NeedsRepair { n_repairs: 1.., .. })), "{refused:?}");
        let graced = read_piece("a.abc", b"X:1\nL:1/4\nK:C\n{d}CDEF|\n", strict).unwrap();
        assert!(graced.warnings.iter().all(|warning| warning.severity == Severity::Note), "{graced:?}");
        assert!(!graced.warnings.is_empty());
    }

    #[test]
    fn the_first_folder_is_the_style() {
        let style = |file: &str| style(Path::new("music/all"), Path::new(file));
        assert_eq!(style("music/all/a.mid"), None);
        assert_eq!(style("music/all"), None);
        assert_eq!(style("other/waltzes/a.mid"), None);
        assert_eq!(style("music/all/waltzes/a.mid").as_deref(), Some("waltzes"));
        assert_eq!(style("music/all/waltzes/slow/a.mid").as_deref(), Some("waltzes"));
    }

    #[test]
    fn content_decides_not_the_name() {
        let piece = read_piece("a.mid", b"X:1\nK:C\nCD|\n", ReadOptions::default()).unwrap();
        assert_eq!(piece.score.notes.len(), 2);
        let xml = b"<score-partwise><part><measure><note><pitch><step>C</step><octave>4</octave></pitch>\
                    <duration>1</duration></note></measure></part></score-partwise>";
        let piece = read_piece("a.mid", xml, ReadOptions::default()).unwrap();
        assert_eq!(piece.score.notes.len(), 1);
        assert!(matches!(read_piece("a.abc", b"<html/>", ReadOptions::default()), Err(ReadPieceError::MusicXml(_))));
        assert!(matches!(read_piece("a.abc", b"plain text", ReadOptions::default()), Err(ReadPieceError::Abc(_))));
        assert!(matches!(read_piece("a.mid", b"plain text", ReadOptions::default()), Err(ReadPieceError::Midi(_))));
        let latin = read_piece("a.abc", b"X:1\nT:\xff\nK:C\nC|\n", ReadOptions::default()).unwrap();
        assert_eq!((latin.score.notes.len(), latin.warnings.len()), (1, 1));
    }
}
