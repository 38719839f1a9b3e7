//! Receipts as JSON.

use galant_originality::{CopiedRun, CorpusInterval, Quantiles, RunKind};
use serde::Serialize;

use super::corpus::OriginalityCorpus;
use super::receipt::{KindReceipt, Receipt};

/// One JSON object, on one line.
pub(super) fn text(corpus: &OriginalityCorpus, receipts: &[Receipt]) -> String {
    let interval = |kind| corpus.interval(kind).and_then(IntervalJson::of);
    let json = Json {
        min_run: corpus.n_min(),
        corpus: CorpusJson {
            pieces: corpus.names().len(),
            families: corpus.n_families(),
            onsets: corpus.index().n_onsets(),
            pitches_and_rhythm: interval(RunKind::PitchesAndRhythm),
            pitches: interval(RunKind::Pitches),
        },
        pieces: receipts.iter().map(|receipt| PieceJson::of(receipt, corpus)).collect(),
    };
    serde_json::to_string(&json).expect("numbers and names have a JSON form")
}

#[derive(Serialize)]
struct Json<'a> {
    /// From how many onsets on a run counts as copied.
    min_run: usize,
    corpus: CorpusJson,
    pieces: Vec<PieceJson<'a>>,
}

#[derive(Serialize)]
struct CorpusJson {
    pieces: usize,
    /// Pieces without music in common.
    families: usize,
    onsets: usize,
    /// What the pieces have from each other; null if there are too few.
    pitches_and_rhythm: Option<IntervalJson>,
    pitches: Option<IntervalJson>,
}

/// Three numbers each: a twentieth of the pieces has less, half has, a twentieth has more.
#[derive(Serialize)]
struct IntervalJson {
    longest: [usize; 3],
    covered: [f64; 3],
}

impl IntervalJson {
    fn of(interval: &CorpusInterval) -> Option<IntervalJson> {
        let longest = three(interval.longest()?);
        Some(IntervalJson { longest, covered: three(interval.covered()?) })
    }
}

fn three<T>(quantiles: Quantiles<T>) -> [T; 3] {
    [quantiles.low, quantiles.median, quantiles.high]
}

#[derive(Serialize)]
struct PieceJson<'a> {
    piece: &'a str,
    onsets: usize,
    /// The piece of the corpus that it is, if it is one.
    in_corpus: Option<&'a str>,
    /// Whether it copies more than the corpus does; null if that is too small to tell.
    exceeds_corpus: Option<bool>,
    pitches_and_rhythm: KindJson<'a>,
    pitches: KindJson<'a>,
    /// Of each onset but the last.
    each_onset: Vec<OnsetJson>,
}

#[derive(Serialize)]
struct KindJson<'a> {
    longest: usize,
    covered: f64,
    exceeds_corpus: Option<bool>,
    runs: Vec<RunJson<'a>>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    /// From 0.
    first_onset: usize,
    onsets: usize,
    bars: [u64; 2],
    source: &'a str,
    source_first_onset: usize,
    source_bars: [u64; 2],
    /// How many it is higher than the source.
    semitones: i16,
}

#[derive(Serialize)]
struct OnsetJson {
    bar: u64,
    /// Quarter notes from the beginning.
    quarter: f64,
    /// Onsets of the longest run that it is in.
    pitches_and_rhythm: usize,
    pitches: usize,
}

impl<'a> PieceJson<'a> {
    fn of(receipt: &'a Receipt, corpus: &'a OriginalityCorpus) -> PieceJson<'a> {
        let names = corpus.names();
        let both = receipt.rhythm.runs.longest.iter().zip(&receipt.pitches.runs.longest);
        let each = receipt.onsets.list().iter().zip(both).map(|(onset, (rhythm, pitches))| OnsetJson {
            bar: onset.bar,
            quarter: onset.twelfth as f64 / 12.0,
            pitches_and_rhythm: *rhythm,
            pitches: *pitches,
        });
        PieceJson {
            piece: &receipt.name,
            onsets: receipt.onsets.list().len(),
            in_corpus: receipt.itself.map(|number| names[number].as_str()),
            exceeds_corpus: receipt.exceeds(),
            pitches_and_rhythm: KindJson::of(&receipt.rhythm, names),
            pitches: KindJson::of(&receipt.pitches, names),
            each_onset: each.collect(),
        }
    }
}

impl<'a> KindJson<'a> {
    fn of(receipt: &'a KindReceipt, names: &'a [String]) -> KindJson<'a> {
        let run = |run: &CopiedRun| RunJson {
            first_onset: run.first,
            onsets: run.n_onsets,
            bars: [*run.bars.start(), *run.bars.end()],
            source: &names[run.source.piece],
            source_first_onset: run.source.first,
            source_bars: [*run.source.bars.start(), *run.source.bars.end()],
            semitones: run.semitones,
        };
        KindJson {
            longest: receipt.copying.longest,
            covered: receipt.copying.covered,
            exceeds_corpus: receipt.exceeds,
            runs: receipt.runs.copied.iter().map(run).collect(),
        }
    }
}
