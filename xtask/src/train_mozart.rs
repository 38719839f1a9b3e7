//! `cargo xtask train-mozart`: from nothing to a waltz of its own, and how good it is.

use std::path::PathBuf;

use anyhow::Context;
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::libtorch::Libtorch;
use crate::workspace::Workspace;

pub(crate) const ABOUT: &str = "\
Builds the program, trains it on Mozart and on waltzes of his dice game, composes a waltz of its own, renders it as
sound and pictures, and measures the model: its loss above the entropy of the dice, and how many of its waltzes are
legal and new.

Paths are relative to the current folder. Every command is printed before it runs.";

/// What the caller wants.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// Train on the MIDI files of this folder instead, and compose freely
    #[arg(long, value_name = "DIR")]
    corpus: Option<String>,
    /// Where model, composition, sound, pictures and report go; what is there is replaced unless `--resume` continues it
    #[arg(long, value_name = "DIR", default_value = "out/mozart")]
    out: PathBuf,
    /// Go to `galant train` as they are, including `--engine torch`, which fetches libtorch if need be;
    /// `cargo run --release -- train --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// Moves the options of [`Request`] before the others, among which they may be.
pub(crate) fn ours_first(mut args: impl Iterator<Item = String>) -> Vec<String> {
    let mut ours: Vec<String> = args.by_ref().take(2).collect();
    if ours.get(1).is_none_or(|task| task != "train-mozart") {
        return ours.into_iter().chain(args).collect();
    }
    let mut rest = Vec::new();
    while let Some(arg) = args.next() {
        match arg.split('=').next() {
            Some("--corpus" | "--out") if !arg.contains('=') => {
                ours.extend([Some(arg), args.next()].into_iter().flatten());
            }
            Some("--corpus" | "--out" | "--help" | "-h") => ours.push(arg),
            _ => rest.push(arg),
        }
    }
    [ours, rest].concat()
}

/// Builds, trains, composes, and lists what was written.
///
/// # Errors
///
/// If a command fails.
pub(crate) fn run(Request { corpus, out, rest }: &Request) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let sh = &workspace.sh;
    let program = if wants_torch(rest) {
        Libtorch::provide(&workspace)?.build(&workspace)?
    } else {
        run_command(cmd!(sh, "cargo build --release -p galant-cli"))?;
        workspace.release_program("", "galant")
    };
    let galant = below_here(&program);
    let file = |name: &str| out.join(name);
    let (model, piece, report) = (file("model.safetensors"), file("composed.mid"), file("report.html"));
    let (sound, roll, losses, history) =
        (file("composed.wav"), file("composed.svg"), file("loss.svg"), file("training.csv"));
    let again = again(rest);
    match corpus {
        Some(corpus) => {
            run_command(cmd!(sh, "{galant} train --out {out} --corpus {corpus} {again...} {rest...}"))?;
            run_command(cmd!(sh, "{galant} compose --model {model} --out {piece}"))?;
        }
        None => {
            let settings = waltz_settings(rest);
            run_command(cmd!(
                sh,
                "{galant} train --out {out} --corpus mozart dice {settings...} {again...} {rest...}"
            ))?;
            // A waltz that continues a rolled one, without the rolled one.
            let waltz = ["--primer", "dice", "--omit-primer", "--bars", "16"];
            run_command(cmd!(sh, "{galant} compose --model {model} --out {piece} {waltz...}"))?;
        }
    }
    run_command(cmd!(sh, "{galant} render {piece} --out {sound}"))?;
    run_command(cmd!(sh, "{galant} plot roll {piece} --out {roll}"))?;
    run_command(cmd!(sh, "{galant} plot loss {history} --out {losses}"))?;
    run_command(cmd!(sh, "{galant} report {out} --out {report}"))?;
    if corpus.is_none() {
        run_command(cmd!(sh, "{galant} evaluate --model {model} dice"))?;
    }

    println!("\nwritten:");
    for path in [&model, &piece, &sound, &roll, &losses, &report] {
        let size = std::fs::metadata(path).with_context(|| format!("{} was not written", path.display()))?.len();
        println!("  {} ({size} bytes)", path.display());
    }
    println!("\nnext:");
    println!("  open {} in a browser: it plays and shows the piece, and how it was learned", report.display());
    let galant = galant.display();
    println!("  {galant} info {}\n  {galant} compose --help", model.display());
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

/// The settings that the caller does not set otherwise.
fn waltz_settings(rest: &[String]) -> Vec<&'static str> {
    let is_given = |name: &str| rest.iter().any(|arg| arg.split('=').next() == Some(name));
    let settings = SETTINGS.into_iter().filter(|(name, _)| !is_given(name));
    settings.flat_map(|(name, value)| [name, value]).collect()
}

/// A second run trains once more, unless the caller wants to continue the first one.
fn again(rest: &[String]) -> Option<&'static str> {
    let says_otherwise = rest.iter().any(|arg| arg == "--resume" || arg == "--force");
    (!says_otherwise).then_some("--force")
}

/// Whether `galant train` is asked for the engine on libtorch, which needs another build.
fn wants_torch(rest: &[String]) -> bool {
    rest.join(" ").replace('=', " ").contains("--engine torch")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(args: &str) -> Vec<String> {
        args.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_second_run_replaces_the_first_unless_it_is_to_be_continued() {
        assert_eq!(again(&words("--epochs 3")), Some("--force"));
        assert_eq!(again(&words("--resume")), None);
        assert_eq!(again(&words("--epochs 3 --force")), None);
    }

    #[test]
    fn arguments_go_on_to_the_program_except_the_two_we_need() {
        for (args, corpus, out, rest) in [
            ("", None, "out/mozart", ""),
            ("--seed 1 --out a --epochs=3", None, "a", "--seed 1 --epochs=3"),
            ("--out=x=y --corpus=midi", Some("midi"), "x=y", ""),
            ("--corpus midi --output z", Some("midi"), "out/mozart", "--output z"),
        ] {
            let args = ours_first(words(&format!("xtask train-mozart {args}")).into_iter());
            let command = <Request as clap::Args>::augment_args(clap::Command::new("train-mozart"));
            let matches = command.try_get_matches_from(&args[1..]).unwrap();
            let request = <Request as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
            let found = (request.corpus.as_deref(), request.out, request.rest);
            assert_eq!(found, (corpus, out.into(), words(rest)), "{args:?}");
        }
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
