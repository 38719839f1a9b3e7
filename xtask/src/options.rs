//! Taking options out of a task's arguments; what is left may be another program's.

use std::fmt;

/// The arguments of a task.
#[derive(Debug)]
pub(crate) struct Options(pub(crate) Vec<String>);

impl Options {
    /// Takes `--name VALUE` or `--name=VALUE` out, if it is there.
    ///
    /// # Errors
    ///
    /// If it has no value, or occurs twice.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, UsageError> {
        let values = self.take_all(name)?;
        if values.len() > 1 {
            return Err(UsageError(format!("{name} occurs twice; give it once")));
        }
        Ok(values.into_iter().next())
    }

    /// Takes every `--name VALUE` or `--name=VALUE` out.
    ///
    /// # Errors
    ///
    /// If one has no value.
    pub(crate) fn take_all(&mut self, name: &str) -> Result<Vec<String>, UsageError> {
        let (mut values, mut others) = (Vec::new(), Vec::new());
        let mut args = std::mem::take(&mut self.0).into_iter();
        while let Some(arg) = args.next() {
            let value = match arg.strip_prefix(name) {
                Some("") => args.next(),
                Some(rest) if rest.starts_with('=') => Some(rest[1..].to_owned()),
                _ => {
                    others.push(arg);
                    continue;
                }
            };
            let value = value.filter(|value| !value.is_empty());
            values.push(value.ok_or_else(|| UsageError(format!("{name} needs a value")))?);
        }
        self.0 = others;
        Ok(values)
    }

    /// # Errors
    ///
    /// If arguments are left.
    pub(crate) fn finish(self) -> Result<(), UsageError> {
        self.0.first().map_or(Ok(()), |extra| Err(UsageError(format!("unknown argument '{extra}'"))))
    }
}

/// Arguments that make no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; `cargo xtask help` lists the tasks, and `cargo xtask TASK --help` the arguments of one", self.0)
    }
}

impl std::error::Error for UsageError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &str) -> Options {
        Options(args.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn options_are_taken_out_wherever_they_are_and_others_stay() {
        let mut options = options("--seed 1 --out a --epochs=3 --output z --only b --only=c");
        assert_eq!(options.take("--out"), Ok(Some("a".to_owned())));
        assert_eq!(options.take("--corpus"), Ok(None));
        assert_eq!(options.take_all("--only"), Ok(vec!["b".to_owned(), "c".to_owned()]));
        assert_eq!(options.0, ["--seed", "1", "--epochs=3", "--output", "z"]);
        assert_eq!(options.finish(), Err(UsageError("unknown argument '--seed'".to_owned())));
    }

    #[test]
    fn an_option_without_value_or_given_twice_is_refused() {
        for wrong in ["--out", "--out=", "--out a --out=b"] {
            assert!(options(wrong).take("--out").is_err(), "{wrong}");
        }
    }
}
