use expect_test::{Expect, expect};
use galant_tokens::constraint::{Ending, EndingRules, LastBar, TokenFilter};
use galant_tokens::stream::Frame;
use galant_tokens::{ChordTokenizer, Grid, GridTokenizer, Tokenizer, Vocabulary};
use galant_types::Constraint;

use crate::streams::meter;

fn vocabulary(tokenizer: Tokenizer, texts: &str) -> Vocabulary {
    Vocabulary::from_tokens(texts.split(' ').map(|text| tokenizer.parse(text).unwrap()).collect()).unwrap()
}

/// Checks what may follow `piece`, both in texts, where many tokens are left.
#[track_caller]
fn check_next(ending: &Ending, vocabulary: &Vocabulary, tokenizer: Tokenizer, piece: &str, expected: &str) {
    check_next_of(ending, vocabulary, tokenizer, piece, 99, expected);
}

#[track_caller]
fn check_next_of(
    ending: &Ending,
    vocabulary: &Vocabulary,
    tokenizer: Tokenizer,
    piece: &str,
    n_left: usize,
    expected: &str,
) {
    let mut ending = ending.clone();
    for text in piece.split_whitespace() {
        assert!(!ending.is_end(), "before {text}");
        ending.advance(vocabulary.id(&tokenizer.parse(text).unwrap()).unwrap());
    }
    if ending.is_end() {
        assert_eq!("end", expected, "after {piece}");
        return;
    }
    let mut allowed = vec![true; vocabulary.len()];
    ending.restrict(n_left, &mut allowed);
    let texts = vocabulary.tokens().iter().zip(allowed).filter(|(_, ok)| *ok).map(|(token, _)| token.to_string());
    assert_eq!(texts.collect::<Vec<_>>().join(" "), expected, "after {piece}");
}

const BAR: LastBar = LastBar { start: 6, beat: 2, steps: 5 };

fn in_c(filters: &[TokenFilter]) -> EndingRules<'_> {
    EndingRules {
        last_bar: BAR,
        downbeats: None,
        scale: Some("C major".parse().unwrap()),
        filters,
        max_notes: None,
        ranges: &[],
    }
}

#[test]
fn note_tokens_end_step_by_step() {
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid: Grid::new(1).unwrap(), top: None });
    let vocabulary = vocabulary(tokenizer, ">1 >2 >3 >4 60 62 64 67 +1 +2 +3 +4");
    let ending = Ending::new(tokenizer, &vocabulary, &in_c(&[])).unwrap();
    assert_eq!(ending.name(), "end at step 6 on the tonic of C major");
    let check = |piece, expected| check_next(&ending, &vocabulary, tokenizer, piece, expected);
    // What may not follow by the grammar does not matter here: a length needs a pitch.
    check("62", ">1 >2 >3 >4 60 62 64 67 +1 +2 +3 +4");
    check("62 +2 >3", ">1 >2 >3 60 62 64 67 +1 +2 +3");
    check("62 +2 >3 67", ">1 >2 >3 60 62 64 67 +1 +2 +3");
    // The last chord: the tonic first, then its triad, held for a beat or more and at most to the end of the bar.
    check("62 +2 >3 67 +3 >3", "60");
    check("62 +2 >3 67 +3 >3 60", "+2 +3 +4");
    check("62 +2 >3 67 +3 >3 60 +3", ">1 >2 >3 >4 64 67 +1 +2");
    check("62 +2 >3 67 +3 >3 60 +4 64 +2", ">1 >2 >3 >4 67 +1 +2 +3");
    check("62 +2 >3 67 +3 >3 60 +4 >2", "end");
    // Where every key sounds, no time ends.
    check("60 +4 62 +4 64 +4 67 +3 >2", ">1 >2 >3 >4 60 62 64 67 +1 +2 +3 +4");
    check("60 +4 62 +4 64 +4 67 +3", ">3 >4 60 62 64 67 +1 +2 +3");
}

#[test]
fn where_too_few_tokens_are_left_a_piece_need_not_end() {
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid: Grid::new(1).unwrap(), top: None });
    let vocabulary = vocabulary(tokenizer, ">1 >2 >3 >4 60 62 +1 +2 +3 +4");
    let ending = Ending::new(tokenizer, &vocabulary, &in_c(&[])).unwrap();
    let check = |piece, n_left, expected| check_next_of(&ending, &vocabulary, tokenizer, piece, n_left, expected);
    let all = ">1 >2 >3 >4 60 62 +1 +2 +3 +4";
    check("62 +2 >3", 3, ">1 >2 >3 60 62 +1 +2 +3");
    check("62 +2 >3", 2, all);
    check("62 +2 >3 >3", 2, "60");
    check("62 +2 >3 >3", 1, all);
    check("62 +2 >3 >3 60", 1, "+2 +3 +4");
}

