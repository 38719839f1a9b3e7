use galant_midi::ReadRules::{Lecture, Standard};
use galant_midi::{MAX_TEXT_BYTES, MAX_TEXTS, MAX_WARNINGS_PER_KIND, decode};
use galant_types::Tempo;

use crate::bytes::{END, chunk, file, header, header_of, notes, read, riff, track};

/// A note of ten ticks from the event before.
const NOTE: &[u8] = &[0, 0x90, 60, 100, 10, 0x80, 60, 64];

/// Decodes and compares all warnings.
#[track_caller]
fn check(bytes: &[u8], warnings: &[&str]) {
    let found: Vec<String> = read(bytes).warnings.iter().map(ToString::to_string).collect();
    assert_eq!(found, warnings);
}

/// The same for a file of one track, where one note of ten ticks must be left, which begins at `onset`.
#[track_caller]
fn check_events(events: &[&[u8]], onset: u64, warnings: &[&str]) {
    let bytes = file(&events.concat());
    check(&bytes, warnings);
    assert_eq!(notes(&bytes, Standard), [(onset, 60, 10, 100)]);
}

#[test]
fn notes_without_an_end_or_a_beginning_are_named() {
    check_events(
        &[&[5, 0x80, 61, 0, 1, 0x91, 60, 0], NOTE],
        6,
        &[
            "track 0, byte 22: note-off for key 61 on channel 0, which does not sound; dropped",
            "track 0, byte 26: note-off for key 60 on channel 1, which does not sound; dropped",
        ],
    );
    check_events(
        &[&[0, 0x90, 60, 100, 10, 0xb0, 1, 1]],
        0,
        &["track 0, byte 22: key 60 on channel 0 never ends; ended with the track at tick 10"],
    );
    check_events(
        &[NOTE, &[0, 0x95, 62, 1, 0, 0x85, 62, 1]],
        0,
        &["track 0, byte 30: key 62 on channel 5 ends at tick 10, where it begins; dropped"],
    );
}

#[test]
fn the_lecture_ends_sounding_notes_with_the_last_event_of_their_track() {
    let bytes = file(&[0, 0x90, 60, 100, 10, 0xb0, 1, 1]);
    assert_eq!(notes(&bytes, Lecture), [(0, 60, 10, 100)]);
    let warnings = decode(&bytes, Lecture).unwrap().warnings;
    assert_eq!(warnings, read(&bytes).warnings);
}

#[test]
fn tracks_are_compared_with_the_header() {
    check(&[header(1, 3), track(NOTE)].concat(), &["byte 10: the header declares 3 tracks, but the file has 1"]);
    check(&[header(1, 0), track(NOTE)].concat(), &["byte 10: the header declares 0 tracks, but the file has 1"]);
    check(
        &[header(0, 2), track(NOTE), track(&[])].concat(),
        &["byte 8: a file of format 0 has one track, this one has 2; read as format 1"],
    );
    check(
        &[header(2, 2), track(NOTE), track(NOTE)].concat(),
        &["byte 8: the 2 tracks are independent pieces (format 2); put one after the other"],
    );
    check(
        &[header(7, 1), track(NOTE)].concat(),
        &["byte 8: format 7 is unknown, the standard has 0, 1 and 2; read as format 1"],
    );
}

#[test]
fn the_lecture_says_that_independent_tracks_begin_together() {
    let bytes = [header(2, 2), track(NOTE), track(NOTE)].concat();
    let warnings = decode(&bytes, Lecture).unwrap().warnings;
    let expected = "byte 8: the 2 tracks are independent pieces (format 2); read as if they began together";
    assert_eq!(warnings[0].to_string(), expected);
}

