//! What a network is told of the pieces of a corpus, and how these begin.

use galant_checkpoint::{MAX_OPENINGS, Opening};
use galant_corpus::PieceInfo;
use galant_tokens::stream::{Stream, StreamSet, StreamSetError, StreamTally};
use galant_tokens::{Tokenizer, Vocabulary};
use galant_types::{Meter, Song};

/// The `streams` asked for, with the values that they take in the pieces that are learned from.
///
/// Where all pieces have one style, there is nothing to tell apart, and the stream of styles is left out.
pub(crate) fn stream_set(
    tokenizer: Tokenizer,
    streams: &[Stream],
    learned: &[&PieceInfo],
) -> Result<StreamSet, StreamSetError> {
    let mut tally = StreamTally::default();
    learned.iter().for_each(|piece| tally.add(&piece.frame));
    let values = tally.values();
    let has_styles = values.styles.len() > 1;
    let streams = streams.iter().copied().filter(|&stream| stream != Stream::Style || has_styles);
    StreamSet::new(tokenizer, streams.collect(), values)
}

/// Gives each song its streams.
pub(crate) fn tell(streams: &StreamSet, vocabulary: &Vocabulary, songs: &mut [Song], pieces: &[PieceInfo]) {
    for (song, piece) in songs.iter_mut().zip(pieces) {
        song.streams = match piece.written.as_slice() {
            [] => streams.encode(vocabulary, &piece.frame, &song.tokens),
            written => streams.encode_written(vocabulary, &piece.frame, written, &song.tokens),
        };
    }
}

/// How pieces begin, evenly chosen if there are more than a model file keeps.
///
/// Chord tokens have no rhythm, so that a single one is no beginning; there are none of them.
pub(crate) fn openings(tokenizer: Tokenizer, pieces: &[(&Song, &PieceInfo)]) -> Vec<Opening> {
    if tokenizer.grid().is_none() {
        return Vec::new();
    }
    let opening = |(song, piece): &(&Song, &PieceInfo)| {
        let frame = &piece.frame;
        let style = frame.style().map(str::to_owned);
        let meter = Meter { tick: 0, ..frame.meter(0) };
        Some(Opening { token: *song.tokens.first()?, meter, key: frame.key(), style })
    };
    pieces.iter().step_by(pieces.len().div_ceil(MAX_OPENINGS).max(1)).filter_map(opening).collect()
}
