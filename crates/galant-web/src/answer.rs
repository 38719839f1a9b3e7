//! Answers: JSON and bytes.

use serde_json::{Value, json};

/// What a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How far it is.
    pub status: Status,
    /// A JSON object.
    pub json: String,
    /// What is no JSON: a file, or samples.
    pub bytes: Vec<u8>,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The answer has what was asked for.
    Done,
    /// The answer says why not: `{"error": "…"}`.
    Failed,
    /// There is more to do: `{"done": 3, "of": 8}`.
    Going,
}

impl Default for Answer {
    /// That nothing was asked.
    fn default() -> Answer {
        Answer::failed("nothing was asked")
    }
}

impl Answer {
    pub(crate) fn done(json: &Value, bytes: Vec<u8>) -> Answer {
        Answer { status: Status::Done, json: json.to_string(), bytes }
    }

    pub(crate) fn failed(why: &str) -> Answer {
        Answer { status: Status::Failed, json: json!({ "error": why }).to_string(), bytes: Vec::new() }
    }

    pub(crate) fn going(done: usize, of: usize) -> Answer {
        Answer { status: Status::Going, json: json!({ "done": done, "of": of }).to_string(), bytes: Vec::new() }
    }
}
