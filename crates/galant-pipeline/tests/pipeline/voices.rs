//! Voices: parts that are learned, composed and given.

use std::ops::ControlFlow;

use expect_test::expect;
use galant_checkpoint::{Source, encode_model};
use galant_corpus::{Corpus, CorpusBuilder, Piece};
use galant_midi::ReadRules;
use galant_model::Progress;
use galant_pipeline::{ComposeRequest, End, Length, LoadedModel, Record, Settings, Training, excerpt};
use galant_tokens::stream::Stream;
use galant_tokens::{Tokenizer, VoicesTokenizer, voice_parts};
use galant_types::{Note, Part, Score, TokenId};

use crate::{small, trained};

fn voices() -> Tokenizer {
    Tokenizer::Voices(VoicesTokenizer::default())
}

const PARTS: [(&str, u8); 3] = [("Violin", 40), ("Viola", 41), ("Cello", 42)];

/// A trio of chords and passing notes in C major, `n_bars` of 4/4 long.
fn trio(name: &str, n_bars: u64) -> Piece {
    let mut score = Score::new(480);
    for (track, (part, program)) in (0..).zip(PARTS) {
        let (channel, name) = (track as u8, part.to_owned());
        score.parts.push(Part { track, channel, name, program: Some(program) });
        for beat in 0..4 * n_bars {
            let step = [0, 2, 4, 5, 7, 9][(beat * beat + u64::from(track)) as usize % 6];
            let pitch = 72 - 12 * channel + step;
            let length = if beat % 2 == 0 { 480 } else { 240 };
            score.notes.push(Note { onset: 480 * beat, length, pitch, velocity: 70, channel, track });
        }
    }
    score.notes.sort();
    Piece::new(name, Source::File, name.as_bytes(), score)
}

fn corpus(settings: &Settings) -> Corpus {
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    [trio("a.mid", 8), trio("b.mid", 6)].iter().for_each(|piece| _ = builder.add(piece));
    builder.build(0..=0).unwrap()
}

fn training() -> Training {
    let settings = small(voices());
    Training::new(corpus(&settings), settings).unwrap()
}

pub(crate) fn model() -> LoadedModel {
    let training = training();
    LoadedModel::new(training.model_file(&trained(&training), None)).unwrap()
}

fn bars(n_bars: usize) -> ComposeRequest {
    ComposeRequest { length: Some(Length::Bars(n_bars.try_into().unwrap())), ..ComposeRequest::default() }
}

#[test]
fn a_composed_piece_has_the_parts_of_the_corpus_and_says_what_made_it() {
    let model = model();
    let composed = model.compose(&model.complete(&bars(4)).unwrap()).unwrap();
    let midi = model.midi(&composed).unwrap();
    let score = galant_midi::decode(&midi, ReadRules::Standard).unwrap().score;
    let parts: Vec<(String, Option<u8>)> = score.parts.iter().map(|part| (part.name.clone(), part.program)).collect();
    assert_eq!(parts, PARTS.map(|(name, program)| (name.to_owned(), Some(program))));
    // Four bars, of which the last is one chord.
    assert_eq!(score.end(), 4 * 4 * 480);
    let last: Vec<&Note> = score.notes.iter().filter(|note| note.onset >= 3 * 4 * 480).collect();
    assert_eq!(last.len(), 3);
    assert!(last.iter().all(|note| note.onset == 3 * 4 * 480 && note.length == 4 * 480));

    // Nothing but the two files is left.
    let again = LoadedModel::decode(&encode_model(model.file()).unwrap()).unwrap();
    let record = Record::parse(&score.texts, again.file().tokenizer).unwrap();
    assert_eq!(again.midi(&again.compose(&record.settings).unwrap()).unwrap(), midi);
}

#[test]
fn a_program_asked_for_plays_all_parts_and_each_part_stays_in_its_range() {
    let model = model();
    for seed in 1..4 {
        let request = ComposeRequest { program: Some(52), seed: galant_types::Seed(seed), end: End::Open, ..bars(3) };
        let score = model.score(&model.compose(&model.complete(&request).unwrap()).unwrap()).unwrap();
        assert!(score.parts.iter().all(|part| part.program == Some(52)));
        for note in &score.notes {
            let part = &model.file().parts[usize::from(note.track)];
            assert!((part.lowest..=part.highest).contains(&note.pitch), "{note:?} in {part:?}");
        }
    }
}

#[test]
fn a_primer_goes_on_in_its_parts() {
    let model = model();
    let primer = excerpt(&trio("c.mid", 2).score, Some(1), model.file().tokenizer).unwrap();
    for omit_primer in [false, true] {
        let request = ComposeRequest { primer: Some(primer.clone()), omit_primer, ..bars(2) };
        let piece = model.compose(&model.complete(&request).unwrap()).unwrap();
        let score = model.score(&piece).unwrap();
        assert_eq!(score.end(), if omit_primer { 2 } else { 3 } * 4 * 480);
        let first_bar = |score: &Score| {
            let notes = score.notes.iter().filter(|note| note.onset < 4 * 480);
            notes.map(|note| (note.onset, note.pitch, note.track)).collect::<Vec<_>>()
        };
        assert_eq!(first_bar(&score) == first_bar(&trio("c.mid", 1).score), !omit_primer);
    }
    let solo = Score { notes: vec![trio("c.mid", 1).score.notes[0]], ..Score::new(480) };
    let error = excerpt(&solo, None, model.file().tokenizer).unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    expect![
        "it is no music for the voices of the model: it has 1 part with notes, and must have 3; give music of as many"
    ]
    .assert_eq(&format!("{error}: {source}"));
}

