//! What is found in a folder of music, as a musician would describe it.

use std::collections::BTreeMap;
use std::fmt;

use galant_types::Scale;
use serde::Serialize;

use crate::facts::{PieceFacts, time};
use crate::likeness::Likeness;
use crate::near_duplicates::NearDuplicates;
use crate::piece::Piece;

/// What is found in pieces that are added one at a time: of each, a few numbers and hashes are kept.
#[derive(Debug, Default)]
pub struct Findings {
    pieces: Vec<PieceFound>,
    left_out: Vec<(String, String)>,
    /// Pieces by key, as tonic and whether it is minor.
    keys: BTreeMap<(u8, bool), usize>,
    meters: BTreeMap<(u8, u32), usize>,
    /// Pieces by the number of their parts.
    parts: BTreeMap<usize, usize>,
    n_percussion: u64,
    firsts: BTreeMap<u64, usize>,
    near_duplicates: NearDuplicates,
}

/// What is kept of a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceFound {
    /// What to call it.
    pub name: String,
    /// How long it lasts, in seconds.
    pub seconds: f64,
    /// How long it is, in quarter notes.
    pub n_quarters: f64,
    /// How many bars it has.
    pub n_bars: u64,
    /// Its notes with a pitch.
    pub n_notes: u64,
    /// How many parts it has.
    pub n_parts: usize,
    /// Whether each of several parts [plays one note at a time](PieceFacts::is_in_single_voices).
    pub is_in_single_voices: bool,
    /// The earlier piece whose notes it has.
    pub duplicate_of: Option<usize>,
}

impl Findings {
    /// Looks at a piece, to be called `name`, and what it is compared with others by; one without notes that have a pitch is left
    /// out.
    pub fn add(&mut self, name: &str, piece: &Piece, likeness: &Likeness) {
        let facts = PieceFacts::of(&piece.score);
        self.n_percussion += facts.n_percussion;
        if facts.n_notes == 0 {
            let reason = if facts.n_percussion > 0 { "percussion only" } else { "no notes" };
            self.leave_out(name, reason.to_owned());
            return;
        }
        if let Some(key) = facts.key {
            *self.keys.entry((key.tonic(), key.is_minor())).or_default() += 1;
        }
        if let Some(&meter) = facts.meters.first() {
            *self.meters.entry(meter).or_default() += 1;
        }
        *self.parts.entry(facts.parts.len()).or_default() += 1;
        let number = self.pieces.len();
        let first = *self.firsts.entry(likeness.fingerprint().hash).or_insert(number);
        self.near_duplicates.add(likeness);
        self.pieces.push(PieceFound {
            name: name.to_owned(),
            seconds: facts.seconds,
            n_quarters: facts.n_quarters,
            n_bars: facts.n_bars,
            n_notes: facts.n_notes,
            n_parts: facts.parts.len(),
            is_in_single_voices: facts.is_in_single_voices(),
            duplicate_of: Some(first).filter(|&first| first != number),
        });
    }

    /// Takes note of a file that could not be read.
    pub fn leave_out(&mut self, name: &str, reason: String) {
        self.left_out.push((name.to_owned(), reason));
    }

    /// The pieces with notes, in the order in which they were added.
    pub fn pieces(&self) -> &[PieceFound] {
        &self.pieces
    }

    /// What cannot be learned from, by name, and why.
    pub fn left_out(&self) -> &[(String, String)] {
        &self.left_out
    }

    /// Keys with the number of their pieces, the most frequent first.
    pub fn keys(&self) -> Vec<(Scale, usize)> {
        let scale = |(tonic, is_minor): (u8, bool)| if is_minor { Scale::minor(tonic) } else { Scale::major(tonic) };
        by_number(&self.keys).into_iter().map(|(key, n)| (scale(key), n)).collect()
    }

    /// First meters with the number of their pieces, the most frequent first; 3/4 is `(3, 4)`.
    pub fn meters(&self) -> Vec<((u8, u32), usize)> {
        by_number(&self.meters)
    }

    /// Numbers of parts with the number of their pieces, the most frequent first.
    pub fn parts(&self) -> Vec<(usize, usize)> {
        by_number(&self.parts)
    }

