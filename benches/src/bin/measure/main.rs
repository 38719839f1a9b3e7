//! Measures Galant in the same way as scripts measure other programs, and prints one line of JSON per measurement.
//!
//! ```text
//! measure steps small|large|every-token|notes|streams [THREADS] [ROUNDS]
//! measure vocabulary TOKENS        training at every token, with a vocabulary of that size
//! measure songs SONGS             the same, with windows drawn from that many songs
//! measure generate small|large
//! measure decode FILE.mid...
//! measure machine                 what this machine can do at best
//! measure levels                  the levels of instructions of this CPU
//! ```
//!
//! After `measure --level NAME` the rest is measured at that level.
#![forbid(unsafe_code)]

mod machine;

use std::time::{Duration, Instant};

use galant_batches::{Split, Windows};
use galant_benches::{LARGE, SMALL, WINDOW, Workload, synthetic_song, workloads};
use galant_engine::Generator;
use galant_kernels::{Level, hold_to};
use galant_midi::{ReadRules, decode};
use galant_model::{Inputs, ModelSpec, StepModel, Trainable, Weights};
use galant_tokens::{ChordRules, ChordTokenizer};
use galant_types::{Seed, Song, TokenId};
use serde_json::json;

const USAGE: &str = "usage: measure [--level NAME] steps small|large|every-token|notes|streams [THREADS] [ROUNDS]\n       \
    measure vocabulary TOKENS\n       measure songs SONGS\n       measure generate small|large\n       measure decode FILE.mid...\n       \
    measure machine\n       measure levels";

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let arguments = match arguments.as_slice() {
        ["--level", name, rest @ ..] => {
            hold_to(level_of(name)?).map_err(|error| error.to_string())?;
            rest
        }
        all => all,
    };
    let line = match arguments {
        ["steps", which, numbers @ ..] => {
            let mut numbers = numbers.iter().map(|text| text.parse().map_err(|_| format!("`{text}` is not a number")));
            let threads = numbers.next().transpose()?.unwrap_or(2);
            let n_rounds = numbers.next().transpose()?.unwrap_or(15);
            steps(workloads().iter().find(|workload| workload.name == *which).ok_or(USAGE)?, threads, n_rounds)
        }
        ["vocabulary", n_tokens] => {
            let inputs = Inputs::tokens(n_tokens.parse().map_err(|_| USAGE)?, LARGE.embedding_size());
            let spec = ModelSpec { inputs, ..LARGE };
            steps(&Workload { spec, ..every_token() }, 2, 15)
        }
        ["songs", n_songs] => songs(n_songs.parse().map_err(|_| USAGE)?)?,
        ["machine"] => machine::measured(&[LARGE, SMALL].map(|spec| (bytes_per_token(&spec) / 4.0) as usize)),
        ["levels"] => json!({ "levels": Level::available().iter().map(Level::to_string).collect::<Vec<_>>() }),
        ["decode", first, rest @ ..] => decode_all(&[&[*first], rest].concat())?,
        ["generate", "small"] => generate("small", SMALL),
        ["generate", "large"] => generate("large", LARGE),
        _ => return Err(USAGE.to_owned()),
    };
    println!("{line}");
    Ok(())
}

/// The level of a name, if this CPU has it.
fn level_of(name: &str) -> Result<Level, String> {
    let levels = Level::available();
    let names: Vec<String> = levels.iter().map(Level::to_string).collect();
    let at = names.iter().position(|level| level == name);
    at.map(|at| levels[at]).ok_or_else(|| format!("this CPU has no level `{name}`; it has {}", names.join(", ")))
}

/// Times training steps, after five warm-up steps.
fn steps(workload: &Workload, threads: usize, n_rounds: usize) -> serde_json::Value {
    let mut engine = workload.engine(threads);
    let (mut times, mut cpu_times) = (Vec::new(), Vec::new());
    for step in 0..5 + n_rounds as u64 {
        let batch = workload.batch(step);
        let (began, cpu_began) = (Instant::now(), cpu_time());
        let loss = engine.train_batch(&batch, Seed(step), 1.0).expect("the batch is of the vocabulary");
        times.push(began.elapsed());
        cpu_times.push(cpu_time().saturating_sub(cpu_began));
        assert!(loss.nats.is_finite(), "step {step}: a loss of {} nats", loss.nats);
    }
    let fastest = times.iter().min().map_or(0.0, Duration::as_secs_f64);
    let seconds = median(&mut times[5..]).as_secs_f64();
    let fastest_cpu = cpu_times.iter().min().map_or(0.0, Duration::as_secs_f64);
    let windows = workload.n_windows as f64 / seconds;
    json!({
        "peer": "galant", "task": "steps", "which": workload.name, "threads": threads,
        "ms_per_step": seconds * 1e3, "ms_fastest": fastest * 1e3, "cpu_ms_fastest": fastest_cpu * 1e3,
        "ms_waiting_per_thread": (fastest - fastest_cpu / threads as f64) * 1e3,
        "windows_per_second": windows, "tokens_per_second": windows * WINDOW as f64,
        "gflop_per_second": workload.flop() / seconds * 1e-9,
    })
}

