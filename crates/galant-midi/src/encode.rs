//! A score to bytes.

use galant_types::{Note, Part, Score};
use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

use crate::error::EncodeError;
use crate::limits::{
    MAX_CHANGES, MAX_DENOMINATOR_LOG2, MAX_FILE_BYTES, MAX_NAME_BYTES, MAX_NOTES, MAX_TEXT_BYTES, MAX_TEXTS, MAX_TRACKS,
};

/// Writes a score as a Standard MIDI File: of format 0 if it has one track, otherwise of format 1.
///
/// Texts and changes of tempo, meter and key are in the first track, names and programs at the beginning of their tracks.
/// [`decode`](crate::decode) gives the score back as it was if its notes and changes are sorted and each track and
/// channel with notes has its part, in order of track and channel; otherwise it gives back the score put in that
/// order, with the missing parts added.
///
/// # Errors
///
/// If the format cannot hold the score, or the file would be over a limit of this crate.
/// The format cannot hold a note of zero length, a note that begins after another of its key on the same channel of the
/// same track and ends before it, or two names for one track.
pub fn encode(score: &Score) -> Result<Vec<u8>, EncodeError> {
    check_changes(score)?;
    let n_tracks = count_tracks(score)?;
    let mut tracks = vec![TrackEvents::default(); n_tracks];
    add_texts(&score.texts, &mut tracks[0])?;
    add_changes(score, &mut tracks[0])?;
    add_notes(&score.notes, &mut tracks)?;
    add_parts(&score.parts, &mut tracks)?;
    let format = if n_tracks == 1 { Format::SingleTrack } else { Format::Parallel };
    let ticks_per_quarter = u15::try_from(score.ticks_per_quarter).filter(|&ticks| ticks > 0);
    let ticks_per_quarter =
        ticks_per_quarter.ok_or(EncodeError::TicksPerQuarter { ticks_per_quarter: score.ticks_per_quarter })?;
    let mut file = Smf::new(Header::new(format, Timing::Metrical(ticks_per_quarter)));
    for (track, events) in tracks.into_iter().enumerate() {
        file.tracks.push(events.into_midly(track as u16)?);
    }
    let mut bytes = Vec::new();
    // Writing to memory fails only where a track or a text passes the format's limits, which are far above ours.
    file.write(&mut bytes).map_err(|_| EncodeError::FileTooLarge { n_bytes: usize::MAX })?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(EncodeError::FileTooLarge { n_bytes: bytes.len() });
    }
    Ok(bytes)
}

/// The order of events that share a tick: what describes the music, then the ends of notes, then new notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    Text,
    Change,
    Program,
    End,
    Begin,
}

/// The events of one track, unsorted.
#[derive(Debug, Clone, Default)]
struct TrackEvents<'a> {
    events: Vec<(u64, Rank, TrackEventKind<'a>)>,
    /// The channels that have notes, a bit each.
    channels: u16,
    name: Option<&'a str>,
}

impl<'a> TrackEvents<'a> {
    fn push_message(&mut self, tick: u64, rank: Rank, channel: u4, message: MidiMessage) {
        self.events.push((tick, rank, TrackEventKind::Midi { channel, message }));
    }

    fn push_meta(&mut self, tick: u64, rank: Rank, meta: MetaMessage<'a>) {
        self.events.push((tick, rank, TrackEventKind::Meta(meta)));
    }

    /// The events in order, with delta times and an end of track.
    fn into_midly(mut self, track: u16) -> Result<Vec<TrackEvent<'a>>, EncodeError> {
        // Stable, so that changes at one tick keep their order.
        self.events.sort_by_key(|&(tick, rank, _)| (tick, rank));
        let mut events = Vec::with_capacity(self.events.len() + 1);
        let mut now = 0;
        for (tick, _, kind) in self.events {
            let delta = tick - now;
            let too_long = EncodeError::GapTooLong { track, tick, delta };
            let delta = u32::try_from(delta).ok().and_then(u28::try_from).ok_or(too_long)?;
            events.push(TrackEvent { delta, kind });
            now = tick;
        }
        events.push(TrackEvent { delta: u28::from(0), kind: TrackEventKind::Meta(MetaMessage::EndOfTrack) });
        Ok(events)
    }
}

