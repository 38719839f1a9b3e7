//! How much memory a corpus takes while it is trained on.

use galant_types::{PackedIds, Song};

use crate::{notes, small, training};

#[test]
fn a_note_token_and_its_streams_take_less_than_ten_bytes() {
    let training = training(&small(notes()));
    assert!(training.windows().n_streams() >= 7, "the streams by default, but that of styles");
    let songs = training.windows().songs();
    let n_tokens: usize = songs.iter().map(|song| song.tokens.len()).sum();
    let n_bytes = |song: &Song| song.tokens.n_bytes() + song.streams.iter().map(PackedIds::n_bytes).sum::<usize>();
    let per_token = songs.iter().map(n_bytes).sum::<usize>() as f64 / n_tokens as f64;
    // A key and a meter that never change take nothing; 127 million tokens fit into 2 GB.
    assert!(per_token < 10.0, "{per_token} bytes a token");
}
