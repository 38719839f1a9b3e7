//! What is measured.

/// One kind of work.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    /// The arguments of the programs.
    pub(crate) task: &'static str,
    /// The number of their JSON that counts; one in `ms_per_…` is better when lower.
    pub(crate) key: &'static str,
    pub(crate) unit: &'static str,
    /// The programs whose best is the yardstick.
    pub(crate) against: &'static [&'static str],
    /// How many times as fast as the yardstick Galant must be, and is wanted to be.
    pub(crate) at_least: f64,
    pub(crate) goal: f64,
}

const TORCH: &[&str] = &["torch"];
const ANY: &[&str] = &["torch", "keras", "candle", "burn"];

pub(crate) const MEASURES: &[Measure] = &[
    measure("small, last token", "steps small", "windows_per_second", "windows/s", TORCH, [1.8, 2.3]),
    measure("large, last token", "steps large", "windows_per_second", "windows/s", TORCH, [1.6, 1.9]),
    measure("every token", "steps every-token", "tokens_per_second", "tokens/s", TORCH, [1.35, 1.6]),
    measure("compose, small", "generate small", "ms_per_token", "ms/token", ANY, [2.0, 4.0]),
    measure("compose, large", "generate large", "ms_per_token", "ms/token", ANY, [2.0, 3.0]),
    measure("decode and tokenize", "decode", "files_per_second", "files/s", &["mido"], [100.0, 300.0]),
];

const fn measure(
    name: &'static str,
    task: &'static str,
    key: &'static str,
    unit: &'static str,
    against: &'static [&'static str],
    [at_least, goal]: [f64; 2],
) -> Measure {
    Measure { name, task, key, unit, against, at_least, goal }
}

/// What only Galant is measured at, in tokens per second: what threads bring, and how the cost of a token grows.
pub(crate) const ALONE: &[(&str, &str)] = &[
    ("one thread", "steps every-token 1"),
    ("two threads", "steps every-token 2"),
    ("vocabulary of 100", "vocabulary 100"),
    ("vocabulary of 1,000", "vocabulary 1000"),
    ("vocabulary of 4,000", "vocabulary 4000"),
    ("vocabulary of 16,000", "vocabulary 16000"),
    ("1 song", "songs 1"),
    ("10 songs", "songs 10"),
    ("100 songs", "songs 100"),
    ("1,000 songs", "songs 1000"),
];

/// How many of these, the first, tell what threads bring.
pub(crate) const N_THREAD_ROWS: usize = 2;
