//! Pieces become songs of numbered tokens.

use galant_checkpoint::Source;
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY, bar_tokens, piece};
use galant_corpus::{
    BuildCorpusError, Corpus, CorpusBuilder, HeldOut, LeftOut, LeftOutReason, Piece, Role, TailsReason, bundled,
};
use galant_dice::{Repeats, medley, played_bars, tables};
use galant_model::HoldOut;
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
            assert_eq!(corpus.vocabulary.decode_ids(&song.tokens.to_vec()), tokens);
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
    let tokens = |corpus: &Corpus| corpus.vocabulary.decode_ids(&corpus.songs[0].tokens.to_vec());
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

#[test]
fn styles_are_the_folders_of_the_pieces() {
    let mut builder = CorpusBuilder::new(rhythm());
    builder.add(&tune("a.abc", "CDE|"));
    builder.add_styled(&tune("b.abc", "EDC|"), Some("waltzes".to_owned()));
    builder.add_validation(&tune("c.abc", "EEC|"), Some("songs".to_owned()));
    let corpus = builder.build(0..=0).unwrap();
    let styles: Vec<Option<&str>> = corpus.pieces.iter().map(|piece| piece.frame.style()).collect();
    assert_eq!(styles, [None, Some("waltzes"), Some("songs")]);
}

/// A tune of 120 notes, another for each number; `octave` follows each note.
fn long_tune(name: &str, number: u64, octave: &str) -> Piece {
    let note = |place: u64| format!("{}{octave}", char::from(b"CDEFGAB"[(Seed(number).child(place).0 % 7) as usize]));
    let bar = |bar: u64| (0..3).map(|beat| note(3 * bar + beat)).collect::<String>() + "|";
    tune(name, &(0..40).map(bar).collect::<String>())
}

#[test]
fn nothing_is_learned_from_near_duplicates_of_validation_pieces() {
    let mut builder = CorpusBuilder::new(CHORDS);
    builder.add(&tune("a.abc", "CDE|FGA|"));
    builder.add(&long_tune("b.abc", 1, ","));
    assert_eq!(builder.add_validation(&long_tune("b in another octave.abc", 1, ""), None), 120);
    builder.add(&tune("c.abc", "EDC|"));
    builder.add_validation(&tune("d.abc", "BBC|"), None);
    let corpus = builder.build(0..=0).unwrap();
    let left_out = LeftOut {
        name: "b.abc".to_owned(),
        reason: LeftOutReason::NearDuplicate { validation: "b in another octave.abc".to_owned() },
    };
    assert_eq!(corpus.left_out, [left_out]);
    let names: Vec<&str> = corpus.songs.iter().map(|song| song.name.as_str()).collect();
    assert_eq!(names, ["a.abc", "b in another octave.abc", "c.abc", "d.abc"]);
    assert_eq!(corpus.entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), names);
    // The vocabulary has C to A; B is unknown, and the nearest is A.
    assert_eq!(corpus.vocabulary.len(), 6);
    let roles: Vec<Role> = corpus.pieces.iter().map(|piece| piece.role).collect();
    assert!(matches!(roles[1], Role::Validation { n_unknown: 1.. }), "{roles:?}");
    assert_eq!((roles[0], roles[2], roles[3]), (Role::Corpus, Role::Corpus, Role::Validation { n_unknown: 2 }));
    assert_eq!(corpus.vocabulary.decode_ids(&corpus.songs[3].tokens.to_vec()[..1])[0].to_string(), "69");
    let held_out = corpus.hold_out(HoldOut::Pieces(0.1), Seed(1));
    assert_eq!(held_out, HeldOut::Named(vec![false, true, false, true]));
}

#[test]
fn a_corpus_of_validation_pieces_is_refused() {
    let mut builder = CorpusBuilder::new(rhythm());
    builder.add_validation(&tune("a.abc", "CDE|"), None);
    assert_eq!(builder.clone().build(0..=0), Err(BuildCorpusError::NoMusic));
    builder.add(&tune("b.abc", "CDE|"));
    assert_eq!(builder.build(0..=0), Err(BuildCorpusError::AllLeftOut { n_pieces: 1 }));
}

#[test]
fn whole_pieces_are_held_out_where_there_are_enough() {
    let mut pieces: Vec<Piece> = (0..11).map(|number| long_tune(&format!("{number}.abc"), number, "")).collect();
    let tails = |reason| HeldOut::Tails { share: 0.2, reason };
    let held_out = |pieces: &[Piece]| corpus(rhythm(), pieces).hold_out(HoldOut::Pieces(0.2), Seed(1));
    let n_families = pieces.len();
    let HeldOut::Pieces(flags) = held_out(&pieces) else { panic!("{:?}", held_out(&pieces)) };
    assert_eq!((flags.len(), flags.iter().filter(|flag| **flag).count()), (n_families, 2));
    pieces.truncate(9);
    assert_eq!(held_out(&pieces), tails(TailsReason::FewFamilies { n_families: 9 }));
    let asked = corpus(rhythm(), &pieces).hold_out(HoldOut::Tails(0.2), Seed(1));
    assert_eq!(asked, tails(TailsReason::Asked));
}
