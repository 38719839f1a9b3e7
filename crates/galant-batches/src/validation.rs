use galant_types::{Batch, Positions, TokenId};

use crate::Windows;

impl Windows {
    /// The validation parts of all songs, in batches of at most `max_rows` songs; no batch if nothing is held out.
    ///
    /// A row reads a window of context from the training part, which does not count, and then predicts each token of the
    /// validation part. Shorter rows are padded with tokens that do not count.
    /// If a song has no training part, its first token has nothing before it to be predicted from and is left out.
    ///
    /// # Panics
    ///
    /// If `max_rows` is 0.
    pub fn validation(&self, max_rows: usize) -> Vec<Batch> {
        let mut rows: Vec<Row<'_>> = (0..self.songs.len()).filter_map(|song| self.validation_row(song)).collect();
        // Rows of about the same length share a batch, for little padding; ties keep the order of the songs.
        rows.sort_by_key(|row| row.tokens.len());
        rows.chunks(max_rows).map(batch).collect()
    }

    fn validation_row(&self, song: usize) -> Option<Row<'_>> {
        let tokens = &self.songs[song].tokens;
        let first_predicted = self.n_training[song].max(1);
        if first_predicted >= tokens.len() {
            return None;
        }
        let first_read = first_predicted.saturating_sub(self.split.window);
        Some(Row { tokens: &tokens[first_read..], n_context: first_predicted - first_read - 1 })
    }
}

/// A section of a song: all tokens except the last are read, all except the first are predicted.
struct Row<'a> {
    tokens: &'a [TokenId],
    /// How many of the predictions do not count.
    n_context: usize,
}

fn batch(rows: &[Row<'_>]) -> Batch {
    let n_steps = rows.iter().map(|row| row.tokens.len() - 1).max().unwrap_or(0);
    let (mut inputs, mut targets, mut mask) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let n_predicted = row.tokens.len() - 1;
        let padding = std::iter::repeat_n(TokenId(0), n_steps - n_predicted);
        inputs.extend(row.tokens[..n_predicted].iter().copied().chain(padding.clone()));
        targets.extend(row.tokens[1..].iter().copied().chain(padding));
        mask.extend((0..n_steps).map(|step| (row.n_context..n_predicted).contains(&step)));
    }
    Batch::new(rows.len(), n_steps, inputs, targets, Positions::Mask(mask))
        .expect("every row predicts at least one token")
}

#[cfg(test)]
mod tests {
    use galant_types::Song;

    use super::*;
    use crate::Split;

    fn songs(lengths: &[u32]) -> Vec<Song> {
        let song = |(i, &n): (usize, &u32)| Song {
            name: format!("song {i}"),
            tokens: (0..n).map(|token| TokenId(i as u32 * 1000 + token)).collect(),
            streams: Vec::new(),
        };
        lengths.iter().enumerate().map(song).collect()
    }

    fn windows(lengths: &[u32], hold_out: f64) -> Windows {
        Windows::new(songs(lengths), Split { window: 10, hold_out }).unwrap()
    }

    /// The counted predictions of all batches: the token read and the token predicted.
    fn counted(batches: &[Batch]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for batch in batches {
            for row in 0..batch.n_windows() {
                for step in (0..batch.n_steps()).filter(|&step| batch.counts(row, step)) {
                    let at = row * batch.n_steps() + step;
                    pairs.push((batch.inputs()[at].0, batch.targets()[at].0));
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn every_token_of_the_validation_parts_is_predicted_once_from_the_token_before_it() {
        let windows = windows(&[100, 30, 7], 0.2);
        let expected: Vec<(u32, u32)> =
            (80..100).chain(1024..1030).chain(2006..2007).map(|token| (token - 1, token)).collect();
        for max_rows in [1, 2, 64] {
            assert_eq!(counted(&windows.validation(max_rows)), expected, "{max_rows} rows");
        }
    }

    #[test]
    fn predictions_are_those_of_the_batches_with_all_that_came_before() {
        for (lengths, hold_out) in [(&[100, 30, 7][..], 0.2), (&[40, 1, 2], 0.7), (&[50], 0.0)] {
            let windows = windows(lengths, hold_out);
            let mut pairs: Vec<(u32, u32)> =
                windows.predictions().map(|(before, token)| (before[before.len() - 1].0, token.0)).collect();
            pairs.sort_unstable();
            assert_eq!(pairs, counted(&windows.validation(64)), "{lengths:?}");
            let n_training: usize = windows.training_parts().map(<[TokenId]>::len).sum();
            assert_eq!(n_training, windows.n_training_tokens());
            // What comes before is the whole song up to there.
            assert!(windows.predictions().all(|(before, token)| before.len() as u32 == token.0 % 1000));
        }
    }

    #[test]
    fn a_row_reads_a_window_of_context_first() {
        let batches = windows(&[100], 0.2).validation(64);
        assert_eq!(batches[0].inputs()[0], TokenId(70));
        assert_eq!(batches[0].n_steps(), 29);
    }

    #[test]
    fn nothing_held_out_gives_no_batch() {
        assert!(windows(&[100], 0.0).validation(64).is_empty());
    }
}
