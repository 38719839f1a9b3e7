//! Small networks, trained for a moment.

use std::num::NonZeroU8;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use galant_checkpoint::{Source, encode_model};
use galant_corpus::{CorpusBuilder, Piece, bundled};
use galant_pipeline::{Preset, Settings, Training};
use galant_tokens::{Tokenizer, VoicesTokenizer};
use galant_types::{Note, Part, Score};

/// A model file of note tokens, learned from the bundled minuet.
pub(crate) fn notes() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let pieces = bundled::collection("mozart").unwrap().iter().take(2).map(|piece| piece.read().unwrap());
        train(Preset::Default.settings(), &pieces.collect::<Vec<_>>(), 40)
    })
}

/// A model file of four voices, learned from cadences.
pub(crate) fn voices() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let mut settings = Preset::Default.settings();
        let n_parts = NonZeroU8::new(4);
        settings.set_tokenizer(Tokenizer::Voices(VoicesTokenizer { n_parts, ..VoicesTokenizer::default() }));
        train(settings, &(0..8).map(choir).collect::<Vec<_>>(), 30)
    })
}

/// Chords of a choir in whole bars.
fn choir(number: u8) -> Piece {
    let chords =
        [[72, 67, 64, 48], [74, 67, 65, 43], [76, 67, 60, 48], [77, 69, 60, 53], [74, 67, 59, 55], [72, 67, 64, 48]];
    let mut score = Score::new(480);
    for voice in 0..4_u8 {
        score.parts.push(Part { track: voice.into(), channel: voice, name: String::new(), program: Some(52) });
        for bar in 0..6_u64 {
            let pitch = chords[(bar as usize * (1 + usize::from(number % 5))) % 6][usize::from(voice)] - number % 3;
            let note = |onset| Note { onset, length: 960, pitch, velocity: 80, channel: voice, track: voice.into() };
            score.notes.extend([note(1920 * bar), note(1920 * bar + 960)]);
        }
    }
    score.notes.sort_unstable();
    Piece::new(&format!("choir {number}"), Source::File, &[number], score)
}

fn train(mut settings: Settings, pieces: &[Piece], steps: u64) -> Vec<u8> {
    settings.network.hidden_size = 16;
    settings.network.n_layers = 1;
    settings.training.steps = Some(steps);
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    pieces.iter().for_each(|piece| _ = builder.add(piece));
    let corpus = builder.build(settings.training.transpose.clone()).unwrap();
    let training = Training::new(corpus, settings).unwrap();
    let mut engine = training.engine(1).unwrap();
    let outcome = training.run(&mut engine, Default::default(), &mut |_, _, _| ControlFlow::Continue(())).unwrap();
    encode_model(&training.model_file(&outcome, None)).unwrap()
}
