//! `galant detokenize`: tokens back to a MIDI file.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use galant_corpus::TokenList;

use crate::args::DetokenizeArgs;
use crate::files;

pub(crate) fn run(args: &DetokenizeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.tokens, &args.out)?;
    files::ensure_ending(&args.out, files::MIDI)?;
    let bytes = files::read(&args.tokens, TokenList::MAX_BYTES)?;
    let reading = || format!("reading {}", args.tokens.display());
    let tokens = TokenList::parse(&bytes).with_context(reading)?;
    let score = tokens.score().with_context(reading)?;
    let bytes = galant_midi::encode(&score).with_context(|| format!("writing {}", args.out.display()))?;
    files::write(&args.out, &bytes)?;
    writeln!(out, "wrote {}: {} tokens", args.out.display(), tokens.tokens.len())?;
    Ok(ExitCode::SUCCESS)
}
