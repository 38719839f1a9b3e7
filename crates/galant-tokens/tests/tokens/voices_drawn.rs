use std::ops::RangeInclusive;

use galant_tokens::constraint::{Ending, EndingError, EndingRules, LastBar, TokenFilter, VoiceGrammar};
use galant_tokens::stream::Frame;
use galant_tokens::{Grid, Token, Tokenizer, Vocabulary, VoiceToken, VoicesTokenizer};
use galant_types::{Constraint, PartStep, Scale, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;
use crate::streams::meter;
use crate::voices::tokens_of;

const VOICES: Tokenizer = Tokenizer::Voices(VoicesTokenizer { grid: Grid::SIXTEENTHS, n_parts: None });

fn vocabulary(n_parts: usize) -> Vocabulary {
    let begin = VOICES.parse(&format!("^{n_parts}")).unwrap();
    let tokens = [begin, Token::Voice(VoiceToken::Strike(36)), Token::Voice(VoiceToken::Strike(84))];
    Vocabulary::new(VOICES, [tokens.as_slice()], 0..=0).unwrap()
}

/// Draws tokens that all rules allow, by `choices`, until the piece is complete.
fn drawn(mut rules: Vec<Box<dyn Constraint>>, vocabulary: &Vocabulary, choices: &[prop::sample::Index]) -> Vec<Token> {
    let mut tokens = vec![vocabulary.tokens()[0].clone()];
    rules.iter_mut().for_each(|rule| rule.advance(TokenId(0)));
    for choice in choices.iter().cycle().take(5000) {
        if rules.iter().any(|rule| rule.is_end()) {
            break;
        }
        let mut allowed = vec![true; vocabulary.len()];
        rules.iter().for_each(|rule| rule.restrict(5000, &mut allowed));
        let ids: Vec<TokenId> = (0..).map(TokenId).zip(&allowed).filter(|(_, ok)| **ok).map(|(id, _)| id).collect();
        assert!(!ids.is_empty(), "no token is allowed after {tokens:?}");
        let id = ids[choice.index(ids.len())];
        rules.iter_mut().for_each(|rule| rule.advance(id));
        tokens.push(vocabulary.tokens()[id.index()].clone());
    }
    tokens
}

/// Overlapping ranges of some parts, the highest first.
fn ranges() -> impl Strategy<Value = Vec<RangeInclusive<u8>>> {
    vec(12..20_u8, 1..5).prop_map(|widths| {
        let lowest = |part: usize| 66 - 10 * part as u8;
        widths.iter().enumerate().map(|(part, width)| lowest(part)..=(lowest(part) + width).min(84)).collect()
    })
}

#[test]
fn whatever_is_drawn_ends_on_a_held_chord_of_the_tonic() {
    let keys = prop::option::of((0..12_u8, any::<bool>()));
    let meters = (1..5_u8, 1..4_u8);
    let request = (ranges(), keys, meters, 1..4_u64, any::<bool>(), any::<bool>());
    check((request, vec(any::<prop::sample::Index>(), 300)), |(request, choices)| {
        let (ranges, key, (numerator, log2), n_bars, downbeats, in_key) = request;
        let scale = key.map(|(tonic, minor)| if minor { Scale::minor(tonic) } else { Scale::major(tonic) });
        let vocabulary = vocabulary(ranges.len());
        let frame = Frame::regular(meter(numerator, log2), Grid::SIXTEENTHS, Some(n_bars), None, None);
        let filters: Vec<TokenFilter> =
            scale.filter(|_| in_key).map(|scale| TokenFilter::scale(&vocabulary, scale)).into_iter().collect();
        let last_bar = LastBar::of(&frame, n_bars);
        let rules = EndingRules {
            last_bar,
            downbeats: downbeats.then_some(&frame),
            scale,
            filters: &filters,
            max_notes: None,
            ranges: &ranges,
        };
        let ending = Ending::new(VOICES, &vocabulary, &rules).unwrap();
        ending.check().unwrap();
        let mut all: Vec<Box<dyn Constraint>> = vec![Box::new(ending)];
        all.push(Box::new(VoiceGrammar::new(&vocabulary, &ranges).unwrap()));
        all.extend(filters.into_iter().map(|filter| Box::new(filter) as Box<dyn Constraint>));
        let tokens = drawn(all, &vocabulary, &choices);
        let texture = VOICES.texture(&tokens).unwrap();
        prop_assert_eq!(texture.n_steps() as u64, last_bar.start + last_bar.steps);
        let pitches: Vec<u8> = texture.step(last_bar.start as usize).iter().filter_map(|step| step.pitch()).collect();
        prop_assert!(texture.step(last_bar.start as usize).iter().all(|step| step.is_struck()));
        let held: Vec<PartStep> = pitches.iter().map(|pitch| PartStep::Hold(*pitch)).collect();
        prop_assert!(texture.steps().skip(last_bar.start as usize + 1).all(|step| step == held));
        if let Some(scale) = scale {
            prop_assert_eq!(pitches[pitches.len() - 1] % 12, scale.tonic());
            prop_assert!(pitches.iter().all(|pitch| scale.triad() >> (pitch % 12) & 1 == 1));
            // These ranges leave a tonic below all other parts.
            prop_assert_eq!(pitches.iter().min(), pitches.last(), "{:?}", pitches);
        }
        for step in texture.steps() {
            for (part, range) in step.iter().zip(&ranges) {
                prop_assert!(part.pitch().is_none_or(|pitch| range.contains(&pitch)));
            }
        }
        let bar_lines = (0..n_bars).map(|bar| frame.bar_start(bar) as usize);
        for step in bar_lines.filter(|_| downbeats) {
            prop_assert!(texture.step(step).iter().any(|part| part.is_struck()), "step {}", step);
        }
        Ok(())
    });
}

#[test]
fn parts_that_are_given_come_as_they_are() {
    let given = tokens_of("^3 72 60 48 = = = 74 - = = 62 50 - = =");
    let texture = VOICES.texture(&given).unwrap();
    check((vec(any::<prop::sample::Index>(), 40), 1..3_usize), |(choices, n_given)| {
        let parts = &[0, 2][..n_given];
        let vocabulary = vocabulary(3);
        let grammar = VoiceGrammar::new(&vocabulary, &[]).unwrap().with_given(&texture, parts);
        let tokens = drawn(vec![Box::new(grammar)], &vocabulary, &choices);
        let found = VOICES.texture(&tokens).unwrap();
        for step in 0..found.n_steps() {
            for &part in parts {
                let expected = if step < texture.n_steps() { texture.step(step)[part] } else { PartStep::Rest };
                prop_assert_eq!(found.step(step)[part], expected);
            }
        }
        Ok(())
    });
}

#[test]
fn tokens_are_given_to_a_network_that_is_told_of_them() {
    let vocabulary = vocabulary(2);
    let texture = VOICES.texture(&tokens_of("^2 72 60 = - -")).unwrap();
    let grammar = VoiceGrammar::new(&vocabulary, &[]).unwrap().with_given(&texture, &[0]);
    let given = |mut grammar: VoiceGrammar| {
        let given = |token: &Token| {
            grammar.advance(vocabulary.id(token).unwrap());
            grammar.given().map_or(".".to_owned(), |id| vocabulary.token(id).unwrap().to_string())
        };
        tokens_of("^2 72 60 = - -").iter().map(given).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(given(grammar.clone()), ". . . . . .");
    // What comes after the end is silence.
    assert_eq!(given(grammar.for_a_network_that_is_told()), "72 . = . - .");
}

#[test]
fn what_cannot_end_says_so() {
    let vocabulary = vocabulary(2);
    let last_bar = LastBar { start: 16, beat: 4, steps: 16 };
    let scale = Some("C major".parse().unwrap());
    let rules = |ranges, max_notes| EndingRules { last_bar, downbeats: None, scale, filters: &[], max_notes, ranges };
    // The last part has no C.
    let ranges = [60..=72, 49..=59];
    let refused = |rules: EndingRules<'_>| Ending::new(VOICES, &vocabulary, &rules).unwrap_err();
    assert!(matches!(refused(rules(&ranges, None)), EndingError::NoTonic { .. }));
    assert!(matches!(refused(rules(&[], Some(1))), EndingError::NoTonic { .. }));
    let mut ending = Ending::new(VOICES, &vocabulary, &rules(&[], Some(2))).unwrap();
    let ids = |text: &str| tokens_of(text).iter().map(|token| vocabulary.id(token).unwrap()).collect::<Vec<_>>();
    ids("^2").into_iter().chain(ids("- -").repeat(16)).for_each(|id| ending.advance(id));
    assert_eq!(ending.check(), Ok(()));
    ending.advance(ids("-")[0]);
    assert_eq!(ending.check(), Err(EndingError::Passed { step: 16, last_bar: 16 }));
}
