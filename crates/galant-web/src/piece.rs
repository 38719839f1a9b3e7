//! Pieces as a page has them: parts of notes, one tempo, one meter and one key.

use std::collections::BTreeMap;

use galant_types::{KeySignature, Meter, Note, PERCUSSION_CHANNEL, Part, Playback, Scale, Score, Tempo};
use serde::{Deserialize, Serialize};

use crate::error::Refusal;

/// The most parts of a piece.
pub(crate) const MAX_PARTS: usize = 64;

/// The tick before which every note must have ended.
pub(crate) const MAX_TICK: u64 = 1 << 32;

/// A piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PieceData {
    #[serde(default)]
    pub(crate) title: String,
    /// Quarter notes a minute.
    pub(crate) tempo: f64,
    pub(crate) meter: (u8, u32),
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// Of a quarter note.
    pub(crate) ticks: u16,
    #[serde(default)]
    pub(crate) bars: u64,
    /// How many ticks the first bar has if it is cut short; 0 if it is whole.
    #[serde(default)]
    pub(crate) upbeat: u64,
    pub(crate) parts: Vec<PartData>,
}

/// A part of a piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PartData {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) program: u8,
    #[serde(default, skip_serializing_if = "is_pitched")]
    pub(crate) percussion: bool,
    /// Onset and length in ticks, pitch, velocity.
    pub(crate) notes: Vec<(u64, u64, u8, u8)>,
}

fn is_pitched(percussion: &bool) -> bool {
    !percussion
}

impl PieceData {
    /// The piece as a score; a part's track is its number.
    pub(crate) fn score(&self) -> Result<Score, Refusal> {
        let Playback { us_per_quarter, beats, beat_log2, .. } = self.playback()?;
        if self.parts.len() > MAX_PARTS {
            return Err(Refusal::new(format!(
                "the piece has {} parts, over the limit of {MAX_PARTS}",
                self.parts.len()
            )));
        }
        let n_notes: usize = self.parts.iter().map(|part| part.notes.len()).sum();
        if n_notes > galant_midi::MAX_NOTES {
            return Err(Refusal::new(format!(
                "the piece has {n_notes} notes, over the limit of {}",
                galant_midi::MAX_NOTES
            )));
        }
        let meter = |tick| Meter { tick, numerator: beats, denominator_log2: beat_log2 };
        let has_upbeat = self.upbeat > 0 && self.upbeat < meter(0).ticks_per_bar(self.ticks);
        let mut score = Score {
            tempos: vec![Tempo { tick: 0, us_per_quarter }],
            meters: [Some(0), has_upbeat.then_some(self.upbeat)].into_iter().flatten().map(meter).collect(),
            keys: self.scale()?.and_then(signature).into_iter().collect(),
            ..Score::new(self.ticks)
        };
        for (number, part) in self.parts.iter().enumerate() {
            let (track, channel) = (number as u16, if part.percussion { PERCUSSION_CHANNEL } else { channel(number) });
            let program = Some(part.program);
            score.parts.push(Part { track, channel, name: part.name.clone(), program });
            for &(onset, length, pitch, velocity) in &part.notes {
                check_note(&part.name, (onset, length, pitch, velocity))?;
                score.notes.push(Note { onset, track, channel, pitch, length, velocity });
            }
        }
        score.notes.sort_unstable();
        Ok(score)
    }

    /// Tempo and meter, with the program of the first part.
    pub(crate) fn playback(&self) -> Result<Playback, Refusal> {
        let us_per_quarter = (60e6 / self.tempo).round();
        if !(1.0..=f64::from(Playback::MAX_US_PER_QUARTER)).contains(&us_per_quarter) {
            return Err(Refusal::new(format!(
                "the tempo is {}; it must be 4 to 60,000,000 quarter notes a minute",
                self.tempo
            )));
        }
        if self.ticks == 0 || self.ticks > galant_midi::MAX_TICKS_PER_QUARTER {
            let most = galant_midi::MAX_TICKS_PER_QUARTER;
            return Err(Refusal::new(format!("a quarter note has {} ticks; it must have 1 to {most}", self.ticks)));
        }
        let (beats, beat_log2) = meter(self.meter)?;
        let program = self.parts.first().map_or(0, |part| part.program);
        let velocity = Playback::default().velocity;
        let playback = Playback { us_per_quarter: us_per_quarter as u32, beats, beat_log2, program, velocity };
        playback.validate()?;
        Ok(playback)
    }

    fn scale(&self) -> Result<Option<Scale>, Refusal> {
        scale(self.key.as_deref())
    }