/// The large network, trained at every token.
fn every_token() -> Workload {
    let [_, _, every_token, ..] = workloads();
    every_token
}

/// Times training on batches drawn from many songs of 4,000 tokens, including drawing and copying the windows.
fn songs(n_songs: usize) -> Result<serde_json::Value, String> {
    let workload = every_token();
    let song = |number| Song {
        name: format!("song {number}"),
        tokens: synthetic_song(4000, workload.spec.vocab_size()).into(),
        streams: Vec::new(),
    };
    let split = Split::tails(WINDOW, 0.0);
    let windows = Windows::new((0..n_songs).map(song).collect(), split).map_err(|error| error.to_string())?;
    let mut engine = workload.engine(2);
    let began = Instant::now();
    let plans = windows.every_token_epoch(workload.n_windows, 20, Seed(1));
    let per_plan = began.elapsed() / u32::try_from(plans.len()).unwrap_or(u32::MAX);
    let mut times = Vec::new();
    for (plan, step) in plans.iter().zip(0..20) {
        let began = Instant::now();
        engine.train_batch(&windows.batch(plan), Seed(step), 1.0).map_err(|error| error.to_string())?;
        times.push(began.elapsed() + per_plan);
    }
    let seconds = median(&mut times[5..]).as_secs_f64();
    let tokens = (workload.n_windows * WINDOW) as f64 / seconds;
    Ok(json!({ "peer": "galant", "task": "songs", "songs": n_songs, "tokens_per_second": tokens }))
}

/// Times tokens composed one by one, after a hundred for warm-up.
fn generate(which: &str, spec: ModelSpec) -> serde_json::Value {
    let model = Generator::new(
        Weights::initial(spec, galant_model::Initialization::Keras, Seed(1))
            .expect("the sizes are within their limits"),
    );
    let (mut state, mut logits, mut token) = (model.zero_state(), vec![0.0; spec.vocab_size()], TokenId(0));
    let mut times = Vec::new();
    for number in 0..2000 {
        let began = Instant::now();
        model.step(&[token], &mut state, &mut logits).expect("the token is of the vocabulary");
        token = draw(&mut logits, Seed(number));
        times.push(began.elapsed());
    }
    let seconds = median(&mut times[100..]).as_secs_f64();
    let fastest = times.iter().min().map_or(seconds, Duration::as_secs_f64);
    json!({
        "peer": "galant", "task": "generate", "which": which, "ms_per_token": seconds * 1e3, "ms_fastest": fastest * 1e3,
        "gb_per_second": bytes_per_token(&spec) / seconds * 1e-9,
    })
}

/// The bytes of the weights that a token needs, all of which are read: of the first layer's input one row of a table.
fn bytes_per_token(spec: &ModelSpec) -> f64 {
    let matrices = spec.n_gate_rows() * spec.hidden_size * (2 * spec.n_layers - 1);
    4.0 * (matrices + spec.n_gate_rows() + spec.dense_input_size() * spec.vocab_size()) as f64
}

/// Times decoding files to chord tokens, including reading their bytes, until a second has passed.
fn decode_all(paths: &[&str]) -> Result<serde_json::Value, String> {
    let (began, mut n_files, mut n_tokens) = (Instant::now(), 0, 0);
    while began.elapsed() < Duration::from_secs(1) {
        n_tokens = 0;
        for path in paths {
            let bytes = std::fs::read(path).map_err(|error| format!("reading {path}: {error}"))?;
            let decoded = decode(&bytes, ReadRules::Lecture).map_err(|error| format!("reading {path}: {error}"))?;
            n_tokens += ChordTokenizer { rules: ChordRules::Lecture, top: None }.chords(&decoded.score).len();
            n_files += 1;
        }
    }
    let rate = f64::from(n_files) / began.elapsed().as_secs_f64();
    Ok(
        json!({ "peer": "galant", "task": "decode", "files": paths.len(), "tokens": n_tokens, "files_per_second": rate }),
    )
}

/// Draws a token according to the probabilities.
fn draw(logits: &mut [f32], seed: Seed) -> TokenId {
    galant_kernels::softmax(logits);
    let mut left = (seed.child(0).0 >> 40) as f32 / (1 << 24) as f32;
    let chosen = logits.iter().position(|probability| {
        left -= probability;
        left < 0.0
    });
    TokenId(chosen.unwrap_or(logits.len() - 1) as u32)
}

/// The time that all threads of this process have computed, where the system reports it; waiting and other programs do not
/// count.
fn cpu_time() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
