use galant_types::{Positions, Seed, TokenId};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::{SliceRandom, index};
use rand::{RngExt, SeedableRng};

use crate::{Openings, Windows};

/// Where a window starts, and in which key it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowStart {
    /// Which song.
    pub song: u32,
    /// The first token of the window.
    pub token: u32,
    /// The index of its [transposition](Windows::transposed); none if it is read as written.
    pub transposition: Option<u16>,
    /// The index of its [view](Windows::viewed); none if it is read as it is.
    pub view: Option<u16>,
}

/// The windows of a batch and which predictions count; 16 bytes per window until [`Windows::batch`] copies its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchPlan {
    /// The windows, in the order of the batch's rows.
    pub starts: Vec<WindowStart>,
    /// Which predictions count.
    pub positions: Positions,
}

impl Windows {
    /// The lecture's epoch: every window once, in random order, in batches of `batch_size` (the last may be smaller).
    ///
    /// The loss counts the token after each window.
    ///
    /// # Panics
    ///
    /// If `batch_size` is 0.
    pub fn last_token_epoch(&self, batch_size: usize, seed: Seed) -> Vec<BatchPlan> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let mut starts: Vec<WindowStart> = (0..self.n_windows()).map(|index| self.start(index)).collect();
        starts.shuffle(&mut random);
        self.transpose(&mut starts, &mut random);
        plans(starts, batch_size, Positions::LastToken)
    }

    /// Passes over the songs until there are at least `n_batches` batches of `batch_size`; at least one pass.
    ///
    /// A pass divides every song into adjacent windows, starting at a random token so that the boundaries change from pass
    /// to pass, and shuffles them. With [`Openings::EveryPass`] it has in addition a window from the first token of each
    /// song. The loss counts every token.
    ///
    /// # Panics
    ///
    /// If `batch_size` is 0.
    pub fn every_token_epoch(&self, batch_size: usize, n_batches: usize, seed: Seed) -> Vec<BatchPlan> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let mut starts = Vec::new();
        while starts.is_empty() || starts.len() < n_batches.saturating_mul(batch_size) {
            let first_of_pass = starts.len();
            for (song, &n_tokens) in (0..).zip(&self.n_training) {
                self.divide_song(song, n_tokens, &mut random, &mut starts);
            }
            starts[first_of_pass..].shuffle(&mut random);
        }
        self.transpose(&mut starts, &mut random);
        self.draw_views(&mut starts, &mut random);
        plans(starts, batch_size, Positions::EveryToken)
    }

    /// Appends adjacent windows, from a random one of the first T tokens, and perhaps the song's opening.
    fn divide_song(&self, song: u32, n_tokens: usize, random: &mut Xoshiro256PlusPlus, starts: &mut Vec<WindowStart>) {
        let window = self.split.window;
        let Some(last_start) = n_tokens.checked_sub(window + 1) else { return };
        let first = random.random_range(0..=last_start.min(window - 1));
        let start =
            |token: usize| WindowStart { song, token: token as u32, transposition: None, view: self.first_view() };
        if first > 0 && self.split.openings == Openings::EveryPass {
            starts.push(start(0));
        }
        starts.extend((first..=last_start).step_by(window).map(start));
    }

    /// Draws for each window one of the transpositions that have all its tokens and the token after it.
    fn transpose(&self, starts: &mut [WindowStart], random: &mut Xoshiro256PlusPlus) {
        if self.transpositions.is_empty() {
            return;
        }
        let mut possible: Vec<u16> = Vec::with_capacity(self.transpositions.len());
        let mut tokens: Vec<TokenId> = Vec::with_capacity(self.split.window + 1);
        for start in starts {
            let first = start.token as usize;
            tokens.clear();
            tokens.extend(self.songs[start.song as usize].tokens.range(first..first + self.split.window + 1));
            possible.clear();
            let all = (0..).zip(&self.transpositions);
            possible.extend(all.filter(|(_, tables)| tables.has_all(&tokens)).map(|(number, _)| number));
            if !possible.is_empty() {
                start.transposition = Some(possible[random.random_range(0..possible.len())]);
            }
        }
    }

    /// The view of measurements.
    fn first_view(&self) -> Option<u16> {
        self.views.first().map(|_| 0)
    }

    /// Draws a view for each window.
    fn draw_views(&self, starts: &mut [WindowStart], random: &mut Xoshiro256PlusPlus) {
        let n_views = self.views.len() as u16;
        if n_views > 1 {
            starts.iter_mut().for_each(|start| start.view = Some(random.random_range(0..n_views)));
        }
    }

    /// A random choice of `n_windows` different windows, or of all if there are fewer, in batches of `batch_size`.
    ///
    /// They measure the training loss without dropout. The loss counts the token after each window.
    ///
    /// # Panics
    ///
    /// If `batch_size` is 0.
    pub fn probe(&self, n_windows: usize, batch_size: usize, seed: Seed) -> Vec<BatchPlan> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let mut chosen = index::sample(&mut random, self.n_windows(), n_windows.min(self.n_windows())).into_vec();
        chosen.sort_unstable();
        plans(chosen.into_iter().map(|index| self.start(index)).collect(), batch_size, Positions::LastToken)
    }

    /// A random training window, `[T]`: the lecture's compositions start with one.
    pub fn random_window(&self, seed: Seed) -> Vec<TokenId> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.0);
        let start = self.start(random.random_range(0..self.n_windows()));
        let first = start.token as usize;
        self.songs[start.song as usize].tokens.range(first..first + self.split.window).collect()
    }

    /// The window of that index, counted through all songs.
    fn start(&self, index: usize) -> WindowStart {
        let song = self.first_window.partition_point(|&first| first <= index) - 1;
        WindowStart {
            song: song as u32,
            token: (index - self.first_window[song]) as u32,
            transposition: None,
            view: self.first_view(),
        }
    }
}

