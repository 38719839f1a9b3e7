//! How much of what a network composes is music of the dice game.

use std::io::Write;

use anyhow::Context;
use galant_dice::{DiceReport, KnownWaltzes, Repeats, judge};
use galant_engine::Generator;
use galant_sample::{Composer, Draw, Rules, Strategy, Task};
use galant_tokens::{Grid, Token};
use galant_types::{Score, Seed, TokenId};

use crate::commands::train::Seeds;
use crate::corpus::{Dance, EVENING, evening};
use crate::model::Model;

/// The lecture's temperature, with which `galant compose` begins, and the one of the model's own chances.
const TEMPERATURES: [f64; 2] = [0.5, 1.0];
/// What is told of composed waltzes.
const ROWS: [&str; 4] = [
    "bars of the game",
    "bars where the dice can put them",
    "whole waltzes that are legal",
    "legal and not in the corpus",
];
/// No waltz has as many tokens: a token of note tokens for each onset, pitch and length would be fewer.
const MAX_TOKENS: usize = 2048;
/// A bar of 3/8 in quarter notes.
const QUARTERS_PER_BAR: f64 = 1.5;

/// What a network composes and what it may know.
pub(super) struct Audition<'a> {
    pub(super) model: &'a Model,
    pub(super) generator: &'a Generator,
    pub(super) playback: Repeats,
    /// The waltzes of its corpus, where that is known.
    pub(super) known: Option<KnownWaltzes>,
}

impl Audition<'_> {
    /// Has a waltz composed after each of `primers`, at each temperature, and prints how many are legal and new.
    pub(super) fn print(&self, primers: &[Vec<TokenId>], seed: Seed, out: &mut impl Write) -> anyhow::Result<()> {
        let Some(grid) = self.model.reading.tokens().grid() else {
            writeln!(out, "\nwhat it composes is judged for tokens with rhythm only; train with --tokenizer rhythm")?;
            return Ok(());
        };
        let none = KnownWaltzes::default();
        let mut reports = Vec::with_capacity(TEMPERATURES.len());
        for temperature in TEMPERATURES {
            let mut report = DiceReport::default();
            for (primer, number) in primers.iter().zip(0..) {
                let score = self.compose(primer, grid, temperature, seed.child(number))?;
                report.add(judge(&score, self.playback, self.known.as_ref().unwrap_or(&none)));
            }
            reports.push(report);
        }
        let [cool, own] = TEMPERATURES.map(|temperature| format!("at T={temperature:.1}"));
        writeln!(out, "\n{:<34} {cool:>9} {own:>9}", format!("composed, {} waltzes each", primers.len()))?;
        let shares: Vec<_> = reports.iter().map(|report| self.shares(report, primers.len())).collect();
        // Of an unknown corpus nothing is new or old.
        let n_rows = if self.known.is_some() { ROWS.len() } else { ROWS.len() - 1 };
        for (row, name) in ROWS.iter().enumerate().take(n_rows) {
            write!(out, "{name:<34}")?;
            for shares in &shares {
                write!(out, " {:>7.1} %", 100.0 * shares[row])?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// A share for each of [`ROWS`]; a bar that was not composed is none of the game.
    fn shares(&self, report: &DiceReport, n_waltzes: usize) -> [f64; 4] {
        let of_bars = |count: u64| count as f64 / (n_waltzes * self.playback.n_bars()) as f64;
        let of_waltzes = |count: u64| count as f64 / n_waltzes as f64;
        let DiceReport { n_bars_of_game, n_bars_in_place, n_legal, n_new, .. } = *report;
        [of_bars(n_bars_of_game), of_bars(n_bars_in_place), of_waltzes(n_legal), of_waltzes(n_new)]
    }

    /// A waltz that goes on from `primer`, without it: as many tokens as fill the bars of one.
    fn compose(&self, primer: &[TokenId], grid: Grid, temperature: f64, seed: Seed) -> anyhow::Result<Score> {
        let rules = Rules::default();
        let task = Task { primer, n_tokens: MAX_TOKENS, rules: &rules, seed };
        let strategy = Strategy::Random(Draw::at(temperature));
        let mut composer = Composer::new(self.generator, &task, &strategy)?;
        let quarters = self.playback.n_bars() as f64 * QUARTERS_PER_BAR;
        let steps = quarters * f64::from(grid.steps_per_quarter());
        let (mut tokens, mut passed): (Vec<Token>, f64) = (Vec::new(), 0.0);
        while passed < steps && tokens.len() < MAX_TOKENS {
            let token = self.model.token(composer.next_token()?.token).clone();
            passed += f64::from(token.time());
            tokens.push(token);
        }
        let score = self.model.reading.tokens().decode(&tokens, &self.model.playback);
        let mut score = score.context("what was composed")?;
        let end = (quarters * f64::from(score.ticks_per_quarter)) as u64;
        score.notes.retain(|note| note.onset < end);
        Ok(score)
    }
}

/// The waltzes that a training was given, rolled again from its seed; none if they come out otherwise today.
pub(super) fn known(model: &Model, playback: Repeats) -> anyhow::Result<Option<KnownWaltzes>> {
    let n_evenings = model.file.corpus.iter().filter(|entry| entry.name.starts_with(EVENING)).count();
    let rolled = Dance { n_evenings, repeats: playback }.waltzes(Seeds::of(model.file.training.seed.0).corpus);
    let Some(first) = rolled.first() else { return Ok(None) };
    let first = evening(1, first, model.reading, playback)?;
    let is_of_corpus = model.file.corpus.contains(&first.entry);
    Ok(is_of_corpus.then(|| rolled.into_iter().flatten().collect()))
}
