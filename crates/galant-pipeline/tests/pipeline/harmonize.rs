//! Tunes that stay as they are, and the parts that are written for them.

use galant_checkpoint::Source;
use galant_corpus::{CorpusBuilder, Piece};
use galant_harmony::{Enforcement, Enforcements, Rule, Tally};
use galant_midi::ReadRules;
use galant_pipeline::{HarmonizeSettings, Harmonized, HarmonyRecord, LoadedModel, Training, TuneError, TuneRequest};
use galant_sample::{Particles, Truncation};
use galant_tokens::{Tokenizer, VoicesTokenizer};
use galant_types::{KeySignature, Meter, Note, Part, Score, Seed, Tempo};

use crate::{small, trained};

const PARTS: [(&str, u8); 3] = [("Violin", 40), ("Viola", 41), ("Cello", 42)];

/// A trio in C major, whose parts have two octaves each: from C5, C4 and C3.
pub(crate) fn trio(name: &str, n_bars: u64) -> Piece {
    let mut score = Score::new(480);
    for (track, (part, program)) in (0..).zip(PARTS) {
        let (channel, name) = (track as u8, part.to_owned());
        score.parts.push(Part { track, channel, name, program: Some(program) });
        for beat in 0..4 * n_bars {
            let step = [0, 2, 4, 5, 7, 9, 12, 24][(beat * (3 + beat / 8) + u64::from(track)) as usize % 8];
            let (onset, pitch) = (480 * beat, 72 - 12 * channel + step);
            score.notes.push(Note { onset, length: 480, pitch, velocity: 70, channel, track });
        }
    }
    score.notes.sort();
    Piece::new(name, Source::File, name.as_bytes(), score)
}

pub(crate) fn model() -> LoadedModel {
    let settings = small(Tokenizer::Voices(VoicesTokenizer::default()));
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    [trio("a.mid", 8), trio("b.mid", 6)].iter().for_each(|piece| _ = builder.add(piece));
    let training = Training::new(builder.build(0..=0).unwrap(), settings).unwrap();
    LoadedModel::new(training.model_file(&trained(&training), None)).unwrap()
}

pub(crate) fn settings() -> HarmonizeSettings {
    let particles = Particles { n: 3, temperature: 1.0, truncation: Truncation::None };
    HarmonizeSettings { particles, ..HarmonizeSettings::default() }
}

/// A tune of pitches, each with its length in ticks; 0 is a rest.
fn tune(ticks_per_quarter: u16, notes: &[(u8, u64)]) -> Score {
    let mut score = Score::new(ticks_per_quarter);
    let mut onset = 0;
    for &(pitch, length) in notes {
        if pitch > 0 {
            score.notes.push(Note { onset, length, pitch, velocity: 90, channel: 3, track: 5 });
        }
        onset += length;
    }
    score
}

/// Onset, length, pitch and velocity of the notes of a track, in quarter notes.
fn line(score: &Score, track: u16) -> Vec<(f64, f64, u8, u8)> {
    let quarters = |ticks: u64| ticks as f64 / f64::from(score.ticks_per_quarter);
    let notes = score.notes.iter().filter(|note| note.track == track);
    notes.map(|note| (quarters(note.onset), quarters(note.length), note.pitch, note.velocity)).collect()
}

pub(crate) fn given(names: &[&str]) -> TuneRequest {
    TuneRequest { given: names.iter().map(|name| (*name).to_owned()).collect(), ..TuneRequest::default() }
}

#[track_caller]
fn harmonize(model: &LoadedModel, score: &Score, names: &[&str]) -> Harmonized {
    model.harmonize(&model.tune(score, &given(names)).unwrap(), &settings()).unwrap()
}

