use expect_test::{Expect, expect};
use galant_abc::{TICKS_PER_QUARTER, decode};
use galant_types::Severity;

/// Reads music in C major and 4/4 with a quarter note as unit; prints the pitch and onset of each note in quarter notes, and
/// the repairs.
fn read(music: &str) -> String {
    let header = if music.contains("K:C") { "M:4/4\nL:1/4\n" } else { "M:4/4\nL:1/4\nK:C\n" };
    let decoded = decode(&format!("{header}{music}")).unwrap();
    let quarter = f64::from(TICKS_PER_QUARTER);
    let notes = decoded.score.notes.iter().map(|note| format!("{}@{}", note.pitch, note.onset as f64 / quarter));
    let repairs = decoded.warnings.iter().filter(|warning| warning.severity == Severity::Repair);
    let mut lines = vec![notes.collect::<Vec<_>>().join(" ")];
    lines.extend(repairs.map(|repair| repair.to_string()));
    lines.join("\n")
}

#[track_caller]
pub(crate) fn check(music: &str, expected: Expect) {
    expected.assert_eq(&read(music));
}

/// Music with no more repairs than the same with the marks taken out, and the same notes.
#[track_caller]
fn check_clean(music: &str, without: &str) {
    assert_eq!(read(music), read(without), "{music}");
}