/// How many tracks the notes and parts need, at least one.
fn count_tracks(score: &Score) -> Result<usize, EncodeError> {
    if score.notes.len() > MAX_NOTES {
        return Err(EncodeError::TooManyNotes { n_notes: score.notes.len() });
    }
    let tracks = score.notes.iter().map(|note| note.track).chain(score.parts.iter().map(|part| part.track));
    let last = tracks.max().unwrap_or(0);
    if usize::from(last) >= MAX_TRACKS {
        Err(EncodeError::TooManyTracks { track: last })
    } else {
        Ok(usize::from(last) + 1)
    }
}

fn check_changes(score: &Score) -> Result<(), EncodeError> {
    let counts = [("tempo", score.tempos.len()), ("meter", score.meters.len()), ("key", score.keys.len())];
    match counts.into_iter().find(|&(_, n_changes)| n_changes > MAX_CHANGES) {
        Some((what, n_changes)) => Err(EncodeError::TooManyChanges { what, n_changes }),
        None => Ok(()),
    }
}

fn add_texts<'a>(texts: &'a [String], events: &mut TrackEvents<'a>) -> Result<(), EncodeError> {
    if texts.len() > MAX_TEXTS {
        return Err(EncodeError::TooManyTexts { n_texts: texts.len() });
    }
    for (index, text) in texts.iter().enumerate() {
        if text.len() > MAX_TEXT_BYTES {
            return Err(EncodeError::TextTooLong { index, n_bytes: text.len() });
        }
        events.push_meta(0, Rank::Text, MetaMessage::Text(text.as_bytes()));
    }
    Ok(())
}

fn add_changes<'a>(score: &'a Score, events: &mut TrackEvents<'a>) -> Result<(), EncodeError> {
    for (index, tempo) in score.tempos.iter().enumerate() {
        let us_per_quarter = tempo.us_per_quarter;
        let value = u24::try_from(us_per_quarter).filter(|&us| us > 0);
        let value = value.ok_or(EncodeError::Tempo { index, us_per_quarter })?;
        events.push_meta(tempo.tick, Rank::Change, MetaMessage::Tempo(value));
    }
    for (index, meter) in score.meters.iter().enumerate() {
        let (numerator, denominator_log2) = (meter.numerator, meter.denominator_log2);
        if numerator == 0 || denominator_log2 > MAX_DENOMINATOR_LOG2 {
            return Err(EncodeError::Meter { index, numerator, denominator_log2 });
        }
        // A metronome click every quarter note (24 MIDI clocks), and eight 32nd notes to a quarter note.
        let meta = MetaMessage::TimeSignature(numerator, denominator_log2, 24, 8);
        events.push_meta(meter.tick, Rank::Change, meta);
    }
    for (index, key) in score.keys.iter().enumerate() {
        if !(-7..=7).contains(&key.sharps) {
            return Err(EncodeError::Key { index, sharps: key.sharps });
        }
        events.push_meta(key.tick, Rank::Change, MetaMessage::KeySignature(key.sharps, key.minor));
    }
    Ok(())
}