fn plans(starts: Vec<WindowStart>, batch_size: usize, positions: Positions) -> Vec<BatchPlan> {
    assert!(batch_size > 0, "a batch needs at least one window");
    starts
        .chunks(batch_size)
        .map(|starts| BatchPlan { starts: starts.to_vec(), positions: positions.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use galant_types::Song;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::{Split, Transposition};

    /// Songs whose tokens show their song and position: song · 1000 + position.
    fn windows(lengths: &[u32], split: Split) -> Windows {
        let song = |(i, &n): (usize, &u32)| Song {
            name: format!("song {i}"),
            tokens: (0..n).map(|token| TokenId(i as u32 * 1000 + token)).collect(),
            streams: Vec::new(),
        };
        Windows::new(lengths.iter().enumerate().map(song).collect(), split).unwrap()
    }

    fn split() -> Split {
        Split::tails(10, 0.2)
    }

    fn starts(epoch: &[BatchPlan]) -> Vec<(u32, u32)> {
        epoch.iter().flat_map(|plan| &plan.starts).map(|start| (start.song, start.token)).collect()
    }

    #[test]
    fn a_last_token_epoch_visits_every_window_once() {
        let windows = windows(&[50, 5, 40], split());
        let epoch = windows.last_token_epoch(7, Seed(1));
        let mut visited = starts(&epoch);
        let shuffled = visited.clone();
        visited.sort_unstable();
        let expected: Vec<(u32, u32)> =
            (0..30).map(|token| (0, token)).chain((0..22).map(|token| (2, token))).collect();
        assert_eq!(visited, expected);
        assert_ne!(shuffled, expected);
        assert_eq!(epoch.len(), 52_usize.div_ceil(7));
    }

    #[test]
    fn an_every_token_epoch_reads_each_token_at_most_once_a_pass() {
        let windows = windows(&[100, 60], split());
        let mut covered = starts(&windows.every_token_epoch(4, 1, Seed(3)));
        covered.sort_unstable();
        for pair in covered.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            assert_eq!(pair[1].1 - pair[0].1, 10, "windows of a pass are adjacent");
        }
        let n_of_first = covered.iter().filter(|start| start.0 == 0).count();
        assert!((6..=7).contains(&n_of_first), "80 tokens hold 6 or 7 windows of 10 with their targets");
        assert!(windows.every_token_epoch(4, 25, Seed(3)).len() >= 25);
    }

    #[test]
    fn a_pass_with_openings_reads_each_song_from_its_first_token() {
        let lengths = [100, 60, 13, 8];
        let with = |openings| windows(&lengths, Split { openings, ..Split::tails(10, 0.0) });
        let (rarely, every) = (with(Openings::Rarely), with(Openings::EveryPass));
        for seed in 0..20 {
            let [mut without, mut starts] =
                [&rarely, &every].map(|all| starts(&all.every_token_epoch(4, 1, Seed(seed))));
            without.sort_unstable();
            starts.sort_unstable();
            // A song of 8 tokens has no window.
            assert_eq!(starts.iter().filter(|start| start.1 == 0).collect::<Vec<_>>(), [&(0, 0), &(1, 0), &(2, 0)]);
            starts.retain(|start| start.1 > 0);
            without.retain(|start| start.1 > 0);
            assert_eq!(starts, without, "the other windows are the same");
        }
    }

    /// Tokens 0 to 9 in order, again and again, in keys 0, 10 and 20 above; key 10 has no token for 7.
    fn in_keys() -> Windows {
        let song = Song {
            name: "scale".to_owned(),
            tokens: (0..400).map(|token| TokenId(token % 10)).collect(),
            streams: Vec::new(),
        };
        let up = |by: u32| (0..10).map(move |token| Some(TokenId(token + by)));
        let lacking = up(10).map(|token| token.filter(|token| token.0 != 17));
        Windows::new(vec![song], Split::tails(4, 0.0))
            .unwrap()
            .transposed([up(0).collect(), lacking.collect(), up(20).collect()].map(Transposition::of_tokens).to_vec())
            .unwrap()
    }

    #[test]
    fn each_window_is_read_in_one_key_that_has_all_its_tokens() {
        let windows = in_keys();
        let mut n_in_key = [0; 3];
        for plan in windows.every_token_epoch(16, 60, Seed(2)) {
            let batch = windows.batch(&plan);
            for (inputs, targets) in batch.inputs().chunks(4).zip(batch.targets().chunks(4)) {
                let tokens: Vec<u32> = inputs.iter().chain(&targets[3..]).map(|token| token.0).collect();
                let key = tokens[0] / 10;
                n_in_key[key as usize] += 1;
                assert!(tokens.iter().all(|token| token / 10 == key), "{tokens:?}");
                assert!(tokens.windows(2).all(|pair| (pair[0] + 1) % 10 == pair[1] % 10), "{tokens:?}");
                assert!(key != 1 || !tokens.contains(&17), "{tokens:?}");
                assert_eq!(inputs[1..], targets[..3]);
            }
        }
        // Two or three of five windows of a pass have token 7: key 1 is drawn for a third of the others, and the other
        // two keys share the rest.
        let share = n_in_key.map(|n| f64::from(n) / 960.0);
        let expected = 2.0 / 15.0 - 0.03..3.0 / 15.0 + 0.03;
        assert!(expected.contains(&share[1]) && (share[0] - share[2]).abs() < 0.06, "{share:?}");
    }

    #[test]
    fn keys_are_drawn_anew_and_the_same_from_the_same_seed() {
        let windows = in_keys();
        let keys = |seed| -> Vec<Option<u16>> {
            let epoch = windows.last_token_epoch(16, Seed(seed));
            epoch.iter().flat_map(|plan| &plan.starts).map(|start| start.transposition).collect()
        };
        assert_eq!(keys(1), keys(1));
        assert_ne!(keys(1), keys(2));
        assert!(keys(1).iter().all(Option::is_some));
    }

    #[test]
    fn a_window_without_a_key_is_read_as_written_and_so_is_the_probe() {
        let windows = in_keys();
        let nowhere = Windows { transpositions: vec![Transposition::of_tokens(vec![None; 10])], ..windows.clone() };
        let all_none =
            |plans: &[BatchPlan]| plans.iter().flat_map(|plan| &plan.starts).all(|start| start.transposition.is_none());
        assert!(all_none(&nowhere.every_token_epoch(4, 3, Seed(1))));
        assert!(all_none(&windows.probe(50, 8, Seed(1))));
        // Drawing keys leaves the choice of windows as it was.
        let plain = Windows { transpositions: Vec::new(), ..windows.clone() };
        assert_eq!(starts(&windows.every_token_epoch(4, 3, Seed(1))), starts(&plain.every_token_epoch(4, 3, Seed(1))));
    }

    #[test]
    fn a_probe_is_a_fixed_choice_of_different_windows() {
        let windows = windows(&[50, 60], split());
        let probe = starts(&windows.probe(20, 8, Seed(5)));
        assert_eq!(probe, starts(&windows.probe(20, 8, Seed(5))));
        let mut different = probe.clone();
        different.dedup();
        assert_eq!(different.len(), 20);
        assert_eq!(starts(&windows.probe(1000, 8, Seed(5))).len(), windows.n_windows());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(64) })]

        #[test]
        fn no_window_leaves_the_training_part_of_its_song(
            lengths in prop::collection::vec(0_u32..200, 1..5),
            window in 1_usize..40,
            hold_out in 0.0..0.5,
            seed: u64,
        ) {
            let lengths: Vec<u32> = lengths.into_iter().chain([100]).collect();
            let windows = windows(&lengths, Split::tails(window, hold_out));
            let mut plans = windows.last_token_epoch(16, Seed(seed));
            plans.extend(windows.every_token_epoch(4, 3, Seed(seed)));
            plans.extend(windows.probe(64, 16, Seed(seed)));
            for plan in &plans {
                let batch = windows.batch(plan);
                for (start, targets) in plan.starts.iter().zip(batch.targets().chunks(window)) {
                    let last_target = targets[window - 1];
                    prop_assert_eq!(last_target.0 / 1000, start.song);
                    prop_assert!((last_target.0 as usize % 1000) < windows.n_training[start.song as usize]);
                }
            }
            let window_tokens = windows.random_window(Seed(seed));
            prop_assert_eq!(window_tokens.len(), window);
        }
    }
}
