//! What a piece has from the corpus, in words and as bands over its roll.

use std::fmt::Write as _;

use galant_originality::{CopiedRun, RunKind};
use galant_types::TempoMap;

use super::words::{escaped, percent};
use crate::originality::{OriginalityCorpus, Receipt, bars, counted, moved};

/// How many runs are listed, the longest.
const MAX_RUNS: usize = 6;

/// A part of a piece that is in the corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Band {
    /// From this tick on.
    pub(super) from: u64,
    /// Up to this one.
    pub(super) to: u64,
    /// By what it is there.
    pub(super) kind: RunKind,
}

/// The parts of a piece that are in runs of at least `n_min` onsets, in the order of time; where both kinds of runs are, it
/// is that of pitches and rhythm.
pub(super) fn bands(receipt: &Receipt, n_min: usize) -> Vec<Band> {
    let onsets = receipt.onsets.list();
    let kind = |at: usize| {
        let has = |kind: RunKind| receipt.kind(kind).runs.longest.get(at).is_some_and(|&n| n >= n_min);
        [RunKind::PitchesAndRhythm, RunKind::Pitches].into_iter().find(|kind| has(*kind))
    };
    let mut bands: Vec<Band> = Vec::new();
    for (at, pair) in onsets.windows(2).enumerate() {
        let Some(kind) = kind(at) else { continue };
        let (from, to) = (pair[0].tick, pair[1].tick);
        match bands.last_mut().filter(|band| band.kind == kind && band.to == from) {
            Some(band) => band.to = to,
            None => bands.push(Band { from, to, kind }),
        }
    }
    bands
}

/// How much a piece has from the corpus, and whether that is usual there.
pub(super) fn sentence(receipt: &Receipt, corpus: &OriginalityCorpus) -> String {
    let (n_min, rhythm) = (corpus.n_min(), &receipt.rhythm.copying);
    let mut text = match rhythm.longest {
        n if n < n_min => format!("No {n_min} onsets in a row are in the corpus, in any key, with their rhythm"),
        n => format!(
            "{} of it is in the corpus, in any key, with its rhythm: runs of {n_min} onsets and more, the longest of {n}",
            percent(rhythm.covered)
        ),
    };
    let pitches = &receipt.pitches.copying;
    if pitches.longest >= n_min && pitches.covered > rhythm.covered {
        let _ = write!(text, "; by pitches alone {}, the longest of {}", percent(pitches.covered), pitches.longest);
    }
    match receipt.exceeds() {
        Some(true) => text.push_str(". This is more than 95 of 100 pieces of the corpus have from each other."),
        Some(false) => text.push_str(". This is no more than pieces of the corpus have from each other."),
        None => text.push('.'),
    }
    text
}

/// The longest runs in the order of the piece, each a button that plays from there.
pub(super) fn runs(receipt: &Receipt, names: &[String], tempo: &TempoMap) -> String {
    let is_of_rhythm = !receipt.rhythm.runs.copied.is_empty();
    let kind = if is_of_rhythm { RunKind::PitchesAndRhythm } else { RunKind::Pitches };
    let all = &receipt.kind(kind).runs.copied;
    let mut listed: Vec<&CopiedRun> = all.iter().collect();
    listed.sort_by_key(|run| std::cmp::Reverse(run.n_onsets));
    listed.truncate(MAX_RUNS);
    listed.sort_by_key(|run| run.first);
    if listed.is_empty() {
        return String::new();
    }
    let mut html = "<ul class=\"runs\">\n".to_owned();
    for run in listed {
        let seconds = tempo.seconds(receipt.onsets.list()[run.first].tick);
        let _ = writeln!(
            html,
            "<li><button type=\"button\" class=\"from\" data-seconds=\"{seconds:.3}\">{}</button> {}{} from {}, {}, {}</li>",
            bars(&run.bars),
            counted(run.n_onsets, "onset"),
            if is_of_rhythm { "" } else { ", in another rhythm," },
            escaped(&names[run.source.piece]),
            bars(&run.source.bars),
            moved(run.semitones),
        );
    }
    if all.len() > MAX_RUNS {
        let _ = writeln!(html, "<li>and {}</li>", counted(all.len() - MAX_RUNS, "shorter run"));
    }
    html + "</ul>\n"
}

/// What the pieces of the corpus have from each other.
pub(super) fn explanation(corpus: &OriginalityCorpus) -> String {
    let mut text = format!(
        "An onset is all notes struck together. The pieces are compared with {}",
        counted(corpus.names().len(), "piece")
    );
    let interval = corpus.interval(RunKind::PitchesAndRhythm);
    if let Some((longest, covered)) = interval.and_then(|interval| interval.longest().zip(interval.covered())) {
        let _ = write!(
            text,
            ". What these have from each other: half of them at most {}, and one in twenty more than {}; the longest run has \
             at most {} onsets in half of them, and more than {} in one in twenty",
            percent(covered.median),
            percent(covered.high),
            longest.median,
            longest.high
        );
    }
    let n = corpus.n_families();
    if interval.is_some() && n < OriginalityCorpus::MIN_FAMILIES {
        let _ = write!(text, ". {} without music in common are too few to say what is usual", counted(n, "piece"));
    }
    format!("<p class=\"note\">{}.</p>\n", escaped(&text))
}

#[cfg(test)]
mod tests {
    use galant_originality::{Copying, Onsets, Runs};
    use galant_types::{Note, Score};

    use super::*;
    use crate::originality::KindReceipt;

    #[test]
    fn bands_are_from_onset_to_onset_and_rhythm_comes_before_pitches() {
        let note = |onset| Note { onset, length: 5, pitch: 60, velocity: 64, channel: 0, track: 0 };
        let score = Score { notes: [0, 12, 24, 48, 60, 72, 84].map(note).to_vec(), ..Score::new(12) };
        let kind = |longest: [usize; 6]| KindReceipt {
            runs: Runs { longest: longest.to_vec(), copied: Vec::new() },
            copying: Copying { longest: 0, covered: 0.0 },
            exceeds: None,
        };
        let receipt = Receipt {
            name: String::new(),
            onsets: Onsets::of(&score),
            itself: None,
            pitches: kind([3, 3, 3, 1, 3, 3]),
            rhythm: kind([2, 3, 3, 1, 1, 3]),
        };
        let band = |from, to, kind| Band { from, to, kind };
        let (rhythm, pitches) = (RunKind::PitchesAndRhythm, RunKind::Pitches);
        let expected = [band(0, 12, pitches), band(12, 48, rhythm), band(60, 72, pitches), band(72, 84, rhythm)];
        assert_eq!(bands(&receipt, 3), expected);
        assert_eq!(bands(&receipt, 4), []);
    }
}
