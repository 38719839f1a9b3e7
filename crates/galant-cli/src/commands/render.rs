//! `galant render`: a file of music to sound.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use galant_corpus::Strictness;
use galant_synth::{Levels, Rendering, WavFormat};
use galant_types::Score;

use crate::args::RenderArgs;
use crate::{files, music, progress, sound};

pub(crate) fn run(args: &RenderArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let format = if args.float { WavFormat::Float32 } else { WavFormat::Int16 };
    // Before the work, because a long piece takes a while.
    files::ensure_not_folder(&args.out)?;
    files::keep_apart(&args.file, &args.out)?;
    files::ensure_ending(&args.out, &["wav"])?;
    let spinner = progress::spinner("rendering");
    let (rendering, player) = rendering(&args.file, args.soundfont.as_deref(), strictness, format)?;
    let levels = sound::write(&args.out, rendering, format)?;
    drop(spinner);
    write!(out, "wrote {}: {:.1} s", args.out.display(), levels.seconds)?;
    if levels.peak > 0.0 {
        let [peak, rms] = [levels.peak, levels.rms].map(Levels::decibels);
        write!(out, ", peak {peak:.1} dBFS, RMS {rms:.1} dBFS")?;
    } else {
        write!(out, " of silence, as the piece has no notes")?;
    }
    writeln!(out, ", played by {player}")?;
    Ok(ExitCode::SUCCESS)
}

/// A file of music ready to be heard and written in this format, and what plays it.
pub(super) fn rendering(
    path: &Path,
    soundfont: Option<&Path>,
    strictness: Strictness,
    format: WavFormat,
) -> anyhow::Result<(Rendering, String)> {
    sound::rendering(&read_score(path, strictness)?, &path.display().to_string(), soundfont, format)
}

/// Reads a file of music, and warns of how much of it was repaired.
pub(super) fn read_score(path: &Path, strictness: Strictness) -> anyhow::Result<Score> {
    Ok(music::read(path, music::standard(strictness))?.score)
}
