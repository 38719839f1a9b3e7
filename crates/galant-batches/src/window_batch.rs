use galant_types::{Batch, Positions, TokenId};

use crate::{BatchPlan, WindowStart, Windows};

impl Windows {
    /// Copies the tokens and the streams of a plan's windows.
    ///
    /// # Panics
    ///
    /// If the plan is not one of these windows.
    pub fn batch(&self, plan: &BatchPlan) -> Batch {
        let (n_windows, n_steps) = (plan.starts.len(), self.split.window);
        let room = || Vec::with_capacity(n_windows * n_steps);
        let mut copies = Copies { inputs: room(), targets: room(), streams: vec![room(); self.n_streams()] };
        plan.starts.iter().for_each(|start| self.copy_window(start, &mut copies));
        let Copies { inputs, targets, streams } = copies;
        Batch::new(n_windows, n_steps, inputs, targets, self.positions(plan))
            .and_then(|batch| batch.with_streams(streams))
            .expect("a plan's windows are whole, and each has a prediction that counts")
    }

    /// Which predictions of a plan count: of those that the plan counts, those that the windows' views do.
    fn positions(&self, plan: &BatchPlan) -> Positions {
        let view = |start: &WindowStart| start.view.map(|number| &self.views[usize::from(number)]);
        let counts_all = |start: &WindowStart| view(start).is_none_or(|view| view.counted.is_none());
        if plan.positions != Positions::EveryToken || plan.starts.iter().all(counts_all) {
            return plan.positions.clone();
        }
        let mut mask = Vec::with_capacity(plan.starts.len() * self.split.window);
        for start in &plan.starts {
            let places = (0..self.split.window).map(|step| start.token as usize + step);
            let song = &self.songs[start.song as usize];
            mask.extend(places.map(|place| view(start).is_none_or(|view| view.counts(song, place))));
        }
        // A short window of nothing but a given part.
        if mask.contains(&true) { Positions::Mask(mask) } else { Positions::EveryToken }
    }

    fn copy_window(&self, start: &WindowStart, copies: &mut Copies) {
        let song = &self.songs[start.song as usize];
        let first = start.token as usize;
        let read = first..first + self.split.window;
        let (inputs, targets) = (song.tokens.range(read.clone()), song.tokens.range(first + 1..read.end + 1));
        let view = start.view.map(|number| &self.views[usize::from(number)]);
        let hidden = |stream: usize| view.filter(|view| view.hidden[stream].is_some());
        let streams = song.streams.iter().map(|stream| stream.range(read.clone())).zip(&mut copies.streams).enumerate();
        match start.transposition.map(|number| &self.transpositions[usize::from(number)]) {
            None => {
                copies.inputs.extend(inputs);
                copies.targets.extend(targets);
                streams.for_each(|(number, (values, copy))| match view {
                    None => copy.extend(values),
                    Some(view) => view.extend_stream(number, values, copy),
                });
            }
            Some(tables) => {
                tables.extend_tokens(inputs, &mut copies.inputs);
                tables.extend_tokens(targets, &mut copies.targets);
                streams.for_each(|(number, (values, copy))| match hidden(number) {
                    None => tables.extend_stream(number, values, copy),
                    Some(view) => view.extend_stream(number, values, copy),
                });
            }
        }
    }
}

/// What a batch is made of, row after row.
struct Copies {
    inputs: Vec<TokenId>,
    targets: Vec<TokenId>,
    streams: Vec<Vec<TokenId>>,
}

#[cfg(test)]
mod tests {
    use galant_types::{PackedIds, Seed, Song};

    use super::*;
    use crate::{Counted, Split, Transposition, View, WindowsError};

    fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<TokenId> {
        numbers.into_iter().map(TokenId).collect()
    }

    fn packed(numbers: impl IntoIterator<Item = u32>) -> PackedIds {
        ids(numbers).into()
    }

    /// Two songs with two streams: the place modulo 4, and 100 more than the token.
    fn windows() -> Windows {
        let song = |number: u32| Song {
            name: format!("song {number}"),
            tokens: packed((0..60).map(|token| number * 100 + token)),
            streams: vec![
                packed((0..60).map(|token| token % 4)),
                packed((0..60).map(|token| number * 100 + token + 100)),
            ],
        };
        Windows::new(vec![song(0), song(1)], Split::tails(10, 0.2)).unwrap()
    }

    fn one(song: u32, token: u32, transposition: Option<u16>) -> BatchPlan {
        BatchPlan {
            starts: vec![WindowStart { song, token, transposition, view: None }],
            positions: Positions::EveryToken,
        }
    }

