//! A training step from batch to new weights: the lecture's two networks, and the large one trained at every token, and a network for note tokens without and with streams.
//!
//! Throughput is in tokens read.
//!
//! `cargo bench -p galant-benches --bench train_batch`
#![forbid(unsafe_code)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use galant_benches::{WINDOW, workloads};
use galant_model::Trainable;
use galant_types::Seed;

fn train_batch(c: &mut Criterion) {
    let mut group = c.benchmark_group("train_batch");
    // A step takes up to a second.
    group.sample_size(10);
    for workload in workloads() {
        let batch = workload.batch(0);
        group.throughput(Throughput::Elements((workload.n_windows * WINDOW) as u64));
        let mut first_losses = Vec::new();
        for threads in [1, 2] {
            let mut engine = workload.engine(threads);
            let loss = engine.train_batch(&batch, Seed(0), 1.0).expect("the batch is of the vocabulary");
            // An untrained network guesses: ln V nats per token, or a little more because of its random weights.
            let (nats, guess) = (loss.nats / loss.n_tokens as f64, (workload.spec.vocab_size() as f64).ln());
            assert!((nats - guess).abs() < 0.2, "{}: {nats} nats per token, a guess costs {guess}", workload.name);
            first_losses.push(loss.nats.to_bits());
            group.bench_function(BenchmarkId::new(workload.name, format!("{threads}-threads")), |b| {
                b.iter(|| engine.train_batch(&batch, Seed(1), 1.0));
            });
        }
        assert_eq!(first_losses[0], first_losses[1], "{}: the number of threads changes bits", workload.name);
        #[cfg(feature = "libtorch")]
        libtorch(&mut group, &workload, &batch, f64::from_bits(first_losses[0]));
    }
}

/// The same on libtorch, whose loss must be the same.
#[cfg(feature = "libtorch")]
fn libtorch(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    workload: &galant_benches::Workload,
    batch: &galant_types::Batch,
    expected: f64,
) {
    use galant_engine_torch::{Placement, TorchConfig, TorchEngine};

    for threads in [1, 2] {
        let weights = galant_model::Weights::initial(workload.spec, galant_model::Initialization::Keras, Seed(1))
            .expect("the sizes are within their limits");
        let placement = Placement::cpu(threads);
        let config = TorchConfig { optimizer: workload.optimizer, clip_norm: workload.clip_norm, placement };
        let mut engine = TorchEngine::new(&weights, config).expect("the settings are within their limits");
        let nats = engine.train_batch(batch, Seed(0), 1.0).expect("the batch is of the vocabulary").nats;
        assert!((nats - expected).abs() < 1e-5 * expected, "{}: {nats} nats, not {expected}", workload.name);
        group.bench_function(BenchmarkId::new(workload.name, format!("libtorch-{threads}-threads")), |b| {
            b.iter(|| engine.train_batch(batch, Seed(1), 1.0));
        });
    }
}

criterion_group!(benches, train_batch);
criterion_main!(benches);
