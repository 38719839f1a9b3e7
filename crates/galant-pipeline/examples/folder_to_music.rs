//! A folder of MIDI files becomes a model file, and the model file becomes music.
//!
//! ```sh
//! cargo run --release -p galant-pipeline --example folder_to_music -- MUSIC_FOLDER OUT_FOLDER
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::{env, fs};

use galant_checkpoint::encode_model;
use galant_corpus::{CorpusBuilder, ReadOptions, read_piece};
use galant_pipeline::{ComposeRequest, LoadedModel, Preset, Training};
use galant_train::TrainEvent;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [music, out] = &folders[..] else { return Err("give a folder of music and a folder to write to".into()) };

    let mut settings = Preset::Default.settings();
    settings.network.hidden_size = 64;
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    let mut paths = fs::read_dir(music)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    for path in paths {
        match read_piece(&path.to_string_lossy(), &fs::read(&path)?, ReadOptions::default()) {
            Ok(piece) => println!("{}: {} tokens", piece.name, builder.add(&piece)),
            Err(error) => println!("{}: left out, {error}", path.display()),
        }
    }
    let training = Training::new(builder.build(settings.training.transpose.clone())?, settings)?;
    let outcome = training.run(&mut training.engine(2)?, Default::default(), &mut |_, _, event| {
        if let TrainEvent::Epoch { record, .. } = event {
            println!("epoch {}: {:.3} nats per token", record.epoch, record.train_loss);
        }
        ControlFlow::Continue(())
    })?;
    let file = training.model_file(&outcome, None);
    fs::create_dir_all(out)?;
    fs::write(out.join("model.safetensors"), encode_model(&file)?)?;

    let model = LoadedModel::new(file)?;
    let piece = model.compose(&model.complete(&ComposeRequest::default())?)?;
    fs::write(out.join("composed.mid"), model.midi(&piece)?)?;
    Ok(())
}
