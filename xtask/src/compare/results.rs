//! What was measured, as medians and ratios.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::Value;

use super::peers::midi_files;
use crate::command::Task;
use crate::workspace::Workspace;

/// One kind of work.
#[derive(Debug)]
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    /// The arguments of the programs.
    pub(crate) task: &'static str,
    /// The number of their JSON that counts.
    key: &'static str,
    unit: &'static str,
    better: Better,
    /// The programs whose best is the yardstick, and how many times as fast as it Galant shall be.
    against: &'static [&'static str],
    at_least: f64,
    reach_for: f64,
}

/// Which of two numbers is the better one.
#[derive(Debug, PartialEq, Eq)]
enum Better {
    Higher,
    Lower,
}

/// All peers: the fastest of them is the yardstick.
const ANY: &[&str] = &["torch", "keras", "candle", "burn"];

pub(crate) const MEASURES: &[Measure] = &[
    training("small, last token", "steps small", "windows_per_second", "windows/s", 1.9, 2.3),
    training("large, last token", "steps large", "windows_per_second", "windows/s", 1.6, 1.9),
    training("every token", "steps every-token", "tokens_per_second", "tokens/s", 1.35, 1.6),
    generating("compose, small", "generate small", 2.0, 4.0),
    generating("compose, large", "generate large", 1.5, 2.5),
    Measure {
        name: "decode and tokenise",
        task: "decode",
        key: "files_per_second",
        unit: "files/s",
        better: Better::Higher,
        against: &["mido"],
        at_least: 100.0,
        reach_for: 300.0,
    },
];

/// What Galant is measured at alone: how the cost of a token grows, and what threads bring.
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

const fn training(
    name: &'static str,
    task: &'static str,
    key: &'static str,
    unit: &'static str,
    at_least: f64,
    reach_for: f64,
) -> Measure {
    Measure { name, task, key, unit, better: Better::Higher, against: &["torch"], at_least, reach_for }
}

const fn generating(name: &'static str, task: &'static str, at_least: f64, reach_for: f64) -> Measure {
    let (key, unit) = ("ms_per_token", "ms/token");
    Measure { name, task, key, unit, better: Better::Lower, against: ANY, at_least, reach_for }
}

impl Measure {
    /// The arguments of our own program.
    pub(crate) fn ours(&self, peers: &Path) -> Vec<std::ffi::OsString> {
        let mut arguments: Vec<std::ffi::OsString> = self.task.split(' ').map(Into::into).collect();
        if self.task == "decode" {
            arguments.extend(midi_files(peers).into_iter().map(Into::into));
        }
        arguments
    }
}

