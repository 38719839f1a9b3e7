use galant_abc::decode;

/// The letters of the notes in the order in which they are played.
fn played(music: &str) -> String {
    let decoded = decode(&format!("L:1/4\nK:C\n{music}")).unwrap();
    assert!(decoded.warnings.is_empty(), "{music}: {:?}", decoded.warnings);
    let letter = |pitch: u8| {
        ["C", "D", "E", "F", "G", "A", "B"][[0, 2, 4, 5, 7, 9, 11].iter().position(|&p| p == pitch % 12).unwrap()]
    };
    decoded.score.notes.iter().map(|note| letter(note.pitch)).collect()
}

#[track_caller]
fn check(music: &str, expected: &str) {
    assert_eq!(played(music), expected, "{music}");
}

#[test]
fn a_section_between_repeat_signs_is_played_twice() {
    check("C|:D|E:|F", "CDEDEF");
    check("|:C:|:D:|", "CCDD");
    check("C::D:|", "CCDD");
    check("|:C:|\n|:D:|\n", "CCDD");
    check("|:C::|D", "CCCD");
}

#[test]
fn a_repeat_without_a_beginning_goes_back_to_the_last_end() {
    check("C|D:|E:|F", "CDCDEEF");
}

/// As abc2midi does: the first repeat of a tune goes back to its beginning, a later one to a double bar line.
#[test]
fn a_later_repeat_without_a_beginning_goes_back_to_a_double_bar_line() {
    check("C||D:|", "CDCD");
    check("C:|D||E:|F", "CCDEEF");
    check("C:|D|]E|F:|G", "CCDEFEFG");
    check("C:|:D||E:|F", "CCDEDEF");
}

#[test]
fn endings_are_played_in_their_playings() {
    check("|:C|1D:|2E|]F", "CDCEF");
    check("|:C|[1D:|[2E|F", "CDCEF");
    check("|:C|1,2D:|3E|F", "CDCDCEF");
    check("|:C|1D:|E", "CDCE");
    check("|:C|1-3D|E:|4F||G", "CDECDECDECFG");
    // A section that follows a double bar line after the last ending is repeated by itself.
    check("|:C|1D:|2E||F:|G", "CDCEFFG");
    // A double bar line right before an ending begins no section.
    check("C:|D||1E:|2F|]", "CCDEDF");
}

#[test]
fn voices_are_repeated_each() {
    let text = "L:1/4\nV:1\nV:2 name=\"left hand\"\nK:C\nV:1\n|:CD:|\nV:2\n|:C,2:|\n";
    let decoded = decode(text).unwrap();
    assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
    let notes: Vec<_> = decoded.score.notes.iter().map(|note| (note.track, note.channel, note.pitch)).collect();
    assert_eq!(notes, [(0, 0, 60), (1, 1, 48), (0, 0, 62), (0, 0, 60), (1, 1, 48), (0, 0, 62)]);
    let names: Vec<_> = decoded.score.parts.iter().map(|part| (part.name.as_str(), part.program)).collect();
    assert_eq!(names, [("1", Some(0)), ("left hand", Some(0))]);
}

#[test]
fn the_tenth_voice_keeps_off_the_drum_channel() {
    let voices: String = (1..=17).map(|voice| format!("[V:{voice}]C|\n")).collect();
    let channels: Vec<u8> =
        decode(&format!("K:C\n{voices}")).unwrap().score.parts.iter().map(|part| part.channel).collect();
    assert_eq!(channels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0, 1]);
}

#[test]
fn what_the_header_says_stands_at_the_beginning() {
    let score = decode("X:1\nT:Air\nC:Anon.\nM:6/8\nQ:\"Andante\" 3/8=40\nK:Gm\nG").unwrap().score;
    assert_eq!(score.texts, ["Air", "Anon."]);
    assert_eq!((score.meters[0].numerator, score.meters[0].denominator_log2), (6, 3));
    assert_eq!((score.keys[0].sharps, score.keys[0].minor), (-2, true));
    // 40 dotted quarters a minute are 60 quarters.
    assert_eq!(score.tempos[0].us_per_quarter, 1_000_000);
    // 60,000,000 / 7 = 8,571,428.57
    assert_eq!(decode("Q:1/4=7\nK:C\nC").unwrap().score.tempos[0].us_per_quarter, 8_571_429);
}

#[test]
fn a_change_that_each_voice_brings_is_one() {
    let text = "K:C\n[V:1]CD[K:D][M:2/4][Q:1/4=90]EF|\n[V:2]CD[K:D][M:2/4][Q:1/4=90]EF|\n";
    let score = decode(text).unwrap().score;
    assert_eq!((score.keys.len(), score.meters.len(), score.tempos.len()), (2, 1, 1));
}
