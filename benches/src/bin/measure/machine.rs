//! What this machine can do at best: multiplications and additions on registers, and reading from each cache and from memory.

use std::hint::black_box;
use std::time::Instant;

use galant_kernels::{Level, level};
use serde_json::{Value, json};

/// How often each rate is measured; the fastest counts.
const ROUNDS: usize = 10;

/// The numbers of a first-level cache, a second-level cache and memory: 16 KB, 256 KB and 256 MB.
const LENGTHS: [usize; 3] = [1 << 12, 1 << 16, 1 << 26];

/// The rates of this machine; those of reading also for so many numbers.
pub(crate) fn measured(lengths: &[usize]) -> Value {
    let gflops: Vec<Value> = Level::available()
        .into_iter()
        .map(|level| json!([level.to_string(), fastest(|| multiply_and_add(level))]))
        .collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let read: Vec<Value> = LENGTHS.iter().chain(lengths).map(|&len| json!([4 * len, read(len)])).collect();
    json!({
        "peer": "galant", "task": "machine", "gflop_per_second": gflops, "cores": cores,
        "gflop_per_second_on_all_cores": fastest(|| on_all(cores)), "gb_read_per_second": read,
    })
}

/// The best of several rates, in units of 1e9 per second.
fn fastest(measure: impl Fn() -> f64) -> f64 {
    (0..ROUNDS).map(|_| measure()).fold(0.0, f64::max) * 1e-9
}

/// Operations per second on registers.
fn multiply_and_add(level: Level) -> f64 {
    let began = Instant::now();
    let (flop, sum) = level.multiply_and_add(1 << 20);
    black_box(sum);
    flop as f64 / began.elapsed().as_secs_f64()
}

/// The same on several cores at once.
fn on_all(cores: usize) -> f64 {
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(|| multiply_and_add(level()))).collect();
        let here = multiply_and_add(level());
        here + others.into_iter().map(|other| other.join().expect("it cannot panic")).sum::<f64>()
    })
}

/// Bytes per second read on one core, from as many numbers, which have been read before.
fn read(len: usize) -> f64 {
    let numbers = vec![1.0_f32; len.next_multiple_of(128)];
    let times = (1 << 26) / numbers.len();
    fastest(|| {
        let began = Instant::now();
        for _ in 0..times.max(1) {
            black_box(level().read(black_box(&numbers)));
        }
        (4 * numbers.len() * times.max(1)) as f64 / began.elapsed().as_secs_f64()
    })
}
