//! `cargo xtask train-mozart`: from nothing to a waltz of its own, and how good it is.

use std::fmt;
use std::path::Path;

use crate::command::Task;
use crate::libtorch::Libtorch;
use crate::workspace::Workspace;

const HELP: &str = "\
Builds the program, trains it on Mozart and on waltzes of his dice game, composes a waltz of its own, makes it heard and
seen, and measures it: what it pays above chance, and how many of its waltzes are legal and new.

Usage: cargo xtask train-mozart [--corpus DIR] [--out DIR] [ARGS]

  --corpus DIR  train on the MIDI files of a folder instead of those, and composes freely
  --out DIR     where model, composition, sound, pictures and report go; out/mozart if not given
  ARGS          go to `galant train` as they are, `--engine torch` too, which fetches libtorch if need be;
                `cargo run --release -- train --help` lists them

Paths are relative to where you stand. Every command is printed before it runs.
";

/// Builds, trains, composes, and says what was written.
///
/// # Errors
///
/// [`UsageError`] if `--corpus` or `--out` has no value or stands twice; else if a command fails.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let request = parse(args)?;
    if request.help {
        print!("{HELP}");
        return Ok(());
    }
    let workspace = Workspace::load()?;
    let program = if request.wants_torch() {
        Libtorch::provide()?.build(&workspace)?
    } else {
        Task::cargo(&["build", "--release", "-p", "galant-cli"]).run()?;
        workspace.target.join("release").join(format!("galant{}", std::env::consts::EXE_SUFFIX))
    };
    let here = std::env::current_dir()?;
    let galant = || Task::new(&program.strip_prefix(&here).unwrap_or(&program).to_string_lossy(), &program);

    let file = |name: &str| file_in(&request.out, name);
    let (model, curve, piece) = (file("model.safetensors"), file("training.csv"), file("composed.mid"));
    let (sound, roll, losses, report) =
        (file("composed.wav"), file("composed.svg"), file("loss.svg"), file("report.html"));
    let train = galant().args(["train", "--out", &request.out]);
    match &request.corpus {
        Some(corpus) => {
            train.args(["--corpus", corpus]).args(&request.rest).run()?;
            galant().args(["compose", "--model", &model, "--out", &piece]).run()?;
        }
        None => {
            train.args(["--corpus", "mozart", "dice"]).args(waltz_settings(&request.rest)).args(&request.rest).run()?;
            galant().args(["compose", "--model", &model, "--out", &piece]).args(WALTZ).run()?;
        }
    }
    galant().args(["render", &piece, "--out", &sound]).run()?;
    galant().args(["plot", "roll", &piece, "--out", &roll]).run()?;
    galant().args(["plot", "loss", &curve, "--out", &losses]).run()?;
    galant().args(["report", &request.out, "--out", &report]).run()?;
    if request.corpus.is_none() {
        galant().args(["evaluate", "--model", &model, "dice"]).run()?;
    }

    println!("\nwritten:");
    for path in [&model, &piece, &sound, &roll, &losses, &report] {
        let size = std::fs::metadata(path).map_err(|error| anyhow::anyhow!("{path} was not written: {error}"))?.len();
        println!("  {path} ({size} bytes)");
    }
    println!("\nnext:");
    println!("  open {report} in a browser: it plays the piece and shows it, and how it was learned");
    for args in [&["info", &model][..], &["compose", "--help"]] {
        println!("  {}", galant().args(args));
    }
    Ok(())
}

/// How the default corpus is learned: many waltzes, each seen a few times, so that nothing is learned by heart and no
/// dropout is needed; a bar hangs on its position alone, so that a small network is enough.
const SETTINGS: [(&str, &str); 6] = [
    ("--evenings", "300"),
    ("--epochs", "6"),
    ("--hidden", "128"),
    ("--layers", "2"),
    ("--dropout", "0"),
    ("--learning-rate", "0.002"),
];

/// A waltz that goes on from a rolled one, without that.
const WALTZ: [&str; 5] = ["--primer", "dice", "--only-new", "--bars", "16"];

/// The settings that the caller does not set otherwise.
fn waltz_settings(rest: &[String]) -> Vec<&'static str> {
    let is_given = |name: &str| rest.iter().any(|arg| arg.split('=').next() == Some(name));
    let settings = SETTINGS.into_iter().filter(|(name, _)| !is_given(name));
    settings.flat_map(|(name, value)| [name, value]).collect()
}

