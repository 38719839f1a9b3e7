//! What somebody may have meant who wrote a name that does not exist.

/// The most names that are suggested.
const MAX_SUGGESTED: usize = 3;

/// The known names that `word` may stand for, the nearest first; none if nothing is like it.
///
/// Names are alike if few letters differ, a third of them at most, or if one begins or ends with the other.
pub(crate) fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let n_letters = word.chars().count();
    let rank = |name: &'a str| {
        let other = name.to_lowercase();
        let distance = distance(&word, &other);
        let is_part = n_letters >= 3 && (other.starts_with(&word) || other.ends_with(&word));
        let is_whole = other.len() >= 3 && (word.starts_with(&other) || word.ends_with(&other));
        let limit = (n_letters.min(other.chars().count()) / 3).max(1);
        (distance <= limit || is_part || is_whole).then_some((distance, name))
    };
    let mut ranked: Vec<(usize, &str)> = known.into_iter().filter_map(rank).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(MAX_SUGGESTED).map(|(_, name)| name).collect()
}

/// "; did you mean a, b or c?", or nothing.
pub(crate) fn did_you_mean(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        names => format!("; did you mean {}?", or(names)),
    }
}

/// "a, b or c".
pub(crate) fn or(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [names @ .., last] => format!("{} or {last}", names.join(", ")),
    }
}

/// How many letters must be replaced, put in, left out or swapped with their neighbor.
fn distance(a: &str, b: &str) -> usize {
    let [a, b]: [Vec<char>; 2] = [a, b].map(|text| text.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_alike_is_suggested() {
        let options = ["--quiet", "--hidden-size", "--hold-out", "--out", "--tokens", "--tokenizer"];
        let near = |word| near(word, options);
        assert_eq!(near("--qiet"), ["--quiet"]);
        assert_eq!(near("--hidden"), ["--hidden-size"]);
        assert_eq!(near("--toknes"), ["--tokens"]);
        assert_eq!(near("--frobnicate"), [""; 0]);
        assert_eq!(super::near("composee", ["compose", "corpus", "play"]), ["compose"]);
        assert_eq!(super::near("run", ["train", "render"]), [""; 0]);
    }

    #[test]
    fn the_distance_counts_letters() {
        for (a, b, expected) in
            [("", "abc", 3), ("abc", "abc", 0), ("abcd", "acbd", 1), ("abc", "axc", 1), ("ab", "b", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_list_reads_like_a_sentence() {
        assert_eq!(did_you_mean(&[]), "");
        assert_eq!(did_you_mean(&["a"]), "; did you mean a?");
        assert_eq!(did_you_mean(&["a", "b", "c"]), "; did you mean a, b or c?");
    }
}
