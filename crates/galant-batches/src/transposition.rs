use galant_types::{PackedIds, Song, TokenId};

use crate::error::WindowsError;

/// The tables by which a window is read in another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transposition {
    /// For each token of the vocabulary, the same token in the other key; none where there is no such token.
    pub tokens: Vec<Option<TokenId>>,
    /// For each stream, `[K − 1]`, the value that stands for each value in the other key; none if its values stay as they
    /// are.
    pub streams: Vec<Option<Vec<TokenId>>>,
}

impl Transposition {
    /// The tables of songs without streams.
    pub fn of_tokens(tokens: Vec<Option<TokenId>>) -> Transposition {
        Transposition { tokens, streams: Vec::new() }
    }

    /// Whether every token has its counterpart.
    pub(crate) fn has_all(&self, tokens: &[TokenId]) -> bool {
        tokens.iter().all(|token| self.tokens[token.index()].is_some())
    }

    /// Appends the counterparts of `tokens`, all of which must have one.
    pub(crate) fn extend_tokens(&self, tokens: impl Iterator<Item = TokenId>, moved: &mut Vec<TokenId>) {
        let counterpart = |token: TokenId| self.tokens[token.index()];
        moved.extend(tokens.map(|token| counterpart(token).expect("a plan's transpositions have all tokens")));
    }

    /// Appends the counterparts of `values` of a stream.
    pub(crate) fn extend_stream(&self, stream: usize, values: impl Iterator<Item = TokenId>, moved: &mut Vec<TokenId>) {
        match &self.streams[stream] {
            None => moved.extend(values),
            Some(table) => moved.extend(values.map(|value| table[value.index()])),
        }
    }
}

/// Checks that the tables have an entry for all that occurs in `songs`.
pub(crate) fn check(transpositions: &[Transposition], songs: &[Song]) -> Result<(), WindowsError> {
    let n_tokens = n_values(songs.iter().map(|song| &song.tokens));
    if let Some(len) = transpositions.iter().map(|all| all.tokens.len()).find(|&len| len < n_tokens) {
        return Err(WindowsError::Transposition { len, n_tokens });
    }
    let n_streams = songs.first().map_or(0, |song| song.streams.len());
    if let Some(other) = transpositions.iter().find(|all| all.streams.len() != n_streams) {
        return Err(WindowsError::TransposedStreams { n_tables: other.streams.len(), n_streams });
    }
    for stream in 0..n_streams {
        let n_values = n_values(songs.iter().map(|song| &song.streams[stream]));
        let lens = transpositions.iter().filter_map(|all| all.streams[stream].as_ref()).map(Vec::len);
        if let Some(len) = lens.into_iter().find(|&len| len < n_values) {
            return Err(WindowsError::TransposedValues { stream, len, n_values });
        }
    }
    Ok(())
}

/// One more than the highest number.
fn n_values<'a>(rows: impl Iterator<Item = &'a PackedIds>) -> usize {
    rows.filter_map(PackedIds::highest).map(|value| value.index() + 1).max().unwrap_or(0)
}
