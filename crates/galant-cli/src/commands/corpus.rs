//! `galant corpus`: what a corpus holds, before it is trained on.

use std::io::Write;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{Strictness, Survey};

use crate::args::CorpusArgs;
use crate::books::{self, BookTally};
use crate::inputs::Inputs;
use crate::progress;

pub(crate) fn run(args: &CorpusArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    ensure!((0.0..1.0).contains(&args.hold_out), "--hold-out is {}; it must be 0 to below 1", args.hold_out);
    let options = args.music.read_options(strictness);
    let mut survey = Survey::new(args.music.tokenizer(args.tokenizer)?, args.hold_out);
    let mut inputs = Inputs::default();
    let paths = inputs.files(&args.music.paths);
    if paths.is_empty() {
        return inputs.finish();
    }
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let mut tally = BookTally::default();
        books::each_piece(&path, options, &mut |found| {
            tally.add(&found);
            match found.piece {
                Ok(piece) => survey.add(&found.label, &piece),
                // The survey says it.
                Err(error) => {
                    survey.leave_out(&found.label, format!("{error:#}"));
                    inputs.count_failed();
                }
            }
            Ok(())
        })?;
        tally.add_to(&mut survey);
        bar.inc(1);
    }
    bar.finish_and_clear();
    // A survey of files none of which can be read is one nevertheless.
    inputs.take(Ok(()));
    write!(out, "{survey}")?;
    inputs.finish()
}
