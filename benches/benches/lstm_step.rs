//! One time step of an LSTM layer: forward, and forward and backward with the gradients of everything it reads.
//!
//! The first is the reference implementation in `f64`; each kernel level of this CPU follows.
//! Throughput is in floating-point operations of the products, which criterion calls elements.
//!
//! `cargo bench -p galant-benches --bench lstm_step`
#![forbid(unsafe_code)]

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use galant_benches::{Step, StepSize, StepTensors, sum_of_h};
use galant_kernels::Level;
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Reference, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

/// Input and hidden sizes of the lecture's layers.
const LAYERS: [(usize, usize); 3] = [(128, 128), (128, 256), (256, 256)];

/// How many sequences advance at once: composing, and the lecture's batch.
const BATCHES: [usize; 2] = [1, 64];

fn sizes() -> impl Iterator<Item = StepSize> {
    let sizes = LAYERS.into_iter().flat_map(|layer| BATCHES.map(|batch| (batch, layer)));
    sizes.map(|(batch, (input, hidden))| StepSize { batch, input, hidden })
}

fn name(level: &str, size: &StepSize) -> BenchmarkId {
    BenchmarkId::new(level, format!("{}to{}x{}", size.input, size.hidden, size.batch))
}

fn forward(c: &mut Criterion) {
    let mut group = c.benchmark_group("lstm_step/forward");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for size in sizes() {
        group.throughput(Throughput::Elements(size.forward_flop()));
        let (reference, batch) = reference(&size);
        group.bench_function(name("reference", &size), |b| b.iter(|| reference.loss(&batch, None)));
        #[cfg(feature = "libtorch")]
        group.bench_function(name("libtorch", &size), |b| {
            let expected = reference.loss(&batch, None).expect("the batch is of the vocabulary").nats;
            let engine = libtorch(&size);
            let nats = galant_model::Trainable::evaluate(&engine, &batch).expect("the batch is of the vocabulary").nats;
            assert!((nats - expected).abs() < 1e-5 * expected, "libtorch {size:?}: {nats}, not {expected}");
            b.iter(|| galant_model::Trainable::evaluate(&engine, &batch));
        });
        let input = StepTensors::synthetic(&size);
        let expected = sum_of_h(&size, &input);
        for level in Level::available() {
            let mut step = Step::new(level, size, &input);
            let sum: f64 = step.forward().iter().copied().map(f64::from).sum();
            assert!((sum - expected).abs() < 1e-5 * (1.0 + expected.abs()), "{level} {size:?}: {sum}, not {expected}");
            group.bench_function(name(&level.to_string(), &size), |b| b.iter(|| step.forward()[0]));
        }
    }
}

fn forward_backward(c: &mut Criterion) {
    let mut group = c.benchmark_group("lstm_step/forward-backward");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for size in sizes() {
        group.throughput(Throughput::Elements(3 * size.forward_flop()));
        let (reference, batch) = reference(&size);
        group.bench_function(name("reference", &size), |b| b.iter(|| reference.gradients(&batch, None)));
        #[cfg(feature = "libtorch")]
        group.bench_function(name("libtorch", &size), |b| {
            let expected = reference.gradients(&batch, None).expect("the batch is of the vocabulary").values;
            let mut engine = libtorch(&size);
            let (_, gradients) = engine.gradients(&batch, None).expect("the batch is of the vocabulary");
            let differences = gradients.values().iter().zip(&expected).map(|(g, e)| (f64::from(*g) - e).powi(2));
            let (difference, length) = (differences.sum::<f64>(), expected.iter().map(|e| e * e).sum::<f64>());
            assert!(difference < 1e-8 * length, "libtorch {size:?}: the gradient differs");
            b.iter(|| engine.gradients(&batch, None));
        });
        let input = StepTensors::synthetic(&size);
        let expected = derivative(&size, &input);
        for level in Level::available() {
            let mut step = Step::new(level, size, &input);
            step.forward();
            let slope = slope(step.backward(), &input);
            assert!((slope - expected).abs() < 1e-3 * expected.abs(), "{level} {size:?}: {slope}, not {expected}");
            group.bench_function(name(&level.to_string(), &size), |b| {
                b.iter(|| {
                    step.forward();
                    step.backward().bias[0]
                });
            });
        }
    }
}

/// A network of one layer, with the smallest possible dense layer on top.
fn weights(size: &StepSize) -> Weights {
    let StepSize { input, hidden, .. } = *size;
    let spec = ModelSpec {
        cell: Cell::Lstm,
        inputs: Inputs::tokens(2, input),
        hidden_size: hidden,
        n_layers: 1,
        dropout: 0.0,
        residual: false,
    };
    Weights::initial(spec, Initialization::Keras, Seed(1)).expect("the sizes are within their limits")
}

/// The same network on libtorch, on one thread like the kernels; copying its gradients out of libtorch is included.
#[cfg(feature = "libtorch")]
fn libtorch(size: &StepSize) -> galant_engine_torch::TorchEngine {
    let placement = galant_engine_torch::Placement::cpu(1);
    let optimizer = galant_model::Optimizer::adam(1e-3);
    let config = galant_engine_torch::TorchConfig { optimizer, clip_norm: None, placement };
    galant_engine_torch::TorchEngine::new(&weights(size), config).expect("the settings are within their limits")
}

/// The same network in plain loops, and a token for it to read.
fn reference(size: &StepSize) -> (Reference, Batch) {
    let (weights, batch) = (weights(size), size.batch);
    let (tokens, targets) = (vec![TokenId(0); batch], vec![TokenId(1); batch]);
    let batch = Batch::new(batch, 1, tokens, targets, Positions::LastToken).expect("a window has one token");
    (Reference::new(&weights), batch)
}

/// The derivative of the sum of h when everything that the step reads is scaled, by a finite difference.
fn derivative(size: &StepSize, input: &StepTensors) -> f64 {
    const H: f32 = 1.0 / 1024.0;
    let at = |factor: f32| {
        let scaled = |values: &[f32]| values.iter().map(|value| value * factor).collect();
        let StepTensors { w_ih, w_hh, bias, x, h_before, c_before } = input;
        let [w_ih, w_hh, bias, x, h_before, c_before] = [w_ih, w_hh, bias, x, h_before, c_before].map(|v| scaled(v));
        sum_of_h(size, &StepTensors { w_ih, w_hh, bias, x, h_before, c_before })
    };
    (at(1.0 + H) - at(1.0 - H)) / (2.0 * f64::from(H))
}

/// The same from gradients: their inner product with what the step reads.
fn slope(gradients: &StepTensors, input: &StepTensors) -> f64 {
    let dot = |d: &[f32], x: &[f32]| -> f64 { d.iter().zip(x).map(|(d, x)| f64::from(*d) * f64::from(*x)).sum() };
    dot(&gradients.w_ih, &input.w_ih)
        + dot(&gradients.w_hh, &input.w_hh)
        + dot(&gradients.bias, &input.bias)
        + dot(&gradients.x, &input.x)
        + dot(&gradients.h_before, &input.h_before)
        + dot(&gradients.c_before, &input.c_before)
}

criterion_group!(benches, forward, forward_backward);
criterion_main!(benches);
