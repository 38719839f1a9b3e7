//! The letters that stand for decorations, and those that a tune adds with U:.

use crate::cursor::Cursor;

/// Which signs are decorations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Symbols {
    /// A bit for each ASCII character.
    known: u128,
}

impl Default for Symbols {
    /// Those of ABC 2.1, 4.14, and J and R, which are common.
    fn default() -> Symbols {
        Symbols { known: "~HJLMOPRSTuv".bytes().fold(0, |known, sign| known | 1 << sign) }
    }
}

impl Symbols {
    /// Whether a sign may stand for a decoration: ABC 2.1, 4.16.
    pub(crate) fn may_be(sign: char) -> bool {
        matches!(sign, 'H'..='W' | 'h'..='w' | '~')
    }

    pub(crate) fn contains(self, sign: char) -> bool {
        sign.is_ascii() && self.known & 1 << u32::from(sign) != 0
    }

    /// Reads the value of U:, such as `W=!trill!`; false if it is not valid.
    pub(crate) fn define(&mut self, value: &Cursor) -> bool {
        let text = value.rest().trim();
        let Some(sign) = text.chars().next().filter(|&sign| Symbols::may_be(sign)) else { return false };
        let is_defined = text[1..].trim_start().starts_with('=');
        if is_defined {
            self.known |= 1 << u32::from(sign);
        }
        is_defined
    }
}
