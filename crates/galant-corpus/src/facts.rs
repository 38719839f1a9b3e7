//! What a piece of music is: keys, meters, parts, length.

use std::collections::BTreeMap;
use std::fmt;

use galant_tokens::estimate_key;
use galant_types::{Scale, Score};
use serde::Serialize;

/// What a score is, in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceFacts {
    /// Notes with a pitch.
    pub n_notes: u64,
    /// Notes of percussion.
    pub n_percussion: u64,
    /// How long it lasts, in seconds.
    pub seconds: f64,
    /// How long it is, in quarter notes.
    pub n_quarters: f64,
    /// How many bars it has.
    pub n_bars: u64,
    /// The key that fits all its notes best; none if it has no notes with a pitch.
    pub key: Option<Scale>,
    /// Its different meters in their order, as beats in a bar and the note value of a beat: 3/4 is `(3, 4)`.
    pub meters: Vec<(u8, u32)>,
    /// Its first tempo, in quarter notes a minute.
    pub quarters_per_minute: f64,
    /// Its lowest and its highest pitch.
    pub pitches: Option<(u8, u8)>,
    /// Its parts that have notes with a pitch, by track and channel.
    pub parts: Vec<PartFacts>,
}

/// What a part of a score is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFacts {
    /// Its name, which may be empty.
    pub name: String,
    /// The MIDI program that plays it, 0 to 127.
    pub program: Option<u8>,
    /// Its notes.
    pub n_notes: u64,
    /// How many of them begin while another note of the part sounds.
    pub n_overlapping: u64,
}

impl PieceFacts {
    /// Those of a score.
    pub fn of(score: &Score) -> PieceFacts {
        let end = score.end();
        let mut meters: Vec<(u8, u32)> = Vec::new();
        for meter in score.bar_map().meters() {
            let meter = (meter.numerator, 1_u32 << meter.denominator_log2.min(16));
            if !meters.contains(&meter) {
                meters.push(meter);
            }
        }
        let tempo = score.tempo_map().tempos().next().map_or(500_000, |tempo| tempo.us_per_quarter);
        let pitches = || score.pitched_notes().map(|note| note.pitch);
        let n_percussion = score.n_percussion() as u64;
        PieceFacts {
            n_notes: score.notes.len() as u64 - n_percussion,
            n_percussion,
            seconds: score.tempo_map().seconds(end),
            n_quarters: end as f64 / f64::from(score.ticks_per_quarter.max(1)),
            n_bars: score.bar_map().n_bars(),
            key: estimate_key(score),
            meters,
            quarters_per_minute: 60e6 / f64::from(tempo.max(1)),
            pitches: pitches().min().zip(pitches().max()),
            parts: parts(score),
        }
    }

    /// Whether each of several parts plays one note at a time, as voices of a choir do.
    pub fn is_in_single_voices(&self) -> bool {
        let overlapping: u64 = self.parts.iter().map(|part| part.n_overlapping).sum();
        self.parts.len() > 1 && overlapping as f64 <= MAX_OVERLAPPING * self.n_notes as f64
    }

    /// The facts as one JSON object.
    pub fn to_json(&self) -> String {
        let parts = self.parts.iter().map(|part| PartJson {
            name: &part.name,
            program: part.program,
            notes: part.n_notes,
            overlapping: part.n_overlapping,
        });
        let facts = FactsJson {
            notes: self.n_notes,
            percussion: self.n_percussion,
            seconds: self.seconds,
            bars: self.n_bars,
            key: self.key.map(|key| key.to_string()),
            meters: self.meters.iter().map(|(beats, beat)| format!("{beats}/{beat}")).collect(),
            quarters_per_minute: self.quarters_per_minute,
            lowest_pitch: self.pitches.map(|(lowest, _)| lowest),
            highest_pitch: self.pitches.map(|(_, highest)| highest),
            parts: parts.collect(),
        };
        serde_json::to_string(&facts).expect("texts and numbers have a JSON form")
    }
}

/// The share of notes that may overlap in parts of single voices: ends that are played a little late.
const MAX_OVERLAPPING: f64 = 0.02;

#[derive(Serialize)]
struct FactsJson<'a> {
    notes: u64,
    percussion: u64,
    seconds: f64,
    bars: u64,
    key: Option<String>,
    meters: Vec<String>,
    quarters_per_minute: f64,
    lowest_pitch: Option<u8>,
    highest_pitch: Option<u8>,
    parts: Vec<PartJson<'a>>,
}

