//! `galant encode`: words back to a MIDI file.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_types::Chord;
use galant_words::{Rendition, score_from_chords};
use serde_json::Value;

use crate::args::EncodeArgs;
use crate::files;

/// The longest list of words read, in bytes: a million words of a dozen notes.
const MAX_BYTES: u64 = 64 << 20;

pub(crate) fn run(args: &EncodeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.words, &args.out)?;
    files::ensure_ending(&args.out, files::MIDI)?;
    let bytes = files::read(&args.words, MAX_BYTES)?;
    let chords = chords(&bytes).with_context(|| format!("reading {}", args.words.display()))?;
    write_midi(&args.out, &chords)?;
    writeln!(out, "wrote {}: {} words", args.out.display(), chords.len())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes chords one after the other, an eighth of a second each, as the lecture plays them.
pub(super) fn write_midi(path: &Path, chords: &[Chord]) -> anyhow::Result<()> {
    let bytes = galant_midi::encode(&score_from_chords(chords, Rendition::default()))
        .with_context(|| format!("writing {}", path.display()))?;
    files::write(path, &bytes)
}

/// The list itself, or what stands under `chords` in an object.
fn chords(bytes: &[u8]) -> anyhow::Result<Vec<Chord>> {
    let value: Value = serde_json::from_slice(bytes).context(
        "it is no JSON; give what `galant words --json` prints of one file, or a list such as [[60,64],[67]]",
    )?;
    let list = value.get("chords").unwrap_or(&value);
    let Some(list) = list.as_array() else {
        bail!("it holds no list of chords; give what `galant words --json` prints, or a list such as [[60,64],[67]]");
    };
    list.iter().enumerate().map(|(number, item)| chord(item).with_context(|| format!("word {number}"))).collect()
}

fn chord(item: &Value) -> anyhow::Result<Chord> {
    let Some(pitches) = item.as_array() else {
        bail!("{item} is no list of pitches; a chord is written like [60,64,67]");
    };
    let pitch = |pitch: &Value| {
        let number = pitch.as_u64().and_then(|number| u8::try_from(number).ok());
        number.with_context(|| format!("{pitch} is no MIDI pitch; those are 0 to 127"))
    };
    Ok(Chord::new(pitches.iter().map(pitch).collect::<anyhow::Result<_>>()?)?)
}
