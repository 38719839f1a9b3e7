//! Streams by their definition: each from all the tokens and all the bar lines, at every token anew.

use std::collections::BTreeMap;

use galant_tokens::stream::{Stream, StreamValues};
use galant_tokens::{NoteToken, Token, VoiceToken};
use galant_types::Meter;

/// A piece as it is written down: its bars with their first steps, and one more at the end than it reaches.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) bars: Vec<(u64, Meter)>,
    pub(crate) n_bars: Option<u64>,
    /// Semitones above C, and whether it is minor.
    pub(crate) key: Option<(u8, bool)>,
    pub(crate) style: Option<String>,
    /// The tokens of all parts, and the numbers of those that are given, from 1.
    pub(crate) given: (Vec<Token>, Vec<usize>),
}

impl Page {
    /// What is said of a part, counted from 1, if it is given; a rest if nothing is.
    fn given(&self, part: usize, said: impl Fn(&Parts, usize) -> Option<Token>) -> Option<Token> {
        let (tokens, given) = &self.given;
        given.contains(&part).then(|| said(&Parts::of(tokens), part - 1).unwrap_or(Token::Voice(VoiceToken::Rest)))
    }
}

/// The tokens of voices in rows, one for each step.
struct Parts {
    n_parts: usize,
    tokens: Vec<Token>,
}

impl Parts {
    fn of(tokens: &[Token]) -> Parts {
        let Token::Voice(VoiceToken::Begin(n_parts)) = tokens[0] else { panic!("{} begins no voices", tokens[0]) };
        Parts { n_parts: n_parts.get().into(), tokens: tokens[1..].to_vec() }
    }

    /// The step and the part of the token to come.
    fn next(&self) -> (u64, usize) {
        ((self.tokens.len() / self.n_parts) as u64, self.tokens.len() % self.n_parts)
    }

    /// How many steps there are of which the token of a part has come.
    fn last_known(&self, part: usize) -> u64 {
        let (step, turn) = self.next();
        if part < turn {
            step + 1
        } else if part < self.n_parts {
            step
        } else {
            0
        }
    }

    fn n_steps(&self) -> u64 {
        self.tokens.len().div_ceil(self.n_parts) as u64
    }

    fn at(&self, step: u64, part: usize) -> Option<Token> {
        self.tokens.get(step as usize * self.n_parts + part).cloned()
    }

    /// The token that struck the note that a part sounds at a step, or a rest; none after the last token.
    fn sounding(&self, step: u64, part: usize) -> Option<Token> {
        let token = self.at(step, part)?;
        if token != Token::Voice(VoiceToken::Hold) { Some(token) } else { self.sounding(step.checked_sub(1)?, part) }
    }

    /// For how many steps before this one a part has sounded its note.
    fn n_held(&self, (step, part): (u64, usize)) -> u64 {
        let before = |step: u64| self.at(step, part).unwrap();
        let held = (0..step).rev().take_while(|step| before(*step) == Token::Voice(VoiceToken::Hold)).count() as u64;
        let struck = step.checked_sub(held + 1).map(before);
        struck.filter(|token| !token.pitches().is_empty()).map_or(0, |_| held + 1)
    }
}

/// What a stream says after `tokens`; none for a lookback that finds nothing, else a number, or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Number(u32),
    Token(Option<Token>),
}

