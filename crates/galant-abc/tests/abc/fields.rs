use expect_test::{Expect, expect};
use galant_abc::decode;
use galant_types::Severity;

/// The pitches of `CDEFGABc` after a field K:, and the repairs.
#[track_caller]
fn check_key(field: &str, music: &str, expected: &[u8], n_repairs: usize) {
    let decoded = decode(&format!("X:1\nL:1/8\n{field}\n{music}\n")).unwrap();
    let pitches: Vec<u8> = decoded.score.notes.iter().map(|note| note.pitch).collect();
    let repairs: Vec<_> = decoded.warnings.iter().filter(|warning| warning.severity == Severity::Repair).collect();
    assert_eq!(pitches, expected, "{field}");
    assert_eq!(repairs.len(), n_repairs, "{field}: {repairs:?}");
}

/// ABC 2.1, 3.1.14.
#[test]
fn keys_sound_as_they_say() {
    let white = [60, 62, 64, 65, 67, 69, 71, 72];
    for key in ["K:", "K: ", "K:none", "K:C", "K:clef=bass", "K:bass", "K:Am", "K:C exp", "K:alto", "K:exp", "K:c"] {
        check_key(key, "CDEFGABc", &white, 0);
    }
    for key in
        ["K:HP", "K:Hp", "K:D", "K:Bm", "K:C ^f ^c", "K:D exp ^f^c", "K:exp ^c ^f", "K:E Dorian", "K:A MIXOLYDIAN"]
    {
        check_key(key, "CDEFGABc", &[61, 62, 64, 66, 67, 69, 71, 73], 0);
    }
    check_key("K:Dphr ^f", "DEFGABcd", &[62, 63, 66, 67, 69, 70, 72, 74], 0);
    check_key("K:D exp _b _e ^f", "DEFGABcd", &[62, 63, 66, 67, 69, 70, 72, 74], 0);
    check_key("K:Cm =b", "CDEFGABc", &[60, 62, 63, 65, 67, 68, 71, 72], 0);
    check_key("K:G#", "CF", &[61, 67], 0);
    // What is no key is left out.
    check_key("K:H", "CDEFGABc", &white, 1);
    check_key("K:Qmaj", "CDEFGABc", &white, 1);
    check_key("K:C dur", "CDEFGABc", &white, 1);
    check_key("K:D", "F[K:bass]F[K:clef=alto]F[K:?]F[K:]F", &[66, 66, 66, 66, 65], 1);
}

/// Microseconds per quarter note after fields Q: in the header, with an eighth as unit; none if no tempo is read.
#[track_caller]
fn check_tempo(value: &str, expected: Option<u32>) {
    for text in [format!("M:4/4\nL:1/8\nQ:{value}\nK:C\nC"), format!("M:4/4\nL:1/8\nK:C\n[Q:{value}]C")] {
        let decoded = decode(&text).unwrap();
        let tempo = decoded.score.tempos.first().map(|tempo| tempo.us_per_quarter);
        assert_eq!(tempo, expected, "{text}");
        assert_eq!(decoded.warnings.len(), usize::from(expected.is_none()), "{text}: {:?}", decoded.warnings);
    }
}

/// ABC 2.1, 3.1.8, and the forms that it calls outdated.
#[test]
fn tempos_are_read_in_all_forms() {
    check_tempo("1/4=120", Some(500_000));
    check_tempo(" 1/4 = 120 ", Some(500_000));
    // 60,000,000 / 120.5 = 497,925.3
    check_tempo("1/4=120.5", Some(497_925));
    check_tempo("3/8=80", Some(500_000));
    check_tempo("\"Allegro\" 1/4=120", Some(500_000));
    check_tempo("3/8=80 \"slow\"", Some(500_000));
    check_tempo("1/4=ca. 80", Some(750_000));
    check_tempo("1/4=80-90", Some(750_000));
    // Five quarters, 40 times a minute.
    check_tempo("1/4 3/8 1/4 3/8=40", Some(300_000));
    // Unit lengths, here eighths.
    check_tempo("240", Some(500_000));
    check_tempo("C=240", Some(500_000));
    check_tempo("C3=80", Some(500_000));
    check_tempo("C1/2=480", Some(500_000));
    for none in
        ["\"Allegro\"", "Allegro", "", "1/4=0", "0", "x/4=120", "1/0=100", "1/4=99999999999", "1/4=1", "1/4=..", "C0=1"]
    {
        check_tempo(none, None);
    }
}

