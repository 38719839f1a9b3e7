//! Streams, followed through one piece.

use std::num::NonZeroU8;
use std::sync::Arc;

use galant_types::{StreamTracker, TokenId};

use super::ensemble::{Ensemble, Pitches, duration_number};
use super::frame::{BarPlace, Frame};
use super::history::{History, Part};
use super::kind::Stream;
use super::set::StreamSet;
use crate::clock::Passing as Time;
use crate::{Clock, Token, Vocabulary, VoiceToken};

/// Follows a piece token by token, and says what its streams are.
///
/// It keeps the tokens of as many bars as the longest lookback and shares all else with its clones, so that neither a
/// token nor a clone takes longer as the piece grows.
#[derive(Debug, Clone)]
pub struct Tracker {
    /// `[V]`
    tokens: Arc<[Passing]>,
    state: State,
}

/// What counts of a token.
#[derive(Debug, Clone, Copy)]
struct Passing {
    time: Time,
    part: Part,
    voice: Option<VoiceToken>,
}

impl Passing {
    fn of(token: &Token) -> Passing {
        let voice = if let Token::Voice(token) = token { Some(*token) } else { None };
        Passing { time: Time::of(token), part: Part::of(token), voice }
    }
}

impl StreamTracker for Tracker {
    fn values(&self) -> &[TokenId] {
        &self.state.values
    }

    /// # Panics
    ///
    /// If the number is not one of the vocabulary.
    fn advance(&mut self, token: TokenId) {
        self.state.advance(token, self.tokens[token.index()]);
    }

    fn boxed_clone(&self) -> Box<dyn StreamTracker> {
        Box::new(self.clone())
    }
}

impl StreamSet {
    /// A tracker of a piece of tokens of `vocabulary`, at its beginning.
    pub fn tracker(&self, vocabulary: &Vocabulary, frame: Frame) -> Tracker {
        let tokens = vocabulary.tokens().iter().map(Passing::of).collect();
        Tracker { tokens, state: State::new(self, vocabulary, frame) }
    }

    /// The streams of a piece of `tokens`, `[K − 1]`, each as long as the tokens: what a tracker says after each.
    ///
    /// # Panics
    ///
    /// If a number is not one of the vocabulary.
    pub fn encode(&self, vocabulary: &Vocabulary, frame: &Frame, tokens: &[TokenId]) -> Vec<Vec<TokenId>> {
        let written = tokens.iter().map(|id| &vocabulary.tokens()[id.index()]);
        self.follow(vocabulary, frame, tokens.iter().copied().zip(written))
    }

    /// The streams of a piece of `written` tokens, some of which the vocabulary lacks, so that a network reads `tokens`
    /// instead: as much time passes as is written, so that what follows keeps its place in the bar.
    ///
    /// # Panics
    ///
    /// If a number is not one of the vocabulary, or if there are not as many of both.
    pub fn encode_written(
        &self,
        vocabulary: &Vocabulary,
        frame: &Frame,
        written: &[Token],
        tokens: &[TokenId],
    ) -> Vec<Vec<TokenId>> {
        assert_eq!(written.len(), tokens.len(), "tokens as written and as read");
        self.follow(vocabulary, frame, tokens.iter().copied().zip(written))
    }

    fn follow<'a>(
        &self,
        vocabulary: &Vocabulary,
        frame: &Frame,
        tokens: impl ExactSizeIterator<Item = (TokenId, &'a Token)>,
    ) -> Vec<Vec<TokenId>> {
        let mut streams = vec![Vec::with_capacity(tokens.len()); self.streams().len()];
        let mut state = State::new(self, vocabulary, frame.clone());
        for (id, written) in tokens {
            assert!(id.index() < vocabulary.len(), "token {} of a vocabulary of {}", id.0, vocabulary.len());
            state.advance(id, Passing::of(written));
            streams.iter_mut().zip(&state.values).for_each(|(stream, value)| stream.push(*value));
        }
        streams
    }
}

#[derive(Debug, Clone)]
struct State {
    set: Arc<StreamSet>,
    frame: Arc<Frame>,
    /// The number that says that there is no token.
    nothing: TokenId,
    clock: Clock,
    place: BarPlace,
    history: History,
    ensemble: Ensemble,
    /// Where a stream says what parts are given.
    pitches: Option<Arc<Pitches>>,
    values: Vec<TokenId>,
}

impl State {
    fn new(set: &StreamSet, vocabulary: &Vocabulary, frame: Frame) -> State {
        let place = frame.place(0);
        let mut state = State {
            set: Arc::new(set.clone()),
            frame: Arc::new(frame),
            nothing: TokenId(vocabulary.len() as u32),
            clock: Clock::default(),
            place,
            history: History::new(set.most_bars_back(), place),
            ensemble: Ensemble::new(),
            pitches: set.needs_voices().then(|| Arc::new(Pitches::of(vocabulary))),
            values: Vec::new(),
        };
        state.values = set.streams().iter().map(|stream| state.value(*stream)).collect();
        state
    }

