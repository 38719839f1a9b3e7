//! Pieces become songs of numbered tokens.

use galant_checkpoint::Source;
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY, bar_tokens, piece};
use galant_corpus::{BuildCorpusError, Corpus, CorpusBuilder, Piece, bundled};
use galant_dice::{Repeats, medley, played_bars, tables};
use galant_tokens::{Token, Tokenizer};
use galant_types::{Score, Seed};

use crate::{CHORDS, notes, rhythm, tune};

fn corpus(tokenizer: Tokenizer, pieces: &[Piece]) -> Corpus {
    let mut builder = CorpusBuilder::new(tokenizer);
    pieces.iter().for_each(|piece| assert!(builder.add(piece) > 0, "{}", piece.name));
    builder.build(0..=0).unwrap()
}

#[test]
fn a_corpus_has_the_tokens_of_its_pieces() {
    let pieces = [tune("a.abc", "CDE|[CE]2z|"), tune("b.abc", "EDC|")];
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let corpus = corpus(tokenizer, &pieces);
        assert_eq!(corpus.songs.len(), 2);
        for ((song, entry), piece) in corpus.songs.iter().zip(&corpus.entries).zip(&pieces) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            assert_eq!(corpus.vocabulary.decode_ids(&song.tokens), tokens);
            assert_eq!((&song.name, &entry.name), (&piece.name, &piece.name));
            assert_eq!((entry.source, entry.sha256, entry.n_tokens), (Source::File, piece.sha256, tokens.len() as u64));
        }
    }
}

#[test]
fn a_corpus_is_played_as_most_of_its_music() {
    let slow = tune("slow.abc", &"CDE|".repeat(20));
    let mut quick = tune("quick.abc", "CDE|");
    quick.score.tempos[0].us_per_quarter = 100_000;
    for tokenizer in [rhythm(), notes()] {
        let playback = corpus(tokenizer, &[quick.clone(), slow.clone()]).playback;
        assert_eq!((playback.us_per_quarter, playback.beats, playback.beat_log2), (666_667, 3, 2));
    }
    assert_eq!(corpus(CHORDS, &[quick, slow]).playback, CHORDS.default_playback());
}

#[test]
fn pieces_without_tokens_are_left_out() {
    let silent = Piece::new("silent.mid", Source::File, b"", Score::new(480));
    let mut builder = CorpusBuilder::new(rhythm());
    assert_eq!(builder.add(&silent), 0);
    assert_eq!(builder.clone().build(0..=0), Err(BuildCorpusError::NoMusic));
    assert_eq!(builder.add(&tune("a.abc", "CDE|")), 3);
    assert_eq!(builder.add(&silent), 0);
    let corpus = builder.build(0..=0).unwrap();
    assert_eq!((corpus.songs.len(), corpus.entries.len()), (1, 1));
}

#[test]
fn a_vocabulary_has_the_transpositions_asked_for() {
    let mut builder = CorpusBuilder::new(CHORDS);
    builder.add(&tune("a.abc", "CEG|"));
    let as_written = builder.clone().build(0..=0).unwrap();
    assert_eq!(as_written.vocabulary.len(), 3);
    let transposed = builder.build(-2..=2).unwrap();
    // Nothing leaves the range of the piece, C to G.
    let mut texts: Vec<String> = transposed.vocabulary.tokens().iter().map(Token::to_string).collect();
    texts.sort();
    assert_eq!(texts, ["60", "61", "62", "63", "64", "65", "66", "67"]);
    let tokens = |corpus: &Corpus| corpus.vocabulary.decode_ids(&corpus.songs[0].tokens);
    assert_eq!(tokens(&transposed), tokens(&as_written));
}

#[test]
fn bundled_collections_are_found_by_name() {
    assert_eq!(bundled::collection("mozart").map(<[_]>::len), Some(9));
    assert_eq!(bundled::collection("bach").map(<[_]>::len), Some(1));
    assert_eq!(bundled::collection("salieri"), None);
    let minuet = bundled::collection("mozart").unwrap()[0].read().unwrap();
    assert_eq!((minuet.name.as_str(), minuet.source), ("K. 2, minuet", Source::Bundled));
}

#[test]
fn pieces_of_the_dice_game_are_medleys_of_waltzes() {
    for repeats in [Repeats::Straight, Repeats::WithRepeats] {
        let game = DiceGame { n_waltzes: WALTZES_PER_MEDLEY + 3, repeats };
        let rolled = game.roll(Seed(5));
        assert_eq!(rolled.iter().map(Vec::len).collect::<Vec<_>>(), [WALTZES_PER_MEDLEY, 3]);
        let pieces: Vec<Piece> = game.pieces(Seed(5)).collect();
        assert_eq!(pieces.iter().map(|piece| piece.name.as_str()).collect::<Vec<_>>(), ["waltzes 1", "waltzes 2"]);
        for (made, throws) in pieces.iter().zip(&rolled) {
            assert_eq!(made.score, medley(throws, repeats));
            assert_eq!(made.source, Source::DiceGame { with_repeats: repeats == Repeats::WithRepeats });
        }
        assert_eq!(pieces[1], piece(2, &rolled[1], repeats));
        assert_ne!(pieces[1].sha256, piece(2, &rolled[1][..2], repeats).sha256);
        assert!(game.pieces(Seed(6)).zip(&pieces).all(|(other, made)| other.sha256 != made.sha256));
    }
}

#[test]
fn the_vocabulary_of_the_default_game_has_every_bar() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let pieces: Vec<Piece> = DiceGame::default().pieces(Seed(1)).collect();
        let vocabulary = corpus(tokenizer, &pieces).vocabulary;
        assert_eq!(pieces.len() * WALTZES_PER_MEDLEY, 1600);
        for throws in DiceGame::default().roll(Seed(2)).concat() {
            for bar in played_bars(&throws, Repeats::Straight) {
                let tokens = bar_tokens(tokenizer, tables().notes(bar));
                assert!(vocabulary.ids(&tokens).unknown.is_empty(), "{tokenizer:?}, bar {}", bar.number());
            }
        }
    }
}
