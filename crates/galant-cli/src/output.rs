//! A piece written to files: as music, sound or a picture, by the ending of each name.

use std::path::Path;

use anyhow::bail;
use galant_plot::piano_roll;
use galant_types::Score;

use crate::format::Format;
use crate::picture::PictureFormat;
use crate::{files, sound};

/// What a file shows of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Music(Format),
    Sound,
    /// Its piano roll.
    Picture(PictureFormat),
}

impl Output {
    /// What a name asks for.
    pub(crate) fn of_name(path: &Path) -> anyhow::Result<Output> {
        if files::ensure_ending(path, &[SOUND]).is_ok() {
            return Ok(Output::Sound);
        }
        let music = Format::of_name(path).map(Output::Music);
        let picture = || PictureFormat::of_name(path).map(Output::Picture);
        match music.or_else(|_| picture()) {
            Ok(output) => Ok(output),
            Err(_) => {
                let endings = [&Format::all_endings()[..], &[SOUND], &PictureFormat::ENDINGS].concat();
                bail!("writing {}: its name must end in .{}", path.display(), endings.join(", ."));
            }
        }
    }

    /// Writes `score` at `path`; `title` is what a picture is called.
    pub(crate) fn write(self, path: &Path, score: &Score, title: &str) -> anyhow::Result<()> {
        match self {
            Output::Music(format) => files::write(path, &format.encode(score, path)?),
            Output::Sound => sound::write_score(path, score).map(|_| ()),
            Output::Picture(format) => files::write(path, &format.encode(&piano_roll(score, title), path)),
        }
    }
}

const SOUND: &str = "wav";
