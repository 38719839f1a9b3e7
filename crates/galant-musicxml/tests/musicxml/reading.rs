//! Files as they are played.

use galant_musicxml::{MAX_WARNINGS_PER_KIND, TICKS_PER_QUARTER, decode};
use galant_types::{KeySignature, Meter, Place, Tempo};

use crate::{note, notes, partwise, warnings};

/// The notes as music21 plays them, from the script beside them.
#[track_caller]
fn check_with_music21(xml: &str, expected: &str) {
    let score = decode(xml.as_bytes()).unwrap().score;
    let mut found: Vec<(u16, i64, i64, u8)> =
        score.notes.iter().map(|note| (note.track, note.onset as i64, note.length as i64, note.pitch)).collect();
    let ticks = |quarters: &str| {
        let (numerator, denominator) = quarters.split_once('/').unwrap_or((quarters, "1"));
        let quarters: f64 = numerator.parse::<f64>().unwrap() / denominator.parse::<f64>().unwrap();
        (quarters * f64::from(TICKS_PER_QUARTER)).round() as i64
    };
    let mut expected: Vec<(u16, i64, i64, u8)> = expected
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            (fields[0].parse().unwrap(), ticks(fields[1]), ticks(fields[2]), fields[3].parse().unwrap())
        })
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn notes_are_those_that_music21_reads() {
    check_with_music21(include_str!("golden/duet.musicxml"), include_str!("golden/duet.txt"));
    check_with_music21(include_str!("golden/repeats.musicxml"), include_str!("golden/repeats.txt"));
}

#[test]
fn a_score_by_bars_is_read_as_one_by_parts() {
    let by_part = include_str!("golden/duet.musicxml");
    // The bars of both parts, interleaved.
    let parts: Vec<Vec<&str>> = by_part
        .split("<part id=")
        .skip(1)
        .map(|part| {
            part.split("<measure")
                .skip(1)
                .map(|bar| bar.split_once('>').unwrap().1.split("</measure>").next().unwrap())
                .collect()
        })
        .collect();
    let bars: String = (0..parts[0].len())
        .map(|bar| {
            let implicit = if bar == 0 { " implicit=\"yes\"" } else { "" };
            let inner: String =
                (0..2).map(|part| format!("<part id=\"P{}\">{}</part>", part + 1, parts[part][bar])).collect();
            format!("<measure number=\"{bar}\"{implicit}>{inner}</measure>")
        })
        .collect();
    let head = by_part.split("<part-list>").nth(1).unwrap().split("</part-list>").next().unwrap();
    let by_bar = format!("<score-timewise><part-list>{head}</part-list>{bars}</score-timewise>");
    assert_eq!(decode(by_bar.as_bytes()).unwrap().score, decode(by_part.as_bytes()).unwrap().score);
}

#[test]
fn an_upbeat_and_a_bar_divided_by_a_repeat_keep_the_bar_lines() {
    let quarters = |n: usize| note("C5", 1, "").repeat(n);
    let attributes =
        "<attributes><divisions>1</divisions><time><beats>3</beats><beat-type>4</beat-type></time></attributes>";
    let backward = "<barline location=\"right\"><repeat direction=\"backward\"/></barline>";
    let bars = [
        format!("{attributes}{}", quarters(1)),
        quarters(3),
        format!("{}{backward}", quarters(2)),
        quarters(1),
        quarters(3),
        quarters(2),
    ];
    let xml = partwise(&[&bars.each_ref().map(String::as_str)]);
    let score = decode(xml.as_bytes()).unwrap().score;
    assert!(warnings(&xml).is_empty(), "{:?}", warnings(&xml));
    let quarter = u64::from(TICKS_PER_QUARTER);
    let lines: Vec<u64> = score.bar_map().bar_lines().map(|tick| tick / quarter).collect();
    // 1, then bars of three, of which one is made of two beats before the repeat and the upbeat after it.
    assert_eq!(lines, [0, 1, 4, 7, 10, 13, 16, 19]);
    let meter = |tick| Meter { tick, numerator: 3, denominator_log2: 2 };
    assert_eq!(score.meters, [meter(0), meter(quarter)]);
}

