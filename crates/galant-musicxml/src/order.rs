//! In which order bars are played.

use crate::bar::{Jump, Marks};
use crate::error::DecodeError;
use crate::limits::MAX_BARS;
use crate::warning::{WarningKind, Warnings};

/// The bars in the order in which they are played: repeats and endings as written, then a jump, after which each section
/// is played once, with its last ending.
pub(crate) fn order(marks: &[Marks], warnings: &mut Warnings) -> Result<Vec<usize>, DecodeError> {
    let endings = endings(marks);
    let mut order = Vec::with_capacity(marks.len());
    // The first bar of the section, and which playing of it this is.
    let (mut start, mut playing) = (0, 1);
    let mut has_jumped = false;
    let mut index = 0;
    while let Some(bar) = marks.get(index) {
        let ending = &endings[index];
        if bar.begins_repeat && index > start && !has_jumped {
            (start, playing) = (index, 1);
        }
        if !ending.numbers.is_empty() {
            let is_played = if has_jumped { ending.is_last } else { ending.numbers.contains(&playing) };
            if !is_played {
                index += 1;
                continue;
            }
        }
        if order.len() == MAX_BARS {
            return Err(DecodeError::TooManyBars);
        }
        order.push(index);
        index += 1;
        if has_jumped {
            if bar.is_fine {
                break;
            }
            if bar.leads_to_coda {
                index = coda(marks, index, warnings);
            }
            continue;
        }
        if bar.repeats > 0 && playing < playings(marks, &endings, start, index - 1) {
            playing += 1;
            index = start;
            continue;
        }
        let ends_endings = !ending.numbers.is_empty() && endings.get(index).is_none_or(|next| next.numbers.is_empty());
        if bar.repeats > 0 || ends_endings {
            (start, playing) = (index, 1);
        }
        if let Some(jump) = bar.jump {
            has_jumped = true;
            index = target(marks, jump, index - 1, warnings);
        }
    }
    Ok(order)
}

/// Where a jump leads; the next bar if there is no sign for it.
fn target(marks: &[Marks], jump: Jump, from: usize, warnings: &mut Warnings) -> usize {
    let target = match jump {
        Jump::DaCapo => Some(0),
        Jump::DalSegno => marks[..=from].iter().rposition(|bar| bar.is_segno),
    };
    target.unwrap_or_else(|| {
        warnings.push(marks[from].at, WarningKind::SegnoMissing);
        from + 1
    })
}

/// The bar of the coda after a bar, or that bar itself if there is none.
fn coda(marks: &[Marks], from: usize, warnings: &mut Warnings) -> usize {
    let found = marks.iter().skip(from).position(|bar| bar.is_coda);
    if found.is_none() {
        warnings.push(marks[from - 1].at, WarningKind::SegnoMissing);
    }
    from + found.unwrap_or(0)
}

/// In which playings a bar is played; in all if it has no numbers.
#[derive(Debug, Clone, Default)]
struct Ending {
    numbers: Vec<u32>,
    /// Whether it is the last of the endings of its section.
    is_last: bool,
}

/// The endings, each from its beginning to where it is said to end, or to the next repeat sign.
fn endings(marks: &[Marks]) -> Vec<Ending> {
    let mut endings = vec![Ending::default(); marks.len()];
    let mut open: &[u32] = &[];
    for (index, bar) in marks.iter().enumerate() {
        if !bar.ending.is_empty() {
            open = &bar.ending;
        } else if bar.begins_repeat {
            open = &[];
        }
        endings[index].numbers = open.to_vec();
        if bar.ends_ending || bar.repeats > 0 {
            open = &[];
        }
    }
    // From the end, so that the last of adjacent endings is known.
    let mut most = 0;
    for index in (0..endings.len()).rev() {
        let ending = &mut endings[index];
        let highest = ending.numbers.iter().copied().max().unwrap_or(0);
        most = if highest == 0 { 0 } else { most.max(highest) };
        ending.is_last = highest > 0 && highest == most;
    }
    endings
}

/// How often the section from `start` to the repeat sign at the end of bar `end` is played.
fn playings(marks: &[Marks], endings: &[Ending], start: usize, end: usize) -> u32 {
    let is_ending = |index: usize| endings.get(index).is_some_and(|ending| !ending.numbers.is_empty());
    // What the repeat sign ends, and the endings after it.
    let section_end = (end + 1..marks.len()).find(|&index| !is_ending(index)).unwrap_or(marks.len());
    let section_end = if is_ending(end) { section_end } else { end + 1 };
    let highest = endings[start..section_end].iter().flat_map(|ending| &ending.numbers).copied().max();
    highest.unwrap_or(0).max(marks[end].repeats + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks by letters: `|:` begins a repeat, `:` ends one, `1` begins an ending, `/` ends it.
    #[track_caller]
    fn check(bars: &[&str], expected: &[usize]) {
        let marks = |bar: &&str| Marks {
            begins_repeat: bar.contains('|'),
            repeats: u32::from(bar.contains(':')),
            ending: bar.chars().filter_map(|c| c.to_digit(10)).collect(),
            ends_ending: bar.contains('/'),
            is_segno: bar.contains('S'),
            is_coda: bar.contains('O'),
            leads_to_coda: bar.contains('t'),
            is_fine: bar.contains('F'),
            jump: match () {
                () if bar.contains('D') => Some(Jump::DaCapo),
                () if bar.contains('s') => Some(Jump::DalSegno),
                () => None,
            },
            ..Marks::default()
        };
        let marks: Vec<Marks> = bars.iter().map(marks).collect();
        assert_eq!(order(&marks, &mut Warnings::default()).unwrap(), expected, "{bars:?}");
    }

    #[test]
    fn repeats_and_endings_are_played_as_written() {
        check(&["", ":", "", ":", ""], &[0, 1, 0, 1, 2, 3, 2, 3, 4]);
        check(&["", "|", ":", ""], &[0, 1, 2, 1, 2, 3]);
        check(&["|", "1:/", "2/", ""], &[0, 1, 0, 2, 3]);
        check(&["|", "1", ":/", "2", "/", ""], &[0, 1, 2, 0, 3, 4, 5]);
        check(&["", "12:/", "3/", "", "1:/", "2/"], &[0, 1, 0, 1, 0, 2, 3, 4, 3, 5]);
        // The last ending may end with a repeat sign as well.
        check(&["", "1:/", "2:/", ""], &[0, 1, 0, 2, 3]);
    }

    #[test]
    fn after_a_jump_each_section_is_played_once_with_its_last_ending() {
        check(&["", ":F", "", ":D"], &[0, 1, 0, 1, 2, 3, 2, 3, 0, 1]);
        check(&["", "1:/", "2/", "D"], &[0, 1, 0, 2, 3, 0, 2, 3]);
        check(&["", "S", "t", "s", "O", ""], &[0, 1, 2, 3, 1, 2, 4, 5]);
        // Without a segno or a coda the piece goes on.
        check(&["", "s", ""], &[0, 1, 2]);
        check(&["t", "D", ""], &[0, 1, 0, 1, 2]);
    }
}
