//! The text of a file, compressed or not.

use crate::archive::{Archive, ArchiveError, Packing, pack};
use crate::error::DecodeError;
use crate::limits::{MAX_ARCHIVE_FILES, MAX_FILE_BYTES, MAX_UNPACKING_RATIO};
use crate::warning::{WarningKind, Warnings};
use crate::xml;

/// How a compressed file begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// The table of a compressed file, which names the score.
const CONTAINER: &str = "META-INF/container.xml";

/// What the score of a compressed file is called that this crate writes.
const SCORE: &str = "score.musicxml";

/// Whether bytes look like MusicXML: they are XML, or an archive, which is what compressed MusicXML is.
///
/// ```
/// use galant_musicxml::looks_like_musicxml;
///
/// assert!(looks_like_musicxml(b"<?xml version=\"1.0\"?><score-partwise/>"));
/// assert!(!looks_like_musicxml(b"MThd"));
/// ```
pub fn looks_like_musicxml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_utf16 = [b"\xff\xfe<\0", b"\xfe\xff\0<"].iter().any(|start| bytes.starts_with(*start));
    bytes.starts_with(ARCHIVE) || is_utf16 || text.trim_ascii_start().starts_with(b"<")
}

/// The XML of a file.
pub(crate) fn unpack(bytes: &[u8], warnings: &mut Warnings) -> Result<String, DecodeError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(DecodeError::FileTooLarge);
    }
    if !bytes.starts_with(ARCHIVE) {
        return decode_text(bytes);
    }
    let archive = Archive::open(bytes, MAX_ARCHIVE_FILES).map_err(damaged)?;
    let listed = match archive.find(CONTAINER) {
        Some(number) => xml::root_files(&decode_text(&read_entry(&archive, number, bytes.len())?)?)?,
        None => Vec::new(),
    };
    let is_score = |name: &&str| {
        !name.starts_with("META-INF") && [".xml", ".musicxml"].iter().any(|ending| name.ends_with(ending))
    };
    // A file without a table, or with one that names nothing, is read by the names in it.
    let names: Vec<&str> = archive.names().filter(is_score).collect();
    let score = listed.iter().map(String::as_str).chain(names.iter().copied()).find_map(|name| archive.find(name));
    let number = score.ok_or(DecodeError::NoScore)?;
    let text = decode_text(&read_entry(&archive, number, bytes.len())?)?;
    for name in names.iter().filter(|name| archive.find(name) != Some(number)) {
        warnings.push(0, WarningKind::OtherScore { name: name.chars().take(40).collect() });
    }
    Ok(text)
}

fn damaged(error: ArchiveError) -> DecodeError {
    match error {
        ArchiveError::TooManyFiles { limit, .. } => DecodeError::XmlLimit { what: "packed files", limit },
        error => DecodeError::Archive { reason: error.to_string() },
    }
}

/// A packed file, of an archive of so many bytes.
fn read_entry(archive: &Archive<'_>, number: usize, n_packed_bytes: usize) -> Result<Vec<u8>, DecodeError> {
    let by_ratio = n_packed_bytes.saturating_mul(MAX_UNPACKING_RATIO);
    let limit = by_ratio.min(MAX_FILE_BYTES);
    let bytes = archive.read(number, limit).map_err(damaged)?;
    match () {
        () if bytes.len() <= limit => Ok(bytes),
        () if limit < MAX_FILE_BYTES => Err(DecodeError::UnpackingRatio),
        () => Err(DecodeError::FileTooLarge),
    }
}

/// The text of bytes by their byte order mark, or by what the XML declares.
fn decode_text(bytes: &[u8]) -> Result<String, DecodeError> {
    let unit: Option<fn([u8; 2]) -> u16> = match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = unit {
        let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        return char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| DecodeError::Encoding);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if declares_latin_1(bytes) => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Err(_) => Err(DecodeError::Encoding),
    }
}

fn declares_latin_1(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|&byte| byte == b'>').unwrap_or(0);
    let declaration = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    declaration.contains("iso-8859-1") || declaration.contains("windows-1252")
}

/// Packs a score as compressed MusicXML; equal texts give equal bytes.
///
/// # Panics
///
/// If the text is over 4 GiB, which the format cannot say.
pub fn compress(xml: &str) -> Vec<u8> {
    let container = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container>\n  <rootfiles>\n    \
         <rootfile full-path=\"{SCORE}\" media-type=\"application/vnd.recordare.musicxml+xml\"/>\n  \
         </rootfiles>\n</container>\n"
    );
    pack(&[
        // The standard wants this first and not compressed, so that programs know the file by its first bytes.
        ("mimetype", Packing::Stored, b"application/vnd.recordare.musicxml"),
        (CONTAINER, Packing::Deflated, container.as_bytes()),
        (SCORE, Packing::Deflated, xml.as_bytes()),
    ])
}