    fn advance(&mut self, token: TokenId, Passing { time, part, voice }: Passing) {
        let kept = match voice {
            None => Some(token),
            Some(voice) => self.ensemble.push(token, voice, self.clock),
        };
        let time_passes = self.clock.pass(time) > 0;
        if time_passes {
            self.place = self.frame.place(self.clock.step());
        }
        if let Some(kept) = kept {
            self.history.push(kept, part, self.place);
        }
        for at in 0..self.values.len() {
            let stream = self.set.streams()[at];
            if changes(stream, time_passes) {
                self.values[at] = self.value(stream);
            }
        }
    }

    fn value(&self, stream: Stream) -> TokenId {
        let BarPlace { bar, step } = self.place;
        let values = self.set.values();
        let number = match stream {
            Stream::Meter => {
                let meter = self.frame.meter(bar);
                let is_same = |(numerator, denominator_log2)| {
                    (numerator, denominator_log2) == (meter.numerator, meter.denominator_log2)
                };
                let listed = values.meters.iter().position(|known| is_same((known.numerator, known.denominator_log2)));
                listed.map_or(0, |at| at as u32 + 1)
            }
            Stream::Position => step.min(values.n_positions as u64 - 1) as u32,
            Stream::BarsPlayed => bars_played(bar),
            Stream::BarsLeft => self.frame.n_bars().map_or(0, |n_bars| bars_left(n_bars.saturating_sub(bar).max(1))),
            Stream::Key => {
                self.frame.key().map_or(0, |key| 1 + u32::from(key.tonic()) + 12 * u32::from(key.is_minor()))
            }
            Stream::Style => {
                let style = self
                    .frame
                    .style()
                    .and_then(|style| values.styles.binary_search_by(|known| known.as_str().cmp(style)).ok());
                style.map_or(0, |at| at as u32 + 1)
            }
            Stream::Lookback(n_bars) => {
                return self.history.lookback(n_bars.get().into()).unwrap_or(self.nothing);
            }
            Stream::Voice => self.clock.turn() as u32,
            Stream::Held => self.ensemble.held(self.clock.turn()),
            Stream::HeldBy(part) => self.ensemble.held(part_index(part)),
            Stream::Own => return self.ensemble.own(self.clock.turn()).unwrap_or(self.nothing),
            Stream::Previous => return self.ensemble.previous(self.clock.turn()).unwrap_or(self.nothing),
            Stream::Sounding(part) => return self.ensemble.sounding(part_index(part)).unwrap_or(self.nothing),
            Stream::LookbackNext(n_bars) => {
                let next = self.frame.place(self.clock.step() + 1);
                let found = self.history.voice(next, n_bars.get().into(), self.clock.turn());
                return found.unwrap_or(self.nothing);
            }
            Stream::Until(part) => {
                let place = self.frame.given().at(part_index(part), self.clock.step());
                place.map_or(0, |place| duration_number(place.until))
            }
            Stream::Given(part) | Stream::Ahead(part) => {
                let given = |pitches: &Arc<Pitches>| pitches.given(&self.frame, stream, part, self.clock.step());
                return self.pitches.as_ref().and_then(given).unwrap_or(self.nothing);
            }
        };
        TokenId(number)
    }
}

/// Whether a token can change a stream.
fn changes(stream: Stream, time_passes: bool) -> bool {
    match stream {
        Stream::Meter | Stream::Position | Stream::BarsPlayed | Stream::BarsLeft => time_passes,
        Stream::Given(_) | Stream::Ahead(_) | Stream::Until(_) => time_passes,
        Stream::Key | Stream::Style => false,
        Stream::Lookback(_) | Stream::LookbackNext(_) => true,
        Stream::Voice | Stream::Held | Stream::HeldBy(_) | Stream::Own | Stream::Previous | Stream::Sounding(_) => true,
    }
}

/// Parts are counted from 1 in streams.
fn part_index(part: NonZeroU8) -> usize {
    usize::from(part.get()) - 1
}

/// The value for a bar with so many before it.
fn bars_played(n_before: u64) -> u32 {
    match n_before {
        0..=3 => n_before as u32,
        4..=7 => 4,
        8..=15 => 5,
        _ => 6,
    }
}

/// The value for a bar with so many to the end, itself included.
fn bars_left(n_left: u64) -> u32 {
    match n_left {
        0..=4 => n_left as u32,
        5..=8 => 5,
        9..=16 => 6,
        17..=32 => 7,
        _ => 8,
    }
}
