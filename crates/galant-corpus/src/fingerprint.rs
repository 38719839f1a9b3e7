//! What pieces of equal notes have in common, in any key and tempo.

use galant_tokens::{GridTokenizer, RhythmToken};
use galant_types::Score;
use sha2::{Digest, Sha256};

/// A hash of a piece without its key and tempo, and the pitch that its key follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// Equal for pieces that differ in key and tempo only.
    pub hash: u64,
    /// The lowest pitch of the first token.
    pub first_pitch: u8,
}

impl Fingerprint {
    /// The fingerprint of a score that has notes: of its rhythm tokens on the default grid, from the first onset on.
    pub fn of(score: &Score) -> Fingerprint {
        Fingerprint::of_tokens(&GridTokenizer::default().rhythm(score).0)
    }

    /// The fingerprint of a score by its rhythm tokens on the default grid.
    pub(crate) fn of_tokens(tokens: &[RhythmToken]) -> Fingerprint {
        let mut sha256 = Sha256::new();
        let mut first_pitch = None;
        for token in tokens {
            let RhythmToken::Chord { chord, length, time } = token else {
                if first_pitch.is_some() {
                    sha256.update([b'r']);
                    sha256.update(token.time().to_le_bytes());
                }
                continue;
            };
            let first = *first_pitch.get_or_insert(chord.pitches()[0]);
            sha256.update([b'c', chord.pitches().len() as u8]);
            for pitch in chord.pitches() {
                sha256.update((i16::from(*pitch) - i16::from(first)).to_le_bytes());
            }
            sha256.update(length.get().to_le_bytes());
            sha256.update(time.to_le_bytes());
        }
        let digest = sha256.finalize();
        let hash = digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        Fingerprint { hash, first_pitch: first_pitch.unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use galant_types::Note;

    use super::*;

    fn fingerprint(ticks_per_quarter: u16, notes: &[(u64, u64, u8)]) -> Fingerprint {
        let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        Fingerprint::of(&Score { notes: notes.iter().map(note).collect(), ..Score::new(ticks_per_quarter) })
    }

    #[test]
    fn only_the_key_and_the_beginning_do_not_matter() {
        let piece = fingerprint(480, &[(0, 240, 60), (240, 240, 64), (960, 480, 67)]);
        let higher = fingerprint(480, &[(0, 240, 62), (240, 240, 66), (960, 480, 69)]);
        assert_eq!((higher.hash, higher.first_pitch), (piece.hash, 62));
        assert_eq!(fingerprint(96, &[(96, 48, 60), (144, 48, 64), (288, 96, 67)]), piece);
        let other_length = fingerprint(480, &[(0, 120, 60), (240, 240, 64), (960, 480, 67)]);
        let other_time = fingerprint(480, &[(0, 240, 60), (240, 240, 64), (1000, 480, 67)]);
        let other_pitch = fingerprint(480, &[(0, 240, 60), (240, 240, 63), (960, 480, 67)]);
        assert!([other_length, other_time, other_pitch].iter().all(|other| other.hash != piece.hash));
    }
}
