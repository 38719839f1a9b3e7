//! Songs split into training and validation parts, and training parts into seeded batches of windows.
//!
//! The validation part is whole songs, or the end of every song: training never reads it, and its tokens measure what was
//! learned.
//! A window never spans two songs, and nothing is copied until a batch is asked for: a window is a slice.
//!
//! ```
//! use galant_types::{Seed, Song, TokenId};
//! use galant_batches::{Split, Windows};
//!
//! let song = Song { name: "scale".to_owned(), tokens: (0..100).map(TokenId).collect(), streams: Vec::new() };
//! let windows = Windows::new(vec![song], Split::tails(8, 0.1))?;
//! assert_eq!(windows.n_windows(), 90 - 8);
//!
//! let epoch = windows.last_token_epoch(64, Seed(1));
//! assert_eq!(epoch.len(), 2);
//! assert_eq!(windows.batch(&epoch[0]).n_windows(), 64);
//! # Ok::<(), galant_batches::WindowsError>(())
//! ```
#![forbid(unsafe_code)]

mod epoch;
mod error;
mod split;
mod transposition;
mod validation;
mod view;
mod window_batch;

use std::ops::Range;

use galant_types::{Song, TokenId};

pub use epoch::{BatchPlan, WindowStart};
pub use error::WindowsError;
pub use split::{Openings, Split, Validation};
pub use transposition::Transposition;
pub use view::{Counted, View};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Songs with their training windows and validation parts.
#[derive(Debug, Clone)]
pub struct Windows {
    songs: Vec<Song>,
    split: Split,
    /// For each song, how many tokens its training part has.
    n_training: Vec<usize>,
    /// For each song, the number of windows in the songs before it; one more element for the total.
    first_window: Vec<usize>,
    /// The keys in which training windows may be read; empty if they are read as written.
    transpositions: Vec<Transposition>,
    /// The ways in which windows may be read, the first for measurements; empty if they are read as they are.
    views: Vec<View>,
}

/// The tokens of a song with a validation part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// All of them.
    pub tokens: Vec<TokenId>,
    /// The places of those to predict, each from all tokens before it; at least one, and none is 0.
    pub places: Range<usize>,
}

impl Windows {
    /// The longest window: more steps than anyone has trained a recurrent network on.
    pub const MAX_WINDOW: usize = split::MAX_WINDOW;

    /// Splits `songs`.
    ///
    /// Of [tails](Validation::Tails), the last ⌊n·share⌋ tokens of a song of n tokens are its validation part. The m tokens
    /// before them, its training part, give a window for each token that has a whole window before it, as in the lecture:
    /// m − T windows. A [validation song](Validation::Songs) has no training part; the others are all training part.
    ///
    /// # Errors
    ///
    /// If a value of `split` is out of its range, if the songs have different numbers of streams, if a stream is not as long
    /// as its song, or if no song is long enough for a single window.
    pub fn new(songs: Vec<Song>, split: Split) -> Result<Windows, WindowsError> {
        if split.window == 0 || split.window > Windows::MAX_WINDOW {
            return Err(WindowsError::Window { window: split.window });
        }
        check_streams(&songs)?;
        let n_training = training_lengths(&songs, &split.validation)?;
        let mut first_window = vec![0];
        for n in &n_training {
            first_window.push(first_window[first_window.len() - 1] + n.saturating_sub(split.window));
        }
        if first_window[songs.len()] == 0 {
            let longest = songs.iter().zip(&n_training).max_by_key(|(_, n)| **n);
            let (name, n_tokens) = longest.map_or((String::new(), 0), |(song, n)| (song.name.clone(), *n));
            return Err(WindowsError::SongsTooShort { n_songs: songs.len(), name, n_tokens, window: split.window });
        }
        Ok(Windows { songs, split, n_training, first_window, transpositions: Vec::new(), views: Vec::new() })
    }

    /// Reads each training window in one of several keys, drawn anew in each epoch.
    ///
    /// The draw is uniform among the transpositions that have every token of the window; a window for which there is none
    /// is read as written. The corpus is not copied. Measurements read the music as written: the
    /// [validation part](Windows::validation) and the [probe](Windows::probe).
    ///
    /// # Errors
    ///
    /// If a transposition lacks tokens, streams or values of a stream that the songs have.
    pub fn transposed(self, transpositions: Vec<Transposition>) -> Result<Windows, WindowsError> {
        transposition::check(&transpositions, &self.songs)?;
        Ok(Windows { transpositions, ..self })
    }

    /// Reads each training window in one of several views, drawn anew in each epoch where every token is predicted; a view
    /// that is listed more often is drawn more often. Measurements read the first.
    ///
    /// The draw is uniform, and independent of the key of the window.
    ///
    /// # Errors
    ///
    /// If a view lacks streams or values of a stream that the songs have.
    pub fn viewed(self, views: Vec<View>) -> Result<Windows, WindowsError> {
        view::check(&views, &self.songs)?;
        Ok(Windows { views, ..self })
    }

