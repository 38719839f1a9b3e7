//! The rules on the choice of tokens charge for what a tally counts.

use galant_harmony::{Breaches, Enforcement, Enforcements, PartRanges, PartWriting, Rule, Tally, VoiceLeading};
use galant_tokens::{Token, Tokenizer, Vocabulary, VoicesTokenizer};
use galant_types::{Constraint, PartStep, Scale, Texture, TokenId};
use proptest::prelude::*;

use crate::texture;

/// Voices of `n_parts` from A3 to E5.
fn vocabulary(n_parts: usize) -> Vocabulary {
    let texts = [format!("^{n_parts}"), "=".to_owned(), "-".to_owned()];
    let texts = texts.into_iter().chain((57..=76).map(|pitch: u8| pitch.to_string()));
    let tokenizer = Tokenizer::Voices(VoicesTokenizer::default());
    Vocabulary::from_tokens(texts.map(|text| tokenizer.parse(&text).unwrap()).collect()).unwrap()
}

fn ids(vocabulary: &Vocabulary, texture: &Texture) -> Vec<TokenId> {
    let tokens: Vec<Token> = VoicesTokenizer::tokens(texture).into_iter().map(Token::Voice).collect();
    vocabulary.ids(&tokens).ids
}

/// Penalties whose sums say how often each rule is broken, up to three times.
fn penalties() -> Enforcements {
    let mut rules = Enforcements::default();
    for (rule, exponent) in Rule::ALL.into_iter().zip(0..) {
        rules.set(rule, Enforcement::Penalty { nats: 2_f32.powi(exponent) }).unwrap();
    }
    rules
}

fn leading(n_parts: usize) -> VoiceLeading {
    VoiceLeading::new(PartRanges::new(&vec![58..=75; n_parts]), Some(Scale::minor(2)))
}

/// What the constraint charges for each token of a piece.
fn charges(constraint: &mut PartWriting, ids: &[TokenId], vocab_size: usize) -> Vec<f32> {
    let charge = |id: &TokenId| {
        let mut logits = vec![0.0; vocab_size];
        constraint.charge(&mut logits);
        constraint.advance(*id);
        -logits[id.index()]
    };
    ids.iter().map(charge).collect()
}

/// What parts break, those in `given` known at the beginning of each step: by these, and by the others.
fn breaches(texture: &Texture, given: &[usize]) -> (Breaches, Breaches) {
    let mut parts = leading(texture.n_parts());
    let (mut by_given, mut by_others) = (Breaches::default(), Breaches::default());
    for step in texture.steps() {
        given.iter().for_each(|&part| by_given += parts.push(part, step[part]));
        let others = (0..step.len()).filter(|part| !given.contains(part));
        others.for_each(|part| by_others += parts.push(part, step[part]));
    }
    (by_given, by_others)
}

/// Textures of up to four parts, and which parts are given.
fn pieces() -> impl Strategy<Value = (Texture, Vec<usize>)> {
    let does = (0..8_u8, 57..=76_u8);
    (2..=4_usize, prop::collection::vec(does, 4..160), 0..16_u8).prop_map(|(n_parts, does, given)| {
        let n_steps = does.len() / n_parts;
        let mut part_steps: Vec<PartStep> = Vec::new();
        for (at, (kind, pitch)) in does.into_iter().take(n_steps * n_parts).enumerate() {
            let before = at.checked_sub(n_parts).and_then(|before| part_steps[before].pitch());
            part_steps.push(match (kind, before) {
                (0, _) => PartStep::Rest,
                (1..4, Some(pitch)) => PartStep::Hold(pitch),
                _ => PartStep::Strike(pitch),
            });
        }
        let given = (0..n_parts).filter(|part| given >> part & 1 == 1).collect();
        (Texture::new(n_parts, part_steps), given)
    })
}

proptest! {
    #[test]
    fn what_is_charged_is_what_a_tally_counts((texture, given) in pieces()) {
        let vocabulary = vocabulary(texture.n_parts());
        let ids = ids(&vocabulary, &texture);
        let constraint = PartWriting::new(&vocabulary, penalties(), leading(texture.n_parts())).unwrap();
        let mut constraint = constraint.with_given(&texture, &given);
        let charged: f32 = charges(&mut constraint, &ids, vocabulary.len()).iter().sum();

        let (by_given, by_others) = breaches(&texture, &given);
        prop_assert_eq!(penalties().cost(&by_others), Some(charged));
        let mut tally = Tally::default();
        tally.add(&texture, leading(texture.n_parts()));
        let mut all = by_given;
        all += by_others;
        prop_assert_eq!(tally.breaches(), all);
    }

    #[test]
    fn a_veto_leaves_what_breaks_no_rule_and_always_something((texture, given) in pieces(), allowed: u32) {
        let vocabulary = vocabulary(texture.n_parts());
        let mut rules = Enforcements::default();
        Rule::ALL.iter().for_each(|&rule| rules.set(rule, Enforcement::Veto).unwrap());
        let constraint = PartWriting::new(&vocabulary, rules, leading(texture.n_parts())).unwrap();
        let mut constraint = constraint.with_given(&texture, &given);
        let before: Vec<bool> = (0..vocabulary.len()).map(|token| allowed >> token & 1 == 1).collect();
        for id in ids(&vocabulary, &texture) {
            let (mut left, mut logits) = (before.clone(), vec![0.0_f32; vocabulary.len()]);
            constraint.restrict(9, &mut left);
            constraint.charge(&mut logits);
            let is_free: Vec<bool> = logits.iter().zip(&before).map(|(&logit, &before)| before && logit == 0.0).collect();
            prop_assert_eq!(&left, if is_free.contains(&true) { &is_free } else { &before });
            constraint.advance(id);
        }
    }
}

#[test]
fn a_part_avoids_parallels_with_a_part_that_is_given_below_it() {
    // The lower part goes up a tone; a fifth above it was G4.
    let texture = texture(&[&[67, 60], &[69, 62]]);
    let vocabulary = vocabulary(2);
    let mut rules = Enforcements::default();
    rules.set(Rule::ParallelFifths, Enforcement::Veto).unwrap();
    let parts = VoiceLeading::new(PartRanges::unlimited(2), None);
    let mut constraint = PartWriting::new(&vocabulary, rules, parts).unwrap().with_given(&texture, &[1]);
    let ids = ids(&vocabulary, &texture);
    ids[..3].iter().for_each(|id| constraint.advance(*id));
    let mut allowed = vec![true; vocabulary.len()];
    constraint.restrict(9, &mut allowed);
    let forbidden: Vec<String> = vocabulary
        .tokens()
        .iter()
        .zip(&allowed)
        .filter(|(_, allowed)| !**allowed)
        .map(|(token, _)| token.to_string())
        .collect();
    assert_eq!(forbidden, ["69"]);
    // What is vetoed costs more than any network would pay, where it is all that is left.
    let mut logits = vec![0.0; vocabulary.len()];
    constraint.charge(&mut logits);
    assert_eq!(logits[ids[3].index()], -Enforcement::VETO_NATS);
    // A part that is given is not judged.
    constraint.advance(ids[3]);
    logits.fill(0.0);
    constraint.charge(&mut logits);
    assert!(logits.iter().all(|logit| *logit == 0.0));
}
