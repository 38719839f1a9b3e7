//! The commands of README.md and docs/, run one after the other with small budgets; what is printed there is compared with
//! what the program prints.
//!
//! A block `sh` holds commands. A block `text` that begins with `$ galant` holds a command and what it prints: the lines of the
//! excerpt must come among those of the output in the same order, with other numbers; `…` stands for any lines.

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
            _ => {}
        }
    }
    commands
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
