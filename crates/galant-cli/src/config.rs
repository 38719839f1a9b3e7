//! A file of settings for `galant train`: a line for each option, under its name, in TOML.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail, ensure};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use galant_model::HoldOut;
use galant_pipeline::Settings;
use toml::{Table, Value};

use crate::args::TrainArgs;
use crate::files;
use crate::suggest::{did_you_mean, near};

/// The longest file of settings, in bytes; one has about forty lines.
const MAX_BYTES: u64 = 1 << 20;

/// What a file of settings may not say: it is said for a single run.
const FOR_ONE_RUN: [&str; 6] = ["config", "print-config", "resume", "force", "help", "color"];

/// The words of the file that `matches` names with `--config`, for those options that the command line leaves open.
pub(crate) fn words(matches: &ArgMatches, command: &Command) -> anyhow::Result<Vec<OsString>> {
    let Some(path) = matches.get_one::<PathBuf>("config") else { return Ok(Vec::new()) };
    let bytes = files::read(path, MAX_BYTES)?;
    words_of(&bytes, matches, command).with_context(|| format!("reading {}", path.display()))
}

fn words_of(bytes: &[u8], matches: &ArgMatches, command: &Command) -> anyhow::Result<Vec<OsString>> {
    let text = str::from_utf8(bytes).context("it is not text")?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| text[..span.start].lines().count().max(1));
        anyhow!("line {line}: {}", error.message())
    })?;
    let is_given = |arg: &Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let mut words = Vec::new();
    for (name, value) in table {
        let arg = option(&name, command)?;
        // What the command line says, or excludes, counts.
        let is_excluded = command.get_arguments().filter(|other| is_given(other)).any(|other| {
            let conflicts = |one: &Arg, other: &Arg| command.get_arg_conflicts_with(one).contains(&other);
            conflicts(arg, other) || conflicts(other, arg)
        });
        if !is_given(arg) && !is_excluded {
            words.extend(words_for(&name, arg, &value)?);
        }
    }
    Ok(words)
}

fn option<'a>(name: &str, command: &'a Command) -> anyhow::Result<&'a Arg> {
    ensure!(
        !FOR_ONE_RUN.contains(&name),
        "'{name}' cannot be in a file of settings; give --{name} on the command line"
    );
    let known: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
    let arg = command.get_arguments().find(|arg| arg.get_long() == Some(name));
    arg.ok_or_else(|| {
        let known = known.into_iter().filter(|known| !FOR_ONE_RUN.contains(known));
        anyhow!("there is no setting '{name}'{}", did_you_mean(&near(name, known)))
    })
}

fn words_for(name: &str, arg: &Arg, value: &Value) -> anyhow::Result<Vec<OsString>> {
    let word = |text: String| OsString::from(format!("--{name}={text}"));
    Ok(match (value, arg.get_action()) {
        (Value::Boolean(true), ArgAction::SetTrue) => vec![format!("--{name}").into()],
        (Value::Boolean(false), ArgAction::SetTrue) => Vec::new(),
        (_, ArgAction::SetTrue) => bail!("'{name}' is {value}; it must be true or false"),
        (Value::Array(values), action) => {
            let texts: Vec<String> = values.iter().map(|value| text_of(name, value)).collect::<Result<_, _>>()?;
            match action {
                ArgAction::Append => texts.into_iter().map(word).collect(),
                // A list on the command line has commas.
                _ => vec![word(texts.join(","))],
            }
        }
        (value, _) => vec![word(text_of(name, value)?)],
    })
}

fn text_of(name: &str, value: &Value) -> anyhow::Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        other => bail!("'{name}' is {other}; it must be a text or a number"),
    }
}

/// The effective settings as such a file.
pub(crate) fn text(args: &TrainArgs, settings: &Settings) -> String {
    let mut text =
        "# Settings of `galant train`, for --config; an option on the command line overrides its line.\n".to_owned();
    let mut line = |name: &str, value: Value| text += &format!("{name} = {value}\n");
    let paths = |paths: &[PathBuf]| {
        Value::Array(paths.iter().map(|path| Value::from(path.to_string_lossy().into_owned())).collect())
    };
    let dice = [PathBuf::from("dice")];
    line("corpus", paths(if args.corpus.is_empty() { &dice } else { &args.corpus }));
    if !args.validation.is_empty() {
        line("validation", paths(&args.validation));
    }
    if let Some(n) = args.waltzes {
        line("waltzes", Value::from(n));
    }
    if args.repeat {
        line("repeat", Value::from(true));
    }
    line("out", Value::from(args.out.to_string_lossy().into_owned()));
    if let Some(minutes) = args.minutes {
        line("minutes", Value::from(minutes));
    }
    let mut rest = String::new();
    for (name, value) in settings.rows() {
        match name {
            // As many as there will be time for.
            "steps" if args.minutes.is_some() => {}
            "parts" if args.parts.is_none() => {}
            "window" if args.window.is_none() => {
                rest = format!(
                    "# The window is {value} tokens long, or shorter where pieces are short; window = {value} keeps it.\n"
                );
            }
            "hold-out" if !args.validation.is_empty() => {}
            "hold-out" => {
                line(name, Value::from(settings.training.hold_out.share()));
                if matches!(settings.training.hold_out, HoldOut::Tails(_)) {
                    line("hold-out-tail", Value::from(true));
                }
            }
            "clip-norm" if value == "none" => line(name, Value::from(0)),
            _ => line(name, scalar(&value)),
        }
    }
    if let Some(threads) = args.threads {
        line("threads", Value::from(i64::from(threads)));
    }
    text + &rest
}

/// A number if it is one, else a text.
fn scalar(text: &str) -> Value {
    let number = text.parse::<i64>().map(Value::from);
    number.or_else(|_| text.parse::<f64>().map(Value::from)).unwrap_or_else(|_| Value::from(text))
}
