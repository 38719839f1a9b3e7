//! What a user asks of a piece, completed to all that decides it.

use std::num::NonZeroUsize;

use galant_checkpoint::Opening;
use galant_sample::{NgramBlock, Repetition};
use galant_tokens::{Clock, Token, Tokenizer, VoicesTokenizer, estimate_key};
use galant_types::{Playback, Scale, Seed};

use crate::length::{self, Before, Length};
use crate::model::LoadedModel;
use crate::piece_settings::{ConstraintSettings, Method, PiecePlan, PieceSettings, PrimerSettings};
use crate::primer::Excerpt;
use crate::request_error::RequestError;

/// What a user asks of a piece; what is left open is taken from the primer or from the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposeRequest {
    /// How long the piece is; by default 16 bars, of chord tokens 512 tokens.
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
    /// The MIDI program that plays, 0 to 127, all parts of voices; by default each part has that of the corpus.
    pub program: Option<u8>,
    /// The style that the network is told of, one of its corpus; by default that of the beginning.
    pub style: Option<String>,
    /// How each token is chosen; by default as [`Method::of`] the tokens.
    pub method: Option<Method>,
    /// What makes tokens less likely that were just played.
    pub repetition: Option<Repetition>,
    /// What forbids playing a row of tokens twice.
    pub ngram_block: Option<NgramBlock>,
    /// What may be played; of its `ending` and `returns`, [`LoadedModel::complete`] decides.
    pub constraints: ConstraintSettings,
    /// How the piece ends, if its length is in bars or seconds.
    pub end: End,
    /// Which bars come back, in a piece that ends on the tonic and continues nothing.
    pub form: Form,
}

/// Which bars of a piece come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Those with which the first phrase begins: in phrases of four bars, the form is `aaba`.
    Phrases,
    /// Those that happen to.
    Free,
}

/// How a piece of tokens with rhythm ends, if its length is in bars or seconds and it has at least two bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With the tonic chord of its key on the first beat of the last bar, held.
    ///
    /// Where the vocabulary and the rules leave no such piece, with any chord there, or as it happens; but an error says so if
    /// the key is asked for and its tonic cannot be played.
    Tonic,
    /// As it happens, when the last bar is over.
    Open,
}

impl Default for ComposeRequest {
    /// A piece of the default length by seed 1 that begins like one of the corpus, in its tempo.
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
            style: None,
            method: None,
            repetition: None,
            ngram_block: None,
            constraints: ConstraintSettings::default(),
            end: End::Tonic,
            form: Form::Phrases,
        }
    }
}

impl LoadedModel {
    /// Fills in what `request` leaves open.
    ///
    /// Tokens of the primer that the vocabulary lacks are replaced by the nearest that it has.
    ///
    /// # Errors
    ///
    /// If the request asks for what the model's tokenizer cannot do, if a value is out of its range, or if the piece cannot end
    /// as asked for.
    pub fn complete(&self, request: &ComposeRequest) -> Result<PieceSettings, RequestError> {
        let tokenizer = self.file().tokenizer;
        let beginning = if request.primer.is_none() { self.beginning(request)? } else { None };
        let playback = self.playback(request, beginning.as_ref())?;
        let primer = self.primer(request, beginning.as_ref())?;
        let length = match tokenizer.grid() {
            Some(grid) => {
                length::in_steps(request.length, request.n_tokens, before(request, primer.as_ref()), grid, &playback)?
            }
            None => length::in_chords(request.length, request.n_tokens, n_heard(primer.as_ref()), &playback)?,
        };
        let key = request.constraints.key.or_else(|| self.key(primer.as_ref(), beginning.as_ref(), &playback));
        let style = request.style.clone().or_else(|| beginning.and_then(|beginning| beginning.style));
        let settings = PieceSettings {
            n_tokens: length.n_tokens,
            n_steps: length.n_steps,
            seed: request.seed,
            primer,
            programs: self.file().parts.iter().map(|part| request.program.unwrap_or(part.program)).collect(),
            playback,
            method: request.method.clone().unwrap_or_else(|| Method::of(tokenizer)),
            repetition: request.repetition,
            ngram_block: request.ngram_block,
            constraints: ConstraintSettings { ending: None, returns: Vec::new(), ..request.constraints.clone() },
            plan: PiecePlan { n_bars: length.n_bars_told, key, style },
        };
        self.with_ending(settings, length.n_bars_heard, request)
    }

    /// What the piece continues: the primer asked for, or the token that it begins with.
    fn primer(
        &self,
        request: &ComposeRequest,
        beginning: Option<&Opening>,
    ) -> Result<Option<PrimerSettings>, RequestError> {
        let asked = match &request.primer {
            None => None,
            Some(primer) => {
                let tokens = self.known(&self.whole(&primer.tokens)?);
                Some(PrimerSettings { tokens, is_omitted: request.omit_primer })
            }
        };
        let first =
            |opening: &Opening| PrimerSettings { tokens: vec![self.token(opening.token).clone()], is_omitted: false };
        Ok(asked.or_else(|| beginning.map(first)))
    }

    /// Voices with their beginning and whole steps; all other tokens as they are.
    fn whole(&self, tokens: &[Token]) -> Result<Vec<Token>, RequestError> {
        let tokenizer = self.file().tokenizer;
        if !matches!(tokenizer, Tokenizer::Voices(_)) {
            return Ok(tokens.to_vec());
        }
        let texture = tokenizer.texture(tokens)?;
        Ok(VoicesTokenizer::tokens(&texture).into_iter().map(Token::Voice).collect())
    }

    /// The key of the music that the piece continues, or that of the piece whose beginning it has.
    fn key(&self, primer: Option<&PrimerSettings>, beginning: Option<&Opening>, playback: &Playback) -> Option<Scale> {
        if let Some(beginning) = beginning {
            return beginning.key;
        }
        // A primer in mid-note has no score, and no key either.
        let score = self.file().tokenizer.decode(&primer?.tokens, playback).ok()?;
        estimate_key(&score)
    }

    /// The tokens, each as the vocabulary has it or the nearest.
    fn known(&self, tokens: &[Token]) -> Vec<Token> {
        self.file().vocabulary.ids(tokens).ids.iter().map(|&id| self.token(id).clone()).collect()
    }

    /// How the piece is played: as asked for, else as its primer or its beginning, else as the corpus.
    fn playback(&self, request: &ComposeRequest, beginning: Option<&Opening>) -> Result<Playback, RequestError> {
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
        let of_beginning = beginning.map(|opening| (opening.meter.numerator, opening.meter.denominator_log2));
        if let Some((beats, beat_log2)) = request.meter.or(of_beginning) {
            (playback.beats, playback.beat_log2) = (beats, beat_log2);
        }
        playback.program = request.program.unwrap_or(playback.program);
        playback.validate()?;
        Ok(playback)
    }
}

/// What comes before what is composed.
fn before(request: &ComposeRequest, primer: Option<&PrimerSettings>) -> Before {
    let Some(primer) = primer else { return Before { n_read: 0, n_heard: 0, n_of_piece: 0 } };
    let mut clock = Clock::default();
    primer.tokens.iter().for_each(|token| _ = clock.advance(token));
    let n_read = clock.step();
    Before {
        n_read,
        n_heard: if primer.is_omitted { 0 } else { n_read },
        n_of_piece: if request.primer.is_none() { n_read } else { 0 },
    }
}

/// How many tokens are heard before what is composed.
fn n_heard(primer: Option<&PrimerSettings>) -> usize {
    primer.filter(|primer| !primer.is_omitted).map_or(0, |primer| primer.tokens.len())
}
