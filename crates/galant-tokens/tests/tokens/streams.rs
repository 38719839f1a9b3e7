use std::num::NonZeroU8;

use expect_test::expect;
use galant_tokens::stream::{BarPlace, Frame, Stream, StreamSet, StreamTally, StreamValues};
use galant_tokens::{Grid, GridTokenizer, Token, Tokenizer, Vocabulary, estimate_key};
use galant_types::{Meter, Note, Playback, Scale, Score, StreamTracker, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;
use crate::streams_from_scratch::{self, Page, Value};

fn all_streams() -> Vec<Stream> {
    let names = "meter position bars-played bars-left key style lookback-1 lookback-2 lookback-3";
    names.split(' ').map(|name| name.parse().unwrap()).collect()
}

/// All streams, and those that only voices have.
pub(crate) fn of_voices() -> Vec<Stream> {
    let names = "voice held own previous lookback-next-1 lookback-next-2 sounding-1 sounding-2 sounding-3 held-1 held-3 \
                 given-1 ahead-1 until-1 given-2 ahead-2 given-3 ahead-3 until-3";
    all_streams().into_iter().chain(names.split(' ').map(|name| name.parse().unwrap())).collect()
}

pub(crate) fn meter(numerator: u8, denominator_log2: u8) -> Meter {
    Meter { tick: 0, numerator, denominator_log2 }
}

/// A piece of bars that come back, with its page.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) score: Score,
    pub(crate) grid: Grid,
    pub(crate) page: Page,
}

/// Stretches of a meter, each of some bars.
fn meters(n_stretches: usize) -> impl Strategy<Value = Vec<(u8, u8, usize)>> {
    vec((1..6_u8, 1..4_u8, 1..6_usize), 1..=n_stretches)
}

/// A piece in several meters on a grid of 4 or 12 steps; bars are filled from four, as far as they are long enough.
pub(crate) fn piece(n_stretches: usize) -> impl Strategy<Value = Piece> {
    let bar = vec((0..20_u64, prop_oneof![1..9_u64, 40..110_u64], 60..66_u8), 0..6);
    let parts = (prop_oneof![Just(4_u16), Just(12)], 1..4_u16, meters(n_stretches), vec(bar, 4), vec(0..4_usize, 40));
    let style = prop::option::of(prop_oneof![Just("quartets"), Just("rags")]);
    (parts, style).prop_filter_map(
        "a piece needs a note",
        |((steps_per_quarter, finer, stretches, pool, order), style)| {
            let (mut bars, mut notes, mut meters) = (Vec::new(), Vec::new(), Vec::new());
            let (mut start, mut before) = (0, None);
            for (numerator, denominator_log2, n_bars) in stretches {
                let meter = meter(numerator, denominator_log2);
                let steps = (4 * u64::from(steps_per_quarter) * u64::from(numerator)) >> denominator_log2;
                if before != Some(meter) {
                    meters.push(Meter { tick: start * u64::from(finer), ..meter });
                }
                before = Some(meter);
                for _ in 0..n_bars {
                    let within = pool[order[bars.len()]].iter().filter(|(step, ..)| *step < steps);
                    notes.extend(within.map(|(step, length, pitch)| (start + step, *length, *pitch)));
                    bars.push((start, meter));
                    start += steps;
                }
            }
            // Bars go on in the meter of the last note; a change after its end is none of the piece's.
            let end = notes.iter().map(|(onset, length, _)| onset + length).max()?;
            bars.retain(|(start, _)| *start < end);
            let (last, meter) = *bars.last()?;
            let steps = (4 * u64::from(steps_per_quarter) * u64::from(meter.numerator)) >> meter.denominator_log2;
            let goes_on = (1..200).map(|n| (last + n * steps, meter));
            let last_onset = notes.iter().map(|(onset, ..)| *onset).max()?;
            let n_bars = bars.iter().filter(|(start, _)| *start <= last_onset).count() as u64;
            bars.extend(goes_on);
            let note = |(onset, length, pitch)| {
                let (onset, length) = (onset * u64::from(finer), length * u64::from(finer));
                Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 }
            };
            let mut notes: Vec<Note> = notes.into_iter().map(note).collect();
            notes.sort();
            let score = Score { notes, meters, ..Score::new(steps_per_quarter * finer) };
            let key = estimate_key(&score).map(|key| (key.tonic(), key.is_minor()));
            let style = style.map(str::to_owned);
            let page = Page { bars, n_bars: Some(n_bars), key, style, given: Default::default() };
            Some(Piece { score, grid: Grid::new(steps_per_quarter).unwrap(), page })
        },
    )
}

