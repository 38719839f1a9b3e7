//! Scores to sound.

use std::env;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context;
use galant_synth::{Levels, MAX_SOUNDFONT_BYTES, Rendering, Sound, SoundFont, WavFormat, render, write_wav};
use galant_types::Score;

use crate::files;

/// A score ready to be heard and written in this format, and what plays it.
pub(crate) fn rendering(
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
pub(crate) fn write_score(path: &Path, score: &Score) -> anyhow::Result<f64> {
    write_with(path, score, None)
}

/// As [`write_score`], played by a SoundFont.
pub(crate) fn write_with(path: &Path, score: &Score, soundfont: Option<&Path>) -> anyhow::Result<f64> {
    let (rendering, _) = rendering(score, &path.display().to_string(), soundfont, WavFormat::Int16)?;
    Ok(write(path, rendering, WavFormat::Int16)?.seconds)
}

/// The SoundFont that plays: the one named, else one the system has; none for the built-in sound.
pub(crate) fn soundfont_of(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(path) if path.as_os_str() == NONE => None,
        Some(path) => Some(path.to_owned()),
        None => find_soundfont(),
    }
}

/// What names the built-in sound in place of a SoundFont.
const NONE: &str = "none";

/// What plays, and what to call it: the SoundFont named, else one the system has, else the built-in sound.
fn sound(soundfont: Option<&Path>) -> anyhow::Result<(Sound, String)> {
    let Some(path) = soundfont_of(soundfont) else {
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
pub(crate) fn write(path: &Path, rendering: Rendering, format: WavFormat) -> anyhow::Result<Levels> {
    files::write_with(path, |file| Ok(write_wav(rendering, format, BufWriter::new(file))?))
}
