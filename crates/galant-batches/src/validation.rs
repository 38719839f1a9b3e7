use std::ops::Range;

use galant_types::{Batch, Positions, TokenId};

use crate::{Validation, Windows};

/// How many windows of predictions a row has at most where songs are cut: a quarter more is read than counts, and no song
/// is so long that its row does not fit into memory.
const ROW_WINDOWS: usize = 4;

impl Windows {
    /// The validation parts of all songs, in batches of at most `max_rows` rows; no batch if nothing is held out.
    ///
    /// Each token of the validation parts is predicted exactly once, but for the first of a song, which has nothing before
    /// it to be predicted from.
    /// The end of a song is one row, which reads a window of context from the training part first, which does not count.
    /// A validation song is read from its first token on; a long one is cut into rows of about equal length, of at most four
    /// windows and a window of context.
    /// Shorter rows are padded with tokens that do not count.
    ///
    /// # Panics
    ///
    /// If `max_rows` is 0.
    pub fn validation(&self, max_rows: usize) -> Vec<Batch> {
        let rows = match self.split.validation {
            Validation::Tails(_) => self.validation_parts().map(|part| self.row(part)).collect(),
            Validation::Songs(_) => self.cut_rows(),
        };
        self.batches(rows, max_rows)
    }

    /// A sample of at most `max_tokens` predictions of the validation parts, but at least of one row, for measuring often:
    /// always the same, and evenly spread.
    ///
    /// All validation parts are cut into rows of at most four windows and a window of context, as [`Windows::validation`]
    /// cuts songs; of the rows, in the order of the songs, every n-th is in the sample.
    ///
    /// # Panics
    ///
    /// If `max_rows` is 0.
    pub fn validation_sample(&self, max_rows: usize, max_tokens: usize) -> Vec<Batch> {
        let rows = self.cut_rows();
        let n_tokens: usize = rows.iter().map(Row::n_counted).sum();
        if n_tokens <= max_tokens {
            return self.batches(rows, max_rows);
        }
        let longest = rows.iter().map(Row::n_counted).max().unwrap_or(1);
        let n_kept = (max_tokens / longest).max(1);
        // The middle of each of `n_kept` equal parts of the list.
        let kept = (0..n_kept).map(|index| rows[(2 * index + 1) * rows.len() / (2 * n_kept)]).collect();
        self.batches(kept, max_rows)
    }

    /// The predictions of each validation part that has any.
    fn validation_parts(&self) -> impl Iterator<Item = Part> {
        let part = |song: usize| Part { song, predicted: self.n_training[song].max(1)..self.songs[song].tokens.len() };
        (0..self.songs.len()).map(part).filter(|part| !part.predicted.is_empty())
    }

    /// The validation parts in rows of at most four windows of predictions.
    fn cut_rows(&self) -> Vec<Row> {
        let cut = |Part { song, predicted }: Part| {
            let (first, n) = (predicted.start, predicted.len());
            let n_rows = n.div_ceil(ROW_WINDOWS * self.split.window);
            let cut = move |row: usize| first + row * n / n_rows;
            (0..n_rows).map(move |row| Part { song, predicted: cut(row)..cut(row + 1) })
        };
        self.validation_parts().flat_map(cut).map(|part| self.row(part)).collect()
    }

    /// The row that reads a window of context first, or as much as there is.
    fn row(&self, part: Part) -> Row {
        let Part { song, predicted } = part;
        let first_read = predicted.start.saturating_sub(self.split.window);
        Row { song, first_read, end: predicted.end, n_context: predicted.start - first_read - 1 }
    }

    fn batches(&self, mut rows: Vec<Row>, max_rows: usize) -> Vec<Batch> {
        // Rows of about the same length share a batch, for little padding; ties keep the order of the songs.
        rows.sort_by_key(Row::n_steps);
        rows.chunks(max_rows).map(|rows| batch(self, rows)).collect()
    }
}

