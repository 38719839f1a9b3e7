//! All that decides the tokens of a piece, given the model.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use galant_sample::{Beam, Draw, LoopControl, NgramBlock, Repetition, Selection, Strategy};
use galant_tokens::Token;
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
    /// What the piece continues; none if it begins with nothing but a token drawn from the seed.
    pub primer: Option<PrimerSettings>,
    /// How the tokens are played.
    pub playback: Playback,
    /// How each token is chosen.
    pub method: Method,
    /// What makes tokens less likely that were just played.
    pub repetition: Option<Repetition>,
    /// What forbids playing a row of tokens twice.
    pub ngram_block: Option<NgramBlock>,
    /// What may be played.
    pub constraints: ConstraintSettings,
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

impl Method {
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
    /// Pitches are in this range.
    pub pitch_range: Option<RangeInclusive<u8>>,
    /// Pitches belong to these pitch classes, one bit each, from C.
    pub only_notes: Option<u16>,
    /// Pitches belong to none of these pitch classes, one bit each, from C.
    pub no_notes: Option<u16>,
    /// At most this many notes are struck together.
    pub max_notes: Option<NonZeroUsize>,
}
