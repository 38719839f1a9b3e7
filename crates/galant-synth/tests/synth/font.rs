//! A SoundFont of one sine, made by hand after the "SoundFont Technical Specification" 2.04.

use std::f64::consts::TAU;

/// The sine's period is 100 frames, so that at 44.1 kHz it has 441 Hz; key 69 plays it as it is.
pub(crate) const SINE_HZ: f64 = 441.0;

/// Generators of the specification, section 8.1.2.
const RELEASE_VOLUME_ENVELOPE: u16 = 38;
const INSTRUMENT: u16 = 41;
const SAMPLE_ID: u16 = 53;
const SAMPLE_MODES: u16 = 54;

pub(crate) fn soundfont() -> Vec<u8> {
    let info = [chunk(b"ifil", &tokens(&[2, 4])), chunk(b"INAM", b"One sine\0\0")].concat();
    let sine = |i: u16| (20_000.0 * (TAU * f64::from(i) / 100.0).sin()) as i16 as u16;
    let samples = chunk(b"smpl", &tokens(&(0..1100).map(sine).chain([0; 46]).collect::<Vec<_>>()));
    let presets = [record("Sine", &tokens(&[0, 0, 0]), 38), record("EOP", &tokens(&[0, 0, 1]), 38)].concat();
    let instruments = [record("Sine", &tokens(&[0]), 22), record("EOI", &tokens(&[1]), 22)].concat();
    // Start, end, loop from, loop to, rate; then key, correction, link and kind.
    let places: Vec<u8> = [0_u32, 1100, 100, 1000, 44_100].iter().flat_map(|x| x.to_le_bytes()).collect();
    let header = [places, vec![69, 0, 0, 0, 1, 0]].concat();
    let parameters = [
        chunk(b"phdr", &presets),
        chunk(b"pbag", &tokens(&[0, 0, 1, 0])),
        chunk(b"pmod", &[0; 10]),
        chunk(b"pgen", &tokens(&[INSTRUMENT, 0, 0, 0])),
        chunk(b"inst", &instruments),
        chunk(b"ibag", &tokens(&[0, 0, 3, 0])),
        chunk(b"imod", &[0; 10]),
        chunk(b"igen", &tokens(&[RELEASE_VOLUME_ENVELOPE, -6000_i16 as u16, SAMPLE_MODES, 1, SAMPLE_ID, 0, 0, 0])),
        chunk(b"shdr", &[record("Sine", &header, 46), record("EOS", &[], 46)].concat()),
    ];
    let lists = [list(b"INFO", &info), list(b"sdta", &samples), list(b"pdta", &parameters.concat())].concat();
    chunk(b"RIFF", &[b"sfbk".to_vec(), lists].concat())
}

fn list(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    chunk(b"LIST", &[kind, contents].concat())
}

fn chunk(id: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    [id, &(contents.len() as u32).to_le_bytes()[..], contents].concat()
}

fn tokens(tokens: &[u16]) -> Vec<u8> {
    tokens.iter().flat_map(|token| token.to_le_bytes()).collect()
}

/// A name of 20 bytes and what follows, filled up with zeros.
fn record(name: &str, rest: &[u8], size: usize) -> Vec<u8> {
    let mut record = name.as_bytes().to_vec();
    record.resize(20, 0);
    record.extend(rest);
    record.resize(size, 0);
    record
}
