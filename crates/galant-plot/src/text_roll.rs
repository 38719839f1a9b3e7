//! A small piano roll in block characters, for a terminal.

use galant_types::Score;

/// How many characters wide the roll is without its key names: it fits into 80 columns.
const COLUMNS: usize = 72;

/// The most rows; each holds at least two keys.
const MAX_ROWS: usize = 16;

/// Draws the notes of a score, time to the right, keys upward: each character is two moments of two rows of keys.
///
/// It is at most 77 columns wide and 16 lines high, and each line ends with a line feed; a score without notes gives the
/// line `no notes`.
pub fn text_roll(score: &Score) -> String {
    let pitches = || score.notes.iter().map(|note| note.pitch);
    let (Some(lowest), Some(highest)) = (pitches().min(), pitches().max()) else {
        return "no notes\n".to_owned();
    };
    let n_keys = usize::from(highest - lowest) + 1;
    let keys_per_half = n_keys.div_ceil(2 * MAX_ROWS);
    let n_rows = n_keys.div_ceil(2 * keys_per_half);
    let mut cells = vec![0_u8; n_rows * COLUMNS];
    let end = score.end().max(1);
    let column = |tick: u64| (u128::from(tick) * 2 * COLUMNS as u128 / u128::from(end)) as usize;
    for note in &score.notes {
        let half = usize::from(highest - note.pitch) / keys_per_half;
        let first = column(note.onset).min(2 * COLUMNS - 1);
        // A short note takes a place all the same; a long one ends before the next begins.
        let last = column(note.end()).max(first + 1).min(2 * COLUMNS);
        for place in first..last {
            cells[half / 2 * COLUMNS + place / 2] |= 1 << (half % 2 * 2 + place % 2);
        }
    }
    let line = |(row, cells): (usize, &[u8])| {
        let top = usize::from(highest) - row * 2 * keys_per_half;
        let line: String = cells.iter().map(|&cell| BLOCKS[usize::from(cell)]).collect();
        format!("{:>4} {}\n", key_name(top), line.trim_end())
    };
    cells.chunks(COLUMNS).enumerate().map(line).collect()
}

/// The character for each set of quarters: bit 0 upper left, 1 upper right, 2 lower left, 3 lower right.
const BLOCKS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];

/// By scientific pitch notation: 60 is C4.
fn key_name(key: usize) -> String {
    const NAMES: [&str; 12] = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
    format!("{}{}", NAMES[key % 12], key as i32 / 12 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use galant_types::Note;

    #[track_caller]
    fn check(notes: &[(u64, u64, u8)], expected: &[&str]) {
        let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
        let score = Score { notes: notes.iter().map(note).collect(), ..Score::new(480) };
        assert_eq!(text_roll(&score).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_character_is_two_moments_of_two_keys() {
        // 144 moments: C4 sounds in the first, C♯4 in the second and third, nothing after but the last.
        check(&[(0, 1, 60), (1, 2, 61), (143, 1, 60)], &[&format!("{:>4} ▞▘{}▗", "C♯4", " ".repeat(69))]);
    }

    #[test]
    fn a_wide_range_is_squeezed_into_sixteen_rows() {
        let notes: Vec<_> = (0..128).map(|pitch| (u64::from(pitch), 1, pitch)).collect();
        let score_lines = |notes: &[(u64, u64, u8)]| {
            let note = |&(onset, length, pitch)| Note { onset, length, pitch, velocity: 64, channel: 0, track: 0 };
            let score = Score { notes: notes.iter().map(note).collect(), ..Score::new(480) };
            text_roll(&score)
        };
        let lines = score_lines(&notes);
        assert_eq!(lines.lines().count(), 16);
        assert!(lines.lines().all(|line| line.chars().count() <= 77), "{lines}");
        assert!(lines.starts_with("  G9 "), "{lines}");
    }

    #[test]
    fn nothing_and_endless_notes_are_drawn() {
        check(&[], &["no notes"]);
        check(&[(0, u64::MAX, 60)], &[&format!("{:>4} {}", "C4", "▀".repeat(72))]);
    }
}
