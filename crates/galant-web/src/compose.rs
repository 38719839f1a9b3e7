//! Pieces that are composed, from nothing or after another.

use std::num::NonZeroUsize;
use std::rc::Rc;

use galant_pipeline::{
    ComposeRequest as Wanted, ComposedPiece, Composition, ConstraintSettings, Length, LoadedModel, Method,
    PieceSettings, Rank, Record, excerpt,
};
use galant_types::{Score, Seed};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::Refusal;
use crate::join;
use crate::piece::{self, PieceData};
use crate::request::{Asked, ComposeRequest, ContinueRequest, SeedData};
use crate::slice::Slice;

/// Bars that are added to a piece by default.
const DEFAULT_BARS: usize = 8;

/// The most candidates of which the best is kept.
pub(crate) const MAX_CANDIDATES: usize = 64;

/// The candidates for a piece, one after the other.
#[derive(Debug)]
pub(crate) struct Composing {
    model: Rc<LoadedModel>,
    /// The seed asked for; those of the candidates depend on it.
    seed: SeedData,
    candidates: Vec<PieceSettings>,
    n_done: usize,
    current: Option<Composition>,
    best: Option<(Rank, ComposedPiece)>,
    /// The piece that the new one belongs into; none if it stands alone.
    place: Option<join::Place>,
}

/// Begins a piece that the program `galant` composes in the same way.
pub(crate) fn begin(model: Rc<LoadedModel>, request: &ComposeRequest) -> Result<Box<Composing>, Refusal> {
    let wanted = Wanted {
        tempo: request.tempo,
        meter: request.meter.map(piece::meter).transpose()?,
        ..wanted(&model, &request.asked)?
    };
    job(model, &wanted, request.asked.candidates, None)
}

/// Begins bars that go on after a piece.
pub(crate) fn begin_after(model: Rc<LoadedModel>, request: &ContinueRequest) -> Result<Box<Composing>, Refusal> {
    let score = request.piece.score()?;
    let asked = Asked { bars: request.asked.bars.or(Some(DEFAULT_BARS)), ..request.asked.clone() };
    let wanted = after(&model, &score, &asked)?;
    let n_bars = asked.bars.map_or(0, |bars| bars as u64);
    let place = join::Place::after(request.piece.clone(), &score, n_bars);
    job(model, &wanted, request.asked.candidates, Some(place))
}

/// What is asked of bars that go on after a score.
pub(crate) fn after(model: &LoadedModel, score: &Score, asked: &Asked) -> Result<Wanted, Refusal> {
    let primer = excerpt(score, None, model.file().tokenizer)?;
    Ok(Wanted { primer: Some(primer), ..wanted(model, asked)? })
}

/// What is asked, drawn as the program draws.
fn wanted(model: &LoadedModel, asked: &Asked) -> Result<Wanted, Refusal> {
    Ok(Wanted {
        length: length(asked.bars)?,
        seed: Seed(asked.seed.0),
        style: asked.style.clone(),
        method: Some(Method::Draw(Method::draw_of(model.file().tokenizer, asked.temperature))),
        constraints: ConstraintSettings { key: piece::scale(asked.key.as_deref())?, ..ConstraintSettings::default() },
        ..Wanted::default()
    })
}

fn length(bars: Option<usize>) -> Result<Option<Length>, Refusal> {
    let one_or_more =
        |bars| NonZeroUsize::new(bars).ok_or_else(|| Refusal::new("0 bars are asked for; ask for at least 1"));
    Ok(bars.map(one_or_more).transpose()?.map(Length::Bars))
}

/// The candidates for a piece, none composed yet.
pub(crate) fn job(
    model: Rc<LoadedModel>,
    wanted: &Wanted,
    n_candidates: Option<usize>,
    place: Option<join::Place>,
) -> Result<Box<Composing>, Refusal> {
    let n_candidates = n_candidates.unwrap_or(model.default_candidates());
    if !(1..=MAX_CANDIDATES).contains(&n_candidates) {
        return Err(Refusal::new(format!("{n_candidates} candidates are asked for; ask for 1 to {MAX_CANDIDATES}")));
    }
    let candidates = model.candidates(wanted, 1, n_candidates)?.swap_remove(0);
    let seed = SeedData(wanted.seed.0);
    Ok(Box::new(Composing { model, seed, candidates, n_done: 0, current: None, best: None, place }))
}

