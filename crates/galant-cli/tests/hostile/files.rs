//! The files. Each is written in pieces: what this process holds counts as its children's.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A file and the command that opens it.
pub(crate) struct Hostile {
    pub(crate) args: String,
    pub(crate) n_bytes: u64,
}

/// How a file begins, a piece, how often it is repeated, and how the file ends.
type Parts<'a> = (&'a [u8], &'a [u8], usize, &'a [u8]);

pub(crate) fn write_all(folder: &Path) -> Vec<Hostile> {
    let mut files = midi(folder);
    files.extend(tokens(folder));
    files.extend(models(folder));
    files.extend(abc(folder));
    files.extend(musicxml(folder));
    files
}

fn write(folder: &Path, command: &str, name: &str, parts: Parts<'_>) -> Hostile {
    let (begin, piece, n_pieces, end) = parts;
    let mut out = BufWriter::new(File::create(folder.join(name)).unwrap());
    out.write_all(begin).unwrap();
    (0..n_pieces).for_each(|_| out.write_all(piece).unwrap());
    out.write_all(end).unwrap();
    out.flush().unwrap();
    let n_bytes = (begin.len() + n_pieces * piece.len() + end.len()) as u64;
    Hostile { args: command.replace("FILE", name), n_bytes }
}

const END: &[u8] = &[0, 0xff, 0x2f, 0];

/// A header and the head of a track that claims all the rest.
fn midi_begin(format: u8, events: &[u8]) -> Vec<u8> {
    [&[b'M', b'T', b'h', b'd', 0, 0, 0, 6, 0, format, 0xff, 0xff, 0, 96][..], b"MTrk\x00\xff\xff\xff", events].concat()
}

