//! Which channels play percussion: 10, and those that a file makes so in the ways of GS, XG and General MIDI 2.
//!
//! Sources: Roland, SC-88 Owner's Manual, "Use for rhythm part" (40 1x 15); Yamaha, XG Specifications 1.26, bank select and
//! "Part mode" (08 nn 07); MIDI Association, General MIDI 2, bank select.

use galant_types::PERCUSSION_CHANNEL;

use crate::read_rules::ReadRules;

/// The controller that selects a bank, by its upper seven bits.
const BANK_SELECT: u8 = 0;

/// The standard by which a bank is understood; one that no message names has no banks of drums.
///
/// In GS bank 127 is that of an older synthesizer, with pitched instruments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Banks {
    Pitched,
    Xg,
    GeneralMidi2,
}

impl Banks {
    fn has_drums(self, bank: u8) -> bool {
        match self {
            Banks::Pitched => false,
            Banks::Xg => matches!(bank, 126 | 127),
            Banks::GeneralMidi2 => bank == 120,
        }
    }
}

/// What the channels play.
#[derive(Debug)]
pub(crate) struct Drums {
    rules: ReadRules,
    banks: Banks,
    /// The bank that each channel has selected, for its next program.
    bank: [u8; 16],
    plays_drums: [bool; 16],
    is_said: bool,
}

impl Drums {
    /// Channel 10 alone, which it stays if the lecture reads.
    pub(crate) fn new(rules: ReadRules) -> Drums {
        Drums { rules, banks: Banks::Pitched, bank: [0; 16], plays_drums: [false; 16], is_said: false }
    }

    /// The channel that a message on `channel` is about: that of percussion if it plays drums.
    #[inline]
    pub(crate) fn channel(&self, channel: u8) -> u8 {
        if self.plays_drums[usize::from(channel)] { PERCUSSION_CHANNEL } else { channel }
    }

    /// Whether nobody asked before.
    pub(crate) fn is_first(&mut self) -> bool {
        !std::mem::replace(&mut self.is_said, true)
    }

    /// Follows a change of controller.
    pub(crate) fn control(&mut self, channel: u8, controller: u8, value: u8) {
        if controller == BANK_SELECT {
            self.bank[usize::from(channel)] = value;
        }
    }

    /// Follows a change of program, which chooses from the bank that was selected.
    pub(crate) fn program(&mut self, channel: u8) {
        if self.banks != Banks::Pitched {
            let has_drums = self.banks.has_drums(self.bank[usize::from(channel)]);
            self.set(channel, has_drums);
        }
    }

    /// Follows a system exclusive message, the bytes after its 0xf0.
    pub(crate) fn exclusive(&mut self, message: &[u8]) {
        match *message {
            [0x7e, _, 0x09, 0x03, ..] => self.banks = Banks::GeneralMidi2,
            [0x7e, _, 0x09, 0x01, ..] | [0x41, _, 0x42, 0x12, 0x40, 0x00, 0x7f, ..] => self.banks = Banks::Pitched,
            [0x43, 0x10..=0x1f, 0x4c, 0x00, 0x00, 0x7e, ..] => self.banks = Banks::Xg,
            // GS: part 0 is channel 10, 1 to 9 are channels 1 to 9, the rest 11 to 16.
            [0x41, _, 0x42, 0x12, 0x40, part @ 0x10..=0x1f, 0x15, map, ..] => {
                let channel = match part & 0x0f {
                    0 => PERCUSSION_CHANNEL,
                    part @ 1..=9 => part - 1,
                    part => part,
                };
                self.set(channel, map > 0);
            }
            [0x43, 0x10..=0x1f, 0x4c, 0x08, part @ 0..=15, 0x07, mode, ..] => self.set(part, mode > 0),
            _ => {}
        }
    }

    fn set(&mut self, channel: u8, plays_drums: bool) {
        self.plays_drums[usize::from(channel)] = plays_drums && self.rules == ReadRules::Standard;
    }
}
