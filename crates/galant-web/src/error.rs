//! Why something was not done, as text for the user.

use std::error::Error;

/// An error with its causes in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

impl<E: Error> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Refusal(text)
    }
}

impl Refusal {
    pub(crate) fn new(text: impl Into<String>) -> Refusal {
        Refusal(text.into())
    }
}
