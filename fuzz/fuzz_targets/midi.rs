//! Any bytes are decoded or refused; what is decoded is written, comes back, and turns into tokens.
#![no_main]

use galant_midi::{EncodeError, ReadRules, decode, encode};
use galant_tokens::{ChordRules, ChordTokenizer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for (rules, chord_rules) in [(ReadRules::Standard, ChordRules::Standard), (ReadRules::Lecture, ChordRules::Lecture)]
    {
        let Ok(decoded) = decode(bytes, rules) else { continue };
        assert!(decoded.score.notes.is_sorted());
        assert!(decoded.warnings.iter().all(|warning| warning.offset <= bytes.len()));
        match encode(&decoded.score) {
            Ok(written) => assert_eq!(decode(&written, ReadRules::Standard).unwrap().score, decoded.score),
            // Dropped events leave a gap that their delta times do not bridge any more.
            Err(EncodeError::GapTooLong { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        let n_tokens = ChordTokenizer { rules: chord_rules, top: 0 }.chords(&decoded.score).len();
        assert!(n_tokens <= decoded.score.notes.len() + 1);
    }
});
