//! The text of the parts of voices, which came with format 5.

use serde::{Deserialize, Serialize};

use crate::VoicePart;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartText {
    name: String,
    program: u8,
    lowest: u8,
    highest: u8,
}

impl PartText {
    pub(super) fn of(part: &VoicePart) -> PartText {
        let VoicePart { name, program, lowest, highest } = part.clone();
        PartText { name, program, lowest, highest }
    }

    pub(super) fn part(self) -> VoicePart {
        let PartText { name, program, lowest, highest } = self;
        VoicePart { name, program, lowest, highest }
    }
}
