//! Decoding the bytes of a MIDI file to a score and to chord tokens: forty waltzes of the dice game.
//!
//! Throughput is in notes.
//!
//! `cargo bench -p galant-benches --bench decode_midi`
#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use galant_dice::{Repeats, medley, medleys};
use galant_midi::{ReadRules, decode, encode};
use galant_tokens::{ChordRules, ChordTokenizer};
use galant_types::Seed;

fn decode_midi(c: &mut Criterion) {
    let score = medley(&medleys(Seed(1), 1, 40)[0], Repeats::Straight);
    let bytes = encode(&score).expect("the score fits into a file");
    let decoded = decode(&bytes, ReadRules::Standard).expect("what was written can be read");
    assert!(decoded.warnings.is_empty() && decoded.score.notes.len() == score.notes.len());
    let tokens = ChordTokenizer { rules: ChordRules::Standard, top: None };
    assert_eq!(tokens.chords(&decoded.score), tokens.chords(&score));
    let mut group = c.benchmark_group("decode_midi");
    group.throughput(Throughput::Elements(score.notes.len() as u64));
    for (name, rules) in [("standard", ReadRules::Standard), ("lecture", ReadRules::Lecture)] {
        group.bench_function(name, |b| b.iter(|| decode(&bytes, rules)));
    }
    group.bench_function("with-tokens", |b| {
        b.iter(|| decode(&bytes, ReadRules::Standard).map(|decoded| tokens.chords(&decoded.score)));
    });
}

criterion_group!(benches, decode_midi);
criterion_main!(benches);
