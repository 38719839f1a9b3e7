//! Where the music of a corpus comes from, as a line of text.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use galant_dice::Repeats;

use crate::bundled;
use crate::dice::DiceGame;

/// Where music of a corpus comes from; its text is a line, which a snapshot keeps.
///
/// ```
/// use galant_corpus::{Source, dice::DiceGame};
///
/// let source: Source = "dice 400 with repeats".parse()?;
/// assert!(matches!(source, Source::Dice(DiceGame { n_waltzes: 400, .. })));
/// assert_eq!(source.to_string(), "dice 400 with repeats");
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Waltzes of the dice game: `dice 1600`, or `dice 1600 with repeats`.
    Dice(DiceGame),
    /// A collection of bundled pieces by its name, such as `mozart`.
    Bundled(String),
    /// A file or a folder.
    Path(String),
    /// A file or a folder that is validated on: `validation other/`.
    Validation(String),
}

/// What names the dice game.
const DICE: &str = "dice";

/// What follows the number of waltzes that are played with their repeat.
const WITH_REPEATS: &str = " with repeats";

/// What precedes a source that is validated on; no absolute path and no name of bundled music begins like it.
const VALIDATION: &str = "validation ";

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Dice(DiceGame { n_waltzes, repeats }) => {
                let repeats = if *repeats == Repeats::WithRepeats { WITH_REPEATS } else { "" };
                write!(f, "{DICE} {n_waltzes}{repeats}")
            }
            Source::Bundled(name) => f.write_str(name),
            Source::Path(path) => f.write_str(path),
            Source::Validation(path) => write!(f, "{VALIDATION}{path}"),
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    /// Reads what `Display` writes; whatever else it may be is a path.
    fn from_str(text: &str) -> Result<Source, Infallible> {
        if let Some(path) = text.strip_prefix(VALIDATION) {
            return Ok(Source::Validation(path.to_owned()));
        }
        if let Some(game) = dice(text) {
            return Ok(Source::Dice(game));
        }
        let is_bundled = bundled::collection(text).is_some();
        Ok(if is_bundled { Source::Bundled(text.to_owned()) } else { Source::Path(text.to_owned()) })
    }
}

fn dice(text: &str) -> Option<DiceGame> {
    let rest = text.strip_prefix(DICE)?;
    if rest.is_empty() {
        return Some(DiceGame::default());
    }
    let waltzes = rest.strip_prefix(' ')?;
    let (n_waltzes, repeats) = match waltzes.strip_suffix(WITH_REPEATS) {
        Some(n_waltzes) => (n_waltzes, Repeats::WithRepeats),
        None => (waltzes, Repeats::Straight),
    };
    Some(DiceGame { n_waltzes: n_waltzes.parse().ok()?, repeats })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_back_from_its_line() {
        let straight = DiceGame { n_waltzes: 12, repeats: Repeats::Straight };
        let sources = [
            (Source::Dice(straight), "dice 12"),
            (Source::Dice(DiceGame { repeats: Repeats::WithRepeats, ..straight }), "dice 12 with repeats"),
            (Source::Bundled("bach".to_owned()), "bach"),
            (Source::Path("/music/dice 12 of mine".to_owned()), "/music/dice 12 of mine"),
            (Source::Validation("/music/other".to_owned()), "validation /music/other"),
        ];
        for (source, line) in sources {
            assert_eq!(source.to_string(), line);
            assert_eq!(line.parse(), Ok(source), "{line}");
        }
    }

    #[test]
    fn what_is_no_other_source_is_a_path() {
        for path in ["", "dices", "dice twelve", "dice 12 and more", "mozart/", "C:\\music"] {
            assert_eq!(path.parse(), Ok(Source::Path(path.to_owned())));
        }
        assert_eq!("dice".parse(), Ok(Source::Dice(DiceGame::default())));
    }
}
