//! Building a vocabulary from songs, and looking words up in it: forty evenings of waltzes as rhythm words.
//!
//! Throughput is in words.
//!
//! `cargo bench -p galant-benches --bench vocabulary`
#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use galant_dice::{Performance, evenings, medley};
use galant_types::{Seed, TokenId};
use galant_words::{GridWords, Vocabulary, Word, WordKind};

fn vocabulary(c: &mut Criterion) {
    let kind = WordKind::Rhythm(GridWords::default());
    let song = |throws| kind.spell(&medley(throws, Performance::Straight)).words;
    let songs: Vec<Vec<Word>> = evenings(Seed(1), 40, 40).iter().map(|throws| song(throws)).collect();
    let build = || Vocabulary::new(kind, songs.iter().map(Vec::as_slice), 0..=0).expect("there are words");
    let vocabulary = build();
    let read = |song: &[Word]| -> Vec<TokenId> { song.iter().filter_map(|word| vocabulary.token(word)).collect() };
    for song in &songs {
        let back: Vec<&Word> = read(song).iter().map(|token| &vocabulary.words()[token.index()]).collect();
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
