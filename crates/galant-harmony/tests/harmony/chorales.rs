//! Bach's chorales at sixteenths, which are not part of the project.

use expect_test::{Expect, expect};
use galant_harmony::{ChordBigrams, PartRanges, Rule, Tally, VoiceLeading, progression, texture_key};
use galant_testkit::shared_data;
use galant_types::{Scale, Texture};

use crate::texture;

const STEPS_PER_QUARTER: u16 = 4;

/// The chorales of a part of the data, if this machine has them.
fn chorales(name: &str) -> Option<Vec<Texture>> {
    let path = shared_data()?.join("jsb16").join(name);
    let text = std::fs::read_to_string(path).ok()?;
    let pieces: Vec<Vec<Vec<i64>>> = serde_json::from_str(&text).unwrap();
    Some(pieces.iter().map(|steps| texture(&steps.iter().map(Vec::as_slice).collect::<Vec<_>>())).collect())
}

fn bigrams<'t>(pieces: impl IntoIterator<Item = &'t Texture>) -> ChordBigrams {
    let mut bigrams = ChordBigrams::default();
    for piece in pieces {
        let tonic = texture_key(piece, STEPS_PER_QUARTER).map_or(0, Scale::tonic);
        bigrams.add(&progression(piece, tonic));
    }
    bigrams
}

#[track_caller]
fn check(name: &str, expected: Expect) {
    let Some(pieces) = chorales(name) else {
        eprintln!("skipped: no chorales at jsb16/{name}");
        return;
    };
    let mut tally = Tally::default();
    for piece in &pieces {
        tally.add(piece, VoiceLeading::new(PartRanges::choir(), texture_key(piece, STEPS_PER_QUARTER)));
    }
    let mut report = format!("{} pieces, {} chords\n", pieces.len(), tally.n_chords());
    for rule in Rule::ALL {
        report += &format!("{rule}: {}, {:.2} per 100\n", tally.breaches().of(rule), tally.per_100_chords(rule));
    }
    report += &format!("hard: {}, {:.2} per 100\n", tally.breaches().hard(), tally.hard_per_100_chords());
    let halves = [0, 1].map(|first| bigrams(pieces.iter().skip(first).step_by(2)));
    report += &format!("between halves: {:.3} bits\n", halves[0].jensen_shannon_bits(&halves[1]).unwrap());
    report += &format!("different chords: {:.1} a piece\n", bigrams(&pieces).chords_per_piece());
    expected.assert_eq(&report);
}

#[test]
fn bach_breaks_the_rules_as_an_independent_count_says() {
    check(
        "train.json",
        expect![[r#"
        229 pieces, 19839 chords
        parallel-fifths: 27, 0.14 per 100
        parallel-octaves: 27, 0.14 per 100
        contrary-perfects: 57, 0.29 per 100
        hidden-fifths: 72, 0.36 per 100
        hidden-octaves: 26, 0.13 per 100
        crossing: 494, 2.49 per 100
        overlap: 599, 3.02 per 100
        spacing: 293, 1.48 per 100
        range: 100, 0.50 per 100
        wide-leap: 29, 0.15 per 100
        dissonant-leap: 284, 1.43 per 100
        augmented-second: 14, 0.07 per 100
        leading-note: 71, 0.36 per 100
        hard: 83, 0.42 per 100
        between halves: 0.061 bits
        different chords: 13.0 a piece
    "#]],
    );
    check(
        "valid.json",
        expect![[r#"
        76 pieces, 6506 chords
        parallel-fifths: 11, 0.17 per 100
        parallel-octaves: 4, 0.06 per 100
        contrary-perfects: 16, 0.25 per 100
        hidden-fifths: 21, 0.32 per 100
        hidden-octaves: 11, 0.17 per 100
        crossing: 201, 3.09 per 100
        overlap: 183, 2.81 per 100
        spacing: 90, 1.38 per 100
        range: 19, 0.29 per 100
        wide-leap: 8, 0.12 per 100
        dissonant-leap: 89, 1.37 per 100
        augmented-second: 5, 0.08 per 100
        leading-note: 15, 0.23 per 100
        hard: 23, 0.35 per 100
        between halves: 0.130 bits
        different chords: 12.9 a piece
    "#]],
    );
}
