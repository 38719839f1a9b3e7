use galant_abc::{TICKS_PER_QUARTER, decode};

/// What decoding warns of, line by line.
fn warnings(text: &str) -> Vec<String> {
    decode(text).unwrap().warnings.iter().map(ToString::to_string).collect()
}

/// Warnings of a tune in 3/4, whose music begins in line 4.
#[track_caller]
fn check(music: &str, expected: &[&str]) {
    assert_eq!(warnings(&format!("M:3/4\nL:1/4\nK:C\n{music}")), expected, "{music}");
}

#[test]
fn a_bar_of_wrong_length_is_named_with_its_number() {
    check("CDE|FG|ABc|", &["line 4, column 5: bar 2 of voice 1 lasts 1/2 of a whole note, the meter asks for 3/4"]);
    check("E|CDE|CDEF|", &["line 4, column 7: bar 2 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4"]);
}

#[test]
fn upbeats_are_allowed_where_a_section_begins_or_ends() {
    check("E|CDE|CDE|FG|]", &[]);
    check("E|CDE|CD:|:E|FGA|FG:|", &[]);
    check("E|CDE|CD||E|FGA|FG|]", &[]);
    check("E|CDE|1 CD:|2 CD||", &[]);
    // A bar that is too long is none.
    check("CDEF|CDE|", &["line 4, column 1: bar 1 of voice 1 lasts 1/1 of a whole note, the meter asks for 3/4"]);
}

#[test]
fn the_parts_of_a_divided_bar_share_their_number() {
    let bar_4 = "line 4, column 17: bar 4 of voice 1 lasts 1/2 of a whole note, the meter asks for 3/4";
    check("E|CDE|CD:|:E|FGA|FG|CDE|CDE|]", &[&bar_4.replace("column 17: bar 4", "column 18: bar 4")]);
}

#[test]
fn free_meter_has_no_wrong_bars_and_a_change_is_followed() {
    assert!(warnings("L:1/4\nK:C\nCDE|FG|A|B|c|").is_empty());
    check("CDE|[M:2/4]FG|AB|[M:6/8]ABC|", &[]);
    let score = decode("M:3/4\nL:1/4\nK:C\nCDE|[M:2/4]FG|").unwrap().score;
    let meters: Vec<_> = score.meters.iter().map(|meter| (meter.tick, meter.numerator)).collect();
    assert_eq!(meters, [(0, 3), (3 * u64::from(TICKS_PER_QUARTER), 2)]);
}

#[test]
fn voices_that_part_are_named() {
    let text = "M:2/4\nL:1/4\nV:1\nV:2\nK:C\n[V:1] CD|EF|\n[V:2] CD|\n";
    let expected = "line 7, column 7: voice 2 lasts 1/2 of a whole note with its repeats, the first voice 1/1";
    assert_eq!(warnings(text), [expected]);
}

#[test]
fn each_thing_left_out_is_named_with_its_place() {
    check(
        "{g}C !trill!D \"G7\"E|",
        &[
            "line 4, column 1: grace notes were left out",
            "line 4, column 6: the decoration !trill! was left out",
            "line 4, column 15: the chord symbol \"G7\" was left out",
        ],
    );
    check(
        "(3CD|EFG-|",
        &[
            "line 4, column 5: the tuplet lacks notes at its end",
            "line 4, column 8: the tie leads to no note of its pitch and was left out",
        ],
    );
    let text = "%%MIDI program 1\nX:1\nQ:Allegro\nK:C clef=bass transpose=-2\nm:x\nC\n\nText.\nX:2\nK:C\nD";
    assert_eq!(
        warnings(text),
        [
            "line 1, column 1: the instruction MIDI program 1 is not followed and was left out",
            "line 3, column 3: a tempo in tokens alone was left out; add one as 1/4=120",
            "line 4, column 3: the property transpose=-2 is not followed and was left out",
            "line 5, column 3: the field m: is not followed and was left out",
            "line 8, column 1: text after the empty line that ends the tune was left out",
            "line 9, column 1: a later tune was left out; only the first is read",
        ]
    );
}

#[test]
fn many_warnings_of_a_kind_are_counted() {
    let found = warnings(&format!("K:C\n{}", "{g}C".repeat(50)));
    assert_eq!(found.len(), 21);
    assert_eq!(found[20], "line 2, column 81: and 30 more grace notes, which are not listed");
}
