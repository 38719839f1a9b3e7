use galant_tokens::constraint::{
    Ending, EndingError, EndingRules, LastBar, MaxNotes, NoteGrammar, RhythmGrammar, StartWithNote, TokenFilter,
};
use galant_tokens::stream::Frame;
use galant_tokens::{Grid, Token, Tokenizer, Vocabulary};
use galant_types::{Constraint, Meter, Playback, Scale, Score, Seed, TokenId};
use proptest::prelude::*;

use crate::round_trip::check;
use crate::streams::{meter, piece, tokenizers};

/// What a random piece is asked to be.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) n_bars: u64,
    meter: Meter,
    scale: Option<Scale>,
    key: Option<Scale>,
    range: Option<(u8, u8)>,
    max_notes: Option<usize>,
    /// Whether a note is struck on each downbeat.
    pub(crate) downbeats: bool,
    n_tokens: usize,
    pub(crate) seed: u64,
}

pub(crate) fn request() -> impl Strategy<Value = Request> {
    let scale = || {
        (0..7_u8, any::<bool>())
            .prop_map(|(tonic, minor)| if minor { Scale::minor(tonic) } else { Scale::major(tonic) })
    };
    let meter = (1..6_u8, 0..4_u8).prop_map(|(numerator, log2)| meter(numerator, log2));
    let rules = (
        prop::option::weighted(0.8, scale()),
        prop::option::weighted(0.3, scale()),
        prop::option::weighted(0.3, (60..64_u8, 1..5_u8)),
        prop::option::weighted(0.4, 1..4_usize),
    );
    let n_tokens = prop_oneof![3 => Just(100_000_usize), 1 => 1..60_usize];
    (1..7_u64, meter, rules, any::<bool>(), n_tokens, any::<u64>()).prop_map(
        |(n_bars, meter, rules, downbeats, n_tokens, seed)| {
            let (scale, key, range, max_notes) = rules;
            // As in composing, where the key of the piece is the key of its ending.
            let key = key.map(|key| scale.unwrap_or(key));
            Request { n_bars, meter, scale, key, range, max_notes, downbeats, n_tokens, seed }
        },
    )
}

impl Request {
    pub(crate) fn filters(&self, vocabulary: &Vocabulary) -> Vec<TokenFilter> {
        let key = self.key.map(|key| TokenFilter::scale(vocabulary, key));
        let range = self.range.map(|(lowest, n)| TokenFilter::range(vocabulary, lowest..=lowest + n));
        key.into_iter().chain(range).collect()
    }

    pub(crate) fn frame(&self, grid: Grid) -> Frame {
        Frame::regular(self.meter, grid, None, None, None)
    }

    pub(crate) fn rules<'a>(&self, frame: &'a Frame, filters: &'a [TokenFilter]) -> EndingRules<'a> {
        let last_bar = LastBar::of(frame, self.n_bars);
        let downbeats = self.downbeats.then_some(frame);
        EndingRules { last_bar, downbeats, scale: self.scale, filters, max_notes: self.max_notes, ranges: &[] }
    }

    /// All constraints but the ending.
    pub(crate) fn others(&self, tokenizer: Tokenizer, vocabulary: &Vocabulary) -> Vec<Box<dyn Constraint>> {
        let filters = self.filters(vocabulary);
        let grammar = NoteGrammar::new(vocabulary, tokenizer.grid().unwrap()).map(|grammar| grammar.under(&filters));
        let mut all: Vec<Box<dyn Constraint>> = vec![Box::new(StartWithNote::new(vocabulary))];
        all.extend(grammar.map(|grammar| Box::new(grammar) as Box<dyn Constraint>));
        let grammar = RhythmGrammar::new(vocabulary, &filters);
        all.extend(grammar.map(|grammar| Box::new(grammar) as Box<dyn Constraint>));
        all.extend(filters.into_iter().map(|filter| Box::new(filter) as Box<dyn Constraint>));
        let max_notes = self.max_notes.map(|n_notes| MaxNotes::new(vocabulary, n_notes));
        all.extend(max_notes.map(|max_notes| Box::new(max_notes) as Box<dyn Constraint>));
        all
    }
}

/// Draws tokens to the end, or `n_tokens` of them; an error names the constraint that leaves none.
fn draw(
    vocabulary: &Vocabulary,
    constraints: &mut [Box<dyn Constraint>],
    n_tokens: usize,
    seed: u64,
) -> Result<Vec<TokenId>, String> {
    let mut ids = Vec::new();
    for n_left in (1..=n_tokens).rev() {
        if constraints.iter().any(|constraint| constraint.is_end()) {
            break;
        }
        let mut allowed = vec![true; vocabulary.len()];
        for constraint in constraints.iter() {
            constraint.restrict(n_left, &mut allowed);
            if !allowed.contains(&true) {
                return Err(format!("{} leaves nothing after {:?}", constraint.name(), vocabulary.decode_ids(&ids)));
            }
        }
        let id = pick(vocabulary, &allowed, Seed(seed).child(n_left as u64).0);
        constraints.iter_mut().for_each(|constraint| constraint.advance(id));
        ids.push(id);
    }
    Ok(ids)
}

