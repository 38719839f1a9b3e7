//! The print: which bar each throw chooses, and the notes of each bar.

use std::sync::LazyLock;

/// How many bars a waltz has, each chosen by a throw.
pub const N_POSITIONS: usize = 16;

/// The lowest sum of two dice.
pub(crate) const MIN_SUM: u8 = 2;
/// The highest sum of two dice.
pub(crate) const MAX_SUM: u8 = 12;
/// How many different sums two dice have: the rows of the number tables.
pub(crate) const N_SUMS: usize = 11;
/// How many of the 36 throws of two dice give each sum, from 2 to 12.
pub(crate) const SUM_WEIGHTS: [u32; N_SUMS] = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1];

/// How many bars the print has, counting the second ending.
const N_BARS: usize = 177;
/// A bar of 3/8 lasts six sixteenths.
pub(crate) const SIXTEENTHS_PER_BAR: u8 = 6;

/// Returns the tables of the print, parsed at the first call.
///
/// # Panics
///
/// If the embedded tables do not parse, which the tests of this crate rule out.
pub fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(|| {
        let bars = include_str!("../data/bars.csv");
        let numbers = include_str!("../data/tables.csv");
        Tables::parse(bars, numbers).unwrap_or_else(|error| panic!("the embedded tables: {error}"))
    });
    &TABLES
}

/// The two number tables of the print, and the bars they refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    columns: [[BarNumber; N_SUMS]; N_POSITIONS],
    bars: Vec<Vec<BarNote>>,
}

impl Tables {
    /// The bars of one position of the waltz, for the sums 2 to 12.
    ///
    /// # Panics
    ///
    /// If `position` is not 1 to 16.
    pub fn column(&self, position: usize) -> &[BarNumber; 11] {
        assert!((1..=N_POSITIONS).contains(&position), "position {position} is not 1 to {N_POSITIONS}");
        &self.columns[position - 1]
    }

    /// The notes of a bar, by onset, then hand, then pitch.
    pub fn notes(&self, bar: BarNumber) -> &[BarNote] {
        &self.bars[bar.index()]
    }

    /// Reads `bars` (columns `bar,treble,bass`) and `numbers` (a row per sum, a column per position).
    fn parse(bars: &str, numbers: &str) -> Result<Tables, TablesError> {
        Ok(Tables { bars: parse_bars(bars)?, columns: parse_numbers(numbers)? })
    }
}

/// The number of a printed bar: 1 to 176, or 177 for the second ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarNumber(u8);

impl BarNumber {
    /// The second ending of position 8, which leads on to the second part.
    ///
    /// The eleven bars of position 8 are equal; each is printed with a first ending, which leads back to the repeat, and
    /// with this one.
    pub const SECOND_ENDING: BarNumber = BarNumber(177);

    /// The bar with a number; none if it is not 1 to 177.
    pub fn new(number: u8) -> Option<BarNumber> {
        (1..=N_BARS).contains(&usize::from(number)).then_some(BarNumber(number))
    }

    /// The number in the print.
    pub fn number(self) -> u8 {
        self.0
    }

    fn index(self) -> usize {
        usize::from(self.0) - 1
    }
}

/// One note of a bar. Its order is onset, hand, pitch, length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarNote {
    /// When it begins, in sixteenths from the start of the bar.
    pub onset_16: u8,
    /// The staff it is on.
    pub hand: Hand,
    /// MIDI pitch; 60 is middle C.
    pub pitch: u8,
    /// How long it sounds, in sixteenths.
    pub length_16: u8,
}

/// A staff of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hand {
    /// The upper staff.
    Treble,
    /// The lower staff.
    Bass,
}

impl Hand {
    fn name(self) -> &'static str {
        match self {
            Hand::Treble => "treble",
            Hand::Bass => "bass",
        }
    }
}

