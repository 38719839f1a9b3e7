//! Composing with the large network: a token by each strategy, and a piece by beam search.
//!
//! `cargo bench -p galant-benches --bench generate`
#![forbid(unsafe_code)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use galant_benches::LARGE;
use galant_engine::Generator;
use galant_model::{Initialization, Weights};
use galant_sample::{
    Beam, Composer, Draw, EntropyFloor, LoopControl, NgramBlock, Repetition, Rules, Selection, Strategy, Task,
    Truncation, compose, random_primer, search,
};
use galant_types::{NoStreams, Seed, TokenId};

/// Tokens composed in one measurement.
const N_TOKENS: usize = 64;

fn large() -> Generator {
    Generator::new(Weights::initial(LARGE, Initialization::Keras, Seed(1)).expect("the sizes are within their limits"))
}

fn primer() -> Vec<TokenId> {
    random_primer(LARGE.vocab_size(), 16, Seed(1)).expect("there are tokens to draw")
}

fn strategies() -> Vec<(&'static str, Strategy, Rules)> {
    let drawn = |draw| (Strategy::Random(draw), Rules::default());
    let named = [
        ("greedy", (Strategy::Greedy, Rules::default())),
        ("random", drawn(Draw::at(1.0))),
        ("loop-control", drawn(Draw { loop_control: Some(LoopControl::default()), ..Draw::at(1.0) })),
        ("top-k", drawn(Draw { truncation: Truncation::TopK(32), ..Draw::at(1.0) })),
        ("top-p", drawn(Draw { truncation: Truncation::TopP(0.9), ..Draw::at(1.0) })),
        ("min-p", drawn(Draw { truncation: Truncation::MinP(0.05), ..Draw::at(1.0) })),
        // The network is untrained, so its entropy is always above the floor.
        ("entropy-floor", drawn(Draw { entropy_floor: Some(EntropyFloor { nats: 1.0, window: 16 }), ..Draw::at(1.0) })),
        ("rules", {
            let repetition = Some(Repetition { factor: 1.2, window: 64 });
            let ngram_block = Some(NgramBlock { n: 8, window: 1024 });
            (Strategy::Random(Draw::at(1.0)), Rules { repetition, ngram_block, constraints: Vec::new() })
        }),
    ];
    named.into_iter().map(|(name, (strategy, rules))| (name, strategy, rules)).collect()
}

fn tokens(c: &mut Criterion) {
    let (model, primer) = (large(), primer());
    let mut group = c.benchmark_group("tokens");
    group.throughput(Throughput::Elements(N_TOKENS as u64));
    for (name, strategy, rules) in strategies() {
        let task =
            Task { primer: primer.clone(), n_tokens: N_TOKENS, rules, streams: Box::new(NoStreams), seed: Seed(1) };
        let expected = compose(&model, task.clone(), strategy.clone(), &mut |_| ()).expect("nothing is forbidden");
        assert_eq!(expected.len(), N_TOKENS);
        let ready = Composer::new(&model, task, strategy).expect("the primer is of the vocabulary");
        assert_eq!(piece(ready.clone()).tokens()[primer.len()..], expected);
        group.bench_function(name, |b| b.iter_batched(|| ready.clone(), piece, BatchSize::SmallInput));
    }
}

fn piece(mut composer: Composer<&Generator>) -> Composer<&Generator> {
    for _ in 0..N_TOKENS {
        composer.next_token().expect("nothing is forbidden");
    }
    composer
}

fn beam(c: &mut Criterion) {
    const N_TOKENS: usize = 512;
    let model = large();
    let mut group = c.benchmark_group("beam");
    // One run takes almost a second.
    group.sample_size(10).throughput(Throughput::Elements(N_TOKENS as u64));
    let task = Task {
        primer: primer(),
        n_tokens: N_TOKENS,
        rules: Rules::default(),
        streams: Box::new(NoStreams),
        seed: Seed(1),
    };
    let drawn = Beam { width: 8, selection: Selection::Drawn { temperature: 1.0 } };
    for (name, beam) in [("1", Beam::best(1)), ("8", Beam::best(8)), ("8-drawn", drawn)] {
        let found = search(&model, &task, &beam, &mut |_| ()).expect("nothing is forbidden");
        assert_eq!(found.len(), beam.width);
        assert!(found.iter().all(|found| found.tokens.len() == N_TOKENS));
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
        group.bench_function(name, |b| b.iter(|| search(&model, &task, &beam, &mut |_| ())));
    }
}

criterion_group!(benches, tokens, beam);
criterion_main!(benches);
