use galant_web::Host;
use serde_json::{Value, json};

use crate::{ask, piece, refused, trained};

const SOPRANO: &[u8] = &[72, 74, 76, 77, 74, 72, 71, 72];
const BASS: &[u8] = &[48, 43, 48, 53, 55, 48, 43, 48];

fn host() -> Host {
    let mut host = Host::default();
    let (model, _) = ask(&mut host, &json!({ "do": "load" }), trained::voices());
    assert_eq!((&model["parts"], &model["originality"]), (&json!(4), &json!(false)));
    host
}

fn request(piece: &Value, given: &[usize]) -> Value {
    json!({ "do": "harmonize", "model": 1, "piece": piece, "given": given, "seed": 1 })
}

#[test]
fn given_parts_stay_and_the_others_are_written() {
    let mut host = host();
    for (parts, given) in [
        (vec![SOPRANO], vec![0]),
        (vec![&[], &[], &[], BASS], vec![3]),
        (vec![SOPRANO, &[], &[], BASS], vec![0, 3]),
        // A given part without notes is written too.
        (vec![SOPRANO, &[60], &[], &[]], vec![0, 2]),
    ] {
        let piece = piece(&parts);
        let (answer, bytes) = ask(&mut host, &request(&piece, &given), &[]);
        let written = answer["piece"]["parts"].as_array().unwrap();
        assert_eq!(written.len(), 4, "{given:?}");
        for (number, part) in written.iter().enumerate() {
            let was_given = given.contains(&number) && !parts[number].is_empty();
            assert_eq!(part["notes"] == piece["parts"][number]["notes"], was_given, "part {number} of {given:?}");
            assert!(!part["notes"].as_array().unwrap().is_empty());
        }
        assert!(bytes.starts_with(b"MThd"));
    }
}

#[test]
fn what_cannot_be_harmonized_is_refused_with_its_reason() {
    let mut host = host();
    for (piece, given, why) in [
        (piece(&[SOPRANO]), vec![4], "part 4, counted from 0, is to stay; the piece has 1 parts, and the model 4"),
        (piece(&[SOPRANO; 4]), vec![0, 1, 2, 3], "all 4 parts are to stay; leave one to the model"),
        (piece(&[&[]]), vec![0], "it has no notes but percussion; give a tune"),
    ] {
        assert_eq!(refused(&mut host, &request(&piece, &given), &[]), why);
    }
    ask(&mut host, &json!({ "do": "load" }), trained::notes());
    let of_notes = json!({ "do": "harmonize", "model": 2, "piece": piece(&[SOPRANO]), "given": [], "seed": 1 });
    assert_eq!(
        refused(&mut host, &of_notes, &[]),
        "the model does not write parts; train one with the tokenizer voices"
    );
}