#[test]
fn a_cut_track_keeps_what_is_there() {
    let bytes = [header(1, 1), track(NOTE)].concat();
    let cut = "track 0, byte 14: the track is cut short: it declares 12 bytes and has";
    check(
        &bytes[..33],
        &[
            &format!("{cut} 11"),
            "track 0, byte 30: the track's last event is cut short; its 3 bytes are dropped",
            "track 0, byte 33: the track has no end-of-track event",
        ],
    );
    check(&bytes[..30], &[&format!("{cut} 8"), "track 0, byte 30: the track has no end-of-track event"]);
    check(
        &bytes[..27],
        &[
            &format!("{cut} 5"),
            "track 0, byte 26: the track's last event is cut short; its 1 bytes are dropped",
            "track 0, byte 27: the track has no end-of-track event",
            "track 0, byte 22: key 60 on channel 0 begins at tick 0, where the track ends, and never ends; a quarter note is \
             assumed",
        ],
    );
    check(
        &bytes[..17],
        &["byte 14: 3 bytes belong to no chunk; skipped", "byte 10: the header declares 1 tracks, but the file has 0"],
    );
}

#[test]
fn bytes_between_and_behind_tracks_are_named() {
    let (head, music) = (header(1, 1), track(NOTE));
    let other = chunk(b"XFIH", &[1, 2, 3]);
    check(&[head.clone(), other, music.clone()].concat(), &["byte 14: chunk 'XFIH' of 3 bytes is no track; skipped"]);
    check(
        &[head.clone(), vec![0, 1, 2, 3, 4], music.clone(), vec![0; 2]].concat(),
        &["byte 14: 5 bytes belong to no chunk; skipped", "byte 39: 2 bytes belong to no chunk; skipped"],
    );
    let padded = chunk(b"MTrk", &[NOTE, END, &[0, 0]].concat());
    check(&[head.clone(), padded].concat(), &["track 0, byte 34: 2 bytes follow the end-of-track event; dropped"]);
    let endless = chunk(b"MTrk", NOTE);
    check(&[head, endless].concat(), &["track 0, byte 30: the track has no end-of-track event"]);
}

#[test]
fn a_track_inside_the_declared_length_of_another_is_found() {
    let mut first = track(NOTE);
    first[7] += 9;
    let bytes = [header(1, 2), first, track(NOTE)].concat();
    check(
        &bytes,
        &["track 0, byte 14: the track declares 21 bytes, but the next one begins after 12; read from there"],
    );
    assert_eq!(read(&bytes).score.notes.len(), 2);
}

#[test]
fn a_track_longer_than_declared_does_not_hide_the_next() {
    let mut first = track(NOTE);
    first[7] -= 4;
    check(
        &[header(1, 2), first, track(NOTE)].concat(),
        &["track 0, byte 30: the track has no end-of-track event", "byte 30: 4 bytes belong to no chunk; skipped"],
    );
}

#[test]
fn a_long_header_is_read() {
    let long = [b"MThd\0\0\0\x08\0\x01\0\x01\0\x60ab".to_vec(), track(NOTE)].concat();
    check(&long, &["byte 4: the header declares 8 bytes instead of 6; the rest is skipped"]);
    // The length is wrong, and the track begins where it should.
    let wrong = [b"MThd\x01\0\0\x06\0\x01\0\x01\0\x60".to_vec(), track(NOTE)].concat();
    check(&wrong, &["byte 4: the header declares 16777222 bytes instead of 6; the rest is skipped"]);
    assert_eq!(read(&wrong).score.notes.len(), 1);
}

#[test]
fn riff_wrappings_are_checked() {
    let whole = riff(&file(NOTE));
    let chunk = "byte 12: RIFF chunk 'DISP' of 1 bytes holds no notes; skipped";
    check(&whole, &[chunk]);
    check(&[whole.clone(), vec![0; 2]].concat(), &["byte 64: 2 bytes belong to no chunk; skipped", chunk]);
    check(
        &whole[..60],
        &[
            "byte 4: the RIFF wrapping is cut short: it declares 56 bytes and has 52",
            chunk,
            "byte 22: the RIFF wrapping is cut short: it declares 34 bytes and has 30",
            "track 0, byte 44: the track is cut short: it declares 12 bytes and has 8",
            "track 0, byte 60: the track has no end-of-track event",
        ],
    );
}

