use galant_harmony::{ChordBigrams, ChordLabel, ChordQuality, Degree, progression, texture_key};
use galant_types::{Scale, Texture};
use proptest::prelude::*;

use crate::texture;

#[test]
fn a_progression_has_the_named_chords_as_triads_above_the_tonic() {
    // In D: I, V7, which loses its name to a suspension, V6, I again twice.
    let piece = texture(&[
        &[66, 62, 57, 50],
        &[67, 61, 57, 45],
        &[66, 64, 55, 45],
        &[64, 57, 57, 49],
        &[66, 62, 57, 50],
        &[62, 54, 57, 50],
    ]);
    let [one, five] = [0, 7].map(|root| Degree { root, triad: ChordQuality::Major });
    assert_eq!(ChordLabel::of_pitches([66, 64, 55, 45]).map(|label| label.quality()), None);
    assert_eq!(progression(&piece, 2), [one, five, one]);
    assert_eq!(progression(&texture(&[&[-1, -1]]), 2), []);
}

#[test]
fn roman_numerals_mark_major_sevenths_and_chromatic_degrees() {
    let roman = |pitches: &[u8], key: &str| {
        ChordLabel::of_pitches(pitches.iter().copied()).unwrap().roman(key.parse::<Scale>().unwrap())
    };
    assert_eq!(roman(&[48, 64, 67, 71], "C major"), "IM7");
    assert_eq!(roman(&[53, 61, 68], "C minor"), "bII6");
    assert_eq!(roman(&[56, 60, 63], "C major"), "bVI");
    assert_eq!(roman(&[63, 67, 71, 74], "C minor"), "III+M7");
    // F sharp, A, C, E flat, which has no leading note of C, and B, D, F, A flat with D in the bass.
    assert_eq!(roman(&[54, 57, 60, 63], "C major"), "#ivo7");
    assert_eq!(roman(&[50, 65, 68, 71], "C major"), "viio65");
}

#[test]
fn the_key_of_a_texture_weighs_its_notes_by_their_length() {
    let scale = [62, 64, 66, 67, 69, 71, 73, 74_i64].map(|pitch| [pitch]);
    let scale: Vec<&[i64]> = scale.iter().map(|step| step.as_slice()).collect();
    assert_eq!(texture_key(&texture(&scale), 4), Some(Scale::major(2)));
    // The same notes on a long B.
    let long: Vec<&[i64]> = scale.iter().copied().chain([[71].as_slice(); 8]).chain([[66].as_slice(); 3]).collect();
    assert_eq!(texture_key(&texture(&long), 4), Some(Scale::minor(11)));
    assert_eq!(texture_key(&texture(&[&[-1]]), 4), None);
    // A note counts for four quarter notes only: a B that lasts twice as long weighs no more, one begun again does.
    let steps = |n: usize| vec![[71].as_slice(); n];
    let piece = |more: Vec<&'static [i64]>| texture(&scale.iter().copied().chain(more).collect::<Vec<_>>());
    assert_eq!(texture_key(&piece(steps(4)), 1), texture_key(&piece(steps(400)), 1));
}

fn degrees() -> impl Strategy<Value = Vec<Vec<Degree>>> {
    let degree = (0..3_u8, any::<bool>()).prop_map(|(root, is_major)| Degree {
        root,
        triad: if is_major { ChordQuality::Major } else { ChordQuality::Minor },
    });
    prop::collection::vec(prop::collection::vec(degree, 2..12), 1..5)
}

fn bigrams(pieces: &[Vec<Degree>]) -> ChordBigrams {
    let mut bigrams = ChordBigrams::default();
    pieces.iter().for_each(|chords| bigrams.add(chords));
    bigrams
}

/// The divergence as the entropy of the mean minus the mean of the entropies, its other definition.
fn by_entropies(a: &[Vec<Degree>], b: &[Vec<Degree>]) -> f64 {
    let pairs = |pieces: &[Vec<Degree>]| -> Vec<(Degree, Degree)> {
        pieces.iter().flat_map(|chords| chords.windows(2).map(|pair| (pair[0], pair[1]))).collect()
    };
    let (a, b) = (pairs(a), pairs(b));
    let mut kinds = [a.clone(), b.clone()].concat();
    kinds.sort();
    kinds.dedup();
    let share = |pairs: &[(Degree, Degree)], kind: &(Degree, Degree)| {
        pairs.iter().filter(|&pair| pair == kind).count() as f64 / pairs.len() as f64
    };
    let entropy = |share: &dyn Fn(&(Degree, Degree)) -> f64| -> f64 {
        kinds.iter().map(share).filter(|&p| p > 0.0).map(|p| -p * p.log2()).sum()
    };
    entropy(&|kind| 0.5 * (share(&a, kind) + share(&b, kind)))
        - 0.5 * (entropy(&|kind| share(&a, kind)) + entropy(&|kind| share(&b, kind)))
}

proptest! {
    #[test]
    fn jensen_shannon_is_the_entropy_of_the_mean_minus_the_mean_entropy(a in degrees(), b in degrees()) {
        let bits = bigrams(&a).jensen_shannon_bits(&bigrams(&b)).unwrap();
        prop_assert!((bits - by_entropies(&a, &b)).abs() < 1e-9);
        prop_assert!((-1e-12..=1.0 + 1e-12).contains(&bits));
        prop_assert_eq!(bigrams(&b).jensen_shannon_bits(&bigrams(&a)), Some(bits));
        prop_assert_eq!(bigrams(&a).jensen_shannon_bits(&bigrams(&a)), Some(0.0));
    }
}

#[test]
fn sets_without_bigrams_have_no_distance() {
    let one = Degree { root: 0, triad: ChordQuality::Major };
    let (single, pair) = (bigrams(&[vec![one]]), bigrams(&[vec![one, one]]));
    assert_eq!(single.jensen_shannon_bits(&pair), None);
    assert_eq!(pair.jensen_shannon_bits(&single), None);
    assert_eq!((single.chords_per_piece(), single.n_pieces()), (1.0, 1));
    assert_eq!(ChordBigrams::default().chords_per_piece(), 0.0);
    assert_eq!(progression(&Texture::new(1, vec![]), 0), []);
}
