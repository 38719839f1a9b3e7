use galant_abc::{TICKS_PER_QUARTER, decode};

/// Reads music with an eighth as unit and prints pitch, onset and length of each note, in 48ths of a quarter.
fn notes(music: &str) -> String {
    let decoded = decode(&format!("X:1\nM:none\nL:1/8\n{music}")).unwrap();
    assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
    let scale = u64::from(TICKS_PER_QUARTER / 48);
    let note = |note: &galant_types::Note| {
        assert_eq!((note.onset % scale, note.length % scale), (0, 0), "{music}");
        format!("{}@{}+{}", note.pitch, note.onset / scale, note.length / scale)
    };
    decoded.score.notes.iter().map(note).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(music: &str, expected: &str) {
    assert_eq!(notes(music), expected, "{music}");
}

#[test]
fn octaves_go_up_from_middle_c() {
    check("K:C\nC,Ccc'", "48@0+24 60@24+24 72@48+24 84@72+24");
}

#[test]
fn lengths_multiply_and_divide_the_unit() {
    check("K:C\nC2C/C//C3/2C", "60@0+48 60@48+12 60@60+6 60@66+36 60@102+24");
}

#[test]
fn an_accidental_holds_for_its_octave_until_the_bar_ends() {
    check("K:G\n^CCcF|CF=F", "61@0+24 61@24+24 72@48+24 66@72+24 60@96+24 66@120+24 65@144+24");
}

#[test]
fn a_key_and_a_meter_may_change_in_the_middle() {
    check("K:C\nF[K:D]F|[L:1/16]F", "65@0+24 66@24+24 66@48+12");
}

#[test]
fn a_tie_joins_notes_and_carries_their_accidental_over_the_bar_line() {
    check("K:C\n^C2-C-|C2 C|", "61@0+120 60@120+24");
    check("K:C\n[CE-]2[EG]", "60@0+48 64@0+72 67@48+24");
}

#[test]
fn a_chord_lasts_as_long_as_its_first_note() {
    check("K:C\n[C2E]2G", "60@0+96 64@0+48 67@96+24");
}

#[test]
fn tuplets_share_the_time_of_fewer_notes() {
    check("K:C\n(3CDE C", "60@0+16 62@16+16 64@32+16 60@48+24");
    check("K:C\n(3:2:2CD C", "60@0+16 62@16+16 60@32+24");
    check("K:C\n(2CD C", "60@0+36 62@36+36 60@72+24");
}

#[test]
fn broken_rhythm_gives_to_one_and_takes_from_the_next() {
    check("K:C\nC>D E<F G>>A", "60@0+36 62@36+12 64@48+12 65@60+36 67@96+42 69@138+6");
}

#[test]
fn an_overlay_begins_with_its_bar() {
    check("K:C\nCDEF & c4 | G | A", "60@0+24 72@0+96 62@24+24 64@48+24 65@72+24 67@96+24 69@120+24");
    // A note of the other layer does not end a tie.
    check("K:C\nC4- & zCz2 | C4", "60@0+192 60@24+24");
}

#[test]
fn slurs_texts_and_spaces_do_not_sound() {
    check("K:C\n(CD) \"^dolce\"E`F y $", "60@0+24 62@24+24 64@48+24 65@72+24");
}
