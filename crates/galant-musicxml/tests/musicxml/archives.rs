//! Compressed files, encodings, and what is no MusicXML.

use std::io::{Cursor, Write};

use galant_musicxml::{DecodeError, compress, decode, encode};
use galant_types::{Note, Score};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{note, notes, partwise};

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_table_of_an_archive_names_its_score() {
    let [first, second] = [note("C4", 4, ""), note("D4", 4, "")].map(|note| partwise(&[&[&note]]));
    let table = b"<container><rootfiles><rootfile full-path=\"b/score.xml\"/></rootfiles></container>";
    let files = [("a.xml", first.as_bytes()), ("b/score.xml", second.as_bytes()), ("META-INF/container.xml", table)];
    let decoded = decode(&archive(&files)).unwrap();
    assert_eq!(decoded.score.notes[0].pitch, 62);
    assert_eq!(decoded.warnings[0].message, "the file also holds a.xml, which was left out");
    // Without a table the first score is read.
    assert_eq!(decode(&archive(&files[..1])).unwrap().score.notes[0].pitch, 60);
    assert_eq!(decode(&archive(&[("readme.txt", b"x")])), Err(DecodeError::NoScore));
    assert_eq!(decode(&archive(&[("META-INF/container.xml", table)])), Err(DecodeError::NoScore));
}

#[test]
fn equal_scores_give_equal_archives_that_begin_with_their_kind() {
    let note = Note { onset: 0, length: 4, pitch: 60, velocity: 80, channel: 0, track: 0 };
    let xml = encode(&Score { notes: vec![note], ..Score::new(4) }).unwrap().xml;
    let packed = compress(&xml);
    assert_eq!(packed, compress(&xml));
    assert_eq!(&packed[30..38], b"mimetype");
    assert!(packed[38..].starts_with(b"application/vnd.recordare.musicxml"));
}

#[test]
fn texts_in_usual_encodings_are_read() {
    let xml = partwise(&[&[&note("C4", 4, "")]]).replace("part 1", "Flöte");
    let little: Vec<u8> = [0xfeff].into_iter().chain(xml.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = [0xfeff].into_iter().chain(xml.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let marked = [b"\xef\xbb\xbf", xml.as_bytes()].concat();
    let declared = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{xml}");
    let latin: Vec<u8> = declared.chars().map(|c| c as u8).collect();
    for bytes in [xml.clone().into_bytes(), little, big, marked, latin] {
        let score = decode(&bytes).unwrap().score;
        assert_eq!((score.parts[0].name.as_str(), notes(&score)), ("Flöte", vec![(0.0, 4.0, 60)]));
    }
    assert_eq!(decode(b"<score-partwise>\xff</score-partwise>"), Err(DecodeError::Encoding));
}

#[test]
fn other_xml_is_refused() {
    let message = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
    assert_eq!(message(b"<html/>"), "the outermost element is 'html'; MusicXML has score-partwise or score-timewise");
    assert_eq!(message(b"<score-partwise/>"), "the score has no parts");
    assert_eq!(message(b"<score-partwise>"), "the XML is not valid: the root node was opened but never closed");
    assert!(message(b"PK\x03\x04....").starts_with("the compressed file cannot be unpacked: "));
    let error = decode(partwise(&[&["\n<attributes><divisions>0</divisions></attributes>"]]).as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 4, column 13: divisions has the value '0'; 1 to 16777216 divisions of a quarter note are allowed"
    );
}
