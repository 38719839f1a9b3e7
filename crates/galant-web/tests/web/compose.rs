use galant_kernels::Level;
use galant_pipeline::{ComposeRequest, Length, LoadedModel};
use galant_types::Seed;
use galant_web::{Host, Status};
use serde_json::json;

use crate::{ask, notes, refused, trained};

/// A host with the model of notes as model 1.
fn host() -> Host {
    let mut host = Host::default();
    let (model, _) = ask(&mut host, &json!({ "do": "load", "name": "small" }), trained::notes());
    assert_eq!((&model["model"], &model["name"], &model["tokenizer"]), (&json!(1), &json!("small"), &json!("notes")));
    assert_eq!((&model["network"], &model["grid"], &model["keys"]), (&json!("1 x 16 LSTM"), &json!(12), &json!(true)));
    host
}

#[test]
fn a_piece_is_the_one_that_the_pipeline_composes_at_level_scalar() {
    let model = LoadedModel::decode_at(trained::notes(), Level::Scalar).unwrap();
    let mut host = host();
    for (seed, bars) in [(1, None), (7, Some(4)), (u64::MAX, Some(6))] {
        let request = json!({ "do": "compose", "model": 1, "seed": seed.to_string(), "bars": bars });
        let (answer, bytes) = ask(&mut host, &request, &[]);
        let length = bars.map(|bars: usize| Length::Bars(bars.try_into().unwrap()));
        let wanted = ComposeRequest { seed: Seed(seed), length, ..ComposeRequest::default() };
        let candidates = model.candidates(&wanted, 1, model.default_candidates()).unwrap().swap_remove(0);
        let expected = model.compose_best_of(&candidates).unwrap();
        assert_eq!(bytes, model.midi(&expected).unwrap(), "seed {seed}");
        assert_eq!(answer["settings"]["bars"], json!(bars.unwrap_or(16)));
        let seed = if seed == u64::MAX { json!(seed.to_string()) } else { json!(seed) };
        assert_eq!(answer["settings"]["seed"], seed);
    }
}

#[test]
fn progress_grows_to_the_end_and_a_dropped_job_is_gone() {
    let mut host = host();
    let mut answer = host.ask(r#"{"do": "compose", "model": 1, "seed": 1, "bars": 12}"#, &[]);
    let mut shares = Vec::new();
    while answer.status == Status::Going {
        let json: serde_json::Value = serde_json::from_str(&answer.json).unwrap();
        shares.push(json["done"].as_u64().unwrap() as f64 / json["of"].as_u64().unwrap() as f64);
        answer = host.resume();
    }
    assert_eq!(answer.status, Status::Done);
    assert!(shares.len() > 4 && shares.is_sorted() && shares[0] == 0.0 && *shares.last().unwrap() < 1.0, "{shares:?}");
    assert_eq!(host.ask(r#"{"do": "compose", "model": 1, "seed": 1}"#, &[]).status, Status::Going);
    assert_eq!(host.ask("{}", &[]).status, Status::Failed);
    assert_eq!(host.resume().json, r#"{"error":"there is nothing to go on with"}"#);
}

#[test]
fn bars_are_added_after_the_notes_of_a_piece() {
    let mut host = host();
    let given = &ask(&mut host, &json!({ "do": "compose", "model": 1, "seed": 2, "bars": 4 }), &[]).0["piece"];
    let end =
        given["parts"][0]["notes"].as_array().unwrap().iter().map(|note| note[0].as_u64().unwrap()).max().unwrap();
    let request = json!({ "do": "continue", "model": 1, "piece": given, "bars": 3, "seed": 5 });
    let (answer, _) = ask(&mut host, &request, &[]);
    let piece = &answer["piece"];
    assert_eq!(notes(piece, 0..end + 1), notes(given, 0..end + 1));
    assert!(!notes(piece, end + 1..u64::MAX).concat().is_empty());
    assert_eq!(piece["bars"].as_u64().unwrap(), given["bars"].as_u64().unwrap() + 3);
}

#[test]
fn only_the_bars_asked_for_are_composed_anew() {
    let mut host = host();
    let given = &ask(&mut host, &json!({ "do": "compose", "model": 1, "seed": 3, "bars": 8 }), &[]).0["piece"];
    let (beats, beat) = (given["meter"][0].as_u64().unwrap(), given["meter"][1].as_u64().unwrap());
    let bar = 4 * given["ticks"].as_u64().unwrap() * beats / beat;
    for (from, to) in [(0, 2), (3, 5), (6, 8), (0, 8)] {
        let request = json!({ "do": "vary", "model": 1, "piece": given, "from": from, "to": to, "seed": 9 });
        let varied = &ask(&mut host, &request, &[]).0["piece"];
        for outside in [0..from * bar, to * bar..u64::MAX] {
            assert_eq!(notes(varied, outside.clone()), notes(given, outside), "bars {from} to {to}");
        }
        assert_ne!(notes(varied, from * bar..to * bar), notes(given, from * bar..to * bar), "bars {from} to {to}");
    }
    for (from, to) in [(2, 2), (3, 1), (0, 9)] {
        let request = json!({ "do": "vary", "model": 1, "piece": given, "from": from, "to": to, "seed": 9 });
        let why = refused(&mut host, &request, &[]);
        assert!(why.starts_with(&format!("bars {from} to {to} of a piece of 8 bars are asked for")), "{why}");
    }
}

#[test]
fn what_cannot_be_composed_is_refused_with_its_reason() {
    let (mut host, mut wrong) = (host(), Vec::new());
    for (request, why) in [
        (json!({ "model": 2, "seed": 1 }), "there is no model 2; 1 are loaded, counted from 1"),
        (json!({ "model": 1, "seed": 1, "bars": 0 }), "0 bars are asked for; ask for at least 1"),
        (json!({ "model": 1, "seed": 1, "candidates": 65 }), "65 candidates are asked for; ask for 1 to 64"),
        (
            json!({ "model": 1, "seed": 1, "meter": [3, 5] }),
            "the meter is 3/5; beats must be 1 to 255, and the note value a power of two up to 256",
        ),
        (json!({ "model": 1, "seed": 1, "key": "H major" }), "'H' is not a note; notes are written C, F# or Bb"),
        (json!({ "model": 1, "seed": 1, "temperature": 0.0 }), "temperature is 0"),
        (json!({ "model": 1, "seed": 1, "style": "waltz" }), "the model knows no style 'waltz'"),
        (json!({ "model": 1, "seed": -1 }), "the request is not understood: the seed is "),
        (json!({ "model": 1 }), "the request is not understood: missing field `seed`"),
    ] {
        let mut request = request;
        request["do"] = json!("compose");
        let actual = refused(&mut host, &request, &[]);
        if !actual.starts_with(why) {
            wrong.push(format!("{request}: {actual}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_piece_of_the_corpus_is_found_in_it() {
    let mut host = host();
    let text = galant_corpus::bundled::collection("mozart").unwrap()[0].text;
    let (read, _) = ask(&mut host, &json!({ "do": "read", "name": "minuet.abc" }), text.as_bytes());
    let request = json!({ "do": "originality", "model": 1, "piece": read["piece"] });
    let (answer, _) = ask(&mut host, &request, &[]);
    assert_eq!((&answer["compared"], &answer["covered"]), (&json!(2), &json!(1.0)));
    let run = &answer["runs"][0];
    assert_eq!((&run["from"], &run["source"], &run["bar"]), (&json!(0), &json!("K. 2, minuet"), &json!(1)));
    assert!(run["length"].as_u64() >= Some(8) && run["to"].as_u64() > run["from"].as_u64(), "{run}");
}
