//! How often pieces run in circles.

use std::io::Write;

use galant_types::TokenId;

use super::Piece;

/// A row of this many equal tokens is a piece stuck on one.
const RUN: usize = 16;
/// The longest loop looked for, in tokens.
const MAX_LOOP: usize = 8;
/// How often a loop must be played in a row.
const N_TIMES: usize = 4;

/// Prints what became of `pieces`.
pub(crate) fn print(pieces: &[Piece], out: &mut impl Write) -> anyhow::Result<()> {
    let n = pieces.len();
    let tokens: Vec<&[TokenId]> = pieces.iter().map(|piece| &piece.tokens[..]).collect();
    let runs = tokens.iter().filter(|tokens| longest_run(tokens) >= RUN).count();
    let loops = tokens.iter().filter(|tokens| has_loop(tokens)).count();
    let stuck = tokens.iter().filter(|tokens| longest_run(tokens) >= RUN || has_loop(tokens)).count();
    let n_tokens: usize = tokens.iter().map(|tokens| tokens.len()).sum();
    let per_token = |sum: f64| sum / n_tokens as f64;
    let percent = |part: usize| 100.0 * part as f64 / n as f64;
    let composed = || pieces.iter().flat_map(|piece| &piece.composed);
    writeln!(out, "pieces            {n}, {n_tokens} tokens")?;
    writeln!(out, "surprise          {:.3} nats per token", per_token(pieces.iter().map(|piece| piece.nats).sum()))?;
    writeln!(out, "run of {RUN} or more  {runs} pieces, {:.1} %", percent(runs))?;
    writeln!(
        out,
        "loop              {loops} pieces, {:.1} %: 2 to {MAX_LOOP} tokens, {N_TIMES} times or more in a row",
        percent(loops)
    )?;
    writeln!(out, "either            {stuck} pieces, {:.1} %", percent(stuck))?;
    let seen = composed().filter(|token| token.loop_length.is_some()).count();
    let freed = composed().filter(|token| token.freed).count();
    let mut lengths: Vec<usize> = composed().filter_map(|token| token.loop_length).collect();
    lengths.sort_unstable();
    let by_length: Vec<String> =
        lengths.chunk_by(|a, b| a == b).map(|equal| format!("{} of {}", equal.len(), equal[0])).collect();
    let by_length = if by_length.is_empty() { String::new() } else { format!(": {} tokens", by_length.join(", ")) };
    writeln!(out, "loop control      saw {seen} repetitions{by_length}")?;
    writeln!(out, "entropy floor     freed {freed} tokens")?;
    Ok(())
}

/// The most equal tokens in a row.
fn longest_run(tokens: &[TokenId]) -> usize {
    tokens.chunk_by(|a, b| a == b).map(<[TokenId]>::len).max().unwrap_or(0)
}

/// Whether 2 to [`MAX_LOOP`] tokens, not all equal, stand [`N_TIMES`] times in a row.
fn has_loop(tokens: &[TokenId]) -> bool {
    (2..=MAX_LOOP).any(|length| {
        let is_loop = |stretch: &[TokenId]| {
            let repeats = stretch.iter().zip(&stretch[length..]).all(|(a, b)| a == b);
            repeats && stretch[..length].iter().any(|token| *token != stretch[0])
        };
        tokens.windows(N_TIMES * length).any(is_loop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn runs_and_loops_are_told_apart() {
        assert_eq!(longest_run(&tokens(&[1, 2, 2, 2, 1, 1])), 3);
        assert_eq!(longest_run(&[]), 0);
        assert!(!has_loop(&tokens(&[7; 64])));
        assert!(has_loop(&tokens(&[9, 1, 2, 1, 2, 1, 2, 1, 2, 9])));
        assert!(!has_loop(&tokens(&[9, 1, 2, 1, 2, 1, 2, 1, 9])));
        let eight: Vec<u32> = (0..32).map(|i| i % 8).collect();
        assert!(has_loop(&tokens(&eight)));
        let nine: Vec<u32> = (0..36).map(|i| i % 9).collect();
        assert!(!has_loop(&tokens(&nine)));
        assert!(has_loop(&tokens(&[1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2])));
    }
}
