//! Values of options as people write them.

use std::str::FromStr;

use clap::ValueEnum;
use galant_kernels::{Level, level};
use galant_midi::{PROGRAM_NAMES, program_named};
use galant_types::{ParseScaleError, Playback, parse_pitch, parse_pitch_class};

use crate::suggest::{did_you_mean, near};

/// What a network computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    /// The fastest instructions of this CPU
    Best,
    /// Instructions that every CPU has: the same notes everywhere, also in a browser
    Scalar,
}

impl LevelArg {
    /// The level of the kernels.
    pub(crate) fn level(self) -> Level {
        match self {
            LevelArg::Best => level(),
            LevelArg::Scalar => Level::Scalar,
        }
    }
}

/// The pitch classes of a list of notes, a bit each from C.
pub(super) fn pitch_classes(notes: &str) -> Result<u16, ParseScaleError> {
    notes.split(',').try_fold(0, |classes, note| Ok(classes | 1 << parse_pitch_class(note.trim())?))
}

/// Lengths of repetitions; none if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoopLengths(pub(super) Vec<usize>);

impl FromStr for LoopLengths {
    type Err = String;

    fn from_str(text: &str) -> Result<LoopLengths, String> {
        if text == "none" {
            return Ok(LoopLengths(Vec::new()));
        }
        let length = |part: &str| part.parse().map_err(|_| format!("'{part}' is not a length; give 2,3,4 or none"));
        Ok(LoopLengths(text.split(',').map(length).collect::<Result<_, _>>()?))
    }
}

/// A meter: beats in a bar, and the beat as a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeterArg {
    pub(super) beats: u8,
    pub(super) beat_log2: u8,
}

impl FromStr for MeterArg {
    type Err = String;

    fn from_str(text: &str) -> Result<MeterArg, String> {
        let numbers = text.split_once('/').and_then(|(beats, beat)| Some((beats.parse().ok()?, beat.parse().ok()?)));
        match numbers {
            Some((beats, beat)) if beats > 0 && u16::is_power_of_two(beat) && beat <= 1 << Playback::MAX_BEAT_LOG2 => {
                Ok(MeterArg { beats, beat_log2: beat.ilog2() as u8 })
            }
            _ => Err("give 1 to 255 beats and a power of two up to 256, such as 3/4 or 6/8".to_owned()),
        }
    }
}

/// MIDI pitches from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PitchRange(pub(super) u8, pub(super) u8);

impl FromStr for PitchRange {
    type Err = String;

    fn from_str(text: &str) -> Result<PitchRange, String> {
        // The octave -1 has a hyphen of its own.
        let mut ends = text.match_indices('-').map(|(index, _)| (&text[..index], &text[index + 1..]));
        let range = ends.find_map(|(low, high)| Some((parse_pitch(low).ok()?, parse_pitch(high).ok()?)));
        match range {
            Some((low, high)) if low <= high => Ok(PitchRange(low, high)),
            _ => Err("give two pitches, the lower first, such as C3-C6 or 48-84".to_owned()),
        }
    }
}

/// Reads a MIDI program from its number or the name of its instrument.
pub(super) fn program(text: &str) -> Result<u8, String> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.') {
        let number = text.parse().ok().filter(|&number: &u8| number < 128);
        return number.ok_or_else(|| "give a MIDI program from 0 to 127, or an instrument such as violin".to_owned());
    }
    program_named(text).ok_or_else(|| {
        let words = PROGRAM_NAMES.iter().flat_map(|name| name.split(' ').chain([*name]));
        let near = did_you_mean(&near(text, words.filter(|word| word.len() > 3)));
        let else_give = if near.is_empty() { "; give one of General MIDI, such as violin, or its number" } else { "" };
        format!("there is no such instrument{near}{else_give}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_pitches_is_of_notes_or_numbers() {
        let range = |text: &str| text.parse::<PitchRange>().ok().map(|PitchRange(low, high)| (low, high));
        assert_eq!(
            ["C3-C6", "48-84", "Bb2-84", "C-1-G9"].map(range),
            [Some((48, 84)), Some((48, 84)), Some((46, 84)), Some((0, 127))]
        );
        assert_eq!(["C6-C3", "C3", "C3-", "-C3", "", "48-200", "H3-C4"].map(range), [None; 7]);
    }

    #[test]
    fn an_instrument_has_a_number_or_a_name() {
        assert_eq!(["0", "127", "violin", "church organ"].map(program), [Ok(0), Ok(127), Ok(40), Ok(19)]);
        for wrong in ["128", "-1", "1.5", ""] {
            assert!(program(wrong).is_err(), "{wrong}");
        }
        assert_eq!(program("voilin").unwrap_err(), "there is no such instrument; did you mean violin?");
        let said = "there is no such instrument; give one of General MIDI, such as violin, or its number";
        assert_eq!(program("xyzzyx").unwrap_err(), said);
    }
}
