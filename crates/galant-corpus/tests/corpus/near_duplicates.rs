//! Music that is on one side of a split.

use std::path::Path;

use galant_corpus::dice::DiceGame;
use galant_corpus::{Likeness, NearDuplicates, Piece, ReadOptions, read_piece};
use galant_dice::Repeats;
use galant_testkit::shared_data;
use galant_types::{Note, PERCUSSION_CHANNEL, Score, Seed};

/// The pieces of each family that has more than one, by name.
fn families<'a>(pieces: impl IntoIterator<Item = (&'a str, &'a Score)>) -> Vec<Vec<String>> {
    let (mut names, mut near_duplicates) = (Vec::new(), NearDuplicates::default());
    for (name, score) in pieces {
        names.push(name.to_owned());
        near_duplicates.add(&Likeness::of(score));
    }
    let families = near_duplicates.families();
    let members = |first: usize| -> Vec<String> {
        (0..names.len()).filter(|&piece| families[piece] == first).map(|piece| names[piece].clone()).collect()
    };
    (0..names.len()).map(members).filter(|members| members.len() > 1).collect()
}

/// The files of a folder of music that is not part of the project.
fn folder(path: &Path) -> Vec<Piece> {
    let mut paths: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_midi = |path: &&std::path::PathBuf| path.extension().is_some_and(|end| end == "mid" || end == "midi");
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        read_piece(&name, &std::fs::read(path).unwrap(), ReadOptions::default()).unwrap()
    };
    paths.iter().filter(is_midi).map(read).collect()
}

/// Bach's chorales at sixteenths, soprano to bass; equal pitches in a row are one note.
pub(crate) fn chorales(path: &Path) -> Vec<(String, Score)> {
    let pieces: Vec<Vec<Vec<i32>>> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy();
    let score = |(number, frames): (usize, &Vec<Vec<i32>>)| {
        let mut score = Score::new(4);
        for (onset, frame) in frames.iter().enumerate() {
            let is_struck = |part: &usize| onset == 0 || frames[onset - 1][*part] != frame[*part];
            for part in (0..frame.len()).filter(is_struck) {
                let Ok(pitch) = u8::try_from(frame[part]) else { continue };
                let (track, onset) = (part as u16, onset as u64);
                score.notes.push(Note { onset, track, channel: 0, pitch, length: 1, velocity: 64 });
            }
        }
        (format!("{name} {number}"), score)
    };
    pieces.iter().enumerate().map(score).collect()
}

/// A tune without repetition: each seed another.
fn tune(seed: u64, n_notes: u64) -> Score {
    let pitch = |place: u64| 60 + (Seed(seed).child(place).0 % 15) as u8;
    let note = |place| Note { onset: place, track: 0, channel: 0, pitch: pitch(place), length: 1, velocity: 64 };
    Score { notes: (0..n_notes).map(note).collect(), ..Score::new(4) }
}

/// The notes from `first` on, so many of them, each changed by `change`.
fn excerpt(score: &Score, first: usize, n_notes: usize, change: impl Fn(usize, Note) -> Note) -> Score {
    let notes = score.notes[first..first + n_notes].iter().enumerate().map(|(place, note)| change(place, *note));
    Score { notes: notes.collect(), ..score.clone() }
}

#[track_caller]
fn check(other: &Score, is_near: bool) {
    let near_duplicates = |scores: &[&Score]| {
        let mut near_duplicates = NearDuplicates::default();
        scores.iter().for_each(|score| near_duplicates.add(&Likeness::of(score)));
        near_duplicates.families()
    };
    let (whole, stranger) = (tune(1, 200), tune(2, 200));
    assert_eq!(near_duplicates(&[&whole, &stranger, other]), [0, 1, if is_near { 0 } else { 2 }]);
    assert_eq!(near_duplicates(&[other, &stranger, &whole]), [0, 1, if is_near { 0 } else { 2 }]);
}

#[test]
fn a_part_of_a_piece_is_its_near_duplicate_in_any_key_and_tempo() {
    let whole = tune(1, 200);
    check(&excerpt(&whole, 120, 60, |_, note| note), true);
    check(&excerpt(&whole, 120, 60, |_, note| Note { pitch: note.pitch + 7, ..note }), true);
    check(&excerpt(&whole, 120, 60, |_, note| Note { onset: 2 * note.onset, length: 2, ..note }), true);
    // Fewer notes have too few runs.
    check(&excerpt(&whole, 120, 27, |_, note| note), false);
    check(&excerpt(&whole, 120, 28, |_, note| note), true);
}

#[test]
fn other_harmony_and_a_few_other_notes_make_no_new_piece() {
    let whole = tune(1, 200);
    let mut harmonized = whole.clone();
    harmonized.notes.extend(whole.notes.iter().map(|note| Note { pitch: 40 + note.pitch % 11, track: 1, ..*note }));
    harmonized.notes.sort();
    check(&harmonized, true);
    // One note of so many is another: of the runs of 12 intervals, one in 13 is left, or one in two.
    let every =
        |n: usize| excerpt(&whole, 0, 200, |place, note| Note { pitch: note.pitch + u8::from(place % n == 0), ..note });
    check(&every(14), false);
    check(&every(26), true);
}

