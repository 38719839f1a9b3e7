use expect_test::expect;
use galant_midi::ReadRules::Lecture;
use galant_midi::decode;
use galant_types::Tempo;

use crate::bytes::{END, NOTE, check, chunk, file, header, header_of, read, riff, said, track};

#[test]
fn tracks_are_compared_with_the_header() {
    check(
        &[header(1, 3), track(NOTE)].concat(),
        expect![[r#"
            Repair: byte 10: the header declares a track count of 3, the file has 1
        "#]],
    );
    check(
        &[header(1, 0), track(NOTE)].concat(),
        expect![[r#"
            Repair: byte 10: the header declares a track count of 0, the file has 1
        "#]],
    );
    check(
        &[header(0, 2), track(NOTE), track(&[])].concat(),
        expect![[r#"
        Repair: byte 8: a file of format 0 has one track, but this one has 2; read as format 1
    "#]],
    );
    check(
        &[header(2, 2), track(NOTE), track(NOTE)].concat(),
        expect![[r#"
        Note: byte 8: the 2 tracks are independent pieces (format 2); put one after the other
    "#]],
    );
    check(
        &[header(7, 1), track(NOTE)].concat(),
        expect![[r#"
        Repair: byte 8: format 7 is unknown, the standard has 0, 1 and 2; read as format 1
    "#]],
    );
}

#[test]
fn the_lecture_says_that_independent_tracks_begin_together() {
    let bytes = [header(2, 2), track(NOTE), track(NOTE)].concat();
    expect![[r#"
        Note: byte 8: the 2 tracks are independent pieces (format 2); read as if they began together
    "#]]
    .assert_eq(&said(&decode(&bytes, Lecture).unwrap()));
}

#[test]
fn a_cut_track_keeps_what_is_there() {
    let bytes = [header(1, 1), track(NOTE)].concat();
    check(
        &bytes[..33],
        expect![[r#"
            Repair: track 0, byte 14: the track is cut short: it declares 12 bytes and has 11
            Repair: track 0, byte 30: the track's last event is cut short after 3 bytes; dropped
            Repair: track 0, byte 33: the track has no end-of-track event
        "#]],
    );
    check(
        &bytes[..30],
        expect![[r#"
        Repair: track 0, byte 14: the track is cut short: it declares 12 bytes and has 8
        Repair: track 0, byte 30: the track has no end-of-track event
    "#]],
    );
    check(
        &bytes[..27],
        expect![[r#"
            Repair: track 0, byte 14: the track is cut short: it declares 12 bytes and has 5
            Repair: track 0, byte 22: key 60 on channel 0 begins at tick 0, where the track ends, and never ends; a quarter note was assumed
            Repair: track 0, byte 26: the track's last event is cut short after 1 byte; dropped
            Repair: track 0, byte 27: the track has no end-of-track event
        "#]],
    );
    check(
        &bytes[..17],
        expect![[r#"
            Repair: byte 10: the header declares a track count of 1, the file has 0
            Repair: byte 14: 3 bytes outside of any chunk; skipped
        "#]],
    );
}

#[test]
fn bytes_between_and_after_tracks_are_reported() {
    let (head, music) = (header(1, 1), track(NOTE));
    let other = chunk(b"XFIH", &[1, 2, 3]);
    check(
        &[head.clone(), other, music.clone()].concat(),
        expect![[r#"
        Note: byte 14: chunk 'XFIH' of 3 bytes is not a track; skipped
    "#]],
    );
    check(
        &[head.clone(), vec![0, 1, 2, 3, 4], music.clone(), vec![0; 2]].concat(),
        expect![[r#"
            Repair: byte 14: 5 bytes outside of any chunk; skipped
            Repair: byte 39: 2 bytes outside of any chunk; skipped
        "#]],
    );
    let padded = chunk(b"MTrk", &[NOTE, END, &[0, 0]].concat());
    check(
        &[head.clone(), padded].concat(),
        expect![[r#"
            Repair: track 0, byte 34: 2 bytes after the end-of-track event; dropped
        "#]],
    );
    let endless = chunk(b"MTrk", NOTE);
    check(
        &[head, endless].concat(),
        expect![[r#"
        Repair: track 0, byte 30: the track has no end-of-track event
    "#]],
    );
}

#[test]
fn a_track_inside_the_declared_length_of_another_is_found() {
    let mut first = track(NOTE);
    first[7] += 9;
    let bytes = [header(1, 2), first, track(NOTE)].concat();
    check(
        &bytes,
        expect![[r#"
        Repair: track 0, byte 14: the track declares 21 bytes, but the next one begins after 12; read from there
    "#]],
    );
    assert_eq!(read(&bytes).score.notes.len(), 2);
}

#[test]
fn a_length_that_is_a_little_too_long_does_not_cost_the_next_track() {
    for surplus in 1..8 {
        for end in [END, &[]] {
            let mut first = chunk(b"MTrk", &[NOTE, end].concat());
            first[7] += surplus;
            let bytes = [header(1, 2), first, track(NOTE)].concat();
            let decoded = read(&bytes);
            let tracks: Vec<_> = decoded.score.notes.iter().map(|note| (note.track, note.length)).collect();
            assert_eq!(tracks, [(0, 10), (1, 10)], "{surplus} bytes too long");
            let said = said(&decoded);
            let declared = 8 + end.len() + usize::from(surplus);
            assert!(said.contains(&format!("the track declares {declared} bytes, but the next one begins")), "{said}");
        }
    }
}

#[test]
fn tracks_beyond_those_declared_are_left_out() {
    let other = track(&[5, 0x91, 62, 9, 5, 0x81, 62, 9]);
    let bytes = [header(1, 2), track(&[]), track(NOTE), other.clone(), other.clone()].concat();
    check(
        &bytes,
        expect![[r#"
        Repair: byte 46: the header declares a track count of 2, and 2 more follow from here; left out
    "#]],
    );
    assert_eq!(read(&bytes).score.notes.len(), 1);
    // The declared tracks hold no music.
    let bytes = [header(1, 1), track(&[]), other.clone(), other].concat();
    check(
        &bytes,
        expect![[r#"
        Repair: byte 10: the header declares a track count of 1, the file has 3
    "#]],
    );
    assert_eq!(read(&bytes).score.notes.len(), 2);
}

#[test]
fn a_mac_binary_header_is_skipped() {
    let midi = file(NOTE);
    let mut header = vec![0; 128];
    header[1..7].copy_from_slice(b"\x05Suite");
    header[65..69].copy_from_slice(b"Midi");
    header[83..87].copy_from_slice(&(midi.len() as u32).to_be_bytes());
    let bytes = [header.clone(), midi.clone(), vec![7; 90]].concat();
    check(
        &bytes,
        expect![[r#"
        Note: byte 0: a MacBinary header of 128 bytes; skipped
    "#]],
    );
    assert_eq!(read(&bytes).score, read(&midi).score);
    // The length is wrong, so the data end with the file.
    header[83] = 9;
    assert_eq!(read(&[header.clone(), midi.clone()].concat()).score, read(&midi).score);
    // Without the rest of it, it is no such header.
    header[1] = 0;
    let error = decode(&[header, midi].concat(), galant_midi::ReadRules::Standard).unwrap_err();
    expect![[r#"not a standard MIDI file: it begins with '\x00\x00Suite\x00', not 'MThd'; a MIDI header begins at byte 128, so remove what is before it"#]].assert_eq(&error.to_string());
}

#[test]
fn a_track_longer_than_declared_is_read_to_its_end() {
    for declared in 0..12 {
        let mut first = track(NOTE);
        first[7] = declared;
        let decoded = read(&[header(1, 2), first, track(NOTE)].concat());
        let tracks: Vec<_> = decoded.score.notes.iter().map(|note| (note.track, note.length)).collect();
        assert_eq!(tracks, [(0, 10), (1, 10)], "{declared} bytes declared");
        assert_eq!(decoded.warnings.len(), 1);
    }
    let mut first = track(NOTE);
    first[7] -= 4;
    check(
        &[header(1, 2), first, track(NOTE)].concat(),
        expect![[r#"
            Repair: track 0, byte 14: the track declares 8 bytes, but its end-of-track event ends after 12; read up to there
        "#]],
    );
}

#[test]
fn a_long_header_is_read() {
    let long = [b"MThd\0\0\0\x08\0\x01\0\x01\0\x60ab".to_vec(), track(NOTE)].concat();
    check(
        &long,
        expect![[r#"
        Note: byte 4: the header declares 8 bytes instead of 6; the rest was skipped
    "#]],
    );
    // The length is wrong, and the track begins where it should.
    let wrong = [b"MThd\x01\0\0\x06\0\x01\0\x01\0\x60".to_vec(), track(NOTE)].concat();
    check(
        &wrong,
        expect![[r#"
        Repair: byte 4: the header declares 16777222 bytes, but a track begins after 6; read from there
    "#]],
    );
    assert_eq!(read(&wrong).score.notes.len(), 1);
    let past_end = b"MThd\0\0\0\x09\0\x01\0\x00\0\x60ab".to_vec();
    check(
        &past_end,
        expect![[r#"
        Repair: byte 4: the header declares 9 bytes, but the file ends after 8; no track was found
    "#]],
    );
}

#[test]
fn riff_wrappings_are_checked() {
    let whole = riff(&file(NOTE));
    check(
        &whole,
        expect![[r#"
            Note: byte 12: RIFF chunk 'DISP' of 1 byte holds no notes; skipped
        "#]],
    );
    check(
        &[whole.clone(), vec![0; 2]].concat(),
        expect![[r#"
            Note: byte 12: RIFF chunk 'DISP' of 1 byte holds no notes; skipped
            Repair: byte 64: 2 bytes outside of any chunk; skipped
        "#]],
    );
    check(
        &whole[..60],
        expect![[r#"
            Repair: byte 4: the RIFF wrapper is cut short: it declares 56 bytes and has 52
            Note: byte 12: RIFF chunk 'DISP' of 1 byte holds no notes; skipped
            Repair: byte 22: the RIFF wrapper is cut short: it declares 34 bytes and has 30
            Repair: track 0, byte 44: the track is cut short: it declares 12 bytes and has 8
            Repair: track 0, byte 60: the track has no end-of-track event
        "#]],
    );
}

#[test]
fn timecode_becomes_quarter_notes_of_a_second() {
    let tempo = [0, 0xff, 0x51, 3, 1, 2, 3];
    let with = |division| [header_of(1, 1, division), track(&[&tempo, NOTE].concat())].concat();
    let bytes = with([256u16.wrapping_sub(25) as u8, 40]);
    check(
        &bytes,
        expect![[r#"
        Note: byte 12: time is counted in film frames (25 per second of 40 ticks each), not in quarter notes; a quarter note was taken to be one second
        Note: track 0, byte 22: a tempo has no meaning where time is counted in film frames; dropped
    "#]],
    );
    let score = read(&bytes).score;
    assert_eq!((score.ticks_per_quarter, score.tempos), (1000, vec![Tempo { tick: 0, us_per_quarter: 1_000_000 }]));
    // 29 means 30 frames in 1.001 seconds.
    let score = read(&with([256u16.wrapping_sub(29) as u8, 80])).score;
    assert_eq!((score.ticks_per_quarter, score.tempos), (2400, vec![Tempo { tick: 0, us_per_quarter: 1_001_000 }]));
    assert_eq!(read(&with([0x80, 255])).score.ticks_per_quarter, 128 * 255);
    assert_eq!(read(&with([0xff, 0])).score.ticks_per_quarter, 480);
}

#[test]
fn a_division_of_zero_is_replaced() {
    let bytes = [header_of(1, 1, [0, 0]), track(NOTE)].concat();
    check(
        &bytes,
        expect![[r#"
        Repair: byte 12: the header states 0 ticks per quarter note; 480 were assumed
    "#]],
    );
    assert_eq!(read(&bytes).score.ticks_per_quarter, 480);
}