/// Parts of a job that are a candidate.
const PARTS: usize = 100;

/// Multiplications of a slice: about 20 ms of a browser.
const MULTIPLICATIONS_PER_SLICE: usize = 20_000_000;

/// The most tokens of a slice, however small the network is.
const MAX_TOKENS_PER_SLICE: usize = 100;

impl Composing {
    pub(crate) fn n_parts(&self) -> usize {
        PARTS * self.candidates.len()
    }

    pub(crate) fn step(mut self: Box<Composing>) -> Result<Slice<Box<Composing>>, Refusal> {
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.model.begin_piece(&self.candidates[self.n_done])?,
        };
        let n_parameters = self.model.file().weights.values().len();
        let n_tokens = (MULTIPLICATIONS_PER_SLICE / n_parameters.max(1)).clamp(1, MAX_TOKENS_PER_SLICE);
        for _ in 0..n_tokens {
            if self.model.go_on(&mut current)? {
                self.take(current.finish())?;
                return if self.n_done == self.candidates.len() {
                    Ok(Slice::Done(self.finish()?))
                } else {
                    let n_done = PARTS * self.n_done;
                    Ok(Slice::Going(self, n_done))
                };
            }
        }
        let n_done = PARTS * self.n_done + (PARTS as f64 * current.share()) as usize;
        self.current = Some(current);
        Ok(Slice::Going(self, n_done))
    }

    /// Keeps a candidate if it is the best so far; before other bars, the one that they follow best.
    fn take(&mut self, piece: ComposedPiece) -> Result<(), Refusal> {
        self.n_done += 1;
        let mut rank = self.model.rank(&piece);
        let joined = self.place.as_ref().map(|place| place.nats_per_note(&self.model, &piece)).transpose()?.flatten();
        if let Some(nats_per_note) = joined {
            rank = Rank { n_flaws: 0, nats_per_note };
        }
        if self.best.as_ref().is_none_or(|(best, _)| rank.is_better_than(*best)) {
            self.best = Some((rank, piece));
        }
        Ok(())
    }

    fn finish(self) -> Result<Answer, Refusal> {
        let (rank, composed) = self.best.expect("there is a candidate");
        let score = self.model.score(&composed)?;
        let bytes = galant_midi::encode(&score)?;
        let piece = match &self.place {
            None => PieceData::of(&score, "").0,
            Some(place) => place.with(&self.model, &composed, &score)?,
        };
        let answer = json!({
            "piece": piece,
            "settings": settings(&composed.settings, self.seed, self.candidates.len()),
            "nats": rank.nats_per_note,
            "record": Record::new(self.model.sha256(), composed.settings.clone()).to_texts(),
        });
        Ok(Answer::done(&answer, bytes))
    }
}

/// Every setting as it was used.
fn settings(settings: &PieceSettings, seed: SeedData, n_candidates: usize) -> Value {
    let temperature = match &settings.method {
        Method::Draw(draw) => Some(draw.temperature),
        Method::Greedy | Method::Beam { .. } => None,
    };
    let playback = &settings.playback;
    json!({
        "seed": seed,
        "temperature": temperature,
        "key": settings.plan.key.or(settings.constraints.key).map(|key| key.to_string()),
        "meter": [playback.beats, 1_u32 << playback.beat_log2.min(31)],
        "bars": settings.constraints.ending.map(|ending| ending.n_bars.get()).or(settings.plan.n_bars),
        "style": settings.plan.style,
        "tempo": 60e6 / f64::from(playback.us_per_quarter),
        "candidates": n_candidates,
    })
}

/// What is asked of bars that stand at the beginning of a piece.
pub(crate) fn alone(model: &LoadedModel, piece: &PieceData, asked: &Asked) -> Result<Wanted, Refusal> {
    let asked = Asked { key: asked.key.clone().or_else(|| piece.key.clone()), ..asked.clone() };
    Ok(Wanted { tempo: Some(piece.tempo), meter: Some(piece::meter(piece.meter)?), ..wanted(model, &asked)? })
}
