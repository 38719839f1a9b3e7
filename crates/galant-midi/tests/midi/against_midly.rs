use galant_midi::{ReadRules, decode};
use midly::num::{u4, u7, u14, u15, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, PitchBend, Smf, Timing, Track, TrackEvent, TrackEventKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A note as (onset, track, channel, key, length).
type Row = (u64, u16, u8, u8, u64);

fn event() -> impl Strategy<Value = TrackEvent<'static>> {
    let delta = prop_oneof![2 => Just(0), 2 => 0..200_u32, 1 => Just((1 << 28) - 1)];
    (delta, 0..12_u8, 0..2_u8, prop_oneof![60..62_u8, 0..128_u8], 0..128_u8).prop_map(|(delta, kind, channel, a, b)| {
        let (key, vel) = (u7::from(a), u7::from(b));
        let message = match kind {
            0 => return TrackEvent { delta: u28::from(delta), kind: TrackEventKind::SysEx(&[1, 0xf7]) },
            1 => return TrackEvent { delta: u28::from(delta), kind: TrackEventKind::Meta(MetaMessage::Text(b"hm")) },
            2 => MidiMessage::Aftertouch { key, vel },
            3 => MidiMessage::Controller { controller: key, value: vel },
            4 => MidiMessage::ProgramChange { program: key },
            5 => MidiMessage::ChannelAftertouch { vel },
            6 => MidiMessage::PitchBend { bend: PitchBend(u14::from(u16::from(a) << 7)) },
            7 | 8 => MidiMessage::NoteOff { key, vel },
            _ => MidiMessage::NoteOn { key, vel },
        };
        TrackEvent { delta: u28::from(delta), kind: TrackEventKind::Midi { channel: u4::from(channel), message } }
    })
}

/// Pairs the messages of a track as [`ReadRules::Standard`] says, in the plainest way.
fn notes(index: u16, track: &Track<'_>) -> Vec<Row> {
    let mut messages = Vec::new();
    let mut now = 0;
    for event in track {
        now += u64::from(event.delta.as_int());
        match event.kind {
            TrackEventKind::Midi { channel, message: MidiMessage::NoteOn { key, vel } } => {
                messages.push((now, channel.as_int(), key.as_int(), vel > 0));
            }
            TrackEventKind::Midi { channel, message: MidiMessage::NoteOff { key, .. } } => {
                messages.push((now, channel.as_int(), key.as_int(), false));
            }
            _ => {}
        }
    }
    let mut rows = Vec::new();
    for channel in 0..2 {
        for key in 0..128 {
            let of_key = messages.iter().filter(|message| (message.1, message.2) == (channel, key));
            let of_key: Vec<(u64, bool)> = of_key.map(|message| (message.0, message.3)).collect();
            rows.extend(spans(&of_key, now).into_iter().map(|(onset, end)| (onset, index, channel, key, end - onset)));
        }
    }
    rows.retain(|row| row.4 > 0);
    rows
}

/// The onsets and ends of the notes of one key.
fn spans(messages: &[(u64, bool)], end_of_track: u64) -> Vec<(u64, u64)> {
    // One note-off after the other: those without a note are dropped, those for an older note go before the note-ons of
    // their tick.
    let mut ordered: Vec<(u64, bool)> = Vec::new();
    for &(tick, begins) in messages {
        let n_sounding = |messages: &[(u64, bool)]| {
            let n_begun = messages.iter().filter(|message| message.1).count();
            2 * n_begun - messages.len()
        };
        let before = ordered.iter().position(|&message| message == (tick, true)).unwrap_or(ordered.len());
        if begins {
            ordered.push((tick, true));
        } else if n_sounding(&ordered[..before]) > 0 {
            ordered.insert(before, (tick, false));
        } else if n_sounding(&ordered) > 0 {
            ordered.push((tick, false));
        }
    }
    // Last in, first out, as with brackets: the note-ons left over are lost.
    let mut stack = Vec::new();
    for (place, message) in ordered.iter().enumerate() {
        if message.1 {
            stack.push(place);
        } else {
            stack.pop();
        }
    }
    // First in, first out, without them.
    let (mut queue, mut spans) = (Vec::new(), Vec::new());
    for (place, &(tick, begins)) in ordered.iter().enumerate() {
        if begins && stack.contains(&place) {
            let after = &ordered[place..];
            let next = after.iter().position(|&(other, begins)| begins && other > tick).unwrap_or(after.len());
            let released = after[..next].iter().rev().find(|message| !message.1);
            let end = released.or(after.get(next)).map_or(end_of_track, |message| message.0);
            spans.push((tick, end));
        } else if begins {
            queue.push(tick);
        } else {
            spans.push((queue.remove(0), tick));
        }
    }
    spans
}

#[test]
fn notes_are_those_that_midly_reads() {
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, crate::any_bytes::rng());
    let end = TrackEvent { delta: u28::from(7), kind: TrackEventKind::Meta(MetaMessage::EndOfTrack) };
    runner
        .run(&vec(vec(event(), 0..60), 1..4), |mut tracks| {
            tracks.iter_mut().for_each(|track| track.push(end));
            let header = Header::new(Format::Parallel, Timing::Metrical(u15::from(96)));
            let mut bytes = Vec::new();
            Smf { header, tracks }.write(&mut bytes).unwrap();
            let read = Smf::parse(&bytes).unwrap().tracks;
            let mut expected: Vec<Row> = (0..).zip(&read).flat_map(|(index, track)| notes(index, track)).collect();
            expected.sort_unstable();
            let score = decode(&bytes, ReadRules::Standard).unwrap().score;
            let row = |note: &galant_types::Note| (note.onset, note.track, note.channel, note.pitch, note.length);
            prop_assert_eq!(score.notes.iter().map(row).collect::<Vec<_>>(), expected);
            Ok(())
        })
        .unwrap();
}