#[test]
fn tempo_meter_and_key_are_read_where_they_change() {
    let attributes = "<attributes><divisions>2</divisions><key><fifths>-3</fifths><mode>minor</mode></key>\
                      <time><beats>3+2</beats><beat-type>8</beat-type></time></attributes>";
    let metronome = "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>\
                     <per-minute>60</per-minute></metronome></direction-type></direction>";
    let bars = [
        format!("{attributes}<sound tempo=\"100\"/>{}", note("C4", 5, "")),
        format!("{}{metronome}{}", note("C4", 2, ""), note("C4", 3, "")),
    ];
    let score = decode(partwise(&[&[&bars[0], &bars[1]]]).as_bytes()).unwrap().score;
    assert_eq!(score.meters, [Meter { tick: 0, numerator: 5, denominator_log2: 3 }]);
    assert_eq!(score.keys, [KeySignature { tick: 0, sharps: -3, minor: true }]);
    // Sixty dotted quarter notes are ninety quarter notes a minute.
    let quarter = u64::from(TICKS_PER_QUARTER);
    assert_eq!(
        score.tempos,
        [Tempo { tick: 0, us_per_quarter: 600_000 }, Tempo { tick: quarter * 7 / 2, us_per_quarter: 666_667 }]
    );
}

#[test]
fn keys_are_those_of_a_part_that_is_not_transposed() {
    let horn = "<attributes><key><fifths>0</fifths></key><transpose><chromatic>-7</chromatic></transpose></attributes>";
    let flute = "<attributes><key><fifths>-1</fifths></key></attributes>";
    let (horn, flute) = (format!("{horn}{}", note("C5", 4, "")), format!("{flute}{}", note("F5", 4, "")));
    let score = decode(partwise(&[&[&horn], &[&flute]]).as_bytes()).unwrap().score;
    assert_eq!(score.keys, [KeySignature { tick: 0, sharps: -1, minor: false }]);
    assert_eq!(score.notes.iter().map(|note| note.pitch).collect::<Vec<_>>(), [65, 77]);
}

#[test]
fn drums_are_those_of_their_instruments_on_the_channel_of_drums() {
    let drum = |id: &str| format!("<note><unpitched/><duration>1</duration><instrument id=\"{id}\"/></note>");
    let xml = format!(
        "<score-partwise><part-list><score-part id=\"P1\"><part-name>Drums</part-name>\
         <score-instrument id=\"a\"/><score-instrument id=\"b\"/>\
         <midi-instrument id=\"a\"><midi-channel>10</midi-channel><midi-unpitched>37</midi-unpitched></midi-instrument>\
         <midi-instrument id=\"b\"><midi-unpitched>43</midi-unpitched></midi-instrument></score-part></part-list>\
         <part id=\"P1\"><measure number=\"1\">{}{}{}</measure></part></score-partwise>",
        drum("a"),
        drum("b"),
        drum("c")
    );
    let decoded = decode(xml.as_bytes()).unwrap();
    let found: Vec<(u8, u8)> = decoded.score.notes.iter().map(|note| (note.channel, note.pitch)).collect();
    assert_eq!(found, [(9, 36), (9, 42), (9, 38)]);
    assert_eq!(decoded.warnings.len(), 1, "{:?}", decoded.warnings);
}

#[test]
fn channels_and_programs_are_those_of_the_file_as_far_as_they_are_free() {
    let instrument = |part: &str, channel: u8| {
        format!(
            "<score-part id=\"{part}\"><part-name>{part}</part-name><midi-instrument id=\"{part}-I\">\
             <midi-channel>{channel}</midi-channel><midi-program>41</midi-program></midi-instrument></score-part>"
        )
    };
    let parts = "<part id=\"A\"><measure/></part><part id=\"B\"><measure/></part><part id=\"C\"><measure/></part>";
    let list =
        [instrument("A", 3), instrument("B", 3), "<score-part id=\"C\"><part-name/></score-part>".into()].concat();
    let xml = format!("<score-partwise><part-list>{list}</part-list>{parts}</score-partwise>");
    let score = decode(xml.as_bytes()).unwrap().score;
    let found: Vec<_> = score.parts.iter().map(|part| (part.name.as_str(), part.channel, part.program)).collect();
    assert_eq!(found, [("A", 2, Some(40)), ("B", 0, Some(40)), ("", 1, None)]);
}

