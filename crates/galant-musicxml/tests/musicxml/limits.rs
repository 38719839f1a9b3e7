//! Files made to take time or memory are refused; what is just within a limit is read.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use galant_musicxml::{
    DecodeError, MAX_ARCHIVE_FILES, MAX_ATTRIBUTES_OF_TAG, MAX_BARS, MAX_FILE_BYTES, MAX_NAMESPACES, MAX_NOTES,
    MAX_PARTS, MAX_PLAYINGS, decode,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{note, partwise};

#[track_caller]
fn refused(xml: &str, expected: &str) {
    let start = Instant::now();
    let error = decode(xml.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    // Within the time that SECURITY.md promises, also where a machine is busy.
    assert!(start.elapsed() < Duration::from_secs(5), "{expected}: {:?}", start.elapsed());
}

fn packed(xml: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("score.xml", SimpleFileOptions::default()).unwrap();
    writer.write_all(xml).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn bombs_are_refused() {
    let entities = "<!DOCTYPE score-partwise [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
    refused(&format!("{entities}<score-partwise>&b;</score-partwise>"), "declares XML entities");
    // Packed spaces: 1,000 to one.
    assert_eq!(decode(&packed(&vec![b' '; 4 << 20])), Err(DecodeError::UnpackingRatio));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..=MAX_ARCHIVE_FILES {
        writer.start_file(number.to_string(), SimpleFileOptions::default()).unwrap();
    }
    let error = decode(&writer.finish().unwrap().into_inner()).unwrap_err().to_string();
    assert!(error.contains("more packed files than the limit of 1024"), "{error}");
    let long = vec![b' '; MAX_FILE_BYTES + 1];
    assert_eq!(decode(&[b"<".as_slice(), &long].concat()), Err(DecodeError::FileTooLarge));
    refused(&"<a>".repeat(3 << 20), "more tags than the limit of 1048576");
    refused(&"<abcdefg>".repeat(12 << 17), "more tags than the limit of 1415577");
    let attributes = |n: usize| (0..n).map(|n| format!(" a{n}=\"\"")).collect::<String>();
    refused(
        &format!("<a{}/>", attributes(MAX_ATTRIBUTES_OF_TAG + 1)),
        "more attributes in one tag than the limit of 512",
    );
    refused(&format!("<a{}/>", attributes(MAX_ATTRIBUTES_OF_TAG)), "the outermost element is 'a'");
    refused(&format!("<a{}/>", " b=\"\"".repeat(500)).repeat(2200), "more attributes than the limit of 1048576");
    let nested: String = (0..=MAX_NAMESPACES).map(|n| format!("<a xmlns:n{n}=\"n\">")).collect();
    refused(&nested, "more namespaces than the limit of 64");
    // Deep nesting is no recursion.
    refused(&"<a>".repeat(1 << 19), "the XML is not valid");
}

#[test]
fn too_much_music_is_refused() {
    let bars = vec![""; MAX_BARS];
    assert_eq!(decode(partwise(&[&bars]).as_bytes()).unwrap().score.bar_map().n_bars(), 1);
    refused(&partwise(&[&bars, &["", ""]]), "more bars than the limit of 65536");
    refused(&partwise(&vec![[""].as_slice(); MAX_PARTS + 1]), "more parts than the limit of 256");
    // 64 notes, played 32 times and again by each of 200 repeats.
    let backward = format!("<barline><repeat direction=\"backward\" times=\"{MAX_PLAYINGS}\"/></barline>");
    let bar = format!("{}{backward}", note("C4", 1, "").repeat(64));
    refused(&partwise(&[&vec![bar.as_str(); MAX_NOTES / 64 / 32 + 1]]), "more notes than the limit of 262144");
    refused(&partwise(&[&["<barline><repeat direction=\"backward\" times=\"33\"/></barline>"]]), "played 33 times");
    refused(&partwise(&[&["<barline><ending number=\"33\" type=\"start\"/></barline>"]]), "played 33 times");
    refused(&partwise(&[&[&note("C4", 16_385, "")]]), "longer than the limit of 4096 whole notes");
    refused(&partwise(&[&[&note("C4", 256, "").repeat(65)]]), "longer than the limit of 4096 whole notes");
    let change = "<sound tempo=\"60\"/><sound tempo=\"61\"/>".repeat(1 << 15);
    refused(
        &partwise(&[&[&change, "<sound tempo=\"9\"/>"]]),
        "more changes of tempo, meter and key than the limit of 65536",
    );
}
