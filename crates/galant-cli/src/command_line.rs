//! The command line: from the words to arguments, its help, and what is said if they are wrong.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::error::{Error, ErrorKind};
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::args::Args;
use crate::color::{self, ColorArg};
use crate::guide::Guide;
use crate::{config, exit, guides, printable, usage_error};

/// What the arguments come to.
pub(crate) enum Parsed {
    Args(Box<Args>),
    /// Help, the version or an error was printed.
    Printed(ExitCode),
}

/// Reads the words of the command line, the name of the program first.
pub(crate) fn parse(words: Vec<OsString>) -> Parsed {
    let texts: Vec<String> = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let color = color_of(&texts);
    color.apply();
    let is_long = is_long_help(&texts);
    let mut command = command(if is_long { Help::All } else { Help::Common }).color(color.of_clap());
    let words = without_help_command(words);
    let words = match with_config(&mut command, words) {
        Ok(words) => words,
        Err(error) => {
            printable::error(&format!("{error:#}"));
            return Parsed::Printed(ExitCode::from(exit::ERROR));
        }
    };
    match matches(&mut command, words) {
        Ok(args) => Parsed::Args(Box::new(args)),
        Err(error) if error.use_stderr() && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            printable::error(&usage_error::line(&error, &command, &texts));
            Parsed::Printed(ExitCode::from(exit::ERROR))
        }
        Err(error) => {
            // Whoever asked for help and closed the pipe has seen enough.
            let _ = error.print();
            Parsed::Printed(if error.use_stderr() { ExitCode::from(exit::ERROR) } else { ExitCode::SUCCESS })
        }
    }
}

/// The words with those of the file of settings that they name, if they do.
fn with_config(command: &mut Command, mut words: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    // What is wrong with the words themselves is reported by whoever reads them next.
    let Ok(matches) = command.try_get_matches_from_mut(words.clone()) else { return Ok(words) };
    let Some(("train", matches)) = matches.subcommand() else { return Ok(words) };
    let Some(train) = command.find_subcommand("train") else { return Ok(words) };
    let of_config = config::words(matches, train)?;
    let place = words.iter().position(|word| word == "train").map_or(words.len(), |place| place + 1);
    words.splice(place..place, of_config);
    Ok(words)
}

/// The arguments that words of the program itself come to, the name of the program first.
pub(crate) fn read(words: Vec<OsString>) -> Result<Args, Error> {
    matches(&mut command(Help::All), words)
}

fn matches(command: &mut Command, words: Vec<OsString>) -> Result<Args, Error> {
    let matches: ArgMatches = command.try_get_matches_from_mut(words)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(command))
}

/// Which options help lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Help {
    /// The common ones: `-h`.
    Common,
    /// All: `--help`, manuals and completions.
    All,
}

/// The program and its commands, with their guides.
pub(crate) fn command(help: Help) -> Command {
    let command = with_negative_numbers(Args::command()).styles(styles());
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.iter().fold(command, |command, name| command.mut_subcommand(name, |inner| with_guide(inner, name, help)))
}

/// The command with its guide, and so each command of its own; `path` is its name after those of the commands that it is in.
fn with_guide(command: Command, path: &str, help: Help) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |inner| with_guide(inner, &format!("{path} {name}"), help))
    });
    match guides::of(path) {
        Some(guide) => guided(command, guide, help),
        None => command,
    }
}

/// How wide help is where there is no terminal.
const WIDTH: usize = 100;

