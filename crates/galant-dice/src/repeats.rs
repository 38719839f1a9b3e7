//! Which bars are played, and how often.

use crate::tables::{BarNumber, MIN_SUM, N_POSITIONS, N_SUMS, tables};
use crate::throws::Throws;

/// How a waltz is played from the print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repeats {
    /// Each position once, position 8 with its second ending: sixteen bars.
    Straight,
    /// As printed: the first part with its first ending, again with its second ending, and the second part, which the
    /// print does not repeat: twenty-four bars.
    WithRepeats,
}

impl Repeats {
    /// How many bars are played.
    pub fn n_bars(self) -> usize {
        match self {
            Repeats::Straight => N_POSITIONS,
            Repeats::WithRepeats => N_POSITIONS + LAST_OF_FIRST_PART,
        }
    }

    /// The position, 1 to 16, of each bar that is played.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        let first_playing = match self {
            Repeats::Straight => 0,
            Repeats::WithRepeats => LAST_OF_FIRST_PART,
        };
        (1..=first_playing).chain(1..=N_POSITIONS)
    }

    /// For each bar that is played, the bars that the sums 2 to 12 choose.
    pub(crate) fn choices(self) -> impl Iterator<Item = [BarNumber; N_SUMS]> {
        let turn = self.n_bars() - N_POSITIONS;
        self.positions().enumerate().map(move |(index, position)| {
            let leads_on = position == LAST_OF_FIRST_PART && index >= turn;
            if leads_on { [BarNumber::SECOND_ENDING; N_SUMS] } else { *tables().column(position) }
        })
    }
}

/// The bars that the number tables give for the throws.
pub fn bars(throws: &Throws) -> [BarNumber; 16] {
    let sums = throws.sums();
    std::array::from_fn(|index| tables().column(index + 1)[usize::from(sums[index] - MIN_SUM)])
}

/// The bars as they are played.
///
/// The first ending of the first part leads back to its repeat, the second ending to the second part.
pub fn played_bars(throws: &Throws, repeats: Repeats) -> Vec<BarNumber> {
    let sums = throws.sums();
    let chosen = |(choices, position): ([BarNumber; N_SUMS], usize)| choices[usize::from(sums[position - 1] - MIN_SUM)];
    repeats.choices().zip(repeats.positions()).map(chosen).collect()
}

/// The waltz has two parts of eight bars.
pub(crate) const LAST_OF_FIRST_PART: usize = N_POSITIONS / 2;
