//! How many composed pieces repeat the same few tokens.

use std::io::Write;

use galant_evaluate::Collapse;
use galant_pipeline::ComposedPiece;

/// Prints what became of `pieces`.
pub(super) fn print(pieces: &[ComposedPiece], out: &mut impl Write) -> anyhow::Result<()> {
    let mut collapse = Collapse::default();
    pieces.iter().for_each(|piece| collapse.add(&piece.tokens, piece.nats, &piece.details));
    let Collapse { n_pieces, n_tokens, nats, n_with_run, n_with_loop, n_stuck, loop_lengths, n_entropy_raised } =
        collapse;
    let percent = |part: usize| 100.0 * part as f64 / n_pieces as f64;
    let (run, longest, n_times) = (Collapse::RUN, Collapse::MAX_LOOP, Collapse::N_TIMES);
    writeln!(out, "pieces            {n_pieces}, {n_tokens} tokens")?;
    writeln!(out, "surprise          {:.3} nats per token", nats / n_tokens as f64)?;
    writeln!(out, "run of {run} or more  {n_with_run} pieces, {:.1} %", percent(n_with_run))?;
    writeln!(
        out,
        "loop              {n_with_loop} pieces, {:.1} %: 2 to {longest} tokens, {n_times} times or more in a row",
        percent(n_with_loop)
    )?;
    writeln!(out, "either            {n_stuck} pieces, {:.1} %", percent(n_stuck))?;
    let by_length: Vec<String> =
        loop_lengths.chunk_by(|a, b| a == b).map(|equal| format!("{} of {}", equal.len(), equal[0])).collect();
    let by_length = if by_length.is_empty() { String::new() } else { format!(": {} tokens", by_length.join(", ")) };
    writeln!(out, "loop control      saw {} repetitions{by_length}", loop_lengths.len())?;
    writeln!(out, "entropy floor     raised {n_entropy_raised} tokens")?;
    Ok(())
}
