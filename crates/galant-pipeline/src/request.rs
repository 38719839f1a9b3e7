//! What a user asks of a piece, completed to all that decides it.

use std::num::{NonZeroU64, NonZeroUsize};

use galant_sample::{MAX_TOKENS, NgramBlock, Repetition};
use galant_tokens::{CHORD_TOKENS_PER_QUARTER, Grid, Token, Tokenizer};
use galant_types::{Playback, PlaybackError, Seed};
use thiserror::Error;

use crate::model::LoadedModel;
use crate::piece_settings::{ConstraintSettings, Method, PieceSettings, PrimerSettings};
use crate::primer::Excerpt;

/// The most steps composed at once: an hour and a half at twelve steps a quarter note and 120 quarter notes a minute.
pub const MAX_STEPS: u64 = 1 << 17;

/// Tokens of a piece whose length nobody asked for.
const DEFAULT_TOKENS: usize = 512;

/// More tokens than a piece needs for a step of time: a full chord, note by note.
const MOST_TOKENS_PER_STEP: u64 = 32;

/// What a user asks of a piece; what is left open is taken from the primer or from the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposeRequest {
    /// How long the piece is; by default 512 tokens.
    pub length: Option<Length>,
    /// The most tokens, if the length is not in tokens.
    pub n_tokens: Option<NonZeroUsize>,
    /// The seed of everything random in the piece.
    pub seed: Seed,
    /// What the piece continues.
    pub primer: Option<Excerpt>,
    /// Whether the primer is left out of what is written.
    pub omit_primer: bool,
    /// Quarter notes a minute.
    pub tempo: Option<f64>,
    /// Beats in a bar, and the beat as a power of two.
    pub meter: Option<(u8, u8)>,
    /// The MIDI program that plays, 0 to 127.
    pub program: Option<u8>,
    /// How each token is chosen.
    pub method: Method,
    /// What makes tokens less likely that were just played.
    pub repetition: Option<Repetition>,
    /// What forbids playing a row of tokens twice.
    pub ngram_block: Option<NgramBlock>,
    /// What may be played.
    pub constraints: ConstraintSettings,
}

impl Default for ComposeRequest {
    /// A piece of the default length by seed 1, as the lecture draws it, in the tempo and meter of the corpus.
    fn default() -> ComposeRequest {
        ComposeRequest {
            length: None,
            n_tokens: None,
            seed: Seed(1),
            primer: None,
            omit_primer: false,
            tempo: None,
            meter: None,
            program: None,
            method: Method::draw(),
            repetition: None,
            ngram_block: None,
            constraints: ConstraintSettings::default(),
        }
    }
}

/// How long a piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// Steps of the grid; not for chord tokens, which have none.
    Steps(NonZeroU64),
    /// Bars, after the one that the primer leaves unfinished.
    Bars(NonZeroUsize),
    /// Seconds, up to the next bar line.
    Seconds(f64),
}

impl LoadedModel {
    /// Fills in what `request` leaves open.
    ///
    /// Tokens of the primer that the vocabulary lacks are replaced by the nearest that it has.
    ///
    /// # Errors
    ///
    /// If the request asks for what the model's tokenizer cannot do, or if a value is out of its range.
    pub fn complete(&self, request: &ComposeRequest) -> Result<PieceSettings, RequestError> {
        let tokenizer = self.file().tokenizer;
        let constraints = request.constraints.clone();
        if matches!(tokenizer, Tokenizer::Notes(_)) && constraints.end_on_tonic {
            return Err(RequestError::EndOnTonic);
        }
        let playback = self.playback(request)?;
        let primer = request
            .primer
            .as_ref()
            .map(|primer| PrimerSettings { tokens: self.known(&primer.tokens), is_omitted: request.omit_primer });
        let heard = primer.iter().filter(|primer| !primer.is_omitted).flat_map(|primer| &primer.tokens);
        let (n_tokens, n_steps) = match tokenizer.grid() {
            Some(grid) => {
                let n_before = heard.map(|token| u64::from(token.time())).sum();
                let n_steps = n_steps(request.length, n_before, grid, &playback)?;
                let enough = n_steps.map_or(DEFAULT_TOKENS, |n| n.saturating_mul(MOST_TOKENS_PER_STEP) as usize);
                (request.n_tokens.map_or(enough.min(MAX_TOKENS), NonZeroUsize::get), n_steps)
            }
            None => {
                let n_tokens = n_chords(request.length, heard.count(), &playback)?;
                (n_tokens.or(request.n_tokens.map(NonZeroUsize::get)).unwrap_or(DEFAULT_TOKENS), None)
            }
        };
        Ok(PieceSettings {
            n_tokens,
            n_steps,
            seed: request.seed,
            primer,
            playback,
            method: request.method.clone(),
            repetition: request.repetition,
            ngram_block: request.ngram_block,
            constraints,
        })
    }

