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
fn an_accidental_holds_in_all_octaves_until_the_bar_ends() {
    check("K:G\n^CCcF|CF=F", "61@0+24 61@24+24 73@48+24 66@72+24 60@96+24 66@120+24 65@144+24");
}

/// The three values of ABC 2.1, 11.3.
#[test]
fn an_instruction_says_how_far_accidentals_reach() {
    check("I:propagate-accidentals octave\nK:C\n^CCc|C", "61@0+24 61@24+24 72@48+24 60@72+24");
    check("%%propagate-accidentals not\nK:C\n^CCc|C", "61@0+24 60@24+24 72@48+24 60@72+24");
    check(
        "K:C\n%%propagate-accidentals octave\n^Cc [I:propagate-accidentals pitch]|^Cc",
        "61@0+24 72@24+24 61@48+24 73@72+24",
    );
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

/// Eleven and thirteen do not divide the ticks of a quarter note; the note after the tuplet is on time nevertheless, and each
/// note of it within half a tick of its time.
#[test]
fn tuplets_of_any_number_end_on_time() {
    for (p, q) in [(11, 8), (13, 8), (13, 4), (17, 16), (19, 12)] {
        let decoded =
            decode(&format!("M:none\nL:1/8\nK:C\n({p}:{q}:{p}{} G|A", "CD".repeat(10)[..p].to_owned())).unwrap();
        assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
        let unit = u64::from(TICKS_PER_QUARTER) / 2;
        for (index, note) in decoded.score.notes[..p].iter().enumerate() {
            let exact = (index as u64 * unit * q) as f64 / p as f64;
            assert!((note.onset as f64 - exact).abs() <= 0.5, "({p}:{q}: note {index} at {}, not {exact}", note.onset);
        }
        assert_eq!(decoded.score.notes[p].onset, q * unit, "({p}:{q}");
        assert_eq!(decoded.score.notes[p + 1].onset, (q + 1) * unit, "({p}:{q}");
    }
}

#[test]
fn lengths_off_the_grid_do_not_drift() {
    let score = decode(&format!("M:none\nL:1/4\nK:C\n{}D", "C/11".repeat(110))).unwrap().score;
    assert_eq!(score.notes[110].onset, 10 * u64::from(TICKS_PER_QUARTER));
}

#[test]
fn broken_rhythm_gives_to_one_and_takes_from_the_next() {
    check("K:C\nC>D E<F G>>A", "60@0+36 62@36+12 64@48+12 65@60+36 67@96+42 69@138+6");
}

#[test]
fn an_overlay_begins_with_its_bar() {
    check("K:C\nCDEF & c4 | G | A", "60@0+24 72@0+96 62@24+24 64@48+24 65@72+24 67@96+24 69@120+24");
    check("K:C\nCDEF &\nc4 | G", "60@0+24 72@0+96 62@24+24 64@48+24 65@72+24 67@96+24");
    check("K:C\nCD & E2 & G2 | A", "60@0+24 64@0+48 67@0+48 62@24+24 69@48+24");
    // A note of the other layer does not end a tie.
    check("K:C\nC4- & zCz2 | C4", "60@0+192 60@24+24");
}

/// The example of ABC 2.1, 7.4, and the same music as older drafts write it.
#[test]
fn an_overlay_goes_back_a_bar_line_for_each_sign() {
    let expected = "74@0+192 79@0+96 77@96+96 72@192+144 76@192+144 72@336+48 76@336+48 67@384+24";
    check("K:C\ng4 f4 | e6 e2 |\n&& (d8 | c6) c2 | G", expected);
    check("K:C\ng4 f4 | e6 e2 && (d8 | c6) c2 | G", expected);
    check("K:C\nC2 | D2 | E2 &&& c2 | d2 | e2 | G", "60@0+48 72@0+48 62@48+48 74@48+48 64@96+48 76@96+48 67@144+24");
    check("K:C\nC2 |\n& c2 | D2", "60@0+48 72@0+48 62@48+48");
    // Its accidentals are its own, and so are its ties.
    check("K:C\n^c2 | c2 && c2- | c2 | c2", "72@0+96 73@0+48 72@48+48 72@96+48");
}

/// C D E F an octave lower and higher: ABC 2.1, 4.6.
#[test]
fn clefs_octaves_and_transpositions_move_notes() {
    let low = "48@0+24 50@24+24 52@48+24 53@72+24";
    let same = "60@0+24 62@24+24 64@48+24 65@72+24";
    let high = "72@0+24 74@24+24 76@48+24 77@72+24";
    for (text, expected) in [
        ("K:C clef=treble-8\nCDEF", low),
        ("K:C treble-8\nCDEF", low),
        ("K:C treble -8va\nCDEF", low),
        ("K:C clef=\"bass-8\"\nCDEF", low),
        ("V:1 clef=bass-8\nK:C\nV:1\nCDEF", low),
        ("V:1 bass-8\nK:C\n[V:1]CDEF", low),
        ("K:C\n[K:treble-8]CDEF", low),
        ("K:C octave=-1\nCDEF", low),
        ("K:C clef=treble+8 octave=-2\nCDEF", low),
        ("K:C clef=treble+8\nCDEF", high),
        ("K:C clef=treble-15 octave=3\nCDEF", high),
        ("K:clef=bass-8\nCDEF", low),
        ("K:C treble\nCDEF", same),
        ("K:C clef=G2\nCDEF", same),
        ("K:C clef=treble-8\n[K:bass]CDEF", same),
        ("K:C clef=treble^8 middle=B stafflines=5\nCDEF", same),
        ("K:Bb transpose=2\nB,CD_E", same),
        ("V:1 transpose=-12\nK:C\nV:1\nCDEF", low),
        ("V:1 octave=1 t=-24\nK:C\nV:1\nCDEF", low),
        ("K:C clef=bass-8\nV:1 treble\nCDEF", same),
    ] {
        check(text, expected);
    }
}

#[test]
fn slurs_texts_and_spaces_do_not_sound() {
    check("K:C\n(CD) \"^dolce\"E`F y $", "60@0+24 62@24+24 64@48+24 65@72+24");
}
