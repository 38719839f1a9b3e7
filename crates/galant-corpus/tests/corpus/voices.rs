//! Pieces become voices of as many parts.

use std::num::NonZeroU8;

use expect_test::expect;
use galant_checkpoint::Source;
use galant_corpus::{BuildCorpusError, Corpus, CorpusBuilder, Piece};
use galant_tokens::{Token, Tokenizer, VoicesTokenizer};
use galant_types::{Note, Part, Score};

fn voices(n_parts: u8) -> Tokenizer {
    Tokenizer::Voices(VoicesTokenizer { n_parts: NonZeroU8::new(n_parts), ..VoicesTokenizer::default() })
}

/// A piece in quarter notes, a line of pitches for each part with its name and program.
fn piece(name: &str, lines: &[(&str, u8, &[u8])]) -> Piece {
    let mut score = Score::new(480);
    for (track, (part, program, pitches)) in (0..).zip(lines) {
        let (channel, part) = (track as u8, (*part).to_owned());
        score.parts.push(Part { track, channel, name: part, program: Some(*program) });
        let notes = (0..).zip(*pitches);
        let note =
            |(beat, &pitch): (u64, &u8)| Note { onset: 480 * beat, length: 480, pitch, velocity: 64, channel, track };
        score.notes.extend(notes.map(note));
    }
    score.notes.sort();
    Piece::new(name, Source::File, name.as_bytes(), score)
}

fn duet(name: &str, up: u8) -> Piece {
    piece(name, &[("Violin", 40, &[72 + up, 74]), ("Cello", 42, &[48, 50 - up])])
}

fn build(tokenizer: Tokenizer, pieces: &[Piece]) -> Result<Corpus, BuildCorpusError> {
    let mut builder = CorpusBuilder::new(tokenizer);
    pieces.iter().for_each(|piece| _ = builder.add(piece));
    builder.build(0..=0)
}

fn left_out(corpus: &Corpus) -> String {
    corpus.left_out.iter().map(|piece| format!("{piece}\n")).collect()
}

#[test]
fn pieces_of_another_number_of_parts_are_left_out() {
    let trio = piece("trio.mid", &[("", 0, &[80]), ("", 0, &[70]), ("", 0, &[60])]);
    let pieces = [trio, duet("a.mid", 0), duet("b.mid", 3), piece("silent.mid", &[])];
    let corpus = build(voices(0), &pieces).unwrap();
    assert_eq!(corpus.tokenizer, voices(2));
    expect![[r#"
        silent.mid: left out, it has no notes
        trio.mid: left out, it has 3 parts with notes, and must have 2; give music of as many
    "#]]
    .assert_eq(&left_out(&corpus));
    let first = corpus.vocabulary.decode_ids(&corpus.songs[0].tokens.to_vec());
    let texts: Vec<String> = first.iter().map(Token::to_string).collect();
    assert_eq!(texts.join(" "), "^2 72 48 = = = = = = 74 50 = = = = = =");

    // Asked for three, only the trio is left.
    let corpus = build(voices(3), &pieces).unwrap();
    assert_eq!((corpus.songs.len(), corpus.tokenizer), (1, voices(3)));
    let error = build(voices(4), &pieces).unwrap_err();
    expect![
        "no music to train on: trio.mid: left out, it has 3 parts with notes, and must have 4; give music of as many"
    ]
    .assert_eq(&error.to_string());
}

#[test]
fn parts_are_as_in_most_pieces_and_as_low_and_as_high_as_in_all() {
    let other = piece("c.mid", &[("Flute", 73, &[90]), ("Cello", 43, &[47])]);
    let corpus = build(voices(0), &[other, duet("a.mid", 0), duet("b.mid", 3)]).unwrap();
    let parts: Vec<_> =
        corpus.parts.iter().map(|part| (part.name.as_str(), part.program, part.lowest..=part.highest)).collect();
    assert_eq!(parts, [("Violin", 40, 72..=90), ("Cello", 42, 47..=50)]);
}

#[test]
fn notes_under_others_of_their_part_are_counted() {
    let mut piece = duet("a.mid", 0);
    let chord = Note { pitch: 60, ..piece.score.notes[0] };
    piece.score.notes.push(chord);
    piece.score.notes.sort();
    let rounding = build(voices(0), &[piece]).unwrap().rounding.unwrap();
    assert_eq!((rounding.n_notes, rounding.n_kept, rounding.left_out), (5, 4, 1));
}