    #[test]
    fn a_batch_holds_each_token_the_one_after_it_and_the_streams_at_it() {
        let batch = windows().batch(&one(1, 3, None));
        assert_eq!(batch.inputs(), ids(103..113));
        assert_eq!(batch.targets(), ids(104..114));
        assert_eq!(batch.n_inputs(), 3);
        assert_eq!(batch.all_inputs()[1], ids((3..13).map(|token| token % 4)));
        assert_eq!(batch.all_inputs()[2], ids(203..213));
    }

    #[test]
    fn tokens_and_streams_are_transposed_together() {
        let up = Transposition {
            tokens: (0..160).map(|token| Some(TokenId(token + 7))).collect(),
            streams: vec![None, Some(ids((0..260).map(|value| value + 7)))],
        };
        let windows = windows().transposed(vec![up]).unwrap();
        let batch = windows.batch(&one(1, 3, Some(0)));
        assert_eq!((batch.inputs(), batch.targets()), (&ids(110..120)[..], &ids(111..121)[..]));
        assert_eq!(batch.all_inputs()[1], ids((3..13).map(|token| token % 4)));
        assert_eq!(batch.all_inputs()[2], ids(210..220));
        // Measurements read the music as it is written.
        let probe = windows.batch(&windows.probe(1, 1, Seed(1))[0]);
        assert_eq!(probe.all_inputs()[2], ids(probe.inputs().iter().map(|token| token.0 + 100)));
    }

    /// The first stream is hidden, or read and predictions at its odd values do not count.
    fn views() -> Vec<View> {
        let counted = Some(Counted { stream: 0, values: vec![true, false, true, false] });
        let hidden = |value: Option<u32>| vec![value.map(TokenId), None];
        vec![View { hidden: hidden(Some(9)), counted: None }, View { hidden: hidden(None), counted }]
    }

    #[test]
    fn a_view_hides_a_stream_or_says_which_predictions_count() {
        let windows = windows().viewed(views()).unwrap();
        let start = |view| WindowStart { song: 1, token: 3, transposition: None, view: Some(view) };
        let plan = BatchPlan { starts: vec![start(0), start(1)], positions: Positions::EveryToken };
        let batch = windows.batch(&plan);
        assert_eq!(batch.all_inputs()[1][..10], ids([9; 10]));
        assert_eq!(batch.all_inputs()[1][10..], ids((3..13).map(|token| token % 4)));
        let counts = |window| (0..10).map(|step| batch.counts(window, step)).collect::<Vec<_>>();
        assert_eq!(counts(0), [true; 10]);
        assert_eq!(counts(1), (3..13).map(|token| token % 2 == 0).collect::<Vec<_>>());
        // Where the last token alone counts, it does in every view.
        let last = BatchPlan { positions: Positions::LastToken, ..plan };
        assert_eq!(windows.batch(&last).n_counted(), 2);
    }

    #[test]
    fn epochs_draw_views_and_measurements_have_the_first() {
        let windows = windows().viewed(views()).unwrap();
        let drawn: Vec<_> = windows.every_token_epoch(4, 8, Seed(1)).into_iter().flat_map(|plan| plan.starts).collect();
        let n_first = drawn.iter().filter(|start| start.view == Some(0)).count();
        assert!((8..drawn.len() - 8).contains(&n_first), "{n_first} of {}", drawn.len());
        for plan in windows.probe(9, 4, Seed(1)).iter().chain(&windows.last_token_epoch(9, Seed(1))) {
            assert!(plan.starts.iter().all(|start| start.view == Some(0)));
        }
        for batch in windows.validation(4) {
            assert!(batch.all_inputs()[1].iter().all(|value| *value == TokenId(9)));
        }
    }

    #[test]
    fn views_that_do_not_fit_the_songs_are_refused() {
        let refused = |view: View| windows().viewed(vec![view]).unwrap_err();
        let view = |n_hidden: usize, counted| View { hidden: vec![None; n_hidden], counted };
        let counted = |stream, n_values| Some(Counted { stream, values: vec![true; n_values] });
        assert_eq!(refused(view(1, None)), WindowsError::ViewStreams { n_hidden: 1, n_streams: 2 });
        assert_eq!(refused(view(2, counted(2, 9))), WindowsError::ViewStream { stream: 2, n_streams: 2 });
        assert_eq!(refused(view(2, counted(0, 3))), WindowsError::ViewValues { stream: 0, len: 3, n_values: 4 });
    }
}
