use std::ops::Range;

use galant_types::{Batch, PackedIds, Positions, TokenId};

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
        self.sorted_rows().chunks(max_rows).map(|rows| batch(self, rows)).collect()
    }

    /// Every so many of the batches of [`Windows::validation`], such that they read about `max_tokens` tokens, padding
    /// included; at least one if anything is held out. The others are not made.
    ///
    /// # Panics
    ///
    /// If `max_rows` is 0.
    pub fn validation_share(&self, max_rows: usize, max_tokens: usize) -> Vec<Batch> {
        let rows = self.sorted_rows();
        let n_tokens: usize = rows.chunks(max_rows).map(|rows| rows.len() * longest(rows)).sum();
        let every = n_tokens.div_ceil(max_tokens.max(1)).max(1);
        rows.chunks(max_rows).step_by(every).map(|rows| batch(self, rows)).collect()
    }

    /// All rows; those of about the same length share a batch, for little padding. Ties keep the order of the songs.
    fn sorted_rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = match self.split.validation {
            Validation::Tails(_) => self.validation_parts().map(|part| self.row(part)).collect(),
            Validation::Songs(_) => self.cut_rows(),
        };
        rows.sort_by_key(Row::n_steps);
        rows
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
}

/// How many steps the longest row has.
fn longest(rows: &[Row]) -> usize {
    rows.iter().map(Row::n_steps).max().unwrap_or(0)
}

fn batch(windows: &Windows, rows: &[Row]) -> Batch {
    let Windows { songs, views, .. } = windows;
    let hidden = |stream: usize| views.first().and_then(|view| view.hidden[stream]);
    let n_steps = longest(rows);
    let padded = |values: &PackedIds, first: usize, row: &Row| -> Vec<TokenId> {
        let mut padded = Vec::with_capacity(n_steps);
        padded.extend(values.range(first..first + row.n_steps()));
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
    use galant_types::Song;

    use super::*;
    use crate::{Openings, Predicted, Split};

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
    fn a_share_is_every_so_many_of_all_batches() {
        let windows = by_song(&[100, 900, 50, 900, 30, 77, 30, 44]);
        let all = windows.validation(8);
        let n_tokens: usize = all.iter().map(|batch| batch.inputs().len()).sum();
        assert!(all.len() > 6, "{}", all.len());
        for max_tokens in [0, 1, n_tokens / 5, n_tokens / 2, n_tokens - 1, n_tokens, 2 * n_tokens] {
            let every = n_tokens.div_ceil(max_tokens.max(1));
            let expected: Vec<Batch> = all.iter().step_by(every).cloned().collect();
            assert_eq!(windows.validation_share(8, max_tokens), expected, "{max_tokens} of {n_tokens} tokens");
        }
        assert!(self::windows(&[400], 0.0).validation_share(64, 80).is_empty());
    }

    #[test]
    fn predicted_places_are_those_of_the_batches_with_all_that_came_before() {
        let tails = [(&[100, 30, 7][..], 0.2), (&[40, 1, 2], 0.7), (&[50], 0.0)];
        let by_song = [&[100, 230, 50, 7, 20, 1][..], &[12, 0, 30, 1]].map(by_song);
        for windows in tails.map(|(lengths, hold_out)| windows(lengths, hold_out)).into_iter().chain(by_song) {
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            for Predicted { tokens, places } in windows.predicted() {
                pairs.extend(places.clone().map(|place| (tokens[place - 1].0, tokens[place].0)));
                // The tokens are the whole song up to the last of the places.
                assert!((0..).zip(&tokens).all(|(place, token)| token.0 % 1000 == place));
                assert_eq!(tokens.len(), places.end);
            }
            pairs.sort_unstable();
            assert_eq!(pairs, counted(&windows.validation(64)), "{:?}", windows.split());
            let n_training: usize = windows.training_parts().map(|part| part.len()).sum();
            assert_eq!(n_training, windows.n_training_tokens());
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
}
