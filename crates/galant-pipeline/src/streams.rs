//! What a network is told of the pieces of a corpus, and how these begin.

use std::num::NonZeroU8;

use galant_batches::{Counted, View};
use galant_checkpoint::{MAX_OPENINGS, Opening};
use galant_corpus::PieceInfo;
use galant_tokens::stream::{Stream, StreamSet, StreamSetError, StreamTally};
use galant_tokens::{Tokenizer, Vocabulary, VoicesTokenizer};
use galant_types::{Meter, PackedIds, Seed, Song, TokenId};

/// The `streams` asked for, with the values that they take in the pieces that are learned from.
///
/// Where all pieces have one style, there is nothing to tell apart, and the stream of styles is left out; so are those of
/// parts that the voices do not have.
pub(crate) fn stream_set(
    tokenizer: Tokenizer,
    streams: &[Stream],
    learned: &[&PieceInfo],
) -> Result<StreamSet, StreamSetError> {
    let mut tally = StreamTally::default();
    learned.iter().for_each(|piece| tally.add(&piece.frame));
    let values = tally.values();
    let has_styles = values.styles.len() > 1;
    let n_parts = if let Tokenizer::Voices(voices) = tokenizer { voices.n_parts } else { None };
    let is_part = |part: NonZeroU8| n_parts.is_none_or(|n_parts| part <= n_parts);
    let is_told = |stream: &Stream| (*stream != Stream::Style || has_styles) && stream.part().is_none_or(is_part);
    let streams = streams.iter().copied().filter(is_told);
    StreamSet::new(tokenizer, streams.collect(), values)
}

/// Gives each song its streams; of voices those of given parts are of all parts, and [`views`] hide some of them.
pub(crate) fn tell(
    tokenizer: Tokenizer,
    streams: &StreamSet,
    vocabulary: &Vocabulary,
    songs: &mut [Song],
    pieces: &[PieceInfo],
) {
    for (song, piece) in songs.iter_mut().zip(pieces) {
        let ids = song.tokens.to_vec();
        let known = if piece.written.is_empty() { vocabulary.decode_ids(&ids) } else { Vec::new() };
        let written = if piece.written.is_empty() { &known } else { &piece.written };
        let mut frame = piece.frame.clone();
        if gives_parts(streams)
            && let Ok(texture) = tokenizer.texture(written)
        {
            let all: Vec<usize> = (0..texture.n_parts()).collect();
            frame = frame.with_given(&texture, &all);
        }
        song.streams =
            streams.encode_written(vocabulary, &frame, written, &ids).into_iter().map(PackedIds::from).collect();
    }
}

fn gives_parts(streams: &StreamSet) -> bool {
    streams.streams().iter().any(|stream| stream.given_part().is_some())
}

/// How often, of [`N_VIEWS`] draws, no part is given.
const N_FREE: usize = 8;
/// How often the first part is given.
const N_FIRST: usize = 16;
/// How many draws there are; in the others, parts are given that are drawn themselves.
const N_VIEWS: usize = 32;

/// The ways in which windows of voices are read, so that one network composes freely, harmonises a tune, and goes on from any
/// parts: with no part given, with the first, or with others that are drawn by `seed`. None where no parts can be given.
pub(crate) fn views(tokenizer: Tokenizer, streams: &StreamSet, vocabulary: &Vocabulary, seed: Seed) -> Vec<View> {
    let Tokenizer::Voices(voices) = tokenizer else { return Vec::new() };
    let n_parts = voices.n_parts.map_or(0, |n_parts| usize::from(n_parts.get()));
    let turns = streams.streams().iter().position(|stream| *stream == Stream::Voice);
    let Some(turns) = turns.filter(|_| gives_parts(streams)) else { return Vec::new() };
    let nothing = TokenId(vocabulary.len() as u32);
    let view = |given: u32| {
        let is_given = |part: usize| given >> part & 1 == 1;
        let hides = |stream: &Stream| {
            let is_hidden = stream.given_part().is_some_and(|part| !is_given(usize::from(part.get()) - 1));
            is_hidden.then_some(if matches!(stream, Stream::Until(_)) { TokenId(0) } else { nothing })
        };
        let values = (0..usize::from(VoicesTokenizer::MAX_PARTS)).map(|part| !is_given(part)).collect();
        let counted = (given != 0).then_some(Counted { stream: turns, values });
        View { hidden: streams.streams().iter().map(hides).collect(), counted }
    };
    let can_be_given = |part: usize| {
        streams
            .streams()
            .iter()
            .any(|stream| stream.given_part().is_some_and(|given| usize::from(given.get()) == part + 1))
    };
    let givable = (0..n_parts).filter(|part| can_be_given(*part)).fold(0_u32, |all, part| all | 1 << part);
    let all = (1_u32 << n_parts) - 1;
    // A part at least is free.
    let drawn = |number: usize| Some(seed.child(number as u64).0 as u32 & givable).filter(|given| *given != all);
    let first = if all == 1 { 0 } else { givable & 1 };
    let sets = (0..N_VIEWS).map(|number| match number {
        0..N_FREE => 0,
        _ if number < N_FREE + N_FIRST => first,
        _ => drawn(number).unwrap_or(first),
    });
    sets.map(view).collect()
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
        Some(Opening { token: song.tokens.iter().next()?, meter, key: frame.key(), style })
    };
    pieces.iter().step_by(pieces.len().div_ceil(MAX_OPENINGS).max(1)).filter_map(opening).collect()
}
