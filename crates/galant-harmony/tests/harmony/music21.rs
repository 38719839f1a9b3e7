//! What music21 says of pairs of parts and of chords; `golden/make_music21.py` wrote it.

use galant_harmony::{Breaches, ChordLabel, ChordQuality, PartRanges, Rule, VoiceLeading};
use galant_types::PartStep::{Hold, Strike};
use galant_types::Scale;
use serde_json::Value;

fn golden(section: &str) -> Vec<Value> {
    let mut all: Value = serde_json::from_str(include_str!("../golden/music21.json")).unwrap();
    serde_json::from_value(all[section].take()).unwrap()
}

fn integers(values: &Value) -> Vec<u8> {
    values.as_array().unwrap().iter().map(|value| value.as_u64().unwrap() as u8).collect()
}

/// What two parts alone break that go from one note to the next; equal notes are held.
fn breaches(before: [u8; 2], now: [u8; 2]) -> Breaches {
    let mut parts = VoiceLeading::new(PartRanges::unlimited(2), None);
    parts.push(0, Strike(before[0]));
    parts.push(1, Strike(before[1]));
    let step = |part: usize| if before[part] == now[part] { Hold(now[part]) } else { Strike(now[part]) };
    [0, 1].into_iter().map(|part| parts.push(part, step(part))).collect()
}

/// The places where we differ on purpose are marked D1 to D6.
#[test]
fn pairs_break_the_rules_that_music21_finds_broken() {
    let mut n_differences = [0; 6];
    for row in golden("pairs") {
        let notes: Vec<u8> = row.as_array().unwrap()[..4].iter().map(|note| note.as_u64().unwrap() as u8).collect();
        let (before, now) = ([notes[0], notes[2]], [notes[1], notes[3]]);
        let holds = |name: &str| row[4].as_array().unwrap().iter().any(|holds| holds == name);
        let interval = |pair: [u8; 2]| i32::from(pair[0]) - i32::from(pair[1]);
        let (first, second) = (interval(before), interval(now));
        let leap = i32::from(now[0]) - i32::from(before[0]);
        let both_move = now[0] != before[0] && now[1] != before[1];

        let mut fifth = holds("parallel fifth") && holds("similar");
        let mut octave = holds("parallel octave") && holds("similar");
        let mut contrary = (holds("parallel fifth") || holds("parallel octave")) && !holds("similar");
        // D1: a pair that leaps an octave repeats its notes, and one that exchanges the notes of a fifth keeps them.
        let keeps_its_notes = both_move && leap % 12 == 0 && first.abs() % 12 == second.abs() % 12;
        let exchanges_them = first.abs() % 12 == 7 && first.signum() != second.signum();
        if (fifth || octave || contrary) && (keeps_its_notes || exchanges_them) {
            (fifth, octave, contrary) = (false, false, false);
            n_differences[0] += 1;
        }
        // D2: from a fifth to a twelfth, or from a unison to an octave, in the same direction, is parallel, not hidden.
        let is_displaced = holds("similar") && both_move && first != second && leap % 12 != 0;
        for (class, parallel) in [(7, &mut fifth), (0, &mut octave)] {
            let both = first.abs() % 12 == class && second.abs() % 12 == class;
            if is_displaced && both && !(class == 7 && exchanges_them) && !*parallel {
                *parallel = true;
                n_differences[1] += 1;
            }
        }
        // D6: a diminished fifth is another interval than a perfect one, which is not parallel to it but hidden.
        let is_unequal = holds("parallel steps") && first.abs() % 12 == 6 && second.abs() % 12 == 7;
        n_differences[5] += usize::from(is_unequal);
        // D3: hidden ones need a leap of the upper part.
        let is_other = first.abs() % 12 != second.abs() % 12;
        let hidden = [holds("hidden fifth") || is_unequal, holds("hidden octave") && is_other];
        n_differences[2] += usize::from(hidden.contains(&true) && leap.abs() <= 2);
        let hidden = hidden.map(|hidden| hidden && leap.abs() > 2);
        // D4: notes that are crossed before do not count again; those after do, once a note begins.
        let moves = now != before;
        n_differences[3] += usize::from(holds("crossing") && second >= 0);
        let crossing = holds("crossing") && second < 0 && moves;
        // D5: a pair that is crossed does not overlap.
        n_differences[4] += usize::from(holds("overlap") && (first < 0 || second < 0));
        let overlap = holds("overlap") && first >= 0 && second >= 0;

        let actual = breaches(before, now);
        let rules = [
            (Rule::ParallelFifths, fifth),
            (Rule::ParallelOctaves, octave),
            (Rule::ContraryPerfects, contrary),
            (Rule::HiddenFifths, hidden[0]),
            (Rule::HiddenOctaves, hidden[1]),
            (Rule::Crossing, crossing),
            (Rule::Overlap, overlap),
        ];
        for (rule, expected) in rules {
            assert_eq!(actual.of(rule), u32::from(expected), "{rule} in {row}");
        }
    }
    assert!(n_differences.iter().all(|&n| n > 0), "{n_differences:?}");
}

