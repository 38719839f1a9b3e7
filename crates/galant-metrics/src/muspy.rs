//! The metrics of MusPy.

use std::collections::BTreeSet;

use galant_tokens::estimate_key;
use galant_types::{Meter, Note, Scale, Score};

use crate::intervals::{Interval, n_covered, union};
use crate::pitches::{PitchCounts, entropy_bits};

/// The meters of MusPy's two drum patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrumMeter {
    /// A beat is divided into halves and quarters.
    Duple,
    /// A beat is divided into thirds.
    Triple,
}

/// The metrics of MusPy 0.5.0 under its names; a metric that is not defined is none, where MusPy returns NaN.
///
/// Percussion does not count, except where it is said. Times are ticks, so that the lengths of notes are those of the file;
/// the piece ends with its last note. A beat is a quarter note, and a bar is as long as the first meter says, from the
/// beginning of the piece on; MusPy asks for that length.
///
/// Differences: MusPy lets a controller after the last note lengthen a piece, which lowers the rates per time, and gives a
/// piece of percussion only the pitch range −127.
///
/// Dong, Chen, McAuley and Berg-Kirkpatrick, "MusPy: A Toolkit for Symbolic Music Generation", ISMIR 2020.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MuspyMetrics {
    /// From the lowest pitch to the highest, in semitones.
    pub pitch_range: Option<f64>,
    /// How many different pitches there are.
    pub n_pitches_used: usize,
    /// How many different pitch classes there are.
    pub n_pitch_classes_used: usize,
    /// How many pitches sound on average while any does.
    pub polyphony: Option<f64>,
    /// The share of time in which *more than* two pitches sound: MusPy's threshold of 2 is exceeded, not reached.
    pub polyphony_rate: Option<f64>,
    /// The share of notes in the major or natural minor scale of the key that is estimated for the piece.
    pub pitch_in_scale_rate: Option<f64>,
    /// The largest such share in any of the 24 scales.
    pub scale_consistency: Option<f64>,
    /// The entropy of the pitches of the notes, in bits; their lengths do not count.
    pub pitch_entropy: Option<f64>,
    /// The entropy of their pitch classes, in bits.
    pub pitch_class_entropy: Option<f64>,
    /// The share of beats in which no note sounds, percussion included; a note that ends where a beat begins counts for it.
    pub empty_beat_rate: Option<f64>,
    /// The same of bars.
    pub empty_measure_rate: Option<f64>,
    /// One minus the share of ticks in which the onsets of a bar and the next differ, percussion included; none of one bar.
    ///
    /// It is near 1 for all music, because most ticks have no onset.
    pub groove_consistency: Option<f64>,
    /// The share of the notes of percussion on the larger of the two drum patterns, see [`drum_in_pattern_rate`].
    pub drum_pattern_consistency: Option<f64>,
    /// The share of the notes of percussion on halves and quarters of a beat.
    pub drum_in_duple_pattern_rate: Option<f64>,
    /// The share of the notes of percussion on thirds of a beat.
    pub drum_in_triple_pattern_rate: Option<f64>,
}

impl MuspyMetrics {
    /// The metrics of a piece.
    pub fn of(score: &Score) -> MuspyMetrics {
        let counts = PitchCounts::of(score.pitched_notes());
        let (duple, triple) =
            (drum_in_pattern_rate(score, DrumMeter::Duple), drum_in_pattern_rate(score, DrumMeter::Triple));
        let key = estimate_key(score).map(natural);
        let (bar, beat) = (ticks_per_bar(score), u64::from(score.ticks_per_quarter.max(1)));
        let sounding = Sounding::of(score);
        MuspyMetrics {
            pitch_range: counts.range().map(f64::from),
            n_pitches_used: counts.n_pitches(),
            n_pitch_classes_used: counts.n_classes(),
            polyphony: sounding.polyphony(),
            polyphony_rate: sounding.polyphony_rate(score.end()),
            pitch_in_scale_rate: key.and_then(|key| counts.in_scale_rate(key.pitch_classes())),
            scale_consistency: counts.scale_consistency(),
            pitch_entropy: entropy_bits(counts.pitches()),
            pitch_class_entropy: entropy_bits(&counts.classes()),
            empty_beat_rate: empty_rate(score, beat),
            empty_measure_rate: empty_rate(score, bar),
            groove_consistency: groove_consistency(score, bar),
            drum_pattern_consistency: duple.zip(triple).map(|(duple, triple)| duple.max(triple)),
            drum_in_duple_pattern_rate: duple,
            drum_in_triple_pattern_rate: triple,
        }
    }
}

/// How long a bar of the first meter is, in ticks.
pub(crate) fn ticks_per_bar(score: &Score) -> u64 {
    let first = score.meters.first().copied().unwrap_or(Meter::DEFAULT);
    first.ticks_per_bar(score.ticks_per_quarter)
}

