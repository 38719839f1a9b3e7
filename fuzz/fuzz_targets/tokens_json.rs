//! Any bytes are read as a list of tokens or refused; tokens make a score or an error.
#![no_main]

// The program has no library; this is the file of its reader.
#[allow(dead_code)]
#[path = "../../crates/galant-cli/src/commands/detokenize/tokens_json.rs"]
mod tokens_json;

use libfuzzer_sys::fuzz_target;
use tokens_json::Given;

fuzz_target!(|bytes: &[u8]| match tokens_json::read(bytes) {
    Ok(Given::Chords(chords)) => assert!(chords.iter().all(|chord| !chord.pitches().is_empty())),
    Ok(Given::Grid(tokens)) => {
        let n_tokens = tokens.len();
        assert!(n_tokens <= bytes.len());
        let _ = tokens.score();
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