pub(crate) fn tokenizers(grid: Grid) -> [Tokenizer; 2] {
    let tokenizer = GridTokenizer { grid, top: None };
    [Tokenizer::Rhythm(tokenizer), Tokenizer::Notes(tokenizer)]
}

fn frame(piece: &Piece) -> Frame {
    Frame::of_score(&piece.score, piece.grid, piece.page.style.as_deref())
}

/// The set of all streams for a corpus of `frame` alone, with one style more.
pub(crate) fn set(tokenizer: Tokenizer, frame: &Frame) -> StreamSet {
    let mut tally = StreamTally::default();
    tally.add(frame);
    tally.add(&Frame::regular(meter(1, 3), frame.grid(), Some(1), None, Some("quartets")));
    let streams = if matches!(tokenizer, Tokenizer::Voices(_)) { of_voices() } else { all_streams() };
    StreamSet::new(tokenizer, streams, tally.values()).unwrap()
}

/// Checks each stream of `tokens` against its definition.
pub(crate) fn check_streams(
    tokenizer: Tokenizer,
    page: &Page,
    frame: &Frame,
    tokens: &[Token],
) -> Result<(), TestCaseError> {
    let vocabulary = Vocabulary::new(tokenizer, [tokens], 0..=0).unwrap();
    let ids = vocabulary.ids(tokens).ids;
    let set = set(tokenizer, frame);
    let nothing = TokenId(vocabulary.len() as u32);
    let streams = set.encode(&vocabulary, frame, &ids);
    let sizes = set.vocab_sizes(vocabulary.len());
    for ((stream, found), size) in set.streams().iter().zip(&streams).zip(sizes) {
        prop_assert_eq!(found.len(), ids.len());
        for (at, &found) in found.iter().enumerate() {
            prop_assert!(found.index() < size);
            let expected = match streams_from_scratch::value(page, set.values(), *stream, &tokens[..=at]) {
                Value::Number(number) => TokenId(number),
                Value::Token(token) => token.map_or(nothing, |token| vocabulary.id(&token).unwrap()),
            };
            prop_assert_eq!(found, expected, "{} after token {} of {:?}", stream, at, tokens);
        }
    }
    Ok(())
}

#[test]
fn a_tracker_says_what_the_whole_piece_says() {
    check(piece(4), |piece| {
        let frame = frame(&piece);
        prop_assert_eq!(frame.n_bars(), piece.page.n_bars);
        for tokenizer in tokenizers(piece.grid) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            check_streams(tokenizer, &piece.page, &frame, &tokens)?;
        }
        Ok(())
    });
}

#[test]
fn streams_in_composing_are_those_in_training() {
    check((piece(1), any::<prop::sample::Index>()), |(piece, fork)| {
        let in_training = frame(&piece);
        let meter = piece.page.bars[0].1;
        let playback = Playback { beats: meter.numerator, beat_log2: meter.denominator_log2, ..Playback::default() };
        let asked = (in_training.n_bars(), in_training.key(), in_training.style());
        let in_composing = Frame::regular(meter, piece.grid, asked.0, asked.1, asked.2);
        for tokenizer in tokenizers(piece.grid) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0).unwrap();
            let set = set(tokenizer, &in_training);
            let streams = set.encode(&vocabulary, &in_training, &vocabulary.ids(&tokens).ids);
            // What is composed is written to a file and read again.
            let composed = tokenizer.decode(&tokens, &playback).unwrap();
            let again = tokenizer.encode(&composed).tokens;
            prop_assert_eq!(&again, &tokens);
            let ids = vocabulary.ids(&again).ids;
            let mut tracker = set.tracker(&vocabulary, in_composing.clone());
            let fork = fork.index(ids.len());
            for (at, id) in ids.iter().enumerate() {
                if at == fork {
                    // A clone that goes elsewhere changes nothing.
                    let mut other = tracker.boxed_clone();
                    ids.iter().rev().for_each(|id| other.advance(*id));
                }
                tracker.advance(*id);
                let expected: Vec<TokenId> = streams.iter().map(|stream| stream[at]).collect();
                prop_assert_eq!(tracker.values(), expected);
            }
            // What is read again may be in another key: keys that were struck twice at a time no longer are.
            let read = Frame::of_score(&composed, piece.grid, in_training.style());
            let mut streams_read = set.encode(&vocabulary, &read, &ids);
            let key = set.streams().iter().position(|stream| *stream == Stream::Key).unwrap();
            streams_read[key].clone_from(&streams[key]);
            prop_assert_eq!(&streams_read, &streams);
        }
        Ok(())
    });
}