/// One of the `allowed` tokens; every other time a note, if one is allowed, so that there are chords.
pub(crate) fn pick(vocabulary: &Vocabulary, allowed: &[bool], draw: u64) -> TokenId {
    let allowed: Vec<u32> = (0..).zip(allowed).filter(|(_, allowed)| **allowed).map(|(id, _)| id).collect();
    let is_note = |id: &u32| !vocabulary.token(TokenId(*id)).unwrap().pitches().is_empty();
    let notes: Vec<u32> = allowed.iter().copied().filter(is_note).collect();
    let from = if draw.is_multiple_of(2) && !notes.is_empty() { notes } else { allowed };
    TokenId(from[(draw / 2 % from.len() as u64) as usize])
}

/// Checks a score, whose ticks are steps, by what an ending is.
pub(crate) fn check_ending(
    score: &Score,
    request: &Request,
    last_bar: LastBar,
    is_held: bool,
) -> Result<(), TestCaseError> {
    let last = score.notes.iter().map(|note| note.onset).max().unwrap();
    prop_assert_eq!(last, last_bar.start, "where the last chord is struck");
    let chord: Vec<_> = score.notes.iter().filter(|note| note.onset == last).collect();
    for note in &score.notes {
        prop_assert!(note.onset == last || note.end() <= last, "a note sounds into the last chord");
    }
    for note in &chord {
        let held = last_bar.beat..=last_bar.steps;
        prop_assert!(!is_held || held.contains(&note.length), "held {} of {:?}", note.length, held);
    }
    if let Some(scale) = request.scale {
        let lowest = chord.iter().map(|note| note.pitch).min().unwrap();
        prop_assert_eq!(lowest % 12, scale.tonic());
        for note in &chord {
            prop_assert!(scale.triad() >> (note.pitch % 12) & 1 == 1, "{} is not of the triad", note.pitch);
        }
    }
    Ok(())
}

/// Checks that a note is struck on the first beat of each bar from `first` to the last.
pub(crate) fn check_downbeats(
    score: &Score,
    request: &Request,
    frame: &Frame,
    first: u64,
) -> Result<(), TestCaseError> {
    let last = score.notes.iter().map(|note| note.onset).max().unwrap();
    let bars = (first..).map(|bar| frame.bar_start(bar)).take_while(|start| *start <= last);
    for start in bars.filter(|_| request.downbeats) {
        prop_assert!(score.notes.iter().any(|note| note.onset == start), "nothing is struck at {start}");
    }
    Ok(())
}

/// A score with steps for ticks.
pub(crate) fn in_steps(mut score: Score, grid: Grid) -> Score {
    let ticks = u64::from(score.ticks_per_quarter / grid.steps_per_quarter());
    for note in &mut score.notes {
        (note.onset, note.length) = (note.onset / ticks, note.length / ticks);
    }
    score
}

#[test]
fn whatever_is_drawn_ends_on_a_held_chord_in_the_last_bar() {
    let counts = std::cell::RefCell::new([0; 4]);
    check((piece(2), request()), |(piece, request)| {
        for tokenizer in tokenizers(piece.grid) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], -2..=2).unwrap();
            let filters = request.filters(&vocabulary);
            let frame = request.frame(piece.grid);
            let rules = request.rules(&frame, &filters);
            let may_be_struck = |token: &&Token| {
                token.pitches().len() <= request.max_notes.unwrap_or(usize::MAX)
                    && filters.iter().all(|filter| {
                        let mut allowed = vec![true; vocabulary.len()];
                        filter.restrict(9, &mut allowed);
                        allowed[vocabulary.id(token).unwrap().index()]
                    })
            };
            let is_tonic = |token: &&Token| {
                let lowest = token.pitches().first();
                lowest.is_some_and(|lowest| {
                    request
                        .scale
                        .is_none_or(|scale| lowest % 12 == scale.tonic() && token.pitch_classes() & !scale.triad() == 0)
                })
            };
            let most = request.max_notes.unwrap_or(usize::MAX);
            let is_notes = matches!(tokenizer, Tokenizer::Notes(_));
            // After a rhythm token without time, MaxNotes wants room for the next.
            let has_room = |token: &&Token| is_notes || token.time() > 0 || token.pitches().len() < most;
            let is_last = |token: &&Token| may_be_struck(token) && is_tonic(token) && has_room(token);
            let tonics: Vec<&Token> = vocabulary.tokens().iter().filter(is_last).collect();
            let ending = match Ending::new(tokenizer, &vocabulary, &rules) {
                Ok(ending) => ending,
                Err(EndingError::NoTonic { .. }) => {
                    prop_assert!(tonics.is_empty());
                    counts.borrow_mut()[0] += 1;
                    continue;
                }
                Err(EndingError::Unreachable { .. }) => {
                    prop_assert!(!is_notes);
                    counts.borrow_mut()[1] += 1;
                    continue;
                }
                Err(error) => return Err(TestCaseError::fail(error.to_string())),
            };
            let mut constraints = request.others(tokenizer, &vocabulary);
            if request.seed.is_multiple_of(2) {
                // A grammar that knows nothing of the filters does no harm: the ending knows of them.
                constraints.splice(1..1 + usize::from(is_notes), tokenizer.grammar(&vocabulary));
            }
            constraints.push(Box::new(ending));
            let ids = draw(&vocabulary, &mut constraints, request.n_tokens, request.seed);
            let ids = ids.map_err(TestCaseError::fail)?;
            let decoded = tokenizer.decode(&vocabulary.decode_ids(&ids), &Playback::default());
            if ids.len() + 2 > request.n_tokens {
                // Too few tokens for an ending; what there is can be decoded, but for a lone pitch.
                prop_assert!(request.n_tokens < 100 && (decoded.is_ok() || request.n_tokens == 1));
                continue;
            }
            let last_bar = rules.last_bar;
            let held = last_bar.beat..=last_bar.steps;
            let is_held = is_notes || tonics.iter().any(|token| held.contains(&token.length().into()));
            let score = in_steps(decoded.unwrap(), piece.grid);
            check_ending(&score, &request, last_bar, is_held)?;
            check_downbeats(&score, &request, &frame, 0)?;
            counts.borrow_mut()[if is_notes { 2 } else { 3 }] += 1;
        }
        Ok(())
    });
    // No tonic, not to be reached, note tokens and rhythm tokens that ended.
    let counts = counts.into_inner();
    assert!(counts[0] > 50 && counts[1] > 3 && counts[2] > 80 && counts[3] > 60, "{counts:?}");
}