    /// A score as a piece, with what a page has no place for.
    pub(crate) fn of(score: &Score, title: &str) -> (PieceData, Vec<String>) {
        let map = score.bar_map();
        let first_meter = map.meter(0);
        let mut meters: Vec<Meter> = map.meters().collect();
        let is_again = |meter: &Meter| {
            (meter.numerator, meter.denominator_log2) == (first_meter.numerator, first_meter.denominator_log2)
        };
        let upbeat = meters
            .get(1)
            .filter(|meter| is_again(meter) && meter.tick < first_meter.ticks_per_bar(score.ticks_per_quarter));
        let upbeat = upbeat.map_or(0, |meter| meter.tick);
        if upbeat > 0 {
            meters.remove(1);
        }
        let tempo = score.tempos.iter().rfind(|tempo| tempo.tick == 0).or(score.tempos.first());
        let us_per_quarter = tempo.map_or(Tempo::DEFAULT_US_PER_QUARTER, |tempo| tempo.us_per_quarter).max(1);
        let key = score.keys.first();
        let changes = [
            ("tempo", score.tempos.iter().filter(|tempo| tempo.us_per_quarter != us_per_quarter).count()),
            ("meter", meters.iter().skip(1).count()),
            ("key", score.keys.iter().filter(|other| Some(scale_of(other)) != key.map(scale_of)).count()),
        ];
        let lost = changes.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| {
            let times = if n == 1 { "once".to_owned() } else { format!("{n} times") };
            format!("the {what} changes {times}; the first holds for the whole piece here")
        });
        let piece = PieceData {
            title: title.to_owned(),
            tempo: 60e6 / f64::from(us_per_quarter),
            meter: (first_meter.numerator, 1 << first_meter.denominator_log2.min(31)),
            key: key.map(|key| scale_of(key).to_string()),
            ticks: score.ticks_per_quarter,
            bars: map.n_bars(),
            upbeat,
            parts: parts(score),
        };
        (piece, lost.collect())
    }
}

/// The parts that have notes, in the order of tracks and channels.
fn parts(score: &Score) -> Vec<PartData> {
    let mut parts: BTreeMap<(u16, u8), PartData> = BTreeMap::new();
    for note in &score.notes {
        let part = parts.entry((note.track, note.channel)).or_insert_with(|| {
            let known = score.parts.iter().find(|part| (part.track, part.channel) == (note.track, note.channel));
            PartData {
                name: known.map_or(String::new(), |part| part.name.clone()),
                program: known.and_then(|part| part.program).unwrap_or(0),
                percussion: note.is_percussion(),
                notes: Vec::new(),
            }
        });
        part.notes.push((note.onset, note.length, note.pitch, note.velocity));
    }
    parts.into_values().collect()
}

fn check_note(part: &str, (onset, length, pitch, velocity): (u64, u64, u8, u8)) -> Result<(), Refusal> {
    let end = onset.saturating_add(length);
    let wrong = match () {
        () if end > MAX_TICK => format!("ends at tick {end}, over the limit of {MAX_TICK}"),
        () if pitch > 127 => format!("has pitch {pitch}; it must be 0 to 127"),
        () if !(1..=127).contains(&velocity) => format!("has velocity {velocity}; it must be 1 to 127"),
        () => return Ok(()),
    };
    Err(Refusal::new(format!("the note at tick {onset} of part '{part}' {wrong}")))
}

/// The channel of a part: its number, but for that of percussion.
fn channel(part: usize) -> u8 {
    let channel = (part % 15) as u8;
    if channel < PERCUSSION_CHANNEL { channel } else { channel + 1 }
}

/// A meter as beats and the beat's power of two.
pub(crate) fn meter((beats, beat): (u8, u32)) -> Result<(u8, u8), Refusal> {
    let most = 1 << Playback::MAX_BEAT_LOG2;
    if beats == 0 || !beat.is_power_of_two() || beat > most {
        let rule = format!("beats must be 1 to 255, and the note value a power of two up to {most}");
        return Err(Refusal::new(format!("the meter is {beats}/{beat}; {rule}")));
    }
    Ok((beats, beat.ilog2() as u8))
}

/// The scale that a text names.
pub(crate) fn scale(text: Option<&str>) -> Result<Option<Scale>, Refusal> {
    Ok(text.filter(|text| !text.trim().is_empty()).map(str::parse).transpose()?)
}

/// The scale of a key signature.
fn scale_of(key: &KeySignature) -> Scale {
    let major = (i16::from(key.sharps) * 7).rem_euclid(12) as u8;
    if key.minor { Scale::minor(major + 9) } else { Scale::major(major) }
}

/// The key signature of a scale, with as few sharps or flats as it can have.
fn signature(scale: Scale) -> Option<KeySignature> {
    let signatures =
        (0..=6_i8).flat_map(|n| [n, -n]).map(|sharps| KeySignature { tick: 0, sharps, minor: scale.is_minor() });
    signatures.into_iter().find(|key| scale_of(key).tonic() == scale.tonic())
}
