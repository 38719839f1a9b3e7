use std::num::NonZeroU8;

use expect_test::{Expect, expect};
use galant_tokens::stream::{Frame, Stream, StreamSet, StreamValues};
use galant_tokens::{
    Clock, Encoded, Grid, Token, Tokenizer, Vocabulary, VoicesError, VoicesTokenizer, parse_voice, voice_parts,
};
use galant_types::{Note, Part, PartStep, Playback, Score, StreamTracker, Texture, TokenId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::round_trip::check;
use crate::streams::{Piece, check_streams, meter, piece, set};

const SIXTEENTHS: Tokenizer = Tokenizer::Voices(VoicesTokenizer { grid: Grid::SIXTEENTHS, n_parts: None });

fn voices(grid: Grid) -> Tokenizer {
    Tokenizer::Voices(VoicesTokenizer { grid, n_parts: None })
}

pub(crate) fn tokens_of(text: &str) -> Vec<Token> {
    text.split_whitespace().map(|text| SIXTEENTHS.parse(text).unwrap()).collect()
}

fn text(tokens: &[Token]) -> String {
    tokens.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Notes of a part in sixteenths: onset, length, pitch.
type Line<'a> = &'a [(u64, u64, u8)];

/// A score with a track and a channel for each line.
fn score(lines: &[Line<'_>]) -> Score {
    let note = |(part, &(onset, length, pitch)): (usize, &(u64, u64, u8))| Note {
        onset: onset * 120,
        length: length * 120,
        pitch,
        velocity: 64,
        channel: (part % 9) as u8,
        track: part as u16,
    };
    let lines = lines.iter().enumerate().flat_map(|(part, line)| line.iter().map(move |note| (part, note)));
    let mut notes: Vec<Note> = lines.map(note).collect();
    notes.sort();
    Score { notes, ..Score::new(480) }
}

/// A piece whose notes are dealt to three parts, or fewer.
fn piece_of_parts(n_stretches: usize) -> impl Strategy<Value = Piece> {
    piece(n_stretches).prop_map(|mut piece| {
        for note in &mut piece.score.notes {
            note.track = (u16::from(note.pitch) + (note.onset / 7) as u16) % 3;
            note.channel = note.track as u8;
        }
        piece.score.notes.sort();
        piece
    })
}

#[track_caller]
fn check_text(lines: &[Line<'_>], expected: Expect) -> Encoded {
    let encoded = SIXTEENTHS.encode(&score(lines));
    expected.assert_eq(&text(&encoded.tokens));
    encoded
}

#[test]
fn each_part_has_a_token_at_each_step() {
    let upper: Line = &[(0, 2, 72), (2, 1, 72), (4, 1, 74)];
    let lower: Line = &[(1, 4, 48)];
    check_text(&[upper, lower], expect!["^2 72 - = 48 72 = - = 74 ="]);
}

#[test]
fn a_part_with_chords_gives_its_highest_notes_and_counts_the_rest() {
    // A chord; a note under a longer and higher one; one that outlasts a higher one; a higher one; one pitch twice.
    let line: Line = &[(0, 1, 60), (0, 1, 64), (1, 4, 72), (2, 1, 48), (4, 3, 48), (6, 1, 50), (7, 1, 60), (7, 2, 60)];
    let encoded = check_text(&[line], expect!["^1 64 72 = = 48 = 50 60 ="]);
    let rounding = encoded.rounding.unwrap();
    assert_eq!((rounding.n_notes, rounding.n_kept), (8, 5));
    assert_eq!((rounding.left_out, rounding.shortened, rounding.merged), (2, 2, 1));
}

#[test]
fn notes_end_at_the_step_nearest_to_their_end() {
    let note = |onset, length, pitch| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
    // Begun and released late, as by a player.
    let score = Score { notes: vec![note(70, 110, 60), note(190, 5, 62)], ..Score::new(480) };
    let encoded = SIXTEENTHS.encode(&score);
    assert_eq!(text(&encoded.tokens), "^1 - 60 62");
    let rounding = encoded.rounding.unwrap();
    assert_eq!((rounding.onsets_moved, rounding.lengths_moved, rounding.shortened), (2, 2, 0));
}

#[test]
fn parts_are_in_the_order_of_the_score_unless_it_begins_with_the_lowest() {
    let named = |lines: &[Line<'_>], names: &[&str]| {
        let part = |(track, name): (u16, &&str)| Part {
            track,
            channel: track as u8,
            name: (*name).to_owned(),
            program: Some(40 + track as u8),
        };
        let parts = (0..).zip(names).map(part).collect();
        let score = Score { parts, ..score(lines) };
        let parts = voice_parts(&score);
        parts.into_iter().map(|part| format!("{} {:?}", part.name, part.program)).collect::<Vec<_>>()
    };
    let [high, middle, low]: [Line; 3] = [&[(0, 1, 70)], &[(0, 1, 71)], &[(0, 1, 50)]];
    // The second part may be a little higher.
    assert_eq!(named(&[high, middle, low], &["I", "II", "III"]), ["I Some(40)", "II Some(41)", "III Some(42)"]);
    assert_eq!(named(&[low, high, middle], &["I", "II", "III"]), ["III Some(42)", "II Some(41)", "I Some(40)"]);
    // A track without notes is no part, and one that nothing is known of has no name.
    assert_eq!(named(&[high, &[], low], &["I", "II"]), ["I Some(40)", " None"]);
}

#[test]
fn percussion_is_no_part() {
    let mut score = score(&[&[(0, 1, 70)], &[(0, 2, 35)]]);
    score.notes[1].channel = 9;
    assert_eq!(text(&SIXTEENTHS.encode(&score).tokens), "^1 70");
    score.notes.remove(0);
    let encoded = SIXTEENTHS.encode(&score);
    assert_eq!((encoded.tokens, encoded.refused), (vec![], None));
}

#[test]
fn scores_that_are_no_such_voices_are_refused_with_numbers() {
    let line: Line = &[(0, 1, 70)];
    let refused = |n_parts: u8, lines: &[Line<'_>]| {
        let tokenizer = VoicesTokenizer { n_parts: NonZeroU8::new(n_parts), ..VoicesTokenizer::default() };
        let Encoded { tokens, refused, .. } = Tokenizer::Voices(tokenizer).encode(&score(lines));
        assert_eq!(tokens, []);
        refused.unwrap()
    };
    assert_eq!(refused(4, &[line, line]), VoicesError::Parts { n_parts: 2, expected: NonZeroU8::new(4).unwrap() });
    let far: Vec<(u64, u64, u8)> = (0..600).map(|note| (note * 256, 1, 60)).collect();
    let messages =
        [refused(4, &[line, line]), refused(0, &[line; 16]), refused(1, &[&far])].map(|error| error.to_string());
    expect![[r#"
        it has 2 parts with notes, and must have 4; give music of as many
        it has 16 parts with notes, over the limit of 15; leave some out
        it lasts 153345 steps of the grid, over the limit of 131072; use a coarser grid"#]]
    .assert_eq(&messages.join("\n"));
    let most: Vec<(u64, u64, u8)> = (0..512).map(|note| (note * 256, 1, 60)).collect();
    assert_eq!(SIXTEENTHS.encode(&score(&[&most])).refused, None);
}

#[test]
fn long_silences_are_shortened_where_those_of_the_frame_are() {
    let score = score(&[&[(0, 1, 60), (1000, 1, 62)], &[(1002, 1, 40)]]);
    let encoded = SIXTEENTHS.encode(&score);
    assert_eq!(encoded.rounding.unwrap().silences_shortened, 1);
    let frame = Frame::of_score(&score, Grid::SIXTEENTHS, None);
    let step = Tokenizer::steps(&encoded.tokens).zip(&encoded.tokens).find(|(_, token)| token.pitches() == [62]);
    let place = frame.place(step.unwrap().0);
    assert_eq!((step.unwrap().0, place.bar, place.step), (256, 62, 8));
}

/// What up to five parts do: silence, notes and holds of them.
fn texture() -> impl Strategy<Value = Texture> {
    (1..6_usize, vec((0..3_u8, 40..80_u8), 1..200)).prop_map(|(n_parts, steps)| {
        let mut part_steps: Vec<PartStep> = Vec::new();
        for &(kind, pitch) in &steps[..steps.len().next_multiple_of(n_parts).min(steps.len() / n_parts * n_parts)] {
            let before = part_steps.len().checked_sub(n_parts).and_then(|before| part_steps[before].pitch());
            part_steps.push(match (kind, before) {
                (0, _) => PartStep::Rest,
                (1, Some(pitch)) => PartStep::Hold(pitch),
                _ => PartStep::Strike(pitch),
            });
        }
        Texture::new(n_parts, part_steps)
    })
}

#[test]
fn textures_come_back_from_their_tokens_and_their_score() {
    check(texture(), |texture| {
        let tokens: Vec<Token> = VoicesTokenizer::tokens(&texture).into_iter().map(Token::Voice).collect();
        prop_assert_eq!(&SIXTEENTHS.texture(&tokens).unwrap(), &texture);
        let texts: Vec<Token> = tokens.iter().map(|token| SIXTEENTHS.parse(&token.to_string()).unwrap()).collect();
        prop_assert_eq!(&texts, &tokens);
        let score = SIXTEENTHS.decode(&tokens, &Playback::default()).unwrap();
        prop_assert_eq!(score.parts.len(), texture.n_parts());
        let lines = |part: usize| texture.steps().map(move |step| step[part]);
        let n_struck: usize =
            (0..texture.n_parts()).map(|part| lines(part).filter(|step| step.is_struck()).count()).sum();
        prop_assert_eq!(score.notes.len(), n_struck);
        for note in &score.notes {
            let (part, first) = (usize::from(note.track), (note.onset / 120) as usize);
            let sounds = |step: usize| texture.step(step)[part];
            prop_assert_eq!(sounds(first), PartStep::Strike(note.pitch));
            let end = first + (note.length / 120) as usize;
            prop_assert!((first + 1..end).all(|step| sounds(step) == PartStep::Hold(note.pitch)));
            prop_assert!(end == texture.n_steps() || sounds(end) != PartStep::Hold(note.pitch));
        }
        Ok(())
    });
}

#[test]
fn scores_come_back_from_their_tokens() {
    check(piece_of_parts(4), |piece| {
        let tokenizer = voices(piece.grid);
        let Encoded { tokens, rounding, .. } = tokenizer.encode(&piece.score);
        let decoded = tokenizer.decode(&tokens, &Playback::default()).unwrap();
        let again = tokenizer.encode(&decoded);
        // Parts keep their places, unless their lines are now in another order of height.
        let kept = rounding.unwrap().n_kept;
        prop_assert_eq!(decoded.notes.len() as u64, kept);
        prop_assert_eq!(again.rounding.unwrap().n_kept, kept);
        let [first, .., last] = &voice_parts(&decoded)[..] else { return Ok(()) };
        if first.track < last.track {
            prop_assert_eq!(again.tokens, tokens);
        }
        Ok(())
    });
}

#[test]
fn tokens_that_are_no_voices_are_refused() {
    let refused = |text: &str| SIXTEENTHS.decode(&tokens_of(text), &Playback::default()).unwrap_err().to_string();
    let messages = ["60 48", "^2 60 = = =", "^2 60 48 ^2"].map(refused);
    expect![[r#"
        the number of parts is not known; begin with a token such as ^4
        token 2 holds a note of a part that is silent; strike one first
        token 3 begins a piece, and only the first token may"#]]
    .assert_eq(&messages.join("\n"));
    let of_two = VoicesTokenizer { n_parts: NonZeroU8::new(2), ..VoicesTokenizer::default() };
    let score = Tokenizer::Voices(of_two).decode(&tokens_of("60 48 = 50 -"), &Playback::default()).unwrap();
    // The last step is completed.
    assert_eq!(
        score.notes.iter().map(|note| (note.track, note.length / 120)).collect::<Vec<_>>(),
        [(0, 2), (1, 1), (1, 2)]
    );
}

#[test]
fn texts_that_are_no_tokens_of_voices_are_refused() {
    for text in ["^1", "^15", "=", "-", "0", "127"] {
        assert_eq!(parse_voice(text).unwrap().to_string(), text);
    }
    for text in ["", "^", "^0", "^16", "^04", "==", "128", "060", "+6", ">6", "60.64"] {
        assert!(parse_voice(text).is_err(), "{text}");
    }
    expect!["'^16' is not a token of voices; write 60 for a pitch, = for a hold, - for a rest or ^4 for the beginning of four parts, which may be 1 to 15"].assert_eq(&parse_voice("^16").unwrap_err().to_string());
}

#[test]
fn the_vocabulary_has_every_pitch_of_the_corpus() {
    let songs = [tokens_of("^2 62 48 = ="), tokens_of("^2 60 50")];
    let vocabulary = Vocabulary::new(SIXTEENTHS, songs.iter().map(Vec::as_slice), 0..=0).unwrap();
    expect!["^2 = - 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62"].assert_eq(&text(vocabulary.tokens()));
    assert_eq!(vocabulary.n_parts(), NonZeroU8::new(2));
    assert_eq!(vocabulary.nearest(&tokens_of("72")[0]), vocabulary.id(&tokens_of("60")[0]).unwrap());
    let songs = [tokens_of("^2 62 48"), tokens_of("^1 60")];
    let vocabulary = Vocabulary::new(SIXTEENTHS, songs.iter().map(Vec::as_slice), 0..=0).unwrap();
    assert_eq!(vocabulary.n_parts(), None);
}

#[test]
fn a_step_passes_after_the_last_part() {
    let tokens = tokens_of("^3 60 55 48 = = - 62");
    assert_eq!(Tokenizer::steps(&tokens).collect::<Vec<_>>(), [0, 0, 0, 0, 1, 1, 1, 2]);
    let mut clock = Clock::default();
    let places = tokens.iter().map(|token| {
        let passed = clock.advance(token);
        (passed, clock.step(), clock.turn())
    });
    assert_eq!(
        places.collect::<Vec<_>>(),
        [(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 1, 0), (0, 1, 1), (0, 1, 2), (1, 2, 0), (0, 2, 1)]
    );
}

/// A piece of parts, of which some are given.
fn with_given() -> impl Strategy<Value = (Piece, Vec<usize>)> {
    (piece_of_parts(2), prop::sample::subsequence(vec![0, 1, 2], 0..=3))
}

/// The tokens of a piece, and its frame with those of the `given` parts that it has.
fn told(piece: &Piece, given: &[usize]) -> (Vec<Token>, Frame, Texture) {
    let tokenizer = voices(piece.grid);
    let tokens = tokenizer.encode(&piece.score).tokens;
    let texture = tokenizer.texture(&tokens).unwrap();
    let given: Vec<usize> = given.iter().copied().filter(|part| *part < texture.n_parts()).collect();
    let frame = Frame::of_score(&piece.score, piece.grid, piece.page.style.as_deref()).with_given(&texture, &given);
    (tokens, frame, texture)
}

#[test]
fn streams_of_voices_are_as_defined() {
    check(with_given(), |(mut piece, given)| {
        let (tokens, frame, texture) = told(&piece, &given);
        let numbers = given.iter().filter(|part| **part < texture.n_parts()).map(|part| part + 1);
        piece.page.given = (tokens.clone(), numbers.collect());
        check_streams(voices(piece.grid), &piece.page, &frame, &tokens)
    });
}

#[test]
fn streams_of_voices_in_composing_are_those_in_training() {
    check((with_given(), any::<prop::sample::Index>()), |((piece, given), fork)| {
        let tokenizer = voices(piece.grid);
        let (tokens, frame, _) = told(&piece, &given);
        let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0).unwrap();
        let ids = vocabulary.ids(&tokens).ids;
        let set = set(tokenizer, &frame);
        let streams = set.encode(&vocabulary, &frame, &ids);
        let mut tracker = set.tracker(&vocabulary, frame);
        // Nothing is known before the beginning, and nothing more after it.
        let before = tracker.values().to_vec();
        prop_assert_eq!(before, streams.iter().map(|stream| stream[0]).collect::<Vec<_>>());
        let fork = fork.index(ids.len());
        for (at, id) in ids.iter().enumerate() {
            if at == fork {
                let mut other = tracker.boxed_clone();
                ids.iter().rev().for_each(|id| other.advance(*id));
            }
            tracker.advance(*id);
            let expected: Vec<TokenId> = streams.iter().map(|stream| stream[at]).collect();
            prop_assert_eq!(tracker.values(), expected);
        }
        Ok(())
    });
}

#[test]
fn streams_of_voices_are_transposed_as_the_score_is() {
    check((with_given(), -30..=30_i8), |((piece, given), semitones)| {
        let mut higher = piece.clone();
        higher.score.notes.iter_mut().for_each(|note| note.pitch = note.pitch.strict_add_signed(semitones));
        let tokenizer = voices(piece.grid);
        let [(before, frame, _), (after, frame_after, _)] = [&piece, &higher].map(|piece| told(piece, &given));
        let vocabulary = Vocabulary::new(tokenizer, [before.as_slice(), &after], 0..=0).unwrap();
        let set = set(tokenizer, &frame);
        let streams = set.encode(&vocabulary, &frame, &vocabulary.ids(&before).ids);
        let expected = set.encode(&vocabulary, &frame_after, &vocabulary.ids(&after).ids);
        let tables = set.transposition(&vocabulary, semitones);
        for ((stream, table), (values, expected)) in set.streams().iter().zip(tables).zip(streams.iter().zip(&expected))
        {
            // Where two keys fit equally well, either may be found.
            if *stream != Stream::Key {
                let moved = |value: &TokenId| table.as_ref().map_or(*value, |table| table[value.index()]);
                prop_assert_eq!(&values.iter().map(moved).collect::<Vec<_>>(), expected, "{}", stream);
            }
        }
        Ok(())
    });
}

#[test]
fn given_parts_are_told_ahead() {
    let tokens = tokens_of("^2 72 48 = = 74 - = 50 - =");
    let vocabulary = Vocabulary::new(SIXTEENTHS, [tokens.as_slice()], 0..=0).unwrap();
    let texture = SIXTEENTHS.texture(&tokens).unwrap();
    let frame = Frame::regular(meter(4, 2), Grid::SIXTEENTHS, None, None, None).with_given(&texture, &[0]);
    let streams =
        ["voice", "held", "own", "given-1", "ahead-1", "until-1", "given-2"].map(|name| name.parse().unwrap());
    let set = StreamSet::new(SIXTEENTHS, streams.to_vec(), StreamValues::default()).unwrap();
    let encoded = set.encode(&vocabulary, &frame, &vocabulary.ids(&tokens).ids);
    let text = |id: &TokenId| vocabulary.token(*id).map_or(".".to_owned(), ToString::to_string);
    let rows = |number: usize| encoded[number].iter().map(text).collect::<Vec<_>>().join(" ");
    let numbers = |number: usize| encoded[number].iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(" ");
    expect![[r#"
        voice 0 1 0 1 0 1 0 1 0 1 0
        held  0 0 1 1 2 2 1 0 2 1 0
        own   . . 72 48 72 48 74 48 74 50 74
        given 72 72 72 72 74 74 74 74 - - -
        ahead 74 74 74 74 - - - - - - -
        until 2 2 1 1 3 3 2 2 1 1 0
        other . . . . . . . . . . .
    "#]]
    .assert_eq(&format!(
        "voice {}\nheld  {}\nown   {}\ngiven {}\nahead {}\nuntil {}\nother {}\n",
        numbers(0),
        numbers(1),
        rows(2),
        rows(3),
        rows(4),
        numbers(5),
        rows(6)
    ));
}
