//! Every rule counted over a whole texture from its definition, and the order in which parts become known.

use galant_harmony::{Breaches, ChordLabel, ChordQuality, PartRanges, Rule, Tally, VoiceLeading};
use galant_types::{PartStep, Scale, Texture};
use proptest::prelude::*;

/// A few pitches near each other, so that rules are broken often.
fn textures() -> impl Strategy<Value = Texture> {
    (1..=5_usize, 1..=24_usize).prop_flat_map(|(n_parts, n_steps)| {
        let part_step = (0..n_parts).prop_flat_map(move |part| {
            let lowest = 60 - 5 * part as u8;
            (0..6_u8, lowest..lowest + 22)
        });
        prop::collection::vec(part_step, n_parts * n_steps).prop_map(move |drawn| {
            let mut before: Vec<Option<u8>> = vec![None; n_parts];
            let part_steps = drawn.chunks(n_parts).flat_map(|step| {
                let next: Vec<PartStep> = step
                    .iter()
                    .zip(&before)
                    .map(|(&(kind, pitch), before)| match (kind, before) {
                        (0, _) => PartStep::Rest,
                        (1, Some(pitch)) => PartStep::Hold(*pitch),
                        _ => PartStep::Strike(pitch),
                    })
                    .collect();
                before = next.iter().map(|step| step.pitch()).collect();
                next
            });
            Texture::new(n_parts, part_steps.collect())
        })
    })
}

fn ranges(n_parts: usize) -> PartRanges {
    PartRanges::new(&(0..n_parts as u8).map(|part| 62 - 5 * part..=78 - 5 * part).collect::<Vec<_>>())
}

