//! What a composed file says of itself: the program, the model, and every setting as on the command line.

use std::path::Path;

use anyhow::{bail, ensure};
use clap::Parser;
use galant_checkpoint::MAX_MODEL_BYTES;
use sha2::{Digest, Sha256};

use crate::args::{Loops, PieceArgs, PitchRange};
use crate::files;

use super::settings::strategy_name;

const PROGRAM: &str = "composed by galant ";
const MODEL: &str = "model sha256 ";

/// What made a piece.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// The program's version.
    pub(crate) version: String,
    /// SHA-256 of the model file, in hexadecimal.
    pub(crate) model: String,
    /// Complete.
    pub(crate) piece: PieceArgs,
}

/// The settings alone, so that a file cannot say which other file to read or write.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Settings {
    #[command(flatten)]
    piece: PieceArgs,
}

impl Record {
    /// The record of a piece by this version.
    pub(crate) fn new(model: &str, piece: PieceArgs) -> Record {
        Record { version: env!("CARGO_PKG_VERSION").to_owned(), model: model.to_owned(), piece }
    }

    /// The texts of a file: a line for the program, one for the model, one for each setting.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = vec![format!("{PROGRAM}{}", self.version), format!("{MODEL}{}", self.model)];
        texts.extend(options(&self.piece));
        texts
    }

    /// Reads the texts of a file.
    pub(crate) fn parse(texts: &[String]) -> anyhow::Result<Record> {
        let after = |prefix: &str| texts.iter().find_map(|text| text.strip_prefix(prefix));
        let (Some(version), Some(model)) = (after(PROGRAM), after(MODEL)) else {
            bail!("it does not say how it was composed; give a file that `galant compose` wrote");
        };
        let options: Vec<&String> = texts.iter().filter(|text| text.starts_with("--")).collect();
        let settings = Settings::try_parse_from(options).map_err(|error| {
            let message = error.to_string();
            let line = message.lines().next().unwrap_or_default();
            anyhow::anyhow!("its settings cannot be read: {}", line.trim_start_matches("error: "))
        })?;
        ensure!(settings.piece.tokens.is_some(), "its settings cannot be read: --tokens is missing");
        Ok(Record { version: version.to_owned(), model: model.to_owned(), piece: settings.piece })
    }
}

