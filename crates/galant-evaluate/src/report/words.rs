//! Numbers and texts as the page shows them.

/// So many of a thing, such as "1 piece" or "1,024 pieces".
pub(super) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma before each three digits.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent, with a decimal if it is small.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent == 0.0 || percent >= 10.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// Minutes and seconds, such as "1:05".
pub(super) fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Text as HTML shows it, whatever it holds.
///
/// Controls and the marks that turn the direction of writing are shown as U+FFFD, as names come from files of strangers.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            c if c.is_control() && c != '\n' && c != '\t' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_of_three_and_one_thing_is_in_the_singular() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 1024].map(|number| counted(number, "piece")), ["0 pieces", "1 piece", "1,024 pieces"]);
    }

    #[test]
    fn shares_and_times_are_as_one_writes_them() {
        assert_eq!([0.0, 0.004, 0.0999, 0.5, 1.0].map(percent), ["0 %", "0.4 %", "10.0 %", "50 %", "100 %"]);
        assert_eq!([0.0, 59.6, 61.0, 3600.0].map(clock), ["0:00", "1:00", "1:01", "60:00"]);
    }

    #[test]
    fn names_cannot_become_elements_or_turn_the_text() {
        assert_eq!(escaped("<b a='1'>&\"\u{202e}\u{7}"), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}");
    }
}