/// The quality that the golden file names.
fn quality(name: &str) -> ChordQuality {
    match name {
        "major" => ChordQuality::Major,
        "minor" => ChordQuality::Minor,
        "diminished" => ChordQuality::Diminished,
        "augmented" => ChordQuality::Augmented,
        "major 10" => ChordQuality::DominantSeventh,
        "major 11" => ChordQuality::MajorSeventh,
        "minor 10" => ChordQuality::MinorSeventh,
        "minor 11" => ChordQuality::MinorMajorSeventh,
        "diminished 10" => ChordQuality::HalfDiminishedSeventh,
        "diminished 9" => ChordQuality::DiminishedSeventh,
        "augmented 11" => ChordQuality::AugmentedMajorSeventh,
        _ => panic!("{name}"),
    }
}

#[test]
fn chords_have_the_names_that_music21_gives_them() {
    // Seventh chords without a fifth, which music21 does not name, in all inversions.
    let without_fifth: [&[u8]; 9] =
        [&[4, 10], &[6, 8], &[2, 6], &[4, 11], &[7, 8], &[1, 5], &[3, 10], &[7, 9], &[2, 5]];
    let rows = golden("chords");
    assert_eq!(rows.len(), 11 + 55 + 165);
    for row in rows {
        let above = integers(&row["above"]);
        // In each key, at some distance, with the bass doubled.
        for bass in 36..48 {
            let pitches = [bass, bass + 24].into_iter().chain(above.iter().map(|semitones| bass + 12 + semitones));
            let label = ChordLabel::of_pitches(pitches);
            if without_fifth.contains(&above.as_slice()) {
                assert!(row["quality"].is_null() && label.unwrap().quality().is_seventh(), "{row}");
                continue;
            }
            let named = label.map(|label| (label.quality(), (label.root() + 48 - bass % 12) % 12, label.inversion()));
            // Of the roots that spelling decides between, the bass is the first.
            let root = |row: &Value| (row[0].as_u64().unwrap() as u8, row[1].as_u64().unwrap() as u8);
            let expected = row["quality"].as_str().map(|name| {
                let (root, inversion) = root(&row["roots"][0]);
                (quality(name), root, inversion)
            });
            assert_eq!(named, expected, "{row} above {bass}");
        }
    }
}

#[test]
fn numerals_are_those_of_music21() {
    for row in golden("romans") {
        let tonic = row["tonic"].as_u64().unwrap() as u8;
        let is_minor = row["mode"] == "minor";
        let key = if is_minor { Scale::minor(tonic) } else { Scale::major(tonic) };
        let pitches = integers(&row["pitches"]);
        let inversion = row["inversion"].as_u64().unwrap() as usize;
        let figures = if pitches.len() == 3 { ["", "6", "64"][inversion] } else { ["7", "65", "43", "42"][inversion] };
        // We write the sixth and seventh degrees of natural minor without a flat, as music21 does the third.
        let numeral = row["numeral"].as_str().unwrap();
        if numeral.ends_with('+') && inversion > 0 {
            // Only spelling tells the root of an augmented triad; we take the bass.
            continue;
        }
        let numeral = if is_minor { numeral.trim_start_matches('b') } else { numeral };
        // We mark major sevenths, which music21 leaves to the key.
        let roman = ChordLabel::of_pitches(pitches).unwrap().roman(key).replace('M', "");
        assert_eq!(roman, format!("{numeral}{figures}"), "{row}");
    }
}