    /// The songs.
    pub fn songs(&self) -> &[Song] {
        &self.songs
    }

    /// How they are split.
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// K − 1, how many streams each song has.
    pub fn n_streams(&self) -> usize {
        self.songs.first().map_or(0, |song| song.streams.len())
    }

    /// How many windows the training parts have, one at every token that has a whole window before it.
    pub fn n_windows(&self) -> usize {
        self.first_window[self.songs.len()]
    }

    /// How many tokens the training parts have.
    pub fn n_training_tokens(&self) -> usize {
        self.n_training.iter().sum()
    }

    /// How many tokens the validation parts have.
    pub fn n_validation_tokens(&self) -> usize {
        self.songs.iter().zip(&self.n_training).map(|(song, n)| song.tokens.len() - n).sum()
    }

    /// The training part of each song, empty for a validation song; one is unpacked at a time.
    pub fn training_parts(&self) -> impl Iterator<Item = Vec<TokenId>> {
        self.songs.iter().zip(&self.n_training).map(|(song, &n)| song.tokens.range(0..n).collect())
    }

    /// What there is to predict in the validation part of each song that has one; one song is unpacked at a time.
    ///
    /// These are the predictions of [`Windows::validation`]: the first token of a song is left out, since a network reads
    /// nothing before it.
    pub fn predicted(&self) -> impl Iterator<Item = Predicted> {
        let predicted = |(song, &n): (&Song, &usize)| {
            let places = n.max(1)..song.tokens.len();
            (!places.is_empty()).then(|| Predicted { tokens: song.tokens.to_vec(), places })
        };
        self.songs.iter().zip(&self.n_training).filter_map(predicted)
    }

    /// The songs whose training part is too short for a single window; training skips them.
    pub fn too_short(&self) -> impl Iterator<Item = &Song> {
        let is_too_short = |song: usize| self.n_training[song] <= self.split.window && !self.is_validation_song(song);
        (0..self.songs.len()).filter(move |&song| is_too_short(song)).map(|song| &self.songs[song])
    }

    /// Whether all of a song is measured and nothing learned from.
    fn is_validation_song(&self, song: usize) -> bool {
        match &self.split.validation {
            Validation::Tails(_) => false,
            Validation::Songs(flags) => flags[song],
        }
    }
}

/// How many tokens the training part of each song has.
fn training_lengths(songs: &[Song], measured: &Validation) -> Result<Vec<usize>, WindowsError> {
    let n_tokens = songs.iter().map(|song| song.tokens.len());
    match measured {
        Validation::Tails(hold_out) if !(0.0..1.0).contains(hold_out) => {
            Err(WindowsError::HoldOut { hold_out: *hold_out })
        }
        Validation::Tails(hold_out) => Ok(n_tokens.map(|n| n - (n as f64 * hold_out) as usize).collect()),
        Validation::Songs(flags) if flags.len() != songs.len() => {
            Err(WindowsError::Flags { n_flags: flags.len(), n_songs: songs.len() })
        }
        Validation::Songs(flags) if !flags.is_empty() && flags.iter().all(|flag| *flag) => {
            Err(WindowsError::NothingToTrainOn { n_songs: songs.len() })
        }
        Validation::Songs(flags) => Ok(n_tokens.zip(flags).map(|(n, flag)| if *flag { 0 } else { n }).collect()),
    }
}