/// Predictions of one song: the places of the predicted tokens.
struct Part {
    song: usize,
    predicted: Range<usize>,
}

/// A section of a song: all tokens except the last are read, all except the first are predicted.
#[derive(Clone, Copy)]
struct Row {
    song: usize,
    /// Its first token.
    first_read: usize,
    /// One past its last token.
    end: usize,
    /// How many of the predictions do not count.
    n_context: usize,
}

impl Row {
    fn n_steps(&self) -> usize {
        self.end - self.first_read - 1
    }

    fn n_counted(&self) -> usize {
        self.n_steps() - self.n_context
    }
}

fn batch(windows: &Windows, rows: &[Row]) -> Batch {
    let Windows { songs, views, .. } = windows;
    let hidden = |stream: usize| views.first().and_then(|view| view.hidden[stream]);
    let n_steps = rows.iter().map(Row::n_steps).max().unwrap_or(0);
    let padded = |values: &[TokenId], first: usize, row: &Row| -> Vec<TokenId> {
        let mut padded = values[first..first + row.n_steps()].to_vec();
        padded.resize(n_steps, TokenId(0));
        padded
    };
    let tokens = |shift: usize| -> Vec<TokenId> {
        rows.iter().flat_map(|row| padded(&songs[row.song].tokens, row.first_read + shift, row)).collect()
    };
    let stream = |number: usize| -> Vec<TokenId> {
        if let Some(value) = hidden(number) {
            return vec![value; rows.len() * n_steps];
        }
        rows.iter().flat_map(|row| padded(&songs[row.song].streams[number], row.first_read, row)).collect()
    };
    let counts =
        |row: &Row| (0..n_steps).map(|step| (row.n_context..row.n_steps()).contains(&step)).collect::<Vec<_>>();
    Batch::new(rows.len(), n_steps, tokens(0), tokens(1), Positions::Mask(rows.iter().flat_map(counts).collect()))
        .and_then(|batch| batch.with_streams((0..windows.n_streams()).map(stream).collect()))
        .expect("every row predicts at least one token")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use galant_types::Song;

    use crate::{Openings, Split};

    /// Songs whose tokens show their song and place: song · 1000 + place; a stream shows the same and 7 more.
    fn songs(lengths: &[u32]) -> Vec<Song> {
        let song = |(i, &n): (usize, &u32)| {
            let tokens = |by: u32| (0..n).map(|token| TokenId(i as u32 * 1000 + token + by)).collect();
            Song { name: format!("song {i}"), tokens: tokens(0), streams: vec![tokens(7)] }
        };
        lengths.iter().enumerate().map(song).collect()
    }

    fn windows(lengths: &[u32], hold_out: f64) -> Windows {
        Windows::new(songs(lengths), Split::tails(10, hold_out)).unwrap()
    }

    /// Every other song is held out, from the second on.
    fn by_song(lengths: &[u32]) -> Windows {
        let is_validation = (0..lengths.len()).map(|song| song % 2 == 1).collect();
        let validation = Validation::Songs(is_validation);
        Windows::new(songs(lengths), Split { window: 10, validation, openings: Openings::Rarely }).unwrap()
    }

    /// The counted predictions of all batches: the token read and the token predicted.
    fn counted(batches: &[Batch]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for batch in batches {
            for row in 0..batch.n_windows() {
                for step in (0..batch.n_steps()).filter(|&step| batch.counts(row, step)) {
                    let at = row * batch.n_steps() + step;
                    pairs.push((batch.inputs()[at].0, batch.targets()[at].0));
                    assert_eq!(batch.all_inputs()[1][at].0, batch.inputs()[at].0 + 7, "the stream at the token read");
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
        assert_eq!(windows.n_validation_tokens(), expected.len());
    }

    #[test]
    fn every_token_of_a_validation_song_but_the_first_is_predicted_once() {
        let windows = by_song(&[100, 230, 50, 7, 20, 1]);
        let expected: Vec<(u32, u32)> = (1001..1230).chain(3001..3007).map(|token| (token - 1, token)).collect();
        for max_rows in [1, 2, 64] {
            assert_eq!(counted(&windows.validation(max_rows)), expected, "{max_rows} rows");
        }
        assert_eq!((windows.n_validation_tokens(), windows.n_training_tokens()), (238, 170));
        assert_eq!(windows.n_windows(), 90 + 40 + 10);
    }

    #[test]
    fn long_validation_songs_are_cut_into_rows_with_a_window_of_context() {
        let batches = by_song(&[100, 230]).validation(64);
        // 229 predictions in six rows of 38 or 39; the first has nothing before it, the others read 9 tokens more.
        assert_eq!((batches[0].n_windows(), batches[0].n_steps()), (6, 39 + 9));
        let mut firsts: Vec<u32> = batches[0].inputs().chunks(48).map(|row| row[0].0).collect();
        firsts.sort_unstable();
        assert_eq!(firsts, [1000, 1029, 1067, 1105, 1143, 1181]);
    }

    #[test]
    fn a_sample_is_spread_evenly_over_the_validation_parts() {
        let windows = by_song(&[100, 900, 50, 900]);
        assert_eq!(counted(&windows.validation_sample(64, 1798)), counted(&windows.validation(64)));
        // 23 rows of 39 or 40 predictions each; four of 46 rows.
        let sample = counted(&windows.validation_sample(64, 170));
        assert!((150..=170).contains(&sample.len()), "{}", sample.len());
        let in_quarter = |quarter: u32| {
            let (song, first) = (1 + quarter / 2 * 2, quarter % 2 * 450);
            sample
                .iter()
                .filter(|(_, token)| token / 1000 == song && (first..first + 450).contains(&(token % 1000)))
                .count()
        };
        assert!((0..4).all(|quarter| in_quarter(quarter) >= 30), "{:?}", [0, 1, 2, 3].map(in_quarter));
        assert_eq!(windows.validation_sample(64, 1).len(), 1);
        assert_eq!(counted(&self::windows(&[400], 0.5).validation_sample(64, 80)).len(), 80);
        assert!(self::windows(&[400], 0.0).validation_sample(64, 80).is_empty());
    }

    #[test]
    fn predictions_are_those_of_the_batches_with_all_that_came_before() {
        let tails = [(&[100, 30, 7][..], 0.2), (&[40, 1, 2], 0.7), (&[50], 0.0)];
        let by_song = [&[100, 230, 50, 7, 20, 1][..], &[12, 0, 30, 1]].map(by_song);
        for windows in tails.map(|(lengths, hold_out)| windows(lengths, hold_out)).into_iter().chain(by_song) {
            let mut pairs: Vec<(u32, u32)> =
                windows.predictions().map(|(before, token)| (before[before.len() - 1].0, token.0)).collect();
            pairs.sort_unstable();
            assert_eq!(pairs, counted(&windows.validation(64)), "{:?}", windows.split());
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
        assert!(by_song(&[100]).validation(64).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(64) })]

        #[test]
        fn a_sample_predicts_tokens_of_the_validation_parts_at_most_once(
            lengths in prop::collection::vec(0_u32..600, 1..6),
            max_tokens in 0_usize..700,
        ) {
            let lengths: Vec<u32> = [100].into_iter().chain(lengths).collect();
            for windows in [by_song(&lengths), windows(&lengths, 0.4)] {
                let all = counted(&windows.validation(8));
                let sample = counted(&windows.validation_sample(8, max_tokens));
                prop_assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(sample.iter().all(|pair| all.binary_search(pair).is_ok()));
                prop_assert!(sample.len() <= max_tokens.max(40));
                prop_assert_eq!(sample.is_empty(), all.is_empty());
            }
        }
    }
}
