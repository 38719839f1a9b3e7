//! The order of all suffixes of a text, in linear time.
//!
//! ```text
//! a suffix is small if it is less than the one that begins a symbol later, otherwise large; the last is large
//! the leftmost small suffixes of each row of small ones are the anchors
//! order the stretches from anchor to anchor by inducing, number them, and order the anchors by the text of these numbers
//! from the order of the anchors induce that of the large suffixes, and from these that of the small ones
//! ```
//!
//! SA-IS: Nong, Zhang and Chan 2009.

/// A place of the array that is not filled yet; no text is as long.
const EMPTY: u32 = u32::MAX;

/// The beginnings of all suffixes of `text`, the least suffix first; of two of which one begins with the other, the shorter
/// is less.
///
/// # Panics
///
/// If a symbol is not below `n_symbols`, or if the text has 2³² − 1 symbols or more.
pub(crate) fn suffix_array(text: &[u32], n_symbols: usize) -> Vec<u32> {
    assert!(text.len() < EMPTY as usize, "a text of {} symbols", text.len());
    let types = Types::of(text);
    let mut buckets = Buckets::of(text, n_symbols);
    let anchors: Vec<u32> = (1..text.len()).filter(|&at| types.is_anchor(at)).map(|at| at as u32).collect();
    let mut order = vec![EMPTY; text.len()];
    induce(text, &types, &mut buckets, &anchors, &mut order);
    if anchors.len() > 1 {
        let sorted = sorted_anchors(text, &types, &anchors, &order);
        induce(text, &types, &mut buckets, &sorted, &mut order);
    }
    order
}

/// Which suffixes are small.
struct Types(Vec<bool>);

impl Types {
    fn of(text: &[u32]) -> Types {
        let mut is_small = vec![false; text.len()];
        for at in (1..text.len()).rev() {
            is_small[at - 1] = if text[at - 1] == text[at] { is_small[at] } else { text[at - 1] < text[at] };
        }
        Types(is_small)
    }

    /// Whether the suffix at a place, which is not the first, is small, and the one before it large.
    fn is_anchor(&self, at: usize) -> bool {
        self.0[at] && !self.0[at - 1]
    }
}

/// Where the suffixes that begin with each symbol are in the order.
struct Buckets {
    /// Where those of each symbol begin and, in addition, the end of the last.
    bounds: Vec<u32>,
    /// The next free place of each.
    next: Vec<u32>,
}

impl Buckets {
    fn of(text: &[u32], n_symbols: usize) -> Buckets {
        let mut bounds = vec![0; n_symbols + 1];
        text.iter().for_each(|&symbol| bounds[symbol as usize + 1] += 1);
        for symbol in 0..n_symbols {
            bounds[symbol + 1] += bounds[symbol];
        }
        Buckets { next: vec![0; n_symbols], bounds }
    }

    fn fill_from_front(&mut self) {
        self.next.clone_from_slice(&self.bounds[..self.bounds.len() - 1]);
    }

    fn fill_from_back(&mut self) {
        self.next.clone_from_slice(&self.bounds[1..]);
    }

    fn front(&mut self, symbol: u32) -> usize {
        let next = &mut self.next[symbol as usize];
        *next += 1;
        *next as usize - 1
    }

    fn back(&mut self, symbol: u32) -> usize {
        let next = &mut self.next[symbol as usize];
        *next -= 1;
        *next as usize
    }
}

/// Fills `order` with all suffixes: exactly if `anchors` are in order, and otherwise such that stretches from anchor to anchor
/// are.
fn induce(text: &[u32], types: &Types, buckets: &mut Buckets, anchors: &[u32], order: &mut [u32]) {
    let Types(is_small) = types;
    order.fill(EMPTY);
    buckets.fill_from_back();
    for &anchor in anchors.iter().rev() {
        order[buckets.back(text[anchor as usize])] = anchor;
    }
    buckets.fill_from_front();
    if let Some(&last) = text.last() {
        order[buckets.front(last)] = text.len() as u32 - 1;
    }
    for place in 0..order.len() {
        let suffix = order[place] as usize;
        if order[place] != EMPTY && suffix > 0 && !is_small[suffix - 1] {
            order[buckets.front(text[suffix - 1])] = suffix as u32 - 1;
        }
    }
    buckets.fill_from_back();
    for place in (0..order.len()).rev() {
        let suffix = order[place] as usize;
        if order[place] != EMPTY && suffix > 0 && is_small[suffix - 1] {
            order[buckets.back(text[suffix - 1])] = suffix as u32 - 1;
        }
    }
}

/// The anchors in the order of their suffixes; in `order` their stretches are in order.
fn sorted_anchors(text: &[u32], types: &Types, anchors: &[u32], order: &[u32]) -> Vec<u32> {
    let (names, n_names) = stretch_names(text, types, anchors, order);
    let numbers = suffix_array(&names, n_names);
    numbers.into_iter().map(|number| anchors[number as usize]).collect()
}

/// The number of each anchor's stretch, which reaches to the next anchor, among all different ones; and how many there are.
fn stretch_names(text: &[u32], types: &Types, anchors: &[u32], order: &[u32]) -> (Vec<u32>, usize) {
    // Two anchors are never neighbors.
    let mut number_at = vec![EMPTY; text.len() / 2 + 1];
    (0..).zip(anchors).for_each(|(number, &anchor)| number_at[anchor as usize / 2] = number);
    let stretch = |number: usize| {
        let end = anchors.get(number + 1).map_or(text.len(), |&next| next as usize + 1);
        &text[anchors[number] as usize..end]
    };
    let (mut names, mut n_names, mut last) = (vec![0; anchors.len()], 0, None);
    for &suffix in order {
        if suffix == 0 || !types.is_anchor(suffix as usize) {
            continue;
        }
        let number = number_at[suffix as usize / 2] as usize;
        // The stretch of the last anchor ends with the text, and is like no other.
        let is_last = |number: usize| number + 1 == anchors.len();
        let is_new =
            last.is_none_or(|last: usize| is_last(number) || is_last(last) || stretch(last) != stretch(number));
        n_names += usize::from(is_new);
        names[number] = n_names as u32 - 1;
        last = Some(number);
    }
    (names, n_names)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn by_comparing(text: &[u32]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..text.len() as u32).collect();
        order.sort_by_key(|&at| &text[at as usize..]);
        order
    }

    #[test]
    fn short_texts_are_in_order() {
        for text in
            [&[][..], &[0], &[0, 0], &[1, 0], &[0, 1], &[1, 1, 0, 0, 1, 1, 0, 0, 1], &[2, 1, 0], &[0, 1, 2, 0, 1, 2]]
        {
            assert_eq!(suffix_array(text, 3), by_comparing(text), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(500) })]

        #[test]
        fn any_text_is_in_the_order_that_comparing_gives(n_symbols in 1_u32..6, text in prop::collection::vec(any::<u32>(), 0..200)) {
            let text: Vec<u32> = text.into_iter().map(|symbol| symbol % n_symbols).collect();
            prop_assert_eq!(suffix_array(&text, n_symbols as usize), by_comparing(&text));
        }

        #[test]
        fn so_is_a_text_that_repeats_itself(period in prop::collection::vec(0_u32..3, 1..12), n in 1_usize..30, tail in prop::collection::vec(0_u32..3, 0..4)) {
            let text: Vec<u32> = period.repeat(n).into_iter().chain(tail).collect();
            prop_assert_eq!(suffix_array(&text, 3), by_comparing(&text));
        }
    }
}
