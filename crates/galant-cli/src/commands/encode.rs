//! `galant encode`: words back to a MIDI file.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_types::{Chord, Score};
use galant_words::{Grid, GridWords, Performance, Word, WordKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::{EncodeArgs, Rules};
use crate::files;
use crate::reading::Reading;

/// The longest list of words read, in bytes: a million words of a dozen notes.
const MAX_BYTES: u64 = 64 << 20;

pub(crate) fn run(args: &EncodeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.words, &args.out)?;
    files::ensure_ending(&args.out, files::MIDI)?;
    let bytes = files::read(&args.words, MAX_BYTES)?;
    let reading = || format!("reading {}", args.words.display());
    let (n_words, score) = score(&bytes).with_context(reading)?;
    let bytes = galant_midi::encode(&score).with_context(|| format!("writing {}", args.out.display()))?;
    files::write(&args.out, &bytes)?;
    writeln!(out, "wrote {}: {n_words} words", args.out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Words with rhythm, as `galant words --json` prints them of a file.
#[derive(Serialize, Deserialize)]
pub(super) struct WordsJson {
    kind: String,
    /// Steps a quarter note has.
    grid: u16,
    n_words: usize,
    n_different: usize,
    us_per_quarter: u32,
    /// Beats in a bar, and the beat as a power of two.
    meter: (u8, u8),
    program: u8,
    velocity: u8,
    words: Vec<String>,
}

impl WordsJson {
    pub(super) fn of(words: &[Word], n_different: usize, kind: WordKind, performance: Performance) -> WordsJson {
        let Performance { us_per_quarter, beats, beat_log2, program, velocity } = performance;
        WordsJson {
            kind: kind.name().to_owned(),
            grid: kind.grid().unwrap_or_default().steps_per_quarter(),
            n_words: words.len(),
            n_different,
            us_per_quarter,
            meter: (beats, beat_log2),
            program,
            velocity,
            words: words.iter().map(ToString::to_string).collect(),
        }
    }

    fn score(&self) -> anyhow::Result<Score> {
        let words = GridWords { grid: Grid::new(self.grid)?, top: 0 };
        let kind = match self.kind.as_str() {
            "rhythm" => WordKind::Rhythm(words),
            "notes" => WordKind::Notes(words),
            other => bail!("its words are of the kind '{other}'; those with a grid are rhythm and notes"),
        };
        let (beats, beat_log2) = self.meter;
        let WordsJson { us_per_quarter, program, velocity, .. } = *self;
        let performance = Performance { us_per_quarter, beats, beat_log2, program, velocity };
        performance.validate()?;
        let word = |(number, text): (usize, &String)| kind.parse(text).with_context(|| format!("word {number}"));
        let words: Vec<Word> = self.words.iter().enumerate().map(word).collect::<anyhow::Result<_>>()?;
        Ok(kind.score(&words, &performance)?)
    }
}

/// How many words there are, and what they tell.
fn score(bytes: &[u8]) -> anyhow::Result<(usize, Score)> {
    let value: Value = serde_json::from_slice(bytes).context(
        "it is no JSON; give what `galant words --json` prints of one file, or a list such as [[60,64],[67]]",
    )?;
    if value.get("grid").is_some() {
        let words: WordsJson = serde_json::from_value(value).context("its words with a grid")?;
        return Ok((words.words.len(), words.score()?));
    }
    let kind = Reading::chords(Rules::Standard).words();
    let words = chords(&value)?;
    Ok((words.len(), kind.score(&words, &kind.usual_performance())?))
}

/// The list itself, or what stands under `chords` in an object.
fn chords(value: &Value) -> anyhow::Result<Vec<Word>> {
    let list = value.get("chords").unwrap_or(value);
    let Some(list) = list.as_array() else {
        bail!("it holds no list of chords; give what `galant words --json` prints, or a list such as [[60,64],[67]]");
    };
    list.iter().enumerate().map(|(number, item)| chord(item).with_context(|| format!("word {number}"))).collect()
}

fn chord(item: &Value) -> anyhow::Result<Word> {
    let Some(pitches) = item.as_array() else {
        bail!("{item} is no list of pitches; a chord is written like [60,64,67]");
    };
    let pitch = |pitch: &Value| {
        let number = pitch.as_u64().and_then(|number| u8::try_from(number).ok());
        number.with_context(|| format!("{pitch} is no MIDI pitch; those are 0 to 127"))
    };
    Ok(Word::Chord(Chord::new(pitches.iter().map(pitch).collect::<anyhow::Result<_>>()?)?))
}
