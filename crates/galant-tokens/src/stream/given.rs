//! Parts that are given, such as a tune to harmonise.

use galant_types::{PartStep, Texture};

/// What each given part does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Given {
    /// By part; none of a part that is not given, and of those after the last that is.
    lines: Vec<Option<Vec<Place>>>,
}

/// A given part at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// The pitch that sounds; none if it is silent.
    pub(super) sounding: Option<u8>,
    /// The pitch of its next note; none if there is no other.
    pub(super) ahead: Option<u8>,
    /// In how many steps that is, or the end.
    pub(super) until: u32,
}

impl Given {
    /// Some of the parts of a texture.
    ///
    /// # Panics
    ///
    /// If it has no such part.
    pub(super) fn new(texture: &Texture, parts: &[usize]) -> Given {
        let n_lines = parts.iter().map(|part| part + 1).max().unwrap_or(0);
        let line = |part: usize| parts.contains(&part).then(|| line(texture.steps().map(|step| step[part])));
        Given { lines: (0..n_lines).map(line).collect() }
    }

    /// A part at a step, silent after its end; none if the part is not given.
    pub(super) fn at(&self, part: usize, step: u64) -> Option<Place> {
        let line = self.lines.get(part)?.as_ref()?;
        Some(usize::try_from(step).ok().and_then(|step| line.get(step)).copied().unwrap_or_default())
    }
}

fn line(steps: impl Iterator<Item = PartStep>) -> Vec<Place> {
    let steps: Vec<PartStep> = steps.collect();
    let (mut ahead, mut until) = (None, 1);
    let place = |step: &PartStep| {
        let place = Place { sounding: step.pitch(), ahead, until };
        until += 1;
        if step.is_struck() {
            (ahead, until) = (step.pitch(), 1);
        }
        place
    };
    let mut line: Vec<Place> = steps.iter().rev().map(place).collect();
    line.reverse();
    line
}
