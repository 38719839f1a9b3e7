//! Songs cut into seeded batches of training windows.
//!
//! The last part of every song is held out: training never reads it, and its tokens measure what was learned.
//! A window never straddles two songs, and nothing is copied until a batch is asked for: a window is a slice.
//!
//! ```
//! use galant_types::{Seed, Song, TokenId};
//! use galant_batches::{Cut, Windows};
//!
//! let song = Song { name: "scale".to_owned(), tokens: (0..100).map(TokenId).collect() };
//! let windows = Windows::new(vec![song], Cut { window: 8, hold_out: 0.1 })?;
//! assert_eq!(windows.n_windows(), 90 - 8);
//!
//! let epoch = windows.last_token_epoch(64, Seed(1));
//! assert_eq!(epoch.len(), 2);
//! assert_eq!(windows.batch(&epoch[0]).n_windows(), 64);
//! # Ok::<(), galant_batches::WindowsError>(())
//! ```
#![forbid(unsafe_code)]

mod epoch;
mod held_out;

pub use epoch::{BatchPlan, WindowStart};

use galant_types::{Song, TokenId};
use thiserror::Error;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// How songs are cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// T, how many tokens a window has.
    pub window: usize,
    /// The share of each song, at its end, that training never reads: 0 to below 1.
    pub hold_out: f64,
}

/// Songs and where they may be cut.
#[derive(Debug, Clone)]
pub struct Windows {
    songs: Vec<Song>,
    cut: Cut,
    /// For each song, how many of its tokens training may read.
    n_training: Vec<usize>,
    /// For each song, the number of windows in the songs before it; one more element for the total.
    first_window: Vec<usize>,
    /// What training windows may be transposed by; empty if they are read as they are written.
    transpositions: Vec<Transposition>,
}

/// For each token of the vocabulary the same token in another key; none where there is no such token.
pub type Transposition = Vec<Option<TokenId>>;

impl Windows {
    /// The longest window: more steps than anyone has trained a recurrent network on.
    pub const MAX_WINDOW: usize = 1 << 16;

    /// Cuts `songs`.
    ///
    /// Of a song of n tokens, ⌊n·hold_out⌋ are held out. The rest gives a window for each of its tokens that has a whole
    /// window before it, as in the lecture: n − T.
    ///
    /// # Errors
    ///
    /// If the cut makes no sense, or if no song is long enough for a single window.
    pub fn new(songs: Vec<Song>, cut: Cut) -> Result<Windows, WindowsError> {
        if cut.window == 0 || cut.window > Windows::MAX_WINDOW {
            return Err(WindowsError::Window { window: cut.window });
        }
        if !(0.0..1.0).contains(&cut.hold_out) {
            return Err(WindowsError::HoldOut { hold_out: cut.hold_out });
        }
        let n_training: Vec<usize> = songs.iter().map(|song| n_training(song, cut.hold_out)).collect();
        let mut first_window = vec![0];
        for n in &n_training {
            first_window.push(first_window[first_window.len() - 1] + n.saturating_sub(cut.window));
        }
        if first_window[songs.len()] == 0 {
            let longest = songs.iter().zip(&n_training).max_by_key(|(_, n)| **n);
            let (name, n_tokens) = longest.map_or((String::new(), 0), |(song, n)| (song.name.clone(), *n));
            return Err(WindowsError::SongsTooShort { n_songs: songs.len(), name, n_tokens, window: cut.window });
        }
        Ok(Windows { songs, cut, n_training, first_window, transpositions: Vec::new() })
    }

    /// Has training read each window in one of several keys, drawn anew in each epoch.
    ///
    /// All transpositions that have a token for each token of the window are drawn alike; a window that has none of them is
    /// read as it is written. The corpus is not copied. What is measured stays as it is written: the held-out part and
    /// the [probe](Windows::probe).
    ///
    /// # Errors
    ///
    /// If a transposition lacks a place for a token of the songs.
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

    /// How they are cut.
    pub fn cut(&self) -> Cut {
        self.cut
    }

    /// How many windows training can draw from, at every token of the training parts.
    pub fn n_windows(&self) -> usize {
        self.first_window[self.songs.len()]
    }

    /// How many tokens training may read.
    pub fn n_training_tokens(&self) -> usize {
        self.n_training.iter().sum()
    }

    /// How many tokens are held out.
    pub fn n_held_out_tokens(&self) -> usize {
        self.songs.iter().zip(&self.n_training).map(|(song, n)| song.tokens.len() - n).sum()
    }

