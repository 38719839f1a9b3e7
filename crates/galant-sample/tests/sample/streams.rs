//! What a model reads beside the tokens.

use std::cell::RefCell;
use std::convert::Infallible;

use galant_model::StepModel;
use galant_sample::{Beam, ComposeError, Draw, Selection, Strategy, Task, compose, search};
use galant_types::{NoStreams, StreamTracker, TokenId};

use crate::{Markov, Rules, task, tokens};

/// Two streams: how many tokens there are, modulo 3, and the sum of the last two, modulo 7.
#[derive(Debug, Clone, Default)]
struct Counts {
    n_tokens: u32,
    last: u32,
    values: Vec<TokenId>,
}

impl Counts {
    fn new() -> Box<Counts> {
        Box::new(Counts { values: vec![TokenId(0); 2], ..Counts::default() })
    }
}

impl StreamTracker for Counts {
    fn values(&self) -> &[TokenId] {
        &self.values
    }

    fn advance(&mut self, token: TokenId) {
        self.n_tokens += 1;
        self.values = tokens(&[self.n_tokens % 3, (self.last + token.0) % 7]);
        self.last = token.0;
    }

    fn boxed_clone(&self) -> Box<dyn StreamTracker> {
        Box::new(self.clone())
    }
}

/// Remembers the inputs of all steps of a piece, and shows them after each.
#[derive(Debug, Default)]
struct Shows {
    pieces: RefCell<Vec<Vec<TokenId>>>,
}

impl StepModel for Shows {
    type State = Vec<TokenId>;
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        5
    }

    fn n_inputs(&self) -> usize {
        3
    }

    fn zero_state(&self) -> Vec<TokenId> {
        Vec::new()
    }

    fn step(&self, inputs: &[TokenId], state: &mut Vec<TokenId>, logits: &mut [f32]) -> Result<(), Infallible> {
        state.extend(inputs);
        self.pieces.borrow_mut().push(state.clone());
        for (number, logit) in logits.iter_mut().enumerate() {
            *logit = ((number as u32 * 7 + inputs[0].0 * 3 + inputs[1].0 + inputs[2].0) % 5) as f32;
        }
        Ok(())
    }
}

/// The inputs of a piece, step by step, from the tracker alone.
fn expected(piece: &[TokenId]) -> Vec<TokenId> {
    let mut streams = Counts::new();
    let step = |&token: &TokenId| {
        streams.advance(token);
        [[token].as_slice(), streams.values()].concat()
    };
    piece.iter().flat_map(step).collect()
}

fn task_with_streams(n_tokens: usize) -> Task {
    Task { streams: Counts::new(), ..task(&[3, 1, 4], n_tokens, Rules::default(), 5) }
}

#[test]
fn a_step_reads_a_token_with_the_streams_that_have_followed_it() {
    let model = Shows::default();
    let task = task_with_streams(20);
    let composed = compose(&model, task.clone(), Strategy::Random(Draw::at(1.0)), &mut |_| ()).unwrap();
    let piece = [&task.primer[..], &composed].concat();
    // The last token composed is not read.
    assert_eq!(model.pieces.borrow().last(), Some(&expected(&piece[..22])));
    assert_eq!(model.pieces.borrow()[0], tokens(&[3, 1, 3]), "the primer's first step: one token, sum 3");
}

#[test]
fn every_hypothesis_of_a_beam_has_streams_of_its_own() {
    for selection in [
        Beam::best(6).selection,
        Selection::Best { length_normalization: 0.0, diversity: 1.0 },
        Selection::Drawn { temperature: 1.0 },
    ] {
        let model = Shows::default();
        let task = task_with_streams(8);
        let found = search(&model, &task, &Beam { width: 6, selection }, &mut |_| ()).unwrap();
        assert_eq!(found.len(), 6);
        for hypothesis in &found {
            let piece = [&task.primer[..], &hypothesis.tokens].concat();
            assert!(model.pieces.borrow().contains(&expected(&piece[..10])), "{hypothesis:?}");
        }
    }
}

#[test]
fn streams_that_the_model_does_not_read_are_refused() {
    let greedy = |task| compose(&Shows::default(), task, Strategy::Greedy, &mut |_| ()).unwrap_err();
    let error = greedy(Task { streams: Box::new(NoStreams), ..task_with_streams(4) });
    assert_eq!(error, ComposeError::Streams { n_streams: 0, expected: 2 });
    assert_eq!(error.to_string(), "there are 0 streams beside the tokens; this model reads 2");
    let markov = Markov::memoryless(&[0.25; 5]);
    let error = search(&&markov, &task_with_streams(4), &Beam::best(2), &mut |_| ()).unwrap_err();
    assert_eq!(error, ComposeError::Streams { n_streams: 2, expected: 0 });
}
