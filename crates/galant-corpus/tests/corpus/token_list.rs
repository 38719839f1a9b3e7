//! Token lists and their JSON.

use expect_test::{Expect, expect};

use galant_corpus::{ParseTokenListError, TokenList};
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Tokenizer, VoicesTokenizer};
use galant_types::Score;

fn score() -> Score {
    let abc = "X:1\nM:3/4\nL:1/4\nQ:1/4=150\nK:C\n[CE]2G|CEG|\n";
    galant_abc::decode(abc).unwrap().score
}

fn tokenizers() -> [Tokenizer; 4] {
    let on_grid = GridTokenizer { grid: Grid::new(4).unwrap(), top: None };
    let chords = ChordTokenizer { rules: ChordRules::Standard, top: None };
    let voices = Tokenizer::Voices(VoicesTokenizer { grid: Grid::new(1).unwrap(), n_parts: None });
    [Tokenizer::Chords(chords), Tokenizer::Rhythm(on_grid), Tokenizer::Notes(on_grid), voices]
}

#[test]
fn lists_of_every_tokenizer_come_back_from_their_json() {
    for tokenizer in tokenizers() {
        let list = TokenList::of(&score(), tokenizer).unwrap();
        assert_eq!(TokenList::parse(list.to_json().as_bytes()), Ok(list.clone()), "{}", tokenizer.name());
        assert_eq!(tokenizer.encode(&list.score().unwrap()).tokens, list.tokens);
    }
}

#[test]
fn the_json_has_these_keys() {
    let json = tokenizers().map(|tokenizer| TokenList::of(&score(), tokenizer).unwrap().to_json());
    expect![[r#"
        {"n_words":5,"n_chords":4,"chords":[[60,64],[67],[60],[64],[67]]}
        {"tokenizer":"rhythm","grid":4,"n_tokens":5,"n_different":4,"us_per_quarter":400000,"meter":[3,2],"program":0,"velocity":80,"tokens":["60.64+8>8","67+4>4","60+4>4","64+4>4","67+4>4"]}
        {"tokenizer":"notes","grid":4,"n_tokens":16,"n_different":7,"us_per_quarter":400000,"meter":[3,2],"program":0,"velocity":80,"tokens":["60","+8","64","+8",">8","67","+4",">4","60","+4",">4","64","+4",">4","67","+4"]}
        {"tokenizer":"voices","grid":1,"n_tokens":7,"n_different":5,"us_per_quarter":400000,"meter":[3,2],"program":0,"velocity":80,"tokens":["^1","64","=","67","60","64","67"]}"#]].assert_eq(&json.join("\n"));
}

#[track_caller]
fn check(json: &str, message: Expect) {
    let error = TokenList::parse(json.as_bytes()).unwrap_err();
    let source = std::error::Error::source(&error).map_or(String::new(), |source| format!(": {source}"));
    message.assert_eq(&format!("{error}{source}\n"));
}

#[test]
fn what_is_no_token_list_is_refused_with_the_place() {
    check(
        "[[60],[64,-3]]",
        expect![[r#"
        token 1: -3 is not a MIDI pitch; pitches are 0 to 127 at line 1 column 13
    "#]],
    );
    check(
        "[[60],[64,300]]",
        expect![[r#"
        token 1: 300 is not a MIDI pitch; pitches are 0 to 127 at line 1 column 14
    "#]],
    );
    check(
        "[[60],[]]",
        expect![[r#"
        token 1: a chord needs at least one pitch at line 1 column 8
    "#]],
    );
    check(
        "[[60],67]",
        expect![[r#"
        invalid type: integer `67`, expected a list of pitches such as [60,64,67] as token 1 at line 1 column 8
    "#]],
    );
    check(
        "[[60],",
        expect![[r#"
        it is not JSON; give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]: EOF while parsing a value at line 1 column 6
    "#]],
    );
    check(
        "60 64 67",
        expect![[r#"
        invalid type: integer `60`, expected a list of chords, or what `galant tokenize --json` prints of one file at line 1 column 2
    "#]],
    );
    check(
        r#"{"tokens":[]}"#,
        expect![[r#"
        it holds no list of chords; give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]
    "#]],
    );
    check(
        r#"{"grid":12}"#,
        expect![[r#"
        missing field `tokenizer` at line 1 column 11
    "#]],
    );
    let json = TokenList::of(&score(), tokenizers()[1]).unwrap().to_json();
    check(
        &json.replace("rhythm", "melody"),
        expect![[r#"
        its tokenizer is 'melody'; those with a grid are rhythm, notes and voices
    "#]],
    );
    check(
        &json.replace("\"grid\":4", "\"grid\":97"),
        expect![[r#"
        a grid of 97 steps per quarter note; it must have 1 to 96
    "#]],
    );
    check(
        &json.replace("\"program\":0", "\"program\":128"),
        expect![[r#"
        the MIDI program is 128; it must be 0 to 127
    "#]],
    );
    check(
        &json.replace("67", "x"),
        expect![[r#"
        token 1: 'x', part 0 of the token, counted from 0, is not a MIDI pitch; write 0 to 127
    "#]],
    );
}

#[test]
fn more_tokens_than_the_limit_are_refused() {
    let chords = vec!["[1]"; TokenList::MAX_TOKENS + 1].join(",");
    let error = TokenList::parse(format!("[{chords}]").as_bytes()).unwrap_err();
    assert!(matches!(&error, ParseTokenListError::Content { reason } if reason.contains("1048576")), "{error}");
}
