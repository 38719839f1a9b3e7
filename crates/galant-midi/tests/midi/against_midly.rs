use galant_midi::{ReadRules, decode};
use midly::num::{u4, u7, u14, u15, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, PitchBend, Smf, Timing, Track, TrackEvent, TrackEventKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A note as (onset, track, channel, key, length).
type Row = (u64, u16, u8, u8, u64);

fn event() -> impl Strategy<Value = TrackEvent<'static>> {
    let delta = prop_oneof![Just(0), 0..200_u32, Just((1 << 28) - 1)];
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

/// Pairs the messages of a track as the standard has it, in the plainest way.
fn notes(index: u16, track: &Track<'_>) -> Vec<Row> {
    let (mut now, mut sounding, mut rows) = (0, Vec::<(u8, u8, u64)>::new(), Vec::new());
    for event in track {
        now += u64::from(event.delta.as_int());
        let TrackEventKind::Midi { channel, message } = event.kind else { continue };
        let (key, begins) = match message {
            MidiMessage::NoteOn { key, vel } => (key.as_int(), vel > 0),
            MidiMessage::NoteOff { key, .. } => (key.as_int(), false),
            _ => continue,
        };
        let channel = channel.as_int();
        if let Some(place) = sounding.iter().position(|&(c, k, _)| (c, k) == (channel, key)) {
            let onset = sounding.remove(place).2;
            rows.push((onset, index, channel, key, now - onset));
        }
        if begins {
            sounding.push((channel, key, now));
        }
    }
    rows.extend(sounding.into_iter().map(|(channel, key, onset)| (onset, index, channel, key, now - onset)));
    rows.retain(|row| row.4 > 0);
    rows
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