#[test]
fn only_streams_of_parts_that_there_are_are_told() {
    let training = training();
    let file = training.model_file(&trained(&training), None);
    let given: Vec<String> =
        file.streams.streams().iter().filter(|stream| stream.given_part().is_some()).map(ToString::to_string).collect();
    assert_eq!(
        given,
        ["given-1", "ahead-1", "until-1", "given-2", "ahead-2", "until-2", "given-3", "ahead-3", "until-3"]
    );
    assert_eq!(file.tokenizer, corpus(&small(voices())).tokenizer);
    assert_eq!(Settings::of_model(&file).tokenizer, file.tokenizer);
}

/// What a training reads of each window: which parts are given, and which predictions count.
#[test]
fn windows_are_read_with_and_without_given_parts_that_do_not_count() {
    let training = training();
    let file = training.model_file(&trained(&training), None);
    let place = |name: &str| {
        let stream: Stream = name.parse().unwrap();
        1 + file.streams.streams().iter().position(|other| *other == stream).unwrap()
    };
    let (turns, given) = (place("voice"), [place("given-1"), place("given-2"), place("given-3")]);
    let nothing = TokenId(file.vocabulary.len() as u32);
    let windows = training.windows();
    let mut seen = std::collections::BTreeSet::new();
    for plan in windows.every_token_epoch(1, 200, galant_types::Seed(1)) {
        let batch = windows.batch(&plan);
        let shown = given.map(|stream| batch.all_inputs()[stream][0] != nothing);
        for step in 0..batch.n_steps() {
            let turn = batch.all_inputs()[turns][step].index();
            assert_eq!(batch.counts(0, step), !shown[turn], "turn {turn} with {shown:?} given");
            given.iter().zip(shown).for_each(|(stream, shown)| {
                assert_eq!(batch.all_inputs()[*stream][step] != nothing, shown);
            });
        }
        seen.insert(shown);
    }
    assert!(seen.contains(&[false; 3]) && seen.contains(&[true, false, false]) && seen.len() > 3, "{seen:?}");
    assert!(!seen.contains(&[true; 3]));
    for batch in windows.validation(8) {
        assert!(given.iter().all(|stream| batch.all_inputs()[*stream].iter().all(|value| *value == nothing)));
    }
}

#[test]
fn a_training_of_voices_goes_on_with_the_same_bits() {
    let training = training();
    let mut engine = training.engine(1).unwrap();
    let mut half = None;
    let whole = training.run(&mut engine, Progress::default(), &mut |engine, progress, _| {
        if progress.n_steps == 5 && half.is_none() {
            half = Some(training.snapshot(engine, progress).unwrap());
        }
        ControlFlow::Continue(())
    });
    let mut engine = training.engine(1).unwrap();
    let progress = training.resume(&mut engine, &half.unwrap()).unwrap();
    let resumed = training.run(&mut engine, progress, &mut |_, _, _| ControlFlow::Continue(()));
    assert_eq!(resumed.unwrap().weights, whole.unwrap().weights);
}

#[test]
fn parts_are_called_by_number_name_or_voice() {
    let model = model();
    assert_eq!(voice_parts(&trio("a.mid", 1).score).len(), 3);
    let called = |names: &str| {
        let names: Vec<String> = names.split(',').map(str::to_owned).collect();
        model.parts_called(&names).map_err(|error| error.to_string())
    };
    assert_eq!(called("2"), Ok(vec![1]));
    assert_eq!(called("cello,VIOLIN, 3"), Ok(vec![0, 2]));
    assert_eq!(called("bass,soprano"), Ok(vec![0, 2]));
    let messages = ["tenor", "0", "4", "1,2,3", ""].map(|names| called(names).unwrap_err());
    expect![[r#"
        no part of the model is called 'tenor', or not one alone; its parts are 1 Violin, 2 Viola, 3 Cello
        no part of the model is called '0', or not one alone; its parts are 1 Violin, 2 Viola, 3 Cello
        no part of the model is called '4', or not one alone; its parts are 1 Violin, 2 Viola, 3 Cello
        all 3 parts are given; leave one to the model
        no part of the model is called '', or not one alone; its parts are 1 Violin, 2 Viola, 3 Cello"#]]
    .assert_eq(&messages.join("\n"));
    let other = crate::untrained(crate::notes()).parts_called(&["1".to_owned()]).unwrap_err();
    expect!["the model does not write parts; train one with the tokenizer voices"].assert_eq(&other.to_string());
}
