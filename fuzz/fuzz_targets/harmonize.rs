//! Any bytes are read as a tune for a small model of voices, or refused; what is harmonized has each of its notes.
#![no_main]

use std::sync::OnceLock;

use galant_checkpoint::Source;
use galant_corpus::{CorpusBuilder, Piece, ReadOptions, Strictness, read_piece};
use galant_midi::ReadRules;
use galant_model::Progress;
use galant_pipeline::{HarmonizeSettings, LoadedModel, Preset, Training, TuneRequest};
use galant_sample::{Particles, Truncation};
use galant_tokens::{Tokenizer, VoicesTokenizer};
use galant_train::{Outcome, StopReason};
use galant_types::{Note, Part, Score};
use libfuzzer_sys::fuzz_target;

/// The longest tune that is harmonized, in steps: the search costs far more than the reading.
const MAX_STEPS: u64 = 64;

/// A model of three parts that has learned nothing.
fn model() -> &'static LoadedModel {
    static MODEL: OnceLock<LoadedModel> = OnceLock::new();
    MODEL.get_or_init(|| {
        let mut settings = Preset::Default.settings();
        settings.set_tokenizer(Tokenizer::Voices(VoicesTokenizer::default()));
        settings.network.embedding_size = 4;
        settings.network.hidden_size = 4;
        settings.network.n_layers = 1;
        settings.training.window = 16;
        settings.training.batch_size = 4;
        settings.training.transpose = 0..=0;
        let mut builder = CorpusBuilder::new(settings.tokenizer);
        for (name, n_beats) in [("a", 32), ("b", 24)] {
            builder.add(&trio(name, n_beats));
        }
        let training = Training::new(builder.build(0..=0).unwrap(), settings).unwrap();
        let weights = training.initial_weights();
        let outcome = Outcome { weights, kept_epoch: 0, progress: Progress::default(), reason: StopReason::Interrupted };
        LoadedModel::new(training.model_file(&outcome, None)).unwrap()
    })
}

fn trio(name: &str, n_beats: u64) -> Piece {
    let mut score = Score::new(480);
    for channel in 0..3 {
        let track = u16::from(channel);
        score.parts.push(Part { track, channel, name: format!("part {channel}"), program: Some(40) });
        for beat in 0..n_beats {
            let step = [0, 2, 4, 5, 7, 9, 12, 24][(beat * (3 + beat / 8) + u64::from(track)) as usize % 8];
            let (onset, pitch) = (480 * beat, 72 - 12 * channel + step);
            score.notes.push(Note { onset, length: 480, pitch, velocity: 70, channel, track });
        }
    }
    score.notes.sort();
    Piece::new(name, Source::File, name.as_bytes(), score)
}

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { rules: ReadRules::Standard, strictness: Strictness::Repair };
    let Ok(piece) = read_piece("piece", bytes, options) else { return };
    let Ok(tune) = model().tune(&piece.score, &TuneRequest::default()) else { return };
    let quarter = u64::from(piece.score.ticks_per_quarter);
    if piece.score.end() * 4 > MAX_STEPS * quarter {
        return;
    }
    let particles = Particles { n: 2, temperature: 1.0, truncation: Truncation::None };
    let settings = HarmonizeSettings { particles, ..HarmonizeSettings::default() };
    let Ok(found) = model().harmonize(&tune, &settings) else { return };
    assert!(found.score.notes.is_sorted());
    // Without names, all parts of the piece or its only part are given.
    let n_given = piece.score.notes.iter().filter(|note| !note.is_percussion()).count();
    let given = |note: &&Note| tune.given().contains(&usize::from(note.track));
    assert_eq!(found.score.notes.iter().filter(given).count(), n_given);
});