/// Checks that all songs have the same number of streams, each as long as its song.
fn check_streams(songs: &[Song]) -> Result<(), WindowsError> {
    let expected = songs.first().map_or(0, |song| song.streams.len());
    for Song { name, tokens, streams } in songs {
        if streams.len() != expected {
            return Err(WindowsError::Streams { name: name.clone(), n_streams: streams.len(), expected });
        }
        if let Some((stream, values)) = streams.iter().enumerate().find(|(_, values)| values.len() != tokens.len()) {
            let (len, n_tokens) = (values.len(), tokens.len());
            return Err(WindowsError::StreamLength { name: name.clone(), stream, len, n_tokens });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(n_tokens: u32) -> Song {
        Song { name: format!("song of {n_tokens}"), tokens: (0..n_tokens).map(TokenId).collect(), streams: Vec::new() }
    }

    #[test]
    fn a_song_gives_a_window_for_each_token_after_the_first_window() {
        // The lecture's simple song: 831 tokens make 703 windows of 128.
        let windows = Windows::new(vec![song(831)], Split::tails(128, 0.0)).unwrap();
        assert_eq!(windows.n_windows(), 703);
        assert_eq!(windows.n_validation_tokens(), 0);
    }

    #[test]
    fn every_song_has_a_validation_part() {
        let windows = Windows::new(vec![song(200), song(50)], Split::tails(10, 0.1)).unwrap();
        assert_eq!(windows.n_validation_tokens(), 25);
        assert_eq!(windows.n_windows(), 170 + 35);
    }

    #[test]
    fn short_songs_are_skipped_but_named() {
        let windows = Windows::new(vec![song(5), song(50), song(10)], Split::tails(10, 0.0)).unwrap();
        assert_eq!(windows.n_windows(), 40);
        let names: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
        assert_eq!(names, ["song of 5", "song of 10"]);
    }

    #[test]
    fn songs_that_are_all_too_short_are_an_error_that_names_the_longest() {
        let error = Windows::new(vec![song(5), song(9)], Split::tails(10, 0.0)).unwrap_err();
        let expected =
            WindowsError::SongsTooShort { n_songs: 2, name: "song of 9".to_owned(), n_tokens: 9, window: 10 };
        assert_eq!(error, expected);
        assert!(matches!(
            Windows::new(vec![], Split::tails(10, 0.0)),
            Err(WindowsError::SongsTooShort { n_songs: 0, .. })
        ));
    }

    #[test]
    fn a_transposition_of_another_vocabulary_is_refused() {
        let table = |n_tokens| Transposition::of_tokens(vec![None; n_tokens]);
        let windows = Windows::new(vec![song(50)], Split::tails(10, 0.0)).unwrap();
        assert!(windows.clone().transposed(vec![table(50)]).is_ok());
        let error = windows.transposed(vec![table(50), table(49)]).unwrap_err();
        assert_eq!(error, WindowsError::Transposition { len: 49, n_tokens: 50 });
    }

    #[test]
    fn transposed_streams_must_have_all_values() {
        let streams = vec![vec![TokenId(0); 50].into(), vec![TokenId(4); 50].into()];
        let windows = Windows::new(vec![Song { streams, ..song(50) }], Split::tails(10, 0.0)).unwrap();
        let tables = |streams| vec![Transposition { tokens: vec![None; 50], streams }];
        assert!(windows.clone().transposed(tables(vec![None, Some(vec![TokenId(0); 5])])).is_ok());
        let error = windows.clone().transposed(tables(vec![None])).unwrap_err();
        assert_eq!(error, WindowsError::TransposedStreams { n_tables: 1, n_streams: 2 });
        let error = windows.transposed(tables(vec![None, Some(vec![TokenId(0); 4])])).unwrap_err();
        assert_eq!(error, WindowsError::TransposedValues { stream: 1, len: 4, n_values: 5 });
    }

    #[test]
    fn streams_that_do_not_fit_the_songs_are_refused() {
        let refused = |songs: Vec<Song>| Windows::new(songs, Split::tails(10, 0.0)).unwrap_err();
        let with =
            |streams: Vec<Vec<TokenId>>| Song { streams: streams.into_iter().map(Into::into).collect(), ..song(50) };
        let error = refused(vec![with(vec![vec![TokenId(0); 50]]), with(vec![])]);
        assert_eq!(error, WindowsError::Streams { name: "song of 50".to_owned(), n_streams: 0, expected: 1 });
        let error = refused(vec![with(vec![vec![TokenId(0); 50], vec![TokenId(0); 49]])]);
        assert_eq!(
            error,
            WindowsError::StreamLength { name: "song of 50".to_owned(), stream: 1, len: 49, n_tokens: 50 }
        );
    }

    #[test]
    fn validation_songs_need_a_flag_each_and_company() {
        let new = |flags: &[bool]| {
            let validation = Validation::Songs(flags.to_vec());
            Windows::new(vec![song(50), song(8)], Split { validation, ..Split::tails(10, 0.0) })
        };
        assert_eq!(new(&[false]).unwrap_err(), WindowsError::Flags { n_flags: 1, n_songs: 2 });
        assert_eq!(new(&[true, true]).unwrap_err(), WindowsError::NothingToTrainOn { n_songs: 2 });
        assert!(matches!(new(&[true, false]), Err(WindowsError::SongsTooShort { n_tokens: 8, .. })));
        // A song that is measured is not too short to train on.
        assert_eq!(new(&[false, true]).unwrap().too_short().count(), 0);
        assert_eq!(new(&[false, false]).unwrap().too_short().count(), 1);
    }

    #[test]
    fn splits_out_of_range_are_refused() {
        let refused = |window, hold_out| Windows::new(vec![song(50)], Split::tails(window, hold_out)).unwrap_err();
        assert_eq!(refused(0, 0.0), WindowsError::Window { window: 0 });
        assert_eq!(refused(10, 1.0), WindowsError::HoldOut { hold_out: 1.0 });
        assert!(matches!(refused(10, f64::NAN), WindowsError::HoldOut { .. }));
    }
}
