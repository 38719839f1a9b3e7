//! Archives of packed files, as compressed MusicXML is: ZIP, as far as it is used there.
//!
//! The format is that of PKWARE's APPNOTE.TXT 6.3; files are stored or deflated. What lies about its size, is encrypted or
//! needs ZIP64, which files of this size never do, is refused.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use thiserror::Error;

/// The files of an archive.
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
}

/// A file of an archive.
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    n_packed: usize,
    /// Where its own header is.
    at: usize,
}

/// How a file is packed: as it is, or deflated.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// How each header begins.
const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// How long they are, without names, further fields and comments.
const LOCAL_LEN: usize = 30;
const CENTRAL_LEN: usize = 46;
const END_LEN: usize = 22;

/// The longest comment after the last header.
const MAX_COMMENT: usize = u16::MAX as usize;

/// Why an archive cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ArchiveError {
    #[error("it has no table of its files at its end; it may be cut off")]
    NoEnd,
    #[error("its table of {n_entries} files is cut off or damaged at file {number}")]
    Table { n_entries: usize, number: usize },
    #[error("it has {n_entries} files, over the limit of {limit}")]
    TooManyFiles { n_entries: usize, limit: usize },
    #[error("{name} is not where the table says, byte {at}")]
    Place { name: String, at: usize },
    #[error("{name} is encrypted; save it without a password")]
    Encrypted { name: String },
    #[error("{name} is packed by method {method}; only stored (0) and deflated (8) files are read")]
    Method { name: String, method: u16 },
    #[error("{name} is damaged: {reason}")]
    Damaged { name: String, reason: String },
}

impl<'a> Archive<'a> {
    /// Reads the table of an archive, of up to `limit` files.
    pub(crate) fn open(bytes: &'a [u8], limit: usize) -> Result<Archive<'a>, ArchiveError> {
        let last = bytes.len().checked_sub(END_LEN).ok_or(ArchiveError::NoEnd)?;
        let places = (last.saturating_sub(MAX_COMMENT)..=last).rev();
        let end = places.into_iter().find(|&at| bytes[at..].starts_with(END)).ok_or(ArchiveError::NoEnd)?;
        let n_entries = usize::from(u16_at(bytes, end + 10));
        if n_entries > limit {
            return Err(ArchiveError::TooManyFiles { n_entries, limit });
        }
        let mut at = u32_at(bytes, end + 16) as usize;
        let mut entries = Vec::with_capacity(n_entries);
        for number in 1..=n_entries {
            let header = bytes.get(at..).filter(|rest| rest.len() >= CENTRAL_LEN && rest.starts_with(CENTRAL));
            let header = header.ok_or(ArchiveError::Table { n_entries, number })?;
            let lengths = [28, 30, 32].map(|field| usize::from(u16_at(header, field)));
            let name = header.get(CENTRAL_LEN..CENTRAL_LEN + lengths[0]);
            let name = name.ok_or(ArchiveError::Table { n_entries, number })?;
            entries.push(Entry {
                name: String::from_utf8_lossy(name).into_owned(),
                flags: u16_at(header, 8),
                method: u16_at(header, 10),
                crc: u32_at(header, 16),
                n_packed: u32_at(header, 20) as usize,
                at: u32_at(header, 42) as usize,
            });
            at += CENTRAL_LEN + lengths.iter().sum::<usize>();
        }
        Ok(Archive { bytes, entries })
    }

    /// The names of the files, in the order of the table.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The number of the file of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.names().position(|other| other == name)
    }

    /// The bytes of a file, by its number, at most one more than `limit`; the size that it declares is not relied on.
    ///
    /// Only a file that is within the limit is compared with its checksum.
    pub(crate) fn read(&self, number: usize, limit: usize) -> Result<Vec<u8>, ArchiveError> {
        let entry @ Entry { at, n_packed, .. } = &self.entries[number];
        let name = || entry.name.clone();
        let elsewhere = || ArchiveError::Place { name: name(), at: *at };
        // Bit 0 is that of encryption.
        if entry.flags & 1 != 0 {
            return Err(ArchiveError::Encrypted { name: name() });
        }
        let header = self.bytes.get(*at..).filter(|rest| rest.len() >= LOCAL_LEN && rest.starts_with(LOCAL));
        let header = header.ok_or_else(elsewhere)?;
        let begin = LOCAL_LEN + usize::from(u16_at(header, 26)) + usize::from(u16_at(header, 28));
        let packed = header.get(begin..).and_then(|rest| rest.get(..*n_packed)).ok_or_else(elsewhere)?;
        let mut bytes = Vec::new();
        let most = limit as u64 + 1;
        let result = match entry.method {
            STORED => packed.take(most).read_to_end(&mut bytes),
            DEFLATED => DeflateDecoder::new(packed).take(most).read_to_end(&mut bytes),
            method => return Err(ArchiveError::Method { name: name(), method }),
        };
        result.map_err(|error| ArchiveError::Damaged { name: name(), reason: error.to_string() })?;
        if bytes.len() <= limit && checksum(&bytes) != entry.crc {
            let reason = "its checksum is not that of the table".to_owned();
            return Err(ArchiveError::Damaged { name: name(), reason });
        }
        Ok(bytes)
    }
}

