//! `cargo xtask train-mozart`: from nothing to a waltz of its own.

use std::fmt;
use std::path::Path;

use crate::command::Task;
use crate::libtorch::Libtorch;
use crate::workspace::Workspace;

const HELP: &str = "\
Builds the program, trains it on waltzes of Mozart's dice game, composes one of its own, and makes it heard and seen.

Usage: cargo xtask train-mozart [--corpus DIR] [--out DIR] [ARGS]

  --corpus DIR  train on the MIDI files of a folder instead of the dice game
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
    galant().args(["train", "--corpus", &request.corpus, "--out", &request.out]).args(&request.rest).run()?;
    galant().args(["compose", "--model", &model, "--out", &piece]).run()?;
    galant().args(["render", &piece, "--out", &sound]).run()?;
    galant().args(["plot", "roll", &piece, "--out", &roll]).run()?;
    galant().args(["plot", "loss", &curve, "--out", &losses]).run()?;
    galant().args(["report", &request.out, "--out", &report]).run()?;

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
    corpus: String,
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
    let or = |given: Option<String>, default: &str| given.unwrap_or_else(|| default.to_owned());
    Ok(Request { corpus: or(corpus, "dice"), out: or(out, "out/mozart"), help, rest })
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
    fn check(args: &[&str], corpus: &str, out: &str, rest: &[&str]) {
        let rest = rest.iter().map(|arg| arg.to_string()).collect();
        let expected = Request { corpus: corpus.to_owned(), out: out.to_owned(), help: false, rest };
        assert_eq!(request(args), Ok(expected), "{args:?}");
    }

    #[test]
    fn arguments_go_on_to_the_program_except_the_two_we_need() {
        check(&[], "dice", "out/mozart", &[]);
        check(&["--epochs", "2", "--quiet"], "dice", "out/mozart", &["--epochs", "2", "--quiet"]);
        check(&["--seed", "1", "--out", "a b", "--epochs=3"], "dice", "a b", &["--seed", "1", "--epochs=3"]);
        check(&["--out=x=y", "--corpus=midi"], "midi", "x=y", &[]);
        check(&["--corpus", "midi", "--output", "z"], "midi", "out/mozart", &["--output", "z"]);
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