#[test]
fn timecode_becomes_quarter_notes_of_a_second() {
    let tempo = [0, 0xff, 0x51, 3, 1, 2, 3];
    let with = |division| [header_of(1, 1, division), track(&[&tempo, NOTE].concat())].concat();
    let bytes = with([256u16.wrapping_sub(25) as u8, 40]);
    check(
        &bytes,
        &[
            "byte 12: time is counted in film frames (25 a second, 40 ticks each), not in quarter notes; a quarter note is \
         taken to be one second",
            "track 0, byte 22: a tempo means nothing where time is counted in film frames; dropped",
        ],
    );
    let score = read(&bytes).score;
    assert_eq!((score.ticks_per_quarter, score.tempos), (1000, vec![Tempo { tick: 0, us_per_quarter: 1_000_000 }]));
    // 29 stands for 30 frames in 1.001 seconds.
    let score = read(&with([256u16.wrapping_sub(29) as u8, 80])).score;
    assert_eq!((score.ticks_per_quarter, score.tempos), (2400, vec![Tempo { tick: 0, us_per_quarter: 1_001_000 }]));
    assert_eq!(read(&with([0x80, 255])).score.ticks_per_quarter, 128 * 255);
    assert_eq!(read(&with([0xff, 0])).score.ticks_per_quarter, 480);
}

#[test]
fn a_division_of_zero_is_replaced() {
    let bytes = [header_of(1, 1, [0, 0]), track(NOTE)].concat();
    check(&bytes, &["byte 12: the header gives a quarter note zero ticks; 480 are assumed"]);
    assert_eq!(read(&bytes).score.ticks_per_quarter, 480);
}

#[test]
fn bad_messages_of_known_length_are_stepped_over() {
    check_events(
        &[&[1, 0xf1, 0, 1, 0xf2, 1, 2, 1, 0xf8, 1, 0xf4], NOTE],
        4,
        &[
            "track 0, byte 22: system message 0xf1 has no place in a file; dropped",
            "track 0, byte 25: system message 0xf2 has no place in a file; dropped",
            "track 0, byte 29: system message 0xf8 has no place in a file; dropped",
            "track 0, byte 31: system message 0xf4 has no place in a file; dropped",
        ],
    );
    check_events(
        &[&[3, 0x90, 0x80, 1, 0, 0x90, 1, 0xff], NOTE],
        3,
        &[
            "track 0, byte 22: message 0x90 has data byte 0x80, over 0x7f; the message is dropped",
            "track 0, byte 26: message 0x90 has data byte 0xff, over 0x7f; the message is dropped",
        ],
    );
    // A message dropped in the middle leaves the running status as it was.
    check_events(
        &[&[0, 0x90, 60, 100, 10, 0xf8, 0, 60, 0]],
        0,
        &["track 0, byte 26: system message 0xf8 has no place in a file; dropped"],
    );
}

#[test]
fn a_status_that_a_meta_event_ended_is_assumed() {
    check_events(
        &[&[0, 0x90, 60, 100, 0, 0xff, 1, 0, 10, 60, 0]],
        0,
        &[
            "track 0, byte 30: an event right after a meta or system exclusive event has no status byte; 0x90, the last \
           one, is assumed",
        ],
    );
}

#[test]
fn what_cannot_be_followed_ends_the_track() {
    check(
        &file(&[0, 60, 100]),
        &[
            "track 0, byte 22: an event has no status byte; the rest of the track, 7 bytes, is dropped",
            "track 0, byte 29: the track has no end-of-track event",
        ],
    );
    let long = "a delta time or length takes more than four bytes; the rest of the track,";
    check_events(
        &[NOTE, &[0x80, 0x80, 0x80, 0x80, 0, 0x90, 1, 1]],
        0,
        &[
            &format!("track 0, byte 30: {long} 12 bytes, is dropped"),
            "track 0, byte 42: the track has no end-of-track event",
        ],
    );
    check_events(
        &[NOTE, &[0, 0xf0, 0x80, 0x80, 0x80, 0x80, 0]],
        0,
        &[
            &format!("track 0, byte 30: {long} 11 bytes, is dropped"),
            "track 0, byte 41: the track has no end-of-track event",
        ],
    );
    check_events(
        &[NOTE, &[0, 0xff, 1, 99]],
        0,
        &[
            "track 0, byte 30: the track's last event is cut short; its 8 bytes are dropped",
            "track 0, byte 38: the track has no end-of-track event",
        ],
    );
}

