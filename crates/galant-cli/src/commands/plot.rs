//! `galant plot`: pictures of music and of what networks make of it.

mod curves;
mod trace;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use galant_corpus::Strictness;
use galant_plot::{Picture, piano_roll};

use crate::args::{PlotArgs, PlotCommand, RollArgs};
use crate::files;
use crate::music;
use crate::terminal_roll::print_roll;

pub(super) use curves::loss_picture;
use curves::read_losses;

pub(crate) fn run(args: &PlotArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        PlotCommand::Roll(RollArgs { file, out: Some(path) }) => write(path, out, || roll(file, strictness)),
        PlotCommand::Roll(RollArgs { file, out: None }) => {
            print_roll(out, &music::read(file, music::standard(strictness))?.score)?;
            Ok(ExitCode::SUCCESS)
        }
        PlotCommand::Loss(args) => write(&args.out, out, || {
            let epochs = read_losses(&args.file)?;
            Ok(loss_picture(&epochs, &format!("Losses of {}", args.file.display())))
        }),
        PlotCommand::Surprise(args) => write(&args.out, out, || trace::surprise(args, strictness)),
        PlotCommand::States(args) => write(&args.out, out, || trace::states(args, strictness)),
        PlotCommand::Gradients(args) => write(&args.out, out, || curves::gradients(&args.files)),
    }
}

/// The piano roll of a file of music.
pub(super) fn roll(path: &Path, strictness: Strictness) -> anyhow::Result<Picture> {
    Ok(piano_roll(&music::read(path, music::standard(strictness))?.score, &files::name(path)))
}

/// Draws a picture and writes it in the form that the file's ending names.
fn write(
    path: &Path,
    out: &mut impl Write,
    draw: impl FnOnce() -> anyhow::Result<Picture>,
) -> anyhow::Result<ExitCode> {
    // Before the work, because some pictures take a while.
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let as_bytes: fn(&Picture) -> Vec<u8> = match ending.as_deref() {
        Some("svg") => |picture| picture.svg().into_bytes(),
        Some("png") => Picture::png,
        _ => bail!("writing {}: its name must end in .svg or .png", path.display()),
    };
    files::write(path, &as_bytes(&draw()?))?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}