#[test]
fn a_tune_comes_out_note_for_note_with_its_tempo_meter_key_and_instrument() {
    let model = model();
    // A pick-up, triplets, which are off the grid of sixteenths, and a dotted rhythm in 3/4.
    let notes = [(79, 480), (84, 160), (83, 160), (81, 160), (79, 720), (77, 240), (76, 40), (77, 440), (72, 960)];
    let mut score = tune(480, &notes);
    score.parts = vec![Part { track: 5, channel: 3, name: "Flute".to_owned(), program: Some(73) }];
    score.tempos = vec![Tempo { tick: 0, us_per_quarter: 400_000 }, Tempo { tick: 960, us_per_quarter: 600_000 }];
    score.meters = [(0, 1), (480, 3)].map(|(tick, numerator)| Meter { tick, numerator, denominator_log2: 2 }).to_vec();
    score.keys = vec![KeySignature { tick: 0, sharps: 0, minor: false }];
    let found = harmonize(&model, &score, &[]).score;
    assert_eq!(line(&found, 0), line(&score, 5));
    assert_eq!((&found.tempos, &found.meters, &found.keys), (&score.tempos, &score.meters, &score.keys));
    let parts: Vec<_> = found.parts.iter().map(|part| (part.name.as_str(), part.program)).collect();
    assert_eq!(parts, [("Flute", Some(73)), ("Viola", Some(41)), ("Cello", Some(42))]);
    // What the others play together with a triplet begins with it.
    let onsets: Vec<u64> = score.notes.iter().map(|note| note.onset).collect();
    let others = found.notes.iter().filter(|note| note.track > 0);
    assert!(others.clone().all(|note| note.onset % 120 == 0 || onsets.contains(&note.onset)));
    assert!(others.clone().all(|note| note.onset != 600), "the second triplet is nearest to the second sixteenth");
    // All parts end together.
    assert_eq!(others.map(Note::end).max(), Some(score.end()));
}

#[test]
fn ticks_that_the_grid_does_not_fit_become_finer() {
    let model = model();
    let score = tune(3, &[(79, 3), (77, 1), (76, 2), (72, 3)]);
    let found = harmonize(&model, &score, &[]).score;
    assert_eq!(found.ticks_per_quarter, 12);
    assert_eq!(line(&found, 0), line(&score, 5));
}