/// The share of notes in a scale; none without notes of a pitch.
///
/// MusPy's minor is the scale `natural-minor`.
pub fn pitch_in_scale_rate(score: &Score, scale: Scale) -> Option<f64> {
    PitchCounts::of(score.pitched_notes()).in_scale_rate(scale.pitch_classes())
}

/// The scale of a key as MusPy has it: minor is natural.
fn natural(key: Scale) -> Scale {
    let minor = || format!("{key}").replace("minor", "natural-minor").parse().ok();
    key.is_minor().then(minor).flatten().unwrap_or(key)
}

/// The share of the notes of percussion that begin on a drum pattern; none without percussion.
///
/// The pattern has the beginning of each quarter note; in duple meter its halves, and its quarters, in triple meter its
/// thirds, in each case if they are whole ticks.
pub fn drum_in_pattern_rate(score: &Score, meter: DrumMeter) -> Option<f64> {
    let quarter = u64::from(score.ticks_per_quarter.max(1));
    let parts: &[u64] = if meter == DrumMeter::Duple { &[2, 4] } else { &[3] };
    let is_on = |note: &&Note| {
        let tick = note.onset % quarter;
        tick == 0 || parts.iter().any(|part| quarter.is_multiple_of(*part) && tick.is_multiple_of(quarter / part))
    };
    let drums = || score.notes.iter().filter(|note| note.is_percussion());
    let n_drums = drums().count();
    (n_drums > 0).then(|| drums().filter(is_on).count() as f64 / n_drums as f64)
}

/// How long how many pitches sound.
struct Sounding {
    /// For each number of pitches, from 1, how many ticks that many sound; the last is of that many and more.
    ticks: [u64; 128],
}

impl Sounding {
    fn of(score: &Score) -> Sounding {
        let mut by_pitch: Vec<Vec<Interval>> = vec![Vec::new(); 128];
        for note in score.pitched_notes().filter(|note| note.length > 0) {
            by_pitch[usize::from(note.pitch).min(127)].push(Interval { start: note.onset, end: note.end() });
        }
        let sounding: Vec<Interval> = by_pitch.into_iter().flat_map(union).collect();
        let mut changes: Vec<(u64, i32)> =
            sounding.iter().flat_map(|interval| [(interval.start, 1), (interval.end, -1)]).collect();
        changes.sort_unstable();
        let (mut ticks, mut n_pitches, mut since) = ([0; 128], 0_i32, 0);
        for (tick, change) in changes {
            if let Ok(n_pitches @ 1..) = usize::try_from(n_pitches) {
                ticks[n_pitches.min(128) - 1] += tick - since;
            }
            (n_pitches, since) = (n_pitches + change, tick);
        }
        Sounding { ticks }
    }

    fn polyphony(&self) -> Option<f64> {
        let n_ticks: u64 = self.ticks.iter().sum();
        let n_sounding: f64 = self.ticks.iter().zip(1_u32..).map(|(&ticks, n)| ticks as f64 * f64::from(n)).sum();
        (n_ticks > 0).then(|| n_sounding / n_ticks as f64)
    }

    fn polyphony_rate(&self, end: u64) -> Option<f64> {
        let n_ticks: u64 = self.ticks[2..].iter().sum();
        (end > 0).then(|| n_ticks as f64 / end as f64)
    }
}

/// The share of units of so many ticks in which no note sounds; none without notes.
fn empty_rate(score: &Score, ticks_per_unit: u64) -> Option<f64> {
    let end = score.end();
    let units = |note: &Note| Interval {
        start: note.onset / ticks_per_unit,
        end: (note.end() / ticks_per_unit).saturating_add(1),
    };
    let n_full = n_covered(score.notes.iter().map(units).collect());
    (end > 0).then(|| 1.0 - n_full as f64 / (end / ticks_per_unit).saturating_add(1) as f64)
}

fn groove_consistency(score: &Score, ticks_per_bar: u64) -> Option<f64> {
    let last_bar = score.end() / ticks_per_bar;
    (last_bar > 0).then_some(())?;
    let onset = |note: &Note| (note.onset / ticks_per_bar, note.onset % ticks_per_bar);
    let onsets: BTreeSet<(u64, u64)> = score.notes.iter().map(onset).collect();
    let differs = |bar: u64, tick: u64| u64::from(!onsets.contains(&(bar, tick)));
    let n_different: u64 = onsets
        .iter()
        .map(|&(bar, tick)| {
            let after = if bar < last_bar { differs(bar + 1, tick) } else { 0 };
            after + bar.checked_sub(1).map_or(0, |before| differs(before, tick))
        })
        .sum();
    Some(1.0 - n_different as f64 / (ticks_per_bar as f64 * last_bar as f64))
}