#[test]
fn downbeats_are_struck_step_by_step() {
    // Three bars of 4/4, on note tokens of one step a quarter.
    let grid = Grid::new(1).unwrap();
    let frame = Frame::regular(meter(4, 2), grid, None, None, None);
    let last_bar = LastBar::of(&frame, 3);
    let rules = EndingRules { last_bar, downbeats: Some(&frame), ..in_c(&[]) };
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid, top: None });
    let notes = vocabulary(tokenizer, ">1 >2 >3 >4 60 62 +1 +2 +3 +4");
    let ending = Ending::new(tokenizer, &notes, &rules).unwrap();
    let check = |piece, expected| check_next(&ending, &notes, tokenizer, piece, expected);
    check("", "60 62 +1 +2 +3 +4");
    check("60 +1", ">1 >2 >3 >4 60 62 +1 +2 +3 +4");
    check("60 +1 >1", ">1 >2 >3 60 62 +1 +2 +3 +4");
    check("60 +1 >4", "60 62 +1 +2 +3 +4");
    // One of the keys is left for the next downbeat.
    check("60 +4 >2 62", ">1 >2 60 62 +1 +2 +3 +4");
    check("60 +4 +3 >2 62", ">1 >2 60 62 +1 +2");
    // Where a primer leaves none, the downbeat is passed over.
    check("60 +4 +2 62 +4 +2", ">4 60 62 +1 +2");
    check("60 +4 +2 62 +4 +2 >4", ">2 >3 >4 60 62 +1 +2 +3 +4");

    // The last bar may begin elsewhere.
    let ending = Ending::new(tokenizer, &notes, &EndingRules { last_bar: BAR, ..rules }).unwrap();
    check_next(&ending, &notes, tokenizer, "60 +1 >4 60 +1", ">1 >2 60 62 +1");

    let tokenizer = Tokenizer::Rhythm(GridTokenizer { grid, top: None });
    let rhythm = vocabulary(tokenizer, "60+2>2 62+4>4 60+1>0 >1 >2");
    let rules = EndingRules { max_notes: Some(2), ..rules };
    let ending = Ending::new(tokenizer, &rhythm, &rules).unwrap();
    let check = |piece, expected| check_next(&ending, &rhythm, tokenizer, piece, expected);
    check("", "60+2>2 62+4>4 60+1>0");
    check("60+1>0", "60+2>2 62+4>4 60+1>0 >1 >2");
    check("60+2>2", "60+2>2 60+1>0 >1 >2");
    check("60+2>2 >1", "60+1>0 >1");
    check("60+2>2 >2", "60+2>2 62+4>4 60+1>0");
}

#[test]
fn rhythm_tokens_end_with_one_token() {
    let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
    let texts = "60.64+3>3 60.64+6>6 64+3>3 62+2>2 62+1>4 62+3>0 >2 67+2>6";
    let vocabulary = vocabulary(tokenizer, texts);
    let ending = Ending::new(tokenizer, &vocabulary, &in_c(&[])).unwrap();
    let check = |piece, expected| check_next(&ending, &vocabulary, tokenizer, piece, expected);
    check("", "60.64+3>3 60.64+6>6 64+3>3 62+2>2 62+1>4 62+3>0 >2 67+2>6");
    // Three steps are left: two would leave one, which no token takes.
    check("64+3>3", "60.64+3>3 64+3>3 62+3>0");
    check("62+1>4", "62+2>2 >2");
    check("62+1>4 >2", "60.64+3>3");
    check("62+1>4 >2 60.64+3>3", "end");
    // None is as long as a beat, so the length does not matter.
    let last_bar = LastBar { start: 6, beat: 20, steps: 20 };
    let ending = Ending::new(tokenizer, &vocabulary, &EndingRules { last_bar, ..in_c(&[]) }).unwrap();
    check_next(&ending, &vocabulary, tokenizer, "67+2>6", "60.64+3>3 60.64+6>6");
}

#[test]
fn the_last_bar_is_that_of_the_frame() {
    let frame = Frame::regular(meter(6, 3), Grid::default(), None, None, None);
    assert_eq!(LastBar::of(&frame, 4), LastBar { start: 108, beat: 6, steps: 36 });
    assert_eq!(LastBar::of(&frame, 0), LastBar { start: 0, beat: 6, steps: 36 });
    // The beat is off the grid.
    let frame = Frame::regular(meter(3, 4), Grid::new(2).unwrap(), None, None, None);
    assert_eq!(LastBar::of(&frame, 2), LastBar { start: 2, beat: 1, steps: 1 });
}

#[track_caller]
fn check_refusal(tokenizer: Tokenizer, texts: &str, rules: &EndingRules<'_>, message: Expect) {
    let error = Ending::new(tokenizer, &vocabulary(tokenizer, texts), rules).unwrap_err();
    message.assert_eq(&error.to_string());
}

