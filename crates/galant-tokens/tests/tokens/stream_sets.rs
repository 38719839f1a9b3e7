use expect_test::{Expect, expect};
use galant_tokens::stream::{Stream, StreamSet, StreamValues};
use galant_tokens::{ChordTokenizer, Grid, Tokenizer};

use crate::streams::{meter, of_voices, tokenizers};

#[test]
fn streams_have_names() {
    for stream in of_voices() {
        assert_eq!(stream.to_string().parse(), Ok(stream));
    }
    for text in ["", "lookback", "lookback-0", "lookback-01", "lookback-+1", "lookback-256", "Key"] {
        assert!(text.parse::<Stream>().is_err(), "{text}");
    }
    let message = "lookback-0".parse::<Stream>().unwrap_err().to_string();
    expect!["'lookback-0' is not a stream; the streams are meter, position, bars-played, bars-left, key, style, and lookback-1 to lookback-255; of voices also voice, held, own, previous, lookback-next-1 and so on, and for each part sounding-1, held-1, given-1, ahead-1 and until-1"].assert_eq(&message);
}

#[track_caller]
fn check_refusal(tokenizer: Tokenizer, streams: &str, values: StreamValues, message: Expect) {
    let streams = streams.split(' ').map(|name| name.parse().unwrap()).collect();
    message.assert_eq(&StreamSet::new(tokenizer, streams, values).unwrap_err().to_string());
}

#[test]
fn what_is_no_set_of_streams_is_refused() {
    let [rhythm, _] = tokenizers(Grid::default());
    let chords = Tokenizer::Chords(ChordTokenizer::default());
    let values = |meters: &[(u8, u8)], n_positions, styles: &[&str]| StreamValues {
        meters: meters.iter().map(|&(numerator, log2)| meter(numerator, log2)).collect(),
        n_positions,
        styles: styles.iter().map(|&style| style.to_owned()).collect(),
    };
    let no_values = || values(&[], 0, &[]);
    check_refusal(
        chords,
        "key position",
        no_values(),
        expect!["the stream position needs rhythm, which chord tokens do not have; their streams are key and style"],
    );
    check_refusal(
        rhythm,
        "key held",
        no_values(),
        expect!["the stream held needs parts, which rhythm tokens do not have; use the tokenizer voices"],
    );
    check_refusal(
        Tokenizer::Voices(Default::default()),
        "key given-2",
        no_values(),
        expect!["the stream given-2 needs the stream voice beside it; add it"],
    );
    check_refusal(
        rhythm,
        "key style key",
        no_values(),
        expect!["the stream 'key' is listed twice; each may be listed once"],
    );
    let many = (1..33).map(|n_bars| format!("lookback-{n_bars}")).collect::<Vec<_>>().join(" ");
    check_refusal(rhythm, &many, no_values(), expect!["32 streams, over the limit of 31; leave some out"]);
    check_refusal(rhythm, "position", no_values(), expect!["the longest bar has 0 steps; it must have 1 to 1536"]);
    check_refusal(
        rhythm,
        "meter",
        values(&[(4, 2), (4, 2)], 0, &[]),
        expect!["the meter '4/4' is listed twice; each may be listed once"],
    );
    check_refusal(
        rhythm,
        "meter",
        values(&[(4, 9)], 0, &[]),
        expect!["a meter has 4 beats of 1/2^9 of a whole note; it must have 1 to 255 of 1 to 1/2^8"],
    );
    check_refusal(
        rhythm,
        "style",
        values(&[], 0, &["b", "a"]),
        expect!["the style 'a' is listed after 'b'; styles must be sorted"],
    );
    // Lists that no stream uses do not matter.
    let streams = vec![Stream::Key];
    let set = StreamSet::new(chords, streams, values(&[(0, 0)], 9999, &["b", "a"])).unwrap();
    assert_eq!((set.values(), set.vocab_sizes(7)), (&no_values(), vec![25]));
}
