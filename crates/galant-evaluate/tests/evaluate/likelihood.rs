//! What tokens cost a model whose probabilities are known.

use galant_evaluate::{Likelihood, PieceTokens, ReadError, surprises};
use galant_model::StepModel;
use galant_testkit::{Tolerance, assert_close};
use galant_tokens::{Token, Vocabulary};

use crate::{Table, Uniform, rhythm};

const F32: Tolerance = Tolerance { absolute: 1e-6, relative: 1e-6 };

fn parse(texts: &[&str]) -> Vec<Token> {
    texts.iter().map(|text| rhythm().parse(text).unwrap()).collect()
}

/// Token 0 is a note, token 1 a chord of two, token 2 a rest.
fn vocabulary() -> Vocabulary {
    Vocabulary::from_tokens(parse(&["60+6>6", "64.67+6>6", ">12"])).unwrap()
}

fn measure<M: StepModel>(model: &M, tokens: &[Token], n_context: usize) -> Result<Likelihood, ReadError<M::Error>> {
    Likelihood::measure(model, &PieceTokens::new(rhythm(), &vocabulary(), tokens.to_vec()), n_context)
}

fn model() -> Table {
    Table(vec![vec![0.5, 0.25, 0.25], vec![0.1, 0.1, 0.8], vec![0.3, 0.6, 0.1]])
}

#[test]
fn a_token_costs_its_surprise() {
    // After 0 comes 1 (1/4), then 2 (0.8), then 0 (0.3), then 0 (0.5).
    let tokens = parse(&["60+6>6", "64.67+6>6", ">12", "60+6>6", "60+6>6"]);
    let likelihood = measure(&model(), &tokens, 0).unwrap();
    let nats = -(0.25_f64 * 0.8 * 0.3 * 0.5).ln();
    assert_close("nats", &[likelihood.loss.nats], &[nats], F32);
    assert_eq!(likelihood.loss.n_tokens, 4);
    // Two, none, one and one.
    assert_eq!(likelihood.n_notes, 4);
    // 2 after 1, and 0 after 0, were the likeliest.
    assert_eq!((likelihood.n_correct, likelihood.n_unknown), (2, 0));
    assert_close("nats per token", &[likelihood.nats_per_token().unwrap()], &[nats / 4.0], F32);
    assert_close("nats per note", &[likelihood.nats_per_note().unwrap()], &[nats / 4.0], F32);
    assert_close("perplexity", &[likelihood.perplexity().unwrap()], &[(nats / 4.0).exp()], F32);
    assert_eq!(likelihood.accuracy(), Some(0.5));

    let ids = vocabulary().ids(&tokens).ids;
    let each = surprises(&model(), &ids, &[]).unwrap();
    assert_close("each", &each, &[0.0, 4.0_f64.ln(), -0.8_f64.ln(), -0.3_f64.ln(), 2.0_f64.ln()], F32);
}

#[test]
fn a_context_is_read_but_not_counted() {
    let tokens = parse(&["60+6>6", "64.67+6>6", ">12", "60+6>6", "60+6>6"]);
    let after = |n_context| measure(&model(), &tokens, n_context).unwrap();
    // The first token is never counted, and its time only if all of the piece is measured.
    let first_nats = after(0).first_nats;
    assert_eq!(after(1), Likelihood { n_quarters: 3.0, first_nats: 0.0, ..after(0) });
    // By chance, one of three tokens.
    assert_eq!(first_nats, 3.0_f64.ln());
    // Half a quarter note twice, a whole one, a half, and one for the last onset.
    assert_eq!([0, 2, 3, 4].map(|n_context| after(n_context).n_quarters), [3.5, 2.5, 1.5, 1.0]);
    assert_close("after 3", &[after(3).loss.nats], &[-(0.3_f64 * 0.5).ln()], F32);
    assert_eq!(after(3).loss.n_tokens, 2);
    assert_eq!(after(5), Likelihood::default());
    assert_eq!(after(50), Likelihood::default());
}

#[test]
fn unknown_tokens_are_read_as_the_nearest_and_not_counted() {
    // It has one note more than 64.67.
    let tokens = parse(&["60+6>6", "64.67.71+6>6", ">12"]);
    let likelihood = measure(&model(), &tokens, 0).unwrap();
    assert_close("nats", &[likelihood.loss.nats], &[-0.8_f64.ln()], F32);
    assert_eq!((likelihood.loss.n_tokens, likelihood.n_unknown, likelihood.n_notes), (1, 1, 0));
    // One of three tokens, three pitches of MIDI, and a length and a time of 1 to 48 steps.
    let unknown = 3.0_f64.ln() + 3.0 * 128.0_f64.ln() + 2.0 * 48.0_f64.ln();
    assert_close("unknown", &[likelihood.unknown_loss.nats], &[unknown], F32);
    assert_eq!((likelihood.unknown_loss.n_tokens, likelihood.n_unknown_notes), (1, 3));
    let all = unknown - 0.8_f64.ln();
    assert_close("per note", &[likelihood.nats_per_note_of_all().unwrap()], &[all / 3.0], F32);
    // The last onset is half a quarter note after the first.
    assert_close("per quarter note", &[likelihood.nats_per_quarter().unwrap()], &[all / 1.5], F32);
    // Nothing predicts the first token, whether it is known or not.
    let first = measure(&model(), &parse(&["59+6>6", ">12"]), 0).unwrap();
    assert_eq!((first.n_unknown, first.unknown_loss.n_tokens, first.n_unknown_notes), (1, 0, 0));
    let context = measure(&model(), &tokens, 2).unwrap();
    assert_eq!(context.n_unknown, 0);
}

#[test]
fn knowing_nothing_costs_the_logarithm_of_the_vocabulary() {
    let tokens = parse(&["60+6>6", ">12", "64.67+6>6"]);
    let likelihood = measure(&Uniform(3), &tokens, 0).unwrap();
    assert_close("nats per token", &[likelihood.nats_per_token().unwrap()], &[3.0_f64.ln()], F32);
    assert_close("perplexity", &[likelihood.perplexity().unwrap()], &[3.0], F32);
    assert_eq!(measure(&Uniform(3), &[], 0), Ok(Likelihood::default()));
}
