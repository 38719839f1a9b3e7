//! The onsets of a piece, as they are compared.

use galant_types::Score;

/// The onsets of a piece: the pitches struck together, and the time from one onset to the next.
///
/// Times are rounded to twelfths of a quarter note, a half to the even one; notes of equal times are struck together.
/// Percussion has no pitches and does not count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Onsets {
    onsets: Vec<Onset>,
}

/// The pitches struck together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onset {
    /// When they are struck, in ticks: the first of them.
    pub tick: u64,
    /// The same in twelfths of a quarter note.
    pub twelfth: u64,
    /// The bar, counted from 1.
    pub bar: u64,
    /// MIDI pitches, each once, in ascending order; at least one.
    pub pitches: Vec<u8>,
}

/// Steps of a quarter note that times are rounded to.
const STEPS_PER_QUARTER: u128 = 12;

impl Onsets {
    /// The onsets of a score.
    pub fn of(score: &Score) -> Onsets {
        let bars = score.bar_map();
        let ticks_per_quarter = u128::from(score.ticks_per_quarter.max(1));
        let mut onsets: Vec<Onset> = Vec::new();
        for note in score.pitched_notes() {
            let twelfth = rounded(u128::from(note.onset) * STEPS_PER_QUARTER, ticks_per_quarter);
            match onsets.last_mut().filter(|last| last.twelfth == twelfth) {
                Some(last) => last.pitches.push(note.pitch),
                None => {
                    let bar = bars.position(note.onset).bar + 1;
                    onsets.push(Onset { tick: note.onset, twelfth, bar, pitches: vec![note.pitch] });
                }
            }
        }
        for onset in &mut onsets {
            onset.pitches.sort_unstable();
            onset.pitches.dedup();
        }
        Onsets { onsets }
    }

    /// In the order of time.
    pub fn list(&self) -> &[Onset] {
        &self.onsets
    }

    /// How many are compared: all but the last, after which no time is known.
    pub fn n_compared(&self) -> usize {
        self.onsets.len().saturating_sub(1)
    }

    /// What is compared of each onset but the last: its pitches above the lowest pitch of the onset before (of the first
    /// onset: above its own), and the time to the next onset, in twelfths of a quarter note.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = Symbol> {
        let mut before = None;
        self.onsets.windows(2).map(move |pair| {
            let lowest = pair[0].pitches[0];
            let base = before.replace(lowest).unwrap_or(lowest);
            // A difference of two pitches fits, and wrapping it into a byte keeps different ones apart.
            let chord = pair[0].pitches.iter().map(|pitch| pitch.wrapping_sub(base)).collect();
            Symbol { chord, time: pair[1].twelfth - pair[0].twelfth }
        })
    }
}

/// An onset as it is compared, the same in every key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Semitones above the lowest pitch of the onset before, from −127 to 127, modulo 256.
    pub(crate) chord: Box<[u8]>,
    /// To the next onset, in twelfths of a quarter note.
    pub(crate) time: u64,
}

/// The quotient of two numbers, rounded to the nearest, a half to the even one.
fn rounded(dividend: u128, divisor: u128) -> u64 {
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let is_up = match (2 * rest).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    u64::try_from(whole + u128::from(is_up)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use galant_types::{Note, PERCUSSION_CHANNEL};

    use super::*;

    fn score(notes: &[(u64, u8)]) -> Score {
        let note = |&(onset, pitch)| Note { onset, length: 1, pitch, velocity: 64, channel: 0, track: 0 };
        Score { notes: notes.iter().map(note).collect(), ..Score::new(24) }
    }

    #[test]
    fn notes_of_one_twelfth_are_struck_together_and_a_half_goes_to_the_even_one() {
        // Ticks are half twelfths.
        let onsets = Onsets::of(&score(&[(0, 60), (1, 64), (2, 55), (3, 67), (4, 48), (4, 48), (100, 30)]));
        let found: Vec<_> =
            onsets.list().iter().map(|onset| (onset.twelfth, onset.bar, onset.pitches.clone())).collect();
        assert_eq!(found, [(0, 1, vec![60, 64]), (1, 1, vec![55]), (2, 1, vec![48, 67]), (50, 2, vec![30])]);
        let symbols: Vec<_> = onsets.symbols().map(|symbol| (symbol.chord.to_vec(), symbol.time)).collect();
        assert_eq!(symbols, [(vec![0, 4], 1), (vec![251], 1), (vec![249, 12], 48)]);
        assert_eq!(onsets.n_compared(), 3);
    }

    #[test]
    fn percussion_and_nothing_have_no_onsets() {
        let mut drums = score(&[(0, 60), (24, 62)]);
        drums.notes.iter_mut().for_each(|note| note.channel = PERCUSSION_CHANNEL);
        assert_eq!(Onsets::of(&drums), Onsets::default());
        assert_eq!((Onsets::default().n_compared(), Onsets::default().symbols().count()), (0, 0));
        assert_eq!(Onsets::of(&score(&[(5, 60)])).n_compared(), 0);
    }
}
