//! The values of a record by name.

use std::collections::BTreeMap;
use std::str::FromStr;

use galant_checkpoint::Sha256Hash;
use galant_sample::Truncation;
use galant_tokens::constraint::{Return, Veto};

use super::error::{EARLIER_HEAD, HEAD, ParseRecordError};

/// No piece has as many bars: each has at least one of the steps that there may be.
const MAX_BARS: usize = 1 << 17;

/// The values of a record by name, each taken once.
pub(super) struct Fields<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Fields<'a> {
    pub(super) fn of(texts: &'a [String]) -> Result<Fields<'a>, ParseRecordError> {
        Fields::under(texts, "galant piece ", &[HEAD, EARLIER_HEAD])
    }

    /// The values after the text that begins with `kind`, which must be one of `heads`.
    pub(super) fn under(texts: &'a [String], kind: &str, heads: &[&str]) -> Result<Fields<'a>, ParseRecordError> {
        let head = texts.iter().position(|text| text.starts_with(kind)).ok_or(ParseRecordError::NoRecord)?;
        if !heads.contains(&texts[head].as_str()) {
            return Err(ParseRecordError::Format { head: texts[head].clone() });
        }
        let mut fields = BTreeMap::new();
        for text in &texts[head + 1..] {
            let (name, value) = text.split_once(' ').unwrap_or((text, ""));
            if fields.insert(name, value).is_some() {
                return Err(ParseRecordError::Twice { name: name.to_owned() });
            }
        }
        Ok(Fields(fields))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }

    pub(super) fn optional<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, ParseRecordError> {
        self.take(name).map(|value| parse(name, value)).transpose()
    }

    pub(super) fn required<T: FromStr>(&mut self, name: &str) -> Result<T, ParseRecordError> {
        self.optional(name)?.ok_or_else(|| ParseRecordError::Missing { name: name.to_owned() })
    }

    pub(super) fn pair<A: FromStr, B: FromStr>(
        &mut self,
        name: &str,
        separator: char,
    ) -> Result<(A, B), ParseRecordError> {
        let value: String = self.required(name)?;
        let pair = value.split_once(separator).and_then(|(first, second)| first.parse().ok().zip(second.parse().ok()));
        pair.ok_or_else(|| value_error(name, &value))
    }

    pub(super) fn list<T: FromStr>(&mut self, name: &str) -> Result<Option<Vec<T>>, ParseRecordError> {
        let list = |value: &str| value.split(',').map(|part| part.parse().ok()).collect::<Option<_>>();
        self.take(name).map(|value| list(value).ok_or_else(|| value_error(name, value))).transpose()
    }

    /// Bars and those that they equal, as `5=1,6=2`, counted from 1.
    pub(super) fn returns(&mut self, name: &str) -> Result<Vec<Return>, ParseRecordError> {
        let bar = |text: &str| text.parse().ok().and_then(|number: usize| number.checked_sub(1));
        let one = |text: &str| {
            let (again, of) = text.split_once('=')?;
            let (again, of) = (bar(again)?, bar(of)?);
            (of < again && again < MAX_BARS).then_some(Return { bar: again, of })
        };
        let list = |value: &str| value.split(',').map(one).collect::<Option<Vec<_>>>();
        let returns = self.take(name).map(|value| list(value).ok_or_else(|| value_error(name, value))).transpose()?;
        Ok(returns.unwrap_or_default())
    }

    /// What is not struck where, as `12=60.64,13=60`, with places counted from 0.
    pub(super) fn vetoes(&mut self, name: &str) -> Result<Vec<Veto>, ParseRecordError> {
        let one = |text: &str| {
            let (place, pitches) = text.split_once('=')?;
            let pitches: Vec<u8> = pitches.split('.').map(|pitch| pitch.parse().ok()).collect::<Option<_>>()?;
            Some(Veto { place: place.parse().ok()?, pitches })
        };
        let list = |value: &str| value.split(',').map(one).collect::<Option<Vec<_>>>();
        let vetoes = self.take(name).map(|value| list(value).ok_or_else(|| value_error(name, value))).transpose()?;
        Ok(vetoes.unwrap_or_default())
    }

    pub(super) fn pitch_classes(&mut self, name: &str) -> Result<Option<u16>, ParseRecordError> {
        let classes = |value: &str| {
            let digits = value.strip_prefix("0x").unwrap_or(value);
            let classes = u16::from_str_radix(digits, 16).ok().filter(|classes| *classes < 1 << 12);
            classes.ok_or_else(|| value_error(name, value))
        };
        self.take(name).map(classes).transpose()
    }

    pub(super) fn truncation(&mut self) -> Result<Truncation, ParseRecordError> {
        Ok(if let Some(k) = self.optional("top-k")? {
            Truncation::TopK(k)
        } else if let Some(p) = self.optional("top-p")? {
            Truncation::TopP(p)
        } else if let Some(p) = self.optional("min-p")? {
            Truncation::MinP(p)
        } else {
            Truncation::None
        })
    }

    pub(super) fn model(&mut self) -> Result<Sha256Hash, ParseRecordError> {
        self.required("model")
    }

    /// Refuses values that nothing asked for: they would have decided the piece.
    pub(super) fn finish(self) -> Result<(), ParseRecordError> {
        match self.0.into_keys().next() {
            Some(name) => Err(ParseRecordError::Unknown { name: name.to_owned() }),
            None => Ok(()),
        }
    }
}

fn parse<T: FromStr>(name: &str, value: &str) -> Result<T, ParseRecordError> {
    value.parse().map_err(|_| value_error(name, value))
}

pub(super) fn value_error(name: &str, value: &str) -> ParseRecordError {
    ParseRecordError::Value { name: name.to_owned(), value: value.to_owned() }
}
