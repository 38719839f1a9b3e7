//! `galant encode`: words back to a MIDI file.

mod words_json;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use galant_types::Score;
use galant_words::Word;

use crate::args::{EncodeArgs, Rules};
use crate::files;
use crate::reading::Reading;

use words_json::Given;
pub(super) use words_json::WordsJson;

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

/// How many words there are, and what they tell.
fn score(bytes: &[u8]) -> anyhow::Result<(usize, Score)> {
    match words_json::read(bytes)? {
        Given::Grid(words) => Ok((words.len(), words.score()?)),
        Given::Chords(chords) => {
            let kind = Reading::chords(Rules::Standard).words();
            let words: Vec<Word> = chords.into_iter().map(Word::Chord).collect();
            Ok((words.len(), kind.score(&words, &kind.usual_performance())?))
        }
    }
}