#[test]
fn a_piece_goes_on_from_a_primer_to_its_end() {
    check((piece(1), request(), any::<prop::sample::Index>()), |(piece, request, cut)| {
        let request = Request { max_notes: None, range: None, key: None, n_tokens: 100_000, ..request };
        let frame = Frame::of_score(&piece.score, piece.grid, None);
        for tokenizer in tokenizers(piece.grid) {
            let tokens = tokenizer.encode(&piece.score).tokens;
            let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0).unwrap();
            let n_bars = frame.n_bars().unwrap() + request.n_bars;
            let last_bar = LastBar::of(&frame, n_bars);
            let rules = EndingRules { last_bar, ..request.rules(&frame, &[]) };
            let Ok(mut ending) = Ending::new(tokenizer, &vocabulary, &rules) else { continue };
            let mut constraints = tokenizer.grammar(&vocabulary);
            let primer = &tokens[..=cut.index(tokens.len())];
            let n_steps = primer.iter().map(|token| u64::from(token.time())).sum();
            let primer = vocabulary.ids(primer).ids;
            for id in &primer {
                ending.advance(*id);
                constraints.iter_mut().for_each(|constraint| constraint.advance(*id));
            }
            if ending.check().is_err() {
                // Only a note that is longer than the rest of the piece, or with few rhythm tokens.
                let score = in_steps(tokenizer.decode(&tokens, &Playback::default()).unwrap(), piece.grid);
                let sounds_on = score.notes.iter().any(|note| note.end() > last_bar.start);
                prop_assert!(sounds_on || matches!(tokenizer, Tokenizer::Rhythm(_)));
                continue;
            }
            constraints.push(Box::new(ending));
            let ids = draw(&vocabulary, &mut constraints, request.n_tokens, request.seed);
            let piece_ids = [primer, ids.map_err(TestCaseError::fail)?].concat();
            let score = tokenizer.decode(&vocabulary.decode_ids(&piece_ids), &Playback::default()).unwrap();
            let (score, is_notes) = (in_steps(score, piece.grid), matches!(tokenizer, Tokenizer::Notes(_)));
            check_ending(&score, &request, last_bar, is_notes)?;
            if !is_notes {
                // In note tokens a primer's notes can fill the whole range across a bar line.
                check_downbeats(&score, &request, &frame, frame.place(n_steps).bar + 1)?;
            }
        }
        Ok(())
    });
}

#[test]
fn filters_leave_a_token_wherever_the_grammar_knows_of_them() {
    check((piece(1), request()), |(piece, request)| {
        let [_, tokenizer] = tokenizers(piece.grid);
        let tokens = tokenizer.encode(&piece.score).tokens;
        let vocabulary = Vocabulary::new(tokenizer, [tokens.as_slice()], 0..=0).unwrap();
        let filters = request.filters(&vocabulary);
        let is_allowed = |(at, token): (usize, &Token)| {
            let mut allowed = vec![true; vocabulary.len()];
            filters.iter().for_each(|filter| filter.restrict(9, &mut allowed));
            allowed[at] && !token.pitches().is_empty()
        };
        prop_assume!(vocabulary.tokens().iter().enumerate().any(is_allowed));
        let mut constraints = request.others(tokenizer, &vocabulary);
        let ids = draw(&vocabulary, &mut constraints, request.n_tokens.min(300), request.seed);
        let ids = ids.map_err(TestCaseError::fail)?;
        prop_assert!(ids.len() == 1 || tokenizer.decode(&vocabulary.decode_ids(&ids), &Playback::default()).is_ok());
        Ok(())
    });
}