#[test]
fn meta_events_without_a_meaning_are_dropped() {
    check_events(
        &[&[1, 0xff, 0x51, 2, 7, 8, 1, 0xff, 0x59, 0, 1, 0xff, 0x58, 5, 4, 2, 24, 8, 9], NOTE],
        3,
        &[
            "track 0, byte 22: a tempo event has 2 bytes instead of 3; dropped",
            "track 0, byte 28: a key signature event has 0 bytes instead of 2; dropped",
            "track 0, byte 32: a time signature event has 5 bytes instead of 4; the surplus is dropped",
        ],
    );
    check_events(
        &[
            &[
                0, 0xff, 0x51, 3, 0, 0, 0, 0, 0xff, 0x59, 2, 0xf8, 0, 0, 0xff, 0x58, 4, 4, 16, 24, 8, 0, 0xff, 0x58, 4,
                0, 2, 24, 8,
            ],
            NOTE,
        ],
        0,
        &[
            "track 0, byte 22: a tempo event has the value 0, which means nothing; dropped",
            "track 0, byte 29: a key signature event has the value -8, which means nothing; dropped",
            "track 0, byte 35: a time signature event has the value 16, which means nothing; dropped",
            "track 0, byte 43: a time signature event has the value 0, which means nothing; dropped",
        ],
    );
}

#[test]
fn second_names_and_later_programs_are_named() {
    check_events(
        &[&[0, 0xff, 3, 1, b'a', 0, 0xff, 3, 1, b'b', 0, 0xc0, 4, 0, 0xc0, 4, 0, 0xc0, 5], NOTE],
        0,
        &[
            "track 0, byte 27: the track has a name already; the later one is dropped",
            "track 0, byte 38: channel 0 changes to program 5; dropped, a part keeps its first program",
        ],
    );
    let long = [&[0, 0xff, 3, 0x82, 1], [b'x'; 257].as_slice(), NOTE].concat();
    check(&file(&long), &["track 0, byte 22: the track's name of 257 bytes is cut at 256"]);
    assert_eq!(read(&file(&long)).score.parts[0].name.len(), 256);
}

#[test]
fn texts_over_a_limit_are_dropped_with_a_warning() {
    let many = [&[0, 0xff, 1, 1, b'a'].repeat(MAX_TEXTS + 1), NOTE].concat();
    let over = "a text of 1 bytes is over the limit of 1048576 bytes or of 1024 texts; dropped";
    check(&file(&many), &[&format!("track 0, byte {}: {over}", 22 + 5 * MAX_TEXTS)]);
    assert_eq!(read(&file(&many)).score.texts, vec!["a"; MAX_TEXTS]);
    let long = [&[0, 0xff, 1, 0xc0, 0x80, 1], [b'x'; MAX_TEXT_BYTES + 1].as_slice(), NOTE].concat();
    let over = "a text of 1048577 bytes is over the limit of 1048576 bytes or of 1024 texts; dropped";
    check(&file(&long), &[&format!("track 0, byte 22: {over}")]);
}

#[test]
fn warnings_of_one_kind_are_counted_past_a_limit() {
    let warnings = read(&file(&[1, 0x80, 60, 0].repeat(MAX_WARNINGS_PER_KIND + 5))).warnings;
    assert_eq!(warnings.len(), MAX_WARNINGS_PER_KIND + 1);
    let offset = 22 + 4 * MAX_WARNINGS_PER_KIND;
    let expected = format!("track 0, byte {offset}: and 5 more note-offs for keys that do not sound, from here on");
    assert_eq!(warnings.last().unwrap().to_string(), expected);
}