/// All numbers so far.
pub(crate) struct Results {
    heading: String,
    /// By measure and program, in the order measured.
    numbers: BTreeMap<(&'static str, String), Vec<f64>>,
    not_measured: Vec<String>,
}

impl Results {
    pub(crate) fn new(workspace: &Workspace) -> anyhow::Result<Results> {
        let git = |args: &[&str]| Task::new("git", "git").args(args).within(&workspace.root).output();
        let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|_| "unknown".to_owned());
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|changes| !changes.is_empty());
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let heading = format!(
            "Machine: {}, {cores} cores, {}.\nDate: {}.\nCommit: {}{}.\n",
            cpu(),
            std::env::consts::OS,
            today()?,
            commit.trim(),
            if changed { ", with changes not committed" } else { "" }
        );
        Ok(Results { heading, numbers: BTreeMap::new(), not_measured: Vec::new() })
    }

    /// Takes the number out of what a program printed.
    ///
    /// # Errors
    ///
    /// If its last line of JSON lacks it.
    pub(crate) fn add(&mut self, measure: &Measure, program: &str, printed: &str) -> anyhow::Result<()> {
        let line = printed.lines().rfind(|line| line.starts_with('{')).context("it printed no line of JSON")?;
        let json: Value = serde_json::from_str(line).with_context(|| format!("reading `{line}`"))?;
        let Some(number) = json[measure.key].as_f64().filter(|number| *number > 0.0) else {
            bail!("`{line}` has no {}", measure.key);
        };
        println!("  {program:<8} {number:>12.3} {}", measure.unit);
        self.numbers.entry((measure.name, program.to_owned())).or_default().push(number);
        Ok(())
    }

    pub(crate) fn not_measured(&mut self, what: &str, why: &anyhow::Error) {
        let line = format!("{what}: {}", format!("{why:#}").lines().next().unwrap_or_default());
        if !self.not_measured.contains(&line) {
            self.not_measured.push(line);
        }
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::from("# Measured\n\nWritten by `cargo xtask compare`.\n");
        text.push_str(&self.heading);
        text.push_str("Medians; the programs took turns.\n\n");
        text.push_str("| | Galant | others | times as fast | at least | reach for |\n|---|---|---|---|---|---|\n");
        let mut missed = Vec::new();
        for measure in MEASURES {
            let Some(ours) = self.median(measure, "galant") else { continue };
            let others: Vec<(&str, f64)> = ["torch", "keras", "candle", "burn", "mido"]
                .into_iter()
                .filter_map(|program| Some((program, self.median(measure, program)?)))
                .collect();
            let shown: Vec<String> =
                others.iter().map(|(name, number)| format!("{name} {}", rounded(*number))).collect();
            let ratios = others
                .iter()
                .filter(|(name, _)| measure.against.contains(name))
                .map(|(_, theirs)| if measure.better == Better::Higher { ours / theirs } else { theirs / ours });
            let ratio = ratios.min_by(f64::total_cmp);
            let shown_ratio = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            let Measure { name, unit, at_least, reach_for, .. } = measure;
            let ours = rounded(ours);
            let others = if shown.is_empty() { "–".to_owned() } else { shown.join(", ") };
            let _ = writeln!(text, "| {name}, {unit} | {ours} | {others} | {shown_ratio} | {at_least} | {reach_for} |");
            if let Some(ratio) = ratio.filter(|ratio| ratio < reach_for) {
                let short = if ratio < *at_least { "below what it must be" } else { "short of what to reach for" };
                missed.push(format!("{name}: {ratio:.2}, {short}"));
            }
        }
        text.push_str(&self.alone_as_markdown());
        for (title, lines) in [("Not reached", &missed), ("Not measured", &self.not_measured)] {
            if !lines.is_empty() {
                let _ = writeln!(text, "\n## {title}\n");
                for line in lines {
                    let _ = writeln!(text, "- {line}");
                }
            }
        }
        text
    }

    /// Takes the number out of what Galant printed for a line of [`ALONE`].
    ///
    /// # Errors
    ///
    /// If its last line of JSON lacks it.
    pub(crate) fn add_alone(&mut self, name: &'static str, printed: &str) -> anyhow::Result<()> {
        self.add(&Measure { name, ..training(name, "", "tokens_per_second", "tokens/s", 0.0, 0.0) }, "galant", printed)
    }

    fn alone_as_markdown(&self) -> String {
        let mut text = String::new();
        for (name, _) in ALONE {
            let Some(rate) = self.median_of(name, "galant") else { continue };
            if text.is_empty() {
                text.push_str("\nThe large network trained at every token, Galant alone; songs of 4,000 tokens:\n\n");
                text.push_str("| | tokens/s | µs a token |\n|---|---|---|\n");
            }
            let _ = writeln!(text, "| {name} | {} | {} |", rounded(rate), rounded(1e6 / rate));
        }
        text
    }

    fn median(&self, measure: &Measure, program: &str) -> Option<f64> {
        self.median_of(measure.name, program)
    }

    fn median_of(&self, name: &'static str, program: &str) -> Option<f64> {
        let mut numbers = self.numbers.get(&(name, program.to_owned()))?.clone();
        numbers.sort_by(f64::total_cmp);
        Some(numbers[numbers.len() / 2])
    }
}

/// A number with three digits that count, or whole if it has more.
fn rounded(number: f64) -> String {
    let digits = (2.0 - number.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{number:.digits$}")
}

/// The processor's name, where the system tells it.
fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let name = field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let flags = field("flags").unwrap_or_default();
    let best = ["avx512_bf16", "avx512f", "avx2"].into_iter().find(|flag| flags.split(' ').any(|has| has == *flag));
    best.map_or(name.clone(), |best| format!("{name} ({best})"))
}

/// The date in UTC, from the days since 1970.
fn today() -> anyhow::Result<String> {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).context("reading the clock")?;
    Ok(date(seconds.as_secs() / 86_400))
}

/// The date of a day, counted from 1970-01-01, in the Gregorian calendar.
fn date(days: u64) -> String {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut left) = (1970, days);
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates_across_leap_years() {
        // What `date -u -d @$((DAYS*86400)) +%F` prints.
        for (days, expected) in
            [(0, "1970-01-01"), (59, "1970-03-01"), (789, "1972-02-29"), (11_016, "2000-02-29"), (20_779, "2026-11-22")]
        {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn ratios_are_of_medians_and_name_what_fell_short() {
        let mut results = Results { heading: String::new(), numbers: BTreeMap::new(), not_measured: Vec::new() };
        for (program, rates) in [("galant", [300.0, 100.0, 200.0]), ("torch", [100.0, 50.0, 400.0])] {
            for rate in rates {
                results.add(&MEASURES[0], program, &format!("noise\n{{\"windows_per_second\": {rate}}}\n")).unwrap();
            }
        }
        for (program, ms) in [("galant", 0.1), ("burn", 0.5), ("torch", 0.4)] {
            results.add(&MEASURES[4], program, &format!("{{\"ms_per_token\": {ms}}}")).unwrap();
        }
        let text = results.to_markdown();
        assert!(text.contains("| small, last token, windows/s | 200 | torch 100 | 2.00 | 1.9 | 2.3 |"), "{text}");
        assert!(text.contains("| compose, large, ms/token | 0.100 | torch 0.400, burn 0.500 | 4.00 |"), "{text}");
        assert!(text.contains("- small, last token: 2.00, short of what to reach for"), "{text}");
        assert!(!text.contains("- compose"), "{text}");
        assert!(results.add(&MEASURES[0], "torch", "Traceback").is_err());
    }
}
