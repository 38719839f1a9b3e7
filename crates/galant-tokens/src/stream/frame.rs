//! What is known of a piece apart from its tokens.

use std::sync::Arc;

use galant_types::{BarMap, Meter, Scale, Score, Texture};

use super::given::Given;
use crate::cuts::Cuts;
use crate::{Grid, estimate_key};

/// What is known of a piece apart from its tokens: bar lines, number of bars, key and style.
///
/// Bar lines are at the nearest step of the grid. Beyond the last bar, bars go on in the last meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    bars: BarMap,
    ticks_per_quarter: u16,
    grid: Grid,
    cuts: Cuts,
    n_bars: Option<u64>,
    key: Option<Scale>,
    style: Option<String>,
    given: Arc<Given>,
}

/// A place in a piece by its bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BarPlace {
    /// The bar, from 0.
    pub bar: u64,
    /// How many steps have passed since the bar began.
    pub step: u64,
}

impl Frame {
    /// The frame of a score whose tokens are on `grid`.
    ///
    /// Its key is [estimated](estimate_key). It has as many bars as it takes to the bar of the last onset: a network
    /// that is told how many bars are left strikes the last chord in the last of them, and there is nothing to be
    /// predicted while that chord is held.
    pub fn of_score(score: &Score, grid: Grid, style: Option<&str>) -> Frame {
        let mut frame = Frame {
            bars: score.bar_map(),
            ticks_per_quarter: score.ticks_per_quarter,
            grid,
            cuts: Cuts::default(),
            n_bars: None,
            key: estimate_key(score),
            style: style.map(str::to_owned),
            given: Arc::default(),
        };
        let mut onsets: Vec<u64> =
            score.pitched_notes().map(|note| grid.nearest(note.onset, score.ticks_per_quarter)).collect();
        onsets.sort_unstable();
        frame.n_bars = Some(1 + onsets.last().map_or(0, |&last| frame.place_in_score(last).bar));
        frame.cuts = Cuts::of(&onsets, grid.max_steps().into());
        frame
    }

    /// A frame of one meter, whose tick is ignored, as asked for in composing.
    ///
    /// Without a number of bars the piece may end anywhere.
    pub fn regular(meter: Meter, grid: Grid, n_bars: Option<u64>, key: Option<Scale>, style: Option<&str>) -> Frame {
        // Bars of every meter that a `Playback` can have are whole ticks: the shortest beat is a 256th note.
        let ticks_per_quarter = 64 * grid.steps_per_quarter();
        let score = Score { meters: vec![Meter { tick: 0, ..meter }], ..Score::new(ticks_per_quarter) };
        let style = style.map(str::to_owned);
        let (cuts, given) = (Cuts::default(), Arc::default());
        Frame { bars: score.bar_map(), ticks_per_quarter, grid, cuts, n_bars, key, style, given }
    }

    /// The same piece, of which some parts are given, as they are in `texture`; parts are counted from 0.
    ///
    /// # Panics
    ///
    /// If the texture has no such part.
    #[must_use]
    pub fn with_given(self, texture: &Texture, parts: &[usize]) -> Frame {
        Frame { given: Arc::new(Given::new(texture, parts)), ..self }
    }

    /// The same piece, of which another key is told, or none.
    #[must_use]
    pub fn with_key(self, key: Option<Scale>) -> Frame {
        Frame { key, ..self }
    }

    /// The parts that are given.
    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    /// The grid of its steps.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// How many bars the piece has, to the bar of its last onset; none if that is not told.
    pub fn n_bars(&self) -> Option<u64> {
        self.n_bars
    }

    /// The key; none if it is not told.
    pub fn key(&self) -> Option<Scale> {
        self.key
    }

    /// The style; none if it is not told.
    pub fn style(&self) -> Option<&str> {
        self.style.as_deref()
    }

    /// The bar of a step, counted from the start of the tokens, and the step in it.
    pub fn place(&self, step: u64) -> BarPlace {
        self.place_in_score(self.cuts.in_score(step))
    }

    /// The step at which a bar begins, where no silence before it was shortened.
    pub fn bar_start(&self, bar: u64) -> u64 {
        self.grid.nearest(self.bars.start(bar), self.ticks_per_quarter)
    }

    /// The meter of a bar; its tick means nothing.
    pub fn meter(&self, bar: u64) -> Meter {
        self.bars.meter(self.bars.start(bar))
    }

    /// Each meter with the length of its bars, in steps, rounded up, and how many there are up to the last onset.
    pub(super) fn meters(&self) -> impl Iterator<Item = (Meter, u64, u64)> {
        let n_bars = self.n_bars.unwrap_or(1);
        let firsts = || self.bars.meters().map(|meter| self.bars.bar_from(meter.tick));
        let ends = firsts().skip(1).chain([n_bars]);
        self.bars.meters().zip(firsts()).zip(ends).map(move |((meter, first), end)| {
            let steps =
                u128::from(meter.ticks_per_bar(self.ticks_per_quarter)) * u128::from(self.grid.steps_per_quarter());
            let steps = steps.div_ceil(u128::from(self.ticks_per_quarter.max(1)));
            (meter, u64::try_from(steps).unwrap_or(u64::MAX), end.min(n_bars).saturating_sub(first))
        })
    }

    /// The bar of a step of the score, before silences are shortened.
    fn place_in_score(&self, step: u64) -> BarPlace {
        let bar = self.bars.position(self.grid.last_tick(step, self.ticks_per_quarter)).bar;
        BarPlace { bar, step: step.saturating_sub(self.bar_start(bar)) }
    }
}
