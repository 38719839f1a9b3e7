//! The parts of voices, which came with format 5.

use std::num::NonZeroU8;

use expect_test::expect;
use galant_checkpoint::{MAX_PART_NAME_BYTES, ModelFile, VoicePart, decode_model, encode_model};
use galant_model::Cell;
use galant_tokens::{Tokenizer, VoicesTokenizer};

use crate::parts::Parts;
use crate::{small_model, vocabulary};

fn part(name: &str, lowest: u8, highest: u8) -> VoicePart {
    VoicePart { name: name.to_owned(), program: 40, lowest, highest }
}

/// A small model of two parts.
fn duet() -> ModelFile {
    let tokenizer = Tokenizer::Voices(VoicesTokenizer { n_parts: NonZeroU8::new(2), ..VoicesTokenizer::default() });
    ModelFile {
        tokenizer,
        vocabulary: vocabulary(tokenizer, &["^2", "=", "-", "60", "62"]),
        parts: vec![part("Violin", 60, 62), part("", 60, 60)],
        ..small_model(Cell::Lstm)
    }
}

/// The format that the metadata of a file names.
fn format(file: &ModelFile) -> u64 {
    Parts::of(&encode_model(file).unwrap()).metadata()["format"].as_u64().unwrap()
}

#[test]
fn parts_come_back_and_only_they_raise_the_format() {
    let file = duet();
    assert_eq!(decode_model(&encode_model(&file).unwrap()).unwrap(), file);
    assert_eq!((format(&file), format(&small_model(Cell::Lstm))), (5, 4));
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let refused = |change: &dyn Fn(&mut ModelFile)| {
        let mut file = duet();
        change(&mut file);
        format!("{}\n", encode_model(&file).unwrap_err())
    };
    let long = "ä".repeat(MAX_PART_NAME_BYTES / 2 + 1);
    let of_three = |file: &mut ModelFile| file.vocabulary = vocabulary(file.tokenizer, &["^3", "=", "-", "60", "62"]);
    let messages = [
        refused(&|file| _ = file.parts.pop()),
        refused(&of_three),
        refused(&|file| file.vocabulary = vocabulary(file.tokenizer, &["^2", "^3", "=", "-", "60"])),
        refused(&|file| file.tokenizer = Tokenizer::Voices(VoicesTokenizer::default())),
        refused(&|file| file.parts[0].name.clone_from(&long)),
        refused(&|file| file.parts[1].lowest = 61),
        refused(&|file| file.parts[1].highest = 128),
        refused(&|file| file.parts[1].program = 128),
        refused(&|file| *file = ModelFile { parts: duet().parts, ..small_model(Cell::Lstm) }),
    ];
    expect![[r#"
        the file has 1 parts, the vocabulary begins pieces of 2, and the tokenizer is of 2; all must be equal, and above 0 for voices alone
        the file has 2 parts, the vocabulary begins pieces of 3, and the tokenizer is of 2; all must be equal, and above 0 for voices alone
        the file has 2 parts, the vocabulary begins pieces of 0, and the tokenizer is of 2; all must be equal, and above 0 for voices alone
        the file has 2 parts, the vocabulary begins pieces of 2, and the tokenizer is of 0; all must be equal, and above 0 for voices alone
        the name of part 0, from 0, is 258 bytes, over the limit of 256
        part 1, from 0, goes from pitch 61 to 60; write 0 to 127, the lower first
        part 1, from 0, goes from pitch 60 to 128; write 0 to 127, the lower first
        the MIDI program is 128; it must be 0 to 127
        the file has 2 parts, the vocabulary begins pieces of 0, and the tokenizer is of 0; all must be equal, and above 0 for voices alone
    "#]].assert_eq(&messages.concat());
}

#[test]
fn voices_whose_text_is_changed_are_refused() {
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut parts = Parts::of(&encode_model(&duet()).unwrap());
        let mut metadata = parts.metadata();
        change(&mut metadata);
        parts.set_metadata(&metadata);
        let error = decode_model(&parts.bytes()).unwrap_err();
        let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        format!("{error}{source}\n")
    };
    let messages = [
        refused(&|metadata| metadata["tokenizer"]["top"] = 2.into()),
        refused(&|metadata| metadata["tokenizer"]["name"] = "notes".into()),
        refused(&|metadata| metadata["tokenizer"]["parts"] = 16.into()),
        refused(&|metadata| metadata["vocabulary"][0] = "^16".into()),
    ];
    expect![[r#"
        the metadata describes the tokenizer voices with a number of notes, which it does not have
        the metadata describes the tokenizer notes with a number of parts, which it does not have
        the file has 2 parts, the vocabulary begins pieces of 2, and the tokenizer is of 16; all must be equal, and above 0 for voices alone
        token 0 of the vocabulary cannot be read: '^16' is not a token of voices; write 60 for a pitch, = for a hold, - for a rest or ^4 for the beginning of four parts, which may be 1 to 15
    "#]].assert_eq(&messages.concat());
}
