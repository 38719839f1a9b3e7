//! Songs split into training and validation parts, and training parts into seeded batches of windows.
//!
//! The validation part is the end of every song: training never reads it, and its tokens measure what was learned.
//! A window never spans two songs, and nothing is copied until a batch is asked for: a window is a slice.
//!
//! ```
//! use galant_types::{Seed, Song, TokenId};
//! use galant_batches::{Split, Windows};
//!
//! let song = Song { name: "scale".to_owned(), tokens: (0..100).map(TokenId).collect(), streams: Vec::new() };
//! let windows = Windows::new(vec![song], Split { window: 8, hold_out: 0.1 })?;
//! assert_eq!(windows.n_windows(), 90 - 8);
//!
//! let epoch = windows.last_token_epoch(64, Seed(1));
//! assert_eq!(epoch.len(), 2);
//! assert_eq!(windows.batch(&epoch[0]).n_windows(), 64);
//! # Ok::<(), galant_batches::WindowsError>(())
//! ```
#![forbid(unsafe_code)]

mod epoch;
mod validation;

pub use epoch::{BatchPlan, WindowStart};

use galant_types::{Song, TokenId};
use thiserror::Error;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// How songs are split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// T, how many tokens a window has.
    pub window: usize,
    /// The share of each song, at its end, that is its validation part: 0 to below 1.
    pub hold_out: f64,
}

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
}

/// For each token of the vocabulary, the same token in another key; none where there is no such token.
pub type Transposition = Vec<Option<TokenId>>;

impl Windows {
    /// The longest window: more steps than anyone has trained a recurrent network on.
    pub const MAX_WINDOW: usize = 1 << 16;

    /// Splits `songs`.
    ///
    /// The last ⌊n·hold_out⌋ tokens of a song of n tokens are its validation part. The m tokens before them, its training
    /// part, give a window for each token that has a whole window before it, as in the lecture: m − T windows.
    ///
    /// # Errors
    ///
    /// If a value of `split` is out of its range, or if no song is long enough for a single window.
    pub fn new(songs: Vec<Song>, split: Split) -> Result<Windows, WindowsError> {
        if split.window == 0 || split.window > Windows::MAX_WINDOW {
            return Err(WindowsError::Window { window: split.window });
        }
        if !(0.0..1.0).contains(&split.hold_out) {
            return Err(WindowsError::HoldOut { hold_out: split.hold_out });
        }
        let n_training: Vec<usize> = songs.iter().map(|song| n_training(song, split.hold_out)).collect();
        let mut first_window = vec![0];
        for n in &n_training {
            first_window.push(first_window[first_window.len() - 1] + n.saturating_sub(split.window));
        }
        if first_window[songs.len()] == 0 {
            let longest = songs.iter().zip(&n_training).max_by_key(|(_, n)| **n);
            let (name, n_tokens) = longest.map_or((String::new(), 0), |(song, n)| (song.name.clone(), *n));
            return Err(WindowsError::SongsTooShort { n_songs: songs.len(), name, n_tokens, window: split.window });
        }
        Ok(Windows { songs, split, n_training, first_window, transpositions: Vec::new() })
    }

    /// Reads each training window in one of several keys, drawn anew in each epoch.
    ///
    /// The draw is uniform among the transpositions that have every token of the window; a window for which there is none
    /// is read as written. The corpus is not copied. Measurements read the music as written: the
    /// [validation part](Windows::validation) and the [probe](Windows::probe).
    ///
    /// # Errors
    ///
    /// If a transposition is shorter than the vocabulary of the songs.
    pub fn transposed(self, transpositions: Vec<Transposition>) -> Result<Windows, WindowsError> {
        let n_tokens =
            self.songs.iter().flat_map(|song| &song.tokens).map(|token| token.index() + 1).max().unwrap_or(0);
        match transpositions.iter().map(Vec::len).find(|&len| len < n_tokens) {
            Some(len) => Err(WindowsError::Transposition { len, n_tokens }),
            None => Ok(Windows { transpositions, ..self }),
        }
    }

    /// The songs.
    pub fn songs(&self) -> &[Song] {
        &self.songs
    }

