//! From scores back to bars and throws.
//!
//! The onset, pitch and length of every note are compared, in sixteenths from the score's first note, where a waltz begins.
//! Hands are not compared: no two bars of the print differ only in them.
//! Track, channel, velocity, program, tempo, meter and key are not compared either, so that a waltz is recognized whatever
//! plays it. Notes of equal onset, pitch and length count as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use galant_types::Score;

use crate::repeats::Repeats;
use crate::tables::{BarNumber, MIN_SUM, N_POSITIONS, SIXTEENTHS_PER_BAR, tables};
use crate::throws::Throws;

/// A waltz that was recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognizedWaltz {
    /// How it is played, according to its length.
    pub repeats: Repeats,
    /// For each position all sums that give what is played, in ascending order: several where bars are equal.
    pub sums: [Vec<u8>; 16],
}

impl RecognizedWaltz {
    /// The lowest throws that make the waltz: [`Throws::lowest`] of any that do.
    pub fn lowest(&self) -> Throws {
        let lowest = self.sums.each_ref().map(|sums| sums.first().copied().unwrap_or(MIN_SUM));
        Throws::new(lowest).expect("a recognized waltz has sums of two dice at each position")
    }
}

/// Why a score is not one waltz of the game. Bars count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecognizeError {
    /// It is too short or too long.
    #[error("the piece lasts {n_bars} bars of 3/8; a waltz has 16, or 24 with its first part repeated")]
    Length {
        /// How many bars of 3/8 it has, counting an incomplete one.
        n_bars: u64,
    },
    /// A bar is not one that the tables allow at its position.
    #[error("bar {bar}: none of the bars that the dice can choose for position {position} has these notes and lengths")]
    Bar {
        /// Which bar of the score.
        bar: u64,
        /// Its position in the waltz.
        position: usize,
    },
    /// The second playing of the first part comes from other throws than the first.
    #[error("bar {bar}: the repeat of position {position} differs from its first playing in bar {position}")]
    Repeat {
        /// Which bar of the score.
        bar: u64,
        /// Its position in the waltz.
        position: usize,
    },
}

/// Recognizes a waltz of sixteen bars, or of twenty-four with its first part repeated.
///
/// # Errors
///
/// If the score is not a waltz that [`score`](crate::score()) can make.
pub fn recognize(score: &Score) -> Result<RecognizedWaltz, RecognizeError> {
    let bars = Bars::cut(score);
    let repeats = [Repeats::Straight, Repeats::WithRepeats]
        .into_iter()
        .find(|repeats| repeats.n_bars() as u64 == bars.n_bars)
        .ok_or(RecognizeError::Length { n_bars: bars.n_bars })?;
    bars.waltz(0, repeats)
}

/// How much of a piece is music of the dice game.
///
/// These are counts, to be added up over pieces; a share is a count divided by the one that its documentation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiceReport {
    /// Bars of 3/8, counting an incomplete one.
    pub n_bars: u64,
    /// Of all bars, those that are in the print, at any position.
    pub n_bars_in_print: u64,
    /// Of all bars, those that the dice can choose for their position.
    pub n_bars_in_place: u64,
    /// Waltzes, complete or not.
    pub n_waltzes: u64,
    /// Of all waltzes, those that are complete and legal: some throws make them.
    pub n_legal: u64,
    /// Of the legal waltzes, those that are not among the known ones.
    pub n_new: u64,
}

impl DiceReport {
    /// Adds the counts of another piece.
    pub fn add(&mut self, other: DiceReport) {
        let DiceReport { n_bars, n_bars_in_print, n_bars_in_place, n_waltzes, n_legal, n_new } = other;
        self.n_bars += n_bars;
        self.n_bars_in_print += n_bars_in_print;
        self.n_bars_in_place += n_bars_in_place;
        self.n_waltzes += n_waltzes;
        self.n_legal += n_legal;
        self.n_new += n_new;
    }
}

/// Counts the bars and waltzes of a piece that the dice game can produce.
///
/// The first waltz begins with the first note, and each of the others where the one before it ends.
/// A bar is not in the print if one of its notes lasts beyond its end.
pub fn dice_report(score: &Score, repeats: Repeats, known: &KnownWaltzes) -> DiceReport {
    let bars = Bars::cut(score);
    let n_bars = repeats.n_bars() as u64;
    let choices: Vec<_> = repeats.choices().collect();
    let in_place = |(index, equal): (&u64, &&[BarNumber])| {
        let choices = &choices[(index % n_bars) as usize];
        equal.iter().any(|bar| choices.contains(bar))
    };
    let begun: BTreeSet<u64> = bars.in_print.keys().map(|index| index / n_bars).collect();
    let legal = begun.into_iter().filter_map(|waltz| bars.waltz(waltz * n_bars, repeats).ok());
    let legal: Vec<Throws> = legal.map(|recognized| recognized.lowest()).collect();
    DiceReport {
        n_bars: bars.n_bars,
        n_bars_in_print: bars.in_print.len() as u64,
        n_bars_in_place: bars.in_print.iter().filter(|&bar| in_place(bar)).count() as u64,
        n_waltzes: bars.n_bars.div_ceil(n_bars),
        n_legal: legal.len() as u64,
        n_new: legal.iter().filter(|throws| !known.contains(throws)).count() as u64,
    }
}

