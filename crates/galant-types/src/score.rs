/// The MIDI channel of percussion, 10 where channels are counted from 1: its pitches are instruments, such as a snare drum.
pub const PERCUSSION_CHANNEL: u8 = 9;

/// A piece of music on a grid of ticks.
///
/// Notes are sorted by onset, then track, channel and pitch; changes by tick.
/// It has no place for controllers, pitch bend, pressure, system exclusive messages, lyrics, release velocities, or texts
/// other than remarks on the whole piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Resolution: how many ticks a quarter note lasts, at least 1.
    pub ticks_per_quarter: u16,
    /// The notes, sorted by onset.
    pub notes: Vec<Note>,
    /// Tempo changes; before the first one the tempo is [`Tempo::DEFAULT_US_PER_QUARTER`].
    pub tempos: Vec<Tempo>,
    /// Meter changes; before the first one the meter is [`Meter::DEFAULT`].
    pub meters: Vec<Meter>,
    /// Key changes.
    pub keys: Vec<KeySignature>,
    /// The parts, one for each track and channel that has a name, a program or notes.
    pub parts: Vec<Part>,
    /// Remarks on the whole piece: the text events at the beginning of a file's first track.
    pub texts: Vec<String>,
}

impl Score {
    /// An empty score of `ticks_per_quarter`.
    pub fn new(ticks_per_quarter: u16) -> Score {
        Score {
            ticks_per_quarter,
            notes: Vec::new(),
            tempos: Vec::new(),
            meters: Vec::new(),
            keys: Vec::new(),
            parts: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// The tick at which the last sounding note ends; 0 without notes.
    pub fn end(&self) -> u64 {
        self.notes.iter().map(Note::end).max().unwrap_or(0)
    }

    /// The notes that have a pitch: all but those of percussion.
    pub fn pitched_notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| !note.is_percussion())
    }

    /// How many notes are of percussion.
    pub fn n_percussion(&self) -> usize {
        self.notes.iter().filter(|note| note.is_percussion()).count()
    }
}

/// One note, ordered by onset, track, channel, pitch, length and velocity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// When it begins, in ticks from the start of the piece.
    pub onset: u64,
    /// The track it came from, from 0.
    pub track: u16,
    /// MIDI channel, 0 to 15.
    pub channel: u8,
    /// MIDI pitch, 0 to 127; 60 is middle C, 69 is A4 at 440 Hz.
    pub pitch: u8,
    /// How long it sounds, in ticks.
    pub length: u64,
    /// How hard it is struck, 1 to 127.
    pub velocity: u8,
}

impl Note {
    /// The tick at which the note ends.
    pub fn end(&self) -> u64 {
        self.onset.saturating_add(self.length)
    }

    /// Whether it is of percussion, by its [channel](PERCUSSION_CHANNEL).
    pub fn is_percussion(&self) -> bool {
        self.channel == PERCUSSION_CHANNEL
    }
}

/// A change of tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// When it takes effect, in ticks.
    pub tick: u64,
    /// Microseconds per quarter note.
    pub us_per_quarter: u32,
}

impl Tempo {
    /// 120 quarter notes per minute: what the MIDI standard assumes of a file that does not state a tempo.
    pub const DEFAULT_US_PER_QUARTER: u32 = 500_000;
}

/// A change of meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// When it takes effect, in ticks.
    pub tick: u64,
    /// Beats in a bar.
    pub numerator: u8,
    /// The beat as a power of two: 2 is a quarter note, 3 an eighth.
    pub denominator_log2: u8,
}

impl Meter {
    /// 4/4 from the beginning: what the MIDI standard assumes of a file that does not state a meter.
    pub const DEFAULT: Meter = Meter { tick: 0, numerator: 4, denominator_log2: 2 };

    /// How many ticks a bar lasts, rounded down to whole ticks but at least 1, so that bars pass.
    pub fn ticks_per_bar(&self, ticks_per_quarter: u16) -> u64 {
        let whole_notes = 4 * u64::from(ticks_per_quarter) * u64::from(self.numerator);
        whole_notes.checked_shr(u32::from(self.denominator_log2)).unwrap_or(0).max(1)
    }
}

/// A change of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySignature {
    /// When it takes effect, in ticks.
    pub tick: u64,
    /// Sharps if positive, flats if negative.
    pub sharps: i8,
    /// Whether the mode is minor.
    pub minor: bool,
}

/// One voice of the piece: a channel of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The track, from 0.
    pub track: u16,
    /// MIDI channel, 0 to 15.
    pub channel: u8,
    /// The track's name; empty if it has none.
    pub name: String,
    /// The first MIDI program chosen, 0 to 127; none if the file chooses none.
    pub program: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_ends_with_its_longest_note() {
        let note = |onset, length| Note { onset, length, pitch: 60, velocity: 64, channel: 0, track: 0 };
        let score = Score { notes: vec![note(0, 900), note(480, 100)], ..Score::new(480) };
        assert_eq!(score.end(), 900);
        assert_eq!(Score::new(480).end(), 0);
    }

    #[test]
    fn the_tenth_channel_is_percussion() {
        let note = |channel| Note { onset: 0, length: 1, pitch: 60, velocity: 64, channel, track: 0 };
        let score = Score { notes: (0..16).map(note).collect(), ..Score::new(480) };
        assert_eq!(score.n_percussion(), 1);
        let pitched: Vec<u8> = score.pitched_notes().map(|note| note.channel).collect();
        assert_eq!(pitched, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]);
    }
}
