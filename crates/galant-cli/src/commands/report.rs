//! `galant report`: all that a training left in its folder, on one page that needs no other file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use galant_corpus::Strictness;
use galant_evaluate::{ReportInput, report_page};
use galant_pipeline::Settings;

use crate::args::ReportArgs;
use crate::{curve, files, model, music};

/// The longest sound put into the page, in bytes: half an hour of 16-bit stereo.
const MAX_SOUND_BYTES: u64 = 320 << 20;

pub(crate) fn run(args: &ReportArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let found = |name: &str| Some(args.folder.join(name)).filter(|path| path.exists());
    let model = model::read(&args.folder.join("model.safetensors"))?;
    let times = found("training.csv").map(|path| curve::read_times(&path)).transpose()?;
    let sound = found("composed.wav").map(|path| files::read(&path, MAX_SOUND_BYTES)).transpose()?;
    let read = |path: PathBuf| music::read(&path, music::standard(strictness));
    let piece = found("composed.mid").map(read).transpose()?;
    let page = report_page(&ReportInput {
        file: model.file(),
        settings: &Settings::of_model(model.file()).rows(),
        times: &times.unwrap_or_default(),
        sound: sound.as_deref(),
        piece: piece.as_ref().map(|piece| (&piece.score, piece.name.as_str())),
    });
    let path = args.out.clone().unwrap_or_else(|| args.folder.join("report.html"));
    files::write(&path, page.as_bytes())?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}
