//! What was measured, as medians and ratios.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use super::command::printed;
use super::machine::Machine;
use super::measures::{ALONE, MEASURES, Measure};
use super::peers::{PEERS, environment};

/// All numbers so far at one level of instructions.
pub(crate) struct Results {
    level: String,
    /// By measure and program, in the order measured.
    numbers: BTreeMap<(&'static str, &'static str), Vec<f64>>,
    not_measured: Vec<String>,
    machine: Machine,
    /// Galant's share of what the machine can do, by measure.
    shares: BTreeMap<&'static str, Vec<f64>>,
}

/// Where, when and of what everything is measured.
pub(crate) fn heading(root: &Path, n_rounds: u8) -> String {
    let ask = |program: &str, args: &[&str]| {
        printed(Command::new(program).args(args).current_dir(root)).unwrap_or_else(|_| "unknown".into())
    };
    let is_dirty = !ask("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    format!(
        "Machine: {}, {} cores, {}.\nDate: {}.\nCommit: {}{}.\nMedians of {n_rounds} rounds; the programs took turns.\n",
        cpu(),
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        std::env::consts::OS,
        ask("date", &["-u", "+%F"]).trim(),
        ask("git", &["rev-parse", "--short", "HEAD"]).trim(),
        if is_dirty { ", with changes not committed" } else { "" },
    )
}

/// What begins the part of the file that is written by hand.
const BY_HAND: &str = "<!-- written by hand from here on; cargo xtask compare keeps it -->";

/// A table for each level, the best first, what the machine can do, and what was written by hand in the file before.
pub(crate) fn to_markdown(heading: &str, results: &[Results], before: &str) -> String {
    let mut text = format!("# Measured\n\nWritten by `cargo xtask compare`.\n{heading}");
    results.iter().rev().for_each(|results| results.write_table(&mut text));
    if let Some(best) = results.last() {
        best.machine.write(&mut text);
        best.write_alone(&mut text);
    }
    let by_hand = before.find(BY_HAND).map_or(BY_HAND, |at| before[at..].trim_end());
    let _ = writeln!(text, "\n{by_hand}");
    text
}

impl Results {
    pub(crate) fn new(level: &str, machine: Machine) -> Results {
        Results {
            level: level.to_owned(),
            numbers: BTreeMap::new(),
            not_measured: Vec::new(),
            machine,
            shares: BTreeMap::new(),
        }
    }

    pub(crate) fn level(&self) -> &str {
        &self.level
    }

    /// Takes the number `key` out of what a program printed.
    ///
    /// # Errors
    ///
    /// If the last line of JSON lacks it.
    pub(crate) fn add(
        &mut self,
        measure: &'static str,
        program: &'static str,
        key: &str,
        printed: &str,
    ) -> anyhow::Result<()> {
        let line = printed.lines().rfind(|line| line.starts_with('{')).context("it printed no line of JSON")?;
        let json: Value = serde_json::from_str(line).with_context(|| format!("reading `{line}`"))?;
        // The scripts of other programs call tokens words.
        let number = json[key].as_f64().or(json[key.replace("token", "word")].as_f64());
        let Some(number) = number.filter(|number| *number > 0.0) else { bail!("`{line}` has no {key}") };
        println!("{measure}, {}: {program} {number:.3} {key}", self.level);
        self.numbers.entry((measure, program)).or_default().push(number);
        Ok(())
    }

    /// Takes Galant's share of what the machine can do out of what it printed, if it printed a rate.
    pub(crate) fn add_rate(&mut self, measure: &'static str, printed: &str) {
        let json: Value = printed.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        let arithmetic = json["gflop_per_second"].as_f64().map(|rate| self.machine.share_of_arithmetic(rate));
        let reading = json["gb_per_second"].as_f64().zip(json["ms_per_token"].as_f64());
        let reading = reading.map(|(rate, ms)| self.machine.share_of_reading(rate * ms * 1e6, rate));
        if let Some(share) = arithmetic.or(reading) {
            self.shares.entry(measure).or_default().push(share);
        }
    }

    pub(crate) fn not_measured(&mut self, what: &str, why: &anyhow::Error) {
        let line = format!("{what}: {}", format!("{why:#}").lines().last().unwrap_or_default());
        println!("not measured: {line}");
        if !self.not_measured.contains(&line) {
            self.not_measured.push(line);
        }
    }

