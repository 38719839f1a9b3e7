//! `cargo xtask train-mozart`: from nothing to music of its own, and how good it is.

use std::path::{Path, PathBuf};

use anyhow::Context;
use xshell::{Shell, cmd};

use crate::command::{below_here, run as run_command};
use crate::libtorch::Libtorch;
use crate::workspace::Workspace;

pub(crate) const ABOUT: &str = "\
Builds the program and composes two pieces, each with a network of its own: a waltz, learned from Mozart and from
waltzes of his dice game, and 16 bars in G major, learned from Mozart alone. Renders both as sound and pictures, and
measures the network of the waltz: its loss above the entropy of the dice, and how many of its waltzes are legal and
new.

Paths are relative to the current folder. Every command is printed before it runs.";

/// What the caller wants.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// Train on the music of this folder instead, for nine minutes, and compose 16 bars
    #[arg(long, value_name = "DIR")]
    corpus: Option<String>,
    /// Where models, compositions, sound, pictures and reports go; what is there is replaced unless `--resume` continues
    /// it
    #[arg(long, value_name = "DIR", default_value = "out/mozart")]
    out: PathBuf,
    /// Go to each `galant train` as they are, before the settings of this task, including `--engine torch`, which
    /// fetches libtorch if need be; `cargo run --release -- train --help` lists them
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
    let mut written = Vec::new();
    if let Some(corpus) = corpus {
        written.extend(OWN_MUSIC.make(sh, galant, &[corpus], out, rest)?);
    } else {
        written.extend(WALTZ.make(sh, galant, &["mozart", "dice"], out, rest)?);
        let model = out.join(MODEL);
        run_command(cmd!(sh, "{galant} evaluate --model {model} dice"))?;
        written.extend(SIXTEEN_BARS.make(
            sh,
            galant,
            &["mozart"],
            &out.join(SIXTEEN_BARS_FOLDER),
            &without_dice(rest),
        )?);
    }

    println!("\nwritten:");
    for path in &written {
        let size = std::fs::metadata(path).with_context(|| format!("{} was not written", path.display()))?.len();
        println!("  {} ({size} bytes)", path.display());
    }
    println!("\nnext:");
    for report in written.iter().filter(|path| path.ends_with(REPORT)) {
        println!("  open {} in a browser: it plays and shows the piece, and how it was learned", report.display());
    }
    let galant = galant.display();
    println!("  {galant} info {}\n  {galant} compose --help", out.join(MODEL).display());
    Ok(())
}

const MODEL: &str = "model.safetensors";
const REPORT: &str = "report.html";

/// Where the network of the second piece is, below the folder of the first.
pub(crate) const SIXTEEN_BARS_FOLDER: &str = "sixteen-bars";

/// How a network is trained, and what it composes.
struct Job {
    /// The settings of `galant train`, each with its value or with nothing.
    training: &'static [(&'static str, &'static str)],
    /// The arguments of `galant compose`.
    piece: &'static [&'static str],
}

/// Many waltzes, each seen a few times, so that nothing is learned by heart and no dropout is needed.
///
/// A bar depends on its position alone, so that a small network is enough, and it learns to count bars without being
/// told. The piece follows a rolled waltz, which is left out, and has the form that the dice give it.
const WALTZ: Job = Job {
    training: &[
        ("--waltzes", "12000"),
        ("--epochs", "6"),
        ("--tokenizer", "rhythm"),
        ("--streams", "none"),
        ("--connections", "stacked"),
        ("--schedule", "constant"),
        ("--hold-out-tail", ""),
        ("--transpose", "0..=0"),
        ("--hidden-size", "128"),
        ("--layers", "2"),
        ("--dropout", "0"),
        ("--learning-rate", "0.002"),
        ("--batch", "16"),
    ],
    piece: &[
        "--primer",
        "dice",
        "--omit-primer",
        "--bars",
        "16",
        "--temperature",
        "0.5",
        "--open-end",
        "--free-form",
        "--best-of",
        "1",
    ],
};

/// The default preset, for about a minute; steps, so that the same bytes are made on every machine.
const SIXTEEN_BARS: Job = Job { training: &[("--steps", "400")], piece: &["--bars", "16", "--key", "G major"] };

/// The default preset, within ten minutes.
const OWN_MUSIC: Job = Job { training: &[("--minutes", "9")], piece: &["--bars", "16"] };