#[test]
fn what_cannot_end_names_the_rule() {
    let chords = Tokenizer::Chords(ChordTokenizer::default());
    check_refusal(
        chords,
        "60",
        &in_c(&[]),
        expect!["chord tokens have no rhythm, so no bar to end in; use rhythm or note tokens, or voices"],
    );
    let notes = Tokenizer::Notes(GridTokenizer { grid: Grid::new(1).unwrap(), top: None });
    let texts = ">1 >2 >3 >4 60 62 64 67 +1 +2 +3 +4";
    let vocabulary = vocabulary(notes, texts);
    let filters =
        [TokenFilter::scale(&vocabulary, "G major".parse().unwrap()), TokenFilter::range(&vocabulary, 61..=67)];
    check_refusal(
        notes,
        texts,
        &in_c(&filters),
        expect![
            "the model has no token for a tonic chord of C major under the rules range 61-67; loosen a rule, end in another key, or leave the end open"
        ],
    );
    check_refusal(
        notes,
        texts,
        &EndingRules { max_notes: Some(0), ..in_c(&filters[..1]) },
        expect![
            "the model has no token for a tonic chord of C major under the rules key G major, at most 0 notes; loosen a rule, end in another key, or leave the end open"
        ],
    );
    check_refusal(
        notes,
        ">1 >2 >3 >4 62 +1 +2 +3 +4",
        &in_c(&[]),
        expect![
            "the model has no token for a tonic chord of C major; loosen a rule, end in another key, or leave the end open"
        ],
    );
    check_refusal(
        notes,
        ">1 >2 >3 >4 60 +1 +2 +4",
        &in_c(&[]),
        expect![
            "the model has no token +3, or a rule forbids it, so a piece may not reach its last bar; leave the end open"
        ],
    );
    check_refusal(
        notes,
        texts,
        &in_c(&[TokenFilter::new("short notes", &vocabulary, |token| token.length() < 4)]),
        expect![
            "the model has no token +4, or a rule forbids it, so a piece may not reach its last bar; leave the end open"
        ],
    );
    let rhythm = Tokenizer::Rhythm(GridTokenizer::default());
    let frame = Frame::regular(meter(1, 2), Grid::new(3).unwrap(), None, None, None);
    check_refusal(
        rhythm,
        "60+2>2",
        &EndingRules { downbeats: Some(&frame), ..in_c(&[]) },
        expect![
            "no notes of the model fill the time to the last bar line exactly, which is 6 in steps, with a note on each downbeat; ask for another number of bars, or leave the end open"
        ],
    );
    check_refusal(
        rhythm,
        "60+4>4 62+2>0",
        &in_c(&[]),
        expect![
            "no notes of the model fill the time to the last bar line exactly, which is 6 in steps; ask for another number of bars, or leave the end open"
        ],
    );
    // Nothing but a rest would come before.
    check_refusal(
        rhythm,
        "60+9>6 >6",
        &in_c(&[]),
        expect![
            "no notes of the model fill the time to the last bar line exactly, which is 6 in steps; ask for another number of bars, or leave the end open"
        ],
    );
    let last_bar = LastBar { start: 1 << 21, ..BAR };
    check_refusal(
        rhythm,
        "60+1>1",
        &EndingRules { last_bar, ..in_c(&[]) },
        expect!["the last bar begins after 2097152 steps, over the limit of 1048576; ask for fewer bars"],
    );
}

#[test]
fn a_primer_can_make_an_ending_impossible() {
    let refusal = |tokenizer: Tokenizer, vocabulary: &Vocabulary, primer: &str| {
        let mut ending = Ending::new(tokenizer, vocabulary, &in_c(&[])).unwrap();
        for text in primer.split(' ') {
            ending.advance(vocabulary.id(&tokenizer.parse(text).unwrap()).unwrap());
        }
        ending.check().map_or_else(|error| error.to_string(), |()| "can end".to_owned())
    };
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid: Grid::new(1).unwrap(), top: None });
    let notes = vocabulary(tokenizer, ">1 >2 >3 >4 60 62 64 67 +1 +2 +3 +4");
    assert_eq!(refusal(tokenizer, &notes, "60 +3 >3 62 +3 >3"), "can end");
    expect!["a note sounds to step 7, and the last bar begins at step 6; ask for more bars, or leave the end open"]
        .assert_eq(&refusal(tokenizer, &notes, "60 +3 >3 62 +4"));
    expect![
        "the piece is at step 7 already, and its last bar begins at step 6; ask for more bars, or leave the end open"
    ]
    .assert_eq(&refusal(tokenizer, &notes, "60 +3 >3 >4"));
    expect![
        "the piece is at step 6 already, and its last bar begins at step 6; ask for more bars, or leave the end open"
    ]
    .assert_eq(&refusal(tokenizer, &notes, "60 +3 >3 >3 60 +1"));
    let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
    let rhythm = vocabulary(tokenizer, "60+2>2 62+3>3 62+9>2");
    assert_eq!(refusal(tokenizer, &rhythm, "60+2>2"), "can end");
    expect!["no notes of the model fill the time to the last bar line exactly, which is 1 in steps; ask for another number of bars, or leave the end open"]
        .assert_eq(&refusal(tokenizer, &rhythm, "60+2>2 62+3>3"));
    expect!["a note sounds to step 9, and the last bar begins at step 6; ask for more bars, or leave the end open"]
        .assert_eq(&refusal(tokenizer, &rhythm, "62+9>2"));
}
