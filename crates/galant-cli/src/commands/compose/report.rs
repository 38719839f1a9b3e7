//! How often pieces run in circles.

use std::io::Write;

use galant_types::TokenId;

use super::Piece;

/// A row of this many equal words is a piece stuck on one.
const RUN: usize = 16;
/// The longest loop looked for, in words.
const MAX_LOOP: usize = 8;
/// How often a loop must be played in a row.
const N_TIMES: usize = 4;

/// Prints what became of `pieces`.
pub(crate) fn print(pieces: &[Piece], out: &mut impl Write) -> anyhow::Result<()> {
    let n = pieces.len();
    let words: Vec<&[TokenId]> = pieces.iter().map(|piece| &piece.words[..]).collect();
    let runs = words.iter().filter(|words| longest_run(words) >= RUN).count();
    let loops = words.iter().filter(|words| has_loop(words)).count();
    let stuck = words.iter().filter(|words| longest_run(words) >= RUN || has_loop(words)).count();
    let n_words: usize = words.iter().map(|words| words.len()).sum();
    let per_word = |sum: f64| sum / n_words as f64;
    let percent = |part: usize| 100.0 * part as f64 / n as f64;
    let composed = || pieces.iter().flat_map(|piece| &piece.composed);
    writeln!(out, "pieces            {n}, {n_words} words")?;
    writeln!(out, "surprise          {:.3} nats per word", per_word(pieces.iter().map(|piece| piece.nats).sum()))?;
    writeln!(out, "run of {RUN} or more  {runs} pieces, {:.1} %", percent(runs))?;
    writeln!(
        out,
        "loop              {loops} pieces, {:.1} %: 2 to {MAX_LOOP} words, {N_TIMES} times or more in a row",
        percent(loops)
    )?;
    writeln!(out, "either            {stuck} pieces, {:.1} %", percent(stuck))?;
    let seen = composed().filter(|word| word.loop_length.is_some()).count();
    let freed = composed().filter(|word| word.freed).count();
    let mut lengths: Vec<usize> = composed().filter_map(|word| word.loop_length).collect();
    lengths.sort_unstable();
    let by_length: Vec<String> =
        lengths.chunk_by(|a, b| a == b).map(|equal| format!("{} of {}", equal.len(), equal[0])).collect();
    let by_length = if by_length.is_empty() { String::new() } else { format!(": {} words", by_length.join(", ")) };
    writeln!(out, "loop control      saw {seen} repetitions{by_length}")?;
    writeln!(out, "entropy floor     freed {freed} words")?;
    Ok(())
}

/// The most equal words in a row.
fn longest_run(words: &[TokenId]) -> usize {
    words.chunk_by(|a, b| a == b).map(<[TokenId]>::len).max().unwrap_or(0)
}

/// Whether 2 to [`MAX_LOOP`] words, not all equal, stand [`N_TIMES`] times in a row.
fn has_loop(words: &[TokenId]) -> bool {
    (2..=MAX_LOOP).any(|length| {
        let is_loop = |stretch: &[TokenId]| {
            let repeats = stretch.iter().zip(&stretch[length..]).all(|(a, b)| a == b);
            repeats && stretch[..length].iter().any(|word| *word != stretch[0])
        };
        words.windows(N_TIMES * length).any(is_loop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn runs_and_loops_are_told_apart() {
        assert_eq!(longest_run(&words(&[1, 2, 2, 2, 1, 1])), 3);
        assert_eq!(longest_run(&[]), 0);
        assert!(!has_loop(&words(&[7; 64])));
        assert!(has_loop(&words(&[9, 1, 2, 1, 2, 1, 2, 1, 2, 9])));
        assert!(!has_loop(&words(&[9, 1, 2, 1, 2, 1, 2, 1, 9])));
        let eight: Vec<u32> = (0..32).map(|i| i % 8).collect();
        assert!(has_loop(&words(&eight)));
        let nine: Vec<u32> = (0..36).map(|i| i % 9).collect();
        assert!(!has_loop(&words(&nine)));
        assert!(has_loop(&words(&[1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2])));
    }
}
