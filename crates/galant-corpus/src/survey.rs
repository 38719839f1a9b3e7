//! What a corpus holds, before it is trained on.

use std::collections::BTreeMap;
use std::fmt;

use galant_tokens::{Encoded, Token, Tokenizer};

use crate::fingerprint::Fingerprint;
use crate::likeness::Likeness;
use crate::near_duplicates::NearDuplicates;
use crate::piece::Piece;
use crate::unseen::{Share, UnseenTokens};

/// Looks at files one at a time; of each, counts and hashes are kept, so that a hundred thousand fit into little memory.
#[derive(Debug)]
pub struct Survey {
    tokenizer: Tokenizer,
    hold_out: f64,
    rows: Vec<SurveyRow>,
    /// The first file of each fingerprint, with the pitch that it begins with.
    firsts: BTreeMap<u64, (usize, u8)>,
    unseen: UnseenTokens,
    near_duplicates: NearDuplicates,
    /// How many files are books, and how many tunes they have.
    n_books: usize,
    n_tunes: usize,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyRow {
    /// The file's path or name, as given.
    pub name: String,
    /// How many notes with a pitch its score has.
    pub n_notes: u64,
    /// How many notes of percussion, which become no tokens.
    pub n_percussion: u64,
    /// How many tokens it becomes.
    pub n_tokens: u64,
    /// How many warnings its reader gave.
    pub n_warnings: usize,
    /// What it turned out to be.
    pub finding: Finding,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A song like no earlier one.
    Song,
    /// The notes of an earlier file.
    Duplicate {
        /// The number of that file, from 0.
        first: usize,
        /// How many semitones higher this one is.
        semitones: i16,
    },
    /// Nothing to train on.
    LeftOut {
        /// Why.
        reason: String,
    },
}

/// All files together; tunes of books count as files do.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyTotal {
    /// How many files were looked at.
    pub n_files: usize,
    /// How many tunes the books among them have.
    pub n_tunes: usize,
    /// How many files and tunes of books have nothing to train on.
    pub n_left_out: usize,
    /// How many have the notes of an earlier one.
    pub n_duplicates: usize,
    /// How many of these are in another key than the earlier one.
    pub n_transposed: usize,
    /// How many have [music in common](NearDuplicates) with an earlier one, duplicates included.
    pub n_near_duplicates: usize,
    /// Notes of all scores that have a pitch.
    pub n_notes: u64,
    /// How many files have percussion.
    pub n_with_percussion: usize,
    /// Notes of percussion of all scores.
    pub n_percussion: u64,
    /// Tokens of all files.
    pub n_tokens: u64,
    /// Different tokens in the training parts.
    pub n_different: u64,
    /// Whether `n_different` and the shares are exact, not estimated from a sample.
    pub is_exact: bool,
    /// How many tokens of the validation parts no training part has.
    pub unseen: Share,
}

impl Survey {
    /// A survey of no files yet, which would hold out the share `hold_out` of each file, at its end, for validation.
    pub fn new(tokenizer: Tokenizer, hold_out: f64) -> Survey {
        Survey {
            tokenizer,
            hold_out,
            rows: Vec::new(),
            firsts: BTreeMap::new(),
            unseen: UnseenTokens::default(),
            near_duplicates: NearDuplicates::default(),
            n_books: 0,
            n_tunes: 0,
        }
    }

    /// Takes note of a file of `n_tunes` tunes, each of which is looked at or left out by itself.
    pub fn add_book(&mut self, n_tunes: usize) {
        self.n_books += 1;
        self.n_tunes += n_tunes;
    }

    /// Takes note of a file, or of a tune of a book, that could not be read.
    pub fn leave_out(&mut self, name: &str, reason: String) {
        self.push_left_out(name, 0, 0, reason);
    }

