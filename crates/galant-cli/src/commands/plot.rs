//! `galant plot`: pictures of music and of what networks make of it.

mod curves;
mod trace;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_midi::{ReadRules, decode};
use galant_plot::{Picture, piano_roll};
use galant_types::Score;

use crate::args::{PlotArgs, PlotCommand, RollArgs};
use crate::files;
use crate::terminal_roll::print_roll;

pub(super) use curves::{loss_picture, read_losses};

pub(crate) fn run(args: &PlotArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        PlotCommand::Roll(RollArgs { file, out: Some(path) }) => write(path, out, || roll(file)),
        PlotCommand::Roll(RollArgs { file, out: None }) => {
            print_roll(out, &read_score(file, ReadRules::Standard)?)?;
            Ok(ExitCode::SUCCESS)
        }
        PlotCommand::Loss(args) => write(&args.out, out, || {
            let epochs = read_losses(&args.file)?;
            Ok(loss_picture(&epochs, &format!("Losses of {}", args.file.display())))
        }),
        PlotCommand::Surprise(args) => write(&args.out, out, || trace::surprise(args)),
        PlotCommand::States(args) => write(&args.out, out, || trace::states(args)),
        PlotCommand::Gradients(args) => write(&args.out, out, || curves::gradients(&args.files)),
    }
}

/// The piano roll of a MIDI file.
pub(super) fn roll(path: &Path) -> anyhow::Result<Picture> {
    Ok(piano_roll(&read_score(path, ReadRules::Standard)?, &files::name(path)))
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
        _ => bail!("writing {}: its ending must be .svg or .png, the forms of pictures there are", path.display()),
    };
    files::write(path, &as_bytes(&draw()?))?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a MIDI file and tells how much of it was repaired.
fn read_score(path: &Path, rules: ReadRules) -> anyhow::Result<Score> {
    let bytes = files::read(path, galant_midi::MAX_FILE_BYTES as u64)?;
    let decoded = decode(&bytes, rules).with_context(|| format!("reading {}", path.display()))?;
    if let Some(first) = decoded.warnings.first() {
        let (n, path) = (decoded.warnings.len(), path.display());
        eprintln!("warning: {path}: {first}; {n} such repairs in all, `galant words` lists them");
    }
    Ok(decoded.score)
}
