//! The instructions of abc2midi that a score has a place for: `%%MIDI program`, `%%MIDI channel 10`.

/// The channel of percussion, counted from 1.
const PERCUSSION_CHANNEL: u8 = 10;

/// What an instruction says of how a voice sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MidiInstruction {
    /// A voice plays an instrument of General MIDI, counted from 0: that on a channel, counted from 0, or the current one.
    Program { channel: Option<u8>, program: u8 },
    /// The current voice plays percussion.
    Percussion,
}

impl MidiInstruction {
    /// Reads the text after `%%` or I:, such as `MIDI program 73`; none if it is another instruction or not valid.
    pub(crate) fn parse(text: &str) -> Option<MidiInstruction> {
        let words = text.trim().strip_prefix("MIDI")?.strip_prefix(['=', ' ', '\t'])?;
        let words: Vec<&str> = words.split_whitespace().take(4).collect();
        let program = |word: &str| word.parse().ok().filter(|&program: &u8| program < 128);
        match words[..] {
            ["program", word] => Some(MidiInstruction::Program { channel: None, program: program(word)? }),
            ["program", channel, word] => {
                let channel = channel.parse().ok().filter(|channel: &u8| (1..=16).contains(channel))?;
                Some(MidiInstruction::Program { channel: Some(channel - 1), program: program(word)? })
            }
            ["channel", word] if word.parse() == Ok(PERCUSSION_CHANNEL) => Some(MidiInstruction::Percussion),
            _ => None,
        }
    }
}
