use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;

use galant_midi::{ReadRules, decode};
use galant_testkit::shared_data;
use galant_tokens::{ChordRules, ChordTokenizer, Token, Tokenizer, Vocabulary};
use galant_types::Chord;
use serde_json::Value;

/// What an independent program makes of the same files; `make_lecture_chords.py` beside it wrote it.
const GOLDEN: &str = include_str!("../golden/lecture_chords.json");

/// The lecture's windows have this many tokens, and one more follows.
const WINDOW: usize = 128;

const TOKENIZER: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Lecture, top: None });

/// The tokens for a vocabulary.
fn tokens_of(chords: Vec<Chord>) -> Vec<Token> {
    chords.into_iter().map(Token::Chord).collect()
}

fn lecture_tokens(path: &Path, top: usize) -> Vec<Chord> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let decoded = decode(&bytes, ReadRules::Lecture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    ChordTokenizer { rules: ChordRules::Lecture, top: NonZeroUsize::new(top) }.chords(&decoded.score)
}

/// The FNV-1a hash of the tokens' texts, joined by spaces.
fn hash(tokens: &[Chord]) -> String {
    let text = tokens.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ");
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[test]
fn lecture_tokens_are_those_of_an_independent_program() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data beside the checkout");
        return;
    };
    let golden: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    assert!(golden.len() >= 2 * (9 + 15 + 34), "{} rows", golden.len());
    for row in golden {
        let (file, top) = (row["file"].as_str().unwrap(), row["top"].as_u64().unwrap() as usize);
        let tokens = lecture_tokens(&data.join(file), top);
        let n_chords = tokens.iter().collect::<BTreeSet<_>>().len();
        let found = (tokens.len() as u64, n_chords as u64, hash(&tokens));
        let number = |name: &str| row[name].as_u64().unwrap();
        let expected = (number("n_words"), number("n_chords"), row["fnv1a64"].as_str().unwrap().to_owned());
        assert_eq!(found, expected, "{file}, top {top}: tokens, different tokens, hash");
    }
}

#[test]
fn the_lectures_printed_numbers_are_reproduced() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data beside the checkout");
        return;
    };
    let tokens = tokens_of(lecture_tokens(&data.join("mozart-concertos/mozk219a.mid"), 0));
    let vocabulary = Vocabulary::new(TOKENIZER, [tokens.as_slice()], 0..=0).unwrap();
    assert_eq!((tokens.len(), vocabulary.len()), (3556, 792));
    let first =
        ["100", "33.45.61.64.69.81", "33.45.61.64.69", "36.48.60.80"].map(|token| TOKENIZER.parse(token).unwrap());
    assert_eq!(vocabulary.tokens()[..4], first);

    let mut songs = Vec::new();
    for concerto in ["216", "218", "219"] {
        for movement in ["a", "b", "c"] {
            let path = data.join(format!("mozart-concertos/mozk{concerto}{movement}.mid"));
            songs.push(tokens_of(lecture_tokens(&path, 2)));
        }
    }
    let vocabulary = Vocabulary::new(TOKENIZER, songs.iter().map(Vec::as_slice), 0..=0).unwrap();
    let n_tokens: usize = songs.iter().map(Vec::len).sum();
    let n_windows: usize = songs.iter().map(|song| song.len() - WINDOW).sum();
    assert_eq!((n_tokens, vocabulary.len(), n_windows), (22_587, 745, 21_435));
}
