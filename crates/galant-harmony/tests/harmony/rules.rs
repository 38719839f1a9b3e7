use galant_harmony::{Breaches, Enforcement, Enforcements, PartRanges, Rule, Tally, VoiceLeading};
use galant_types::PartStep::{Hold, Rest, Strike};
use galant_types::{Scale, Texture};

use crate::texture;

fn names(breaches: Breaches) -> String {
    let named = |rule: Rule| vec![rule.name(); breaches.of(rule) as usize];
    Rule::ALL.into_iter().flat_map(named).collect::<Vec<_>>().join(" ")
}

/// What breaks which rules in C, where parts may go anywhere.
#[track_caller]
fn check(steps: &[&[i64]], expected: &str) {
    check_in(Some(Scale::minor(0)), steps, expected);
}

#[track_caller]
fn check_in(key: Option<Scale>, steps: &[&[i64]], expected: &str) {
    let texture = texture(steps);
    let mut tally = Tally::default();
    tally.add(&texture, VoiceLeading::new(PartRanges::unlimited(texture.n_parts()), key));
    assert_eq!(names(tally.breaches()), expected, "{steps:?}");
}

#[test]
fn parallels_are_between_any_two_parts_that_move_together() {
    check(&[&[67, 60], &[69, 62]], "parallel-fifths");
    check(&[&[79, 60], &[81, 62]], "parallel-fifths");
    // To a twelfth, and from a fifth below, as the parts are crossed.
    check(&[&[67, 60], &[81, 62]], "parallel-fifths wide-leap");
    check(&[&[60, 67], &[62, 69]], "parallel-fifths crossing crossing");
    // Diminished before or after.
    check(&[&[66, 60], &[67, 60 - 2]], "");
    check(&[&[69, 62], &[70, 64]], "");
    // Fourths.
    check(&[&[65, 60], &[67, 62]], "");
    check(&[&[72, 60], &[74, 62]], "parallel-octaves");
    check(&[&[60, 60], &[62, 62]], "parallel-octaves overlap");
    check(&[&[60, 60], &[74, 62]], "parallel-octaves overlap wide-leap");
    // Inner parts too, and each pair for itself.
    check(&[&[76, 67, 60, 48], &[76, 69, 62, 48]], "parallel-fifths");
    check(&[&[79, 67, 60], &[81, 69, 62]], "parallel-fifths parallel-fifths parallel-octaves");
}

#[test]
fn a_pair_that_does_not_move_together_makes_no_parallels() {
    // One part holds, both repeat, or both leap an octave.
    check(&[&[67, 60], &[67, 60]], "");
    check(&[&[67, 60], &[69, 60]], "");
    check(&[&[67, 60], &[79, 72]], "overlap");
    check(&[&[72, 60], &[84, 72]], "");
    // A step apart, or after a rest.
    check(&[&[67, 60], &[69, 60], &[69, 62]], "");
    check(&[&[67, 60], &[-1, -1], &[69, 62]], "");
    check(&[&[67, 60], &[67, -1], &[69, 62]], "");
    // A note begun again does not move.
    let repeated = Texture::new(2, vec![Strike(67), Strike(60), Strike(67), Strike(60)]);
    let mut tally = Tally::default();
    tally.add(&repeated, VoiceLeading::new(PartRanges::unlimited(2), None));
    assert!(tally.breaches().is_none());
}

#[test]
fn perfect_intervals_by_contrary_motion_are_a_rule_of_their_own() {
    check(&[&[67, 60], &[72, 53]], "contrary-perfects");
    check(&[&[60, 60], &[65, 53]], "contrary-perfects");
    // A unison and its octave are one note, and a fifth whose notes are exchanged stays the same.
    check(&[&[60, 60], &[60, 48]], "");
    check(&[&[67, 60], &[60, 67]], "crossing");
}

#[test]
fn hidden_fifths_and_octaves_are_those_of_outer_parts_whose_upper_one_leaps() {
    check(&[&[64, 60], &[69, 62]], "hidden-fifths");
    check(&[&[65, 55], &[72, 60]], "hidden-octaves");
    check(&[&[64, 53], &[67, 60]], "hidden-fifths");
    // By a step, in contrary motion, or with an inner part.
    check(&[&[71, 55], &[72, 60]], "");
    check(&[&[64, 60], &[67, 48]], "");
    check(&[&[76, 64, 55], &[76, 69, 62]], "");
}