    /// Looks at a piece and what it is compared with others by; `name` is what to call its file.
    pub fn add(&mut self, name: &str, piece: &Piece, likeness: &Likeness) {
        let n_warnings = piece.warnings.len();
        let Encoded { tokens, refused, .. } = self.tokenizer.encode(&piece.score);
        let n_percussion = piece.score.n_percussion() as u64;
        if tokens.is_empty() {
            let no_notes = if n_percussion > 0 { "percussion only" } else { "no notes" };
            let reason = refused.map_or(no_notes.to_owned(), |error| error.to_string());
            self.push_left_out(name, n_percussion, n_warnings, reason);
            return;
        }
        self.count_unseen(&tokens);
        self.near_duplicates.add(likeness);
        let number = self.rows.len();
        let Fingerprint { hash, first_pitch } = likeness.fingerprint();
        let (first, pitch) = *self.firsts.entry(hash).or_insert((number, first_pitch));
        let finding = if first == number {
            Finding::Song
        } else {
            Finding::Duplicate { first, semitones: i16::from(first_pitch) - i16::from(pitch) }
        };
        let (n_notes, n_tokens) = (piece.score.notes.len() as u64 - n_percussion, tokens.len() as u64);
        self.rows.push(SurveyRow { name: name.to_owned(), n_notes, n_percussion, n_tokens, n_warnings, finding });
    }

    fn count_unseen(&mut self, tokens: &[Token]) {
        let number = self.rows.len();
        let n_training = tokens.len() - (tokens.len() as f64 * self.hold_out) as usize;
        let (training, validation) = tokens.split_at(n_training);
        training.iter().for_each(|token| self.unseen.train(token));
        validation.iter().for_each(|token| self.unseen.validate(number, token));
    }

    fn push_left_out(&mut self, name: &str, n_percussion: u64, n_warnings: usize, reason: String) {
        let finding = Finding::LeftOut { reason };
        self.rows.push(SurveyRow { name: name.to_owned(), n_notes: 0, n_percussion, n_tokens: 0, n_warnings, finding });
    }

    /// What was found, in the order in which files were added.
    pub fn rows(&self) -> &[SurveyRow] {
        &self.rows
    }

    /// For each file, how many tokens of its validation part no training part has.
    pub fn unseen_shares(&self) -> Vec<Share> {
        self.unseen.shares(self.rows.len())
    }

    /// All files together.
    pub fn total(&self) -> SurveyTotal {
        let count = |is: fn(&Finding) -> bool| self.rows.iter().filter(|row| is(&row.finding)).count();
        SurveyTotal {
            n_files: (self.rows.len() + self.n_books).saturating_sub(self.n_tunes),
            n_tunes: self.n_tunes,
            n_left_out: count(|finding| matches!(finding, Finding::LeftOut { .. })),
            n_duplicates: count(|finding| matches!(finding, Finding::Duplicate { .. })),
            n_transposed: count(|finding| matches!(finding, Finding::Duplicate { semitones, .. } if *semitones != 0)),
            n_near_duplicates: (0..)
                .zip(self.near_duplicates.families())
                .filter(|(piece, first)| piece != first)
                .count(),
            n_notes: self.rows.iter().map(|row| row.n_notes).sum(),
            n_with_percussion: self.rows.iter().filter(|row| row.n_percussion > 0).count(),
            n_percussion: self.rows.iter().map(|row| row.n_percussion).sum(),
            n_tokens: self.rows.iter().map(|row| row.n_tokens).sum(),
            n_different: self.unseen.n_different(),
            is_exact: self.unseen.is_exact(),
            unseen: Share::sum(&self.unseen_shares()),
        }
    }
}

