//! Token lists: the tokens of a piece as JSON.

mod json;

use std::collections::BTreeSet;

use galant_tokens::{
    ChordRules, ChordTokenizer, DecodeError, Grid, GridError, GridTokenizer, ParseTokenError, PlaybackTally, Token,
    Tokenizer,
};
use galant_types::{Playback, PlaybackError, Score};
use serde_json::error::Category;
use thiserror::Error;

use self::json::{Chords, ChordsJson, GridJson, Outline, Texts};

/// The tokens of a piece and how they are played, which have a JSON form.
///
/// Chord tokens are written as the lecture's reference does, as lists of pitches without a tempo:
/// `{"n_words":2,"n_chords":2,"chords":[[60,64],[67]]}`; tokens with rhythm as texts, with their grid and playback.
/// A bare list of chords is read as well.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenList {
    /// What the tokens belong to.
    pub tokenizer: Tokenizer,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// How they are played; of chord tokens, whose JSON form has none, the tokenizer's default.
    pub playback: Playback,
}

impl TokenList {
    /// The most tokens read: as many as a MIDI file may have notes.
    pub const MAX_TOKENS: usize = json::MAX_TOKENS;

    /// The longest JSON text read, in bytes: a million tokens of a dozen notes.
    pub const MAX_BYTES: u64 = 64 << 20;

    /// The tokens of a score.
    pub fn of(score: &Score, tokenizer: Tokenizer) -> TokenList {
        let mut tally = PlaybackTally::default();
        tally.add(score);
        let playback = if tokenizer.grid().is_some() { tally.playback() } else { tokenizer.default_playback() };
        TokenList { tokenizer, tokens: tokenizer.encode(score).tokens, playback }
    }

    /// How many different tokens there are.
    pub fn n_different(&self) -> usize {
        self.tokens.iter().collect::<BTreeSet<_>>().len()
    }

    /// The music of the tokens.
    ///
    /// # Errors
    ///
    /// If the tokens are no music of the tokenizer.
    pub fn score(&self) -> Result<Score, DecodeError> {
        self.tokenizer.decode(&self.tokens, &self.playback)
    }

    /// The list as JSON, on one line.
    pub fn to_json(&self) -> String {
        let (n_tokens, n_different) = (self.tokens.len(), self.n_different());
        let json = if let Some(grid) = self.tokenizer.grid() {
            let Playback { us_per_quarter, beats, beat_log2, program, velocity } = self.playback;
            serde_json::to_string(&GridJson {
                tokenizer: self.tokenizer.name().to_owned(),
                grid: grid.steps_per_quarter(),
                n_tokens,
                n_different,
                us_per_quarter,
                meter: (beats, beat_log2),
                program,
                velocity,
                tokens: Texts(self.tokens.iter().map(ToString::to_string).collect()),
            })
        } else {
            let chords = self.tokens.iter().map(Token::pitches).collect();
            serde_json::to_string(&ChordsJson { n_tokens, n_chords: n_different, chords })
        };
        json.expect("numbers and texts have a JSON form")
    }

    /// Reads the JSON of a token list, or a list of chords.
    ///
    /// # Errors
    ///
    /// If the bytes are neither, or if a token is not one of the tokenizer.
    pub fn parse(bytes: &[u8]) -> Result<TokenList, ParseTokenListError> {
        let read_error = |error: serde_json::Error| match error.classify() {
            Category::Data => ParseTokenListError::Content { reason: error.to_string() },
            _ => ParseTokenListError::NotJson { reason: error.to_string() },
        };
        let outline: Outline = serde_json::from_slice(bytes).map_err(read_error)?;
        if outline.has_grid {
            let json: GridJson = serde_json::from_slice(bytes).map_err(read_error)?;
            return json.into_list();
        }
        let Chords(chords) = outline.chords.ok_or(ParseTokenListError::NoTokens)?;
        let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
        let tokens = chords.into_iter().map(Token::Chord).collect();
        Ok(TokenList { tokenizer, tokens, playback: tokenizer.default_playback() })
    }
}

