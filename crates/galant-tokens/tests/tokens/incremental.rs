use std::num::NonZeroU16;

use galant_tokens::constraint::{
    EndAfterSteps, MaxNotes, NoteGrammar, RhythmGrammar, StartWithNote, TokenFilter, TonicEnd,
};
use galant_tokens::{Grid, NoteToken, RhythmToken, Token, Vocabulary};
use galant_types::{Constraint, Scale, TokenId};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use crate::from_scratch::{self, Formula, elapsed};
use crate::round_trip::{check, chord};

fn steps(most: u16) -> impl Strategy<Value = NonZeroU16> {
    (1..=most).prop_map(|steps| NonZeroU16::new(steps).unwrap())
}

fn rhythm_token() -> impl Strategy<Value = Token> {
    prop_oneof![
        1 => steps(8).prop_map(|time| Token::Rhythm(RhythmToken::Rest { time })),
        3 => (chord(), steps(8), 0..3_u16)
            .prop_map(|(chord, length, time)| Token::Rhythm(RhythmToken::Chord { chord, length, time })),
    ]
}

/// A token on a grid with a given longest time; as often as all others together, one of that time or length.
fn note_token(most: u16) -> impl Strategy<Value = Token> {
    let full = NonZeroU16::new(most).unwrap();
    prop_oneof![
        2 => (60..64_u8).prop_map(NoteToken::Pitch),
        1 => steps(most).prop_map(NoteToken::Time),
        1 => steps(most).prop_map(NoteToken::Length),
        1 => Just(NoteToken::Time(full)),
        1 => Just(NoteToken::Length(full)),
    ]
    .prop_map(Token::Note)
}

fn vocabulary_and_grid() -> impl Strategy<Value = (Vocabulary, Grid)> {
    let notes = prop_oneof![Just(1_u16), Just(2)].prop_flat_map(|steps_per_quarter| {
        let grid = Grid::new(steps_per_quarter).unwrap();
        btree_set(note_token(grid.steps_per_token()), 1..16).prop_map(move |tokens| (tokens, grid))
    });
    let chords = btree_set(chord().prop_map(Token::Chord), 1..9).prop_map(|tokens| (tokens, Grid::default()));
    let rhythm = btree_set(rhythm_token(), 1..9).prop_map(|tokens| (tokens, Grid::default()));
    prop_oneof![1 => chords, 1 => rhythm, 3 => notes]
        .prop_map(|(tokens, grid)| (Vocabulary::from_tokens(tokens.into_iter().collect()).unwrap(), grid))
}

/// Each constraint with what it must come to.
fn constraints<'a>(
    vocabulary: &'a Vocabulary,
    grid: Grid,
    scale: Scale,
    number: u16,
) -> Vec<(Box<dyn Constraint>, Formula<'a>)> {
    let classes = number & 0xfff;
    let (n_steps, n_notes) = (u64::from(number % 97), usize::from(number % 7));
    let range = 58..=(58 + (number % 8) as u8);
    let end = EndAfterSteps::new(vocabulary, n_steps);
    let on_tonic = end.clone().on_tonic(TonicEnd::new(vocabulary, scale));
    let (in_scale, in_range) = (scale.pitch_classes(), range.clone());
    let mut all: Vec<(Box<dyn Constraint>, Formula<'_>)> = vec![
        (
            Box::new(TokenFilter::scale(vocabulary, scale)),
            from_scratch::filter(vocabulary, move |token| token.pitch_classes() & !in_scale == 0),
        ),
        (
            Box::new(TokenFilter::only_pitch_classes(vocabulary, classes)),
            from_scratch::filter(vocabulary, move |token| token.pitch_classes() & !classes == 0),
        ),
        (
            Box::new(TokenFilter::without_pitch_classes(vocabulary, classes)),
            from_scratch::filter(vocabulary, move |token| token.pitch_classes() & classes == 0),
        ),
        (
            Box::new(TokenFilter::range(vocabulary, range)),
            from_scratch::filter(vocabulary, move |token| token.pitches().iter().all(|pitch| in_range.contains(pitch))),
        ),
        (
            Box::new(TokenFilter::max_notes(vocabulary, n_notes)),
            from_scratch::filter(vocabulary, move |token| token.pitches().len() <= n_notes),
        ),
        (Box::new(TonicEnd::new(vocabulary, scale)), from_scratch::tonic_end(vocabulary, scale)),
        (Box::new(on_tonic), from_scratch::end_after_steps(vocabulary, n_steps, scale)),
        (Box::new(StartWithNote::new(vocabulary)), from_scratch::start_with_note(vocabulary)),
        (Box::new(MaxNotes::new(vocabulary, n_notes)), from_scratch::max_notes(vocabulary, n_notes)),
    ];
    if let Some(formula) = from_scratch::note_grammar(vocabulary, grid) {
        all.push((Box::new(NoteGrammar::new(vocabulary, grid).unwrap()), formula));
    }
    if let Some(grammar) = RhythmGrammar::new(vocabulary, &[]) {
        all.push((Box::new(grammar), from_scratch::rhythm_grammar(vocabulary)));
    }
    // It only ends a piece, without a tonic.
    all.push((Box::new(end), from_scratch::filter(vocabulary, |_| true)));
    all
}

