use std::fmt;

use crate::Tempo;

/// How tokens are played: what they do not say themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Playback {
    /// Microseconds a quarter note lasts, 1 to [`Playback::MAX_US_PER_QUARTER`].
    pub us_per_quarter: u32,
    /// Beats in a bar, at least 1.
    pub beats: u8,
    /// The beat as a power of two, at most [`Playback::MAX_BEAT_LOG2`]: 2 is a quarter note, 3 an eighth.
    pub beat_log2: u8,
    /// The MIDI program that plays, 0 to 127.
    pub program: u8,
    /// How hard every note is struck, 1 to 127.
    pub velocity: u8,
}

impl Default for Playback {
    /// What the MIDI standard assumes of a file that says nothing: 120 quarter notes a minute, 4/4, a piano, velocity 64.
    fn default() -> Playback {
        Playback { us_per_quarter: Tempo::DEFAULT_US_PER_QUARTER, beats: 4, beat_log2: 2, program: 0, velocity: 64 }
    }
}

impl Playback {
    /// The slowest tempo a MIDI file can state: its tempo event has 24 bits.
    pub const MAX_US_PER_QUARTER: u32 = (1 << 24) - 1;

    /// The shortest beat: a 256th note.
    pub const MAX_BEAT_LOG2: u8 = 8;

    /// Checks that every value is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), PlaybackError> {
        let Playback { us_per_quarter, beats, beat_log2, program, velocity } = *self;
        let ranges = [
            ("tempo in microseconds per quarter note", us_per_quarter, 1, Playback::MAX_US_PER_QUARTER),
            ("number of beats in a bar", beats.into(), 1, u8::MAX.into()),
            ("power of two of the beat", beat_log2.into(), 0, Playback::MAX_BEAT_LOG2.into()),
            ("MIDI program", program.into(), 0, 127),
            ("velocity", velocity.into(), 1, 127),
        ];
        match ranges.into_iter().find(|&(_, value, least, most)| !(least..=most).contains(&value)) {
            Some((what, value, least, most)) => Err(PlaybackError { what, value, least, most }),
            None => Ok(()),
        }
    }
}

/// A value of a [`Playback`] that is out of its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybackError {
    /// Which value.
    pub what: &'static str,
    /// What it is.
    pub value: u32,
    /// The least it may be.
    pub least: u32,
    /// The most it may be.
    pub most: u32,
}

impl fmt::Display for PlaybackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PlaybackError { what, value, least, most } = self;
        write!(f, "the {what} is {value}; it must be {least} to {most}")
    }
}

impl std::error::Error for PlaybackError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_named() {
        assert_eq!(Playback::default().validate(), Ok(()));
        let message = |playback: Playback| playback.validate().unwrap_err().to_string();
        let default = Playback::default();
        assert_eq!(message(Playback { beats: 0, ..default }), "the number of beats in a bar is 0; it must be 1 to 255");
        assert_eq!(message(Playback { program: 128, ..default }), "the MIDI program is 128; it must be 0 to 127");
        assert_eq!(message(Playback { velocity: 0, ..default }), "the velocity is 0; it must be 1 to 127");
    }
}
