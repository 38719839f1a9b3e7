//! What was measured, as medians and ratios.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use super::command::printed;
use super::measures::{ALONE, MEASURES, Measure};
use super::peers::PEERS;

/// All numbers so far.
#[derive(Default)]
pub(crate) struct Results {
    heading: String,
    /// By measure and program, in the order measured.
    numbers: BTreeMap<(&'static str, &'static str), Vec<f64>>,
    not_measured: Vec<String>,
}

impl Results {
    pub(crate) fn new(root: &Path) -> Results {
        let ask = |program: &str, args: &[&str]| {
            printed(Command::new(program).args(args).current_dir(root)).unwrap_or_else(|_| "unknown".into())
        };
        let is_dirty = !ask("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
        let heading = format!(
            "Machine: {}, {} cores, {}.\nDate: {}.\nCommit: {}{}.\n",
            cpu(),
            std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            std::env::consts::OS,
            ask("date", &["-u", "+%F"]).trim(),
            ask("git", &["rev-parse", "--short", "HEAD"]).trim(),
            if is_dirty { ", with changes not committed" } else { "" }
        );
        Results { heading, ..Results::default() }
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
        let Some(number) = json[key].as_f64().filter(|number| *number > 0.0) else { bail!("`{line}` has no {key}") };
        println!("{measure}: {program} {number:.3} {key}");
        self.numbers.entry((measure, program)).or_default().push(number);
        Ok(())
    }

    pub(crate) fn not_measured(&mut self, what: &str, why: &anyhow::Error) {
        let line = format!("{what}: {}", format!("{why:#}").lines().last().unwrap_or_default());
        println!("not measured: {line}");
        if !self.not_measured.contains(&line) {
            self.not_measured.push(line);
        }
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = format!("# Measured\n\nWritten by `cargo xtask compare`.\n{}", self.heading);
        text.push_str("Medians; the programs took turns.\n\n");
        text.push_str("| | Galant | others | times as fast | at least | goal |\n|---|---|---|---|---|---|\n");
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
            let _ = writeln!(text, "| {name}, {unit} | {} | {others} | {shown} | {at_least} | {goal} |", rounded(ours));
            if let Some(ratio) = ratio.filter(|ratio| ratio < goal) {
                let limit = if ratio < *at_least { "the minimum" } else { "the goal" };
                missed.push(format!("{name}: {ratio:.2}, below {limit}"));
            }
        }
        self.write_alone(&mut text);
        for (title, lines) in [("Not reached", &missed), ("Not measured", &self.not_measured)] {
            if !lines.is_empty() {
                let _ = writeln!(text, "\n## {title}\n\n- {}", lines.join("\n- "));
            }
        }
        text
    }

    fn write_alone(&self, text: &mut String) {
        text.push_str("\nThe large network trained at every token, Galant alone; songs of 4,000 tokens:\n\n");
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
        let mut numbers = self.numbers.get(&(measure, program))?.clone();
        numbers.sort_by(f64::total_cmp);
        Some(numbers[numbers.len() / 2])
    }
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
        let mut results = Results::default();
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
        let text = results.to_markdown();
        assert!(text.contains("| small, last token, windows/s | 200 | torch 100 | 2.00 | 1.9 | 2.3 |"), "{text}");
        assert!(text.contains("| compose, large, ms/token | 0.100 | torch 0.400, burn 0.500 | 4.00 |"), "{text}");
        assert!(text.contains("- small, last token: 2.00, below the goal"), "{text}");
        assert!(!text.contains("- compose"), "{text}");
        assert!(results.add(MEASURES[0].name, "torch", "windows_per_second", "Traceback").is_err());
    }
}
