//! Building a vocabulary from songs, and looking words up in it: forty evenings of waltzes.
//!
//! Throughput is in words.
//!
//! `cargo bench -p galant-benches --bench vocabulary`
#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use galant_dice::{Performance, evenings, medley};
use galant_types::{Chord, Seed, TokenId};
use galant_words::{ChordRules, ChordWords, Vocabulary};

fn vocabulary(c: &mut Criterion) {
    let words = ChordWords { rules: ChordRules::Standard, top: 0 };
    let songs: Vec<Vec<Chord>> =
        evenings(Seed(1), 40, 40).iter().map(|throws| words.chords(&medley(throws, Performance::Straight))).collect();
    let build = || Vocabulary::new(songs.iter().map(Vec::as_slice)).expect("there are words");
    let vocabulary = build();
    // All bars of the game together have 122 different chords, and 1600 waltzes hold each of them.
    assert_eq!(vocabulary.len(), 122);
    let read = |song: &[Chord]| -> Vec<TokenId> { song.iter().filter_map(|word| vocabulary.token(word)).collect() };
    for song in &songs {
        let back: Vec<&Chord> = read(song).iter().map(|token| &vocabulary.words()[token.index()]).collect();
        assert!(back.iter().copied().eq(song), "a word is lost on the way");
    }
    let n_words = songs.iter().map(Vec::len).sum::<usize>() as u64;
    let mut group = c.benchmark_group("vocabulary");
    group.throughput(Throughput::Elements(n_words));
    group.bench_function("build", |b| b.iter(build));
    group.bench_function("look-up", |b| b.iter(|| songs.iter().map(|song| read(song).len()).sum::<usize>()));
}

criterion_group!(benches, vocabulary);
criterion_main!(benches);