#[test]
fn a_quotation_makes_no_near_duplicate() {
    // 40 notes of 200: 28 common runs of 188; and 60: 48.
    let quoting = |n_notes: usize| {
        let mut other = tune(5, 200);
        other.notes[..n_notes].copy_from_slice(&tune(1, 200).notes[..n_notes]);
        other
    };
    check(&quoting(40), false);
    check(&quoting(60), true);
}

#[test]
fn equal_notes_are_near_duplicates_however_few() {
    check(&excerpt(&tune(1, 200), 0, 5, |_, note| note), false);
    let (short, higher) = (tune(7, 5), excerpt(&tune(7, 5), 0, 5, |_, note| Note { pitch: note.pitch + 3, ..note }));
    let mut near_duplicates = NearDuplicates::default();
    [&short, &tune(8, 5), &higher].into_iter().for_each(|score| near_duplicates.add(&Likeness::of(score)));
    assert_eq!(near_duplicates.families(), [0, 1, 0]);
}

#[test]
fn scales_and_repeated_notes_are_no_sign_of_a_duplicate() {
    let scale = |up_to: u8| {
        let pitches = (0..8).flat_map(|_| (60..up_to).chain((61..=up_to).rev()));
        let note = |(onset, pitch)| Note { onset, track: 0, channel: 0, pitch, length: 1, velocity: 64 };
        Score { notes: (0..).zip(pitches).map(note).collect(), ..Score::new(4) }
    };
    let mut near_duplicates = NearDuplicates::default();
    [scale(90), scale(84)].iter().for_each(|score| near_duplicates.add(&Likeness::of(score)));
    assert_eq!(near_duplicates.families(), [0, 1]);
}

#[test]
fn a_hundred_editions_of_a_work_are_one_family() {
    let whole = tune(1, 200);
    let edition = |number: u64| {
        let place = (number as usize * 7) % 200;
        excerpt(&whole, 0, 200, |other, note| Note { pitch: note.pitch + 3 * u8::from(other == place), ..note })
    };
    let mut near_duplicates = NearDuplicates::default();
    (0..100).for_each(|number| near_duplicates.add(&Likeness::of(&edition(number))));
    near_duplicates.add(&Likeness::of(&tune(2, 200)));
    let families = near_duplicates.families();
    assert_eq!((families[99], families[100]), (0, 100));
    assert!(families[..100].iter().all(|first| *first == 0));
}

#[test]
fn editions_and_movements_of_mozarts_works_are_found_and_nothing_else() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data to compare with");
        return;
    };
    let folders = ["mozart-cc0-quartets", "mozart-mutopia-pd", "mozart-concertos"];
    let pieces: Vec<Piece> = folders.iter().flat_map(|name| folder(&data.join(name))).collect();
    let found = families(pieces.iter().map(|piece| (piece.name.as_str(), &piece.score)));
    // The four movements of K. 465 in one edition, and all of it in another.
    let k465: Vec<String> =
        pieces.iter().map(|piece| piece.name.clone()).filter(|name| name.contains("465_")).collect();
    assert_eq!((pieces.len(), k465.len()), (58, 5));
    assert_eq!(found, [k465]);
}

#[test]
fn chorales_of_the_same_tune_are_found_and_nothing_else() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data to compare with");
        return;
    };
    let chorales: Vec<(String, Score)> =
        ["train", "valid"].iter().flat_map(|name| chorales(&data.join(format!("jsb16/{name}.json")))).collect();
    let found = families(chorales.iter().map(|(name, score)| (name.as_str(), score)));
    let expected =
        [&["train 56", "train 169", "train 222"][..], &["train 142", "valid 58"], &["train 224", "valid 74"]];
    assert_eq!(found, expected);
}

#[test]
fn medleys_of_the_dice_game_are_all_made_of_the_same_bars() {
    for repeats in [Repeats::Straight, Repeats::WithRepeats] {
        let pieces: Vec<Piece> = DiceGame { n_waltzes: 480, repeats }.pieces(Seed(1)).collect();
        let found = families(pieces.iter().map(|piece| (piece.name.as_str(), &piece.score)));
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [12]);
    }
}

#[test]
fn drums_make_no_two_pieces_the_same() {
    let drums = (0..400).map(|beat| Note {
        onset: beat,
        track: 1,
        channel: PERCUSSION_CHANNEL,
        pitch: 35 + (Seed(9).child(beat).0 % 40) as u8,
        length: 1,
        velocity: 64,
    });
    let drums: Vec<Note> = drums.collect();
    let tune = |seed: u64| {
        (0..100).map(move |place| Note {
            onset: 4 * place,
            track: 0,
            channel: 0,
            pitch: 50 + (Seed(seed).child(place).0 % 15) as u8,
            length: 4,
            velocity: 64,
        })
    };
    let score = |seed: u64, drums: &[Note]| {
        let mut notes: Vec<Note> = tune(seed).chain(drums.iter().copied()).collect();
        notes.sort_unstable();
        Score { notes, ..Score::new(4) }
    };
    let pieces = [score(1, &drums), score(2, &drums), score(1, &[])];
    let names = ["with drums", "another with the same drums", "without drums"];
    assert_eq!(families(names.into_iter().zip(&pieces)), [["with drums", "without drums"]]);
}
