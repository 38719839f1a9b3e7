//! Pieces that do not copy from a corpus, and what they say of that.

use std::num::NonZeroUsize;

use galant_midi::ReadRules;
use galant_originality::{CorpusIndex, IndexBuilder, Onsets, RunKind};
use galant_pipeline::{
    Avoidance, ComposePieceError, ComposeRequest, HarmonizeError, HarmonyRecord, Length, LoadedModel, Method, Record,
    compose_all, compose_all_avoiding,
};
use galant_sample::Draw;
use galant_types::{Score, Seed};

use crate::harmonize::{self, given};
use crate::{CHORDS, notes, rhythm, untrained, voices};

fn index(scores: &[Score]) -> CorpusIndex {
    let mut builder = IndexBuilder::default();
    scores.iter().for_each(|score| builder.add(&Onsets::of(score)).unwrap());
    builder.build((0..scores.len()).collect())
}

fn longest(corpus: &CorpusIndex, score: &Score) -> usize {
    corpus.runs(&Onsets::of(score), RunKind::Pitches, 1, None).longest_run()
}

fn request(seed: u64) -> ComposeRequest {
    let length = NonZeroUsize::new(8).map(Length::Bars);
    ComposeRequest { length, seed: Seed(seed), ..ComposeRequest::default() }
}

#[track_caller]
fn check(model: &LoadedModel, request: &ComposeRequest, n_most: usize) {
    let settings = model.complete(request).unwrap();
    let copy = model.score(&model.compose(&settings).unwrap()).unwrap();
    // What would be composed is in the corpus.
    let corpus = index(std::slice::from_ref(&copy));
    assert_eq!(longest(&corpus, &copy), Onsets::of(&copy).n_compared());
    let avoidance = Avoidance { corpus: &corpus, n_most: n_most.try_into().unwrap() };
    let piece = model.compose_avoiding(&settings, avoidance).unwrap();
    let score = model.score(&piece).unwrap();
    assert!(longest(&corpus, &score) <= n_most, "a run of {}", longest(&corpus, &score));
    assert!(Onsets::of(&score).n_compared() > n_most, "too short to copy");

    // The record says what was asked for, and is all that the piece takes.
    let midi = model.midi(&piece).unwrap();
    let read = galant_midi::decode(&midi, ReadRules::Standard).unwrap().score;
    assert!(read.texts.contains(&format!("avoid-copying {n_most}")), "{:?}", read.texts);
    let record = Record::parse(&read.texts, model.file().tokenizer).unwrap();
    assert!(!record.settings.constraints.avoided.as_ref().unwrap().vetoes.is_empty());
    assert_eq!(model.compose(&record.settings).as_ref(), Ok(&piece));

    let candidates = [vec![settings.clone()], vec![settings]];
    for n_threads in [1, 2] {
        let all = compose_all_avoiding(model, &candidates, Some(avoidance), n_threads).unwrap();
        assert!(all.iter().all(|other| *other == piece));
    }
}

#[test]
fn no_run_is_longer_than_allowed_and_the_record_composes_the_same() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let model = untrained(tokenizer);
        for (seed, n_most) in [(1, 1), (2, 3), (3, 8)] {
            check(&model, &request(seed), n_most);
        }
        check(&model, &ComposeRequest { method: Some(Method::Greedy), ..request(4) }, 2);
    }
    check(&voices::model(), &request(5), 3);
}

#[test]
fn a_piece_that_does_not_copy_is_the_one_that_is_composed_anyway() {
    let model = untrained(rhythm());
    let settings = model.complete(&request(1)).unwrap();
    let corpus = index(&[Score::new(480)]);
    let avoidance = Avoidance { corpus: &corpus, n_most: NonZeroUsize::MIN };
    let piece = model.compose_avoiding(&settings, avoidance).unwrap();
    assert_eq!(piece.tokens, model.compose(&settings).unwrap().tokens);
    assert!(piece.settings.constraints.avoided.unwrap().vetoes.is_empty());
}