#[test]
fn crossing_and_overlap_are_of_neighbors() {
    check(&[&[60, 64]], "crossing");
    check(&[&[60, 60]], "");
    // Once for each note begun; a part that enters beside a sounding one counts too.
    check(&[&[60, 64], &[60, 64], &[60, 65]], "crossing crossing");
    check(&[&[60, -1], &[60, 64]], "crossing");
    check(&[&[60, 67, 64], &[60, 67, 64]], "crossing");
    check(&[&[64, 60], &[69, 65]], "overlap");
    check(&[&[69, 65], &[64, 60]], "overlap");
    check(&[&[64, 60], &[68, 64]], "");
    // Past the note that it holds is a crossing.
    check(&[&[64, 60], &[64, 65]], "crossing");
    // Coming out of a crossing is none.
    check(&[&[60, 64], &[62, 57]], "crossing");
}

#[test]
fn spacing_leaves_out_the_lowest_part() {
    check(&[&[76, 60, 40]], "spacing");
    check(&[&[72, 60, 40]], "");
    check(&[&[76, 60]], "");
    check(&[&[76, 60, 40], &[76, 60, 43]], "spacing");
    check(&[&[76, 60, 40], &[76, 62, 43]], "spacing spacing");
}

#[test]
fn leaps_are_judged_by_their_size() {
    let leaps = [(5, ""), (6, "dissonant-leap"), (7, ""), (9, ""), (10, "dissonant-leap"), (11, "dissonant-leap")];
    for (semitones, expected) in leaps.into_iter().chain([(12, ""), (13, "wide-leap"), (18, "wide-leap")]) {
        check(&[&[60], &[60 + semitones]], expected);
        check(&[&[60], &[60 - semitones]], expected);
    }
    check(&[&[60], &[-1], &[80]], "");
}

#[test]
fn an_augmented_second_is_between_the_sixth_degree_and_the_leading_note() {
    check(&[&[68], &[71]], "augmented-second");
    check(&[&[71], &[68]], "augmented-second");
    check(&[&[71], &[74]], "");
    check(&[&[60], &[63]], "");
    check_in(Some(Scale::minor(2)), &[&[70], &[73]], "augmented-second");
    check_in(None, &[&[68], &[71]], "");
}

#[test]
fn a_leading_note_rises_when_the_tonic_comes() {
    let resolved = [[74, 71, 55].as_slice(), &[72, 72, 60]];
    check(&resolved, "");
    // In an outer part it must, in an inner part it may fall to the fifth.
    check(&[&[71, 67, 55], &[67, 64, 60]], "leading-note");
    check(&[&[74, 71, 55], &[72, 67, 60]], "");
    check(&[&[79, 71, 55], &[79, 76, 60]], "leading-note");
    // Chords on the leading note, diminished sevenths by any root.
    check(&[&[71, 62, 56, 53], &[67, 63, 60, 51]], "leading-note");
    check(&[&[71, 65, 62, 50], &[67, 64, 60, 52]], "leading-note");
    // A chord without a name in between changes nothing, another chord does.
    check(&[&[71, 67, 55], &[71, 67, 60], &[67, 64, 60]], "leading-note");
    check(&[&[71, 67, 55], &[71, 67, 52], &[67, 60, 52]], "");
    // Nor is it a chord that a rest makes, in which no note begins.
    check(&[&[71, 67, 62, 52], &[71, 67, 62, -1], &[67, 64, 60, 48]], "");
    // To a chord that is not the tonic's, and in another key.
    check(&[&[71, 67, 55], &[69, 65, 60]], "");
    check_in(Some(Scale::major(7)), &[&[71, 67, 55], &[67, 64, 60]], "");
    check_in(None, &[&[71, 67, 55], &[67, 64, 60]], "");
}

