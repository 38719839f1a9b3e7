//! Waltzes of Mozart's musical dice game as a corpus.
//!
//! A piece of this corpus is a medley of [`WALTZES_PER_MEDLEY`] waltzes: a training window then sees all of a waltz and
//! the turn to the next, and the end of each piece can be held out.

use std::num::NonZeroU8;

use galant_checkpoint::Source;
use galant_dice::{BarNote, Hand, Repeats, Throws, chord_tokens, medley, medleys, played_bars, tables};
use galant_tokens::{Token, Tokenizer, VoiceToken};
use galant_types::{Chord, Note, Score, Seed};

use crate::piece::Piece;

/// How many waltzes a piece of the corpus has.
pub const WALTZES_PER_MEDLEY: usize = 40;

/// Which waltzes the corpus consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiceGame {
    /// How many waltzes, all different.
    pub n_waltzes: usize,
    /// Whether the first part of each is repeated.
    pub repeats: Repeats,
}

impl Default for DiceGame {
    /// 1,600 waltzes without repeats, which a small network learns in a minute.
    fn default() -> DiceGame {
        DiceGame { n_waltzes: 1600, repeats: Repeats::Straight }
    }
}

impl DiceGame {
    /// Rolls the waltzes, by medleys; the last medley has fewer if the number of waltzes is no multiple.
    pub fn roll(self, seed: Seed) -> Vec<Vec<Throws>> {
        let mut rolled = medleys(seed, self.n_waltzes.div_ceil(WALTZES_PER_MEDLEY), WALTZES_PER_MEDLEY);
        let n_in_last = self.n_waltzes % WALTZES_PER_MEDLEY;
        if let Some(last) = rolled.last_mut().filter(|_| n_in_last > 0) {
            last.truncate(n_in_last);
        }
        rolled
    }

    /// The pieces of the corpus.
    pub fn pieces(self, seed: Seed) -> impl Iterator<Item = Piece> {
        (1..).zip(self.roll(seed)).map(move |(number, throws)| piece(number, &throws, self.repeats))
    }
}

/// Medley number `number` of the corpus, from 1.
pub fn piece(number: u32, throws: &[Throws], repeats: Repeats) -> Piece {
    let score = medley(throws, repeats);
    let bytes = galant_midi::encode(&score).expect("the notes of the dice game have a MIDI form");
    let source = Source::DiceGame { with_repeats: repeats == Repeats::WithRepeats };
    Piece::new(&format!("waltzes {number}"), source, &bytes, score)
}

/// The tokens of a bar of the dice game that another bar follows.
///
/// Every bar of the print begins with an onset, so that the time after the last one ends at the bar line, and no note
/// sounds across it: the tokens of a bar do not depend on the next bar.
pub fn bar_tokens(tokenizer: Tokenizer, bar: &[BarNote]) -> Vec<Token> {
    if let Tokenizer::Chords(chords) = tokenizer {
        let n_kept = chords.top.map_or(usize::MAX, |top| top.get());
        return chord_tokens(bar).iter().map(|chord| Token::Chord(highest(chord, n_kept))).collect();
    }
    let note = |onset: u8, length: u8, pitch, part: u8| Note {
        onset: onset.into(),
        length: length.into(),
        pitch,
        velocity: 1,
        channel: part,
        track: part.into(),
    };
    let of_bar = |bar: &BarNote| note(bar.onset_16, bar.length_16, bar.pitch, u8::from(bar.hand == Hand::Bass));
    let mut notes: Vec<Note> = bar.iter().map(of_bar).collect();
    // A stand-in for the next bar, of voices in both hands.
    let n_of_next = match tokenizer {
        Tokenizer::Chords(_) | Tokenizer::Rhythm(_) => 1,
        Tokenizer::Notes(_) => 2,
        Tokenizer::Voices(_) => {
            notes.push(note(SIXTEENTHS_PER_BAR, 1, 127, 0));
            2
        }
    };
    notes.push(note(SIXTEENTHS_PER_BAR, 1, 0, 1));
    notes.sort();
    let mut tokens = tokenizer.encode(&Score { notes, ..Score::new(4) }).tokens;
    tokens.truncate(tokens.len() - n_of_next);
    // Voices begin once, not in each bar.
    tokens.retain(|token| !matches!(token, Token::Voice(VoiceToken::Begin(_))));
    tokens
}

