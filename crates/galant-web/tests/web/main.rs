//! What a page can ask, and what is refused.

mod compose;
mod damage;
mod files;
mod harmonize;
mod trained;

use galant_web::{Answer, Host, Status};
use serde_json::{Value, json};

/// Asks, goes on until it is done, and returns the JSON and the bytes.
#[track_caller]
fn ask(host: &mut Host, request: &Value, bytes: &[u8]) -> (Value, Vec<u8>) {
    let Answer { status, json, bytes } = finish(host, request, bytes);
    assert_eq!(status, Status::Done, "{request}: {json}");
    (serde_json::from_str(&json).unwrap(), bytes)
}

/// Asks for what is refused, and returns why.
#[track_caller]
fn refused(host: &mut Host, request: &Value, bytes: &[u8]) -> String {
    let Answer { status, json, .. } = finish(host, request, bytes);
    assert_eq!(status, Status::Failed, "{request}: {json}");
    serde_json::from_str::<Value>(&json).unwrap()["error"].as_str().unwrap().to_owned()
}

fn finish(host: &mut Host, request: &Value, bytes: &[u8]) -> Answer {
    let mut answer = host.ask(&request.to_string(), bytes);
    while answer.status == Status::Going {
        answer = host.resume();
    }
    answer
}

/// A piece in 4/4 of parts, each with its notes of a quarter.
fn piece(parts: &[&[u8]]) -> Value {
    let notes =
        |pitches: &[u8]| (0..).zip(pitches).map(|(i, pitch)| json!([480 * i, 480, pitch, 80])).collect::<Value>();
    let parts = parts.iter().map(|pitches| json!({ "name": "", "program": 0, "notes": notes(pitches) }));
    json!({ "tempo": 96.0, "meter": [4, 4], "key": null, "ticks": 480, "parts": parts.collect::<Vec<_>>() })
}

/// The notes of a piece that begin in a range of ticks, part by part.
fn notes(piece: &Value, ticks: std::ops::Range<u64>) -> Vec<Vec<Value>> {
    let of_part = |part: &Value| {
        let notes = part["notes"].as_array().unwrap().iter();
        notes.filter(|note| ticks.contains(&note[0].as_u64().unwrap())).cloned().collect()
    };
    piece["parts"].as_array().unwrap().iter().map(of_part).collect()
}
