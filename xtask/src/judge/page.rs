//! The page of results.

use std::fmt::Write as _;

use serde_json::Value;

use super::benchmarks::{BENCHMARKS, NOTES};

/// The page, from the result of each benchmark; none where it was not measured.
pub(super) fn text(results: &[Option<Value>]) -> String {
    let mut text = "# Judged\n\nWritten by `cargo xtask judge`.\n".to_owned();
    text += "Nats per frame of the validation part; lower is better.\n\n";
    text +=
        "| benchmark | frames | Galant | unigram | 4-grams | published | minutes of training | commit | machine |\n";
    text += "|---|---|---|---|---|---|---|---|---|\n";
    for (benchmark, result) in BENCHMARKS.iter().zip(results) {
        let published = benchmark.published.iter().map(|(who, nats)| format!("{nats} {who}"));
        let published = published.collect::<Vec<_>>().join("; ");
        let row = match result {
            None => format!("| {} | | not measured | | | {published} | | | |", benchmark.title),
            Some(result) => {
                let number = |name: &str, digits: usize| {
                    result[name].as_f64().map_or("–".to_owned(), |value| format!("{value:.digits$}"))
                };
                let word = |name: &str| result[name].as_str().unwrap_or("–").to_owned();
                let commit = word("commit").replace(',', " of ");
                format!(
                    "| {} | {} | **{}** | {} | {} | {published} | {} | {commit} | {} |",
                    benchmark.title,
                    number("frames", 0),
                    number("network", 3),
                    number("unigram", 3),
                    number("ngrams", 3),
                    number("minutes", 1),
                    word("machine")
                )
            }
        };
        writeln!(text, "{row}").expect("a string can be written to");
    }
    text + "\n" + NOTES
}

/// The processor, as far as the system says, and how many threads it runs.
pub(super) fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {n_threads} threads")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_benchmark_is_a_row_measured_or_not() {
        let result = json!({
            "minutes": 15.04, "machine": "m, 2 threads", "commit": "abc,2026-11-26", "frames": 4602,
            "network": 4.56789, "unigram": null, "ngrams": 6.0,
        });
        let text = text(&[None, Some(result), None, None, None]);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| J")).collect();
        assert!(rows[0].contains("| not measured |") && rows[0].contains("1.34 Music Transformer"), "{}", rows[0]);
        assert_eq!(
            rows[1],
            "| JSB Chorales, roll | 4602 | **4.568** | – | 6.000 | 5.19 RNN-NADE; 7.72 best cell with a sigmoid a key | 15.0 | \
             abc of 2026-11-26 | m, 2 threads |"
        );
    }
}
