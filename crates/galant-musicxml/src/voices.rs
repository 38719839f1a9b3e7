//! The notes of a staff, dealt to voices in which one note or chord follows the other.

use crate::grid::Placed;

/// The most voices of a staff that notation programs show.
pub(crate) const MAX_VOICES: usize = 4;

/// Deals notes to voices: chords begin and end together, and each goes to the first voice that is free.
///
/// What finds none goes to the last, in which notes then overlap.
pub(crate) fn voices(notes: &[Placed]) -> Vec<Vec<Placed>> {
    let mut notes = notes.to_vec();
    // The highest first, so that it is in the first voice.
    notes.sort_by_key(|note| (note.onset, std::cmp::Reverse((note.pitch, note.end))));
    let mut voices: Vec<Vec<Placed>> = Vec::new();
    let mut ends: Vec<u64> = Vec::new();
    for note in notes {
        let is_of_chord = |voice: &Vec<Placed>| {
            voice
                .last()
                .is_some_and(|last| (last.onset, last.end) == (note.onset, note.end) && last.pitch != note.pitch)
        };
        let is_free = |voice: usize| ends[voice] <= note.onset;
        let chosen = voices.iter().position(is_of_chord).or_else(|| (0..voices.len()).find(|&voice| is_free(voice)));
        let chosen = chosen.unwrap_or_else(|| {
            if voices.len() < MAX_VOICES {
                voices.push(Vec::new());
                ends.push(0);
            }
            voices.len() - 1
        });
        voices[chosen].push(note);
        ends[chosen] = ends[chosen].max(note.end);
    }
    voices
}
