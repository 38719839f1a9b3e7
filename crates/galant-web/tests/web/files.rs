use galant_web::{Host, MAX_REQUEST_BYTES};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{ask, piece, refused};

#[test]
fn what_is_written_is_read_back() {
    let mut host = Host::default();
    let mut piece = piece(&[&[72, 71, 69], &[48, 43, 48]]);
    piece["key"] = json!("F# minor");
    piece["upbeat"] = json!(480);
    piece["title"] = json!("a tune");
    let (_, midi) = ask(&mut host, &json!({ "do": "write", "as": "mid", "piece": piece }), &[]);
    let (read, _) = ask(&mut host, &json!({ "do": "read", "name": "a tune.mid" }), &midi);
    for field in ["title", "tempo", "meter", "key", "ticks", "upbeat", "parts"] {
        assert_eq!(read["piece"][field], piece[field], "{field}");
    }
    assert_eq!((&read["piece"]["bars"], &read["warnings"]), (&json!(2), &json!([])));
    for (format, begins) in [("wav", "RIFF"), ("musicxml", "<?xml"), ("svg", "<svg")] {
        let (_, bytes) = ask(&mut host, &json!({ "do": "write", "as": format, "piece": piece }), &[]);
        assert!(bytes.starts_with(begins.as_bytes()), "{format}");
    }
}

#[test]
fn every_key_is_written_and_read() {
    let mut host = Host::default();
    for tonic in ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"] {
        for mode in ["major", "minor"] {
            let mut piece = piece(&[&[60]]);
            piece["key"] = json!(format!("{tonic} {mode}"));
            let (_, midi) = ask(&mut host, &json!({ "do": "write", "as": "mid", "piece": piece }), &[]);
            let (read, _) = ask(&mut host, &json!({ "do": "read", "name": "" }), &midi);
            assert_eq!(read["piece"]["key"], piece["key"]);
        }
    }
}

#[test]
fn changes_that_a_page_has_no_place_for_are_said() {
    let mut host = Host::default();
    let tune = "X:1\nM:3/4\nL:1/4\nK:G\nG A B | [M:4/4] [K:D] c d e f | [K:G] g4 |]";
    let (read, _) = ask(&mut host, &json!({ "do": "read", "name": "x.abc" }), tune.as_bytes());
    assert_eq!(
        read["warnings"],
        json!([
            "the meter changes once; the first holds for the whole piece here",
            "the key changes once; the first holds for the whole piece here",
        ])
    );
}

#[test]
fn samples_are_stereo_frames_of_the_rate_asked_for() {
    let mut host = Host::default();
    let (answer, bytes) = ask(&mut host, &json!({ "do": "render", "piece": piece(&[&[69]]), "rate": 22050 }), &[]);
    // A quarter note at 96, and two seconds in which it rings.
    let n_frames = answer["frames"].as_u64().unwrap();
    assert_eq!((n_frames, bytes.len() as u64), (22050 * 2625 / 1000, 8 * n_frames));
    let samples = bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes).abs());
    assert_eq!(samples.fold(0.0, f32::max), galant_synth::PEAK_LEVEL);
}

#[test]
fn pieces_out_of_range_are_refused_with_the_place() {
    let mut host = Host::default();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut piece = piece(&[&[60, 62]]);
        piece["parts"][0]["name"] = json!("alto");
        change(&mut piece);
        json!({ "do": "write", "as": "mid", "piece": piece })
    };
    let note = |field: usize, value: u64| move |piece: &mut Value| piece["parts"][0]["notes"][1][field] = json!(value);
    for (request, why) in [
        (with(&note(2, 128)), "the note at tick 480 of part 'alto' has pitch 128; it must be 0 to 127"),
        (with(&note(3, 0)), "the note at tick 480 of part 'alto' has velocity 0; it must be 1 to 127"),
        (
            with(&note(1, 1 << 40)),
            "the note at tick 480 of part 'alto' ends at tick 1099511628256, over the limit of 4294967296",
        ),
        (with(&|piece| piece["tempo"] = json!(0)), "the tempo is 0; it must be 4 to 60,000,000 quarter notes a minute"),
        (with(&|piece| piece["ticks"] = json!(0)), "a quarter note has 0 ticks; it must have 1 to 32767"),
        (
            with(&|piece| piece["parts"] = json!(vec![piece["parts"][0].clone(); 65])),
            "the piece has 65 parts, over the limit of 64",
        ),
    ] {
        assert_eq!(refused(&mut host, &request, &[]), why);
    }
    let request = json!({ "do": "render", "rate": 44100, "piece": with(&note(1, 1 << 31))["piece"] });
    let why = refused(&mut host, &request, &[]);
    assert!(why.contains("900"), "{why}");
}

#[test]
fn requests_over_the_limit_find_no_room() {
    let mut host = Host::default();
    assert_eq!(host.alloc(MAX_REQUEST_BYTES + 1), None);
    let first = host.alloc(1000).unwrap();
    assert_eq!(host.alloc(MAX_REQUEST_BYTES), None);
    assert_eq!(host.call(first, 999, 2).json, r#"{"error":"a request of 999 and 2 bytes was not allocated"}"#);
    assert_eq!(host.call(first + 1, 1, 0).json, r#"{"error":"a request of 1 and 0 bytes was not allocated"}"#);
    host.free(first);
    assert_eq!(host.call(first, 1, 0).json, r#"{"error":"a request of 1 and 0 bytes was not allocated"}"#);
    let rooms: Vec<_> = (0..20).map_while(|_| host.alloc(0)).collect();
    assert_eq!(rooms.len(), 16);
}

proptest! {
    #[test]
    fn any_piece_comes_back_from_midi(
        notes in prop::collection::vec((0..5000_u64, 1..2000_u64, 0..=127_u8, 1..=127_u8), 1..40),
        us_per_quarter in 4000..16_000_000_u32,
        beats in 1..=12_u8,
        beat_log2 in 0..=4_u32,
        ticks in 1..=32767_u16,
    ) {
        // Notes of one pitch must not overlap: MIDI cannot say which of them ends.
        let mut notes = notes;
        notes.sort_unstable();
        let mut ends = [0; 128];
        notes.retain(|&(onset, length, pitch, _)| {
            let is_free = onset >= ends[usize::from(pitch)];
            if is_free { ends[usize::from(pitch)] = onset + length }
            is_free
        });
        notes.sort_by_key(|&(onset, length, pitch, _)| (onset, pitch, length));
        let piece = json!({
            "title": "x", "tempo": 60e6 / f64::from(us_per_quarter), "meter": [beats, 1 << beat_log2], "key": null,
            "ticks": ticks, "bars": 1, "upbeat": 0, "parts": [{ "name": "p", "program": 3, "notes": notes }],
        });
        let mut host = Host::default();
        let (_, midi) = ask(&mut host, &json!({ "do": "write", "as": "mid", "piece": piece }), &[]);
        let (read, _) = ask(&mut host, &json!({ "do": "read", "name": "x.mid" }), &midi);
        for field in ["tempo", "meter", "ticks", "parts"] {
            prop_assert_eq!(&read["piece"][field], &piece[field]);
        }
    }
}