fn guided(command: Command, guide: &Guide, help: Help) -> Command {
    let command = command.display_order(guide.place).mut_args(|arg| grouped(arg, guide, help));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let (heading, end) = (color::HEADING, anstyle::Reset);
    let ends = format!("{heading}You give:{end} {}\n{heading}You get:{end}  {}", guide.give, guide.get);
    let command = command
        .help_template(format!(
            "{{about-with-newline}}\n{ends}\n\n{{usage-heading}} {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .long_about(format!("{about}\n\nYou give: {}\n\nYou get: {}", guide.give, guide.get));
    let mut after = format!("{}Examples:{}", color::HEADING, anstyle::Reset);
    for (line, purpose) in guide.examples {
        let is_short = line.len() + purpose.len() < WIDTH - 6;
        after += &if is_short { format!("\n  {line}  # {purpose}") } else { format!("\n  {line}\n      # {purpose}") };
    }
    if !guide.change.is_empty() {
        after += &format!("\n\n{}If you dislike it:{}\n  {}", color::HEADING, anstyle::Reset, guide.change);
    }
    after += "\n\n";
    if help == Help::Common && !guide.common.is_empty() {
        after += &format!("These are the common options; `galant {} --help` lists all.\n", guide.command);
    }
    after += "Options of all commands are --quiet, --strict and --color: `galant --help`.";
    command.after_help(after)
}

fn grouped(arg: Arg, guide: &Guide, help: Help) -> Arg {
    let is_common = guide.common.is_empty() || guide.common.contains(&arg.get_id().as_str());
    if is_common {
        return arg;
    }
    let heading = guide.groups.iter().find(|(_, args)| args.contains(&arg.get_id().as_str()));
    let arg = match heading {
        Some((heading, _)) => arg.help_heading(*heading),
        None => arg,
    };
    arg.hide_short_help(help == Help::Common)
}

/// A number below 0 is the value of an option, to be accepted or refused as such.
fn with_negative_numbers(command: Command) -> Command {
    let with_values = |arg: Arg| {
        let is_option = !arg.is_positional() && arg.get_action().takes_values();
        if is_option { arg.allow_negative_numbers(true) } else { arg }
    };
    command.mut_args(with_values).mut_subcommands(with_negative_numbers)
}

fn styles() -> Styles {
    let heading = color::HEADING;
    Styles::styled().header(heading).usage(heading).literal(AnsiColor::Cyan.on_default())
}

/// Whether all options are asked for.
fn is_long_help(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).take_while(|word| *word != "--").collect();
    words.contains(&"--help") || words.first() == Some(&"help")
}

/// `galant help compose` is `galant compose --help`.
fn without_help_command(mut words: Vec<OsString>) -> Vec<OsString> {
    if words.get(1).is_some_and(|word| word == "help") {
        let help = words.remove(1);
        words.push(OsString::from(format!("--{}", help.to_string_lossy())));
    }
    words
}

/// What `--color` says, before anything is printed; what it cannot be is refused later.
fn color_of(words: &[String]) -> ColorArg {
    let after = |index: usize| words.get(index + 1).map(String::as_str);
    let given = words.iter().enumerate().find_map(|(index, word)| match word.as_str() {
        "--color" => after(index),
        word => word.strip_prefix("--color="),
    });
    given.and_then(|name| clap::ValueEnum::from_str(name, false).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths of all commands, and their help as it is printed without a terminal.
    fn all_help(help: Help) -> Vec<(String, String)> {
        fn add(command: &mut Command, path: &str, all: &mut Vec<(String, String)>) {
            all.push((path.to_owned(), command.render_help().to_string()));
            for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
                let path = format!("{path} {}", inner.get_name());
                add(inner, &path, all);
            }
        }
        let mut command = command(help).term_width(WIDTH);
        command.build();
        let mut all = Vec::new();
        for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
            let path = inner.get_name().to_owned();
            add(inner, &path, &mut all);
        }
        all
    }

    #[test]
    fn the_arguments_of_the_program_are_well_formed() {
        for help in [Help::Common, Help::All] {
            command(help).debug_assert();
        }
    }

    #[test]
    fn all_help_fits_two_screens_and_common_help_one() {
        for (most, which) in [(50, Help::Common), (100, Help::All)] {
            let all = all_help(which);
            assert!(all.len() > 25, "{} commands", all.len());
            for (path, help) in all {
                let n_lines = help.lines().count();
                assert!(n_lines <= most, "the help of galant {path} has {n_lines} lines:\n{help}");
                let longest = help.lines().map(|line| line.chars().count()).max().unwrap_or(0);
                assert!(longest <= WIDTH, "the help of galant {path} has a line of {longest} characters:\n{help}");
            }
        }
    }

    #[test]
    fn help_says_what_one_gives_and_gets_and_what_to_change() {
        for (path, help) in all_help(Help::All) {
            for part in ["You give: ", "You get:  ", "Usage: ", "Examples:\n", "If you dislike it:\n  "] {
                let after = help.split_once(part).map(|(_, after)| after.lines().next().unwrap_or_default());
                assert!(after.is_some_and(|line| !line.trim().is_empty()), "the help of galant {path}: {part}\n{help}");
            }
        }
    }

    #[test]
    fn every_argument_of_a_guide_is_one_of_its_command() {
        let command = command(Help::All);
        for inner in command.get_subcommands() {
            let Some(guide) = guides::of(inner.get_name()) else { continue };
            let named = guide.common.iter().chain(guide.groups.iter().flat_map(|(_, args)| *args));
            for id in named {
                assert!(inner.get_arguments().any(|arg| arg.get_id() == id), "galant {}: {id}", guide.command);
            }
        }
    }

    #[test]
    fn every_example_is_understood() {
        for (path, _) in all_help(Help::All) {
            let guide = guides::of(&path).unwrap_or_else(|| panic!("galant {path} has no guide"));
            assert!(!guide.examples.is_empty(), "galant {path} has no example");
            for (line, _) in guide.examples {
                let line = line.split(" > ").next().unwrap_or(line);
                let words = shlex::split(line).unwrap().into_iter().map(OsString::from).collect();
                let parsed = matches(&mut command(Help::All), words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
    }
}