/// A set of waltzes, such as those of a corpus; two that sound the same are one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownWaltzes(BTreeSet<Throws>);

impl KnownWaltzes {
    /// Whether a waltz that sounds like this is among them.
    pub fn contains(&self, throws: &Throws) -> bool {
        self.0.contains(&throws.lowest())
    }
}

impl FromIterator<Throws> for KnownWaltzes {
    fn from_iter<T: IntoIterator<Item = Throws>>(waltzes: T) -> KnownWaltzes {
        KnownWaltzes(waltzes.into_iter().map(|throws| throws.lowest()).collect())
    }
}

/// A score cut into bars of 3/8.
struct Bars {
    /// Up to the last one where a note begins.
    n_bars: u64,
    /// The bars that are in the print, by their index from 0, each with all bars of the print that are equal to it.
    ///
    /// It is a map because two notes may be as far apart as ticks can count.
    in_print: BTreeMap<u64, &'static [BarNumber]>,
}

impl Bars {
    fn cut(score: &Score) -> Bars {
        let Some(first) = score.notes.iter().map(|note| note.onset).min() else {
            return Bars { n_bars: 0, in_print: BTreeMap::new() };
        };
        // In quarters of a tick; 128 bits, because a tick may be any number of 64 bits.
        let sixteenth = u128::from(score.ticks_per_quarter.max(1));
        let bar = sixteenth * u128::from(SIXTEENTHS_PER_BAR);
        let quarters_of_tick = |ticks: u64| u128::from(ticks) * 4;
        let mut contents: BTreeMap<u64, Option<Content>> = BTreeMap::new();
        for note in &score.notes {
            let onset = quarters_of_tick(note.onset - first);
            let index = u64::try_from(onset / bar).unwrap_or(u64::MAX);
            let sixteenths =
                |time: u128| u8::try_from(time / sixteenth).ok().filter(|_| time.is_multiple_of(sixteenth));
            let times = sixteenths(onset % bar).zip(sixteenths(quarters_of_tick(note.length)));
            let content = contents.entry(index).or_insert_with(|| Some(Content::new()));
            match (times, content) {
                (Some((onset_16, length_16)), Some(content)) => _ = content.insert((onset_16, note.pitch, length_16)),
                // Off the grid or longer than any bar.
                (_, content) => *content = None,
            }
        }
        let n_bars = contents.last_key_value().map_or(0, |(index, _)| index.saturating_add(1));
        let equal = |(index, content): (u64, Option<Content>)| Some((index, PRINT.get(&content?)?.as_slice()));
        Bars { n_bars, in_print: contents.into_iter().filter_map(equal).collect() }
    }

    /// The waltz that begins with bar `first`.
    fn waltz(&self, first: u64, repeats: Repeats) -> Result<RecognizedWaltz, RecognizeError> {
        let mut sums: [Vec<u8>; N_POSITIONS] = Default::default();
        for ((index, position), choices) in (first..).zip(repeats.positions()).zip(repeats.choices()) {
            let bar = index + 1;
            let equal = self.in_print.get(&index).copied().unwrap_or_default();
            let choices = (MIN_SUM..).zip(choices).filter(|(_, choice)| equal.contains(choice));
            let of_bar: Vec<u8> = choices.map(|(sum, _)| sum).collect();
            if of_bar.is_empty() {
                return Err(RecognizeError::Bar { bar, position });
            }
            let of_position = &mut sums[position - 1];
            if of_position.is_empty() {
                *of_position = of_bar;
            } else if *of_position != of_bar {
                return Err(RecognizeError::Repeat { bar, position });
            }
        }
        Ok(RecognizedWaltz { repeats, sums })
    }
}

/// What is compared of a bar: onset in sixteenths, pitch, and length in sixteenths, of each note.
type Content = BTreeSet<(u8, u8, u8)>;

/// The different bars of the print, each with the numbers of those that are equal.
static PRINT: LazyLock<BTreeMap<Content, Vec<BarNumber>>> = LazyLock::new(|| {
    let mut print: BTreeMap<Content, Vec<BarNumber>> = BTreeMap::new();
    for bar in (1..=u8::MAX).map_while(BarNumber::new) {
        let content = tables().notes(bar).iter().map(|note| (note.onset_16, note.pitch, note.length_16)).collect();
        print.entry(content).or_default().push(bar);
    }
    print
});
