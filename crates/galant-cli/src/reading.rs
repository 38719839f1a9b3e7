//! How music becomes tokens, as the command line and model files say it.

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{PlaybackSettings, TokenSettings};
use galant_midi::ReadRules;
use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, Playback, Tokenizer};

use crate::args::{KindArg, Rules};

/// How music becomes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) rules: Rules,
    pub(crate) kind: KindArg,
    /// How many of the highest notes of an onset are kept; 0 keeps all.
    pub(crate) top: usize,
    /// What tokens with rhythm are on.
    pub(crate) grid: Grid,
}

impl Reading {
    /// Chord tokens of all notes.
    pub(crate) fn chords(rules: Rules) -> Reading {
        Reading { rules, kind: KindArg::Chords, top: 0, grid: Grid::default() }
    }

    /// The same, on the grid that the command line names, if any.
    pub(crate) fn on_grid(self, steps_per_quarter: Option<u16>) -> anyhow::Result<Reading> {
        let Some(steps) = steps_per_quarter else { return Ok(self) };
        ensure!(self.kind != KindArg::Chords, "--grid is of use with --tokenizer rhythm or --tokenizer notes only");
        Ok(Reading { grid: Grid::new(steps).context("--grid")?, ..self })
    }

    pub(crate) fn read_rules(self) -> ReadRules {
        match self.rules {
            Rules::Standard => ReadRules::Standard,
            Rules::Lecture => ReadRules::Lecture,
        }
    }

    pub(crate) fn tokens(self) -> Tokenizer {
        let rules = match self.rules {
            Rules::Standard => ChordRules::Standard,
            Rules::Lecture => ChordRules::Lecture,
        };
        let on_grid = GridTokenizer { grid: self.grid, top: self.top };
        match self.kind {
            KindArg::Chords => Tokenizer::Chords(ChordTokenizer { rules, top: self.top }),
            KindArg::Rhythm => Tokenizer::Rhythm(on_grid),
            KindArg::Notes => Tokenizer::Notes(on_grid),
        }
    }

    /// What a model file says of its tokens.
    pub(crate) fn settings(self, playback: Option<Playback>) -> TokenSettings {
        let kind = self.tokens();
        TokenSettings {
            kind: kind.name().to_owned(),
            reading: rules_name(self.rules).to_owned(),
            top: Some(self.top).filter(|&top| top > 0),
            grid: kind.grid().map(Grid::steps_per_quarter),
            playback: playback.map(|playback| {
                let Playback { us_per_quarter, beats, beat_log2, program, velocity } = playback;
                PlaybackSettings { us_per_quarter, beats, beat_log2, program, velocity }
            }),
        }
    }

    /// What a model file says of its tokens, and how they are played.
    pub(crate) fn of(settings: &TokenSettings) -> anyhow::Result<(Reading, Playback)> {
        let rules = [Rules::Standard, Rules::Lecture].into_iter().find(|&rules| rules_name(rules) == settings.reading);
        let Some(rules) = rules else {
            bail!(
                "its tokens are read by '{}' rules; this version of galant knows standard and lecture",
                settings.reading
            )
        };
        let kind = match settings.kind.as_str() {
            "chords" => KindArg::Chords,
            "rhythm" => KindArg::Rhythm,
            "notes" => KindArg::Notes,
            other => {
                bail!("its tokens are of the kind '{other}'; this version of galant knows chords, rhythm and notes")
            }
        };
        let grid = match (kind, settings.grid) {
            (KindArg::Chords, _) => Grid::default(),
            (_, Some(steps)) => Grid::new(steps).context("its tokens")?,
            (_, None) => bail!("its tokens are of the kind '{}' and it does not name their grid", settings.kind),
        };
        let reading = Reading { rules, kind, top: settings.top.unwrap_or(0), grid };
        let playback = settings.playback.map_or(reading.tokens().default_playback(), |playback| {
            let PlaybackSettings { us_per_quarter, beats, beat_log2, program, velocity } = playback;
            Playback { us_per_quarter, beats, beat_log2, program, velocity }
        });
        playback.validate().context("its tokens")?;
        Ok((reading, playback))
    }
}

/// The name of the rules in files and on the command line.
pub(crate) fn rules_name(rules: Rules) -> &'static str {
    match rules {
        Rules::Standard => "standard",
        Rules::Lecture => "lecture",
    }
}