fn midi(folder: &Path) -> Vec<Hostile> {
    let tokens = "tokenize FILE";
    let first_note = midi_begin(1, &[0, 0x90, 60, 64]);
    let all_keys: Vec<u8> = (0..128).flat_map(|key| [u8::from(key == 0), key, 64]).collect();
    let late = [&[0, 0x90, 60, 64, 0xff, 0xff, 0xff, 0x7f, 0x80, 60, 64][..], END, b"MTrk\0\0\0\x0f"].concat();
    let named = [&b"MTrk\0\0\0\x15\0\xff\x03\x09nine long"[..], &[0, 0xc0, 1, 0, 0xff, 0x2f, 0]].concat();
    let files: [(&str, &str, Parts<'_>); 9] = [
        (tokens, "at-once.mid", (&first_note, &[0, 60, 64], 300_000, END)),
        (tokens, "each-tick.mid", (&first_note, &[1, 60, 64], 300_000, END)),
        (tokens, "all-keys.mid", (&first_note, &all_keys, 2000, END)),
        ("plot roll FILE --out late.svg", "late.mid", (&midi_begin(2, &[]), &late, 4000, END)),
        ("plot roll FILE", "late-too.mid", (&midi_begin(2, &[]), &late, 4000, END)),
        (tokens, "named.mid", (&midi_begin(1, END), &named, 4000, b"")),
        (tokens, "system.mid", (&midi_begin(1, &[]), &[0, 0xf6], 1_000_000, b"")),
        (tokens, "tracks.mid", (&midi_begin(1, END), b"MTrk\0\0\0\0", 100_000, b"")),
        (tokens, "almost.mid", (&midi_begin(1, END), b"MTrM", 1_000_000, b"")),
    ];
    files.map(|(command, name, parts)| write(folder, command, name, parts)).into()
}

fn tokens(folder: &Path) -> Vec<Hostile> {
    let encode = "detokenize FILE --out x.mid";
    let grid = br#"{"tokenizer":"notes","grid":4,"n_tokens":1,"n_different":1,"us_per_quarter":500000,"meter":[4,2],
        "program":0,"velocity":64,"tokens":["60""#;
    let files: [(&str, &str, Parts<'_>); 7] = [
        (encode, "ones.json", (b"[[1]", b",[1]", 2_000_000, b"]")),
        (encode, "flat.json", (b"[1", b",1", 3_000_000, b"]")),
        (encode, "long.json", (b"[[1", b",1", 3_000_000, b"]]")),
        (encode, "deep.json", (b"", b"[", 3_000_000, b"")),
        (encode, "objects.json", (b"{\"a\":[{}", b",{\"\":0}", 1_000_000, b"]}")),
        (encode, "texts.json", (grid, b",\"60\"", 1_000_000, b"]}")),
        (encode, "more-texts.json", (grid, b",\"60\"", 1_500_000, b"]}")),
    ];
    files.map(|(command, name, parts)| write(folder, command, name, parts)).into()
}

/// A model file's header of so many bytes.
fn model_begin(header: &str, n_more: usize) -> Vec<u8> {
    [&((header.len() + n_more) as u64).to_le_bytes(), header.as_bytes()].concat()
}

fn models(folder: &Path) -> Vec<Hostile> {
    let info = "info FILE";
    let galant = "{\"__metadata__\":{\"galant\":\"";
    let list = format!("{galant}{{\\\"format\\\":1,\\\"vocabulary\\\":[\\\"\\\"");
    let (item, n) = (br#",\"\""#, 800_000);
    let vocabulary = model_begin(&list, n * item.len() + 4);
    let (escape, n_escapes) = (br"\u0001", 600_000);
    let escapes = model_begin(galant, n_escapes * escape.len() + 3);
    let begin = "{\"a\":{\"dtype\":\"F32\",\"shape\":[0";
    let end = b"],\"data_offsets\":[0,0]}}";
    let shape = model_begin(begin, 2 * 2_000_000 + end.len());
    let lie = (1_u64 << 30).to_le_bytes();
    let snapshot = [&b"GALANTSN\x01\0\0\0"[..], &u64::MAX.to_le_bytes()].concat();
    let files: [(&str, &str, Parts<'_>); 6] = [
        (info, "vocabulary.safetensors", (&vocabulary, item, n, b"]}\"}")),
        (info, "escapes.safetensors", (&escapes, escape, n_escapes, b"\"}}")),
        (info, "shape.safetensors", (&shape, b",0", 2_000_000, end)),
        (info, "deep.safetensors", (&model_begin("", 4_000_000), b"[", 4_000_000, b"")),
        (info, "lie.safetensors", (&lie, b"{", 1000, b"")),
        ("train --corpus dice --out . --resume", "snapshot.galant", (&snapshot, b"x", 1000, b"")),
    ];
    files.map(|(command, name, parts)| write(folder, command, name, parts)).into()
}

fn abc(folder: &Path) -> Vec<Hostile> {
    let begin = b"X:1\nM:4/4\nL:1/8\nK:C\n";
    // Tunes that a few bytes make large.
    let bomb = [&b"X:1\nM:4/4\nK:C\n|:"[..], &b"CDEF".repeat(2000), &b":".repeat(31), b"|\n\n"].concat();
    let files: [(&str, &str, Parts<'_>); 10] = [
        ("corpus FILE", "bombs.abc", (b"", &bomb, 30, b"")),
        ("tokenize FILE --report", "rests.abc", (b"", b"X:1\nM:4/4\nK:C\nZ65535|\n\n", 20_000, b"")),
        ("corpus FILE", "tunes.abc", (b"", b"X:1\nK:C\nC|\n\n", 300_000, b"")),
        ("tokenize FILE", "layers.abc", (begin, b"C|&&&&&&&&D|", 50_000, b"\n")),
        ("tokenize FILE", "notes.abc", (begin, b"CDEF", 200_000, b"|\n")),
        ("tokenize FILE", "repeats.abc", (begin, b"|:C:|", 200_000, b"\n")),
        ("tokenize FILE", "strains.abc", (begin, b"C:|", 32_000, b"\n")),
        ("tokenize FILE", "double.abc", (begin, b"C||", 65_000, b"\n")),
        ("tokenize FILE", "chords.abc", (begin, b"[CEG]", 100_000, b"|\n")),
        ("tokenize FILE", "nested.abc", (begin, b"(3(", 300_000, b"\n")),
    ];
    files.map(|(command, name, parts)| write(folder, command, name, parts)).into()
}

fn musicxml(folder: &Path) -> Vec<Hostile> {
    let begin = b"<score-partwise><part><measure>";
    let end = b"</measure></part></score-partwise>";
    let note = b"<note><chord/><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration><tie type=\"start\"/></note>";
    let files: [(&str, &str, Parts<'_>); 6] = [
        ("tokenize FILE", "tags.musicxml", (begin, b"x<a/>", 1 << 20, end)),
        ("tokenize FILE", "deep.musicxml", (begin, b"<a>", 1 << 20, end)),
        ("tokenize FILE", "attributes.musicxml", (b"<a", b" a=\"\"", 500_000, b"/>")),
        ("tokenize FILE", "ties.musicxml", (begin, note, 100_000, end)),
        ("tokenize FILE", "bars.musicxml", (begin, b"</measure><measure>", 60_000, end)),
        ("tokenize FILE", "ends.mxl", (b"PK\x03\x04", b"PK\x05\x06", 1 << 20, b"")),
    ];
    files.map(|(command, name, parts)| write(folder, command, name, parts)).into()
}