#[test]
fn a_tie_goes_on_in_its_own_voice_and_over_a_repeat() {
    let tie = |kind: &str, voice: u8| format!("<tie type=\"{kind}\"/><voice>{voice}</voice>");
    let backward = "<barline location=\"right\"><repeat direction=\"backward\"/></barline>";
    let first = format!(
        "<barline location=\"left\"><repeat direction=\"forward\"/></barline>{}<backup><duration>4</duration></backup>{}",
        note("C5", 4, &tie("start", 1)),
        note("C5", 4, &tie("start", 2))
    );
    let second = format!(
        "{}{}<backup><duration>4</duration></backup>{}{backward}",
        note("C5", 1, &tie("stop", 2)),
        note("D5", 3, &tie("start", 2)),
        note("C5", 4, &tie("stop", 1))
    );
    let xml = partwise(&[&[&first, &second, &note("D5", 2, &tie("stop", 2))]]);
    let mut found = notes(&decode(xml.as_bytes()).unwrap().score);
    found.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let (c, d) = (72, 74);
    assert_eq!(found, [(0.0, 5.0, c), (0.0, 8.0, c), (5.0, 3.0, d), (8.0, 5.0, c), (8.0, 8.0, c), (13.0, 5.0, d)]);
    // The tie led somewhere in the second playing.
    assert!(warnings(&xml).is_empty(), "{:?}", warnings(&xml));
}

#[test]
fn a_tie_that_is_only_drawn_holds_too() {
    let tied = |kind: &str| note("C5", 4, &format!("<notations><tied type=\"{kind}\"/></notations>"));
    let score = decode(partwise(&[&[&tied("start"), &tied("stop")]]).as_bytes()).unwrap().score;
    assert_eq!(notes(&score), [(0.0, 8.0, 72)]);
}

#[test]
fn what_is_left_out_is_said_with_its_place() {
    let note_with = |more: &str| note("C5", 4, more);
    let grace = "<note><grace/><pitch><step>D</step><octave>5</octave></pitch></note>";
    let quarter_tone =
        "<note><pitch><step>D</step><alter>0.5</alter><octave>5</octave></pitch><duration>4</duration></note>";
    let bars = [
        format!("<harmony/>{grace}{}", note_with("")),
        note_with("<notations><ornaments><trill-mark/></ornaments><fermata/><slur type=\"start\"/></notations>"),
        format!(
            "{}<note><cue/><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note>",
            note("C5", 2, "")
        ),
        quarter_tone.to_owned(),
        note_with("<tie type=\"start\"/>"),
        "<attributes><time><beats>4</beats><beat-type>5</beat-type></time></attributes>".to_owned() + &note_with(""),
        "<note><rest/></note>".to_owned(),
    ];
    let xml = partwise(&[&bars.each_ref().map(String::as_str)]);
    expect_test::expect![[r#"
        [
            "Note: a chord symbol was left out",
            "Note: a grace note was left out",
            "Note: the ornament trill-mark was left out",
            "Note: a cue note was left out",
            "Note: a pitch between two semitones was rounded to the nearer one",
            "Repair: the tie leads to no note of its pitch and was left out",
            "Repair: time has the value '4/5' and was left out; a meter is 1 to 255 beats of a whole note, a half, a quarter and so on",
            "Repair: a note without a duration was left out",
        ]
    "#]]
    .assert_debug_eq(&warnings(&xml));
    let place = decode(xml.as_bytes()).unwrap().warnings[2].place;
    assert!(matches!(place, Place::Line { line: 4, column: 118 }), "{place:?}");
}

#[test]
fn many_warnings_of_a_kind_are_counted() {
    let grace = "<note><grace/><pitch><step>D</step><octave>5</octave></pitch></note>".repeat(30);
    let found = warnings(&partwise(&[&[&grace]]));
    assert_eq!(found.len(), MAX_WARNINGS_PER_KIND + 1);
    assert_eq!(found[MAX_WARNINGS_PER_KIND], "Note: and 10 more grace notes, which are not listed");
}