#[test]
fn ranges_are_a_choirs_or_what_a_corpus_uses() {
    let choir = VoiceLeading::new(PartRanges::choir(), None);
    assert!(choir.breaches(0, Strike(81)).is_none());
    assert_eq!(names(choir.breaches(0, Strike(82))), "range");
    assert_eq!(names(choir.breaches(3, Strike(39))), "range");
    assert!(choir.breaches(3, Hold(39)).is_none());
    let pieces = [texture(&[&[70, -1, 50], &[65, -1, 52]]), texture(&[&[66, -1, 40]]), texture(&[&[90, 30]])];
    let ranges = PartRanges::of_textures(3, &pieces);
    assert_eq!([0, 1, 2].map(|part| ranges.of(part)), [65..=70, 0..=255, 40..=52]);
}

#[test]
fn parts_that_are_given_are_judged_with_those_that_are_chosen() {
    let mut parts = VoiceLeading::new(PartRanges::unlimited(3), None);
    for (part, pitch) in [(0, 76), (1, 67), (2, 48)] {
        parts.push(part, Strike(pitch));
    }
    // The bass is given, so the upper part that goes parallel to it is known at once.
    assert!(parts.push(2, Strike(50)).is_none());
    assert_eq!(parts.known(2), Some(Strike(50)));
    assert_eq!(names(parts.breaches(1, Strike(69))), "parallel-fifths");
    assert!(parts.push(1, Hold(67)).is_none());
    assert_eq!(parts.known(0), None);
    assert_eq!(names(parts.push(0, Strike(66))), "crossing dissonant-leap");
    // The next step has begun.
    assert_eq!([0, 1, 2].map(|part| parts.known(part)), [None; 3]);
    assert!(parts.push(1, Rest).is_none());
}

#[test]
#[should_panic(expected = "part 1 is known in this step")]
fn a_part_is_told_once_a_step() {
    let mut parts = VoiceLeading::new(PartRanges::unlimited(2), None);
    parts.push(1, Rest);
    parts.push(1, Rest);
}

#[test]
fn each_rule_is_off_a_penalty_or_a_veto() {
    let mut parts = VoiceLeading::new(PartRanges::choir(), None);
    parts.push(0, Strike(67));
    let crossed_and_low = parts.breaches(1, Strike(80));
    assert_eq!(names(crossed_and_low), "crossing range");

    let mut rules = Enforcements::default();
    assert!(rules.are_off());
    assert_eq!(rules.cost(&crossed_and_low), Some(0.0));
    rules.set(Rule::Crossing, Enforcement::Penalty { nats: 0.5 }).unwrap();
    rules.set(Rule::Range, Enforcement::Penalty { nats: 2.0 }).unwrap();
    rules.set(Rule::Overlap, Enforcement::Veto).unwrap();
    assert_eq!(rules.cost(&crossed_and_low), Some(2.5));
    rules.set(Rule::Crossing, Enforcement::Veto).unwrap();
    assert_eq!(rules.cost(&crossed_and_low), None);
    assert!(!rules.are_off());

    // Each breach costs.
    let mut parts = VoiceLeading::new(PartRanges::unlimited(4), None);
    parts.push(0, Strike(81));
    parts.push(2, Strike(50));
    rules.set(Rule::Spacing, Enforcement::Penalty { nats: 1.5 }).unwrap();
    assert_eq!(rules.cost(&parts.breaches(1, Strike(66))), Some(3.0));

    for nats in [-1.0, f32::NAN, f32::INFINITY] {
        let message = rules.set(Rule::Range, Enforcement::Penalty { nats }).unwrap_err().to_string();
        assert_eq!(message, format!("the penalty for range is {nats} nats; it must be finite and at least 0"));
    }
    assert_eq!(rules.of(Rule::Range), Enforcement::Penalty { nats: 2.0 });
}

#[test]
fn rules_are_parsed_by_name() {
    assert!(Rule::ALL.iter().all(|rule| rule.to_string().parse() == Ok(*rule)));
    let message = "fifths".parse::<Rule>().unwrap_err().to_string();
    assert!(
        message.starts_with("'fifths' is not a rule of part-writing; the rules are parallel-fifths, "),
        "{message}"
    );
}
