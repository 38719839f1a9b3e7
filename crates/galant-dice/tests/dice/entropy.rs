use galant_dice::{
    BarNote, Hand, Repeats, Throws, TokenEntropyError, bar_entropy, chord_tokens, position_nats, sum_entropy, sum_nats,
    token_entropy,
};
use galant_testkit::{Tolerance, assert_close};
use galant_types::{Chord, Seed};

#[test]
fn entropy_of_the_bars_is_fourteen_throws_and_the_last_bar() {
    // Positions 1 to 7 and 9 to 15 have eleven different bars, position 8 one, position 16 one for 2 of 36 throws.
    let ln = |x: f64| x.ln();
    let one_throw =
        ln(36.0) - (2.0 * (2.0 * ln(2.0) + 3.0 * ln(3.0) + 4.0 * ln(4.0) + 5.0 * ln(5.0)) + 6.0 * ln(6.0)) / 36.0;
    let last = -ln(1.0 / 18.0) / 18.0 - 17.0 / 18.0 * ln(17.0 / 18.0);
    let tight = Tolerance { absolute: 1e-11, relative: 0.0 };
    assert_close("nats per waltz", &[bar_entropy()], &[14.0 * one_throw + last], tight);
    assert_close("nats per waltz", &[bar_entropy()], &[31.989_553_572_428], tight);
}

#[test]
fn entropy_of_the_chord_tokens_is_a_little_less_than_that_of_the_bars() {
    // Figures of a separate calculation, from another copy of the tables in another language.
    let tokens = token_entropy(chord_tokens, Repeats::Straight).unwrap();
    let tolerance = Tolerance { absolute: 1e-8, relative: 0.0 };
    assert_close("nats per waltz", &[tokens.nats_per_waltz], &[31.936_510_725], tolerance);
    assert_close("tokens per waltz", &[tokens.tokens_per_waltz], &[78.0 + 17.0 / 36.0], tolerance);
    assert_eq!(tokens.n_different, 122);
    // At positions 2, 4, 5, 9 and 11; no bar that may follow begins with the rest of the longer one.
    assert_eq!(tokens.n_prefixes, 5);
}

#[test]
fn tokens_that_keep_every_note_have_the_entropy_of_the_bars() {
    // One token per bar is prefix-free by itself.
    let tokens = token_entropy(|notes| vec![notes.to_vec()], Repeats::Straight).unwrap();
    let tight = Tolerance { absolute: 1e-12, relative: 0.0 };
    assert_close("nats per waltz", &[tokens.nats_per_waltz], &[bar_entropy()], tight);
    assert_close("tokens per waltz", &[tokens.tokens_per_waltz], &[16.0], tight);
    assert_eq!(tokens.n_different, 137 + 1 - 1, "all bars but the first ending, and the second");
}

#[test]
fn tokens_that_are_not_uniquely_decodable_are_refused() {
    let error = token_entropy(|notes| vec![(); chord_tokens(notes).len()], Repeats::Straight).unwrap_err();
    assert!(matches!(error, TokenEntropyError::Ambiguous { bar: 1 }), "{error}");
}

#[test]
fn chords_join_the_hands_and_forget_lengths() {
    let note = |onset_16, hand, pitch, length_16| BarNote { onset_16, hand, pitch, length_16 };
    let notes = [
        note(0, Hand::Treble, 72, 2),
        note(0, Hand::Bass, 48, 4),
        note(0, Hand::Bass, 72, 4),
        note(2, Hand::Treble, 76, 1),
    ];
    let chords: Vec<String> = chord_tokens(&notes).iter().map(Chord::to_string).collect();
    assert_eq!(chords, ["48.72", "76"]);
}

#[test]
fn entropy_of_the_sums_is_sixteen_times_that_of_one_throw() {
    // All 36 ways that two dice fall, counted one by one.
    let mut ways = [0.0; 13];
    (1..=6).for_each(|first| (1..=6).for_each(|second| ways[first + second] += 1.0_f64));
    let one_throw: f64 = ways[2..].iter().map(|ways| -ways / 36.0 * (ways / 36.0).ln()).sum();
    let tight = Tolerance { absolute: 1e-11, relative: 0.0 };
    assert_close("nats per waltz", &[sum_entropy(); 2], &[16.0 * one_throw, 36.314_279_334_001], tight);
}

#[test]
fn a_waltz_is_as_unlikely_as_its_sums_or_its_bars() {
    let tight = Tolerance { absolute: 1e-12, relative: 0.0 };
    // A 7 falls in 6 of 36 ways; position 8 is one bar, and position 16 one for all sums but 11.
    let sevens = Throws::new([7; 16]).unwrap();
    let nats = position_nats(&sevens, <[BarNote]>::to_vec);
    let mut expected = [6.0_f64.ln(); 16];
    expected[7] = 0.0;
    expected[15] = (18.0_f64 / 17.0).ln();
    assert_close("nats of each position", &nats, &expected, tight);
    assert_close("nats of the sums", &[sum_nats(&sevens)], &[16.0 * 6.0_f64.ln()], tight);
    let elevens = position_nats(&Throws::new([11; 16]).unwrap(), <[BarNote]>::to_vec);
    assert_close("nats of elevens", &elevens[14..], &[18.0_f64.ln(); 2], tight);
}

#[test]
fn waltzes_are_as_unlikely_on_average_as_the_entropy_says() {
    const N: u64 = 2000;
    let rolls = || (0..N).map(|seed| Throws::roll(Seed(seed)));
    let mean = |nats: f64| nats / N as f64;
    let tokens = token_entropy(chord_tokens, Repeats::Straight).unwrap();
    // A throw's −ln p has a standard deviation of about 0.57 nats, a waltz's of 2.3, this mean's of 0.05.
    let loose = Tolerance { absolute: 0.2, relative: 0.0 };
    let chords = rolls().map(|throws| position_nats(&throws, chord_tokens).iter().sum::<f64>()).sum();
    assert_close("nats as chord tokens", &[mean(chords)], &[tokens.nats_per_waltz], loose);
    let sums = rolls().map(|throws| sum_nats(&throws)).sum();
    assert_close("nats as sums", &[mean(sums)], &[sum_entropy()], loose);
}

#[test]
fn repeats_add_tokens_and_no_entropy() {
    let [straight, repeated] =
        [Repeats::Straight, Repeats::WithRepeats].map(|played| token_entropy(chord_tokens, played).unwrap());
    assert_eq!(repeated.nats_per_waltz, straight.nats_per_waltz);
    assert_eq!(repeated.nats_of_first_part, straight.nats_of_first_part);
    // Positions 1 to 7 have eleven different bars, 2.2696 nats each, and the chord tokens make some of them equal.
    assert!((15.0..7.0 * 2.269_642_458_375).contains(&straight.nats_of_first_part), "{straight:?}");
    // The first playing ends with the first ending, whose chords the straight waltz does not have.
    assert_eq!((straight.n_different, repeated.n_different), (122, 123));
    let first_part = repeated.tokens_per_waltz - straight.tokens_per_waltz;
    assert!((38.0..41.0).contains(&first_part), "{first_part} tokens more");
    // Positions 2, 4 and 5 have one each, twice; 9 and 11 one each.
    assert_eq!(repeated.n_prefixes, 2 * 3 + 2);
}
