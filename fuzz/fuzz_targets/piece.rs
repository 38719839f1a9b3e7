//! Any bytes are read as a piece of music or refused; its percussion never becomes tokens.
#![no_main]

use galant_corpus::{CorpusBuilder, Likeness, ReadOptions, Strictness, Survey, read_piece};
use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, GridTokenizer, Tokenizer};
use galant_types::Severity;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for (read_rules, rules) in [(ReadRules::Standard, ChordRules::Standard), (ReadRules::Lecture, ChordRules::Lecture)] {
        let options = ReadOptions { rules: read_rules, strictness: Strictness::Repair };
        let Ok(piece) = read_piece("piece", bytes, options) else { continue };
        let is_repaired = piece.warnings.iter().any(|warning| warning.severity == Severity::Repair);
        let strict = read_piece("piece", bytes, ReadOptions { strictness: Strictness::Refuse, ..options });
        assert_eq!(strict.is_err(), is_repaired);
        let mut pitched = piece.clone();
        pitched.score.notes.retain(|note| !note.is_percussion());
        for tokenizer in [
            Tokenizer::Chords(ChordTokenizer { rules, top: None }),
            Tokenizer::Rhythm(GridTokenizer::default()),
            Tokenizer::Notes(GridTokenizer::default()),
        ] {
            assert_eq!(tokenizer.encode(&piece.score).tokens, tokenizer.encode(&pitched.score).tokens);
            let mut survey = Survey::new(tokenizer, 0.1);
            survey.add("piece", &piece, &Likeness::of(&piece.score));
            let mut builder = CorpusBuilder::new(tokenizer);
            let n_tokens = builder.add(&piece);
            assert_eq!(survey.total().n_tokens, n_tokens as u64);
            assert_eq!(builder.build(0..=0).is_ok(), n_tokens > 0);
        }
    }
});