    fn write_table(&self, text: &mut String) {
        let _ = writeln!(text, "\n## Level {}\n", self.level);
        if !environment(&self.level).is_empty() {
            text.push_str(
                "PyTorch and Keras are held to the same instructions; candle and burn choose for themselves.\n\n",
            );
        }
        text.push_str("| | Galant | share of the bound | others | times as fast | at least | goal |\n");
        text.push_str("|---|---|---|---|---|---|---|\n");
        let mut missed = Vec::new();
        for measure in MEASURES {
            let Some(ours) = self.median(measure.name, "galant") else { continue };
            let Measure { name, unit, at_least, goal, .. } = measure;
            let others =
                PEERS.into_iter().filter_map(|peer| Some(format!("{peer} {}", rounded(self.median(name, peer)?))));
            let others = Some(others.collect::<Vec<_>>().join(", ")).filter(|others| !others.is_empty());
            let others = others.as_deref().unwrap_or("–");
            let ratio = self.ratio(measure, ours);
            let shown = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            let share =
                self.shares.get(name).map_or("–".to_owned(), |shares| format!("{:.0} %", 100.0 * median(shares)));
            let ours = rounded(ours);
            let _ = writeln!(text, "| {name}, {unit} | {ours} | {share} | {others} | {shown} | {at_least} | {goal} |");
            if let Some(ratio) = ratio.filter(|ratio| ratio < goal) {
                let limit = if ratio < *at_least { "the minimum" } else { "the goal" };
                missed.push(format!("{name}: {ratio:.2}, below {limit}"));
            }
        }
        let _ = writeln!(
            text,
            "\nThe bound of training is the rate on registers of all cores, {:.0} GFLOP/s; that of composing is reading the \
             weights.",
            self.machine.gflop_per_second_on_all_cores
        );
        for (title, lines) in [("Not reached", &missed), ("Not measured", &self.not_measured)] {
            if !lines.is_empty() {
                let _ = writeln!(text, "\n{title}:\n\n- {}", lines.join("\n- "));
            }
        }
    }

    fn write_alone(&self, text: &mut String) {
        text.push_str("\n## Galant alone\n\nThe large network trained at every token, at the best level; songs of 4,000 tokens:\n\n");
        text.push_str("| | tokens/s | µs per token |\n|---|---|---|\n");
        for (name, rate) in ALONE.iter().filter_map(|(name, _)| Some((name, self.median(name, "galant")?))) {
            let _ = writeln!(text, "| {name} | {} | {} |", rounded(rate), rounded(1e6 / rate));
        }
    }

    /// How many times as fast as the fastest of the yardstick's programs.
    fn ratio(&self, measure: &Measure, ours: f64) -> Option<f64> {
        let theirs = measure.against.iter().filter_map(|program| self.median(measure.name, program));
        let ratios = theirs.map(|theirs| if measure.key.starts_with("ms_per") { theirs / ours } else { ours / theirs });
        ratios.min_by(f64::total_cmp)
    }

    fn median(&self, measure: &'static str, program: &'static str) -> Option<f64> {
        self.numbers.get(&(measure, program)).map(|numbers| median(numbers))
    }
}

/// The middle of some numbers, of which there is at least one.
fn median(numbers: &[f64]) -> f64 {
    let mut numbers = numbers.to_vec();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A number with three significant digits, or whole if it has more.
fn rounded(number: f64) -> String {
    let digits = (2.0 - number.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{number:.digits$}")
}

/// The processor's name and its best instructions, where the system reports them.
fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| info.lines().find_map(|line| Some(line.strip_prefix(name)?.split_once(':')?.1.trim()));
    let flags = field("flags").unwrap_or_default();
    let best = ["avx512_bf16", "avx512f", "avx2"].into_iter().find(|flag| flags.split(' ').any(|has| has == *flag));
    format!("{} ({})", field("model name").unwrap_or(std::env::consts::ARCH), best.unwrap_or("no AVX2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_medians_and_name_what_fell_short() {
        let rates =
            r#"{"gflop_per_second": [], "gflop_per_second_on_all_cores": 200, "gb_read_per_second": [[1, 80]]}"#;
        let mut results = Results::new("avx2+fma", Machine::from_json(rates).unwrap());
        let mut add = |measure: usize, program, numbers: &[f64]| {
            let Measure { name, key, .. } = MEASURES[measure];
            for number in numbers {
                results.add(name, program, key, &format!("noise\n{{\"{key}\": {number}}}\n")).unwrap();
            }
        };
        add(0, "galant", &[300.0, 100.0, 200.0]);
        add(0, "torch", &[100.0, 50.0, 400.0]);
        add(4, "galant", &[0.1]);
        add(4, "burn", &[0.5]);
        add(4, "torch", &[0.4]);
        results.add_rate(MEASURES[0].name, r#"{"gflop_per_second": 150}"#);
        results.add_rate(MEASURES[4].name, r#"{"gb_per_second": 40, "ms_per_token": 0.1}"#);
        let mut text = String::new();
        results.write_table(&mut text);
        assert!(text.contains("## Level avx2+fma") && text.contains("all cores, 200 GFLOP/s"), "{text}");
        assert!(
            text.contains("| small, last token, windows/s | 200 | 75 % | torch 100 | 2.00 | 1.8 | 2.3 |"),
            "{text}"
        );
        assert!(
            text.contains("| compose, large, ms/token | 0.100 | 50 % | torch 0.400, burn 0.500 | 4.00 |"),
            "{text}"
        );
        assert!(text.contains("- small, last token: 2.00, below the goal"), "{text}");
        assert!(!text.contains("- compose"), "{text}");
        assert!(results.add(MEASURES[0].name, "torch", "windows_per_second", "Traceback").is_err());
        results.add(MEASURES[2].name, "torch", "tokens_per_second", r#"{"words_per_second": 7}"#).unwrap();
    }
    #[test]
    fn what_is_written_by_hand_is_kept() {
        let first = to_markdown("Commit: a.\n", &[], "");
        assert!(first.trim_end().ends_with(BY_HAND), "{first}");
        let edited = format!("{first}\n## Threads\n\nBy hand.\n");
        let again = to_markdown("Commit: b.\n", &[], &edited);
        assert_eq!(again, edited.replace("Commit: a.", "Commit: b."));
    }
}
