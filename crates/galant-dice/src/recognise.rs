//! From scores back to bars and throws.
//!
//! Compared are onset, pitch and length of every note, in sixteenths from the score's first note, where a waltz begins.
//! Hands are not: no two bars of the print differ in them alone.
//! Track, channel, velocity, program, tempo, meter and key are not compared either, so that a waltz is known whatever
//! plays it. A note that stands twice, with equal onset, pitch and length, counts once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use galant_types::Score;

use crate::repeats::Repeats;
use crate::tables::{BarNumber, MIN_SUM, N_POSITIONS, SIXTEENTHS_PER_BAR, tables};
use crate::throws::Throws;

/// A waltz that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// How it is played, as its length tells.
    pub repeats: Repeats,
    /// For each position all sums that give what is played, in ascending order: several where bars are equal.
    pub sums: [Vec<u8>; 16],
}

impl Recognised {
    /// The lowest throws of all that make the waltz, as [`Throws::lowest`] of each of them.
    pub fn lowest(&self) -> Throws {
        let lowest = self.sums.each_ref().map(|sums| sums.first().copied().unwrap_or(MIN_SUM));
        Throws::new(lowest).expect("a recognised waltz has sums of two dice at each position")
    }
}

/// Why a score is not one waltz of the game. Bars count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecogniseError {
    /// It lasts too short or too long.
    #[error("the piece lasts {n_bars} bars of 3/8; a waltz has 16, or 24 with its first part repeated")]
    Length {
        /// How many bars of 3/8 were begun.
        n_bars: u64,
    },
    /// A bar is none of those that the tables allow there.
    #[error("bar {bar}: none of the bars that the dice can choose for position {position} has these notes and lengths")]
    Bar {
        /// Which bar of the score.
        bar: u64,
        /// Its position in the waltz.
        position: usize,
    },
    /// The second playing of the first part is of other throws than the first.
    #[error("bar {bar}: the repeat of position {position} differs from its first playing in bar {position}")]
    Repeat {
        /// Which bar of the score.
        bar: u64,
        /// Its position in the waltz.
        position: usize,
    },
}

/// Recognises a waltz of sixteen bars, or of twenty-four with its first part repeated.
///
/// # Errors
///
/// If the score is not a waltz that [`score`](crate::score) can make.
pub fn recognise(score: &Score) -> Result<Recognised, RecogniseError> {
    let bars = Bars::cut(score);
    let repeats = [Repeats::Straight, Repeats::WithRepeats]
        .into_iter()
        .find(|repeats| repeats.n_bars() as u64 == bars.n_bars)
        .ok_or(RecogniseError::Length { n_bars: bars.n_bars })?;
    bars.waltz(0, repeats)
}

/// How much of a piece is music of the game.
///
/// Counts, to be added up over pieces; a share is a count divided by the one that its documentation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiceReport {
    /// Bars of 3/8 that were begun.
    pub n_bars: u64,
    /// Of all bars those that stand in the print, at any position.
    pub n_bars_of_game: u64,
    /// Of all bars those that the dice can choose for the position where they stand.
    pub n_bars_in_place: u64,
    /// Waltzes that were begun, complete or not.
    pub n_waltzes: u64,
    /// Of all waltzes those that are complete and legal: some throws make them.
    pub n_legal: u64,
    /// Of the legal waltzes those that are none of the known ones.
    pub n_new: u64,
}

impl DiceReport {
    /// Adds the counts of another piece.
    pub fn add(&mut self, other: DiceReport) {
        let DiceReport { n_bars, n_bars_of_game, n_bars_in_place, n_waltzes, n_legal, n_new } = other;
        self.n_bars += n_bars;
        self.n_bars_of_game += n_bars_of_game;
        self.n_bars_in_place += n_bars_in_place;
        self.n_waltzes += n_waltzes;
        self.n_legal += n_legal;
        self.n_new += n_new;
    }
}

/// Judges a piece bar by bar and waltz by waltz.
///
/// The bars are cut from the first note on, where a waltz begins; the next one begins where it ends.
/// A note that lasts beyond its bar makes the bar where it begins none of the game.
pub fn judge(score: &Score, repeats: Repeats, known: &KnownWaltzes) -> DiceReport {
    let bars = Bars::cut(score);
    let n_bars = repeats.n_bars() as u64;
    let choices: Vec<_> = repeats.choices().collect();
    let in_place = |(index, equal): (&u64, &&[BarNumber])| {
        let choices = &choices[(index % n_bars) as usize];
        equal.iter().any(|bar| choices.contains(bar))
    };
    let begun: BTreeSet<u64> = bars.of_game.keys().map(|index| index / n_bars).collect();
    let legal = begun.into_iter().filter_map(|waltz| bars.waltz(waltz * n_bars, repeats).ok());
    let legal: Vec<Throws> = legal.map(|recognised| recognised.lowest()).collect();
    DiceReport {
        n_bars: bars.n_bars,
        n_bars_of_game: bars.of_game.len() as u64,
        n_bars_in_place: bars.of_game.iter().filter(|&bar| in_place(bar)).count() as u64,
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
    /// The bars that stand in the print, by their index from 0, each with all bars of the print that are equal to it.
    ///
    /// A map, because two notes may be as far from each other as ticks can count.
    of_game: BTreeMap<u64, &'static [BarNumber]>,
}

impl Bars {
    fn cut(score: &Score) -> Bars {
        let Some(first) = score.notes.iter().map(|note| note.onset).min() else {
            return Bars { n_bars: 0, of_game: BTreeMap::new() };
        };
        // In quarters of a tick; 128 bits, as a tick may be any number of 64.
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
        Bars { n_bars, of_game: contents.into_iter().filter_map(equal).collect() }
    }

    /// The waltz that begins with bar `first`.
    fn waltz(&self, first: u64, repeats: Repeats) -> Result<Recognised, RecogniseError> {
        let mut sums: [Vec<u8>; N_POSITIONS] = Default::default();
        for ((index, position), choices) in (first..).zip(repeats.positions()).zip(repeats.choices()) {
            let bar = index + 1;
            let equal = self.of_game.get(&index).copied().unwrap_or_default();
            let choices = (MIN_SUM..).zip(choices).filter(|(_, choice)| equal.contains(choice));
            let of_bar: Vec<u8> = choices.map(|(sum, _)| sum).collect();
            if of_bar.is_empty() {
                return Err(RecogniseError::Bar { bar, position });
            }
            let of_position = &mut sums[position - 1];
            if of_position.is_empty() {
                *of_position = of_bar;
            } else if *of_position != of_bar {
                return Err(RecogniseError::Repeat { bar, position });
            }
        }
        Ok(Recognised { repeats, sums })
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
