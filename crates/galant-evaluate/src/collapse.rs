//! Pieces that got stuck.

use std::fmt;

use galant_sample::ComposedToken;
use galant_types::TokenId;

/// How many composed pieces repeat the same few tokens.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Collapse {
    /// How many pieces there are.
    pub n_pieces: usize,
    /// How many tokens they have.
    pub n_tokens: usize,
    /// Their surprise under the model, summed, in nats.
    pub nats: f64,
    /// How many pieces have [`Collapse::RUN`] or more equal tokens in a row.
    pub n_with_run: usize,
    /// How many have a loop: 2 to [`Collapse::MAX_LOOP`] tokens, not all equal, [`Collapse::N_TIMES`] times or more in a
    /// row.
    pub n_with_loop: usize,
    /// How many have a run or a loop.
    pub n_stuck: usize,
    /// The lengths of the repetitions that loop control saw, ascending.
    pub loop_lengths: Vec<usize>,
    /// How many draws the entropy floor raised.
    pub n_entropy_raised: usize,
}

impl Collapse {
    /// The most equal tokens in a row that music is expected to have, and one more.
    pub const RUN: usize = 16;
    /// The longest loop looked for.
    pub const MAX_LOOP: usize = 8;
    /// How often a loop must be played in a row.
    pub const N_TIMES: usize = 4;

    /// Counts a piece of `tokens` that cost `nats`; `details` are those of each token, or none if a beam found it.
    pub fn add(&mut self, tokens: &[TokenId], nats: f64, details: &[ComposedToken]) {
        let (has_run, has_loop) = (longest_run(tokens) >= Collapse::RUN, has_loop(tokens));
        self.n_pieces += 1;
        self.n_tokens += tokens.len();
        self.nats += nats;
        self.n_with_run += usize::from(has_run);
        self.n_with_loop += usize::from(has_loop);
        self.n_stuck += usize::from(has_run || has_loop);
        self.loop_lengths.extend(details.iter().filter_map(|token| token.loop_length));
        self.loop_lengths.sort_unstable();
        self.n_entropy_raised += details.iter().filter(|token| token.entropy_raised).count();
    }
}

/// A line for each count.
impl fmt::Display for Collapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Collapse { n_pieces, n_tokens, nats, n_with_run, n_with_loop, n_stuck, loop_lengths, n_entropy_raised } =
            self;
        let share = |part: &usize| {
            let pieces = if *part == 1 { "piece" } else { "pieces" };
            format!("{part} {pieces}, {:.1} %", 100.0 * *part as f64 / (*n_pieces).max(1) as f64)
        };
        let (run, longest, n_times) = (Collapse::RUN, Collapse::MAX_LOOP, Collapse::N_TIMES);
        writeln!(f, "pieces            {n_pieces}, {n_tokens} tokens")?;
        writeln!(f, "surprise          {:.3} nats per token", nats / (*n_tokens).max(1) as f64)?;
        writeln!(f, "run of {run} or more {}", share(n_with_run))?;
        writeln!(
            f,
            "loop              {}: 2 to {longest} tokens, {n_times} times or more in a row",
            share(n_with_loop)
        )?;
        writeln!(f, "either            {}", share(n_stuck))?;
        let by_length = loop_lengths.chunk_by(|a, b| a == b).map(|equal| format!("{} of {}", equal.len(), equal[0]));
        let by_length: Vec<String> = by_length.collect();
        let by_length = if by_length.is_empty() { String::new() } else { format!(": {} tokens", by_length.join(", ")) };
        writeln!(f, "loop control      saw {} repetitions{by_length}", loop_lengths.len())?;
        writeln!(f, "entropy floor     raised {n_entropy_raised} tokens")
    }
}

/// The most equal tokens in a row.
fn longest_run(tokens: &[TokenId]) -> usize {
    tokens.chunk_by(|a, b| a == b).map(<[TokenId]>::len).max().unwrap_or(0)
}

/// Whether 2 to [`Collapse::MAX_LOOP`] tokens, not all equal, occur [`Collapse::N_TIMES`] times in a row.
fn has_loop(tokens: &[TokenId]) -> bool {
    (2..=Collapse::MAX_LOOP).any(|length| {
        let is_loop = |part: &[TokenId]| {
            let repeats = part.iter().zip(&part[length..]).all(|(a, b)| a == b);
            repeats && part[..length].iter().any(|token| *token != part[0])
        };
        tokens.windows(Collapse::N_TIMES * length).any(is_loop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_lines_and_nothing_composed_is_no_share() {
        let stuck =
            Collapse { n_pieces: 4, n_tokens: 100, nats: 50.0, n_with_run: 1, n_stuck: 1, ..Collapse::default() };
        let collapse = Collapse { loop_lengths: vec![2, 2, 3], n_entropy_raised: 5, ..stuck };
        expect_test::expect![[r#"
            pieces            4, 100 tokens
            surprise          0.500 nats per token
            run of 16 or more 1 piece, 25.0 %
            loop              0 pieces, 0.0 %: 2 to 8 tokens, 4 times or more in a row
            either            1 piece, 25.0 %
            loop control      saw 3 repetitions: 2 of 2, 1 of 3 tokens
            entropy floor     raised 5 tokens
        "#]]
        .assert_eq(&collapse.to_string());
        expect_test::expect![[r#"
            pieces            0, 0 tokens
            surprise          0.000 nats per token
            run of 16 or more 0 pieces, 0.0 %
            loop              0 pieces, 0.0 %: 2 to 8 tokens, 4 times or more in a row
            either            0 pieces, 0.0 %
            loop control      saw 0 repetitions
            entropy floor     raised 0 tokens
        "#]]
        .assert_eq(&Collapse::default().to_string());
    }

    fn tokens(numbers: &[u32]) -> Vec<TokenId> {
        numbers.iter().copied().map(TokenId).collect()
    }

    #[test]
    fn runs_and_loops_are_different_things() {
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

    #[test]
    fn pieces_are_counted_once_each() {
        let mut collapse = Collapse::default();
        collapse.add(&tokens(&[7; 16]), 8.0, &[]);
        collapse.add(&tokens(&[1, 2, 1, 2, 1, 2, 1, 2]), 4.0, &[]);
        collapse.add(&tokens(&[1, 2, 3, 4]), 4.0, &[]);
        let expected = Collapse {
            n_pieces: 3,
            n_tokens: 28,
            nats: 16.0,
            n_with_run: 1,
            n_with_loop: 1,
            n_stuck: 2,
            ..Collapse::default()
        };
        assert_eq!(collapse, expected);
    }
}