    /// Pairs of pieces of which the first is [within the second](NearDuplicates::within), by number: movements inside whole
    /// works.
    pub fn within(&self) -> Vec<(usize, usize)> {
        self.near_duplicates.within()
    }

    /// Notes of all pieces that have a pitch.
    pub fn n_notes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.n_notes).sum()
    }

    /// How long all pieces last, in seconds.
    pub fn seconds(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.seconds).sum()
    }

    /// Names and texts of what was found, a line each.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let n_left_out = match self.left_out.len() {
            0 => String::new(),
            n => format!("; {n} left out"),
        };
        let found = format!(
            "{}, {}, {} notes{n_left_out}",
            counted(self.pieces.len(), "piece"),
            time(self.seconds()),
            self.n_notes()
        );
        let mut lines = vec![("found", found)];
        if self.pieces.is_empty() {
            return lines;
        }
        let mut lengths: Vec<(f64, u64)> = self.pieces.iter().map(|piece| (piece.seconds, piece.n_bars)).collect();
        lengths.sort_by(|a, b| a.0.total_cmp(&b.0));
        let [shortest, middle, longest] = [0, lengths.len() / 2, lengths.len() - 1].map(|at| lengths[at]);
        let length = |(seconds, n_bars): (f64, u64)| format!("{} ({n_bars} bars)", time(seconds));
        let lengths = match self.pieces.len() {
            1 => length(shortest),
            _ if length(shortest) == length(longest) => format!("{} each", length(shortest)),
            _ => format!("{} to {}, half of them {} or more", length(shortest), length(longest), length(middle)),
        };
        lines.push(("length", lengths));
        let names = |list: Vec<(String, usize)>| list_text(&list);
        lines.push(("keys", names(self.keys().into_iter().map(|(key, n)| (key.to_string(), n)).collect())));
        lines.push((
            "meters",
            names(self.meters().into_iter().map(|((beats, beat), n)| (format!("{beats}/{beat}"), n)).collect()),
        ));
        lines.push(("parts", names(self.parts().into_iter().map(|(parts, n)| (counted(parts, "part"), n)).collect())));
        if let Some(text) = self.duplicates_text() {
            lines.push(("same", text));
        }
        if self.n_percussion > 0 {
            lines.push(("drums", format!("{} notes of percussion, which are not learned", self.n_percussion)));
        }
        lines
    }

    fn duplicates_text(&self) -> Option<String> {
        let name = |number: usize| &self.pieces[number].name;
        let duplicates: Vec<(usize, usize)> =
            (0..).zip(&self.pieces).filter_map(|(number, piece)| Some((number, piece.duplicate_of?))).collect();
        let within = self.within();
        let duplicate = duplicates.first().map(|&(piece, first)| {
            let verb = if duplicates.len() == 1 { "has" } else { "have" };
            format!(
                "{} {verb} the notes of another, such as {} and {}",
                counted(duplicates.len(), "piece"),
                name(piece),
                name(first)
            )
        });
        let movement = within.first().map(|&(movement, work)| {
            let verb = if within.len() == 1 { "is" } else { "are" };
            format!(
                "{} {verb} within a longer one, such as {} in {}",
                counted(within.len(), "piece"),
                name(movement),
                name(work)
            )
        });
        match (duplicate, movement) {
            (None, None) => None,
            (duplicate, movement) => Some(duplicate.into_iter().chain(movement).collect::<Vec<_>>().join("; ")),
        }
    }

    /// What was found as one JSON object.
    pub fn to_json(&self) -> String {
        let name = |number: usize| self.pieces[number].name.as_str();
        let json = FindingsJson {
            pieces: self.pieces.len(),
            seconds: self.seconds(),
            notes: self.n_notes(),
            percussion: self.n_percussion,
            keys: self.keys().into_iter().map(|(key, n)| (key.to_string(), n)).collect(),
            meters: self.meters().into_iter().map(|((beats, beat), n)| (format!("{beats}/{beat}"), n)).collect(),
            parts: self.parts().into_iter().map(|(parts, n)| (parts.to_string(), n)).collect(),
            duplicates: (0..)
                .zip(&self.pieces)
                .filter_map(|(number, piece)| Some([name(number), name(piece.duplicate_of?)]))
                .collect(),
            within: self.within().into_iter().map(|(piece, work)| [name(piece), name(work)]).collect(),
            left_out: self.left_out.iter().map(|(name, reason)| [name.as_str(), reason]).collect(),
        };
        serde_json::to_string(&json).expect("texts and numbers have a JSON form")
    }
}

