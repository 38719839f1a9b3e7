//! Streams, the skip and openings, which came with format 4.

use expect_test::expect;
use galant_checkpoint::{
    DecodeModelError, ModelFile, ModelFileError, Opening, Snapshot, decode_model, decode_snapshot, encode_model,
    encode_snapshot,
};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, StreamSpec, Weights};
use galant_tokens::stream::{Stream, StreamSet, StreamValues};
use galant_types::{Scale, Seed, TokenId};
use proptest::prelude::*;
use safetensors::SafeTensors;

use crate::{meter, small_model, small_snapshot, spec};

fn stream(text: &str) -> Stream {
    text.parse().unwrap()
}

/// A small model that reads every kind of stream.
fn model_with_streams() -> ModelFile {
    let file = small_model(Cell::Lstm);
    let names = ["meter", "position", "bars-played", "bars-left", "key", "style", "lookback-1", "lookback-2"];
    let values = StreamValues {
        meters: vec![meter(4, 2), meter(6, 3)],
        n_positions: 48,
        styles: vec!["minuets".to_owned(), "rondos".to_owned()],
    };
    let streams = StreamSet::new(file.tokenizer, names.map(stream).to_vec(), values).unwrap();
    let tokens = StreamSpec { vocab_size: 5, embedding_size: 3, skip: true };
    let spec = ModelSpec { inputs: inputs(tokens, &streams), ..spec(Cell::Lstm) };
    let opening = |token, key| Opening { token: TokenId(token), meter: meter(6, 3), key, style: None };
    ModelFile {
        weights: Weights::initial(spec, Initialization::NormalEmbedding, Seed(3)).unwrap(),
        streams,
        openings: vec![opening(4, Some(Scale::minor(9))), opening(0, None)],
        parts: Vec::new(),
        ..file
    }
}

/// The tokens and each stream, in one or two numbers, every other one with a skip.
fn inputs(tokens: StreamSpec, streams: &StreamSet) -> Inputs {
    let sizes = streams.vocab_sizes(tokens.vocab_size).into_iter().enumerate();
    sizes.fold(Inputs::new(tokens), |inputs, (number, vocab_size)| {
        inputs.with(StreamSpec { vocab_size, embedding_size: 1 + number % 2, skip: number % 2 == 0 })
    })
}

#[test]
fn streams_the_skip_and_openings_come_back() {
    let file = model_with_streams();
    let bytes = encode_model(&file).unwrap();
    assert_eq!(decode_model(&bytes).unwrap(), file);
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("embedding.weight"), [5, 3]);
    assert_eq!(shape("stream_embeddings.1.weight"), [48, 2]);
    assert_eq!(shape("stream_embeddings.7.weight"), [6, 2]);
}

#[test]
fn a_snapshot_of_a_network_with_streams_comes_back() {
    let weights = model_with_streams().weights;
    let mut snapshot = small_snapshot(Cell::Lstm);
    snapshot.state.first_moment = weights.values().to_vec();
    snapshot.state.second_moment = Vec::new();
    snapshot.progress.best = Some(weights.clone());
    snapshot.state.weights = weights;
    let back: Snapshot = decode_snapshot(&encode_snapshot(&snapshot).unwrap()).unwrap();
    assert_eq!(back, snapshot);
}

#[test]
fn streams_that_the_network_does_not_read_are_refused() {
    let mut file = model_with_streams();
    file.streams = StreamSet::default();
    let error = encode_model(&file).unwrap_err().to_string();
    expect!["the network reads streams of [3, 48, 7, 9, 25, 3, 6, 6] values, the streams have []; both must be equal"]
        .assert_eq(&error);
    let mut file = model_with_streams();
    file.openings[1].token = TokenId(5);
    let error = encode_model(&file).unwrap_err();
    expect!["an opening is token 5; the vocabulary has 5 tokens, from 0"].assert_eq(&error.to_string());
    file.openings = vec![file.openings[0].clone(); 4097];
    let error = file.validate().unwrap_err();
    assert_eq!(error, ModelFileError::Openings { n_openings: 4097 });
}

/// The bytes of a model whose header has `to` instead of `from`, which is as long.
fn changed(from: &str, to: &str) -> Result<ModelFile, DecodeModelError> {
    assert_eq!(from.len(), to.len());
    let mut bytes = encode_model(&model_with_streams()).unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|&at| bytes[at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    places.into_iter().for_each(|at| bytes[at..][..to.len()].copy_from_slice(to.as_bytes()));
    decode_model(&bytes)
}

#[test]
fn names_and_values_that_make_no_streams_are_refused() {
    let message = |from: &str, to: &str| {
        let error = changed(from, to).unwrap_err();
        let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        format!("{error}{source}\n")
    };
    let messages = [
        message("lookback-2", "lookback-1"),
        message("bars-left", "bars-lost"),
        message("6/8", "6/7"),
        message("A minor", "H minor"),
        message("minuets", "sonatas"),
    ]
    .concat();
    expect![[r#"
        the streams in the metadata cannot be read: the stream 'lookback-1' is listed twice; each may be listed once
        the streams in the metadata cannot be read: 'bars-lost' is not a stream; the streams are meter, position, bars-played, bars-left, key, style, and lookback-1 to lookback-255; of voices also voice, held, own, previous, lookback-next-1 and so on, and for each part sounding-1, held-1, given-1, ahead-1 and until-1
        '6/7' in the metadata is not a meter, such as 3/4
        the key of an opening in the metadata cannot be read: 'H' is not a note; notes are written C, F# or Bb
        the streams in the metadata cannot be read: the style 'rondos' is listed after 'sonatas'; styles must be sorted
    "#]].assert_eq(&messages);
}

proptest! {
    #[test]
    fn damaged_headers_never_panic(at in 8_usize..2000, byte in any::<u8>()) {
        let mut bytes = encode_model(&model_with_streams()).unwrap();
        bytes[at] = byte;
        let _ = decode_model(&bytes);
    }
}
