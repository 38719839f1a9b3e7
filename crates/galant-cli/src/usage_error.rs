//! What is said of wrong arguments: one line, in the words of this program.

use std::error::Error as _;
use std::num::{IntErrorKind, ParseFloatError, ParseIntError};

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, Command};

use crate::suggest::{did_you_mean, near, or};

/// The line, without `error: `; `command` is the whole program, and `words` the arguments as given.
pub(crate) fn line(error: &Error, command: &Command, words: &[String]) -> String {
    let (command, path) = innermost(command, words);
    let see = format!("see {path} --help");
    let said = match error.kind() {
        ErrorKind::UnknownArgument => unknown_argument(error, command),
        ErrorKind::InvalidSubcommand => {
            let word = text(error, ContextKind::InvalidSubcommand);
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            format!("there is no command '{word}'{}", did_you_mean(&near(&word, known)))
        }
        ErrorKind::InvalidValue => invalid_value(error),
        ErrorKind::ValueValidation => {
            let (value, arg) = (text(error, ContextKind::InvalidValue), text(error, ContextKind::InvalidArg));
            format!("{} is '{value}': {}", name(&arg), reason(error))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = texts(error, ContextKind::InvalidArg);
            let missing: Vec<String> = missing.iter().map(|arg| arg.replace(['<', '>'], "")).collect();
            let are = if missing.len() == 1 { "is" } else { "are" };
            format!("{} {are} missing", missing.join(" and "))
        }
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("{} needs a value", text(error, ContextKind::InvalidArg).replace(['<', '>'], ""))
        }
        ErrorKind::TooManyValues => {
            let arg = text(error, ContextKind::InvalidArg);
            format!("'{}' is one value too many for {}", text(error, ContextKind::InvalidValue), name(&arg))
        }
        _ => whole(error),
    };
    if said.ends_with('?') { format!("{said} ({see})") } else { format!("{said}; {see}") }
}

/// The subcommand that the words name, and how it is called.
fn innermost<'a>(mut command: &'a Command, words: &[String]) -> (&'a Command, String) {
    let mut path = command.get_name().to_owned();
    for word in words.iter().filter(|word| !word.starts_with('-')) {
        match command.find_subcommand(word) {
            Some(inner) => {
                command = inner;
                path = format!("{path} {word}");
            }
            None if command.has_subcommands() => {}
            None => break,
        }
    }
    (command, path)
}

fn unknown_argument(error: &Error, command: &Command) -> String {
    let arg = text(error, ContextKind::InvalidArg);
    if !arg.starts_with('-') {
        return format!("'{arg}' is one argument too many");
    }
    let visible = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let options: Vec<String> = visible.filter_map(Arg::get_long).map(|long| format!("--{long}")).collect();
    let option = arg.split('=').next().unwrap_or(&arg);
    format!("there is no option {option}{}", did_you_mean(&near(option, options.iter().map(String::as_str))))
}

fn invalid_value(error: &Error) -> String {
    let (value, arg) = (text(error, ContextKind::InvalidValue), text(error, ContextKind::InvalidArg));
    if value.is_empty() {
        return format!("{} needs a value", arg.replace(['<', '>'], ""));
    }
    let valid = texts(error, ContextKind::ValidValue);
    let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
    let give = if valid.is_empty() { String::new() } else { format!("; give {}", or(&valid)) };
    format!("{} is '{value}'{give}", name(&arg))
}

fn conflict(error: &Error) -> String {
    let (arg, others) = (text(error, ContextKind::InvalidArg), texts(error, ContextKind::PriorArg));
    let others: Vec<&str> = others.iter().map(|other| name(other)).collect();
    match others.as_slice() {
        [other] if *other == name(&arg) => format!("{other} is given twice"),
        [] => format!("{} cannot be used with the other options", name(&arg)),
        others => format!("{} cannot be used with {}", name(&arg), or(others)),
    }
}

/// Why a value is refused, without the words of the libraries that read it.
fn reason(error: &Error) -> String {
    let Some(source) = error.source() else { return "it cannot be read".to_owned() };
    if let Some(error) = source.downcast_ref::<ParseIntError>() {
        return match error.kind() {
            IntErrorKind::Zero => "give a whole number from 1".to_owned(),
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "that number is too large".to_owned(),
            _ => "give a whole number".to_owned(),
        };
    }
    if source.is::<ParseFloatError>() {
        return "give a number".to_owned();
    }
    let source = source.to_string();
    let range = source.split_once(" is not in ").map(|(_, range)| range);
    match range.and_then(|range| range.split_once("..=").or_else(|| range.split_once(".."))) {
        Some((low, high)) if !high.is_empty() => format!("give a whole number from {low} to {high}"),
        Some((low, _)) => format!("give a whole number from {low}"),
        None if source.starts_with("invalid digit") => "give a whole number".to_owned(),
        None if source.starts_with("number too") => "that number is too large".to_owned(),
        None => source,
    }
}

/// What clap says, on one line and without the usage.
fn whole(error: &Error) -> String {
    let message = error.to_string();
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.take_while(|line| !line.starts_with("Usage: ") && !line.starts_with("For more information"));
    let message: Vec<&str> = lines.collect();
    message.join(" ").trim_start_matches("error: ").to_owned()
}

/// The name of an option without its value, or of an argument without its brackets.
fn name(arg: &str) -> &str {
    if arg.starts_with('-') {
        arg.split([' ', '=']).next().unwrap_or(arg)
    } else {
        arg.trim_matches(['<', '>', '[', ']', '.'])
    }
}

fn text(error: &Error, kind: ContextKind) -> String {
    texts(error, kind).into_iter().next().unwrap_or_default()
}

fn texts(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