impl Job {
    /// Trains, composes, and renders the piece; returns what was written.
    fn make(
        &self,
        sh: &Shell,
        galant: &Path,
        corpus: &[&str],
        out: &Path,
        rest: &[String],
    ) -> anyhow::Result<Vec<PathBuf>> {
        let file = |name: &str| out.join(name);
        let (model, piece, report) = (file(MODEL), file("composed.mid"), file(REPORT));
        let (sound, roll, losses, history) =
            (file("composed.wav"), file("composed.svg"), file("loss.svg"), file("training.csv"));
        let settings = self.training_args(rest, file("snapshot.galant").exists());
        run_command(cmd!(sh, "{galant} train --out {out} --corpus {corpus...} {settings...}"))?;
        let settings = self.piece;
        run_command(cmd!(sh, "{galant} compose --model {model} --out {piece} {settings...}"))?;
        run_command(cmd!(sh, "{galant} render {piece} --out {sound}"))?;
        run_command(cmd!(sh, "{galant} plot roll {piece} --out {roll}"))?;
        run_command(cmd!(sh, "{galant} plot loss {history} --out {losses}"))?;
        run_command(cmd!(sh, "{galant} report {out} --out {report}"))?;
        Ok(vec![model, piece, sound, roll, losses, report])
    }

    /// The settings that the caller does not set otherwise, then the caller's own.
    ///
    /// The caller's length replaces the job's, whatever its unit. A second run trains once more, unless the caller wants
    /// to continue the first one, which only a training with a snapshot can do, with the length that it was planned for.
    fn training_args(&self, rest: &[String], has_snapshot: bool) -> Vec<String> {
        let is_given = |name: &str| rest.iter().any(|arg| arg.split('=').next() == Some(name));
        let resumes = is_given("--resume");
        let gives_way = |name: &str| match name {
            _ if is_given(name) => true,
            "--minutes" if resumes && has_snapshot => true,
            _ if LENGTHS.contains(&name) => LENGTHS.iter().any(|length| is_given(length)),
            "--hold-out-tail" => is_given("--validation"),
            _ => false,
        };
        let settings = self.training.iter().filter(|(name, _)| !gives_way(name));
        let settings = settings.flat_map(|(name, value)| [*name, *value]).filter(|word| !word.is_empty());
        let again = (!resumes && !is_given("--force")).then_some("--force");
        let rest = rest.iter().map(String::as_str).filter(|arg| has_snapshot || *arg != "--resume");
        settings.chain(again).chain(rest).map(str::to_owned).collect()
    }
}

/// The options of `galant train` that say how long it lasts.
const LENGTHS: [&str; 4] = ["--minutes", "--steps", "--passes", "--epochs"];

/// The arguments but those that only apply to waltzes.
fn without_dice(rest: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut args = rest.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--waltzes" => drop(args.next()),
            "--repeat" => {}
            _ if arg.starts_with("--waltzes=") => {}
            _ => kept.push(arg.clone()),
        }
    }
    kept
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

    #[track_caller]
    fn check(job: &Job, rest: &str, has_snapshot: bool, expected: &str) {
        assert_eq!(job.training_args(&words(rest), has_snapshot), words(expected));
    }

    #[test]
    fn a_second_run_replaces_the_first_unless_it_is_to_be_continued() {
        check(&SIXTEEN_BARS, "", true, "--steps 400 --force");
        check(&SIXTEEN_BARS, "--force --seed 2", true, "--steps 400 --force --seed 2");
        check(&SIXTEEN_BARS, "--resume", true, "--steps 400 --resume");
        // The first run ended before this training began.
        check(&SIXTEEN_BARS, "--resume", false, "--steps 400");
        // Minutes became steps when the training was planned; the snapshot has them.
        check(&OWN_MUSIC, "--resume", true, "--resume");
        check(&OWN_MUSIC, "--resume", false, "--minutes 9");
    }

    #[test]
    fn settings_of_the_jobs_give_way_to_those_given() {
        check(&OWN_MUSIC, "--layers 2", false, "--minutes 9 --force --layers 2");
        for length in ["--steps 20", "--passes=2", "--epochs 3", "--minutes 1"] {
            check(&OWN_MUSIC, length, false, &format!("--force {length}"));
        }
        let settings = WALTZ.training_args(&words("--epochs=2 --hidden-size 64"), false).join(" ");
        assert_eq!(
            settings,
            "--waltzes 12000 --tokenizer rhythm --streams none --connections stacked --schedule constant \
             --hold-out-tail --transpose 0..=0 --layers 2 --dropout 0 --learning-rate 0.002 --batch 16 --force \
             --epochs=2 --hidden-size 64"
        );
        assert!(!WALTZ.training_args(&words("--validation x"), false).contains(&"--hold-out-tail".to_owned()));
    }

    #[test]
    fn what_only_waltzes_have_is_not_asked_of_the_second_piece() {
        let rest = words("--waltzes 1600 --seed 2 --repeat --waltzes=5 --epochs 2");
        assert_eq!(without_dice(&rest), words("--seed 2 --epochs 2"));
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