/// A part of a piece, whatever the vocabulary.
#[derive(Debug, Clone)]
enum Part {
    /// A token several times, so that times and lengths become as long as they may be, and longer.
    Token(u32, usize),
    /// A pitch with as many of the longest lengths, and as many of the longest times after it.
    Note(u32, usize, usize),
}

fn piece() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        8 => any::<u32>().prop_map(|id| Part::Token(id, 1)),
        2 => (any::<u32>(), 1..20_usize).prop_map(|(id, times)| Part::Token(id, times)),
        3 => (any::<u32>(), 14..20_usize, 14..19_usize).prop_map(|(id, length, time)| Part::Note(id, length, time)),
    ];
    vec(part, 0..24)
}

fn in_vocabulary(parts: &[Part], vocabulary: &Vocabulary) -> Vec<TokenId> {
    let ids = |is_wanted: &dyn Fn(&Token) -> bool| -> Vec<TokenId> {
        let all = (0..).map(TokenId).zip(vocabulary.tokens());
        all.filter(|(_, token)| is_wanted(token)).map(|(id, _)| id).collect()
    };
    let all = ids(&|_| true);
    let pitches = ids(&|token| matches!(token, Token::Note(NoteToken::Pitch(_))));
    // The last is the longest; where there is none the part is left out.
    let length = ids(&|token| matches!(token, Token::Note(NoteToken::Length(_)))).last().copied();
    let time = ids(&|token| matches!(token, Token::Note(NoteToken::Time(_)))).last().copied();
    let mut piece = Vec::new();
    for part in parts {
        match *part {
            Part::Token(number, times) => piece.extend([all[number as usize % all.len()]].repeat(times)),
            Part::Note(number, n_lengths, n_times) if !pitches.is_empty() => {
                piece.push(pitches[number as usize % pitches.len()]);
                piece.extend(length.into_iter().flat_map(|length| [length].repeat(n_lengths)));
                piece.extend(time.into_iter().flat_map(|time| [time].repeat(n_times)));
            }
            Part::Note(..) => {}
        }
    }
    piece
}

/// Compares at every token of `piece[from..]`, which `constraint` has followed to `from`.
fn follow(
    constraint: &mut dyn Constraint,
    formula: &Formula<'_>,
    piece: &[TokenId],
    from: usize,
    prior: &[bool],
) -> Result<(), TestCaseError> {
    for position in from..=piece.len() {
        for n_left in [1, 2, 3, 9] {
            let mut allowed = prior.to_vec();
            constraint.restrict(n_left, &mut allowed);
            let expected: Vec<bool> =
                formula(&piece[..position], n_left).iter().zip(prior).map(|(a, b)| *a && *b).collect();
            prop_assert_eq!(allowed, expected, "{}: position {}, n_left {}", constraint.name(), position, n_left);
        }
        if let Some(&token) = piece.get(position) {
            constraint.advance(token);
        }
    }
    Ok(())
}

#[test]
fn constraints_that_follow_a_piece_allow_what_they_allow_when_they_read_it_from_the_start() {
    let scales = ["C major", "D minor", "F pentatonic"].map(|text| text.parse::<Scale>().unwrap());
    let parameters = (0..3_usize, any::<u16>(), vec(prop::bool::weighted(0.9), 16));
    check((vocabulary_and_grid(), piece(), piece(), any::<usize>(), parameters), |case| {
        let ((vocabulary, grid), first, second, fork, (scale, number, prior)) = case;
        let (first, second) = (in_vocabulary(&first, &vocabulary), in_vocabulary(&second, &vocabulary));
        let fork = fork % (first.len() + 1);
        let other = [&first[..fork], &second].concat();
        let prior = &prior[..vocabulary.len()];
        for (mut constraint, formula) in constraints(&vocabulary, grid, scales[scale], number) {
            follow(&mut *constraint, &formula, &first[..fork], 0, prior)?;
            // The clone goes on alone, after the original has.
            let mut clone = constraint.clone();
            follow(&mut *constraint, &formula, &first, fork, prior)?;
            follow(&mut *clone, &formula, &other, fork, prior)?;
        }
        Ok(())
    });
}

#[test]
fn a_piece_is_over_when_its_steps_have_passed() {
    check((vocabulary_and_grid(), piece(), 0..97_u64), |((vocabulary, _), piece, steps)| {
        let piece = in_vocabulary(&piece, &vocabulary);
        let mut end = EndAfterSteps::new(&vocabulary, steps);
        for (position, &token) in piece.iter().enumerate() {
            prop_assert_eq!(end.is_end(), elapsed(&vocabulary, &piece[..position]) >= steps);
            end.advance(token);
        }
        Ok(())
    });
}
