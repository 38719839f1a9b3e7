//! Music written to files, MIDI or MusicXML: the ending of a file's name decides which.

use std::path::Path;

use anyhow::Context;
use galant_types::Score;

use crate::{files, printable};

/// A kind of file that holds music.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Midi,
    MusicXml,
    /// Compressed MusicXML.
    Mxl,
}

/// Each format with the endings of its files.
const ENDINGS: [(Format, &[&str]); 3] =
    [(Format::Midi, &["mid", "midi"]), (Format::MusicXml, &["musicxml", "xml"]), (Format::Mxl, &["mxl"])];

impl Format {
    /// The format that a name asks for.
    pub(crate) fn of_name(out: &Path) -> anyhow::Result<Format> {
        let named = ENDINGS.iter().find(|(_, endings)| files::ensure_ending(out, endings).is_ok());
        match named {
            Some(&(format, _)) => Ok(format),
            None => files::ensure_ending(out, &Format::all_endings()).map(|()| Format::Midi),
        }
    }

    /// The endings of the files of all formats, without the full stop.
    pub(crate) fn all_endings() -> Vec<&'static str> {
        ENDINGS.iter().flat_map(|(_, endings)| *endings).copied().collect()
    }

    /// The format of music that this program wrote.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Format {
        match () {
            () if !galant_musicxml::looks_like_musicxml(bytes) => Format::Midi,
            () if bytes.starts_with(b"PK") => Format::Mxl,
            () => Format::MusicXml,
        }
    }

    /// The endings of its files, without the full stop.
    pub(crate) fn endings(self) -> &'static [&'static str] {
        ENDINGS.iter().find(|(format, _)| *format == self).map_or(&[], |(_, endings)| endings)
    }

    /// The bytes of a file at `path` that holds `score`.
    pub(crate) fn encode(self, score: &Score, path: &Path) -> anyhow::Result<Vec<u8>> {
        let writing = || format!("writing {}", path.display());
        if self == Format::Midi {
            return galant_midi::encode(score).with_context(writing);
        }
        let encoded = galant_musicxml::encode(score).with_context(writing)?;
        if encoded.n_moved > 0 {
            printable::warn(&format!(
                "{}: {} of {} notes begin or end where no note value leads to, and were moved to the nearest one",
                path.display(),
                encoded.n_moved,
                score.notes.len()
            ));
        }
        Ok(if self == Format::Mxl { galant_musicxml::compress(&encoded.xml) } else { encoded.xml.into_bytes() })
    }
}
