//! A network judged by the dice game.

use std::num::NonZeroUsize;

use expect_test::expect;
use galant_checkpoint::ModelFile;
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY};
use galant_corpus::{Piece, ReadOptions, read_piece};
use galant_dice::{KnownWaltzes, Repeats, bar_entropy};
use galant_evaluate::dice::{
    DiceCorpus, DiceError, DiceEvaluation, PartCost, TEMPERATURES, WaltzEntropy, evaluate, repeats,
};
use galant_testkit::{Tolerance, assert_close};
use galant_tokens::{ChordRules, ChordTokenizer, Tokenizer};
use galant_types::Seed;

use crate::{Uniform, model_file, notes, rhythm};

const CHORDS: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });

fn game(n_waltzes: usize, repeats: Repeats) -> DiceGame {
    DiceGame { n_waltzes, repeats }
}

fn file(tokenizer: Tokenizer, game: DiceGame) -> ModelFile {
    model_file(tokenizer, &game.pieces(Seed(3)).collect::<Vec<Piece>>())
}

fn evaluate_uniform(file: &ModelFile, corpus: &DiceCorpus) -> DiceEvaluation {
    evaluate(&Uniform(file.vocabulary.len()), file, corpus).unwrap()
}

#[test]
fn a_model_that_knows_nothing_pays_the_logarithm_of_the_vocabulary_for_each_token() {
    for (played, names) in [
        (Repeats::Straight, &["first part", "second part", "whole waltz"][..]),
        (Repeats::WithRepeats, &["first part", "first part repeated", "second part", "whole waltz"]),
    ] {
        let file = file(CHORDS, game(1600, played));
        assert_eq!(repeats(&file), played);
        let DiceEvaluation { parts, entropy, composed } = evaluate_uniform(&file, &DiceCorpus::default());
        assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), names);
        let (whole, of_parts) = parts.split_last().unwrap();
        let sum = |of: fn(&PartCost) -> f64| of_parts.iter().map(of).sum::<f64>();
        let rounding = Tolerance { absolute: 1e-9, relative: 0.0 };
        assert_close(
            "whole",
            &[whole.model, whole.chance],
            &[sum(|part| part.model), sum(|part| part.chance)],
            rounding,
        );

        // The exact number of tokens is a mean over all waltzes, this one over 200.
        let entropy = entropy.unwrap();
        let per_token = (file.vocabulary.len() as f64).ln();
        let about = Tolerance { absolute: 0.0, relative: 0.02 };
        assert_close("model", &[whole.model], &[per_token * entropy.tokens], about);
        assert_close("chance", &[whole.chance], &[entropy.nats], about);
        // The repeat follows from what is repeated.
        let repeat = of_parts.iter().find(|part| part.name == "first part repeated");
        assert_eq!(repeat.map(|part| part.chance), (played == Repeats::WithRepeats).then_some(0.0));
        // Chord tokens have no rhythm to judge.
        assert_eq!(composed, None);
    }
}

#[test]
fn what_a_model_that_knows_nothing_composes_is_no_waltz() {
    let file = file(rhythm(), game(1600, Repeats::Straight));
    let corpus = DiceCorpus::of(&file, Seed(3));
    let composed = evaluate_uniform(&file, &corpus).composed.unwrap();
    assert_eq!(composed.iter().map(|composed| composed.temperature).collect::<Vec<_>>(), TEMPERATURES);
    for composed in composed {
        assert!(composed.bars_of_game < 0.2 && composed.bars_in_place <= composed.bars_of_game, "{composed:?}");
        assert_eq!((composed.legal, composed.legal_and_new), (0.0, Some(0.0)));
    }
    let nothing_known = evaluate_uniform(&file, &DiceCorpus::default()).composed.unwrap();
    assert!(nothing_known.iter().all(|composed| composed.legal_and_new.is_none()));
}

#[test]
fn note_tokens_are_composed_such_that_they_can_be_decoded() {
    let file = file(notes(), game(40, Repeats::Straight));
    let composed = evaluate_uniform(&file, &DiceCorpus::default()).composed.unwrap();
    assert!(composed.iter().all(|composed| composed.legal == 0.0), "{composed:?}");
}

#[test]
fn a_vocabulary_without_the_game_is_refused() {
    let file = file(CHORDS, game(1, Repeats::Straight));
    let refused = evaluate(&Uniform(file.vocabulary.len()), &file, &DiceCorpus::default()).unwrap_err();
    assert!(matches!(refused, DiceError::Unknown { .. }));
    expect!["the model lacks the token 48.52.79 of the dice game; train one on the game, with as many waltzes as by default or more"].assert_eq(&refused.to_string());
}

#[test]
fn the_waltzes_of_a_corpus_are_rolled_again() {
    // Whole medleys, a cut last one, and one that is cut from the start.
    for n_waltzes in [2 * WALTZES_PER_MEDLEY, 100, 3] {
        for played in [Repeats::Straight, Repeats::WithRepeats] {
            let file = file(CHORDS, game(n_waltzes, played));
            let rolled: KnownWaltzes = game(n_waltzes, played).roll(Seed(3)).into_iter().flatten().collect();
            assert_eq!(DiceCorpus::of(&file, Seed(3)).known(), Some(&rolled), "{n_waltzes} {played:?}");
            assert_eq!(DiceCorpus::of(&file, Seed(4)).known(), None);
            // Other pieces do not matter.
            let mut mixed = file.clone();
            mixed.corpus.insert(0, model_file(CHORDS, &[tune()]).corpus.remove(0));
            assert_eq!(DiceCorpus::of(&mixed, Seed(3)), DiceCorpus::of(&file, Seed(3)));
            // A first or a last medley that comes out otherwise makes all of them doubtful.
            for number in [0, file.corpus.len() - 1] {
                let mut changed = file.clone();
                changed.corpus[number].sha256.0[0] ^= 1;
                assert_eq!(DiceCorpus::of(&changed, Seed(3)).known(), None, "medley {number}");
            }
        }
    }
    assert_eq!(DiceCorpus::of(&model_file(CHORDS, &[tune()]), Seed(3)).known(), None);
}

fn tune() -> Piece {
    let text = b"X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n";
    read_piece("tune.abc", text, ReadOptions::default()).unwrap()
}

#[test]
fn the_entropy_of_rhythm_tokens_is_that_of_the_bars() {
    // Rhythm tokens say all that the print does, so that different bars are different tokens.
    let entropy = WaltzEntropy::of(rhythm(), Repeats::Straight).unwrap();
    assert_close("nats", &[entropy.nats], &[bar_entropy()], Tolerance { absolute: 1e-9, relative: 0.0 });
    // Without its lower notes a bar may be another; then there may be no exact figure, or a smaller one.
    let top = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: NonZeroUsize::new(1) });
    assert!(WaltzEntropy::of(top, Repeats::Straight).is_none_or(|highest| highest.nats < entropy.nats));
}
