//! A folder of MIDI and ABC files becomes a model file, and the model file becomes music.
//!
//! ```sh
//! cargo run --release -p galant-pipeline --example folder_to_music -- MUSIC_FOLDER OUT_FOLDER
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use galant_checkpoint::encode_model;
use galant_corpus::{CorpusBuilder, ReadOptions, read_piece};
use galant_pipeline::{ComposeRequest, LoadedModel, Preset, Training};
use galant_train::TrainEvent;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [music, out] = &folders[..] else { return Err("give a folder of music and a folder to write to".into()) };

    let mut settings = Preset::Default.settings();
    settings.training.steps = Some(100); // Half a minute; without this line at most ten.
    let mut builder = CorpusBuilder::new(settings.tokenizer);
    for (name, bytes) in files(music)? {
        match read_piece(&name, &bytes, ReadOptions::default()) {
            Ok(piece) => println!("{name}: {} tokens", builder.add(&piece)),
            Err(error) => println!("{name}: left out: {error}"),
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

/// Names and bytes of the files in a folder, in the order of their names, so that equal folders give equal models.
fn files(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| Ok((name(path), fs::read(path)?))).collect()
}
