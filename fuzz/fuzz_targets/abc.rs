//! Any text is decoded or refused; a decoded score is sorted.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = galant_abc::looks_like_abc(bytes);
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(decoded) = galant_abc::decode(text) {
        assert!(decoded.score.notes.is_sorted());
        assert!(decoded.score.notes.iter().all(|note| note.length > 0 && note.pitch < 128));
    }
});