/// The tokens of a waltz, or of its first `n_bars`, that another bar follows.
pub fn waltz_tokens(tokenizer: Tokenizer, throws: &Throws, repeats: Repeats, n_bars: Option<usize>) -> Vec<Token> {
    let bars = played_bars(throws, repeats).into_iter().take(n_bars.unwrap_or(usize::MAX));
    let begin = matches!(tokenizer, Tokenizer::Voices(_)).then_some(Token::Voice(VoiceToken::Begin(N_HANDS)));
    begin.into_iter().chain(bars.flat_map(|bar| bar_tokens(tokenizer, tables().notes(bar)))).collect()
}

/// In voices each hand is a part.
const N_HANDS: NonZeroU8 = NonZeroU8::new(2).expect("2 is not 0");

/// Three eighths.
const SIXTEENTHS_PER_BAR: u8 = 6;

fn highest(chord: &Chord, n_kept: usize) -> Chord {
    let pitches = chord.pitches();
    let n_dropped = pitches.len().saturating_sub(n_kept);
    Chord::new(pitches[n_dropped..].to_vec()).expect("the highest notes of a chord are a chord")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use galant_tokens::{ChordRules, ChordTokenizer, Grid, GridTokenizer, VoicesTokenizer};

    use super::*;

    fn tokenizers() -> Vec<Tokenizer> {
        let grid = Grid::default();
        let with = |top| {
            [
                Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top }),
                Tokenizer::Rhythm(GridTokenizer { grid, top }),
                Tokenizer::Notes(GridTokenizer { grid, top }),
            ]
        };
        let voices = Tokenizer::Voices(VoicesTokenizer::default());
        [&with(None)[..], &with(NonZeroUsize::new(1)), &[voices]].concat()
    }

    #[test]
    fn the_tokens_of_a_medley_are_those_of_its_bars() {
        for tokenizer in tokenizers() {
            let repeats = [Repeats::Straight, Repeats::WithRepeats].into_iter().cycle();
            for (throws, repeats) in medleys(Seed(3), 4, 40).into_iter().zip(repeats) {
                let mut tokens = tokenizer.encode(&medley(&throws, repeats)).tokens;
                let bars = throws.iter().flat_map(|throws| played_bars(throws, repeats));
                let mut expected: Vec<Token> =
                    bars.flat_map(|bar| bar_tokens(tokenizer, tables().notes(bar))).collect();
                // Nothing follows the last bar: its last time is that of its last note, or left out.
                match tokenizer {
                    Tokenizer::Notes(_) => expected.truncate(tokens.len()),
                    Tokenizer::Rhythm(_) => {
                        assert_eq!(tokens.pop().unwrap().pitches(), expected.pop().unwrap().pitches());
                    }
                    Tokenizer::Voices(_) => {
                        expected.truncate(tokens.len() - 1);
                        expected.insert(0, tokens[0].clone());
                    }
                    Tokenizer::Chords(_) => {}
                }
                assert!(tokens == expected, "{tokenizer:?}");
            }
        }
    }

    #[test]
    fn as_many_waltzes_are_rolled_as_asked_for() {
        let rolled = |n_waltzes| DiceGame { n_waltzes, ..DiceGame::default() }.roll(Seed(1));
        assert_eq!(rolled(100).iter().map(Vec::len).collect::<Vec<_>>(), [40, 40, 20]);
        assert_eq!(rolled(80), rolled(100)[..2]);
        assert_eq!(rolled(1), [rolled(40)[0][..1].to_vec()]);
    }
}
