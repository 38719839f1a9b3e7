//! All that decides the tokens of a piece, given the model.

use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::RangeInclusive;

use galant_sample::{Beam, Draw, LoopControl, NgramBlock, Repetition, Selection, Strategy, Truncation};
use galant_tokens::constraint::{Return, Veto};
use galant_tokens::{Token, Tokenizer};
use galant_types::{Playback, Scale, Seed};

/// All that decides the tokens of a piece, given the model: equal settings give equal pieces.
///
/// [`LoadedModel::complete`](crate::LoadedModel::complete) makes them of a request; a [`Record`](crate::Record) keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceSettings {
    /// The most tokens to compose.
    pub n_tokens: usize,
    /// After how many grid steps the piece ends; none if only its tokens are counted.
    pub n_steps: Option<u64>,
    /// The seed of everything random in the piece.
    pub seed: Seed,
    /// What the piece continues, or the token that it begins with; none if it begins after tokens drawn from the seed.
    pub primer: Option<PrimerSettings>,
    /// How the tokens are played.
    pub playback: Playback,
    /// The MIDI program that plays each part of voices, 0 to 127; none of other tokens.
    pub programs: Vec<u8>,
    /// How each token is chosen.
    pub method: Method,
    /// What makes tokens less likely that were just played.
    pub repetition: Option<Repetition>,
    /// What forbids playing a row of tokens twice.
    pub ngram_block: Option<NgramBlock>,
    /// What may be played.
    pub constraints: ConstraintSettings,
    /// What the network is told of the piece, as far as it has streams for it.
    pub plan: PiecePlan,
}

/// What a network is told of a piece before it is composed; the meter is that of the playback.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PiecePlan {
    /// How many bars the piece has, with those of its primer; none if that is not told.
    pub n_bars: Option<u64>,
    /// Its key; none if that is not told.
    pub key: Option<Scale>,
    /// Its style; none if that is not told.
    pub style: Option<String>,
}

/// What a piece continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimerSettings {
    /// Its tokens, which are in the model's vocabulary; at least one.
    pub tokens: Vec<Token>,
    /// Whether it is left out of the piece that is written.
    pub is_omitted: bool,
}

/// How each token of a piece is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// The likeliest token each time.
    Greedy,
    /// A token drawn by its probability.
    Draw(Draw),
    /// A piece that a beam search finds.
    Beam {
        /// The search.
        beam: Beam,
        /// Which of the pieces found, from 1, the best.
        rank: NonZeroUsize,
    },
}

/// How a piece ends: with a chord on the first beat of its last bar that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndingSettings {
    /// The number of the last bar, from 1, counted from the beginning of what is heard.
    pub n_bars: NonZeroU64,
    /// The key whose tonic chord it is; none for any chord.
    pub key: Option<Scale>,
    /// Whether a note is struck on the first beat of every bar.
    pub downbeats: bool,
}

impl Method {
    /// Draws as [`Method::draw_of`] the tokens.
    pub fn of(tokenizer: Tokenizer) -> Method {
        Method::Draw(Method::draw_of(tokenizer, None))
    }

    /// How tokens are drawn by default, at `temperature` if one is given.
    ///
    /// Chords are drawn as in the lecture: the temperature starts at 0.5, loops raise it, and variety lowers it. Tokens with
    /// rhythm are drawn at [`Method::TEMPERATURE`] from the likeliest, which have [`Method::TOP_P`] of the probability; only
    /// a piece that repeats itself for several bars raises the temperature.
    pub fn draw_of(tokenizer: Tokenizer, temperature: Option<f64>) -> Draw {
        let shortest_loop = match tokenizer {
            Tokenizer::Chords(_) => {
                let loop_control = Some(LoopControl::default());
                return Draw { loop_control, ..Draw::at(temperature.unwrap_or(0.5)) };
            }
            Tokenizer::Rhythm(_) => Some(48),
            Tokenizer::Notes(_) => Some(192),
            // A long chord is a row of equal tokens.
            Tokenizer::Voices(_) => None,
        };
        let temperature = temperature.unwrap_or(Method::TEMPERATURE);
        let loop_control = shortest_loop.map(|shortest| LoopControl::raising(temperature, shortest));
        Draw { loop_control, truncation: Truncation::TopP(Method::TOP_P), ..Draw::at(temperature) }
    }

    /// The temperature at which tokens with rhythm are drawn.
    pub const TEMPERATURE: f64 = 0.9;
    /// The share of the probability of the tokens that are drawn from, where they have rhythm.
    pub const TOP_P: f64 = 0.95;

    /// Draws as the lecture does: the temperature starts at 0.5, loops raise it, and variety lowers it.
    pub fn draw() -> Method {
        Method::Draw(Draw { loop_control: Some(LoopControl::default()), ..Draw::at(0.5) })
    }

    /// The best of the pieces that a beam of [`Method::BEAM_WIDTH`] finds.
    pub fn beam() -> Method {
        Method::Beam { beam: Beam::best(Method::BEAM_WIDTH), rank: NonZeroUsize::MIN }
    }

    /// The first of [`Method::BEAM_WIDTH`] different pieces, drawn by their probability at temperature 1.
    pub fn stochastic_beam() -> Method {
        let beam = Beam { width: Method::BEAM_WIDTH, selection: Selection::Drawn { temperature: 1.0 } };
        Method::Beam { beam, rank: NonZeroUsize::MIN }
    }

    /// How many pieces a beam continues at a time by default.
    pub const BEAM_WIDTH: usize = 8;

    /// How tokens are chosen one by one; none for a beam.
    pub(crate) fn strategy(&self) -> Option<Strategy> {
        match self {
            Method::Greedy => Some(Strategy::Greedy),
            Method::Draw(draw) => Some(Strategy::Random(draw.clone())),
            Method::Beam { .. } => None,
        }
    }
}

/// What may be played: everything, except what a field rules out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConstraintSettings {
    /// Notes belong to this scale.
    pub key: Option<Scale>,
    /// The last token is the tonic chord of the key; only with a key.
    pub end_on_tonic: bool,
    /// How the piece ends in its last bar; none if it ends anywhere. Only with tokens that have rhythm.
    pub ending: Option<EndingSettings>,
    /// Bars that equal earlier ones, counted from 0. Only with an ending.
    pub returns: Vec<Return>,
    /// Pitches are in this range.
    pub pitch_range: Option<RangeInclusive<u8>>,
    /// Pitches belong to these pitch classes, one bit each, from C.
    pub only_notes: Option<u16>,
    /// Pitches belong to none of these pitch classes, one bit each, from C.
    pub no_notes: Option<u16>,
    /// At most this many notes are struck together.
    pub max_notes: Option<NonZeroUsize>,
    /// What was done so that the piece does not copy; none if that was not asked for.
    pub avoided: Option<Avoided>,
}

/// That a piece was not to copy from a corpus, and what was forbidden for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avoided {
    /// How many onsets a run could have whose pitches are in the corpus, in any key and rhythm.
    pub n_most: NonZeroUsize,
    /// What is not struck where, counted in the tokens composed.
    pub vetoes: Vec<Veto>,
}
