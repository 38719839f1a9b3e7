//! The form of a piece: which of its bars come back.

use galant_tokens::constraint::Return;

/// How many bars a phrase has.
const PHRASE_BARS: usize = 4;

/// How phrases follow each other, where equal letters begin alike: the theme, the theme again, something else, and the theme
/// once more. Most of the themes of the classical style are built so, or from half of it.
const PHRASES: &[u8] = b"aaba";

/// The bars that come back in a piece of `n_bars`: of a phrase that was heard before, the first half; its second half is
/// free, so that it can end otherwise. The last bar never comes back, nor the one before it.
///
/// A piece of less than two phrases has none.
pub(crate) fn returns(n_bars: usize) -> Vec<Return> {
    let letter = |phrase: usize| PHRASES[phrase % PHRASES.len()];
    let mut returns = Vec::new();
    for phrase in 1..n_bars.div_ceil(PHRASE_BARS) {
        let Some(first) = (0..phrase).find(|&earlier| letter(earlier) == letter(phrase)) else { continue };
        let bars =
            (0..PHRASE_BARS / 2).map(|bar| Return { bar: phrase * PHRASE_BARS + bar, of: first * PHRASE_BARS + bar });
        returns.extend(bars.filter(|one| one.bar + 2 < n_bars));
    }
    returns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(n_bars: usize) -> Vec<(usize, usize)> {
        returns(n_bars).iter().map(|one| (one.bar + 1, one.of + 1)).collect()
    }

    #[test]
    fn the_theme_comes_back_in_the_second_phrase_and_in_the_fourth() {
        assert_eq!(bars(16), [(5, 1), (6, 2), (13, 1), (14, 2)]);
        assert_eq!(bars(8), [(5, 1), (6, 2)]);
        // The sixth and the eighth phrase are the second and the fourth of another theme of the same form.
        assert_eq!(bars(24), [(5, 1), (6, 2), (13, 1), (14, 2), (17, 1), (18, 2), (21, 1), (22, 2)]);
    }

    #[test]
    fn short_pieces_have_no_form_and_the_last_two_bars_are_free() {
        assert_eq!(bars(4), []);
        assert_eq!(bars(6), []);
        assert_eq!(bars(7), [(5, 1)]);
        assert_eq!(bars(0), []);
    }
}
