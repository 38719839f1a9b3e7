//! Composing under the constraints of galant-tokens.

use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, Weights};
use galant_sample::{Beam, Draw, Rules, Strategy, Task, compose, random_primer, search};
use galant_tokens::constraint::{EndAfterSteps, MaxNotes, StartWithNote, TokenFilter, TonicEnd};
use galant_tokens::{Grid, GridTokenizer, Token, Tokenizer, Vocabulary};
use galant_types::{Constraint, NoStreams, Playback, Seed, TokenId};

/// Two steps per quarter note.
fn notes() -> Tokenizer {
    Tokenizer::Notes(GridTokenizer { grid: Grid::new(2).unwrap(), top: None })
}

/// All note tokens of one octave.
fn vocabulary() -> Vocabulary {
    let song = ["60", "+1", "72", "+1"].map(|text| notes().parse(text).unwrap());
    Vocabulary::new(notes(), [song.as_slice()], 0..=0).unwrap()
}

fn untrained(vocab_size: usize, seed: u64) -> Reference {
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(vocab_size, 2),
        hidden_size: 2,
        n_layers: 1,
        dropout: 0.0,
        residual: false,
    };
    // Far from equal probabilities, so that the tokens that the grammar forbids are often the likeliest.
    let mut weights = Weights::initial(spec, Initialization::Keras, Seed(seed)).unwrap();
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 9.0);
    Reference::new(&weights)
}

/// A piece must be how its score is encoded, except for time after the last note.
#[track_caller]
fn check_encoding(tokens: &[Token]) {
    let score = notes().decode(tokens, &Playback::default()).unwrap();
    let n_silent = tokens.iter().rev().take_while(|token| token.time() > 0).count();
    assert_eq!(notes().encode(&score).tokens, tokens[..tokens.len() - n_silent]);
}

#[test]
fn ten_thousand_pieces_of_untrained_networks_are_music() {
    let vocabulary = vocabulary();
    for network in 0..20 {
        let model = untrained(vocabulary.len(), network);
        for number in 0..500 {
            let seed = Seed(network * 1000 + number);
            let rules = Rules { constraints: notes().grammar(&vocabulary), ..Rules::default() };
            let primer = random_primer(vocabulary.len(), 3, seed).unwrap();
            let n_tokens = 1 + number as usize % 24;
            let task = Task { primer, n_tokens, rules, streams: Box::new(NoStreams), seed };
            let tokens = compose(&model, task, Strategy::Random(Draw::at(1.0)), &mut |_| ()).unwrap();
            assert_eq!(tokens.len(), n_tokens);
            check_encoding(&vocabulary.decode_ids(&tokens));
        }
    }
}

#[test]
fn a_beam_keeps_the_grammar_and_continues_the_primer() {
    let vocabulary = vocabulary();
    let primer = ["60", "+2", "64"].map(|text| vocabulary.id(&notes().parse(text).unwrap()).unwrap()).to_vec();
    let mut constraints = notes().grammar(&vocabulary);
    for constraint in &mut constraints {
        primer.iter().for_each(|&token| constraint.advance(token));
    }
    let rules = Rules { constraints, ..Rules::default() };
    let task = Task { primer: primer.clone(), n_tokens: 12, rules, streams: Box::new(NoStreams), seed: Seed(1) };
    for found in search(&untrained(vocabulary.len(), 1), &task, &Beam::best(8), &mut |_| ()).unwrap() {
        check_encoding(&vocabulary.decode_ids(&[&primer[..], &found.tokens].concat()));
    }
}

#[test]
fn all_constraints_together_shape_a_piece() {
    let rhythm = Tokenizer::Rhythm(GridTokenizer::default());
    let texts = [">6", "60+6>6", "62+6>0", "64+6>6", "60.64+6>6", "61+6>6", "67.72+6>3", "48.55.60+12>12"];
    let vocabulary = Vocabulary::from_tokens(texts.map(|text| rhythm.parse(text).unwrap()).to_vec()).unwrap();
    let scale = "C major".parse().unwrap();
    let constraints: Vec<Box<dyn Constraint>> = vec![
        Box::new(StartWithNote::new(&vocabulary)),
        Box::new(TokenFilter::scale(&vocabulary, scale)),
        Box::new(EndAfterSteps::new(&vocabulary, 48).on_tonic(TonicEnd::new(&vocabulary, scale))),
        Box::new(MaxNotes::new(&vocabulary, 2)),
    ];
    let rules = Rules { constraints, ..Rules::default() };
    let model = untrained(vocabulary.len(), 3);
    for seed in 0..200 {
        let task = Task {
            primer: vec![TokenId(0)],
            n_tokens: 99,
            rules: rules.clone(),
            streams: Box::new(NoStreams),
            seed: Seed(seed),
        };
        let drawn = compose(&model, task.clone(), Strategy::Random(Draw::at(2.0)), &mut |_| ()).unwrap();
        let best = if seed == 0 { search(&model, &task, &Beam::best(4), &mut |_| ()).unwrap() } else { Vec::new() };
        for piece in best.iter().map(|found| &found.tokens).chain([&drawn]) {
            let tokens = vocabulary.decode_ids(piece);
            let times: Vec<u64> = tokens.iter().map(|token| token.time().into()).collect();
            let (last, others) = times.split_last().unwrap();
            assert!(others.iter().sum::<u64>() < 48 && others.iter().sum::<u64>() + last >= 48);
            assert!(!tokens[0].pitches().is_empty());
            let last = tokens.last().unwrap().to_string();
            assert!(["60+6>6", "60.64+6>6", "67.72+6>3"].contains(&&*last), "{last}");
            assert!(tokens.iter().all(|token| !["61+6>6", "48.55.60+12>12"].contains(&&*token.to_string())));
            let after_62 = tokens.windows(2).filter(|pair| pair[0].time() == 0).map(|pair| pair[1].pitches().len());
            assert!(after_62.max().is_none_or(|n_notes| n_notes <= 1));
        }
    }
}
