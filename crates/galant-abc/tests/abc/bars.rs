use expect_test::{Expect, expect};
use galant_abc::{TICKS_PER_QUARTER, decode};
use galant_types::Severity;

/// The warnings, a line for each: severity, place and message.
fn warnings(text: &str) -> String {
    let warnings = decode(text).unwrap().warnings;
    warnings.iter().map(|warning| format!("{:?}: {warning}\n", warning.severity)).collect()
}

/// Compares the warnings of a tune in 3/4, whose music begins in line 4.
#[track_caller]
fn check(music: &str, expected: Expect) {
    expected.assert_eq(&warnings(&format!("M:3/4\nL:1/4\nK:C\n{music}")));
}

#[test]
fn a_bar_of_the_wrong_length_is_reported_with_its_number() {
    check(
        "CDE|FG|ABc|",
        expect![[r#"
        Repair: line 4, column 5: bar 2 of voice 1 lasts 1/2 of a whole note, the meter asks for 3/4
    "#]],
    );
    check(
        "E|CDE|CDEF|",
        expect![[r#"
        Repair: line 4, column 7: bar 2 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4
    "#]],
    );
}

#[test]
fn upbeats_are_allowed_where_a_section_begins_or_ends() {
    check("E|CDE|CDE|FG|]", expect![""]);
    check("E|CDE|CD:|:E|FGA|FG:|", expect![""]);
    check("E|CDE|CD||E|FGA|FG|]", expect![""]);
    check("E|CDE|1 CD:|2 CD||", expect![""]);
    // A bar that is too long is not an upbeat.
    check(
        "CDEF|CDE|",
        expect![[r#"
        Repair: line 4, column 1: bar 1 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4
    "#]],
    );
}

#[test]
fn the_parts_of_a_divided_bar_share_their_number() {
    check(
        "E|CDE|CD:|:E|FGA|FG|CDE|CDE|]",
        expect![[r#"
        Repair: line 4, column 18: bar 4 of voice 1 lasts 1/2 of a whole note, the meter asks for 3/4
    "#]],
    );
}

#[test]
fn free_meter_has_no_wrong_bars_and_a_change_is_followed() {
    assert!(warnings("L:1/4\nK:C\nCDE|FG|A|B|c|").is_empty());
    check("CDE|[M:2/4]FG|AB|[M:6/8]ABC|", expect![""]);
    let score = decode("M:3/4\nL:1/4\nK:C\nCDE|[M:2/4]FG|").unwrap().score;
    let meters: Vec<_> = score.meters.iter().map(|meter| (meter.tick, meter.numerator)).collect();
    assert_eq!(meters, [(0, 3), (3 * u64::from(TICKS_PER_QUARTER), 2)]);
}

#[test]
fn voices_of_different_lengths_are_reported() {
    let text = "M:2/4\nL:1/4\nV:1\nV:2\nK:C\n[V:1] CD|EF|\n[V:2] CD|\n";
    expect![[r#"
        Repair: line 7, column 7: voice 2 lasts 1/2 of a whole note with its repeats, the first voice 1/1
    "#]]
    .assert_eq(&warnings(text));
}

#[test]
fn everything_left_out_is_reported_with_its_place() {
    check(
        "{g}C !trill!D \"G7\"E|",
        expect![[r#"
        Note: line 4, column 1: grace notes were left out
        Note: line 4, column 6: the decoration !trill! was left out
        Note: line 4, column 15: the chord symbol "G7" was left out
    "#]],
    );
    check(
        "(3CD|EFG-|",
        expect![[r#"
        Repair: line 4, column 5: the tuplet lacks notes at its end
        Repair: line 4, column 8: the tie leads to no note of its pitch and was left out
    "#]],
    );
    let text = "%%MIDI drumon\nX:1\nQ:Allegro\nK:C clef=bass sound=E\nm:x\nC\n\nText.\nCD|\nX:2\nK:C\nD";
    expect![[r#"
        Note: line 1, column 1: the instruction MIDI drumon is not supported and was left out
        Note: line 3, column 3: a tempo without a number was left out; add one, such as 1/4=120
        Note: line 4, column 3: the property sound=E is not supported and was left out
        Note: line 5, column 3: the field m: is not supported and was left out
        Note: line 8, column 1: text after the empty line that ends the tune was left out
        Repair: line 9, column 1: music after the empty line that ends the tune was left out; remove the empty line, or begin a tune with X:
        Note: line 10, column 1: the text has 2 tunes; only the first was read
    "#]].assert_eq(&warnings(text));
}

#[test]
fn legal_abc_is_not_repaired_and_slips_are() {
    let severities = |text: &str| -> Vec<Severity> {
        decode(text).unwrap().warnings.iter().map(|warning| warning.severity).collect()
    };
    let legal = [
        "K:C\n{g}C",
        "K:C\n!trill!C",
        "K:C\n.C",
        "K:C\n\"G7\"C",
        "%%MIDI drumon\nK:C\nC",
        "I:linebreak $\nK:C\nC",
        "Q:Allegro\nK:C\nC",
        "P:AB\nK:C\nC",
        "U:T=!trill!\nK:C\nTC",
        "K:C score=E\nC",
        "V:1 sound=E\nK:C\nC",
        "K:C\nC\n\nPrinted in Vienna.",
        "K:C\nC\n\nX:2\nK:C\nD",
    ];
    for text in legal {
        assert_eq!(severities(text), [Severity::Note], "{text}");
    }
    let slips = [
        "M:3/4\nL:1/4\nK:C\nCDE|CDEF|CDE|",
        "M:2/4\nL:1/4\nK:C\n[V:1]CD|EF|\n[V:2]CD|",
        "K:C\nC-D",
        "K:C\n(3CD|",
        "K:C\nC>|",
        "K:C\nCD|\n\nEF|",
    ];
    for text in slips {
        assert_eq!(severities(text), [Severity::Repair], "{text}");
    }
}

#[test]
fn many_warnings_of_a_kind_are_counted() {
    let found = decode(&format!("K:C\n{}", "{g}C".repeat(50))).unwrap().warnings;
    assert_eq!(found.len(), 21);
    expect!["Note: line 2, column 81: and 30 more grace notes, which are not listed"]
        .assert_eq(&format!("{:?}: {}", found[20].severity, found[20]));
}

/// When the bars of a tune begin, in quarter notes.
#[track_caller]
fn check_bars(tune: &str, starts: &[u64]) {
    let score = decode(&format!("X:1\nL:1/4\nK:C\n{tune}\n")).unwrap().score;
    let bars = score.bar_map();
    let found: Vec<u64> = (0..bars.n_bars()).map(|bar| bars.start(bar)).collect();
    let expected: Vec<u64> = starts.iter().map(|start| start * u64::from(score.ticks_per_quarter)).collect();
    assert_eq!(found, expected, "{tune}");
}

#[test]
fn an_upbeat_is_a_short_bar() {
    check_bars("M:3/4\nc|def|gab|c'3|", &[0, 1, 4, 7]);
    check_bars("M:3/4\ndef|gab|c'3|", &[0, 3, 6]);
    // The last bar of a repeat is shorter by the upbeat.
    check_bars("M:3/4\n|:c|def|ga:|", &[0, 1, 4, 7, 10]);
    // The meter changes after the upbeat anyway.
    check_bars("M:3/4\nc|[M:2/4]de|fg|", &[0, 1, 3]);
    check_bars("M:none\nc|def|", &[0]);
}