#[test]
fn what_cannot_be_avoided_is_said() {
    let model = untrained(rhythm());
    let settings = model.complete(&ComposeRequest { method: Some(Method::beam()), ..request(1) }).unwrap();
    let corpus = index(&[]);
    let avoidance = Avoidance { corpus: &corpus, n_most: NonZeroUsize::MIN };
    assert_eq!(model.compose_avoiding(&settings, avoidance), Err(ComposePieceError::AvoidInBeam));

    // Only two notes a fifth apart may be played, and the corpus has every row of three of them.
    let mut request = request(1);
    request.method = Some(Method::Draw(Draw::at(1.0)));
    request.constraints.only_notes = Some(1 | 1 << 7);
    request.constraints.max_notes = NonZeroUsize::new(1);
    request.constraints.pitch_range = Some(60..=67);
    let settings = model.complete(&request).unwrap();
    let pieces = compose_all(
        &model,
        &(0..60)
            .map(|seed| vec![galant_pipeline::PieceSettings { seed: Seed(seed), ..settings.clone() }])
            .collect::<Vec<_>>(),
        1,
    )
    .unwrap();
    let corpus = index(&pieces.iter().map(|piece| model.score(piece).unwrap()).collect::<Vec<_>>());
    let avoidance = Avoidance { corpus: &corpus, n_most: NonZeroUsize::MIN };
    let failed = model.compose_avoiding(&settings, avoidance);
    assert!(matches!(failed, Err(ComposePieceError::Copies { .. })), "{failed:?}");
    let failed = compose_all_avoiding(&model, &[vec![settings.clone(), settings]], Some(avoidance), 1);
    assert!(matches!(failed, Err((0, ComposePieceError::Copies { .. }))), "{failed:?}");
}

#[test]
fn a_harmonization_does_not_copy_and_comes_again_from_its_record() {
    let model = harmonize::model();
    let score = harmonize::trio("c.mid", 4).score;
    let tune = model.tune(&score, &given(&["1"])).unwrap();
    let settings = harmonize::settings();
    let copies: Vec<Score> =
        model.harmonize_best(&tune, &settings, 2).unwrap().into_iter().map(|found| found.score).collect();
    let corpus = index(&copies);
    let n_most = NonZeroUsize::new(9).unwrap();
    let found =
        model.harmonize_avoiding(&tune, &settings, NonZeroUsize::MIN, Avoidance { corpus: &corpus, n_most }).unwrap();
    assert!(found.len() == 1 && longest(&corpus, &found[0].score) <= 9);
    let record = HarmonyRecord::parse(&found[0].score.texts).unwrap();
    assert_eq!(record.settings.avoid_copying, Some(n_most));
    assert_eq!(model.harmonize_again(&found[0].score, &record).unwrap().score, found[0].score);

    // The tune itself is in the corpus.
    let avoidance = Avoidance { corpus: &index(std::slice::from_ref(&found[0].score)), n_most: NonZeroUsize::MAX };
    assert_eq!(model.harmonize_avoiding(&tune, &settings, NonZeroUsize::MIN, avoidance).unwrap().len(), 1);
    let all_given = model.tune(&found[0].score, &given(&["1", "2"])).unwrap();
    let corpus = index(
        &(0..40)
            .map(|seed| {
                let settings =
                    galant_pipeline::HarmonizeSettings { seed: settings.seed.child(seed), ..settings.clone() };
                model.harmonize(&all_given, &settings).unwrap().score
            })
            .collect::<Vec<_>>(),
    );
    let avoidance = Avoidance { corpus: &corpus, n_most: NonZeroUsize::MIN };
    let failed = model.harmonize_avoiding(&all_given, &settings, NonZeroUsize::MIN, avoidance);
    assert!(matches!(failed, Err(HarmonizeError::Copies { n_tries: 32, .. })), "{failed:?}");
}
