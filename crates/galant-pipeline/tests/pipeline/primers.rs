//! Music to continue.

use galant_pipeline::{ExcerptError, excerpt, parse_tokens};
use galant_tokens::{Token, Tokenizer};
use galant_types::{Meter, Note, Score};

use crate::{CHORDS, notes, rhythm};

/// Quarter notes going up from middle C: a bar of 2/4, then bars of 3/4.
fn scale() -> Score {
    let note = |number: u8| Note {
        onset: 480 * u64::from(number),
        length: 480,
        pitch: 60 + number,
        velocity: 80,
        channel: 0,
        track: 0,
    };
    let meter = |tick, numerator| Meter { tick, numerator, denominator_log2: 2 };
    Score { notes: (0..9).map(note).collect(), meters: vec![meter(0, 2), meter(960, 3)], ..Score::new(480) }
}

fn n_notes(n_bars: Option<usize>, tokenizer: Tokenizer) -> usize {
    let excerpt = excerpt(&scale(), n_bars, tokenizer).unwrap();
    excerpt.tokens.iter().map(|token| token.pitches().len()).sum()
}

#[test]
fn bars_are_those_of_the_meters_in_force() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let first_bars = [1, 2, 3, 4, 1000].map(|n_bars| n_notes(Some(n_bars), tokenizer));
        assert_eq!(first_bars, [2, 5, 8, 9, 9], "{tokenizer:?}");
        assert_eq!(n_notes(None, tokenizer), 9);
    }
}

#[test]
fn an_excerpt_is_played_as_its_score_where_tokens_have_rhythm() {
    let of = |tokenizer| excerpt(&scale(), Some(2), tokenizer).unwrap().playback;
    // Most of the music is in 3/4.
    assert_eq!(of(rhythm()).map(|playback| (playback.beats, playback.beat_log2)), Some((3, 2)));
    assert_eq!(of(notes()), of(rhythm()));
    assert_eq!(of(CHORDS), None);
}

#[test]
fn music_without_notes_cannot_be_continued() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        assert_eq!(excerpt(&scale(), Some(0), tokenizer), Err(ExcerptError::NoNotes { n_bars: Some(0) }));
        assert_eq!(excerpt(&Score::new(480), None, tokenizer), Err(ExcerptError::NoNotes { n_bars: None }));
    }
}

#[test]
fn tokens_are_read_in_the_tokenizers_own_form() {
    let parsed = parse_tokens(" 60+6>6\t>12\n", rhythm()).unwrap();
    assert_eq!(parsed.iter().map(Token::to_string).collect::<Vec<_>>(), ["60+6>6", ">12"]);
    assert_eq!(parse_tokens(" ", rhythm()), Err(ExcerptError::NoTokens));
    assert!(matches!(parse_tokens("60 64.60", CHORDS), Err(ExcerptError::Token { place: 1, .. })));
    assert!(matches!(parse_tokens("60 60.64", notes()), Err(ExcerptError::Token { place: 1, .. })));
}
