//! Pictures written to files, SVG or PNG: the ending of a file's name decides which.

use std::path::Path;

use anyhow::bail;
use galant_plot::Picture;

use crate::numbers::counted;
use crate::printable;

/// A kind of file that holds a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureFormat {
    Svg,
    Png,
}

impl PictureFormat {
    /// The endings of its files, without the full stop.
    pub(crate) const ENDINGS: [&str; 2] = ["svg", "png"];

    /// The format that a name asks for.
    pub(crate) fn of_name(path: &Path) -> anyhow::Result<PictureFormat> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("svg") => Ok(PictureFormat::Svg),
            Some("png") => Ok(PictureFormat::Png),
            _ => bail!("writing {}: its name must end in .svg or .png", path.display()),
        }
    }

    /// The bytes of a file at `path` that holds `picture`.
    pub(crate) fn encode(self, picture: &Picture, path: &Path) -> Vec<u8> {
        match self {
            PictureFormat::Svg => picture.svg().into_bytes(),
            PictureFormat::Png => png(path, picture),
        }
    }
}

/// The picture as PNG, with a warning of the characters that it cannot show.
fn png(path: &Path, picture: &Picture) -> Vec<u8> {
    let missing = picture.missing_in_png();
    if let Some(first) = missing.chars().next() {
        printable::warn(&format!(
            "{}: PNG pictures have a font for Latin, Greek and Cyrillic; {} of other scripts, such as '{first}', {} drawn as \
             boxes, which an .svg file shows",
            path.display(),
            counted(missing.chars().count(), "character"),
            if missing.chars().nth(1).is_none() { "is" } else { "are" }
        ));
    }
    picture.png()
}