    /// The tokens, each as the vocabulary has it or the nearest.
    fn known(&self, tokens: &[Token]) -> Vec<Token> {
        self.file().vocabulary.ids(tokens).ids.iter().map(|&id| self.token(id).clone()).collect()
    }

    /// How the piece is played: as asked for, else as its primer, else as the corpus.
    fn playback(&self, request: &ComposeRequest) -> Result<Playback, RequestError> {
        let of_model = self.file().playback;
        let of_primer = request.primer.as_ref().and_then(|primer| primer.playback);
        let mut playback = of_primer.map_or(of_model, |primer| Playback { velocity: of_model.velocity, ..primer });
        if let Some(tempo) = request.tempo {
            let us_per_quarter = (60e6 / tempo).round();
            let range = 1.0..=f64::from(Playback::MAX_US_PER_QUARTER);
            if !(tempo > 0.0 && range.contains(&us_per_quarter)) {
                return Err(RequestError::Tempo { tempo });
            }
            playback.us_per_quarter = us_per_quarter as u32;
        }
        if let Some((beats, beat_log2)) = request.meter {
            (playback.beats, playback.beat_log2) = (beats, beat_log2);
        }
        playback.program = request.program.unwrap_or(playback.program);
        playback.validate()?;
        Ok(playback)
    }
}

/// How many steps are asked for, where `n_before` steps come before them; none if no length in time is asked for.
fn n_steps(
    length: Option<Length>,
    n_before: u64,
    grid: Grid,
    playback: &Playback,
) -> Result<Option<u64>, RequestError> {
    let bar = grid.steps_per_bar(playback);
    let to_bar_line = |n_steps: u64| n_steps.next_multiple_of(bar);
    let n_steps = match length {
        None => return Ok(None),
        Some(Length::Steps(steps)) => steps.get(),
        // In addition, the bar that the primer leaves unfinished is finished.
        Some(Length::Bars(bars)) => {
            let steps = bar.saturating_mul(bars.get() as u64);
            steps.saturating_add(to_bar_line(n_before) - n_before)
        }
        Some(Length::Seconds(seconds)) => {
            let seconds_per_step = grid.seconds_per_step(playback);
            check_seconds(seconds, MAX_STEPS as f64 * seconds_per_step)?;
            to_bar_line(n_before + (seconds / seconds_per_step).ceil() as u64) - n_before
        }
    };
    if n_steps > MAX_STEPS { Err(RequestError::TooManySteps { n_steps }) } else { Ok(Some(n_steps)) }
}

/// How many chord tokens are asked for, where `n_before` come before them; none if no length in time is asked for.
fn n_chords(length: Option<Length>, n_before: usize, playback: &Playback) -> Result<Option<usize>, RequestError> {
    let per_quarter = usize::from(CHORD_TOKENS_PER_QUARTER);
    let per_bar = ((4 * per_quarter * usize::from(playback.beats)) >> playback.beat_log2).max(1);
    let seconds_per_token = f64::from(playback.us_per_quarter) / 1e6 / per_quarter as f64;
    Ok(Some(match length {
        None => return Ok(None),
        Some(Length::Steps(_)) => return Err(RequestError::Steps),
        Some(Length::Bars(bars)) => {
            n_before.next_multiple_of(per_bar) - n_before + bars.get().saturating_mul(per_bar).min(MAX_TOKENS + 1)
        }
        Some(Length::Seconds(seconds)) => {
            check_seconds(seconds, MAX_TOKENS as f64 * seconds_per_token)?;
            let tokens = (seconds / seconds_per_token).ceil() as usize;
            (n_before + tokens).next_multiple_of(per_bar) - n_before
        }
    }))
}

fn check_seconds(seconds: f64, most: f64) -> Result<(), RequestError> {
    if seconds > 0.0 && seconds <= most { Ok(()) } else { Err(RequestError::Seconds { seconds, most }) }
}

/// Why a piece cannot be composed as asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Chord tokens have no grid.
    #[error("a length in steps only applies to tokens with rhythm; this model has chord tokens, give bars or tokens")]
    Steps,
    /// A note token is part of one note, not a chord.
    #[error("ending on the tonic only applies to chord and rhythm tokens; this model has note tokens")]
    EndOnTonic,
    /// The tempo is out of its range.
    #[error("the tempo is {tempo}; it must be 3.6 to 60000000 quarter notes a minute")]
    Tempo {
        /// Quarter notes a minute.
        tempo: f64,
    },
    /// The meter or the program is out of its range.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// The length is not a positive time, or too long.
    #[error("the length is {seconds} seconds; it must be above 0 and at most {most}")]
    Seconds {
        /// How many seconds.
        seconds: f64,
        /// The most there may be.
        most: f64,
    },
    /// The piece would last too long.
    #[error("{n_steps} steps asked for, over the limit of {MAX_STEPS}; compose several pieces")]
    TooManySteps {
        /// How many steps.
        n_steps: u64,
    },
}