/// How often `texture` breaks a rule.
fn count(rule: Rule, texture: &Texture, key: Scale) -> u32 {
    let pitch = |step: usize, part: usize| texture.step(step)[part].pitch().map(i32::from);
    let struck = |step: usize, part: usize| texture.step(step)[part].is_struck();
    let n = texture.n_parts();
    let moves = |step: usize, part: usize| {
        let (before, now) = (pitch(step.checked_sub(1)?, part)?, pitch(step, part)?);
        (struck(step, part) && before != now).then_some(now - before)
    };
    let is = |pitches: (Option<i32>, Option<i32>), classes: &[i32]| match pitches {
        (Some(upper), Some(lower)) => classes.contains(&((upper - lower).abs() % 12)),
        _ => false,
    };
    let label = |step: usize| ChordLabel::of_pitches(texture.step(step).iter().filter_map(|part| part.pitch()));
    let degree = |label: ChordLabel| (label.root() + 12 - key.tonic()) % 12;
    let of_pair = |step: usize, upper: usize, lower: usize| -> bool {
        let now = (pitch(step, upper), pitch(step, lower));
        let before = step.checked_sub(1).map_or((None, None), |step| (pitch(step, upper), pitch(step, lower)));
        let both = moves(step, upper).zip(moves(step, lower));
        let similar = both.is_some_and(|(up, low)| (up > 0) == (low > 0));
        let contrary = both.is_some() && !similar;
        let changes_class = both.is_some_and(|(up, low)| up % 12 != 0 || low % 12 != 0);
        let order = |(upper, lower): (Option<i32>, Option<i32>)| upper.cmp(&lower);
        let fifths = is(before, &[7]) && is(now, &[7]) && order(before) == order(now) && changes_class;
        let octaves = is(before, &[0]) && is(now, &[0]) && changes_class;
        let neighbors = lower == upper + 1 && now.0.is_some() && now.1.is_some();
        let begins = struck(step, upper) || struck(step, lower);
        let crossed = |(upper, lower): (Option<i32>, Option<i32>)| upper.is_some() && lower.is_some() && upper < lower;
        let hidden = |class: i32| {
            (upper, lower) == (0, n - 1)
                && similar
                && is(now, &[class])
                && !is(before, &[class])
                && moves(step, upper).is_some_and(|semitones| semitones.abs() > 2)
        };
        match rule {
            Rule::ParallelFifths => fifths && similar,
            Rule::ParallelOctaves => octaves && similar,
            Rule::ContraryPerfects => (fifths || octaves) && contrary,
            Rule::HiddenFifths => hidden(7),
            Rule::HiddenOctaves => hidden(0),
            Rule::Crossing => neighbors && begins && crossed(now),
            Rule::Overlap => {
                let above = moves(step, lower).is_some() && now.1 > before.0;
                let below = moves(step, upper).is_some() && now.0 < before.1;
                neighbors
                    && before.0.is_some()
                    && before.1.is_some()
                    && !crossed(now)
                    && !crossed(before)
                    && (above || below)
            }
            Rule::Spacing => neighbors && begins && lower < n - 1 && now.0.unwrap() - now.1.unwrap() > 12,
            _ => false,
        }
    };
    let of_part = |step: usize, part: usize| -> bool {
        let size = moves(step, part).map_or(0, i32::abs);
        let degrees =
            || [pitch(step - 1, part), pitch(step, part)].map(|p| (p.unwrap() - i32::from(key.tonic())).rem_euclid(12));
        match rule {
            Rule::Range => struck(step, part) && !ranges(n).of(part).contains(&(pitch(step, part).unwrap() as u8)),
            Rule::WideLeap => size > 12,
            Rule::DissonantLeap => [6, 10, 11].contains(&size),
            Rule::AugmentedSecond => size == 3 && degrees().contains(&8) && degrees().contains(&11),
            Rule::LeadingNote => {
                let chords = (0..step).rev().filter(|&step| (0..n).any(|part| struck(step, part)));
                let before = chords.filter_map(label).next();
                let dominant = before.is_some_and(|label| match label.quality() {
                    ChordQuality::Major | ChordQuality::DominantSeventh => degree(label) == 7,
                    ChordQuality::Diminished | ChordQuality::HalfDiminishedSeventh => degree(label) == 11,
                    ChordQuality::DiminishedSeventh => [2, 5, 8, 11].contains(&degree(label)),
                    _ => false,
                });
                let tonic = label(step).is_some_and(|label| {
                    degree(label) == 0 && [ChordQuality::Major, ChordQuality::Minor].contains(&label.quality())
                });
                let leaves = moves(step, part).filter(|_| degrees()[0] == 11);
                let inner = part != 0 && part != n - 1;
                dominant && tonic && leaves.is_some_and(|semitones| semitones != 1 && !(inner && semitones == -4))
            }
            _ => false,
        }
    };
    let steps = 0..texture.n_steps();
    let pairs = |step| (0..n).flat_map(move |upper| (upper + 1..n).map(move |lower| (step, upper, lower)));
    let in_pairs = steps.clone().flat_map(pairs).filter(|&(step, upper, lower)| of_pair(step, upper, lower)).count();
    let in_parts = steps.flat_map(|step| (0..n).map(move |part| (step, part)));
    (in_pairs + in_parts.filter(|&(step, part)| of_part(step, part)).count()) as u32
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_tally_is_what_each_rule_counts_over_the_whole_texture(
        texture in textures(), tonic in 0..12_u8, is_minor in any::<bool>(),
    ) {
        let key = if is_minor { Scale::minor(tonic) } else { Scale::major(tonic) };
        let mut tally = Tally::default();
        tally.add(&texture, VoiceLeading::new(ranges(texture.n_parts()), Some(key)));
        for rule in Rule::ALL {
            prop_assert_eq!(tally.breaches().of(rule), count(rule, &texture, key), "{}", rule);
        }
        let chords = texture.steps().filter(|step| step.iter().any(|part| part.is_struck())).count();
        prop_assert_eq!(tally.n_chords(), chords as u64);
    }

    #[test]
    fn breaches_do_not_depend_on_which_parts_are_given(
        (texture, orders) in textures().prop_flat_map(|texture| {
            let orders = vec![Just((0..texture.n_parts()).collect::<Vec<_>>()).prop_shuffle(); texture.n_steps()];
            (Just(texture), orders)
        }),
    ) {
        let start = VoiceLeading::new(ranges(texture.n_parts()), Some(Scale::minor(0)));
        let mut tally = Tally::default();
        tally.add(&texture, start.clone());
        let mut parts = start;
        let mut sum = Breaches::default();
        for (step, order) in texture.steps().zip(orders) {
            for part in order {
                let asked = parts.breaches(part, step[part]);
                let told = parts.push(part, step[part]);
                prop_assert_eq!(asked, told);
                sum += told;
            }
        }
        prop_assert_eq!(sum, tally.breaches());
    }
}

/// Leading notes are rare in random notes, so they are drawn from few chords.
#[test]
fn leading_notes_are_counted_from_scratch_too() {
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut n_breaches = 0;
    for _ in 0..200 {
        let mut part_steps = Vec::new();
        for _ in 0..30 {
            let classes: &[u8] =
                [[7, 11, 2].as_slice(), &[0, 4, 7], &[0, 3, 7], &[11, 2, 5], &[7, 11, 1]][draw(5) as usize];
            for octave in [72, 60, 60, 48] {
                part_steps.push(PartStep::Strike(octave + classes[draw(classes.len() as u64) as usize]));
            }
        }
        let texture = Texture::new(4, part_steps);
        let mut tally = Tally::default();
        tally.add(&texture, VoiceLeading::new(ranges(4), Some(Scale::minor(0))));
        let counted = count(Rule::LeadingNote, &texture, Scale::minor(0));
        assert_eq!(tally.breaches().of(Rule::LeadingNote), counted);
        n_breaches += counted;
    }
    assert!(n_breaches > 100, "{n_breaches}");
}
