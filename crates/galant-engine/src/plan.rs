//! How a batch is divided: in which order gradients are added, and how its windows are read side by side.
//!
//! The *reduction plan* is the order of additions, and follows from the number of windows and steps alone: every number of a
//! gradient is added up window after window, step after step; products in blocks of up to [`BLOCK_ROWS`] rows, which never
//! reach from one lane to the next.
//! How many windows are read side by side depends on the number of threads, and changes nothing: what a row of a product
//! gives does not depend on the other rows.

use std::ops::Range;

use galant_model::ModelSpec;

/// The version of the reduction plan; another version gives other bits.
///
/// Version 1, without a number, added the gradients of up to eight lanes of eight windows.
pub const REDUCTION_PLAN: u32 = 2;

/// The windows of a lane: small enough to be dealt to many machines, and large enough that a product is not mostly additions
/// to its result.
const LANE_WINDOWS: usize = 4;

/// The rows of a product that are added up before they are added to the gradient.
pub(crate) const BLOCK_ROWS: usize = 256;

/// The rows of a product's result that the kernels compute together.
const TILE: usize = 12;

/// The most windows in a shard.
///
/// Recurrent weights are read once per step for all windows of a shard: at 8 windows the arithmetic takes longer than the
/// reading, and more would only need more memory.
pub(crate) const SHARD_WINDOWS: usize = 8;

/// How many of `threads` can work on a batch of `n_windows` all the time: each reads at least one window.
pub fn useful_threads(n_windows: usize, threads: usize) -> usize {
    threads.min(n_windows).max(1)
}

/// The windows of each lane.
pub(crate) fn lanes(n_windows: usize) -> Vec<Range<usize>> {
    split(n_windows, n_windows.div_ceil(LANE_WINDOWS))
}

/// The lanes that are read and forgotten together: as many as keep all threads busy, and no more, as their activations are in
/// memory at once.
pub(crate) fn waves(n_windows: usize, threads: usize) -> Vec<Vec<Range<usize>>> {
    let lanes = lanes(n_windows);
    let lanes_per_wave = threads * (SHARD_WINDOWS / LANE_WINDOWS);
    let waves = split(lanes.len(), lanes.len().div_ceil(lanes_per_wave));
    waves.into_iter().map(|wave| lanes[wave].to_vec()).collect()
}

/// The lanes of one of `count` processes; none if there are fewer lanes than processes before it.
pub(crate) fn lanes_of_process(n_windows: usize, rank: usize, count: usize) -> Vec<Range<usize>> {
    let lanes = lanes(n_windows);
    lanes[split(lanes.len(), count)[rank].clone()].to_vec()
}

/// How many windows of a batch each of `count` processes reads; some none if a batch has fewer lanes of four than processes.
pub fn windows_of_processes(n_windows: usize, count: usize) -> Vec<usize> {
    let windows = |rank| lanes_of_process(n_windows, rank, count).iter().map(Range::len).sum();
    (0..count).map(windows).collect()
}

/// How many rows of a gradient, which has `n_rows`, are passed on from process to process at a time.
///
/// A process waits for the first of them, so there must be many; but whatever their number, the other factor of the product
/// is packed for each.
pub(crate) fn relayed_rows(spec: &ModelSpec, n_rows: usize) -> usize {
    const ROUNDS: usize = 36;
    const FEWEST: usize = 4 * TILE;
    let n_matrices = 2 * spec.n_layers - 1;
    n_rows.div_ceil(ROUNDS.div_ceil(n_matrices)).next_multiple_of(TILE).max(FEWEST)
}

/// How many of `n_rows` rows that were received a thread computes at a time.
pub(crate) fn rows_of_part(n_rows: usize, threads: usize) -> usize {
    n_rows.div_ceil(threads).next_multiple_of(TILE)
}

/// The windows that are read side by side, for `windows` on `threads` threads.
pub(crate) fn shards(windows: Range<usize>, threads: usize) -> Vec<Range<usize>> {
    let n = (threads * windows.len().div_ceil(threads * SHARD_WINDOWS)).min(windows.len());
    split(windows.len(), n).into_iter().map(|shard| windows.start + shard.start..windows.start + shard.end).collect()
}

/// How many rows of a product's result, which has `n_rows`, a thread computes at a time.
///
/// Both factors are packed for each job, the smaller one whole, so jobs are not small.
pub(crate) fn rows_per_job(n_rows: usize, threads: usize) -> usize {
    const FEWEST: usize = 96;
    if threads == 1 { n_rows } else { n_rows.div_ceil(threads).next_multiple_of(TILE).max(FEWEST) }
}

/// Splits `0..len` into `n` ranges whose lengths differ by at most one.
pub(crate) fn split(len: usize, n: usize) -> Vec<Range<usize>> {
    (0..n).map(|i| i * len / n..(i + 1) * len / n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_is_in_one_shard_of_one_wave_and_waves_are_whole_lanes() {
        for (n_windows, threads) in (1..150).flat_map(|n| [1, 2, 3, 8, 16, 100].map(|threads| (n, threads))) {
            let waves = waves(n_windows, threads);
            assert_eq!(waves.concat(), lanes(n_windows), "{n_windows} windows, {threads} threads");
            let windows = waves.iter().map(|wave| wave[0].start..wave[wave.len() - 1].end);
            let shards: Vec<Range<usize>> = windows.flat_map(|windows| shards(windows, threads)).collect();
            assert!(shards.iter().all(|shard| (1..=SHARD_WINDOWS).contains(&shard.len())), "{shards:?}");
            assert_eq!(shards.into_iter().flatten().collect::<Vec<_>>(), (0..n_windows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn processes_share_whole_lanes_in_order() {
        assert_eq!(windows_of_processes(64, 3), [20, 20, 24]);
        assert_eq!(windows_of_processes(11, 2), [3, 8]);
        assert_eq!(windows_of_processes(4, 3), [0, 0, 4]);
        for (n_windows, count) in (1..100).flat_map(|n| [1, 2, 3, 7, 64].map(|count| (n, count))) {
            let all: Vec<_> = (0..count).flat_map(|rank| lanes_of_process(n_windows, rank, count)).collect();
            assert_eq!(all, lanes(n_windows), "{n_windows} windows, {count} processes");
        }
    }

    #[test]
    fn sixteen_windows_are_four_lanes_and_keep_sixteen_threads_busy() {
        assert_eq!(lanes(16), [0..4, 4..8, 8..12, 12..16]);
        assert_eq!(lanes(256).len(), 64);
        for threads in [2, 4, 8, 16] {
            assert_eq!(shards(0..16, threads).len(), threads);
        }
        assert_eq!(shards(0..16, 1).len(), 2);
        assert_eq!((useful_threads(8, 2), useful_threads(8, 16), useful_threads(0, 4)), (2, 8, 1));
    }
}