/// Why bytes are no token list.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ParseTokenListError {
    /// They are not JSON.
    #[error("it is not JSON; {EXPECTED}: {reason}")]
    NotJson {
        /// Why.
        reason: String,
    },
    /// They are JSON of another form.
    #[error("{reason}")]
    Content {
        /// What is wrong, and where.
        reason: String,
    },
    /// They are a JSON object without tokens.
    #[error("it holds no list of chords; {EXPECTED}")]
    NoTokens,
    /// The tokenizer is unknown or has no grid.
    #[error("its tokenizer is '{name}'; those with a grid are rhythm and notes")]
    Tokenizer {
        /// The tokenizer's name.
        name: String,
    },
    /// The grid is out of its range.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// The tempo, meter, program or velocity is out of its range.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// A text is no token.
    #[error("token {place}")]
    Token {
        /// Which, from 0.
        place: usize,
        /// Why.
        source: ParseTokenError,
    },
}

/// What a user may write instead.
const EXPECTED: &str = "give what `galant tokenize --json` prints of one file, or a list such as [[60,64],[67]]";

impl GridJson {
    fn into_list(self) -> Result<TokenList, ParseTokenListError> {
        let GridJson { us_per_quarter, meter: (beats, beat_log2), program, velocity, .. } = self;
        let on_grid = GridTokenizer { grid: Grid::new(self.grid)?, top: None };
        let tokenizer = match self.tokenizer.as_str() {
            "rhythm" => Tokenizer::Rhythm(on_grid),
            "notes" => Tokenizer::Notes(on_grid),
            _ => return Err(ParseTokenListError::Tokenizer { name: self.tokenizer }),
        };
        let playback = Playback { us_per_quarter, beats, beat_log2, program, velocity };
        playback.validate()?;
        let parse = |(place, text): (usize, &String)| {
            tokenizer.parse(text).map_err(|source| ParseTokenListError::Token { place, source })
        };
        let tokens = self.tokens.0.iter().enumerate().map(parse).collect::<Result<_, _>>()?;
        Ok(TokenList { tokenizer, tokens, playback })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn score() -> Score {
        let abc = "X:1\nM:3/4\nL:1/4\nQ:1/4=150\nK:C\n[CE]2G|CEG|\n";
        galant_abc::decode(abc).unwrap().score
    }

    fn tokenizers() -> [Tokenizer; 3] {
        let on_grid = GridTokenizer { grid: Grid::new(4).unwrap(), top: None };
        let chords = ChordTokenizer { rules: ChordRules::Standard, top: None };
        [Tokenizer::Chords(chords), Tokenizer::Rhythm(on_grid), Tokenizer::Notes(on_grid)]
    }

    #[test]
    fn lists_of_every_tokenizer_come_back_from_their_json() {
        for tokenizer in tokenizers() {
            let list = TokenList::of(&score(), tokenizer);
            assert_eq!(TokenList::parse(list.to_json().as_bytes()), Ok(list.clone()), "{}", tokenizer.name());
            assert_eq!(tokenizer.encode(&list.score().unwrap()).tokens, list.tokens);
        }
    }

    #[test]
    fn the_json_has_these_keys() {
        let json = tokenizers().map(|tokenizer| TokenList::of(&score(), tokenizer).to_json());
        expect![[r#"
            {"n_words":5,"n_chords":4,"chords":[[60,64],[67],[60],[64],[67]]}
            {"tokenizer":"rhythm","grid":4,"n_tokens":5,"n_different":4,"us_per_quarter":400000,"meter":[3,2],"program":0,"velocity":80,"tokens":["60.64+8>8","67+4>4","60+4>4","64+4>4","67+4>4"]}
            {"tokenizer":"notes","grid":4,"n_tokens":16,"n_different":7,"us_per_quarter":400000,"meter":[3,2],"program":0,"velocity":80,"tokens":["60","+8","64","+8",">8","67","+4",">4","60","+4",">4","64","+4",">4","67","+4"]}"#]].assert_eq(&json.join("\n"));
    }

    #[test]
    fn a_list_that_calls_its_tokenizer_a_kind_is_read() {
        let json = TokenList::of(&score(), tokenizers()[1]).to_json();
        let earlier = json.replace("\"tokenizer\"", "\"kind\"");
        assert_eq!(TokenList::parse(earlier.as_bytes()), TokenList::parse(json.as_bytes()));
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
        let json = TokenList::of(&score(), tokenizers()[1]).to_json();
        check(
            &json.replace("rhythm", "melody"),
            expect![[r#"
            its tokenizer is 'melody'; those with a grid are rhythm and notes
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
}
