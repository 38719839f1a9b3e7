use expect_test::Expect;
use galant_midi::{ReadRules, decode};
use galant_types::Decoded;

/// An end-of-track event, right after the event before.
pub(crate) const END: &[u8] = &[0x00, 0xff, 0x2f, 0x00];

/// A note of ten ticks from the event before.
pub(crate) const NOTE: &[u8] = &[0, 0x90, 60, 100, 10, 0x80, 60, 64];

/// A header chunk with a division of 96 ticks a quarter note.
pub(crate) fn header(format: u16, n_tracks: u16) -> Vec<u8> {
    header_of(format, n_tracks, [0, 96])
}

/// A header chunk.
pub(crate) fn header_of(format: u16, n_tracks: u16, division: [u8; 2]) -> Vec<u8> {
    [b"MThd\0\0\0\x06".as_slice(), &format.to_be_bytes(), &n_tracks.to_be_bytes(), &division].concat()
}

/// A chunk that declares its true length.
pub(crate) fn chunk(id: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [id.as_slice(), &(data.len() as u32).to_be_bytes(), data].concat()
}

/// A track chunk of `events` and an end of track.
pub(crate) fn track(events: &[u8]) -> Vec<u8> {
    chunk(b"MTrk", &[events, END].concat())
}

/// A file of format 1 with one track of `events` and an end of track.
///
/// The events begin at byte 22.
pub(crate) fn file(events: &[u8]) -> Vec<u8> {
    [header(1, 1), track(events)].concat()
}

/// `inner` wrapped in RIFF, with an odd chunk before it; `inner` begins at byte 30.
pub(crate) fn riff(inner: &[u8]) -> Vec<u8> {
    let mut form = b"RMIDDISP\x01\0\0\0x\0data".to_vec();
    form.extend((inner.len() as u32).to_le_bytes());
    form.extend(inner);
    [b"RIFF".as_slice(), &(form.len() as u32).to_le_bytes(), &form].concat()
}

/// Decodes bytes that can be decoded, by the standard's rules.
#[track_caller]
pub(crate) fn read(bytes: &[u8]) -> Decoded {
    decode(bytes, ReadRules::Standard).unwrap()
}

/// The notes of `bytes` by `rules`, as (onset, pitch, length, velocity).
#[track_caller]
pub(crate) fn notes(bytes: &[u8], rules: ReadRules) -> Vec<(u64, u8, u64, u8)> {
    let score = decode(bytes, rules).unwrap().score;
    score.notes.iter().map(|note| (note.onset, note.pitch, note.length, note.velocity)).collect()
}

/// The warnings, a line for each: severity, place and message.
pub(crate) fn said(decoded: &Decoded) -> String {
    decoded.warnings.iter().map(|warning| format!("{:?}: {warning}\n", warning.severity)).collect()
}

/// Decodes and compares all warnings, a line for each.
#[track_caller]
pub(crate) fn check(bytes: &[u8], warnings: Expect) {
    warnings.assert_eq(&said(&read(bytes)));
}
