use galant_types::{Song, TokenId};

use crate::error::WindowsError;

/// A way to read windows, in which some streams are hidden and some predictions do not count.
///
/// Where a stream tells what comes, such as a tune to harmonise, a network that always reads it learns nothing else, and the
/// tune itself is no prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// For each stream, `[K − 1]`, the value that is read in place of its own; none of a stream that is read as it is.
    pub hidden: Vec<Option<TokenId>>,
    /// Which predictions count; none if all do.
    pub counted: Option<Counted>,
}

/// Which predictions count, by the value of a stream at the token before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Which stream, from 0.
    pub stream: usize,
    /// For each of its values, whether a prediction counts.
    pub values: Vec<bool>,
}

impl View {
    /// Appends what is read of `values` of a stream.
    pub(crate) fn extend_stream(
        &self,
        stream: usize,
        values: impl ExactSizeIterator<Item = TokenId>,
        read: &mut Vec<TokenId>,
    ) {
        match self.hidden[stream] {
            None => read.extend(values),
            Some(value) => read.resize(read.len() + values.len(), value),
        }
    }

    /// Whether the prediction at a token of `song` counts.
    pub(crate) fn counts(&self, song: &Song, place: usize) -> bool {
        let counts = |Counted { stream, values }: &Counted| values[song.streams[*stream].get(place).index()];
        self.counted.as_ref().is_none_or(counts)
    }
}

/// Checks that the views fit the songs.
pub(crate) fn check(views: &[View], songs: &[Song]) -> Result<(), WindowsError> {
    let n_streams = songs.first().map_or(0, |song| song.streams.len());
    if let Some(other) = views.iter().find(|view| view.hidden.len() != n_streams) {
        return Err(WindowsError::ViewStreams { n_hidden: other.hidden.len(), n_streams });
    }
    for Counted { stream, values } in views.iter().filter_map(|view| view.counted.as_ref()) {
        if *stream >= n_streams {
            return Err(WindowsError::ViewStream { stream: *stream, n_streams });
        }
        let highest = songs.iter().filter_map(|song| song.streams[*stream].highest());
        let n_values = highest.map(|value| value.index() + 1).max().unwrap_or(0);
        if values.len() < n_values {
            return Err(WindowsError::ViewValues { stream: *stream, len: values.len(), n_values });
        }
    }
    Ok(())
}
