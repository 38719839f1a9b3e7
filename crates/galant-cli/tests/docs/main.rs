//! The commands of README.md and docs/, run one after the other with small budgets; what is printed there is compared with
//! what the program prints.
//!
//! A block `sh` holds commands, and so do words between backticks that begin with `galant` and name files or options. A block
//! `text` that begins with `$ galant` holds a command and what it prints: the lines of the excerpt must come among those of the
//! output in the same order, with other numbers; `…` stands for any lines.

mod excerpt;
mod scratch;
mod small;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use excerpt::missing;

/// A command of a document, and what it prints there; nothing if it is not said.
#[derive(Debug)]
struct Documented {
    line: String,
    printed: Vec<String>,
}

/// The commands of a document, in their order.
fn commands(text: &str) -> Vec<Documented> {
    let mut commands: Vec<Documented> = Vec::new();
    let mut block: Option<&str> = None;
    let mut is_of_ours = false;
    for line in text.lines() {
        match (block, line.strip_prefix("```")) {
            (None, Some(kind)) => (block, is_of_ours) = (Some(kind), false),
            (Some(_), Some(_)) => block = None,
            (Some("sh"), None) if line.starts_with("galant ") => {
                let line = line.split(" # ").next().unwrap_or(line).trim().to_owned();
                commands.push(Documented { line, printed: Vec::new() });
            }
            (Some("text"), None) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    let command = command.strip_prefix("target/release/").unwrap_or(command);
                    is_of_ours = command.starts_with("galant ");
                    if is_of_ours {
                        let line = command.trim_end_matches(" …").to_owned();
                        commands.push(Documented { line, printed: Vec::new() });
                    }
                } else if is_of_ours && let Some(last) = commands.last_mut() {
                    last.printed.push(line.to_owned());
                }
            }
            (None, None) => {
                let between_words = line.split('`').skip(1).step_by(2).filter(|text| is_whole(text));
                commands.extend(between_words.map(|line| Documented { line: line.to_owned(), printed: Vec::new() }));
            }
            _ => {}
        }
    }
    commands
}

/// Whether a text between words is a command that can be run, and not only the name of one, or a pattern.
fn is_whole(text: &str) -> bool {
    let is_pattern = text.split_whitespace().any(|word| word.len() > 1 && word.bytes().all(|c| c.is_ascii_uppercase()));
    text.starts_with("galant ") && text.contains(" -") && !is_pattern && !text.contains('…')
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn galant(folder: &Path, words: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_galant")).current_dir(folder).args(words).output().unwrap()
}

/// Runs every command of a document, in a folder that has the files that documents speak of.
fn check(document: &str) {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    let folder = scratch::folder(&document.replace(['/', '.'], "-"));
    let commands = commands(&text);
    assert!(commands.len() > 10, "{document} has {} commands", commands.len());
    for Documented { line, printed } in commands {
        let words = shlex::split(&line).unwrap_or_else(|| panic!("{document}: {line}"));
        let output = galant(&folder, &small::budget(&words[1..]));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{document}: {line}\n{said}");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if let Some(line_of_excerpt) = missing(&printed, &out) {
            panic!(
                "{document}: {line}\ndoes not print the line\n  {line_of_excerpt}\nof the document, but\n{out}{said}"
            );
        }
    }
}

#[test]
fn the_commands_of_the_readme_do_what_it_says() {
    check("README.md");
}

#[test]
fn the_commands_of_the_lecture_do_what_it_says() {
    check("docs/LECTURE.md");
}

/// How commands of other programs begin, with what of `cargo xtask ci` runs them.
const RUN_BY_CI: [(&str, &str); 12] = [
    ("cargo test --workspace", "cargo test --workspace"),
    ("cargo run --release -p galant-corpus --example describe", "-p galant-corpus --example describe"),
    ("cargo run --release -p galant-pipeline --example dice_to_music", "-p galant-pipeline --example dice_to_music"),
    (
        "cargo run --release -p galant-pipeline --example folder_to_music",
        "-p galant-pipeline --example folder_to_music",
    ),
    ("cargo xtask train-mozart --engine torch", "libtorch::check"),
    ("cargo xtask train-mozart", "cargo xtask train-mozart"),
    ("cargo xtask libtorch", "libtorch::check"),
    ("LIBTORCH_USE_PYTORCH=1 cargo xtask libtorch", "libtorch::check"),
    ("target/libtorch/release/galant train --engine torch", "libtorch::check"),
    ("cargo xtask wheel", "wheel::check"),
    ("cargo xtask studio", "studio::check"),
    ("cargo xtask mpi", "mpi::check"),
];

/// How those begin that fetch or install something, or need an hour and music of others, which no test does, or only open a page.
const RUN_BY_NOBODY: [&str; 7] = [
    "cargo xtask train-bach",
    "cargo xtask corpus",
    "cargo xtask compare",
    "cargo xtask judge",
    "cargo install --path crates/galant-cli",
    "cargo doc --open",
    "python3 -m pip install",
];

#[test]
fn the_commands_of_other_programs_are_run_by_ci() {
    let ci = std::fs::read_to_string(root().join("xtask/src/ci.rs")).unwrap();
    for document in ["README.md", "docs/LECTURE.md", "docs/CRATES.md"] {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        for line in other_commands(&text) {
            let step = RUN_BY_CI.iter().find(|(begin, _)| line.starts_with(begin)).map(|(_, step)| step);
            let is_run = step.is_some_and(|step| ci.contains(step));
            let is_excused = RUN_BY_NOBODY.iter().any(|begin| line.starts_with(begin));
            assert!(is_run || is_excused, "{document}: nobody runs `{line}`");
        }
    }
}

/// Commands of a document that are not `galant`'s, in blocks and between words.
fn other_commands(text: &str) -> Vec<String> {
    let is_command = |line: &&str| {
        let first = line.split([' ', '=']).next().unwrap_or_default();
        let is_known = ["cargo", "python3", "LIBTORCH_USE_PYTORCH"].contains(&first) || first.starts_with("target/");
        is_known && line.split(' ').count() > 2
    };
    let mut found: Vec<String> = Vec::new();
    for (number, block) in text.split("```").enumerate() {
        if number % 2 == 1 {
            let is_shell = block.starts_with("sh\n");
            found.extend(block.lines().skip(1).filter(|_| is_shell).filter(is_command).map(str::to_owned));
        } else {
            found.extend(block.split('`').skip(1).step_by(2).filter(is_command).map(str::to_owned));
        }
    }
    found
}

/// The programs that documents quote, by the file that they link to before.
#[test]
fn the_programs_that_are_quoted_are_those_that_run() {
    for document in ["README.md", "docs/CRATES.md"] {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        let examples: Vec<&str> =
            text.split('(').filter_map(|part| part.split_once(".rs)")).map(|(path, _)| path).collect();
        let sources: String = examples
            .iter()
            .map(|path| root().join(format!("{}.rs", path.trim_start_matches("../"))))
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .collect();
        let mut blocks =
            text.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).peekable();
        assert!(blocks.peek().is_some(), "{document} has no program");
        for block in blocks {
            let lines: Vec<String> = block.lines().map(|line| line.trim().to_owned()).collect();
            let mut of_sources = sources.lines().map(str::trim);
            for line in lines.iter().filter(|line| !line.is_empty()) {
                assert!(of_sources.any(|other| other == line), "{document}: no example has the line\n{line}");
            }
        }
    }
}
