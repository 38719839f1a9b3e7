use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use galant_abc::decode;
use galant_midi::ReadRules;
use galant_testkit::{shared_data, workspace_root};
use galant_types::{Note, Score};

/// Onset and pitch of each note, and its track; onsets are counted from the first note, in 480ths of a quarter.
type Notes = BTreeMap<(u64, u8), u16>;

/// A transcription, and the file that Mutopia has of the piece.
struct Piece {
    abc: &'static str,
    mutopia: &'static str,
    repeats: Repeats,
    /// Eighths before the first full bar, and in a bar.
    upbeat: u64,
    bar: u64,
}

/// Whether Mutopia's file plays the repeats.
#[derive(Clone, Copy)]
enum Repeats {
    LeftOut,
    Played,
}

/// Mutopia's files write out grace notes, rolled chords and turns: notes that are neither on a 32nd nor on a sixteenth
/// triplet are left out.
const GRIDS: [u64; 2] = [60, 80];

fn notes(score: &Score) -> Notes {
    let first = score.notes[0].onset;
    let onset = |note: &Note| (note.onset - first) * 480 / u64::from(score.ticks_per_quarter);
    let is_large = |onset: u64| GRIDS.iter().any(|&grid| onset.is_multiple_of(grid));
    let places = score.notes.iter().map(|note| ((onset(note), note.pitch), note.track));
    places.filter(|&((onset, _), _)| is_large(onset)).collect()
}

/// A line for each bar that differs: which of our notes theirs lacks, and how many notes ours lacks in which eighths,
/// in the right hand and in the left.
///
/// What they have instead is not reported: a transcription is corrected from the piece, not from a file.
fn report(piece: &Piece, ours: &Notes, theirs: &Notes) -> String {
    let place = |onset: u64| {
        let eighths = onset / 240 + (piece.bar - piece.upbeat) % piece.bar;
        let is_upbeat = u64::from(piece.upbeat > 0);
        (eighths / piece.bar + 1 - is_upbeat, (eighths % piece.bar) as f64 + (onset % 240) as f64 / 240.0)
    };
    let mut bars: BTreeMap<u64, (String, String)> = BTreeMap::new();
    for &(onset, pitch) in ours.keys().filter(|place| !theirs.contains_key(place)) {
        let (bar, eighths) = place(onset);
        write!(bars.entry(bar).or_default().0, " {pitch} at {eighths:.2}").unwrap();
    }
    let right_hand = theirs.values().min();
    let mut n_lacking: BTreeMap<(u64, bool), usize> = BTreeMap::new();
    for ((onset, _), track) in theirs.iter().filter(|(place, _)| !ours.contains_key(place)) {
        *n_lacking.entry((*onset, Some(track) == right_hand)).or_default() += 1;
    }
    for ((onset, is_right), n_notes) in n_lacking {
        let (bar, eighths) = place(onset);
        let hand = if is_right { "right" } else { "left" };
        write!(bars.entry(bar).or_default().1, " {n_notes} {hand} at {eighths:.2}").unwrap();
    }
    let line = |(bar, (ours, theirs))| format!("bar {bar}: only here:{ours}; lacking:{theirs}\n");
    bars.into_iter().map(line).collect()
}

/// A transcription and Mutopia's file must have the same notes.
#[track_caller]
fn check(piece: &Piece) {
    check_without(piece, &[]);
}

/// The same without the notes of turns that Mutopia's file writes out at these places: bar and eighth, in sixths.
#[track_caller]
fn check_without(piece: &Piece, turns: &[(u64, u64)]) {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data for {}", piece.mutopia);
        return;
    };
    let text = fs::read_to_string(workspace_root().join("crates/galant-corpus/music/mozart").join(piece.abc)).unwrap();
    let text = match piece.repeats {
        Repeats::LeftOut => text.replace(":|", "||").replace("|:", "||"),
        Repeats::Played => text,
    };
    let ours = notes(&decode(&text).unwrap().score);
    let bytes = fs::read(data.join("mozart-mutopia-pd").join(piece.mutopia)).unwrap();
    let mut theirs = notes(&galant_midi::decode(&bytes, ReadRules::Standard).unwrap().score);
    let turns: Vec<u64> = turns.iter().map(|(bar, sixths)| ((bar - 1) * piece.bar * 6 + sixths) * 40).collect();
    theirs.retain(|(onset, _), _| !turns.contains(onset));
    let report = report(piece, &ours, &theirs);
    let (n_ours, n_theirs) = (ours.len(), theirs.len());
    println!("{}: {n_ours} notes here, {n_theirs} there\n{report}", piece.abc);
    assert!(report.is_empty(), "{}: {n_ours} notes here, {n_theirs} there\n{report}", piece.abc);
}

#[test]
fn rondo_alla_turca_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-3-rondo.abc",
        mutopia: "KV331_KV331_3_RondoAllaTurca__KV331_3_RondoAllaTurca.midi",
        repeats: Repeats::LeftOut,
        upbeat: 2,
        bar: 4,
    });
}

#[test]
fn theme_of_the_variations_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-theme.abc",
        mutopia: "KV331_KV331_1_1_tema__KV331_1_1_tema.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    });
}

#[test]
fn first_variation_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-variation-1.abc",
        mutopia: "KV331_KV331_1_2_var1__KV331_1_2_var1.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    });
}

#[test]
fn second_variation_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-variation-2.abc",
        mutopia: "KV331_KV331_1_3_var2__KV331_1_3_var2.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    });
}

#[test]
fn third_variation_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-variation-3.abc",
        mutopia: "KV331_KV331_1_4_var3__KV331_1_4_var3.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    });
}

#[test]
fn fourth_variation_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-variation-4.abc",
        mutopia: "KV331_KV331_1_5_var4__KV331_1_5_var4.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    });
}

#[test]
fn fifth_variation_is_as_mutopia_has_it() {
    let piece = Piece {
        abc: "k331-1-variation-5.abc",
        mutopia: "KV331_KV331_1_6_var5__KV331_1_6_var5.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 6,
    };
    check_without(&piece, &[(18, 10), (21, 14), (28, 10), (31, 14)]);
}

#[test]
fn sixth_variation_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k331-1-variation-6.abc",
        mutopia: "KV331_KV331_1_7_var6__KV331_1_7_var6.midi",
        repeats: Repeats::Played,
        upbeat: 0,
        bar: 8,
    });
}

#[test]
fn minuet_in_f_is_as_mutopia_has_it() {
    check(&Piece {
        abc: "k2-minuet.abc",
        mutopia: "KV2_menuet_k2__menuet_k2.midi",
        repeats: Repeats::LeftOut,
        upbeat: 0,
        bar: 6,
    });
}
