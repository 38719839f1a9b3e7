//! `galant harmonize`: the other parts for a tune.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use galant_corpus::{ReadOptions, Strictness};
use galant_harmony::Rule;
use galant_pipeline::{Avoidance, Harmonized, LoadedModel, Tune};
use galant_plot::text_roll;

use crate::args::HarmonizeArgs;
use crate::format::Format;
use crate::{files, model, music, originality, printable, progress};

pub(crate) fn run(args: &HarmonizeArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.model, &args.out)?;
    files::keep_apart(&args.tune, &args.out)?;
    Format::of_name(&args.out)?;
    let model = model::read_at(&args.model, args.level.level())?;
    let (corpus, code) = originality::of_receipt(&args.receipt, &args.model, model.file(), strictness)?;
    let tune = read_tune(args, &model, strictness)?;
    let job = match args.receipt.avoid_copying {
        Some(_) => progress::spinner("harmonizing"),
        None => progress::work("harmonizing", args.n_best.get()),
    };
    let model = model.watched(job.watch());
    let settings = args.settings();
    let found = match (args.n_best.get(), corpus.as_ref().zip(args.receipt.avoid_copying)) {
        (_, Some((corpus, n_most))) => {
            model.harmonize_avoiding(&tune, &settings, args.n_best, Avoidance { corpus: corpus.index(), n_most })?
        }
        (1, None) => vec![model.harmonize(&tune, &settings)?],
        (n, None) => model.harmonize_best(&tune, &settings, n)?,
    };
    drop(job);
    if found.len() < args.n_best.get() {
        printable::warn(&format!("{} different harmonizations found, of {} asked for", found.len(), args.n_best));
    }
    let mut written = Vec::new();
    for (number, harmonized) in found.iter().enumerate() {
        let path = files::numbered(&args.out, number, found.len());
        files::write(&path, &Format::of_name(&path)?.encode(&harmonized.score, &path)?)?;
        print(&path, harmonized, tune.n_bars(), out)?;
        written.push((path.display().to_string(), harmonized.score.clone()));
    }
    originality::write_receipt(&args.receipt, corpus.as_ref(), &written, out)?;
    if let [harmonized] = found.as_slice() {
        out.write_all(text_roll(&harmonized.score).as_bytes())?;
    }
    Ok(code)
}

/// The tune, with a warning if the model does not know pitches as high or as low.
fn read_tune(args: &HarmonizeArgs, model: &LoadedModel, strictness: Strictness) -> anyhow::Result<Tune> {
    let score = music::read(&args.tune, ReadOptions { rules: model.file().read_rules, strictness })?.score;
    let reading = || format!("reading {}", args.tune.display());
    let styles = &model.file().streams.values().styles;
    if let Some(style) = args.style.as_ref().filter(|style| !styles.contains(style)) {
        let known = if styles.is_empty() { "none".to_owned() } else { styles.join(", ") };
        bail!("the model knows no style '{style}'; it knows {known}");
    }
    let tune = model.tune(&score, &args.request()).with_context(reading)?;
    let (semitones, n_folded) = (tune.semitones(), tune.n_folded());
    if semitones != 0 {
        let direction = if semitones > 0 { "higher" } else { "lower" };
        printable::warn(&format!(
            "{}: the tune is beyond what the model knows of its part; it is harmonized {} semitones {direction} and all parts \
             are moved back",
            args.tune.display(),
            semitones.unsigned_abs()
        ));
    }
    if n_folded > 0 {
        printable::warn(&format!(
            "{}: {n_folded} notes are beyond the range of their part; they are harmonized as if they were in another octave",
            args.tune.display()
        ));
    }
    Ok(tune)
}

/// What was written, and how often it breaks which rules.
fn print(path: &Path, harmonized: &Harmonized, n_bars: u64, out: &mut impl Write) -> anyhow::Result<()> {
    let key = harmonized.key.map_or(String::new(), |key| format!(", {key}"));
    let seed = harmonized.settings.seed.0;
    let bars = if n_bars == 1 { "bar" } else { "bars" };
    writeln!(out, "wrote {}: {n_bars} {bars}{key}, seed {seed}", path.display())?;
    let tally = &harmonized.tally;
    let shown = |rule: &Rule| Rule::HARD.contains(rule) || tally.breaches().of(*rule) > 0;
    let counts = Rule::ALL.into_iter().filter(shown).map(|rule| format!("{rule} {:.1}", tally.per_100_chords(rule)));
    let counts: Vec<String> = counts.collect();
    writeln!(out, "of 100 chords ({} in all): {}", tally.n_chords(), counts.join(", "))?;
    Ok(())
}