pub(crate) fn value(page: &Page, values: &StreamValues, stream: Stream, tokens: &[Token]) -> Value {
    let now = match tokens.first() {
        Some(Token::Voice(_)) => Parts::of(tokens).next().0,
        _ => tokens.iter().map(|token| u64::from(token.time())).sum(),
    };
    let bar = page.bars.iter().rposition(|(start, _)| *start <= now).unwrap();
    let (start, meter) = page.bars[bar];
    let bucket = |bounds: &[u64], n: u64| bounds.iter().filter(|bound| n >= **bound).count() as u32;
    Value::Number(match stream {
        Stream::Meter => {
            let same =
                |known: &Meter| known.numerator == meter.numerator && known.denominator_log2 == meter.denominator_log2;
            values.meters.iter().position(same).map_or(0, |at| at as u32 + 1)
        }
        Stream::Position => (now - start).min(values.n_positions as u64 - 1) as u32,
        Stream::BarsPlayed => bucket(&[1, 2, 3, 4, 8, 16], bar as u64),
        Stream::BarsLeft => match page.n_bars {
            None => 0,
            Some(n_bars) => 1 + bucket(&[2, 3, 4, 5, 9, 17, 33], n_bars.saturating_sub(bar as u64)),
        },
        Stream::Key => page.key.map_or(0, |(tonic, minor)| 1 + u32::from(tonic) + if minor { 12 } else { 0 }),
        Stream::Style => {
            let known = values.styles.iter().position(|style| Some(style) == page.style.as_ref());
            known.map_or(0, |at| at as u32 + 1)
        }
        Stream::Lookback(n_bars) => {
            return Value::Token(lookback(page, usize::from(n_bars.get()), bar, now, tokens));
        }
        Stream::Voice => Parts::of(tokens).next().1 as u32,
        Stream::Held => {
            let parts = Parts::of(tokens);
            let n_held = parts.n_held(parts.next());
            1 + bucket(&[2, 3, 4, 5, 6, 7, 8, 9, 13, 17, 33], n_held) - u32::from(n_held == 0)
        }
        Stream::Own => {
            let parts = Parts::of(tokens);
            let (step, part) = parts.next();
            let struck =
                (0..step).rev().filter_map(|step| parts.at(step, part)).find(|token| !token.pitches().is_empty());
            return Value::Token(struck);
        }
        Stream::Previous => {
            let parts = Parts::of(tokens);
            let (step, part) = parts.next();
            let struck =
                (0..step).rev().filter_map(|step| parts.at(step, part)).filter(|token| !token.pitches().is_empty());
            return Value::Token(struck.into_iter().nth(1));
        }
        Stream::LookbackNext(n_bars) => {
            let later = page.bars.iter().rposition(|(start, _)| *start <= now + 1).unwrap();
            return Value::Token(lookback(page, usize::from(n_bars.get()), later, now + 1, tokens));
        }
        Stream::Sounding(part) => {
            let (parts, part) = (Parts::of(tokens), usize::from(part.get()) - 1);
            return Value::Token(parts.last_known(part).checked_sub(1).and_then(|step| parts.sounding(step, part)));
        }
        Stream::HeldBy(part) => {
            let (parts, part) = (Parts::of(tokens), usize::from(part.get()) - 1);
            let n_held = parts.n_held((parts.last_known(part), part));
            1 + bucket(&[2, 3, 4, 5, 6, 7, 8, 9, 13, 17, 33], n_held) - u32::from(n_held == 0)
        }
        Stream::Given(part) => {
            let step = Parts::of(tokens).next().0;
            return Value::Token(page.given(part.get().into(), |parts, part| parts.sounding(step, part)));
        }
        Stream::Ahead(part) => {
            let step = Parts::of(tokens).next().0;
            return Value::Token(page.given(part.get().into(), |parts, part| {
                let later = (step + 1..parts.n_steps()).filter_map(|step| parts.at(step, part));
                later.into_iter().find(|token| !token.pitches().is_empty())
            }));
        }
        Stream::Until(part) => {
            let step = Parts::of(tokens).next().0;
            let (tokens, given) = &page.given;
            let parts = Parts::of(tokens);
            let is_struck = |step: &u64| {
                parts.at(*step, usize::from(part.get()) - 1).is_some_and(|token| !token.pitches().is_empty())
            };
            let is_told = given.contains(&part.get().into()) && step < parts.n_steps();
            let until = (step + 1..parts.n_steps()).find(is_struck).unwrap_or(parts.n_steps());
            if is_told { 1 + bucket(&[2, 3, 4, 5, 6, 7, 8, 9, 13, 17, 33], until - step) } else { 0 }
        }
    })
}

fn lookback(page: &Page, n_bars: usize, bar: usize, now: u64, tokens: &[Token]) -> Option<Token> {
    let earlier = bar.checked_sub(n_bars)?;
    let step = page.bars[earlier].0 + (now - page.bars[bar].0);
    if step >= page.bars[earlier + 1].0 {
        return None;
    }
    if matches!(tokens[0], Token::Voice(_)) {
        let parts = Parts::of(tokens);
        return parts.sounding(step, parts.next().1);
    }
    if matches!(tokens[0], Token::Rhythm(_)) {
        let at = |step: u64| {
            let mut time = 0;
            let mut found = Vec::new();
            for token in tokens {
                if time == step {
                    found.push(token.clone());
                }
                time += u64::from(token.time());
            }
            found
        };
        return at(step).get(at(now).len()).cloned();
    }
    let (here, there) = (Onset::at(now, tokens), Onset::at(step, tokens));
    let time = there.time.map(NoteToken::Time);
    let next_from = |lowest: u8| {
        let next = there.notes.range(lowest..).next().map(|(pitch, _)| NoteToken::Pitch(*pitch));
        next.or(time)
    };
    let found = match here.notes.last_key_value() {
        None => next_from(0),
        Some((pitch, so_far)) if so_far.is_empty() => {
            there.notes.get(pitch).map(|lengths| NoteToken::Length(lengths[0]))
        }
        Some((pitch, so_far)) => {
            let longer = there.notes.get(pitch).filter(|lengths| lengths.len() > so_far.len());
            match longer.filter(|lengths| lengths.starts_with(so_far)) {
                Some(lengths) => Some(NoteToken::Length(lengths[so_far.len()])),
                None => next_from(pitch + 1),
            }
        }
    };
    found.map(Token::Note)
}

/// What is at a step of note tokens.
#[derive(Debug, Default)]
struct Onset {
    /// The lengths of each pitch.
    notes: BTreeMap<u8, Vec<std::num::NonZeroU16>>,
    time: Option<std::num::NonZeroU16>,
}

impl Onset {
    fn at(step: u64, tokens: &[Token]) -> Onset {
        let (mut now, mut onset, mut pitch) = (0, Onset::default(), 0);
        for token in tokens {
            let Token::Note(token) = token else { panic!("{token} is not a note token") };
            match *token {
                NoteToken::Pitch(struck) if now == step => {
                    pitch = struck;
                    onset.notes.insert(pitch, Vec::new());
                }
                NoteToken::Length(length) if now == step => onset.notes.get_mut(&pitch).unwrap().push(length),
                NoteToken::Time(time) => {
                    if now == step {
                        onset.time = Some(time);
                    }
                    now += u64::from(time.get());
                }
                _ => {}
            }
        }
        onset
    }
}