#[test]
fn streams_are_transposed_as_the_score_is() {
    check((piece(3), -30..=30_i8), |(piece, semitones)| {
        let mut higher = piece.clone();
        for note in &mut higher.score.notes {
            note.pitch = note.pitch.strict_add_signed(semitones);
        }
        let [before, after] = [frame(&piece), frame(&higher)];
        // Where two keys fit equally well, either may be found.
        prop_assume!(before.key() == after.key().map(|key| transposed(key, -semitones)));
        for tokenizer in tokenizers(piece.grid) {
            let tokens = [&piece, &higher].map(|piece| tokenizer.encode(&piece.score).tokens);
            let vocabulary = Vocabulary::new(tokenizer, tokens.each_ref().map(Vec::as_slice), 0..=0).unwrap();
            let set = set(tokenizer, &before);
            let streams = set.encode(&vocabulary, &before, &vocabulary.ids(&tokens[0]).ids);
            let expected = set.encode(&vocabulary, &after, &vocabulary.ids(&tokens[1]).ids);
            let tables = set.transposition(&vocabulary, semitones);
            let sizes = set.vocab_sizes(vocabulary.len());
            for (at, (stream, table)) in streams.iter().zip(tables).enumerate() {
                let Some(table) = table else {
                    prop_assert_eq!(stream, &expected[at]);
                    continue;
                };
                prop_assert_eq!(table.len(), sizes[at]);
                let moved: Vec<TokenId> = stream.iter().map(|value| table[value.index()]).collect();
                prop_assert_eq!(&moved, &expected[at], "{}", set.streams()[at]);
            }
        }
        Ok(())
    });
}

fn transposed(key: Scale, semitones: i8) -> Scale {
    let tonic = (i16::from(key.tonic()) + i16::from(semitones)).rem_euclid(12) as u8;
    if key.is_minor() { Scale::minor(tonic) } else { Scale::major(tonic) }
}

#[test]
fn lookback_reads_as_the_page() {
    // Two bars of 2/4; the second has another middle note and a longer bass.
    let tokenizer = Tokenizer::Notes(GridTokenizer { grid: Grid::new(1).unwrap(), top: None });
    let texts = "48 +2 60 +1 64 +4 +1 >1 67 +1 >1 48 +1 62 +1 64 +4 +1 >1 67 +1";
    let tokens: Vec<_> = texts.split(' ').map(|text| tokenizer.parse(text).unwrap()).collect();
    let vocabulary = Vocabulary::from_tokens(
        tokens.iter().cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
    )
    .unwrap();
    let frame = Frame::regular(meter(2, 2), Grid::new(1).unwrap(), None, None, None);
    let lookback = vec![Stream::Lookback(NonZeroU8::MIN)];
    let set = StreamSet::new(tokenizer, lookback, StreamValues::default()).unwrap();
    let found = set.encode(&vocabulary, &frame, &vocabulary.ids(&tokens).ids);
    let text = |id: &TokenId| vocabulary.token(*id).map_or("-".to_owned(), ToString::to_string);
    let texts: Vec<String> = found[0].iter().map(text).collect();
    // The first bar has nothing before it; then each is what the bar before has at that place.
    expect!["- - - - - - - - - - 48 +2 60 - 64 +4 +1 >1 67 +1 >1"].assert_eq(&texts.join(" "));
}

#[test]
fn a_shortened_silence_moves_no_bar_line() {
    // 70 bars of 4/4 of silence are shortened to 16; the note after it begins a beat after its bar line.
    let grid = Grid::new(12).unwrap();
    let note = |onset, pitch| Note { onset, length: 12, pitch, velocity: 64, channel: 0, track: 0 };
    let score = Score { notes: vec![note(0, 60), note(70 * 48 + 12, 62), note(71 * 48, 64)], ..Score::new(12) };
    let frame = Frame::of_score(&score, grid, None);
    assert_eq!(frame.n_bars(), Some(72));
    let places = [0, 767, 768, 768 + 36].map(|step| frame.place(step));
    let place = |bar, step| BarPlace { bar, step };
    assert_eq!(places, [place(0, 0), place(15, 47), place(70, 12), place(71, 0)]);
}