/// Why the arguments cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// An option stands last and has no value, or an empty one.
    NoValue(&'static str),
    /// An option stands twice.
    Twice(&'static str),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UsageError::NoValue(option) => write!(f, "train-mozart: {option} needs a folder after it"),
            UsageError::Twice(option) => write!(f, "train-mozart: {option} stands twice; give it once"),
        }
    }
}

impl std::error::Error for UsageError {}

/// What the caller wants.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    /// None for the one of the program.
    corpus: Option<String>,
    out: String,
    help: bool,
    /// For `galant train`, as given.
    rest: Vec<String>,
}

impl Request {
    /// Whether `galant train` is asked for the engine on libtorch, which needs another build.
    fn wants_torch(&self) -> bool {
        let asks = |args: &[String]| args[0] == "--engine" && args[1] == "torch";
        self.rest.windows(2).any(asks) || self.rest.iter().any(|arg| arg == "--engine=torch")
    }
}

fn parse(args: &[String]) -> Result<Request, UsageError> {
    let (mut corpus, mut out) = (None, None);
    let (mut help, mut rest) = (false, Vec::new());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, value) = arg.split_once('=').map_or((arg.as_str(), None), |(name, value)| (name, Some(value)));
        let (option, place) = match name {
            "--corpus" => ("--corpus", &mut corpus),
            "--out" => ("--out", &mut out),
            _ => {
                help |= arg == "--help" || arg == "-h";
                rest.push(arg.clone());
                continue;
            }
        };
        let value = value.or_else(|| args.next().map(String::as_str)).filter(|value| !value.is_empty());
        let value = value.ok_or(UsageError::NoValue(option))?;
        if place.replace(value.to_owned()).is_some() {
            return Err(UsageError::Twice(option));
        }
    }
    Ok(Request { corpus, out: out.unwrap_or_else(|| "out/mozart".to_owned()), help, rest })
}

fn file_in(folder: &str, name: &str) -> String {
    Path::new(folder).join(name).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(args: &[&str]) -> Result<Request, UsageError> {
        parse(&args.iter().map(|arg| arg.to_string()).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(args: &[&str], corpus: Option<&str>, out: &str, rest: &[&str]) {
        let rest = rest.iter().map(|arg| arg.to_string()).collect();
        let expected = Request { corpus: corpus.map(str::to_owned), out: out.to_owned(), help: false, rest };
        assert_eq!(request(args), Ok(expected), "{args:?}");
    }

    #[test]
    fn arguments_go_on_to_the_program_except_the_two_we_need() {
        check(&[], None, "out/mozart", &[]);
        check(&["--epochs", "2", "--quiet"], None, "out/mozart", &["--epochs", "2", "--quiet"]);
        check(&["--seed", "1", "--out", "a b", "--epochs=3"], None, "a b", &["--seed", "1", "--epochs=3"]);
        check(&["--out=x=y", "--corpus=midi"], Some("midi"), "x=y", &[]);
        check(&["--corpus", "midi", "--output", "z"], Some("midi"), "out/mozart", &["--output", "z"]);
    }

    #[test]
    fn settings_of_the_default_job_give_way_to_those_given() {
        let rest = ["--epochs=2".to_owned(), "--hidden".to_owned(), "64".to_owned()];
        assert_eq!(
            waltz_settings(&rest),
            ["--evenings", "300", "--layers", "2", "--dropout", "0", "--learning-rate", "0.002"]
        );
        assert_eq!(waltz_settings(&[]).len(), 2 * SETTINGS.len());
    }

    #[test]
    fn an_option_without_value_or_given_twice_is_refused() {
        assert_eq!(request(&["--out"]), Err(UsageError::NoValue("--out")));
        assert_eq!(request(&["--corpus="]), Err(UsageError::NoValue("--corpus")));
        assert_eq!(request(&["--out", "a", "--out=b"]), Err(UsageError::Twice("--out")));
    }

    #[test]
    fn the_engine_on_libtorch_is_seen_wherever_it_is_asked_for() {
        assert!(request(&["--epochs", "2", "--engine", "torch"]).unwrap().wants_torch());
        assert!(request(&["--engine=torch", "--device", "cpu"]).unwrap().wants_torch());
        for other in [&["--engine", "embedded"][..], &["--engine"], &["torch", "--engine"], &[]] {
            assert!(!request(other).unwrap().wants_torch(), "{other:?}");
        }
    }

    #[test]
    fn help_is_seen_wherever_it_stands() {
        assert!(request(&["--epochs", "2", "--help"]).unwrap().help);
        assert!(request(&["-h"]).unwrap().help);
    }
}
