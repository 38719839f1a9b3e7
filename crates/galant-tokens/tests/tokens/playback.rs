use galant_tokens::PlaybackTally;
use galant_types::{Meter, Note, Part, Playback, Score, Tempo};

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
fn the_most_common_is_what_lasts_longest_and_plays_most() {
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
fn of_equals_the_lowest_is_taken() {
    let mut tally = PlaybackTally::default();
    let tempos = [(0, 700_000), (600, 600_000)];
    let tempos = tempos.map(|(tick, us_per_quarter)| Tempo { tick, us_per_quarter }).to_vec();
    tally.add(&Score { tempos, ..score(1200) });
    assert_eq!(tally.playback().us_per_quarter, 600_000);
}