/// A row for each file, and what all of them come to.
impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>5} {:>8} {:>8} {:>8} {:>8}  file", "songs", "notes", "tokens", "unseen", "warnings")?;
        for (row, unseen) in self.rows.iter().zip(self.unseen_shares()) {
            let n_songs = u8::from(!matches!(row.finding, Finding::LeftOut { .. }));
            let SurveyRow { name, n_notes, n_percussion, n_tokens, n_warnings, finding } = row;
            let (unseen, finding) = (percent(unseen), self.finding_text(finding));
            write!(f, "{n_songs:>5} {n_notes:>8} {n_tokens:>8} {unseen:>8} {n_warnings:>8}  {name}{finding}")?;
            if *n_percussion > 0 && n_songs > 0 {
                write!(f, "  and {n_percussion} of percussion")?;
            }
            writeln!(f)?;
        }
        let total = self.total();
        let (files, n_left_out) = (counted(total.n_files, "file"), total.n_left_out);
        let songs = counted(self.rows.len() - n_left_out, "song");
        let tunes =
            if total.n_tunes > 0 { format!(", books with {} tunes among them", total.n_tunes) } else { String::new() };
        writeln!(f, "\n{files}{tunes}: {songs}, {n_left_out} left out")?;
        if total.n_percussion > 0 {
            let files = counted(total.n_with_percussion, "file");
            writeln!(f, "{files} with percussion: {} notes, which become no tokens", total.n_percussion)?;
        }
        let about = if total.is_exact { "" } else { "about " };
        writeln!(
            f,
            "{} notes, {} tokens; {about}{} different ones in the training parts",
            total.n_notes, total.n_tokens, total.n_different
        )?;
        writeln!(
            f,
            "unseen in training: {} of the tokens of the validation parts, the last {} % of each file",
            percent(total.unseen),
            100.0 * self.hold_out
        )?;
        writeln!(
            f,
            "{} with the notes of an earlier one, {} of them in another key",
            counted(total.n_duplicates, "file"),
            total.n_transposed
        )?;
        writeln!(
            f,
            "{} with music of an earlier one, these included: other editions, movements of a work, arrangements",
            counted(total.n_near_duplicates, "file")
        )
    }
}

impl Survey {
    /// What follows the name of a file.
    fn finding_text(&self, finding: &Finding) -> String {
        match finding {
            Finding::Song => String::new(),
            Finding::Duplicate { first, semitones } => {
                let unit = if semitones.abs() == 1 { "semitone" } else { "semitones" };
                let key = match semitones {
                    0 => String::new(),
                    n if *n > 0 => format!(", {n} {unit} higher"),
                    n => format!(", {} {unit} lower", n.unsigned_abs()),
                };
                format!("  the notes of {}{key}", self.rows[*first].name)
            }
            Finding::LeftOut { reason } => format!("  left out: {reason}"),
        }
    }
}

/// So many of a thing, such as "1 song" or "2 songs".
fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn percent(share: Share) -> String {
    if share.n_validation == 0 {
        return "-".to_owned();
    }
    format!("{:.1} %", 100.0 * share.n_unseen as f64 / share.n_validation as f64)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use galant_tokens::GridTokenizer;

    use crate::piece::{ReadOptions, read_piece};

    use super::*;

    #[test]
    fn a_survey_is_a_row_for_each_file_and_their_sums() {
        let mut survey = Survey::new(Tokenizer::Rhythm(GridTokenizer::default()), 0.25);
        for (name, key) in [("a.abc", "C"), ("b.abc", "D"), ("c.abc", "C")] {
            let tune = format!("X:1\nM:4/4\nL:1/4\nK:{key}\n").into_bytes();
            let notes = if key == "D" { "DEFG|ABcd|\n" } else { "CDEF|GABc|\n" };
            let bytes = [tune, notes.as_bytes().to_vec()].concat();
            let piece = read_piece(name, &bytes, ReadOptions::default()).unwrap();
            survey.add(name, &piece, &Likeness::of(&piece.score));
        }
        survey.leave_out("d.abc", "it is damaged".to_owned());
        expect![[r#"
            songs    notes   tokens   unseen warnings  file
                1        8        8   50.0 %        0  a.abc
                1        8        8  100.0 %        0  b.abc  the notes of a.abc, 2 semitones higher
                1        8        8   50.0 %        0  c.abc  the notes of a.abc
                0        0        0        -        0  d.abc  left out: it is damaged

            4 files: 3 songs, 1 left out
            24 notes, 24 tokens; 8 different ones in the training parts
            unseen in training: 66.7 % of the tokens of the validation parts, the last 25 % of each file
            2 files with the notes of an earlier one, 1 of them in another key
            2 files with music of an earlier one, these included: other editions, movements of a work, arrangements
        "#]]
        .assert_eq(&survey.to_string());
    }
}
