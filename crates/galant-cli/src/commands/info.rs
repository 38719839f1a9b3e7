//! `galant info`: what a model file holds.

use std::io::Write;
use std::process::ExitCode;

use galant_evaluate::model_summary;
use galant_pipeline::Settings;

use crate::args::InfoArgs;
use crate::model;

pub(crate) fn run(args: &InfoArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let model = model::read(&args.model)?;
    let file = model.file();
    writeln!(out, "{}, written by {}", args.model.display(), file.program)?;
    write!(out, "{}", model_summary(file, &Settings::of_model(file).rows()))?;
    Ok(ExitCode::SUCCESS)
}
