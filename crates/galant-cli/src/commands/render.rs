//! `galant render`: a file of music to sound.

use std::env;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use galant_corpus::Strictness;
use galant_synth::{Levels, MAX_SOUNDFONT_BYTES, Rendering, Sound, SoundFont, WavFormat, render, write_wav};
use galant_types::Score;

use crate::args::RenderArgs;
use crate::files;
use crate::music;
use crate::progress;

pub(crate) fn run(args: &RenderArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let format = if args.float { WavFormat::Float32 } else { WavFormat::Int16 };
    // Before the work, because a long piece takes a while.
    files::ensure_not_folder(&args.out)?;
    files::keep_apart(&args.file, &args.out)?;
    files::ensure_ending(&args.out, &["wav"])?;
    let spinner = progress::spinner("rendering");
    let (rendering, player) = rendering(&args.file, args.soundfont.as_deref(), strictness, format)?;
    let levels = write(&args.out, rendering, format)?;
    spinner.finish_and_clear();
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
    rendering_of(&read_score(path, strictness)?, &path.display().to_string(), soundfont, format)
}

/// A score ready to be heard and written in this format, and what plays it.
fn rendering_of(
    score: &Score,
    name: &str,
    soundfont: Option<&Path>,
    format: WavFormat,
) -> anyhow::Result<(Rendering, String)> {
    let (sound, player) = sound(soundfont)?;
    let what = match format {
        WavFormat::Int16 => "",
        WavFormat::Float32 => " to floating-point numbers (--float), which take twice the room",
    };
    let rendering = render(score, &sound, &format.render_config());
    let rendering = rendering.with_context(|| format!("rendering {name} with {player}{what}"))?;
    Ok((rendering, player))
}

/// Writes a score as a WAV file and returns how many seconds it lasts.
pub(super) fn write_score(path: &Path, score: &Score) -> anyhow::Result<f64> {
    let (rendering, _) = rendering_of(score, &path.display().to_string(), None, WavFormat::Int16)?;
    Ok(write(path, rendering, WavFormat::Int16)?.seconds)
}

/// Reads a file of music, and warns of how much of it was repaired.
pub(super) fn read_score(path: &Path, strictness: Strictness) -> anyhow::Result<Score> {
    Ok(music::read(path, music::standard(strictness))?.score)
}

/// What names the built-in sound in place of a SoundFont.
const NONE: &str = "none";

/// What plays, and what to call it: the SoundFont named, else one the system has, else the built-in sound.
fn sound(soundfont: Option<&Path>) -> anyhow::Result<(Sound, String)> {
    let path = match soundfont {
        Some(path) if path.as_os_str() == NONE => None,
        Some(path) => Some(path.to_owned()),
        None => find_soundfont(),
    };
    let Some(path) = path else {
        return Ok((Sound::BuiltIn, "the built-in sound".to_owned()));
    };
    let bytes = files::read(&path, MAX_SOUNDFONT_BYTES as u64)?;
    let soundfont = SoundFont::parse(&bytes)
        .with_context(|| format!("reading {} (--soundfont {NONE} takes the built-in sound)", path.display()))?;
    Ok((Sound::SoundFont(soundfont), path.display().to_string()))
}

/// The first SoundFont in the folders where systems keep them: the one marked as the default, else by name.
fn find_soundfont() -> Option<PathBuf> {
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".local/share"));
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from).or(home);
    let places = data.into_iter().chain(["/usr/local/share".into(), "/usr/share".into()]);
    let folders = places.flat_map(|place| [place.join("soundfonts"), place.join("sounds/sf2")]);
    folders.into_iter().find_map(|folder| first_soundfont(&folder))
}

fn first_soundfont(folder: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_soundfont = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "sf2") && path.is_file();
    let marked_first = |path: &PathBuf| {
        let name = files::name(path);
        (!name.starts_with("default"), name)
    };
    paths.filter(is_soundfont).min_by_key(marked_first)
}

/// Writes a WAV file, without holding it in memory.
fn write(path: &Path, rendering: Rendering, format: WavFormat) -> anyhow::Result<Levels> {
    files::write_with(path, |file| Ok(write_wav(rendering, format, BufWriter::new(file))?))
}