#[test]
fn a_tie_apart_from_its_note_ties_it_and_one_after_a_rest_is_skipped() {
    check(
        "c4 -|c4|",
        expect![[r#"
        72@0
        line 4, column 4: the tie is apart from its note and was read as next to it"#]],
    );
    check(
        "c4|-c4|",
        expect![[r#"
        72@0
        line 4, column 4: the tie is apart from its note and was read as next to it"#]],
    );
    check(
        "C2z2-|z4|",
        expect![[r#"
        60@0
        line 4, column 5: '-' was skipped; no note is before the tie"#]],
    );
    check(
        "-C4|",
        expect![[r#"
        60@0
        line 4, column 1: '-' was skipped; no note is before the tie"#]],
    );
    check(
        "^c2 c2 -|c2 d2|",
        expect![[r#"
        73@0 73@2 74@6
        line 4, column 8: the tie is apart from its note and was read as next to it"#]],
    );
}

#[test]
fn line_breaks_of_early_texts_are_skipped() {
    check(
        "c2 d2|!",
        expect![[r#"
        72@0 74@2
        line 4, column 7: '!' was skipped; a decoration is written as !trill!"#]],
    );
    check(
        "c2 d2|! e2 f2|!",
        expect![[r#"
        72@0 74@2 76@4 77@6
        line 4, column 7: '!' was skipped; a decoration is written as !trill!
        line 4, column 15: '!' was skipped; a decoration is written as !trill!"#]],
    );
    check(
        "c2 d2|*",
        expect![[r#"
        72@0 74@2
        line 4, column 7: '*' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "c2 d2|**\nc4|",
        expect![[r#"
        72@0 74@2 72@4
        line 4, column 7: '**' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
}

#[test]
fn what_is_no_music_is_skipped_to_the_next_note_or_bar_line() {
    check(
        "@c #d e2|",
        expect![[r#"
        72@0 74@1 76@2
        line 4, column 1: '@' was skipped; music has notes, rests, chords, bar lines and decorations
        line 4, column 4: '#' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "c ?;? d @@@|e4|",
        expect![[r#"
        72@0 74@1 76@2
        line 4, column 3: '?;?' was skipped; music has notes, rests, chords, bar lines and decorations
        line 4, column 9: '@@@' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "c d e ♪f|",
        expect![[r#"
        72@0 74@1 76@2 77@3
        line 4, column 7: '♪' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "c d e 2f|",
        expect![[r#"
        72@0 74@1 76@2 77@3
        line 4, column 7: '2' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "c d ] e f|",
        expect![[r#"
        72@0 74@1 76@2 77@3
        line 4, column 5: ']' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "C D =|E F|]",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 4, column 5: '=' was skipped; no note follows the accidental; a note is one of A to G, a to g"#]],
    );
    check(
        "C D ^ E F|",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 4, column 5: '^' was skipped; no note follows the accidental; a note is one of A to G, a to g"#]],
    );
    check(
        "^^^C D =_E F|",
        expect![[r#"
        61@0 62@1 63@2 65@3
        line 4, column 1: '^^^' was skipped; an accidental is one of ^ ^^ _ __ =, and the last sign was read
        line 4, column 8: '=_' was skipped; an accidental is one of ^ ^^ _ __ =, and the last sign was read"#]],
    );
    check(
        "^/C ^3/2D E F|",
        expect![[r#"
        61@0 63@1 64@2 65@3
        line 4, column 2: '/' was skipped; an accidental of a part of a semitone was read as a whole one
        line 4, column 6: '3/2' was skipped; an accidental of a part of a semitone was read as a whole one"#]],
    );
    check(
        "C D|\n:E F|",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 5, column 1: ':' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
    check(
        "C2 : D2|",
        expect![[r#"
        60@0 62@2
        line 4, column 4: ':' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
}

#[test]
fn spaces_of_any_width_do_not_sound() {
    check_clean("C y0 D y20 E y F|", "C D E F|");
}

#[test]
fn letters_stand_for_decorations_if_they_are_defined() {
    check_clean("U:W=!trill!\nK:C\nWC TD ~E .F|", "K:C\nC D E F|");
    check_clean("K:C\nU: k = !wedge!\nkC D E [U:p=!p!]pF|", "K:C\nC D E F|");
    check(
        "kC D E qF|",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 4, column 1: 'k' was skipped; no field U: says what the letter stands for
        line 4, column 8: 'q' was skipped; no field U: says what the letter stands for"#]],
    );
    check(
        "U:x=!trill!\nK:C\nC4|",
        expect![[r#"
        60@0
        line 3, column 3: the field U: has the value 'x=!trill!', of which a part or all was left out; a symbol is written as W=!trill!, for a letter from H to W or h to w"#]],
    );
}

#[test]
fn decorations_are_allowed_within_chords() {
    for chord in ["[!1!C!3!E]4", "[.CE]4", "[C(E)]4", "[(CE]4)", "[T.CuE]4", "[C !5!E ]4", "[+1+C+3+E]4", "[{g}CE]4"] {
        check_clean(&format!("{chord}|"), "[CE]4|");
    }
    check_clean("[\"C\"ce]4|", "[ce]4|");
    check_clean("[\"^low\"C-E]2 [CE]2|", "[C-E]2[CE]2|");
    check(
        "[C@E]4|",
        expect![[r#"
        60@0 64@0
        line 4, column 3: '@' was skipped; a chord has notes with their lengths and ties"#]],
    );
    check(
        "[C z E]4|",
        expect![[r#"
        60@0 64@0
        line 4, column 4: 'z' was skipped; a chord has notes with their lengths and ties"#]],
    );
    check(
        "[C -E]2 [CE]2|",
        expect![[r#"
        60@0 64@0 64@2
        line 4, column 4: the tie is apart from its note and was read as next to it"#]],
    );
    check(
        "[]C4|",
        expect![[r#"
        60@0
        line 4, column 1: '[]' was skipped; a chord has at least one note"#]],
    );
    check(
        "[CE|G4|",
        expect![[r#"
        60@0 64@0 67@1
        line 4, column 1: a chord opened here must end with ']' on the same line, before the next bar line"#]],
    );
    check(
        "[CE",
        expect![[r#"
        60@0 64@0
        line 4, column 1: a chord opened here must end with ']' on the same line, before the next bar line"#]],
    );
}

#[test]
fn plus_signs_are_those_of_chords_or_decorations() {
    check_clean("+trill+C +f+D +mf+E +1+F|", "C D E F|");
    check_clean("+CEG+4|+C2E2+ z2|+^c_e+2-+^c_e+2|", "[CEG]4|[C2E2] z2|[^c_e]2-[^c_e]2|");
    check(
        "C +D E F|",
        expect![[r#"
        60@0 62@1 64@2 65@3
        line 4, column 3: '+' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
}

#[test]
fn marks_that_are_not_closed_cost_only_themselves() {
    check(
        "{ga C D E F|G4|",
        expect![[r#"
        60@0 62@1 64@2 65@3 67@4
        line 4, column 1: grace notes opened here must end with '}' on the same line, before the next bar line"#]],
    );
    check(
        "C !p D E F|G4|",
        expect![[r#"
        60@0 62@1 64@2 65@3 67@4
        line 4, column 3: '!' was skipped; a decoration is written as !trill!
        line 4, column 4: 'p' was skipped; no field U: says what the letter stands for"#]],
    );
    check(
        "\"Am C D|E4|",
        expect![[r#"
        64@0
        line 4, column 1: a text opened here must end with '"' on the same line, before the next bar line"#]],
    );
    check(
        "[M:3/4 C|D3|",
        expect![[r#"
        62@0
        line 4, column 1: a field opened here must end with ']' on the same line, before the next bar line
        line 4, column 4: the field M: has the value '3/4 C', of which a part or all was left out; a meter is written as 3/4, (2+3)/8, C, C| or none, with 1 to 255 beats of 1/1 to 1/128"#]],
    );
}

#[test]
fn broken_rhythm_is_between_notes_of_the_same_length() {
    check("c>d e<f|", expect!["72@0 74@1.5 76@2 77@2.5"]);
    check("[CE]>[DF] z>c|", expect!["60@0 64@0 62@1.5 65@1.5 72@3.5"]);
    check(
        "c2>d e|",
        expect![[r#"
        72@0 74@2 76@3
        line 4, column 3: '>' was skipped; a broken rhythm is between two notes of the same length"#]],
    );
    check(
        "|>c d e f|",
        expect![[r#"
        72@0 74@1 76@2 77@3
        line 4, column 2: '>' was skipped; a broken rhythm is between two notes of a bar"#]],
    );
    check(
        "c>>>>d e f|",
        expect![[r#"
        72@0 74@1 76@2 77@3
        line 4, column 2: '>>>>' was skipped; a broken rhythm has one to three signs"#]],
    );
    check(
        "c d e f>|g4|",
        expect![[r#"
        72@0 74@1 76@2 77@3 79@4
        line 4, column 9: the broken rhythm lacks notes at its end"#]],
    );
    check("c>\nd e f|", expect!["72@0 74@1.5 76@2 77@3"]);
}

#[test]
fn the_number_of_an_ending_may_be_apart_from_its_bar_line() {
    check(
        "|:C4| 1 D4:|\\\n2 E4|",
        expect![[r#"
        60@0 62@4 60@8 64@12
        line 4, column 7: the number of the ending is apart from its bar line and was read as next to it
        line 5, column 1: the number of the ending is apart from its bar line and was read as next to it"#]],
    );
    check(
        "|:C4|\n1-2 D4:| 3 E4|",
        expect![[r#"
        60@0 62@4 60@8 62@12 60@16 64@20
        line 5, column 1: the number of the ending is apart from its bar line and was read as next to it
        line 5, column 10: the number of the ending is apart from its bar line and was read as next to it"#]],
    );
    check(
        "2 C4|D2 2 E2|",
        expect![[r#"
        60@0 62@4 64@6
        line 4, column 1: '2' was skipped; music has notes, rests, chords, bar lines and decorations
        line 4, column 9: '2' was skipped; music has notes, rests, chords, bar lines and decorations"#]],
    );
}

#[test]
fn rests_of_whole_bars_are_where_a_bar_begins() {
    check("Z2|c4|", expect!["72@8"]);
    check("X|c4|", expect!["72@4"]);
    check(
        "c d Z f|",
        expect![[r#"
        72@0 74@1 77@3
        line 4, column 5: 'Z' was read as 'z'; a rest of whole bars needs a meter, and begins a bar"#]],
    );
    check(
        "c2 Z2|d4|",
        expect![[r#"
        72@0 74@4
        line 4, column 4: 'Z' was read as 'z'; a rest of whole bars needs a meter, and begins a bar"#]],
    );
}

#[test]
fn fields_that_are_no_music_are_passed_over() {
    for (music, without) in [
        ("N::1st setting\nK:C\nC4|", "K:C\nC4|"),
        ("C4|\nN::1st setting\nr:remark\nD4|", "C4|\nD4|"),
        ("C4|[r: a | b] D4|", "C4| D4|"),
        ("C4|\nw:la\n+:la la\nD4|", "C4|\nD4|"),
        ("T:A long\n+: title\nK:C\nC4|", "K:C\nC4|"),
        ("%%begintext\nC D E F|\n\nX\n%%endtext\nK:C\nC4|", "K:C\nC4|"),
        ("C4|\n%%begintext\nC D E F|\n\n%%endtext\nD4|", "C4|\nD4|"),
        ("C4|\n%%beginps\n/x { 1 2 } def\n%%endps\nD4|", "C4|\nD4|"),
        ("C4|\n%%begintext\nD4|", "C4|\nD4|"),
        ("C4|% comment\n% other\nD4|", "C4|\nD4|"),
    ] {
        check_clean(music, without);
    }
    // A voice and a key go on in the next line too.
    check("V:1\n+:octave=-1\nK:C\n+:^f\nV:1\nF4|", expect!["54@0"]);
}
