//! Building a vocabulary from songs and looking up tokens in it: forty medleys of waltzes as rhythm tokens.
//!
//! Throughput is in tokens.
//!
//! `cargo bench -p galant-benches --bench vocabulary`
#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use galant_dice::{Repeats, medley, medleys};
use galant_tokens::{GridTokenizer, Token, Tokenizer, Vocabulary};
use galant_types::{Seed, TokenId};

fn vocabulary(c: &mut Criterion) {
    let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
    let song = |throws| tokenizer.encode(&medley(throws, Repeats::Straight)).tokens;
    let songs: Vec<Vec<Token>> = medleys(Seed(1), 40, 40).iter().map(|throws| song(throws)).collect();
    let build = || Vocabulary::new(tokenizer, songs.iter().map(Vec::as_slice), 0..=0).expect("there are tokens");
    let vocabulary = build();
    let read = |song: &[Token]| -> Vec<TokenId> { song.iter().filter_map(|token| vocabulary.id(token)).collect() };
    for song in &songs {
        let back: Vec<&Token> = read(song).iter().map(|id| &vocabulary.tokens()[id.index()]).collect();
        assert!(back.iter().copied().eq(song), "the tokens of a song are not those it was made of");
    }
    let n_tokens = songs.iter().map(Vec::len).sum::<usize>() as u64;
    let mut group = c.benchmark_group("vocabulary");
    group.throughput(Throughput::Elements(n_tokens));
    group.bench_function("build", |b| b.iter(build));
    group.bench_function("look-up", |b| b.iter(|| songs.iter().map(|song| read(song).len()).sum::<usize>()));
}

criterion_group!(benches, vocabulary);
criterion_main!(benches);
