//! What frames of voices cost, with and without given parts.

use galant_corpus::{Piece, ReadOptions, read_piece};
use galant_evaluate::{LikelihoodTable, PieceReading};
use galant_model::{Reference, StepModel, surprise};
use galant_tokens::stream::Frame;
use galant_tokens::{Grid, Tokenizer, VoicesTokenizer};
use galant_types::{StreamTracker, TokenId};

use crate::model_file_with;

const STREAMS: [&str; 5] = ["voice", "own", "given-1", "ahead-1", "given-2"];

fn voices() -> Tokenizer {
    Tokenizer::Voices(VoicesTokenizer { grid: Grid::SIXTEENTHS, n_parts: std::num::NonZeroU8::new(2) })
}

fn duet() -> Piece {
    let text = "X:1\nM:3/4\nL:1/4\nK:C\nV:1\ncde|f2z|\nV:2\nC3|D2E|\n";
    read_piece("duet.abc", text.as_bytes(), ReadOptions::default()).unwrap()
}

#[test]
fn every_frame_counts_and_given_parts_do_not() {
    let piece = duet();
    let file = model_file_with(voices(), std::slice::from_ref(&piece), &STREAMS);
    let model = Reference::new(&file.weights);
    let tokens = voices().encode(&piece.score).tokens;
    let ids = file.vocabulary.ids(&tokens).ids;
    let texture = voices().texture(&tokens).unwrap();
    for given in [&[][..], &[0], &[1]] {
        let frame = Frame::of_score(&piece.score, Grid::SIXTEENTHS, None).with_given(&texture, given);
        let mut tracker = file.streams.tracker(&file.vocabulary, frame);
        let (mut state, mut logits) = (model.zero_state(), vec![0.0; model.vocab_size()]);
        let mut nats = 0.0;
        // The first token is the beginning; from it on each is predicted, two in each of 24 frames.
        for (place, pair) in ids.windows(2).enumerate() {
            tracker.advance(pair[0]);
            let inputs: Vec<TokenId> = [&pair[..1], tracker.values()].concat();
            model.step(&inputs, &mut state, &mut logits).unwrap();
            if !given.contains(&(place % 2)) {
                nats += surprise(&logits, pair[1].index());
            }
        }
        let reading = PieceReading::with_given(&file, &piece.score, None, given);
        let likelihood = reading.likelihood(&model, None).unwrap();
        assert_eq!((likelihood.loss.n_tokens, likelihood.n_frames), (48 - 24 * given.len() as u64, 24));
        assert!((likelihood.loss.nats - nats).abs() < 1e-9);
        assert!((likelihood.nats_per_frame().unwrap() - nats / 24.0).abs() < 1e-9);
        // The tune has four notes, the bass three.
        assert_eq!(likelihood.n_notes, [7, 3, 4][given.first().map_or(0, |part| part + 1)]);
        let mut table = LikelihoodTable::default();
        table.add("duet.abc", likelihood);
        assert!(table.to_string().trim_start().starts_with("nats/frame nats/token"));
    }
}

#[test]
fn notes_of_voices_have_the_surprise_of_the_token_that_strikes_them() {
    let piece = duet();
    let file = model_file_with(voices(), std::slice::from_ref(&piece), &STREAMS[..2]);
    let model = Reference::new(&file.weights);
    let surprising = PieceReading::new(&file, &piece.score, None).surprise(&model, &mut || ()).unwrap();
    assert_eq!(surprising.score.notes.len(), 7);
    assert!(surprising.nats.iter().all(|nats| nats.is_some_and(|nats| nats > 0.0)));
}

#[test]
fn a_piece_of_other_parts_is_refused() {
    let piece = duet();
    let file = model_file_with(voices(), std::slice::from_ref(&piece), &STREAMS);
    let text = "X:1\nM:3/4\nL:1/4\nK:C\ncde|\n";
    let solo = read_piece("solo.abc", text.as_bytes(), ReadOptions::default()).unwrap();
    let message = PieceReading::new(&file, &solo.score, None).refused().map(ToString::to_string);
    assert_eq!(message.as_deref(), Some("it has 1 part with notes, and must have 2; give music of as many"));
}
