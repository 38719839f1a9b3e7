use std::cell::RefCell;

use galant_tokens::constraint::{Ending, Return, Returns};
use galant_tokens::stream::Frame;
use galant_tokens::{Grid, Tokenizer, Vocabulary};
use galant_types::{Constraint, Playback, Score, Seed, TokenId};
use proptest::prelude::*;

use crate::ending_drawn::{check_downbeats, check_ending, in_steps, pick, request};
use crate::round_trip::check;
use crate::streams::{piece, tokenizers};

/// Bars that equal earlier ones, each at most once.
fn returns() -> impl Strategy<Value = Vec<Return>> {
    let one = (1..12_usize).prop_flat_map(|bar| (Just(bar), 0..bar));
    prop::collection::btree_map(1..12_usize, one, 0..6)
        .prop_map(|map| map.into_values().map(|(bar, of)| Return { bar, of }).collect::<Vec<_>>())
        .prop_map(|mut all| {
            all.sort_by_key(|one| one.bar);
            all.dedup_by_key(|one| one.bar);
            all
        })
}

/// A piece in the making.
struct Piece<'a> {
    vocabulary: &'a Vocabulary,
    frame: &'a Frame,
    ids: Vec<TokenId>,
    /// Where each token begins, and where the next one does, in steps.
    times: Vec<u64>,
}

impl Piece<'_> {
    fn push(&mut self, id: TokenId) {
        self.ids.push(id);
        self.times.push(self.times[self.times.len() - 1] + u64::from(self.vocabulary.token(id).unwrap().time()));
    }

    /// The bar that the next token is in.
    fn bar(&self) -> u64 {
        self.frame.place(self.times[self.ids.len()]).bar
    }

    /// The tokens of a bar so far; none if its first beat was passed over.
    fn tokens(&self, bar: u64) -> Option<&[TokenId]> {
        let first = self.times.iter().position(|&time| time == self.frame.bar_start(bar))?;
        let end = self.times.iter().position(|&time| time >= self.frame.bar_start(bar + 1)).unwrap_or(self.ids.len());
        Some(&self.ids[first..end])
    }

    /// The token by which the present bar would equal that bar, if it has so far.
    fn expected(&self, of: u64) -> Option<TokenId> {
        let (so_far, source) = (self.tokens(self.bar())?, self.tokens(of)?);
        source.strip_prefix(so_far)?.first().copied()
    }
}

/// The notes of a bar from its start: onset, length up to the bar line, and pitch.
fn notes_of(score: &Score, frame: &Frame, bar: u64) -> Vec<(u64, u64, u8)> {
    let (start, end) = (frame.bar_start(bar), frame.bar_start(bar + 1));
    let notes = score.notes.iter().filter(|note| (start..end).contains(&note.onset));
    let mut notes: Vec<_> =
        notes.map(|note| (note.onset - start, note.length.min(end - note.onset), note.pitch)).collect();
    notes.sort_unstable();
    notes
}

