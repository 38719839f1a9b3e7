//! How a product of vectors is divided, the same at each level: the division decides in which order numbers are added.

/// Rows of A multiplied by every panel in turn: at most 128 KB, a quarter of the second-level cache.
pub(crate) const M_BLOCK: usize = 128;

/// Rows of a panel used before the next rows of A: 24 KB, which with four rows of A fit into 32 KB of cache.
const K_BLOCK: usize = 256;

/// Rows up to which K is not split: with two tiles per panel there is nothing to keep in the cache.
const FEW_ROWS: usize = 8;

/// How many rows of a panel are used before the next rows of A, which has `m` rows of `k` numbers.
pub(crate) fn k_block(m: usize, k: usize) -> usize {
    if m <= FEW_ROWS { k } else { K_BLOCK }
}
