//! The key of a texture.

use galant_tokens::estimate_key;
use galant_types::{Note, PartStep, Scale, Score, Texture};

/// The major or minor key that a texture is in as a whole, by [`estimate_key`]; none without notes.
///
/// A step is a `steps_per_quarter`th of a quarter note. That matters for notes longer than four quarter notes only,
/// which count as if they had these.
pub fn texture_key(texture: &Texture, steps_per_quarter: u16) -> Option<Scale> {
    let mut notes: Vec<Note> = Vec::new();
    // The last note of each part.
    let mut last: Vec<Option<usize>> = vec![None; texture.n_parts()];
    for (step, parts) in (0..).zip(texture.steps()) {
        for (last, &part) in last.iter_mut().zip(parts) {
            match (part, *last) {
                (PartStep::Rest, _) => {}
                (PartStep::Hold(_), Some(at)) => notes[at].length += 1,
                (PartStep::Strike(pitch) | PartStep::Hold(pitch), _) => {
                    *last = Some(notes.len());
                    notes.push(Note { onset: step, length: 1, pitch, velocity: 64, channel: 0, track: 0 });
                }
            }
        }
    }
    estimate_key(&Score { notes, ..Score::new(steps_per_quarter) })
}