fn add_notes(notes: &[Note], tracks: &mut [TrackEvents<'_>]) -> Result<(), EncodeError> {
    let order = in_order_of_keys(notes);
    for &index in &order {
        let note = &notes[index];
        let value = |what, value, low, high| EncodeError::NoteValue { note: index, what, value, low, high };
        let key = u7::try_from(note.pitch).ok_or_else(|| value("pitch", note.pitch, 0, 127))?;
        let channel = u4::try_from(note.channel).ok_or_else(|| value("channel", note.channel, 0, 15))?;
        let vel = u7::try_from(note.velocity).filter(|&velocity| velocity > 0);
        let vel = vel.ok_or_else(|| value("velocity", note.velocity, 1, 127))?;
        if note.length == 0 {
            return Err(EncodeError::ZeroLength { note: index });
        }
        let track = &mut tracks[usize::from(note.track)];
        track.channels |= 1 << note.channel;
        track.push_message(note.onset, Rank::Begin, channel, MidiMessage::NoteOn { key, vel });
        // 64 is the release velocity of an instrument that senses none.
        let off = MidiMessage::NoteOff { key, vel: u7::from(64) };
        track.push_message(note.end(), Rank::End, channel, off);
    }
    check_overlaps(notes, &order)
}

/// The indices of the notes, key by key of each channel and track.
///
/// Of notes struck together the shortest is first, as the first one in is the first one out.
fn in_order_of_keys(notes: &[Note]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..notes.len()).collect();
    order.sort_by_key(|&index| {
        let Note { track, channel, pitch, onset, length, velocity } = notes[index];
        (track, channel, pitch, onset, length, velocity)
    });
    order
}

/// Refuses a note that ends before an older one of its key: the first one in is the first one out.
fn check_overlaps(notes: &[Note], order: &[usize]) -> Result<(), EncodeError> {
    for pair in order.windows(2) {
        let (first, second) = (&notes[pair[0]], &notes[pair[1]]);
        let same = (first.track, first.channel, first.pitch) == (second.track, second.channel, second.pitch);
        if same && second.end() < first.end() {
            let Note { onset, track, channel, pitch, .. } = *second;
            return Err(EncodeError::Overlap {
                note: pair[1],
                track,
                channel,
                pitch,
                onset,
                end: second.end(),
                sounds_until: first.end(),
            });
        }
    }
    Ok(())
}

fn add_parts<'a>(parts: &'a [Part], tracks: &mut [TrackEvents<'a>]) -> Result<(), EncodeError> {
    let mut seen: Vec<u16> = vec![0; tracks.len()];
    let mut n_parts: Vec<usize> = vec![0; tracks.len()];
    for part in parts {
        n_parts[usize::from(part.track)] += 1;
    }
    for (index, part) in parts.iter().enumerate() {
        let Part { track, channel, .. } = *part;
        let value = |what, value, high| EncodeError::PartValue { part: index, what, value, high };
        let midi_channel = u4::try_from(channel).ok_or_else(|| value("channel", channel, 15))?;
        let (events, seen) = (&mut tracks[usize::from(track)], &mut seen[usize::from(track)]);
        if *seen & 1 << channel != 0 {
            return Err(EncodeError::DuplicatePart { part: index, track, channel });
        }
        *seen |= 1 << channel;
        add_name(index, part, events)?;
        if let Some(program) = part.program {
            let program = u7::try_from(program).ok_or_else(|| value("program", program, 127))?;
            events.push_message(0, Rank::Program, midi_channel, MidiMessage::ProgramChange { program });
        } else if events.channels & 1 << channel == 0 {
            // A name alone is read back as a part on channel 0.
            let name_alone = channel == 0 && n_parts[usize::from(track)] == 1 && events.channels == 0;
            if !name_alone || part.name.is_empty() {
                return Err(EncodeError::SilentPart { part: index, track, channel });
            }
        }
    }
    Ok(())
}

/// Names the track after its first part, and checks that the others agree.
fn add_name<'a>(index: usize, part: &'a Part, events: &mut TrackEvents<'a>) -> Result<(), EncodeError> {
    let name = part.name.as_str();
    if name.len() > MAX_NAME_BYTES {
        return Err(EncodeError::NameTooLong { part: index, n_bytes: name.len() });
    }
    match events.name {
        Some(first) if first != name => {
            let (first, name) = (first.to_owned(), name.to_owned());
            return Err(EncodeError::NamesDiffer { part: index, track: part.track, first, name });
        }
        Some(_) => {}
        None => {
            events.name = Some(name);
            if !name.is_empty() {
                events.push_meta(0, Rank::Name, MetaMessage::TrackName(name.as_bytes()));
            }
        }
    }
    Ok(())
}
