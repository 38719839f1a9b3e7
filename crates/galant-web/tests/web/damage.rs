use galant_web::{Host, Status};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{piece, trained};

/// One request of each kind, with what follows it.
fn requests() -> Vec<(Value, Vec<u8>)> {
    let piece = piece(&[&[72, 74, 76, 77]]);
    let music = b"X:1\nM:4/4\nL:1/4\nK:C\nC D E F | G4 |]".to_vec();
    let none = Vec::new;
    vec![
        (json!({ "do": "load", "name": "x" }), trained::notes().to_vec()),
        (
            json!({ "do": "compose", "model": 1, "seed": 1, "bars": 2, "candidates": 1, "meter": [3, 4], "key": "G" }),
            none(),
        ),
        (json!({ "do": "continue", "model": 1, "seed": 1, "bars": 1, "candidates": 1, "piece": piece }), none()),
        (json!({ "do": "vary", "model": 1, "seed": 1, "from": 0, "to": 1, "candidates": 1, "piece": piece }), none()),
        (json!({ "do": "harmonize", "model": 2, "seed": 1, "given": [0], "piece": piece }), none()),
        (json!({ "do": "write", "as": "musicxml", "piece": piece }), none()),
        (json!({ "do": "write", "as": "svg", "piece": piece }), none()),
        (json!({ "do": "read", "name": "x.abc" }), music),
        (json!({ "do": "originality", "model": 1, "piece": piece }), none()),
    ]
}

/// Asks with bytes of JSON that need not be any, in memory as a page does it, and goes on for a while.
fn ask_raw(host: &mut Host, json: &[u8], bytes: &[u8]) {
    let mut answer = host.ask(&String::from_utf8_lossy(json), bytes);
    for _ in 0..200 {
        serde_json::from_str::<Value>(&answer.json).unwrap();
        if answer.status != Status::Going {
            return;
        }
        answer = host.resume();
    }
}

fn host() -> Host {
    let mut host = Host::default();
    for file in [trained::notes(), trained::voices()] {
        assert_eq!(host.ask(r#"{"do": "load"}"#, file).status, Status::Done);
    }
    host
}

/// Values that a page should not send.
fn odd_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(0)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(u64::MAX)),
        Just(json!("")),
        Just(json!([])),
        Just(json!([0, 0, 0, 0])),
        Just(json!([4_294_967_295_u64, 1, 60, 80])),
        any::<u32>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
    ]
}

/// Every place in a request, by its path.
fn places(value: &Value, path: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, format!("{path}/{name}"), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| places(value, format!("{path}/{i}"), all));
        }
        _ => {}
    }
    all.push(path);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn requests_with_odd_values_are_answered_or_refused(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        value in odd_values(),
    ) {
        let (mut request, bytes) = requests().swap_remove(which.index(requests().len()));
        let mut all = Vec::new();
        places(&request, String::new(), &mut all);
        let path = &all[place.index(all.len())];
        if path != "/do" {
            *request.pointer_mut(path).unwrap() = value;
        }
        ask_raw(&mut host(), request.to_string().as_bytes(), &bytes);
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_answered_or_refused(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let (request, bytes) = requests().swap_remove(which.index(requests().len()));
        let mut json = request.to_string().into_bytes();
        let mut bytes = bytes;
        let damaged = if bytes.is_empty() { &mut json } else { &mut bytes };
        let at = at.index(damaged.len());
        if cut { damaged.truncate(at) } else { damaged[at] = byte }
        ask_raw(&mut host(), &json, &bytes);
    }
}
