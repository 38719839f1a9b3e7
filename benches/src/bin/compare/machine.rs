//! What the machine can do at best, and what share of it a measurement reached.

use std::fmt::Write as _;

use anyhow::Context;
use serde_json::Value;

/// The rates that `measure machine` prints.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    /// On registers, one core, of each level of instructions.
    gflop_per_second: Vec<(String, f64)>,
    /// At the level that is measured.
    pub(crate) gflop_per_second_on_all_cores: f64,
    /// One core, by the number of bytes that are read again and again.
    gb_read_per_second: Vec<(f64, f64)>,
}

impl Machine {
    /// The rates in a line of JSON.
    ///
    /// # Errors
    ///
    /// If one is missing.
    pub(crate) fn from_json(printed: &str) -> anyhow::Result<Machine> {
        let json: Value = serde_json::from_str(printed.trim()).context("reading the rates of the machine")?;
        let pairs = |key: &str| json[key].as_array().with_context(|| format!("`{printed}` has no {key}"));
        let rates = pairs("gflop_per_second")?.iter().filter_map(|pair| {
            let (level, rate) = (pair[0].as_str()?, pair[1].as_f64()?);
            Some((level.to_owned(), rate))
        });
        let reads = pairs("gb_read_per_second")?.iter();
        let mut reads: Vec<(f64, f64)> =
            reads.filter_map(|pair| Some((pair[0].as_f64()?, pair[1].as_f64()?))).collect();
        reads.sort_by(|one, other| one.0.total_cmp(&other.0));
        let all = "gflop_per_second_on_all_cores";
        Ok(Machine {
            gflop_per_second: rates.collect(),
            gflop_per_second_on_all_cores: json[all].as_f64().with_context(|| format!("`{printed}` has no {all}"))?,
            gb_read_per_second: reads,
        })
    }

    /// What share of the rate on registers, all cores, training at `gflop_per_second` is.
    pub(crate) fn share_of_arithmetic(&self, gflop_per_second: f64) -> f64 {
        gflop_per_second / self.gflop_per_second_on_all_cores
    }

    /// What share of the rate of reading `bytes`, one core, composing at `gb_per_second` is.
    pub(crate) fn share_of_reading(&self, bytes: f64, gb_per_second: f64) -> f64 {
        let holds =
            self.gb_read_per_second.iter().find(|(held, _)| *held >= 0.99 * bytes).or(self.gb_read_per_second.last());
        gb_per_second / holds.map_or(f64::NAN, |(_, rate)| *rate)
    }

    /// Writes the rates of one core.
    pub(crate) fn write(&self, text: &mut String) {
        text.push_str("\n## The machine\n\nWhat one core can do at best, measured first:\n\n| | |\n|---|---|\n");
        for (level, rate) in &self.gflop_per_second {
            let _ = writeln!(text, "| multiplications and additions on registers, {level} | {rate:.0} GFLOP/s |");
        }
        for (bytes, rate) in &self.gb_read_per_second {
            let size =
                if *bytes < 1e6 { format!("{:.0} KB", bytes / 1024.0) } else { format!("{:.1} MB", bytes / 1e6) };
            let _ = writeln!(text, "| reading {size} again and again | {rate:.0} GB/s |");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_cores_and_of_the_memory_that_holds_the_weights() {
        let printed = r#"{"gflop_per_second": [["scalar", 10], ["avx2+fma", 100]], "gflop_per_second_on_all_cores": 200,
            "gb_read_per_second": [[256, 400], [1024, 80], [512, 160]]}"#;
        let machine = Machine::from_json(printed).unwrap();
        assert_eq!(machine.share_of_arithmetic(150.0), 0.75);
        assert_eq!(machine.share_of_reading(300.0, 80.0), 0.5);
        assert_eq!(machine.share_of_reading(5000.0, 60.0), 0.75);
        let mut text = String::new();
        machine.write(&mut text);
        assert!(text.contains("on registers, avx2+fma | 100 GFLOP/s |"), "{text}");
        assert!(Machine::from_json("{}").is_err());
    }
}
