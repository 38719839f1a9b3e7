//! `galant detokenize`: tokens back to a file of music.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use galant_corpus::TokenList;

use crate::args::DetokenizeArgs;
use crate::files;
use crate::format::Format;

pub(crate) fn run(args: &DetokenizeArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.tokens, &args.out)?;
    let format = Format::of_name(&args.out)?;
    let bytes = files::read(&args.tokens, TokenList::MAX_BYTES)?;
    let reading = || format!("reading {}", args.tokens.display());
    let tokens = TokenList::parse(&bytes).with_context(reading)?;
    let score = tokens.score().with_context(reading)?;
    files::write(&args.out, &format.encode(&score, &args.out)?)?;
    writeln!(out, "wrote {}: {} tokens", args.out.display(), tokens.tokens.len())?;
    Ok(ExitCode::SUCCESS)
}
