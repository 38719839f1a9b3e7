//! How a batch is divided, so that the number of threads changes nothing.
//!
//! The rows of a batch are divided into lanes, and a lane reads its rows in shards, whose activations take little memory.
//! Lanes and shards depend only on the number of rows. Every lane has its own sum of gradients, and these are added in the
//! order of the lanes: the same additions in the same order, on any number of threads.

use std::ops::Range;

/// The most rows in a shard.
///
/// Recurrent weights are read once per step for all rows of a shard: at 8 rows the arithmetic takes longer than the
/// reading, and more rows would only need more memory.
pub(crate) const SHARD_ROWS: usize = 8;

/// The most lanes, and so the most useful threads: each lane holds a copy of the gradients.
const MAX_LANES: usize = 8;

/// The rows of each lane, for a batch of `n_rows`.
pub(crate) fn lanes(n_rows: usize) -> Vec<Range<usize>> {
    split(n_rows, n_rows.div_ceil(SHARD_ROWS).min(MAX_LANES))
}

/// The shards of a lane.
pub(crate) fn shards(lane: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    lane.clone().step_by(SHARD_ROWS).map(move |start| start..(start + SHARD_ROWS).min(lane.end))
}

/// Splits `0..len` into `n` ranges whose lengths differ by at most one.
pub(crate) fn split(len: usize, n: usize) -> Vec<Range<usize>> {
    (0..n).map(|i| i * len / n..(i + 1) * len / n).collect()
}

/// Calls `work` on every item, on up to `threads` threads; on the calling thread only where there are no others.
///
/// Which thread takes which item makes no difference, because `work` sees only one item.
pub(crate) fn in_parallel<T: Send>(threads: usize, items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
    let threads = if HAS_THREADS { threads.max(1) } else { 1 };
    let n_each = items.len().div_ceil(threads).max(1);
    let run = |first: usize, items: &mut [T]| items.iter_mut().zip(first..).for_each(|(item, i)| work(i, item));
    if n_each >= items.len() {
        return run(0, items);
    }
    std::thread::scope(|scope| {
        let mut groups = items.chunks_mut(n_each).enumerate();
        let here = groups.next();
        for (group, items) in groups {
            scope.spawn(move || run(group * n_each, items));
        }
        if let Some((_, items)) = here {
            run(0, items);
        }
    });
}

/// Whether the target can start threads: WebAssembly without atomics cannot.
const HAS_THREADS: bool = cfg!(not(all(target_family = "wasm", not(target_feature = "atomics"))));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_shard_of_one_lane() {
        for n_rows in 1..300 {
            let rows: Vec<usize> = lanes(n_rows).into_iter().flat_map(shards).flatten().collect();
            assert_eq!(rows, (0..n_rows).collect::<Vec<_>>());
            assert!(lanes(n_rows).into_iter().flat_map(shards).all(|shard| (1..=SHARD_ROWS).contains(&shard.len())));
        }
        assert_eq!(lanes(16), [0..8, 8..16]);
        assert_eq!(lanes(64).len(), 8);
    }

    #[test]
    fn in_parallel_calls_every_item_once_with_its_number() {
        for threads in [1, 2, 3, 8, 20] {
            let mut items = vec![0; 8];
            in_parallel(threads, &mut items, |i, item| *item += i + 1);
            assert_eq!(items, [1, 2, 3, 4, 5, 6, 7, 8], "{threads} threads");
        }
        in_parallel(2, &mut Vec::<usize>::new(), |_, _| ());
    }

    #[test]
    fn one_thread_is_the_calling_thread() {
        let mut ids = vec![None; 5];
        in_parallel(1, &mut ids, |_, id| *id = Some(std::thread::current().id()));
        assert_eq!(ids, [Some(std::thread::current().id()); 5]);
    }
}
