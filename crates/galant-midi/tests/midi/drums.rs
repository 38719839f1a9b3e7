use galant_midi::{ReadRules, decode};
use galant_types::Severity;

use crate::bytes::file;

/// Messages at tick 0.
fn at_once(messages: &[&[u8]]) -> Vec<u8> {
    messages.iter().flat_map(|message| [&[0], *message].concat()).collect()
}

/// A system exclusive message as it is in a file: its status, its length, and the rest.
fn exclusive(message: &[u8]) -> Vec<u8> {
    [&[0xf0, message.len() as u8], message].concat()
}

fn note(channel: u8) -> Vec<u8> {
    vec![0, 0x90 | channel, 38, 100, 96, 0x80 | channel, 38, 0]
}

/// The channel of the note on `channel` after `before`, and whether there is a warning.
fn played(before: &[u8], channel: u8, rules: ReadRules) -> (u8, bool) {
    let decoded = decode(&file(&[before, &note(channel)].concat()), rules).unwrap();
    assert!(decoded.warnings.iter().all(|warning| warning.severity == Severity::Note), "{:?}", decoded.warnings);
    (decoded.score.notes[0].channel, !decoded.warnings.is_empty())
}

#[track_caller]
fn check(before: &[&[u8]], channel: u8, is_drums: bool) {
    let before = at_once(before);
    let expected = if is_drums { (9, channel != 9) } else { (channel, false) };
    assert_eq!(played(&before, channel, ReadRules::Standard), expected, "{before:02x?}");
    assert_eq!(played(&before, channel, ReadRules::Lecture), (channel, false), "{before:02x?}");
}

const XG_ON: [u8; 8] = [0x43, 0x10, 0x4c, 0x00, 0x00, 0x7e, 0x00, 0xf7];
const GM2_ON: [u8; 5] = [0x7e, 0x7f, 0x09, 0x03, 0xf7];
const GM_ON: [u8; 5] = [0x7e, 0x7f, 0x09, 0x01, 0xf7];
const GS_RESET: [u8; 10] = [0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7f, 0x00, 0x41, 0xf7];

#[test]
fn a_bank_of_drums_makes_a_channel_one_of_percussion_in_the_standard_that_has_it() {
    let bank = |channel: u8, msb: u8| [0xb0 | channel, 0, msb];
    for (standard, msb, is_drums) in [
        (&XG_ON[..], 127, true),
        (&XG_ON, 126, true),
        (&XG_ON, 64, false),
        (&XG_ON, 120, false),
        (&GM2_ON, 120, true),
        (&GM2_ON, 121, false),
        (&GM2_ON, 127, false),
        // An older synthesizer's pitched instruments.
        (&GS_RESET, 127, false),
        (&GM_ON, 127, false),
    ] {
        let on = exclusive(standard);
        check(&[&on, &bank(10, msb), &[0xba, 32, 0], &[0xca, 0]], 10, is_drums);
        // The bank is that of the next program.
        check(&[&on, &bank(10, msb)], 10, false);
        check(&[&on, &bank(10, msb), &[0xca, 0]], 11, false);
        check(&[&on, &bank(10, msb), &[0xca, 0], &bank(10, 0), &[0xca, 0]], 10, false);
    }
    check(&[&bank(10, 127), &[0xca, 0]], 10, false);
    check(&[&exclusive(&XG_ON), &exclusive(&GM_ON), &bank(10, 127), &[0xca, 0]], 10, false);
}

#[test]
fn gs_and_xg_parts_are_made_percussion_by_messages_of_their_own() {
    // Roland's part numbers begin with channel 10.
    for (part, channel) in [(0, 9), (1, 0), (9, 8), (10, 10), (15, 15)] {
        let rhythm = |map: u8| exclusive(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | part, 0x15, map, 0, 0xf7]);
        check(&[&rhythm(1)], channel, true);
        check(&[&rhythm(2)], channel, true);
        check(&[&rhythm(1), &[0xc0 | channel, 25]], channel, true);
        if channel != 9 {
            check(&[&rhythm(0)], channel, false);
            check(&[&rhythm(1), &rhythm(0)], channel, false);
            check(&[&rhythm(1)], channel ^ 1, channel ^ 1 == 9);
        }
    }
    let mode = |part: u8, mode: u8| exclusive(&[0x43, 0x10, 0x4c, 0x08, part, 0x07, mode, 0xf7]);
    check(&[&mode(3, 1)], 3, true);
    check(&[&mode(3, 0)], 3, false);
    check(&[&mode(16, 1)], 0, false);
    check(&[&exclusive(&[0x41, 0x10, 0x42, 0x12, 0x40])], 0, false);
    check(&[&exclusive(&[])], 0, false);
}

#[test]
fn a_channel_of_percussion_is_said_once_and_its_kit_is_that_of_the_part() {
    let rhythm = |part: u8| exclusive(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | part, 0x15, 1, 0, 0xf7]);
    let before = at_once(&[&rhythm(1), &rhythm(2), &[0xc0, 25], &[0xc2, 40]]);
    let decoded = decode(&file(&[before, note(0), note(1), note(2), note(0)].concat()), ReadRules::Standard).unwrap();
    let channels: Vec<u8> = decoded.score.notes.iter().map(|note| note.channel).collect();
    assert_eq!(channels, [9, 9, 2, 9]);
    let parts: Vec<_> = decoded.score.parts.iter().map(|part| (part.channel, part.program)).collect();
    assert_eq!(parts, [(2, Some(40)), (9, Some(25))]);
    let warnings: Vec<String> = decoded.warnings.iter().map(ToString::to_string).collect();
    let said = "the file makes channel 0 one of percussion; its notes were put on that of percussion, 9";
    assert_eq!(warnings, [format!("track 0, byte 54: {said}")]);
}
