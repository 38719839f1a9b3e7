//! How long a piece gets, by bars or seconds.

use std::num::{NonZeroU64, NonZeroUsize};

use anyhow::ensure;
use galant_sample::MAX_WORDS;
use galant_words::{Grid, Performance, Rendition};

use crate::args::{ComposeArgs, PieceArgs};
use crate::model::Model;

use super::{primer, settings};

/// The piece with as many words or steps as `--bars` or `--seconds` ask for; as it is if neither is given.
pub(super) fn set(args: &ComposeArgs, mut piece: PieceArgs, model: &Model) -> anyhow::Result<PieceArgs> {
    let before = match &piece.primer_words {
        Some(words) if !piece.only_new => primer::parse(words, model)?,
        _ => Vec::new(),
    };
    let performance = settings::performance(&piece, model)?;
    match model.reading.words().grid() {
        Some(grid) => {
            let n_before = before.iter().map(|word| u64::from(word.time())).sum();
            piece.steps = n_steps(args, n_before, grid, &performance)?.or(piece.steps);
        }
        None => piece.words = n_words(args, before.len(), &performance)?.or(piece.words),
    }
    Ok(piece)
}

/// How many steps are asked for where `n_before` pass before them, up to a bar line; none if none are.
fn n_steps(
    args: &ComposeArgs,
    n_before: u64,
    grid: Grid,
    performance: &Performance,
) -> anyhow::Result<Option<NonZeroU64>> {
    let bar = performance.steps_per_bar(grid);
    let most = settings::MAX_STEPS;
    let n_steps = match (args.bars, args.seconds) {
        // The bar that the primer leaves unfinished is finished besides.
        (Some(bars), _) => {
            let steps = bar.saturating_mul(bars.get() as u64);
            steps.saturating_add(n_before.next_multiple_of(bar) - n_before)
        }
        (None, Some(seconds)) => {
            let seconds_per_step = performance.seconds_per_step(grid);
            check_seconds(seconds, most as f64 * seconds_per_step)?;
            (n_before + (seconds / seconds_per_step).ceil() as u64).next_multiple_of(bar) - n_before
        }
        (None, None) => return Ok(None),
    };
    Ok(NonZeroU64::new(n_steps))
}

/// How many chord words are asked for where `n_before` are played before them, up to a bar line; none if none are.
fn n_words(args: &ComposeArgs, n_before: usize, performance: &Performance) -> anyhow::Result<Option<NonZeroUsize>> {
    let Rendition { ticks_per_quarter, ticks_per_word, .. } = Rendition::default();
    let words_per_quarter = usize::from(ticks_per_quarter) / ticks_per_word as usize;
    let words_per_bar = ((4 * words_per_quarter * usize::from(performance.beats)) >> performance.beat_log2).max(1);
    let seconds_per_word = f64::from(performance.us_per_quarter) / 1e6 / words_per_quarter as f64;
    let n_words = match (args.bars, args.seconds) {
        (Some(bars), _) => {
            n_before.next_multiple_of(words_per_bar) - n_before
                + bars.get().saturating_mul(words_per_bar).min(MAX_WORDS + 1)
        }
        (None, Some(seconds)) => {
            check_seconds(seconds, MAX_WORDS as f64 * seconds_per_word)?;
            let words = (seconds / seconds_per_word).ceil() as usize;
            (n_before + words).next_multiple_of(words_per_bar) - n_before
        }
        (None, None) => return Ok(None),
    };
    Ok(NonZeroUsize::new(n_words))
}

fn check_seconds(seconds: f64, most: f64) -> anyhow::Result<()> {
    ensure!(seconds > 0.0 && seconds <= most, "--seconds is {seconds}; it must be above 0 and at most {most}");
    Ok(())
}