#[test]
fn bar_lines_off_the_grid_are_at_the_nearest_step() {
    // 5/16 on a grid of two steps a quarter: bars of two and a half steps.
    let frame = Frame::regular(meter(5, 4), Grid::new(2).unwrap(), None, None, None);
    assert_eq!([0, 1, 2, 3, 4].map(|bar| frame.bar_start(bar)), [0, 3, 5, 8, 10]);
    let places = (0..9).map(|step| frame.place(step)).map(|place| (place.bar, place.step));
    assert_eq!(places.collect::<Vec<_>>(), [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0)]);
}

#[test]
fn any_score_has_streams() {
    let note = (0..1_u64 << 40, 0..1_u64 << 40, 0..128_u8);
    let meters = vec(any::<(u64, u8, u8)>(), 0..4);
    check((1..2000_u16, vec(note, 0..6), meters, 1..=Grid::MAX), |(ticks_per_quarter, notes, meters, grid)| {
        let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 9, track: 0 };
        let mut notes: Vec<Note> = notes.iter().map(note).collect();
        notes.sort();
        let meter = |(tick, numerator, denominator_log2)| Meter { tick, numerator, denominator_log2 };
        let meters = meters.into_iter().map(meter).collect();
        let score = Score { notes, meters, ..Score::new(ticks_per_quarter) };
        let grid = Grid::new(grid).unwrap();
        let frame = Frame::of_score(&score, grid, None);
        prop_assert_eq!(frame.key(), None);
        for tokenizer in tokenizers(grid) {
            let tokens = tokenizer.encode(&score).tokens;
            let Ok(vocabulary) = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0) else { continue };
            let set = set(tokenizer, &frame);
            let streams = set.encode(&vocabulary, &frame, &vocabulary.ids(&tokens).ids);
            for (stream, size) in streams.iter().zip(set.vocab_sizes(vocabulary.len())) {
                prop_assert!(stream.iter().all(|value| value.index() < size));
            }
        }
        Ok(())
    });
}

#[test]
fn a_corpus_lists_its_commonest_meters_and_its_styles() {
    let grid = Grid::default();
    let mut tally = StreamTally::default();
    let mut add = |numerator, denominator_log2, n_bars, style| {
        tally.add(&Frame::regular(meter(numerator, denominator_log2), grid, Some(n_bars), None, style));
    };
    add(4, 2, 10, Some("b"));
    add(3, 2, 30, None);
    add(4, 2, 25, Some("a"));
    // Too long a bar to be told apart, and no bar at all.
    add(99, 2, 1, Some("b"));
    add(0, 2, 50, None);
    let values = tally.values();
    assert_eq!(values.meters, [meter(4, 2), meter(3, 2), meter(99, 2)]);
    assert_eq!((values.n_positions, values.styles), (16 * 12, vec!["a".to_owned(), "b".to_owned()]));
    for numerator in 1..200 {
        tally.add(&Frame::regular(meter(numerator, 2), grid, Some(1), None, Some(&format!("style {numerator}"))));
    }
    for number in 200..300 {
        tally.add(&Frame::regular(meter(4, 2), grid, Some(1), None, Some(&format!("style {number}"))));
    }
    let values = tally.values();
    assert_eq!((values.meters.len(), values.styles.len()), (StreamSet::MAX_METERS, StreamSet::MAX_STYLES));
    assert!(StreamSet::new(tokenizers(grid)[0], all_streams(), values).is_ok());
}

#[test]
fn what_is_not_of_the_corpus_is_another() {
    let [tokenizer, _] = tokenizers(Grid::default());
    let vocabulary = Vocabulary::from_tokens(vec![tokenizer.parse("60+12>44").unwrap()]).unwrap();
    let values =
        StreamValues { meters: vec![meter(3, 2), meter(4, 2)], n_positions: 36, styles: vec!["rags".to_owned()] };
    let set = StreamSet::new(tokenizer, all_streams(), values).unwrap();
    let told = |beats, n_bars, key: Option<&str>, style| {
        let key = key.map(|key| key.parse().unwrap());
        let frame = Frame::regular(meter(beats, 2), Grid::default(), n_bars, key, style);
        let streams = set.encode(&vocabulary, &frame, &[TokenId(0)]);
        streams[..6].iter().map(|stream| stream[0].0).collect::<Vec<_>>()
    };
    // Meter, position, bars played, bars left, key, style.
    assert_eq!(told(4, Some(5), Some("Eb dorian"), Some("rags")), [2, 35, 0, 5, 16, 1]);
    assert_eq!(told(5, None, None, Some("waltzes")), [0, 35, 0, 0, 0, 0]);
    // Beyond the end it stays the last bar.
    assert_eq!(told(3, Some(1), Some("B lydian"), None), [1, 8, 1, 1, 12, 0]);
}