/// Packs files, each with its name and whether it is stored or deflated; equal files give equal bytes.
///
/// # Panics
///
/// If a name or a file is longer than the format can say.
pub(crate) fn pack(files: &[(&str, Packing, &[u8])]) -> Vec<u8> {
    let (mut archive, mut table) = (Vec::new(), Vec::new());
    for &(name, packing, bytes) in files {
        let (method, version, packed) = match packing {
            Packing::Stored => (STORED, 10_u16, bytes.to_vec()),
            Packing::Deflated => (DEFLATED, 20, deflated(bytes)),
        };
        let at = length(archive.len());
        // Version, flags, method, the first moment that the format knows, checksum, lengths of both, of the name and of more.
        let mut fields = Vec::new();
        for field in [version, 0, method, 0, 0x21] {
            fields.extend(field.to_le_bytes());
        }
        for field in [checksum(bytes), length(packed.len()), length(bytes.len())] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend(u16::try_from(name.len()).expect("a name of less than 64 KiB").to_le_bytes());
        fields.extend([0, 0]);
        archive.extend([LOCAL, &fields, name.as_bytes(), &packed].concat());
        // Made on Unix; no comment, on the first disk, no text; a file that everybody may read.
        let made_by = (3 << 8 | version).to_le_bytes();
        let (nothing, mode) = ([0; 6], (0o100_644_u32 << 16).to_le_bytes());
        table.extend([CENTRAL, &made_by, &fields, &nothing, &mode, &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let n_files = u16::try_from(files.len()).expect("fewer than 65,536 files").to_le_bytes();
    let lengths = [length(table.len()).to_le_bytes(), length(archive.len()).to_le_bytes()].concat();
    archive.extend([&table, END, &[0; 4], &n_files, &n_files, &lengths, &[0; 2]].concat());
    archive
}

/// How a file is packed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Packing {
    Stored,
    Deflated,
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes what is written");
    encoder.finish().expect("memory takes what is written")
}

fn length(len: usize) -> u32 {
    u32::try_from(len).expect("less than 4 GiB")
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipArchive, ZipWriter};

    use super::*;

    const FILES: [(&str, Packing, &[u8]); 3] = [
        ("mimetype", Packing::Stored, b"kind"),
        ("a/b.xml", Packing::Deflated, &[7; 3000]),
        ("empty", Packing::Deflated, b""),
    ];

    /// The same files packed by the crate `zip`.
    fn packed_by_zip(files: &[(&str, Packing, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, packing, bytes) in files {
            let method = match packing {
                Packing::Stored => CompressionMethod::Stored,
                Packing::Deflated => CompressionMethod::Deflated,
            };
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn archives_are_those_that_another_program_writes_and_reads() {
        let packed = pack(&FILES);
        assert_eq!(packed, packed_by_zip(&FILES));
        let mut by_zip = ZipArchive::new(Cursor::new(packed.as_slice())).unwrap();
        let archive = Archive::open(&packed, 3).unwrap();
        for (number, (name, _, bytes)) in FILES.iter().enumerate() {
            assert_eq!(archive.find(name), Some(number));
            assert_eq!(archive.read(number, 3000).unwrap(), *bytes);
            let mut read = Vec::new();
            by_zip.by_index(number).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, *bytes);
        }
        assert_eq!(archive.find("mime"), None);
        // A byte more than the limit reveals what is too long.
        assert_eq!(archive.read(1, 100).unwrap().len(), 101);
    }

    #[test]
    fn a_comment_at_the_end_is_passed_over() {
        let mut packed = pack(&FILES);
        packed.extend([b'x'; 300]);
        assert_eq!(Archive::open(&packed, 3).unwrap().read(0, 10).unwrap(), b"kind");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let packed = pack(&FILES);
        let table = packed.windows(4).position(|bytes| bytes == CENTRAL).unwrap();
        let with = |at: usize, byte: u8| {
            let mut changed = packed.clone();
            changed[at] = byte;
            let archive = Archive::open(&changed, 3)?;
            archive.read(0, 10)?;
            archive.read(1, 5000)
        };
        for (at, byte, why) in [
            (table, b'x', "its table of 3 files is cut off or damaged at file 1"),
            (table + 8, 1, "mimetype is encrypted; save it without a password"),
            (table + 10, 9, "mimetype is packed by method 9; only stored (0) and deflated (8) files are read"),
            (table + 42, 1, "mimetype is not where the table says, byte 1"),
            (table + 23, 1, "mimetype is not where the table says, byte 0"),
            (38, b'K', "mimetype is damaged: its checksum is not that of the table"),
            (79, 0xff, "a/b.xml is damaged: "),
            (packed.len() - 22, b'x', "it has no table of its files at its end; it may be cut off"),
            (packed.len() - 12, 4, "it has 4 files, over the limit of 3"),
        ] {
            let error = with(at, byte).unwrap_err().to_string();
            assert!(error.starts_with(why), "byte {at}: {error}");
        }
        assert_eq!(Archive::open(b"PK\x03\x04", 3).err(), Some(ArchiveError::NoEnd));
    }

    proptest! {
        #[test]
        fn damaged_archives_are_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut packed = pack(&FILES);
            let at = at.index(packed.len());
            if cut { packed.truncate(at) } else { packed[at] = byte }
            if let Ok(archive) = Archive::open(&packed, 8) {
                (0..archive.names().count()).for_each(|number| _ = archive.read(number, 5000));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [&bytes[..], END, &bytes[..bytes.len().min(30)], &[0; 22]].concat();
            if let Ok(archive) = Archive::open(&bytes, 8) {
                (0..archive.names().count()).for_each(|number| _ = archive.read(number, 5000));
            }
        }
    }
}