/// SHA-256 of a model file, in hexadecimal.
pub(crate) fn model_hash(path: &Path) -> anyhow::Result<String> {
    let bytes = files::read(path, MAX_MODEL_BYTES)?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Every setting that is given, in the order of the help.
fn options(piece: &PieceArgs) -> Vec<String> {
    // Named one by one, so that a new setting cannot be forgotten.
    let PieceArgs {
        tokens,
        steps,
        seed,
        primer_tokens,
        omit_primer,
        tempo,
        meter,
        program,
        strategy,
        temperature,
        loop_lengths,
        top_k,
        top_p,
        min_p,
        entropy_floor,
        entropy_window,
        beam_width,
        diversity,
        length_normalisation,
        rank,
        repetition_penalty,
        repetition_window,
        block_ngrams,
        block_window,
        key,
        end_on_tonic,
        pitch_range,
        only_notes,
        no_notes,
        max_notes,
    } = piece;
    let loops = loop_lengths.as_ref().map(|Loops(lengths)| match &lengths[..] {
        [] => "none".to_owned(),
        lengths => lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
    });
    let pitch_range = pitch_range.map(|PitchRange(low, high)| format!("{low}-{high}"));
    let named = [
        ("tokens", tokens.map(|n| n.to_string())),
        ("steps", steps.map(|n| n.to_string())),
        ("seed", Some(seed.to_string())),
        ("primer-tokens", primer_tokens.clone()),
        ("omit-primer", omit_primer.then(String::new)),
        ("tempo", tempo.map(|x| x.to_string())),
        ("meter", meter.map(|meter| meter.to_string())),
        ("program", program.map(|n| n.to_string())),
        ("strategy", Some(strategy_name(*strategy).to_owned())),
        ("temperature", temperature.map(|x| x.to_string())),
        ("loop-lengths", loops),
        ("top-k", top_k.map(|n| n.to_string())),
        ("top-p", top_p.map(|x| x.to_string())),
        ("min-p", min_p.map(|x| x.to_string())),
        ("entropy-floor", entropy_floor.map(|x| x.to_string())),
        ("entropy-window", entropy_window.map(|n| n.to_string())),
        ("beam-width", beam_width.map(|n| n.to_string())),
        ("diversity", diversity.map(|x| x.to_string())),
        ("length-normalisation", length_normalisation.map(|x| x.to_string())),
        ("rank", rank.map(|n| n.to_string())),
        ("repetition-penalty", repetition_penalty.map(|x| x.to_string())),
        ("repetition-window", repetition_window.map(|n| n.to_string())),
        ("block-ngrams", block_ngrams.map(|n| n.to_string())),
        ("block-window", block_window.map(|n| n.to_string())),
        ("key", key.clone()),
        ("end-on-tonic", end_on_tonic.then(String::new)),
        ("pitch-range", pitch_range),
        ("only-notes", only_notes.clone()),
        ("no-notes", no_notes.clone()),
        ("max-notes", max_notes.map(|n| n.to_string())),
    ];
    let option = |(name, value): (&str, Option<String>)| {
        let value = value?;
        Some(if value.is_empty() { format!("--{name}") } else { format!("--{name}={value}") })
    };
    named.into_iter().filter_map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(options: &[&str]) {
        let texts: Vec<String> = ["composed by galant 1.2.3", "model sha256 ab12"]
            .iter()
            .chain(options)
            .map(|text| (*text).to_owned())
            .collect();
        let record = Record::parse(&texts).unwrap();
        assert_eq!((record.version.as_str(), record.model.as_str()), ("1.2.3", "ab12"));
        assert_eq!(record.texts(), texts);
    }

    #[test]
    fn a_record_reads_back_whatever_is_set() {
        check(&["--tokens=7", "--seed=18446744073709551615", "--strategy=greedy"]);
        let drawn = ["--strategy=random", "--temperature=0.30000000000000004", "--loop-lengths=none", "--top-p=1e-300"];
        check(&[&["--tokens=1", "--seed=0", "--primer-tokens=60 64.67", "--omit-primer"], &drawn[..3]].concat());
        check(&[
            "--tokens=512",
            "--seed=1",
            "--strategy=random",
            "--temperature=0.5",
            "--loop-lengths=2,3,4",
            "--top-k=9",
            "--entropy-floor=0.1",
            "--entropy-window=16",
            "--repetition-penalty=1.5",
            "--repetition-window=64",
            "--block-ngrams=8",
            "--block-window=256",
            "--key=F# minor",
            "--end-on-tonic",
            "--pitch-range=40-80",
            "--only-notes=C,D",
            "--no-notes=F#",
            "--max-notes=3",
        ]);
        check(&[
            "--tokens=49152",
            "--steps=1536",
            "--seed=1",
            "--primer-tokens=60.64+6>6 >12",
            "--tempo=89.9999550000225",
            "--meter=6/8",
            "--program=127",
            "--strategy=greedy",
        ]);
        check(&[
            "--tokens=512",
            "--seed=1",
            "--strategy=beam",
            "--beam-width=8",
            "--diversity=0.5",
            "--length-normalisation=1",
            "--rank=3",
        ]);
    }

    #[test]
    fn a_record_that_is_none_or_asks_for_more_is_refused() {
        let message = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            Record::parse(&texts).unwrap_err().to_string()
        };
        assert!(message(&["composed by hand"]).starts_with("it does not say how it was composed"));
        let head = ["composed by galant 0.1.0", "model sha256 ab"];
        let with = |option| message(&[head[0], head[1], "--tokens=3", option]);
        assert_eq!(with("--out=x.mid"), "its settings cannot be read: unexpected argument '--out' found");
        assert_eq!(message(&head), "its settings cannot be read: --tokens is missing");
        assert!(with("--tokens=-3").starts_with("its settings cannot be read: "));
    }
}
