//! The streams of a piece as it is written.

use std::collections::BTreeMap;

use galant_checkpoint::ModelFile;
use galant_tokens::stream::{Frame, Stream};
use galant_tokens::{Token, TokenIds, Vocabulary};
use galant_types::TokenId;

/// What a model reads beside the tokens of a piece, `[K − 1]`, each as long as the tokens.
///
/// A token that the vocabulary lacks is read as the nearest, but as much time passes as is written, so that all that
/// follows keeps its place in the bar.
pub(crate) fn streams(file: &ModelFile, frame: &Frame, tokens: &[Token], encoded: &TokenIds) -> Vec<Vec<TokenId>> {
    let set = &file.streams;
    if set.streams().is_empty() {
        return Vec::new();
    }
    // Each token that the vocabulary lacks, with the nearest.
    let missing: BTreeMap<&Token, TokenId> =
        encoded.unknown.iter().map(|&place| (&tokens[place], encoded.ids[place])).collect();
    let as_read = || set.encode(&file.vocabulary, frame, &encoded.ids);
    if missing.is_empty() {
        return as_read();
    }
    let all = file.vocabulary.tokens().iter().chain(missing.keys().copied()).cloned().collect();
    // With a vocabulary of the greatest size there are no numbers left for what it lacks.
    let Ok(written) = Vocabulary::from_tokens(all) else { return as_read() };
    let mut streams = set.encode(&written, frame, &written.ids(tokens).ids);

    let n_known = file.vocabulary.len();
    let nearest: Vec<TokenId> = missing.into_values().collect();
    let nothing = TokenId(n_known as u32);
    let known = |value: TokenId| match value.index().checked_sub(n_known) {
        None => value,
        Some(number) => nearest.get(number).copied().unwrap_or(nothing),
    };
    for (stream, values) in set.streams().iter().zip(&mut streams) {
        if matches!(stream, Stream::Lookback(_)) {
            values.iter_mut().for_each(|value| *value = known(*value));
        }
    }
    streams
}