    /// How they are split.
    pub fn split(&self) -> Split {
        self.split
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

    /// The training part of each song.
    pub fn training_parts(&self) -> impl Iterator<Item = &[TokenId]> {
        self.songs.iter().zip(&self.n_training).map(|(song, &n)| &song.tokens[..n])
    }

    /// What there is to predict in the validation parts: each token, with all tokens of its song before it.
    ///
    /// These are the predictions of [`Windows::validation`]: the first token of a song is left out, since nothing comes
    /// before it.
    pub fn predictions(&self) -> impl Iterator<Item = (&[TokenId], TokenId)> {
        self.songs.iter().zip(&self.n_training).flat_map(|(song, &n)| {
            (n.max(1)..song.tokens.len()).map(|place| (&song.tokens[..place], song.tokens[place]))
        })
    }

    /// The songs whose training part is too short for a single window; training skips them.
    pub fn too_short(&self) -> impl Iterator<Item = &Song> {
        let window = self.split.window;
        self.songs.iter().zip(&self.n_training).filter(move |(_, n)| **n <= window).map(|(song, _)| song)
    }
}

fn n_training(song: &Song, hold_out: f64) -> usize {
    let n_tokens = song.tokens.len();
    n_tokens - (n_tokens as f64 * hold_out) as usize
}

/// Why songs cannot be split.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WindowsError {
    /// The window has no token or too many.
    #[error("the window is {window} tokens; it must be 1 to {}", Windows::MAX_WINDOW)]
    Window {
        /// How many tokens the window has.
        window: usize,
    },
    /// The validation part is not a fraction of each song.
    #[error("the share held out for validation is {hold_out}; it must be at least 0 and below 1")]
    HoldOut {
        /// The share.
        hold_out: f64,
    },
    /// A transposition belongs to another vocabulary.
    #[error("a transposition has {len} tokens; the songs need at least {n_tokens}")]
    Transposition {
        /// How many tokens it has.
        len: usize,
        /// How many it must have at least.
        n_tokens: usize,
    },
    /// No song is long enough.
    #[error(
        "no song has a training part longer than the window of {window} tokens: the longest of {n_songs}, {name:?}, has \
         {n_tokens}; choose a shorter window or longer songs"
    )]
    SongsTooShort {
        /// How many songs there are.
        n_songs: usize,
        /// The song with the longest training part.
        name: String,
        /// How many tokens that has.
        n_tokens: usize,
        /// How many tokens the window has.
        window: usize,
    },
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
        let windows = Windows::new(vec![song(831)], Split { window: 128, hold_out: 0.0 }).unwrap();
        assert_eq!(windows.n_windows(), 703);
        assert_eq!(windows.n_validation_tokens(), 0);
    }

    #[test]
    fn every_song_has_a_validation_part() {
        let windows = Windows::new(vec![song(200), song(50)], Split { window: 10, hold_out: 0.1 }).unwrap();
        assert_eq!(windows.n_validation_tokens(), 25);
        assert_eq!(windows.n_windows(), 170 + 35);
    }

    #[test]
    fn short_songs_are_skipped_but_named() {
        let windows = Windows::new(vec![song(5), song(50), song(10)], Split { window: 10, hold_out: 0.0 }).unwrap();
        assert_eq!(windows.n_windows(), 40);
        let names: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
        assert_eq!(names, ["song of 5", "song of 10"]);
    }

    #[test]
    fn songs_that_are_all_too_short_are_an_error_that_names_the_longest() {
        let error = Windows::new(vec![song(5), song(9)], Split { window: 10, hold_out: 0.0 }).unwrap_err();
        let expected =
            WindowsError::SongsTooShort { n_songs: 2, name: "song of 9".to_owned(), n_tokens: 9, window: 10 };
        assert_eq!(error, expected);
        assert!(matches!(
            Windows::new(vec![], Split { window: 10, hold_out: 0.0 }),
            Err(WindowsError::SongsTooShort { n_songs: 0, .. })
        ));
    }

    #[test]
    fn a_transposition_of_another_vocabulary_is_refused() {
        let windows = Windows::new(vec![song(50)], Split { window: 10, hold_out: 0.0 }).unwrap();
        assert!(windows.clone().transposed(vec![vec![None; 50]]).is_ok());
        let error = windows.transposed(vec![vec![None; 50], vec![None; 49]]).unwrap_err();
        assert_eq!(error, WindowsError::Transposition { len: 49, n_tokens: 50 });
    }

    #[test]
    fn splits_out_of_range_are_refused() {
        let refused = |window, hold_out| Windows::new(vec![song(50)], Split { window, hold_out }).unwrap_err();
        assert_eq!(refused(0, 0.0), WindowsError::Window { window: 0 });
        assert_eq!(refused(10, 1.0), WindowsError::HoldOut { hold_out: 1.0 });
        assert!(matches!(refused(10, f64::NAN), WindowsError::HoldOut { .. }));
    }
}
