//! Chords, keys and the rules of part-writing, from the outside.

mod chorales;
mod from_scratch;
mod music21;
mod part_writing;
mod progressions;
mod rules;
mod with_tune;

use galant_types::{PartStep, Texture};

/// The texture of pitches step by step, where an equal pitch goes on; negative pitches are rests.
fn texture(steps: &[&[i64]]) -> Texture {
    let n_parts = steps[0].len();
    let mut before = vec![-1; n_parts];
    let mut part_steps = Vec::new();
    for step in steps {
        for (before, &pitch) in before.iter_mut().zip(*step) {
            part_steps.push(match pitch {
                pitch if pitch < 0 => PartStep::Rest,
                pitch if pitch == *before => PartStep::Hold(pitch as u8),
                pitch => PartStep::Strike(pitch as u8),
            });
            *before = pitch;
        }
    }
    Texture::new(n_parts, part_steps)
}