/// The first meter as a fraction, and the warnings.
#[track_caller]
fn check_meter(value: &str, expected: Option<&str>, warnings: Expect) {
    let decoded = decode(&format!("M:{value}\nL:1/8\nK:C\nC")).unwrap();
    let meter =
        decoded.score.meters.first().map(|meter| format!("{}/{}", meter.numerator, 1 << meter.denominator_log2));
    assert_eq!(meter.as_deref(), expected, "{value}");
    warnings.assert_eq(&decoded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

/// ABC 2.1, 3.1.6.
#[test]
fn meters_are_read_in_all_forms() {
    for (value, expected) in [
        ("3/4", "3/4"),
        ("C", "4/4"),
        ("C|", "2/2"),
        ("(2+3)/8", "5/8"),
        ("2+3/8", "5/8"),
        ("2+2+3/8", "7/8"),
        ("(2+3+2)/8", "7/8"),
    ] {
        check_meter(value, Some(expected), expect![""]);
    }
    check_meter("none", None, expect![""]);
    check_meter("", None, expect![""]);
    check_meter(
        "3/4 (4/4)",
        Some("3/4"),
        expect![
            "line 1, column 3: the field M: has the value '3/4 (4/4)', of which a part or all was left out; a meter is written as 3/4, (2+3)/8, C, C| or none, with 1 to 255 beats of 1/1 to 1/128"
        ],
    );
    check_meter(
        "6/8 or so",
        Some("6/8"),
        expect![
            "line 1, column 3: the field M: has the value '6/8 or so', of which a part or all was left out; a meter is written as 3/4, (2+3)/8, C, C| or none, with 1 to 255 beats of 1/1 to 1/128"
        ],
    );
    for wrong in ["0/4", "4/0", "3/5", "256/4", "4", "x", "/4", "4/", "999999999999/4", "2+/8"] {
        let decoded = decode(&format!("M:{wrong}\nL:1/8\nK:C\nC")).unwrap();
        assert!(decoded.score.meters.is_empty() && decoded.warnings.len() == 1, "{wrong}: {decoded:?}");
    }
}

#[test]
fn a_unit_length_that_is_none_is_left_out() {
    for wrong in ["1/0", "3/8", "x", "", "1/512", "0"] {
        let decoded = decode(&format!("M:4/4\nL:{wrong}\nK:C\nC8|")).unwrap();
        assert_eq!(decoded.score.notes[0].length, 4 * u64::from(galant_abc::TICKS_PER_QUARTER), "{wrong}");
        assert_eq!(decoded.warnings.len(), 1, "{wrong}: {:?}", decoded.warnings);
    }
}

/// The letters of the notes in the order in which they are played, and the warnings.
#[track_caller]
fn check_parts(text: &str, expected: &str, n_warnings: usize) {
    let decoded = decode(&format!("L:1/4\n{text}")).unwrap();
    let letter = |pitch: u8| "CcDdEFfGgAaB".as_bytes()[usize::from(pitch % 12)] as char;
    let played: String = decoded.score.notes.iter().map(|note| letter(note.pitch)).collect();
    assert_eq!(played, expected, "{text}");
    assert_eq!(decoded.warnings.len(), n_warnings, "{text}: {:?}", decoded.warnings);
}

/// ABC 2.1, 3.1.9; abc2midi plays the same.
#[test]
fn parts_are_played_in_the_order_of_the_header() {
    check_parts("P:ABA\nK:C\nP:A\nCD|\nP:B\nEF|", "CDEFCD", 0);
    check_parts("P:ABA\nK:C\n[P:A]CD|[P:B]EF|", "CDEFCD", 0);
    check_parts("P:AB2(CA)2\nK:C\nG|\nP:A\nCD:|\nP:B\nE|\nP:C\nF|", "GCDCDEEFCDCDFCDCD", 0);
    // Without an order, labels are only texts, and an order without labels plays the tune as written.
    check_parts("K:C\nP:A\nCD|\nP:B\nEF|", "CDEF", 0);
    check_parts("P:ABA\nK:C\nCD|EF|", "CDEF", 1);
    // A part that is missing costs only itself.
    check_parts("P:ABCA\nK:C\nP:A\nCD|\nP:C\nEF|", "CDEFCD", 1);
    check_parts("P:A(B\nK:C\nP:A\nCD|\nP:B\nEF|", "CDEF", 1);
    // A part may begin within a bar.
    check_parts("P:BA\nK:C\nP:A\nCD\nP:B\nEF|", "EFCD", 0);
    // Each voice has its parts.
    check_parts("P:ABA\nK:C\nP:A\n[V:1]CD|\n[V:2]EF|\nP:B\n[V:1]G2|\n[V:2]A2|\n", "CEDFGACEDF", 0);
    check_parts("P:ABA\nK:C\nV:1\nP:A\nCD|\nP:B\nG2|\nV:2\nP:A\nEF|\nP:B\nA2|\n", "CEDFGACEDF", 0);
}

#[test]
fn a_part_that_comes_back_has_its_key_and_meter_again() {
    let score = decode("P:ABA\nM:2/4\nL:1/4\nK:C\nP:A\nCF|\nP:B\n[K:G][M:3/4]CFG|").unwrap().score;
    let pitches: Vec<u8> = score.notes.iter().map(|note| note.pitch).collect();
    assert_eq!(pitches, [60, 65, 60, 66, 67, 60, 65]);
    let quarter = u64::from(galant_abc::TICKS_PER_QUARTER);
    let meters: Vec<_> = score.meters.iter().map(|meter| (meter.tick / quarter, meter.numerator)).collect();
    assert_eq!(meters, [(0, 2), (2, 3), (5, 2)]);
    let keys: Vec<_> = score.keys.iter().map(|key| (key.tick / quarter, key.sharps)).collect();
    assert_eq!(keys, [(0, 0), (2, 1), (5, 0)]);
}

/// A voice of percussion is on MIDI's channel for it, where its pitches are instruments.
#[test]
fn percussion_never_becomes_notes_of_the_piano() {
    let channels = |text: &str| -> Vec<u8> {
        let decoded = decode(text).unwrap();
        assert!(decoded.warnings.is_empty(), "{text}: {:?}", decoded.warnings);
        decoded.score.notes.iter().map(|note| note.channel).collect()
    };
    for text in ["K:C clef=perc\nCDE|", "K:C perc\nCDE|", "V:D clef=perc\nK:C\n[V:D]CDE|", "K:C\n[K:perc]CDE|"] {
        assert_eq!(channels(text), [9, 9, 9], "{text}");
    }
    assert_eq!(channels("V:1\nV:D clef=perc\nK:C\n[V:1]C|\n[V:D]C|"), [0, 9]);
}

/// A part has one instrument: that which its first note has.
#[test]
fn an_instrument_that_comes_late_or_is_none_of_midi_is_left_out() {
    let program = |music: &str| {
        let decoded = decode(&format!("L:1/4\nK:C\n{music}")).unwrap();
        let warnings: Vec<String> = decoded.warnings.iter().map(ToString::to_string).collect();
        (decoded.score.parts[0].channel, decoded.score.parts[0].program, warnings.join("; "))
    };
    let left_out = |line: u32, column: u32, text: &str| {
        format!("line {line}, column {column}: the instruction {text} is not supported and was left out")
    };
    assert_eq!(program("z4|[I:MIDI program 40]C"), (0, Some(40), String::new()));
    assert_eq!(program("%%MIDI program 40\nC\n%%MIDI program 41\nD"), (0, Some(40), left_out(5, 1, "MIDI program 41")));
    assert_eq!(program("C\n%%MIDI program 1 41\nD"), (0, Some(0), left_out(4, 1, "MIDI program 1 41")));
    assert_eq!(program("C\n%%MIDI channel 10\nD"), (0, Some(0), left_out(4, 1, "MIDI channel 10")));
    for none in
        ["MIDI program 128", "MIDI program -1", "MIDI program 17 3", "MIDI program", "MIDI channel 3", "MIDIprogram 3"]
    {
        assert_eq!(program(&format!("%%{none}\nC")), (0, Some(0), left_out(3, 1, none)));
    }
    assert_eq!(program("%%MIDI channel 10\n%%MIDI program 40\nC"), (9, None, String::new()));
}
