//! From notes in ticks to events in frames.

use galant_types::{Note, Part, Score};

use crate::error::RenderError;

/// Something that happens to a key at a frame.
///
/// Events are ordered by time; a key is released before it is struck again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) frame: u64,
    pub(crate) action: Action,
    pub(crate) channel: u8,
    pub(crate) program: u8,
    pub(crate) pitch: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    Release,
    Strike { velocity: u8 },
}

/// The events of a score, in order: a strike and a release for each note.
///
/// # Errors
///
/// If a note has a value that MIDI does not allow, or ends after `max_seconds`.
pub(crate) fn events(score: &Score, sample_rate: u32, max_seconds: u32) -> Result<Vec<Event>, RenderError> {
    if score.ticks_per_quarter == 0 {
        return Err(RenderError::NoResolution);
    }
    let tempo_map = score.tempo_map();
    let max_frames = u128::from(max_seconds) * u128::from(sample_rate);
    let min_frames = u64::from(sample_rate) / SHORTEST_NOTES_PER_SECOND;
    let programs = Programs::new(&score.parts);
    let mut events = Vec::with_capacity(2 * score.notes.len());
    for (index, note) in score.notes.iter().enumerate() {
        check(index, note)?;
        let end = tempo_map.frame(note.end(), sample_rate);
        if end > max_frames {
            let seconds = u64::try_from(end / u128::from(sample_rate)).unwrap_or(u64::MAX);
            return Err(RenderError::TooLong { index, seconds, max_seconds });
        }
        // Both fit into u64: they are at most `max_frames`, a product of two u32.
        let (onset, end) = (tempo_map.frame(note.onset, sample_rate) as u64, end as u64);
        let (channel, pitch) = (note.channel, note.pitch);
        let program = programs.of(note);
        let event = |frame, action| Event { frame, action, channel, program, pitch };
        events.push(event(onset, Action::Strike { velocity: note.velocity }));
        events.push(event(end.max(onset + min_frames), Action::Release));
    }
    events.sort_unstable();
    Ok(events)
}

/// A key is held for at least a fiftieth of a second: some files have drums and plucked notes of no length.
const SHORTEST_NOTES_PER_SECOND: u64 = 50;

fn check(index: usize, note: &Note) -> Result<(), RenderError> {
    let in_range = [
        ("channel", note.channel, 0, 15),
        ("pitch", note.pitch, 0, 127),
        // In MIDI, velocity 0 is the end of a note.
        ("velocity", note.velocity, 1, 127),
    ];
    for (what, value, min, max) in in_range {
        if !(min..=max).contains(&value) {
            return Err(RenderError::Note { index, what, value, min, max });
        }
    }
    Ok(())
}

/// Which program plays a note: that of its part, else the first one on its channel, else the piano.
struct Programs {
    /// Track, channel and program of each part that chooses one, sorted.
    parts: Vec<(u16, u8, u8)>,
    channels: [u8; 16],
}

impl Programs {
    fn new(parts: &[Part]) -> Programs {
        let chosen = |part: &Part| part.program.map(|program| (part.track, part.channel, program.min(127)));
        let mut parts: Vec<_> = parts.iter().filter_map(chosen).collect();
        parts.sort_unstable();
        let first = |channel| parts.iter().find(|part| usize::from(part.1) == channel).map_or(PIANO, |part| part.2);
        let channels = std::array::from_fn(first);
        Programs { parts, channels }
    }

    fn of(&self, note: &Note) -> u8 {
        let place = self.parts.partition_point(|part| (part.0, part.1) < (note.track, note.channel));
        match self.parts.get(place) {
            Some(&(track, channel, program)) if (track, channel) == (note.track, note.channel) => program,
            _ => self.channels[usize::from(note.channel)],
        }
    }
}

/// Acoustic grand piano in General MIDI, counted from 0.
const PIANO: u8 = 0;

#[cfg(test)]
mod tests {
    use super::*;
    use galant_types::Tempo;

    fn note(onset: u64, length: u64) -> Note {
        Note { onset, length, pitch: 60, velocity: 64, channel: 0, track: 0 }
    }

    fn frames(score: &Score) -> Vec<u64> {
        events(score, 44_100, 100_000).unwrap().iter().map(|event| event.frame).collect()
    }

    #[test]
    fn a_quarter_is_half_a_second_until_a_tempo_says_otherwise() {
        let tempos = vec![Tempo { tick: 960, us_per_quarter: 1_000_000 }];
        let score = Score { notes: vec![note(480, 480), note(1440, 480)], tempos, ..Score::new(480) };
        assert_eq!(frames(&score), [22_050, 44_100, 88_200, 132_300]);
    }

    #[test]
    fn a_key_is_released_before_it_is_struck_again() {
        let score = Score { notes: vec![note(480, 480), note(0, 480)], ..Score::new(480) };
        let actions: Vec<_> = events(&score, 44_100, 10).unwrap().iter().map(|event| event.action).collect();
        let strike = Action::Strike { velocity: 64 };
        assert_eq!(actions, [strike, Action::Release, strike, Action::Release]);
    }

    #[test]
    fn a_program_is_its_parts_then_its_channels_then_the_piano() {
        let part = |track, channel, program| Part { track, channel, name: String::new(), program };
        let programs = Programs::new(&[part(2, 0, Some(40)), part(1, 0, Some(46)), part(3, 0, None)]);
        let of = |track, channel| programs.of(&Note { track, channel, ..note(0, 1) });
        assert_eq!([of(2, 0), of(1, 0), of(3, 0), of(0, 1)], [40, 46, 46, 0]);
    }
}