    /// The songs whose training part is too short for a single window; training passes over them.
    pub fn too_short(&self) -> impl Iterator<Item = &Song> {
        let window = self.cut.window;
        self.songs.iter().zip(&self.n_training).filter(move |(_, n)| **n <= window).map(|(song, _)| song)
    }
}

fn n_training(song: &Song, hold_out: f64) -> usize {
    let n_tokens = song.tokens.len();
    n_tokens - (n_tokens as f64 * hold_out) as usize
}

/// Why songs cannot be cut.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WindowsError {
    /// The window has no tokens or too many.
    #[error("the window is {window} tokens; it must be 1 to {}", Windows::MAX_WINDOW)]
    Window {
        /// How many tokens the window has.
        window: usize,
    },
    /// The share held out is not a fraction.
    #[error("the share held out is {hold_out}; it must be at least 0 and below 1")]
    HoldOut {
        /// The share.
        hold_out: f64,
    },
    /// A transposition is of another vocabulary.
    #[error("a transposition has {len} tokens, and the songs have tokens up to number {n_tokens}, counted from 1")]
    Transposition {
        /// How many tokens it has.
        len: usize,
        /// How many it must have at least.
        n_tokens: usize,
    },
    /// No song is long enough.
    #[error(
        "the window of {window} tokens is as long as every song or longer ({n_songs} in all): the longest for training is \
         {name} with {n_tokens} (its held-out part left out); choose a shorter window or longer songs"
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
        Song { name: format!("song of {n_tokens}"), tokens: (0..n_tokens).map(TokenId).collect() }
    }

    #[test]
    fn a_song_gives_a_window_for_each_token_after_the_first_window() {
        // The lecture's simple song: 831 tokens make 703 windows of 128.
        let windows = Windows::new(vec![song(831)], Cut { window: 128, hold_out: 0.0 }).unwrap();
        assert_eq!(windows.n_windows(), 703);
        assert_eq!(windows.n_held_out_tokens(), 0);
    }

    #[test]
    fn the_held_out_part_is_cut_from_every_song() {
        let windows = Windows::new(vec![song(200), song(50)], Cut { window: 10, hold_out: 0.1 }).unwrap();
        assert_eq!(windows.n_held_out_tokens(), 25);
        assert_eq!(windows.n_windows(), 170 + 35);
    }

    #[test]
    fn short_songs_are_passed_over_but_named() {
        let windows = Windows::new(vec![song(5), song(50), song(10)], Cut { window: 10, hold_out: 0.0 }).unwrap();
        assert_eq!(windows.n_windows(), 40);
        let names: Vec<&str> = windows.too_short().map(|song| song.name.as_str()).collect();
        assert_eq!(names, ["song of 5", "song of 10"]);
    }

    #[test]
    fn songs_that_are_all_too_short_are_an_error_that_names_the_longest() {
        let error = Windows::new(vec![song(5), song(9)], Cut { window: 10, hold_out: 0.0 }).unwrap_err();
        let expected =
            WindowsError::SongsTooShort { n_songs: 2, name: "song of 9".to_owned(), n_tokens: 9, window: 10 };
        assert_eq!(error, expected);
        assert!(matches!(
            Windows::new(vec![], Cut { window: 10, hold_out: 0.0 }),
            Err(WindowsError::SongsTooShort { n_songs: 0, .. })
        ));
    }

    #[test]
    fn a_transposition_of_another_vocabulary_is_refused() {
        let windows = Windows::new(vec![song(50)], Cut { window: 10, hold_out: 0.0 }).unwrap();
        assert!(windows.clone().transposed(vec![vec![None; 50]]).is_ok());
        let error = windows.transposed(vec![vec![None; 50], vec![None; 49]]).unwrap_err();
        assert_eq!(error, WindowsError::Transposition { len: 49, n_tokens: 50 });
    }

    #[test]
    fn cuts_that_make_no_sense_are_refused() {
        let cut = |window, hold_out| Windows::new(vec![song(50)], Cut { window, hold_out }).unwrap_err();
        assert_eq!(cut(0, 0.0), WindowsError::Window { window: 0 });
        assert_eq!(cut(10, 1.0), WindowsError::HoldOut { hold_out: 1.0 });
        assert!(matches!(cut(10, f64::NAN), WindowsError::HoldOut { .. }));
    }
}
