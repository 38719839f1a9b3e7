use galant_tokens::{Playback, PlaybackTally};
use galant_types::{Meter, Note, Part, Score, Tempo};

fn score(end: u64) -> Score {
    let note = |onset, length, channel, velocity| Note { onset, length, pitch: 60, velocity, channel, track: 0 };
    let part = |channel, program| Part { track: 0, channel, name: String::new(), program };
    Score {
        notes: vec![note(0, 10, 0, 40), note(10, 10, 1, 60), note(20, end - 20, 1, 80)],
        parts: vec![part(0, Some(68)), part(1, Some(40))],
        ..Score::new(100)
    }
}

#[test]
fn the_usual_is_what_holds_longest_and_plays_most() {
    let mut tally = PlaybackTally::default();
    assert_eq!(tally.playback(), Playback::default());
    let tempos = [(0, 600_000), (400, 700_000), (1100, 600_000)];
    let meters = [(0, 4, 2), (300, 3, 2)];
    tally.add(&Score {
        tempos: tempos.map(|(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).to_vec(),
        meters: meters.map(|(tick, numerator, denominator_log2)| Meter { tick, numerator, denominator_log2 }).to_vec(),
        ..score(1200)
    });
    // 500 ticks of 600,000, 700 of 700,000; 900 of 3/4; two notes of a violin.
    let expected = Playback { us_per_quarter: 700_000, beats: 3, beat_log2: 2, program: 40, velocity: 60 };
    assert_eq!(tally.playback(), expected);
    // A longer piece that says nothing is at 120 quarter notes a minute, in 4/4.
    tally.add(&score(1500));
    assert_eq!(tally.playback(), Playback { us_per_quarter: 500_000, beats: 4, ..expected });
}

#[test]
fn of_equals_the_lowest_is_the_usual() {
    let mut tally = PlaybackTally::default();
    let tempos = [(0, 700_000), (600, 600_000)];
    let tempos = tempos.map(|(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).to_vec();
    tally.add(&Score { tempos, ..score(1200) });
    assert_eq!(tally.playback().us_per_quarter, 600_000);
}

#[test]
fn what_no_file_could_say_is_refused() {
    let usual = Playback::default();
    let message = |playback: Playback| playback.validate().unwrap_err().to_string();
    assert_eq!(usual.validate(), Ok(()));
    let tempo = "the tempo in microseconds a quarter note is 0; it must be 1 to 16777215";
    assert_eq!(message(Playback { us_per_quarter: 0, ..usual }), tempo);
    assert_eq!(message(Playback { program: 128, ..usual }), "the MIDI program is 128; it must be 0 to 127");
    assert_eq!(message(Playback { velocity: 0, ..usual }), "the velocity is 0; it must be 1 to 127");
    assert!(message(Playback { beats: 0, ..usual }).starts_with("the number of beats in a bar is 0"));
    assert!(message(Playback { beat_log2: 9, ..usual }).starts_with("the power of two of the beat is 9"));
}
