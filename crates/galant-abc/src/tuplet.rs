//! Tuplets: so many notes in the time of so many.

use galant_types::Warnings;

use crate::cursor::Cursor;
use crate::time::Fraction;
use crate::warning::WarningKind;

/// A tuplet that is being read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuplet {
    factor: Fraction,
    left: u32,
}

impl Tuplet {
    /// Reads what follows the parenthesis of `(3`, `(3:2`, `(3:2:4` or `(3::4`: p notes in the time of q for the next r.
    ///
    /// None if q is missing and does not follow from p.
    pub(crate) fn parse(cursor: &mut Cursor, is_compound: bool, warnings: &mut Warnings) -> Option<Tuplet> {
        let place = cursor.place();
        let p = cursor.number(warnings).unwrap_or(1);
        let q = if cursor.eat(':') { cursor.number(warnings) } else { None };
        let r = if cursor.eat(':') { cursor.number(warnings) } else { None };
        let q = match (q, p) {
            (Some(q), _) => q,
            (None, 3 | 6) => 2,
            (None, 2 | 4 | 8) => 3,
            (None, 5 | 7 | 9) => 2 + u32::from(is_compound),
            (None, _) => {
                let why = "a tuplet of fewer than 2 or more than 9 notes needs the number of notes whose time it takes, as in (10:8";
                warnings.push(place, WarningKind::Skipped { text: format!("({p}"), why });
                return None;
            }
        };
        Some(Tuplet { factor: Fraction::new(q, p), left: r.unwrap_or(p) })
    }

    /// How a note's length changes; the tuplet is one note shorter afterwards, and none after its last.
    pub(crate) fn step(tuplet: &mut Option<Tuplet>) -> Fraction {
        let Some(Tuplet { factor, left }) = tuplet else { return Fraction::ONE };
        let factor = *factor;
        *left -= 1;
        if *left == 0 {
            *tuplet = None;
        }
        factor
    }
}