#[test]
fn any_part_can_be_given_and_parts_of_a_whole_piece_can_be_kept() {
    let model = model();
    let bass = tune(480, &[(48, 480), (53, 480), (55, 480), (48, 960)]);
    for name in ["bass", "3", "cello"] {
        let found = harmonize(&model, &bass, &[name]).score;
        assert_eq!(line(&found, 2), line(&bass, 5));
        assert!((0..2).all(|track| !line(&found, track).is_empty()));
    }
    let whole = trio("c.mid", 3).score;
    let found = harmonize(&model, &whole, &["1", "3"]).score;
    assert_eq!([0, 2].map(|track| line(&found, track)), [0, 2].map(|track| line(&whole, track)));
    assert_ne!(line(&found, 1), line(&whole, 1));

    let refused = [
        model.tune(&Score::new(480), &given(&[])),
        model.tune(&whole, &given(&[])),
        model.tune(&bass, &given(&["1", "2"])),
        model.tune(&bass, &given(&["oboe"])),
    ];
    let messages: String = refused.map(|refused| format!("{}\n", refused.unwrap_err())).concat();
    expect_test::expect![[r#"
        it has no notes but percussion; give a tune
        it has 3 parts with notes, and the model 3: name the parts of the model that are given, such as 1
        it has 1 part with notes, and 2 of the 3 parts of the model are named: name as many as it has, or give music of all 3, which keeps those named
        no part of the model is called 'oboe', or not one alone; its parts are 1 Violin, 2 Viola, 3 Cello
    "#]]
    .assert_eq(&messages);
}

#[test]
fn percussion_and_what_the_grid_merges_stay_where_they_are() {
    let model = model();
    let mut score = tune(480, &[(79, 480), (84, 30), (83, 30), (81, 420), (72, 480)]);
    // A second note at once, which the network does not read.
    score.notes.push(Note { pitch: 76, ..score.notes[0] });
    score.notes.push(Note { pitch: 38, channel: 9, track: 7, ..score.notes[0] });
    score.notes.sort();
    let found = harmonize(&model, &score, &[]).score;
    assert_eq!(line(&found, 0), line(&score, 5));
    let drums: Vec<&Note> = found.notes.iter().filter(|note| note.channel == 9).collect();
    assert!(matches!(drums[..], [Note { pitch: 38, onset: 0, length: 480, .. }]), "{drums:?}");
}

#[test]
fn a_tune_beyond_the_range_of_its_part_is_read_in_another_place() {
    let model = model();
    // The violin has C5 to C7.
    let read = |notes: &[(u8, u64)]| {
        let score = tune(480, notes);
        let tune = model.tune(&score, &given(&[])).unwrap();
        let found = model.harmonize(&tune, &settings()).unwrap();
        assert_eq!(line(&found.score, 0), line(&score, 5));
        (tune.semitones(), tune.n_folded(), found)
    };
    let low: Vec<(u8, u64)> = [40, 43, 47, 40].map(|pitch| (pitch, 480)).to_vec();
    let (semitones, n_folded, found) = read(&low);
    assert_eq!((semitones, n_folded), (32, 0));
    // The others are moved back with it: the cello has C3 to C5.
    assert!(line(&found.score, 2).iter().all(|note| (16..=40).contains(&note.2)), "{:?}", line(&found.score, 2));
    let wide: Vec<(u8, u64)> = [72, 96, 98, 72].map(|pitch| (pitch, 480)).to_vec();
    let (semitones, n_folded, found) = read(&wide);
    assert_eq!((semitones, n_folded), (0, 1));
    assert_eq!(found.texture.step(8)[0].pitch(), Some(86));
    // At the ends of MIDI.
    for pitch in [1, 127] {
        let (_, n_folded, found) = read(&[(pitch, 480), (pitch, 480)]);
        assert!(n_folded == 0 && found.score.notes.iter().all(|note| note.pitch < 128));
    }
}

#[test]
fn one_note_three_hundred_bars_and_a_long_silence_are_harmonized() {
    let model = model();
    let one = harmonize(&model, &tune(480, &[(79, 480)]), &[]).score;
    assert_eq!(one.notes.len(), 3);
    assert!(one.notes.iter().all(|note| (note.onset, note.length) == (0, 480)));

    let long: Vec<(u8, u64)> =
        (0..300_u16).map(|bar| (bar % 35) as u8).flat_map(|bar| [(72 + bar % 7, 960), (79 - bar % 5, 480)]).collect();
    let mut score = tune(480, &long);
    score.meters = vec![Meter { tick: 0, numerator: 3, denominator_log2: 2 }];
    let found = harmonize(&model, &score, &[]);
    assert_eq!(line(&found.score, 0), line(&score, 5));
    assert_eq!(found.texture.n_steps(), 300 * 12);

    // Forty bars of silence are read as fewer, but what comes after them stays in its place.
    let score = tune(480, &[(0, 1920), (79, 960), (0, 40 * 1920), (79, 960), (72, 960)]);
    let found = harmonize(&model, &score, &[]).score;
    assert_eq!(line(&found, 0), line(&score, 5));
    assert!(found.notes.iter().all(|note| note.onset >= 1920), "nothing sounds before the tune");
    assert_eq!(found.notes.iter().filter(|note| note.track > 0).map(Note::end).max(), Some(score.end()));
}

#[test]
fn rules_are_held_and_the_tally_is_that_of_the_texture() {
    let model = model();
    let score = trio("c.mid", 4).score;
    let tune = model.tune(&score, &given(&["violin"])).unwrap();
    let with = |enforcement: Enforcement| {
        let mut rules = Enforcements::default();
        Rule::HARD.iter().for_each(|&rule| rules.set(rule, enforcement).unwrap());
        model.harmonize(&tune, &HarmonizeSettings { rules, ..settings() }).unwrap()
    };
    let (free, vetoed) = (with(Enforcement::Off), with(Enforcement::Veto));
    // The violin itself leaps more than an octave.
    let mut tally = Tally::default();
    let violin = model.tune(&score, &given(&["violin"])).unwrap();
    assert_eq!(violin.given(), [0]);
    let parts =
        galant_harmony::VoiceLeading::new(galant_harmony::PartRanges::new(&[72..=96, 60..=84, 48..=72]), free.key);
    tally.add(&free.texture, parts);
    assert_eq!(Rule::HARD.map(|rule| tally.breaches().of(rule)), Rule::HARD.map(|rule| free.breaches().of(rule)));
    assert!(vetoed.breaches().hard() < free.breaches().hard(), "{:?} {:?}", vetoed.breaches(), free.breaches());
    let parallels = |found: &Harmonized| Rule::HARD[..2].iter().map(|&rule| found.breaches().of(rule)).sum::<u32>();
    assert_eq!(parallels(&vetoed), 0);
}

#[test]
fn the_best_harmonizations_differ_and_the_first_has_the_fewest_hard_defects() {
    let model = model();
    let score = trio("c.mid", 2).score;
    let tune = model.tune(&score, &given(&["1"])).unwrap();
    let found = model.harmonize_best(&tune, &settings(), 3).unwrap();
    assert_eq!(found.len(), 3);
    assert!(found[0].texture != found[1].texture && found[1].texture != found[2].texture);
    assert!(found.is_sorted_by_key(|found| found.breaches().hard()));
}

#[test]
fn a_harmonized_file_has_all_that_made_it() {
    let model = model();
    let mut rules = HarmonizeSettings::default().rules;
    rules.set(Rule::Crossing, Enforcement::Veto).unwrap();
    let settings = HarmonizeSettings { rules, seed: Seed(7), end_on_tonic: false, ..settings() };
    let mut score = tune(100, &[(79, 100), (77, 33), (76, 67), (72, 200)]);
    score.notes.push(Note { pitch: 38, channel: 9, track: 7, ..score.notes[0] });
    score.notes.sort();
    let found = model.harmonize(&model.tune(&score, &given(&[])).unwrap(), &settings).unwrap();
    let midi = galant_midi::encode(&found.score).unwrap();
    let read = galant_midi::decode(&midi, ReadRules::Standard).unwrap().score;
    let record = HarmonyRecord::parse(&read.texts).unwrap();
    assert_eq!((record.model, &record.settings, record.given.as_slice()), (model.sha256(), &settings, &[0][..]));
    assert_eq!(galant_midi::encode(&model.harmonize_again(&read, &record).unwrap().score).unwrap(), midi);
    // Another seed gives other parts.
    let settings = HarmonizeSettings { seed: Seed(8), ..settings };
    let other = model.harmonize(&model.tune(&score, &given(&[])).unwrap(), &settings).unwrap();
    assert_ne!(other.texture, found.texture);

    // A record that was changed is refused.
    let change = |from: &str, to: &str| {
        let texts: Vec<String> = read.texts.iter().map(|text| text.replace(from, to)).collect();
        HarmonyRecord::parse(&texts).map(|record| model.harmonize_again(&read, &record).map(|_| ()))
    };
    assert!(change("galant harmony 1", "galant harmony 9").is_err());
    assert!(change("crossing veto", "crossing -1").is_err());
    assert!(change("crossing veto", "tenor veto").is_err());
    assert!(change("given 1", "given 99").unwrap().is_err());
    assert!(change("given 1", "given 0").is_err());
    assert!(change("given 1", "given 1,1").is_err());
    assert!(change("given 1", "given 2,1").is_err());
    assert!(change("particles 3", "particles 0").unwrap().is_err());
}

#[test]
fn a_tune_that_is_too_long_to_harmonize_is_refused() {
    let model = model();
    let tune_of = |n_steps: u64| {
        let beats: Vec<(u8, u64)> = (0..n_steps.div_ceil(4)).map(|beat| (79, 4.min(n_steps - 4 * beat))).collect();
        model.tune(&tune(4, &beats), &given(&[]))
    };
    let error = tune_of(VoicesTokenizer::MAX_STEPS + 1).unwrap_err().to_string();
    assert!(error.contains("131073"), "{error}");
    // As many tokens as there may be for each of the most particles, and a few more.
    let most = HarmonizeSettings { particles: Particles { n: 4096, ..settings().particles }, ..settings() };
    let error = model.harmonize(&tune_of(1366).unwrap(), &most).unwrap_err().to_string();
    assert!(error.contains("4096") && error.contains("4098"), "{error}");
    let error = model.harmonize(&tune_of(VoicesTokenizer::MAX_STEPS).unwrap(), &most).unwrap_err().to_string();
    assert!(error.contains("393216"), "{error}");
}

#[test]
fn a_model_without_voices_harmonizes_nothing() {
    let settings = small(Tokenizer::Notes(galant_tokens::GridTokenizer::default()));
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    _ = builder.add(&trio("a.mid", 8));
    let training = Training::new(builder.build(0..=0).unwrap(), settings).unwrap();
    let model = LoadedModel::new(training.model_file(&trained(&training), None)).unwrap();
    assert!(matches!(model.tune(&tune(480, &[(72, 480)]), &given(&[])), Err(TuneError::Names(_))));
}