/// A line for each of [`Findings::lines`].
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().iter().try_for_each(|(name, text)| writeln!(f, "{name:<9}{text}"))
    }
}

#[derive(Serialize)]
struct FindingsJson<'a> {
    pieces: usize,
    seconds: f64,
    notes: u64,
    percussion: u64,
    keys: BTreeMap<String, usize>,
    meters: BTreeMap<String, usize>,
    parts: BTreeMap<String, usize>,
    duplicates: Vec<[&'a str; 2]>,
    within: Vec<[&'a str; 2]>,
    left_out: Vec<[&'a str; 2]>,
}

/// The most kinds of a list that are named.
const MAX_LISTED: usize = 4;

fn list_text(list: &[(String, usize)]) -> String {
    let listed: Vec<String> = list.iter().take(MAX_LISTED).map(|(name, n)| format!("{n} × {name}")).collect();
    let n_others: usize = list.iter().skip(MAX_LISTED).map(|(_, n)| n).sum();
    let others = if n_others > 0 { format!(", {n_others} others") } else { String::new() };
    format!("{}{others}", listed.join(", "))
}

fn by_number<K: Copy + Ord>(numbers: &BTreeMap<K, usize>) -> Vec<(K, usize)> {
    let mut list: Vec<(K, usize)> = numbers.iter().map(|(key, n)| (*key, *n)).collect();
    list.sort_by_key(|(key, n)| (std::cmp::Reverse(*n), *key));
    list
}

fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::piece::{ReadOptions, read_piece};

    use super::*;

    /// A tune of so many notes that differs from those of other numbers.
    fn tune(number: usize, n_notes: usize) -> String {
        let letters = ["C", "D", "E", "F", "G", "A", "B", "c", "d", "e"];
        let mut state = 7 * number + 1;
        let notes = (0..n_notes).map(|_| {
            state = (state * 1103 + 12_345) % 65_536;
            letters[state / 16 % letters.len()]
        });
        notes.collect::<Vec<_>>().chunks(4).map(|bar| bar.concat()).collect::<Vec<_>>().join("|")
    }

    fn findings(tunes: &[(&str, String)]) -> Findings {
        let mut findings = Findings::default();
        for (name, notes) in tunes {
            let bytes = format!("X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n{notes}|\n").into_bytes();
            let piece = read_piece(name, &bytes, ReadOptions::default()).unwrap();
            findings.add(name, &piece, &Likeness::of(&piece.score));
        }
        findings
    }

    #[test]
    fn a_folder_is_described() {
        let (first, second) = (tune(1, 80), tune(2, 80));
        let mut findings = findings(&[
            ("1.abc", first.clone()),
            ("2.abc", second.clone()),
            ("whole.abc", format!("{first}|{second}")),
            ("copy.abc", first),
        ]);
        findings.leave_out("bad.mid", "not a standard MIDI file".to_owned());
        expect![[r#"
            found    4 pieces, 3:20, 400 notes; 1 left out
            length   0:40 (20 bars) to 1:20 (40 bars), half of them 0:40 (20 bars) or more
            keys     3 × C major, 1 × D minor
            meters   4 × 4/4
            parts    4 × 1 part
            same     1 piece has the notes of another, such as copy.abc and 1.abc; 3 pieces are within a longer one, such as 1.abc in whole.abc
        "#]].assert_eq(&findings.to_string());
        assert_eq!(findings.within(), [(0, 2), (1, 2), (3, 2)]);
        assert!(findings.to_json().contains(r#""left_out":[["bad.mid","not a standard MIDI file"]]"#));
    }

    #[test]
    fn different_pieces_are_not_within_each_other() {
        let findings = findings(&[("1.abc", tune(1, 80)), ("2.abc", tune(2, 200))]);
        assert_eq!(findings.within(), []);
    }
}
