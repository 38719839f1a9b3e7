//! Numbers as they are printed.

use indicatif::HumanCount;

/// A number with a comma after each three digits.
pub(crate) fn thousands(number: usize) -> String {
    HumanCount(number as u64).to_string()
}

/// So many of a thing, such as "1 song" or "1,024 songs".
pub(crate) fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_in_the_singular() {
        assert_eq!([0, 1, 1024].map(|number| counted(number, "song")), ["0 songs", "1 song", "1,024 songs"]);
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
