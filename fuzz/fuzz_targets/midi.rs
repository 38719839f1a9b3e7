//! Any bytes are decoded or refused; a decoded score survives being written and read again, and becomes tokens.
#![no_main]

use galant_midi::{EncodeError, ReadRules, decode, encode};
use galant_tokens::{ChordRules, ChordTokenizer, Tokenizer};
use galant_types::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for (rules, chord_rules) in [(ReadRules::Standard, ChordRules::Standard), (ReadRules::Lecture, ChordRules::Lecture)]
    {
        let Ok(decoded) = decode(bytes, rules) else { continue };
        assert!(decoded.score.notes.is_sorted());
        let is_in_file = |place| matches!(place, Place::Byte { offset, .. } if offset <= bytes.len());
        assert!(decoded.warnings.iter().all(|warning| is_in_file(warning.place)));
        match encode(&decoded.score) {
            Ok(written) => assert_eq!(decode(&written, ReadRules::Standard).unwrap().score, decoded.score),
            // Dropped events leave a gap that their delta times do not bridge any more.
            Err(EncodeError::GapTooLong { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: chord_rules, top: None });
        let n_tokens = tokenizer.encode(&decoded.score).tokens.len();
        assert!(n_tokens <= decoded.score.notes.len() + 1);
    }
});
