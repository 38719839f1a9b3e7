//! `galant detokenize`: tokens back to a MIDI file.

mod tokens_json;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use galant_tokens::{ChordRules, ChordTokenizer, Token, Tokenizer};
use galant_types::Score;

use crate::args::DetokenizeArgs;
use crate::files;

use tokens_json::TokenList;
pub(super) use tokens_json::TokensJson;

/// The longest list of tokens read, in bytes: a million tokens of a dozen notes.
const MAX_BYTES: u64 = 64 << 20;

pub(crate) fn run(args: &DetokenizeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.tokens, &args.out)?;
    files::ensure_ending(&args.out, files::MIDI)?;
    let bytes = files::read(&args.tokens, MAX_BYTES)?;
    let reading = || format!("reading {}", args.tokens.display());
    let (n_tokens, score) = score(&bytes).with_context(reading)?;
    let bytes = galant_midi::encode(&score).with_context(|| format!("writing {}", args.out.display()))?;
    files::write(&args.out, &bytes)?;
    writeln!(out, "wrote {}: {n_tokens} tokens", args.out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// How many tokens there are, and their score.
fn score(bytes: &[u8]) -> anyhow::Result<(usize, Score)> {
    match tokens_json::read(bytes)? {
        TokenList::Grid(tokens) => Ok((tokens.len(), tokens.score()?)),
        TokenList::Chords(chords) => {
            let tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });
            let tokens: Vec<Token> = chords.into_iter().map(Token::Chord).collect();
            Ok((tokens.len(), tokenizer.decode(&tokens, &tokenizer.default_playback())?))
        }
    }
}
