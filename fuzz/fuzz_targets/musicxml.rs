//! Any bytes are decoded or refused; a decoded score is sorted, and survives being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = galant_musicxml::looks_like_musicxml(bytes);
    let Ok(decoded) = galant_musicxml::decode(bytes) else { return };
    let score = decoded.score;
    assert!(score.notes.is_sorted());
    assert!(score.notes.iter().all(|note| note.length > 0 && note.pitch < 128));
    if let Ok(encoded) = galant_musicxml::encode(&score) {
        let again = galant_musicxml::decode(encoded.xml.as_bytes()).expect("what is written is read");
        assert_eq!(again.score.notes.len(), score.notes.len());
    }
});
