//! `galant originality`: which runs of pieces a corpus has.

use std::io::Write;
use std::process::ExitCode;

use galant_corpus::{Piece, Strictness};
use galant_evaluate::originality::{OriginalityReport, Receipt};

use crate::args::OriginalityArgs;
use crate::inputs::Inputs;
use crate::{books, exit, model, music, originality, progress};

pub(crate) fn run(args: &OriginalityArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let n_min = args.min_run.get();
    let mut inputs = Inputs::default();
    let files = inputs.files(&args.pieces);
    if files.is_empty() {
        return inputs.finish();
    }
    let (corpus, of_corpus) = match &args.model {
        Some(path) => (originality::of_model(path, model::read(path)?.file(), strictness, n_min)?, ExitCode::SUCCESS),
        None => originality::of_paths(&args.corpus, music::standard(strictness), n_min)?,
    };
    let mut receipts = Vec::new();
    let bar = progress::bar(files.len() as u64, "files");
    for file in files {
        books::each_piece(&file, music::standard(strictness), &mut |found| {
            let piece = inputs.take(found.piece);
            receipts
                .extend(piece.map(|piece: Piece| Receipt::of(&corpus, &found.label, &piece.score, Some(piece.sha256))));
            Ok(())
        })?;
        bar.inc(1);
    }
    drop(bar);
    let of_pieces = inputs.finish()?;
    let report = OriginalityReport { corpus: &corpus, receipts: &receipts };
    if args.json {
        writeln!(out, "{}", report.to_json())?;
    } else {
        write!(out, "{report}")?;
    }
    Ok(exit::of_both(of_corpus, of_pieces))
}
