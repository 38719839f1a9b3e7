use std::ops::Range;

use crate::token_id::TokenId;

/// Token ids, each in as few bytes as hold its difference from the least of them: none where all are equal, one for the
/// tokens of a small vocabulary.
///
/// A corpus is kept this way, because most of what it takes are streams of few values, or of one.
///
/// ```
/// use galant_types::{PackedIds, TokenId};
///
/// let ids: PackedIds = (1000..1256).map(TokenId).collect();
/// assert_eq!((ids.len(), ids.get(7)), (256, TokenId(1007)));
/// assert_eq!(ids.range(3..5).collect::<Vec<_>>(), [TokenId(1003), TokenId(1004)]);
/// assert_eq!(ids.n_bytes(), 256);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackedIds {
    n: usize,
    least: u32,
    highest: u32,
    /// `n` differences from `least` of [`PackedIds::width`] bytes each, little-endian.
    bytes: Box<[u8]>,
}

impl PackedIds {
    /// Packs `ids`.
    pub fn new(ids: &[TokenId]) -> PackedIds {
        let numbers = || ids.iter().map(|id| id.0);
        let (least, highest) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        let width = width(least, highest);
        let mut bytes = Vec::with_capacity(ids.len() * width);
        numbers().for_each(|number| bytes.extend_from_slice(&(number - least).to_le_bytes()[..width]));
        PackedIds { n: ids.len(), least, highest, bytes: bytes.into_boxed_slice() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The highest of them; none if there are none.
    pub fn highest(&self) -> Option<TokenId> {
        (self.n > 0).then_some(TokenId(self.highest))
    }

    /// How many bytes they take, apart from the structure itself.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The id at a place.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn get(&self, place: usize) -> TokenId {
        assert!(place < self.n, "id {place} of {}", self.n);
        let width = self.width();
        self.unpack(&self.bytes[place * width..][..width])
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TokenId> + Clone {
        self.range(0..self.n)
    }

    /// Those at the places `range`.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn range(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = TokenId> + Clone {
        assert!(range.start <= range.end && range.end <= self.n, "ids {range:?} of {}", self.n);
        let width = self.width();
        range.map(move |place| self.unpack(&self.bytes[place * width..][..width]))
    }

    /// All of them, unpacked.
    pub fn to_vec(&self) -> Vec<TokenId> {
        self.iter().collect()
    }

    fn unpack(&self, bytes: &[u8]) -> TokenId {
        TokenId(self.least + bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// How many bytes an id takes.
    fn width(&self) -> usize {
        width(self.least, self.highest)
    }
}

/// How many bytes hold the difference of two numbers.
fn width(least: u32, highest: u32) -> usize {
    (u32::BITS - (highest - least).leading_zeros()).div_ceil(u8::BITS) as usize
}

impl From<Vec<TokenId>> for PackedIds {
    fn from(ids: Vec<TokenId>) -> PackedIds {
        PackedIds::new(&ids)
    }
}

impl FromIterator<TokenId> for PackedIds {
    fn from_iter<I: IntoIterator<Item = TokenId>>(ids: I) -> PackedIds {
        PackedIds::new(&ids.into_iter().collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numbers: &[u32], n_bytes: usize) {
        let ids: Vec<TokenId> = numbers.iter().copied().map(TokenId).collect();
        let packed = PackedIds::new(&ids);
        assert_eq!(packed.to_vec(), ids);
        assert_eq!(packed.n_bytes(), n_bytes, "{numbers:?}");
        assert_eq!(packed.highest(), ids.iter().max().copied());
        for place in 0..ids.len() {
            assert_eq!(packed.get(place), ids[place], "{place} of {numbers:?}");
            assert_eq!(packed.range(place..ids.len()).collect::<Vec<_>>(), ids[place..]);
        }
    }

    #[test]
    fn every_id_comes_back_and_takes_the_bytes_of_the_widest_difference() {
        check(&[], 0);
        check(&[7], 0);
        check(&[u32::MAX; 5], 0);
        check(&[3, 258, 4], 3);
        check(&[3, 259, 4], 6);
        check(&[0, 65_535], 4);
        check(&[0, 65_536, 9], 9);
        check(&[1, 1 << 24], 6);
        check(&[0, 1 << 24], 8);
        check(&[u32::MAX, 0, 5], 12);
    }

    #[test]
    #[should_panic(expected = "id 3 of 3")]
    fn there_is_no_id_past_the_end_of_equal_ones() {
        PackedIds::from(vec![TokenId(1); 3]).get(3);
    }
}
