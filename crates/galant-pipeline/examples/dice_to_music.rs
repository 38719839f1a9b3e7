//! Learns Mozart's dice game, without a file of music, and composes a waltz:
//! `cargo run --release -p galant-pipeline --example dice_to_music -- OUT_FOLDER`

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;

use galant_corpus::CorpusBuilder;
use galant_corpus::dice::DiceGame;
use galant_pipeline::{ComposeRequest, Length, LoadedModel, Preset, Training};
use galant_tokens::{GridTokenizer, Tokenizer};
use galant_train::TrainEvent;
use galant_types::Seed;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::args().nth(1).ok_or("name a folder to write to")?);

    // A small network for a small language; what is not set here is as the program has it by default.
    let mut settings = Preset::Default.settings();
    settings.set_tokenizer(Tokenizer::Rhythm(GridTokenizer::default()));
    settings.network.hidden_size = 64;
    settings.network.n_layers = 1;
    settings.training.steps = Some(300);

    let game = DiceGame { n_waltzes: 400, ..DiceGame::default() };
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    for waltz in game.pieces(Seed(1)) {
        builder.add(&waltz);
    }
    let corpus = builder.build(settings.training.transpose.clone())?;
    println!("{} waltzes, {} different tokens", corpus.songs.len(), corpus.vocabulary.len());

    let training = Training::new(corpus, settings)?;
    println!("counting pays {:?} nats per token", training.baseline().counting);
    let mut engine = training.engine(2)?;
    let outcome = training.run(&mut engine, Default::default(), &mut |_, _, event| {
        if let TrainEvent::Epoch { record, .. } = event {
            println!("epoch {:>2}: {:.3} nats per token", record.epoch, record.train_loss);
        }
        ControlFlow::Continue(())
    })?;

    // The same model and the same request give the same piece, byte for byte, on any machine of one kind.
    let model = LoadedModel::new(training.model_file(&outcome, None))?;
    let request = ComposeRequest { length: NonZeroUsize::new(16).map(Length::Bars), ..ComposeRequest::default() };
    let candidates = model.candidates(&request, 1, model.default_candidates())?;
    let piece = model.compose_best_of(&candidates[0])?;
    fs::create_dir_all(&out)?;
    fs::write(out.join("waltz.mid"), model.midi(&piece)?)?;
    println!("{} tokens in {}", piece.tokens.len(), out.join("waltz.mid").display());
    Ok(())
}
