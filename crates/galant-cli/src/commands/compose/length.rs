//! How long a piece gets, by bars or seconds.

use std::num::{NonZeroU64, NonZeroUsize};

use anyhow::ensure;
use galant_sample::MAX_TOKENS;
use galant_tokens::{Grid, Playback, Rendition};

use crate::args::{ComposeArgs, PieceArgs};
use crate::model::Model;

use super::{primer, settings};

/// The piece with as many tokens or steps as `--bars` or `--seconds` ask for; as it is if neither is given.
pub(super) fn set(args: &ComposeArgs, mut piece: PieceArgs, model: &Model) -> anyhow::Result<PieceArgs> {
    let before = match &piece.primer_tokens {
        Some(tokens) if !piece.omit_primer => primer::parse(tokens, model)?,
        _ => Vec::new(),
    };
    let playback = settings::playback(&piece, model)?;
    match model.reading.tokens().grid() {
        Some(grid) => {
            let n_before = before.iter().map(|token| u64::from(token.time())).sum();
            piece.steps = n_steps(args, n_before, grid, &playback)?.or(piece.steps);
        }
        None => piece.tokens = n_tokens(args, before.len(), &playback)?.or(piece.tokens),
    }
    Ok(piece)
}

/// How many steps are asked for where `n_before` pass before them, up to a bar line; none if none are.
fn n_steps(args: &ComposeArgs, n_before: u64, grid: Grid, playback: &Playback) -> anyhow::Result<Option<NonZeroU64>> {
    let bar = playback.steps_per_bar(grid);
    let most = settings::MAX_STEPS;
    let n_steps = match (args.bars, args.seconds) {
        // The bar that the primer leaves unfinished is finished besides.
        (Some(bars), _) => {
            let steps = bar.saturating_mul(bars.get() as u64);
            steps.saturating_add(n_before.next_multiple_of(bar) - n_before)
        }
        (None, Some(seconds)) => {
            let seconds_per_step = playback.seconds_per_step(grid);
            check_seconds(seconds, most as f64 * seconds_per_step)?;
            (n_before + (seconds / seconds_per_step).ceil() as u64).next_multiple_of(bar) - n_before
        }
        (None, None) => return Ok(None),
    };
    Ok(NonZeroU64::new(n_steps))
}

/// How many chord tokens are asked for where `n_before` are played before them, up to a bar line; none if none are.
fn n_tokens(args: &ComposeArgs, n_before: usize, playback: &Playback) -> anyhow::Result<Option<NonZeroUsize>> {
    let Rendition { ticks_per_quarter, ticks_per_token, .. } = Rendition::default();
    let tokens_per_quarter = usize::from(ticks_per_quarter) / ticks_per_token as usize;
    let tokens_per_bar = ((4 * tokens_per_quarter * usize::from(playback.beats)) >> playback.beat_log2).max(1);
    let seconds_per_token = f64::from(playback.us_per_quarter) / 1e6 / tokens_per_quarter as f64;
    let n_tokens = match (args.bars, args.seconds) {
        (Some(bars), _) => {
            n_before.next_multiple_of(tokens_per_bar) - n_before
                + bars.get().saturating_mul(tokens_per_bar).min(MAX_TOKENS + 1)
        }
        (None, Some(seconds)) => {
            check_seconds(seconds, MAX_TOKENS as f64 * seconds_per_token)?;
            let tokens = (seconds / seconds_per_token).ceil() as usize;
            (n_before + tokens).next_multiple_of(tokens_per_bar) - n_before
        }
        (None, None) => return Ok(None),
    };
    Ok(NonZeroUsize::new(n_tokens))
}

fn check_seconds(seconds: f64, most: f64) -> anyhow::Result<()> {
    ensure!(seconds > 0.0 && seconds <= most, "--seconds is {seconds}; it must be above 0 and at most {most}");
    Ok(())
}
