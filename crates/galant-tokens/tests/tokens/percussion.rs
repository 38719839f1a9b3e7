use galant_tokens::stream::Frame;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, PlaybackTally, Tokenizer};
use galant_types::{Note, PERCUSSION_CHANNEL, Part, Score};

/// Notes of a tune, and drums among them, before them and long after them.
fn song_and_drums() -> (Score, Score) {
    let note = |(onset, pitch)| Note { onset, length: 240, pitch, velocity: 64, channel: 3, track: 1 };
    let drum = |onset| Note { onset, length: 1, pitch: 38, velocity: 127, channel: PERCUSSION_CHANNEL, track: 0 };
    let tune: Vec<Note> = [(480, 60), (480, 64), (720, 62), (1440, 67)].into_iter().map(note).collect();
    let mut notes: Vec<Note> = (0..40).map(|beat| drum(240 * beat)).chain(tune.iter().copied()).collect();
    notes.sort_unstable();
    let part = |track, channel, program| Part { track, channel, name: String::new(), program: Some(program) };
    let parts = vec![part(0, PERCUSSION_CHANNEL, 16), part(1, 3, 40)];
    let song = Score { notes: tune, parts, ..Score::new(480) };
    (song.clone(), Score { notes, ..song })
}

#[test]
fn percussion_never_becomes_pitches() {
    let (song, with_drums) = song_and_drums();
    let chords = |rules| Tokenizer::Chords(ChordTokenizer { rules, top: None });
    let grid = GridTokenizer::default();
    let tokenizers =
        [chords(ChordRules::Standard), chords(ChordRules::Lecture), Tokenizer::Rhythm(grid), Tokenizer::Notes(grid)];
    for tokenizer in tokenizers {
        assert_eq!(tokenizer.encode(&with_drums), tokenizer.encode(&song), "{}", tokenizer.name());
        let drums_alone = Score {
            notes: with_drums.notes.iter().filter(|note| note.is_percussion()).copied().collect(),
            ..song.clone()
        };
        assert_eq!(tokenizer.encode(&drums_alone).tokens, [], "{}", tokenizer.name());
    }
}

#[test]
fn neither_bars_nor_playback_follow_percussion() {
    let (song, with_drums) = song_and_drums();
    let frame = |score| Frame::of_score(score, Grid::default(), None);
    assert_eq!((frame(&with_drums).n_bars(), frame(&with_drums).key()), (frame(&song).n_bars(), frame(&song).key()));
    let mut tally = PlaybackTally::default();
    tally.add(&with_drums);
    let playback = tally.playback();
    assert_eq!((playback.program, playback.velocity), (40, 64));
}