#[derive(Serialize)]
struct PartJson<'a> {
    name: &'a str,
    program: Option<u8>,
    notes: u64,
    overlapping: u64,
}

fn parts(score: &Score) -> Vec<PartFacts> {
    let mut found: BTreeMap<(u16, u8), (PartFacts, u64)> = BTreeMap::new();
    for note in score.pitched_notes() {
        let place = (note.track, note.channel);
        let (part, end) = found.entry(place).or_insert_with(|| {
            let part = score.parts.iter().find(|part| (part.track, part.channel) == place);
            let name = part.map_or(String::new(), |part| part.name.clone());
            (PartFacts { name, program: part.and_then(|part| part.program), n_notes: 0, n_overlapping: 0 }, 0)
        });
        part.n_notes += 1;
        part.n_overlapping += u64::from(note.onset < *end);
        *end = note.end().max(*end);
    }
    found.into_values().map(|(part, _)| part).collect()
}

/// Lines of a heading of 12 characters and what it heads.
impl fmt::Display for PieceFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "length      {}, {} bars at {:.0} quarter notes a minute",
            time(self.seconds),
            self.n_bars,
            self.quarters_per_minute
        )?;
        let meters: Vec<String> = self.meters.iter().map(|(beats, beat)| format!("{beats}/{beat}")).collect();
        writeln!(f, "meter       {}", meters.join(", "))?;
        writeln!(f, "key         {}", self.key.map_or("none".to_owned(), |key| key.to_string()))?;
        let percussion =
            if self.n_percussion > 0 { format!(", and {} of percussion", self.n_percussion) } else { String::new() };
        let range = self.pitches.map_or(String::new(), |(low, high)| format!(", pitches {low} to {high}"));
        writeln!(f, "notes       {}{percussion}{range}", self.n_notes)?;
        for (number, part) in self.parts.iter().enumerate() {
            let head = if number == 0 { "parts" } else { "" };
            let program = part.program.map_or(String::new(), |program| {
                format!(", {}", galant_midi::PROGRAM_NAMES[usize::from(program) % 128])
            });
            let name = if part.name.is_empty() { String::new() } else { format!("  {}", part.name) };
            writeln!(f, "{head:<11} {}: {} notes{program}{name}", number + 1, part.n_notes)?;
        }
        Ok(())
    }
}

/// A time as minutes and seconds, "2:05", or with hours, "1:02:05".
pub(crate) fn time(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::piece::{ReadOptions, read_piece};

    use super::*;

    #[test]
    fn a_tune_in_two_voices_is_described() {
        // Four bars of 3/4 at 90 quarter notes a minute: twelve quarter notes last 8 seconds.
        let abc = b"X:1\nT:Two\nM:3/4\nL:1/4\nQ:1/4=90\nK:G\nV:1\nGAB|ABc|BGA|G3|\nV:2\nG,3|D3|G,3|G,3|\n";
        let piece = read_piece("two.abc", abc, ReadOptions::default()).unwrap();
        let facts = PieceFacts::of(&piece.score);
        assert!(facts.is_in_single_voices());
        expect![[r#"
            length      0:08, 4 bars at 90 quarter notes a minute
            meter       3/4
            key         G major
            notes       14, pitches 55 to 72
            parts       1: 10 notes, acoustic grand piano  1
                        2: 4 notes, acoustic grand piano  2
        "#]]
        .assert_eq(&facts.to_string());
        assert!(facts.to_json().contains(r#""key":"G major","meters":["3/4"]"#), "{}", facts.to_json());
    }

    #[test]
    fn chords_are_no_single_voices() {
        let abc = b"X:1\nM:4/4\nL:1/4\nK:C\nV:1\n[CEG][CFA][DGB]c|\nV:2\nC,4|\n";
        let piece = read_piece("chords.abc", abc, ReadOptions::default()).unwrap();
        assert!(!PieceFacts::of(&piece.score).is_in_single_voices());
        let one = read_piece("one.abc", b"X:1\nK:C\nCDEF|\n", ReadOptions::default()).unwrap();
        assert!(!PieceFacts::of(&one.score).is_in_single_voices());
    }

    #[test]
    fn times_have_minutes_and_hours() {
        assert_eq!([0.4, 59.6, 125.0, 3725.0].map(time), ["0:00", "1:00", "2:05", "1:02:05"]);
    }
}
