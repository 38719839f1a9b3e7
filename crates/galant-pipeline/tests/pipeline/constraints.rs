//! What a piece must not play, it does not, even by a network that knows nothing.

use std::num::NonZeroUsize;

use galant_pipeline::{
    ComposePieceError, ComposeRequest, ComposedPiece, ConstraintSettings, Excerpt, Length, LoadedModel, Method,
    PieceSettings, compose_all, parse_tokens,
};
use galant_sample::Draw;
use galant_tokens::Tokenizer;
use galant_types::{Scale, Score, Seed};

use crate::{CHORDS, notes, rhythm, untrained};

fn request(tokenizer: Tokenizer, seed: u64) -> ComposeRequest {
    let constraints = ConstraintSettings {
        key: Some("A minor".parse().unwrap()),
        ending: None,
        returns: Vec::new(),
        end_on_tonic: !matches!(tokenizer, Tokenizer::Notes(_)),
        pitch_range: Some(45..=81),
        only_notes: None,
        // No D.
        no_notes: Some(1 << 2),
        max_notes: NonZeroUsize::new(3),
        avoided: None,
    };
    let method = match seed % 3 {
        0 => Method::Greedy,
        1 => Method::beam(),
        _ => Method::Draw(Draw::at(1.0)),
    };
    let length = NonZeroUsize::new(4).map(Length::Bars);
    ComposeRequest { length, seed: Seed(seed), method: Some(method), constraints, ..ComposeRequest::default() }
}

#[track_caller]
fn check_notes(score: &Score, key: Scale) {
    for note in &score.notes {
        let class = note.pitch % 12;
        assert!(key.pitch_classes() >> class & 1 == 1 && class != 2 && (45..=81).contains(&note.pitch), "{note:?}");
    }
    let together = score.notes.chunk_by(|a, b| a.onset == b.onset).map(<[_]>::len).max();
    assert!(together.is_some_and(|together| together <= 3), "{together:?} notes together");
}

#[test]
fn constraints_hold() {
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let model = untrained(tokenizer);
        for seed in 0..9 {
            let request = request(tokenizer, seed);
            let key = request.constraints.key.unwrap();
            let settings = model.complete(&request).unwrap();
            let piece = model.compose(&settings).unwrap();
            let score = model.score(&piece).unwrap();
            check_notes(&score, key);
            assert_eq!(score.notes[0].onset, 0, "a piece begins with a note");

            if let Some(n_steps) = settings.n_steps {
                let opening: Vec<u64> = piece.before.iter().map(|&id| model.token(id).time().into()).collect();
                let (last, before) = piece.tokens.split_last().unwrap();
                let passed = before.iter().map(|&id| u64::from(model.token(id).time())).sum::<u64>();
                assert!(passed < n_steps, "{passed} of {n_steps} steps");
                match settings.constraints.ending {
                    // The last chord is struck at the last bar line; where it is one token, that is the last.
                    Some(_) => {
                        let bar = (n_steps + opening[0]) / 4;
                        let onset = score.notes.iter().map(|note| note.onset).max().unwrap();
                        assert_eq!(onset * 12 / u64::from(score.ticks_per_quarter), 3 * bar);
                    }
                    None => assert!(passed + u64::from(model.token(*last).time()) >= n_steps, "{passed} steps"),
                }
            }
            if request.constraints.end_on_tonic {
                let last = model.token(*piece.tokens.last().unwrap()).pitch_classes();
                assert!(last >> key.tonic() & 1 == 1 && last & !key.triad() == 0, "{last:#014b}");
            }
        }
    }
}

#[test]
fn a_primer_counts_where_it_is_heard() {
    for tokenizer in [rhythm(), notes()] {
        let model = untrained(tokenizer);
        // Two notes, and no time has passed yet.
        let text = if matches!(tokenizer, Tokenizer::Rhythm(_)) { "57.60+6>0" } else { "57 +6 60 +6" };
        let tokens = parse_tokens(text, tokenizer).unwrap();
        let known = model.file().vocabulary.ids(&tokens).unknown.is_empty();
        let primer = Some(Excerpt { tokens, playback: None });
        for seed in 0..30 {
            let request = ComposeRequest {
                primer: primer.clone(),
                method: Some(Method::Draw(Draw::at(1.0))),
                ..request(tokenizer, seed)
            };
            let piece = model.compose(&model.complete(&request).unwrap()).unwrap();
            assert!(!piece.before.is_empty());
            let score = model.score(&piece).unwrap();
            let at_first = score.notes.iter().take_while(|note| note.onset == 0).count();
            assert!(at_first <= 3, "{at_first} notes together (known: {known}, {tokenizer:?})");

            let omitted =
                model.compose(&model.complete(&ComposeRequest { omit_primer: true, ..request }).unwrap()).unwrap();
            assert!(omitted.before.is_empty());
            assert_eq!(model.score(&omitted).unwrap().notes[0].onset, 0);
        }
    }
}

fn several(model: &LoadedModel) -> Vec<PieceSettings> {
    let request = |seed| ComposeRequest { length: None, n_tokens: NonZeroUsize::new(64), ..request(rhythm(), seed) };
    (0..7).map(|seed| model.complete(&request(seed)).unwrap()).collect()
}

#[test]
fn threads_change_nothing() {
    let model = untrained(rhythm());
    let mut pieces = several(&model);
    let one_by_one: Vec<ComposedPiece> = pieces.iter().map(|settings| model.compose(settings).unwrap()).collect();
    let each = |pieces: &[PieceSettings]| pieces.iter().map(|piece| vec![piece.clone()]).collect::<Vec<_>>();
    for n_threads in [0, 1, 3, 20] {
        assert_eq!(compose_all(&model, &each(&pieces), n_threads).as_ref(), Ok(&one_by_one), "{n_threads} threads");
    }
    assert_eq!(compose_all(&model, &[], 3), Ok(Vec::new()));

    pieces[2].method = Method::Draw(Draw::at(-1.0));
    pieces[5].method = Method::Draw(Draw::at(-1.0));
    for n_threads in [1, 3] {
        let failed = compose_all(&model, &each(&pieces), n_threads);
        assert!(matches!(failed, Err((2, ComposePieceError::Compose(_)))), "{n_threads} threads: {failed:?}");
    }
}

#[test]
fn the_best_of_a_beam_are_its_pieces_by_rank() {
    let model = untrained(rhythm());
    let request = ComposeRequest {
        n_tokens: NonZeroUsize::new(24),
        method: Some(Method::stochastic_beam()),
        ..ComposeRequest::default()
    };
    let settings = model.complete(&request).unwrap();
    let best = model.compose_best(&settings, 3).unwrap();
    assert_eq!(best.len(), 3);
    for piece in &best {
        assert_eq!(model.compose(&piece.settings).as_ref(), Ok(piece));
    }
    assert!(best[0].tokens != best[1].tokens && best[1].tokens != best[2].tokens);

    let wide = model.compose_best(&settings, 9);
    assert_eq!(wide, Err(ComposePieceError::NarrowBeam { n: 9, width: 8 }));
    let draw = model.complete(&ComposeRequest::default()).unwrap();
    assert_eq!(model.compose_best(&draw, 1), Err(ComposePieceError::NoBeam));
    let Method::Beam { beam, .. } = settings.method else { unreachable!() };
    let far = PieceSettings { method: Method::Beam { beam, rank: NonZeroUsize::new(9).unwrap() }, ..settings };
    assert_eq!(model.compose(&far), Err(ComposePieceError::Rank { rank: 9, n_found: 8 }));
}
