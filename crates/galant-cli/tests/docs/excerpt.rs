//! Whether an excerpt is of the present program: its lines, whatever their numbers.

/// The first line of `excerpt` that is not among those of `output` after the line before.
pub(crate) fn missing(excerpt: &[String], output: &str) -> Option<String> {
    let mut lines = output.lines().map(shape);
    for line in excerpt.iter().filter(|line| !line.trim().is_empty() && line.trim() != "…") {
        let wanted = shape(line);
        if !lines.any(|line| line == wanted) {
            return Some(line.clone());
        }
    }
    None
}

/// A line without what differs between a long training and a short one: numbers, units of time, plurals, more or less.
fn shape(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        let is_number = word.chars().any(|c| c.is_ascii_digit()) || word == "-";
        let bare = word.trim_end_matches([',', ';', ':']);
        match bare {
            _ if is_number => "#".to_owned(),
            "second" | "seconds" | "minute" | "minutes" | "hour" | "hours" => "time".to_owned(),
            "more" | "less" => "more".to_owned(),
            bare => bare.trim_end_matches('s').to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn numbers_may_differ_and_words_may_not() {
    let output = "corpus   1 song, 24 tokens\nheld out 2 of 10 pieces: K. 2\ntime     about 1 second; --steps 1 gives the same model\n";
    let excerpt = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let good = excerpt(&[
        "corpus  10 songs, 24,041 tokens",
        "…",
        "time     about 2 minutes; --steps 183 gives the same model",
    ]);
    assert_eq!(missing(&good, output), None);
    for bad in ["corpus   10 pieces, 24,041 tokens", "plan     183 steps"] {
        assert_eq!(missing(&excerpt(&[bad]), output), Some(bad.to_owned()));
    }
    // Not in this order.
    let turned = excerpt(&["held out 2 of 10 pieces: K. 2", "corpus   1 song, 24 tokens"]);
    assert_eq!(missing(&turned, output), Some("corpus   1 song, 24 tokens".to_owned()));
}
