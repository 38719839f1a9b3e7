//! The staves of a part, each with its voices.

use crate::grid::Placed;
use crate::voices::{MAX_VOICES, voices};

/// A staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staff {
    pub(crate) clef: Clef,
    /// Each with its notes by onset; at least one.
    pub(crate) voices: Vec<Vec<Placed>>,
    /// What the first of them is called in the file.
    pub(crate) first_voice: usize,
}

/// What a staff begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clef {
    Treble,
    Bass,
    Percussion,
}

/// Middle C: notes below it are in the lower staff of a piano.
const MIDDLE_C: u8 = 60;

/// The MIDI programs, from 0, of instruments that are written on two staves: pianos, harpsichord, celesta; organs; harp.
const TWO_STAVES: [std::ops::RangeInclusive<u8>; 3] = [0..=8, 16..=20, 46..=46];

impl Staff {
    /// The staves of a part: two for a piano that sounds on both sides of middle C at once, otherwise one.
    ///
    /// A part without a program is taken for a piano.
    pub(crate) fn of_part(notes: &[Placed], program: Option<u8>, is_percussion: bool) -> Vec<Staff> {
        if is_percussion {
            return vec![Staff::new(notes, Clef::Percussion, 1)];
        }
        let is_piano = TWO_STAVES.iter().any(|programs| programs.contains(&program.unwrap_or(0)));
        if is_piano && sounds_on_both_sides(notes) {
            let (high, low): (Vec<Placed>, Vec<Placed>) = notes.iter().partition(|note| note.pitch >= MIDDLE_C);
            return vec![Staff::new(&high, Clef::Treble, 1), Staff::new(&low, Clef::Bass, 1 + MAX_VOICES)];
        }
        // Halfway between the middle lines of both clefs.
        let n_low = notes.iter().filter(|note| note.pitch < MIDDLE_C).count();
        let clef = if 2 * n_low > notes.len() { Clef::Bass } else { Clef::Treble };
        vec![Staff::new(notes, clef, 1)]
    }

    fn new(notes: &[Placed], clef: Clef, first_voice: usize) -> Staff {
        let mut voices = voices(notes);
        if voices.is_empty() {
            voices.push(Vec::new());
        }
        Staff { clef, voices, first_voice }
    }
}

/// Whether a note from middle C up sounds together with one below it.
fn sounds_on_both_sides(notes: &[Placed]) -> bool {
    let (mut high_until, mut low_until) = (0, 0);
    let mut notes: Vec<&Placed> = notes.iter().collect();
    notes.sort_by_key(|note| note.onset);
    notes.into_iter().any(|note| {
        let (own, other) =
            if note.pitch >= MIDDLE_C { (&mut high_until, low_until) } else { (&mut low_until, high_until) };
        *own = note.end.max(*own);
        other > note.onset
    })
}
