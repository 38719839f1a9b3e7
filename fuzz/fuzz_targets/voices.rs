//! Any bytes are read as a piece, whose parts become voices or are refused; voices survive being written as a score.
#![no_main]

use galant_corpus::{ReadOptions, Strictness, read_piece};
use galant_midi::ReadRules;
use galant_tokens::{Token, Tokenizer, VoicesTokenizer, voice_parts};
use galant_types::Playback;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { rules: ReadRules::Standard, strictness: Strictness::Repair };
    let Ok(piece) = read_piece("piece", bytes, options) else { return };
    let voices = VoicesTokenizer::default();
    let tokenizer = Tokenizer::Voices(voices);
    let Ok(Some((texture, rounding))) = voices.texture(&piece.score) else { return };
    assert!(texture.n_steps() as u64 <= VoicesTokenizer::MAX_STEPS);
    let tokens: Vec<Token> = VoicesTokenizer::tokens(&texture).into_iter().map(Token::Voice).collect();
    assert_eq!(tokenizer.texture(&tokens).unwrap(), texture);
    let score = tokenizer.decode(&tokens, &Playback::default()).unwrap();
    assert_eq!(score.notes.len() as u64, rounding.n_kept);
    // Parts are in the order of the score, unless it begins with the lowest.
    let parts = voice_parts(&score);
    if parts.is_sorted_by_key(|part| part.track) {
        assert_eq!(voices.texture(&score).unwrap().unwrap().0, texture);
    }
});
