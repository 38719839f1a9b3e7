//! `cargo xtask train-mozart`: from nothing to a waltz of its own, and how good it is.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::command::Task;
use crate::libtorch::Libtorch;
use crate::options::{Options, UsageError};
use crate::workspace::Workspace;

pub(crate) const HELP: &str = "\
Builds the program, trains it on Mozart and on waltzes of his dice game, composes a waltz of its own, renders it as
sound and pictures, and measures the model: its loss above the entropy of the dice, and how many of its waltzes are
legal and new.

Usage: cargo xtask train-mozart [--corpus DIR] [--out DIR] [ARGS]

  --corpus DIR  trains on the MIDI files of a folder instead, and composes freely
  --out DIR     where model, composition, sound, pictures and report go (default: out/mozart)
  ARGS          go to `galant train` as they are, including `--engine torch`, which fetches libtorch if need be;
                `cargo run --release -- train --help` lists them

Paths are relative to the current folder. Every command is printed before it runs.
";

/// Builds, trains, composes, and lists what was written.
///
/// # Errors
///
/// [`UsageError`] if `--corpus` or `--out` has no value or occurs twice; else if a command fails.
pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let Request { corpus, out, rest } = Request::read(options)?;
    let workspace = Workspace::load()?;
    let program = if wants_torch(&rest) {
        Libtorch::provide(&workspace)?.build(&workspace)?
    } else {
        Task::cargo(&["build", "--release", "-p", "galant-cli"]).run()?;
        workspace.release_program("galant")
    };
    let galant = |command: &[&str]| Task::program(&program).args(command);
    let file = |name: &str| out.join(name);
    let (model, piece, report) = (file("model.safetensors"), file("composed.mid"), file("report.html"));
    let (sound, roll, losses) = (file("composed.wav"), file("composed.svg"), file("loss.svg"));

    let train = galant(&["train", "--out"]).args([&out]).args(["--corpus"]);
    let compose = galant(&["compose", "--model"]).args([&model]).args(["--out"]).args([&piece]);
    match &corpus {
        Some(corpus) => {
            train.args([corpus]).args(&rest).run()?;
            compose.run()?;
        }
        None => {
            train.args(["mozart", "dice"]).args(waltz_settings(&rest)).args(&rest).run()?;
            compose.args(WALTZ).run()?;
        }
    }
    galant(&["render"]).args([&piece]).args(["--out"]).args([&sound]).run()?;
    galant(&["plot", "roll"]).args([&piece]).args(["--out"]).args([&roll]).run()?;
    galant(&["plot", "loss"]).args([file("training.csv")]).args(["--out"]).args([&losses]).run()?;
    galant(&["report"]).args([&out]).args(["--out"]).args([&report]).run()?;
    if corpus.is_none() {
        galant(&["evaluate", "--model"]).args([&model]).args(["dice"]).run()?;
    }

    println!("\nwritten:");
    for path in [&model, &piece, &sound, &roll, &losses, &report] {
        let size = std::fs::metadata(path).with_context(|| format!("{} was not written", path.display()))?.len();
        println!("  {} ({size} bytes)", path.display());
    }
    println!("\nnext:");
    println!("  open {} in a browser: it plays and shows the piece, and how it was learned", report.display());
    println!("  {}\n  {}", galant(&["info"]).args([&model]), galant(&["compose", "--help"]));
    Ok(())
}

/// How the default corpus is learned: many waltzes, each seen a few times, so that nothing is learned by heart and no
/// dropout is needed; a bar depends on its position alone, so a small network is enough.
const SETTINGS: [(&str, &str); 6] = [
    ("--waltzes", "12000"),
    ("--epochs", "6"),
    ("--hidden-size", "128"),
    ("--layers", "2"),
    ("--dropout", "0"),
    ("--learning-rate", "0.002"),
];

/// A waltz that continues a rolled one, without the rolled one.
const WALTZ: [&str; 5] = ["--primer", "dice", "--omit-primer", "--bars", "16"];

/// The settings that the caller does not set otherwise.
fn waltz_settings(rest: &[String]) -> Vec<&'static str> {
    let is_given = |name: &str| rest.iter().any(|arg| arg.split('=').next() == Some(name));
    let settings = SETTINGS.into_iter().filter(|(name, _)| !is_given(name));
    settings.flat_map(|(name, value)| [name, value]).collect()
}

/// Whether `galant train` is asked for the engine on libtorch, which needs another build.
fn wants_torch(rest: &[String]) -> bool {
    rest.join(" ").replace('=', " ").contains("--engine torch")
}

/// What the caller wants.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    /// None for the program's own.
    corpus: Option<String>,
    out: PathBuf,
    /// For `galant train`, as given.
    rest: Vec<String>,
}

impl Request {
    fn read(mut options: Options) -> Result<Request, UsageError> {
        let out = options.take("--out")?.unwrap_or_else(|| "out/mozart".to_owned());
        Ok(Request { corpus: options.take("--corpus")?, out: Path::new(&out).to_owned(), rest: options.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(args: &str) -> Vec<String> {
        args.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_go_on_to_the_program_except_the_two_we_need() {
        let check = |args: &str, corpus: Option<&str>, out: &str, rest: &str| {
            let expected = Request { corpus: corpus.map(str::to_owned), out: out.into(), rest: words(rest) };
            assert_eq!(Request::read(Options(words(args))), Ok(expected), "{args}");
        };
        check("", None, "out/mozart", "");
        check("--seed 1 --out a --epochs=3", None, "a", "--seed 1 --epochs=3");
        check("--out=x=y --corpus=midi", Some("midi"), "x=y", "");
        check("--corpus midi --output z", Some("midi"), "out/mozart", "--output z");
    }

    #[test]
    fn settings_of_the_default_job_give_way_to_those_given() {
        let settings = waltz_settings(&words("--epochs=2 --hidden-size 64"));
        assert_eq!(settings, ["--waltzes", "12000", "--layers", "2", "--dropout", "0", "--learning-rate", "0.002"]);
        assert_eq!(waltz_settings(&[]).len(), 2 * SETTINGS.len());
    }

    #[test]
    fn the_engine_on_libtorch_is_seen_wherever_it_is_asked_for() {
        for (args, expected) in [
            ("--epochs 2 --engine torch", true),
            ("--engine=torch --device cpu", true),
            ("--engine embedded", false),
            ("torch --engine", false),
        ] {
            assert_eq!(wants_torch(&words(args)), expected, "{args}");
        }
    }
}