/// Draws a piece, and tells in which bars another rule forbade a token that was to come back.
fn draw(
    piece: &mut Piece<'_>,
    others: &mut [Box<dyn Constraint>],
    all: &[Return],
    seed: u64,
) -> Result<Vec<u64>, TestCaseError> {
    let mut returns: Box<dyn Constraint> = Box::new(Returns::new(piece.vocabulary, piece.frame, all));
    let (n_tokens, mut forbidden) = (100_000, Vec::new());
    for n_left in (1..=n_tokens).rev() {
        if others.iter().any(|constraint| constraint.is_end()) {
            return Ok(forbidden);
        }
        let mut allowed = vec![true; piece.vocabulary.len()];
        others.iter().for_each(|constraint| constraint.restrict(n_left, &mut allowed));
        let by_others = allowed.clone();
        returns.restrict(n_left, &mut allowed);
        prop_assert!(allowed.contains(&true), "nothing is left after {:?}", piece.vocabulary.decode_ids(&piece.ids));
        let bar = piece.bar();
        let source = all.iter().find(|one| one.bar as u64 == bar).map(|one| one.of as u64);
        if let Some(expected) = source.and_then(|of| piece.expected(of)) {
            if by_others[expected.index()] {
                prop_assert_eq!(allowed.iter().filter(|allowed| **allowed).count(), 1);
                prop_assert!(allowed[expected.index()]);
            } else {
                forbidden.push(bar);
            }
        }
        let draw = Seed(seed).child(n_left as u64).0;
        if draw.is_multiple_of(7) {
            // What becomes of a clone is nothing to the other.
            let mut clone = returns.boxed_clone();
            (0..draw % 20)
                .for_each(|number| clone.advance(TokenId((draw / 7 % (number + 1)) as u32 % allowed.len() as u32)));
            let mut again = by_others.clone();
            returns.restrict(n_left, &mut again);
            prop_assert_eq!(&again, &allowed);
            let mut fresh = Returns::new(piece.vocabulary, piece.frame, all);
            piece.ids.iter().for_each(|id| fresh.advance(*id));
            let mut by_fresh = by_others.clone();
            fresh.restrict(n_left, &mut by_fresh);
            prop_assert_eq!(&by_fresh, &allowed);
        }
        let id = pick(piece.vocabulary, &allowed, draw);
        others.iter_mut().for_each(|constraint| constraint.advance(id));
        returns.advance(id);
        piece.push(id);
    }
    Err(TestCaseError::fail("it does not end"))
}

/// Checks that no note of note tokens sounds into a bar that comes back, but from another that does.
fn check_silence(score: &Score, frame: &Frame, all: &[Return]) -> Result<(), TestCaseError> {
    let comes_back = |bar: u64| all.iter().any(|one| one.bar as u64 == bar);
    for note in &score.notes {
        let (from, to) = (frame.place(note.onset).bar, frame.place(note.end() - 1).bar);
        let into = (from + 1..=to).find(|bar| comes_back(*bar));
        prop_assert!(into.is_none() || comes_back(from), "{note:?} sounds into bar {into:?}");
    }
    Ok(())
}

#[test]
fn bars_come_back_where_no_other_rule_forbids_it() {
    let counts = RefCell::new([0; 4]);
    check((piece(2), request(), returns(), 2..14_u64), |(source, mut request, all, n_bars)| {
        (request.n_bars, request.downbeats) = (n_bars, true);
        let grid: Grid = source.grid;
        for tokenizer in tokenizers(grid) {
            let tokens = tokenizer.encode(&source.score).tokens;
            let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], -2..=2).unwrap();
            let filters = request.filters(&vocabulary);
            let frame = request.frame(grid);
            let rules = request.rules(&frame, &filters);
            let Ok(ending) = Ending::new(tokenizer, &vocabulary, &rules) else { continue };
            let mut others = request.others(tokenizer, &vocabulary);
            others.push(Box::new(ending));
            let mut piece = Piece { vocabulary: &vocabulary, frame: &frame, ids: Vec::new(), times: vec![0] };
            let forbidden = draw(&mut piece, &mut others, &all, request.seed)?;

            let decoded = tokenizer.decode(&vocabulary.decode_ids(&piece.ids), &Playback::default()).unwrap();
            let (score, is_notes) = (in_steps(decoded, grid), matches!(tokenizer, Tokenizer::Notes(_)));
            check_ending(&score, &request, rules.last_bar, is_notes)?;
            check_downbeats(&score, &request, &frame, 0)?;
            if is_notes {
                check_silence(&score, &frame, &all)?;
            }
            for one in all.iter().filter(|one| one.bar as u64 + 1 < n_bars) {
                let (bar, of) = (one.bar as u64, one.of as u64);
                let is_forbidden = forbidden.contains(&bar);
                counts.borrow_mut()[2 * usize::from(is_notes) + usize::from(is_forbidden)] += 1;
                let notes = |bar| notes_of(&score, &frame, bar);
                prop_assert!(is_forbidden || notes(bar) == notes(of), "bar {} is not bar {}", bar + 1, of + 1);
            }
        }
        Ok(())
    });
    // Bars of rhythm tokens that came back and did not, and of note tokens.
    let counts = counts.into_inner();
    assert!(counts[0] > 20 && counts[2] > 100, "{counts:?}");
}