/// Why texts are not the tables of the game. Line numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
enum TablesError {
    #[error("{table}, line {line}: {n_fields} fields; expected {allowed}, separated by commas")]
    Fields { table: &'static str, line: usize, n_fields: usize, allowed: usize },
    #[error("{table}, line {line}: begins with {found:?}; expected {expected:?}")]
    Label { table: &'static str, line: usize, found: String, expected: String },
    #[error("{table}: {n_rows} rows below the header; expected {allowed}")]
    Rows { table: &'static str, n_rows: usize, allowed: usize },
    #[error("bars, line {line}: {chord:?} is not a chord; write pitches/length as 60.64/2, or r/2 for a rest")]
    Chord { line: usize, chord: String },
    #[error("bars, line {line}: the {} lasts {sixteenths} sixteenths; a bar has {SIXTEENTHS_PER_BAR}", hand.name())]
    Duration { line: usize, hand: Hand, sixteenths: u8 },
    #[error("tables, line {line}: {found:?} is not a bar from 1 to 176")]
    Bar { line: usize, found: String },
    #[error("tables, line {line}: bar {bar} appears a second time; each bar has one place")]
    Twice { line: usize, bar: u8 },
}

fn parse_bars(text: &str) -> Result<Vec<Vec<BarNote>>, TablesError> {
    let mut bars = Vec::with_capacity(N_BARS);
    for (line, fields) in rows("bars", text, "bar", 3)? {
        check_label("bars", line, fields[0], (bars.len() + 1).to_string())?;
        let mut notes = parse_hand(line, Hand::Treble, fields[1])?;
        notes.extend(parse_hand(line, Hand::Bass, fields[2])?);
        notes.sort_unstable();
        bars.push(notes);
    }
    if bars.len() == N_BARS {
        Ok(bars)
    } else {
        Err(TablesError::Rows { table: "bars", n_rows: bars.len(), allowed: N_BARS })
    }
}

/// Chords and rests of one staff, one after the other, until the bar is full.
fn parse_hand(line: usize, hand: Hand, text: &str) -> Result<Vec<BarNote>, TablesError> {
    let mut notes = Vec::new();
    let mut onset_16 = 0_u8;
    for chord in text.split(' ') {
        let refused = || TablesError::Chord { line, chord: chord.to_owned() };
        let (pitches, length) = chord.split_once('/').ok_or_else(refused)?;
        let length_16 = length.parse::<u8>().map_err(|_| refused())?;
        if length_16 == 0 {
            return Err(refused());
        }
        if pitches != "r" {
            for pitch in pitches.split('.') {
                let pitch = pitch.parse::<u8>().ok().filter(|&pitch| pitch < 128).ok_or_else(refused)?;
                notes.push(BarNote { onset_16, hand, pitch, length_16 });
            }
        }
        onset_16 = onset_16.saturating_add(length_16);
    }
    if onset_16 == SIXTEENTHS_PER_BAR {
        Ok(notes)
    } else {
        Err(TablesError::Duration { line, hand, sixteenths: onset_16 })
    }
}

fn parse_numbers(text: &str) -> Result<[[BarNumber; N_SUMS]; N_POSITIONS], TablesError> {
    let mut columns = [[BarNumber::SECOND_ENDING; N_SUMS]; N_POSITIONS];
    let mut seen = [false; N_BARS];
    let rows = rows("tables", text, "throw", N_POSITIONS + 1)?;
    if rows.len() != N_SUMS {
        return Err(TablesError::Rows { table: "tables", n_rows: rows.len(), allowed: N_SUMS });
    }
    for (row, (line, fields)) in rows.into_iter().enumerate() {
        check_label("tables", line, fields[0], (row + usize::from(MIN_SUM)).to_string())?;
        for (column, field) in columns.iter_mut().zip(&fields[1..]) {
            let bar = field.parse().ok().and_then(BarNumber::new).filter(|&bar| bar != BarNumber::SECOND_ENDING);
            let bar = bar.ok_or_else(|| TablesError::Bar { line, found: (*field).to_owned() })?;
            if std::mem::replace(&mut seen[bar.index()], true) {
                return Err(TablesError::Twice { line, bar: bar.number() });
            }
            column[row] = bar;
        }
    }
    Ok(columns)
}

/// The rows below the header, each with its line number and `n_fields` fields.
fn rows<'a>(
    table: &'static str,
    text: &'a str,
    header: &str,
    n_fields: usize,
) -> Result<Vec<(usize, Vec<&'a str>)>, TablesError> {
    let mut rows = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        let fields: Vec<&str> = text.split(',').collect();
        if fields.len() != n_fields {
            return Err(TablesError::Fields { table, line, n_fields: fields.len(), allowed: n_fields });
        }
        if index == 0 {
            check_label(table, line, fields[0], header.to_owned())?;
        } else {
            rows.push((line, fields));
        }
    }
    Ok(rows)
}

fn check_label(table: &'static str, line: usize, found: &str, expected: String) -> Result<(), TablesError> {
    if found == expected {
        return Ok(());
    }
    Err(TablesError::Label { table, line, found: found.to_owned(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const BARS: &str = include_str!("../data/bars.csv");
    const NUMBERS: &str = include_str!("../data/tables.csv");

    /// The error of the tables with the first `from` replaced by `to` in both.
    #[track_caller]
    fn error_with(from: &str, to: &str) -> TablesError {
        assert!(BARS.contains(from) || NUMBERS.contains(from), "{from:?} is in neither table");
        Tables::parse(&BARS.replacen(from, to, 1), &NUMBERS.replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn a_bar_must_be_full() {
        let error = error_with("1,77/2 74/2 79/2,", "1,77/2 74/2 79/1,");
        assert_eq!(error, TablesError::Duration { line: 2, hand: Hand::Treble, sixteenths: 5 });
        expect!["bars, line 2: the treble lasts 5 sixteenths; a bar has 6"].assert_eq(&error.to_string());
        let error = error_with("48.52/4 r/2\n4,", "48.52/4 r/255\n4,");
        assert_eq!(error, TablesError::Duration { line: 4, hand: Hand::Bass, sixteenths: 255 });
    }

    #[test]
    fn a_chord_must_have_midi_pitches_and_a_length() {
        for wrong in ["77", "77/", "77/0", "128/2", "/2", "77./2", "R/2", "77/-2", ""] {
            let error = error_with("1,77/2 ", &format!("1,{wrong} "));
            assert_eq!(error, TablesError::Chord { line: 2, chord: wrong.to_owned() });
        }
    }

    #[test]
    fn rows_and_fields_must_be_complete_and_in_order() {
        assert!(matches!(error_with("bar,", "tone,"), TablesError::Label { table: "bars", line: 1, .. }));
        assert!(matches!(error_with("\n3,79", "\n4,79"), TablesError::Label { table: "bars", line: 4, .. }));
        assert!(matches!(error_with("\n2,96,", "\n1,96,"), TablesError::Label { table: "tables", line: 2, .. }));
        assert!(matches!(error_with("\n2,96,22,", "\n2,96,"), TablesError::Fields { n_fields: 16, .. }));
        let without_last = BARS.trim_end().rsplit_once('\n').unwrap().0;
        let error = Tables::parse(without_last, NUMBERS).unwrap_err();
        assert_eq!(error, TablesError::Rows { table: "bars", n_rows: 176, allowed: 177 });
        let without_last = NUMBERS.trim_end().rsplit_once('\n').unwrap().0;
        let error = Tables::parse(BARS, without_last).unwrap_err();
        assert_eq!(error, TablesError::Rows { table: "tables", n_rows: 10, allowed: 11 });
    }

    #[test]
    fn each_bar_has_one_place_and_the_second_ending_none() {
        assert_eq!(error_with("2,96,22,", "2,96,96,"), TablesError::Twice { line: 2, bar: 96 });
        assert!(matches!(error_with("2,96,22,", "2,177,22,"), TablesError::Bar { line: 2, .. }));
        assert!(matches!(error_with("2,96,22,", "2,0,22,"), TablesError::Bar { line: 2, .. }));
    }
}
