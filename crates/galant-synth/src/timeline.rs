//! From ticks to sample frames.

use galant_types::{Note, Part, Score, Tempo};

use crate::render::RenderError;

/// Something that happens to a key at a frame.
///
/// Its order is that of time; a key is let go before it is struck again.
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
/// If a note has values that MIDI does not know, or ends after `max_seconds`.
pub(crate) fn events(score: &Score, sample_rate: u32, max_seconds: u32) -> Result<Vec<Event>, RenderError> {
    if score.ticks_per_quarter == 0 {
        return Err(RenderError::NoResolution);
    }
    let clock = Clock::new(score, sample_rate);
    let max_frames = u128::from(max_seconds) * u128::from(sample_rate);
    let min_frames = u64::from(sample_rate) / SHORTEST_NOTES_PER_SECOND;
    let programs = Programs::new(&score.parts);
    let mut events = Vec::with_capacity(2 * score.notes.len());
    for (index, note) in score.notes.iter().enumerate() {
        check(index, note)?;
        let end = clock.frame(note.end());
        if end > max_frames {
            let seconds = u64::try_from(end / u128::from(sample_rate)).unwrap_or(u64::MAX);
            return Err(RenderError::TooLong { index, seconds, max_seconds });
        }
        // Both fit: they are at most `max_frames`, a product of two u32.
        let (onset, end) = (clock.frame(note.onset) as u64, end as u64);
        let (channel, pitch) = (note.channel, note.pitch);
        let program = programs.of(note);
        let event = |frame, action| Event { frame, action, channel, program, pitch };
        events.push(event(onset, Action::Strike { velocity: note.velocity }));
        events.push(event(end.max(onset + min_frames), Action::Release));
    }
    events.sort_unstable();
    Ok(events)
}

/// A key is held for a fiftieth of a second at least: some files write drums and plucked notes without length.
const SHORTEST_NOTES_PER_SECOND: u64 = 50;

fn check(index: usize, note: &Note) -> Result<(), RenderError> {
    let in_range = [
        ("channel", note.channel, 0, 15),
        ("pitch", note.pitch, 0, 127),
        // MIDI reads velocity 0 as the end of a note.
        ("velocity", note.velocity, 1, 127),
    ];
    for (what, value, min, max) in in_range {
        if !(min..=max).contains(&value) {
            return Err(RenderError::Note { index, what, value, min, max });
        }
    }
    Ok(())
}

/// When each tick is, exactly: in microseconds times ticks per quarter, which are whole numbers.
struct Clock {
    /// Where a tempo begins: its tick, the time until then, microseconds a quarter from then on.
    sections: Vec<(u64, u128, u32)>,
    sample_rate: u128,
    /// Units of time in a second.
    per_second: u128,
}

impl Clock {
    fn new(score: &Score, sample_rate: u32) -> Clock {
        let mut tempos = score.tempos.clone();
        // Stable, so that of two tempos at one tick the later counts.
        tempos.sort_by_key(|tempo| tempo.tick);
        let mut sections = vec![(0, 0, Tempo::DEFAULT_US_PER_QUARTER)];
        for tempo in tempos {
            let (tick, time, us_per_quarter) = sections[sections.len() - 1];
            let time = time + u128::from(tempo.tick - tick) * u128::from(us_per_quarter);
            sections.push((tempo.tick, time, tempo.us_per_quarter));
        }
        let per_second = u128::from(score.ticks_per_quarter) * 1_000_000;
        Clock { sections, sample_rate: u128::from(sample_rate), per_second }
    }

    /// The frame nearest to a tick.
    fn frame(&self, tick: u64) -> u128 {
        let section = self.sections.partition_point(|&(start, ..)| start <= tick) - 1;
        let (start, time, us_per_quarter) = self.sections[section];
        let time = time + u128::from(tick - start) * u128::from(us_per_quarter);
        (time * self.sample_rate + self.per_second / 2) / self.per_second
    }
}

/// Which program plays a note: that of its part, else the first one chosen on its channel, else the piano.
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
    fn rounding_does_not_add_up_over_many_tempos() {
        // A third of a microsecond is lost at each change where times are rounded one by one.
        let tempos = (0..30_000).map(|tick| Tempo { tick, us_per_quarter: 100_000 + (tick % 2) as u32 }).collect();
        let score = Score { notes: vec![note(30_000, 3)], tempos, ..Score::new(3) };
        // 10,000 quarters of 100,000.5 µs on average are 1,000.005 s.
        assert_eq!(frames(&score)[0], 44_100_221);
    }

    #[test]
    fn of_two_tempos_at_one_tick_the_later_counts() {
        let tempos = vec![Tempo { tick: 0, us_per_quarter: 1 }, Tempo { tick: 0, us_per_quarter: 2_000_000 }];
        let score = Score { notes: vec![note(480, 480)], tempos, ..Score::new(480) };
        assert_eq!(frames(&score), [88_200, 176_400]);
    }

    #[test]
    fn a_key_is_let_go_before_it_is_struck_again() {
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
