//! The order in which the parts of a tune are played, as the field P: of a header says it.

use crate::limits::{MAX_PARTS, MAX_PLAYINGS};

/// The labels of the parts in the order of `P:A2(BC)3`; none if it says no order, or one of over [`MAX_PARTS`].
pub(crate) fn order_of(text: &str) -> Option<Vec<char>> {
    // The parts of each open parenthesis, from the outermost.
    let mut open = vec![Vec::new()];
    let mut rest = text.trim();
    while let Some(sign) = rest.chars().next() {
        rest = &rest[sign.len_utf8()..];
        let group = match sign {
            'A'..='Z' | 'a'..='z' => vec![sign],
            '(' if open.len() <= MAX_PARTS => {
                open.push(Vec::new());
                continue;
            }
            ')' if open.len() > 1 => open.pop()?,
            ' ' | '.' | ',' | '\t' => continue,
            _ => return None,
        };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        rest = after;
        let times =
            if digits.is_empty() { 1 } else { digits.parse().ok().filter(|n| (1..=MAX_PLAYINGS).contains(n))? };
        let outer = open.last_mut()?;
        if outer.len() + group.len() * times as usize > MAX_PARTS {
            return None;
        }
        outer.extend(group.repeat(times as usize));
    }
    let order = open.pop()?;
    (open.is_empty() && !order.is_empty()).then_some(order)
}

/// The label that the field P: in the music gives the part that begins there; none for a text.
pub(crate) fn label_of(text: &str) -> Option<char> {
    let text = text.trim().trim_end_matches('.');
    let label = text.chars().next().filter(char::is_ascii_alphabetic)?;
    (text.len() == 1).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(order_of(text).map(String::from_iter).as_deref(), expected, "{text}");
    }

    /// The examples of ABC 2.1, 3.1.9, and their siblings.
    #[test]
    fn parts_repeat_as_their_numbers_say() {
        check("ABABAC", Some("ABABAC"));
        check("A3", Some("AAA"));
        check("(AB)3", Some("ABABAB"));
        check("((AB)3(CD)3)2", Some("ABABABCDCDCDABABABCDCDCD"));
        check("A.B2 (C)2", Some("ABBCC"));
    }

    #[test]
    fn what_is_no_order_is_none() {
        for text in ["", "1", "(A", "A)", "A0", "A99", "A-B", "((((A32)32)32)32)32", "()"] {
            check(text, None);
        }
        assert_eq!(order_of(&"(".repeat(1 << 20)), None);
    }

    #[test]
    fn a_label_is_one_letter() {
        assert_eq!(label_of(" A "), Some('A'));
        assert_eq!(label_of("B."), Some('B'));
        assert_eq!(label_of("Chorus"), None);
        assert_eq!(label_of(""), None);
    }
}
