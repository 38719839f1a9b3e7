//! Any bytes are a list of words or refused; what is read makes a score or a reason why not.
#![no_main]

// The program has no library; this is its reader as it stands.
#[allow(dead_code)]
#[path = "../../crates/galant-cli/src/commands/encode/words_json.rs"]
mod words_json;

use libfuzzer_sys::fuzz_target;
use words_json::Given;

fuzz_target!(|bytes: &[u8]| match words_json::read(bytes) {
    Ok(Given::Chords(chords)) => assert!(chords.iter().all(|chord| !chord.pitches().is_empty())),
    Ok(Given::Grid(words)) => {
        let n_words = words.len();
        assert!(n_words <= bytes.len());
        let _ = words.score();
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
