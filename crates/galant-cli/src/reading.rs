//! How music becomes words, as the command line and model files say it.

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{PerformanceSettings, WordSettings};
use galant_midi::ReadRules;
use galant_words::{ChordRules, ChordWords, Grid, GridWords, Performance, WordKind};

use crate::args::{KindArg, Rules};

/// How music becomes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) rules: Rules,
    pub(crate) kind: KindArg,
    /// How many of the highest notes of an onset are kept; 0 keeps all.
    pub(crate) top: usize,
    /// What words with rhythm are on.
    pub(crate) grid: Grid,
}

impl Reading {
    /// Chord words of all notes.
    pub(crate) fn chords(rules: Rules) -> Reading {
        Reading { rules, kind: KindArg::Chords, top: 0, grid: Grid::default() }
    }

    /// The same, on the grid that the command line names, if any.
    pub(crate) fn on_grid(self, steps_per_quarter: Option<u16>) -> anyhow::Result<Reading> {
        let Some(steps) = steps_per_quarter else { return Ok(self) };
        ensure!(self.kind != KindArg::Chords, "--grid is of use with --kind rhythm or --kind notes only");
        Ok(Reading { grid: Grid::new(steps).context("--grid")?, ..self })
    }

    pub(crate) fn read_rules(self) -> ReadRules {
        match self.rules {
            Rules::Standard => ReadRules::Standard,
            Rules::Lecture => ReadRules::Lecture,
        }
    }

    pub(crate) fn words(self) -> WordKind {
        let rules = match self.rules {
            Rules::Standard => ChordRules::Standard,
            Rules::Lecture => ChordRules::Lecture,
        };
        let on_grid = GridWords { grid: self.grid, top: self.top };
        match self.kind {
            KindArg::Chords => WordKind::Chords(ChordWords { rules, top: self.top }),
            KindArg::Rhythm => WordKind::Rhythm(on_grid),
            KindArg::Notes => WordKind::Notes(on_grid),
        }
    }

    /// What a model file says of its words.
    pub(crate) fn settings(self, performance: Option<Performance>) -> WordSettings {
        let kind = self.words();
        WordSettings {
            kind: kind.name().to_owned(),
            reading: rules_name(self.rules).to_owned(),
            top: Some(self.top).filter(|&top| top > 0),
            grid: kind.grid().map(Grid::steps_per_quarter),
            performance: performance.map(|performance| {
                let Performance { us_per_quarter, beats, beat_log2, program, velocity } = performance;
                PerformanceSettings { us_per_quarter, beats, beat_log2, program, velocity }
            }),
        }
    }

    /// What a model file says of its words, and how they are played.
    pub(crate) fn of(settings: &WordSettings) -> anyhow::Result<(Reading, Performance)> {
        let rules = [Rules::Standard, Rules::Lecture].into_iter().find(|&rules| rules_name(rules) == settings.reading);
        let Some(rules) = rules else {
            bail!(
                "its words are read by '{}' rules; this version of galant knows standard and lecture",
                settings.reading
            )
        };
        let kind = match settings.kind.as_str() {
            "chords" => KindArg::Chords,
            "rhythm" => KindArg::Rhythm,
            "notes" => KindArg::Notes,
            other => {
                bail!("its words are of the kind '{other}'; this version of galant knows chords, rhythm and notes")
            }
        };
        let grid = match (kind, settings.grid) {
            (KindArg::Chords, _) => Grid::default(),
            (_, Some(steps)) => Grid::new(steps).context("its words")?,
            (_, None) => bail!("its words are of the kind '{}' and it does not name their grid", settings.kind),
        };
        let reading = Reading { rules, kind, top: settings.top.unwrap_or(0), grid };
        let performance = settings.performance.map_or(reading.words().usual_performance(), |performance| {
            let PerformanceSettings { us_per_quarter, beats, beat_log2, program, velocity } = performance;
            Performance { us_per_quarter, beats, beat_log2, program, velocity }
        });
        performance.validate().context("its words")?;
        Ok((reading, performance))
    }
}

/// The name of the rules in files and on the command line.
pub(crate) fn rules_name(rules: Rules) -> &'static str {
    match rules {
        Rules::Standard => "standard",
        Rules::Lecture => "lecture",
    }
}
