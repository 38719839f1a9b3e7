//! The other parts for the parts that stay.

use std::rc::Rc;

use galant_harmony::Rule;
use galant_pipeline::{Harmonization, HarmonizeSettings, LoadedModel, Tune, TuneRequest};
use galant_sample::Particles;
use galant_types::Seed;
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::piece::{self, PieceData};
use crate::request::{HarmonizeRequest, SeedData};
use crate::slice::Slice;

/// Parts that are being written.
#[derive(Debug)]
pub(crate) struct Harmonizing {
    model: Rc<LoadedModel>,
    tune: Tune,
    harmonization: Harmonization,
    title: String,
}

/// Begins the parts that are not given.
pub(crate) fn begin(model: Rc<LoadedModel>, request: &HarmonizeRequest) -> Result<Box<Harmonizing>, Refusal> {
    let n_parts = model.file().parts.len();
    if let Some(part) = request.given.iter().find(|&&part| part >= n_parts.min(request.piece.parts.len())) {
        let n_of_piece = request.piece.parts.len();
        return Err(Refusal::new(format!(
            "part {part}, counted from 0, is to stay; the piece has {n_of_piece} parts, and the model {n_parts}"
        )));
    }
    let mut kept = request.piece.clone();
    for (number, part) in kept.parts.iter_mut().enumerate() {
        if !request.given.contains(&number) {
            part.notes.clear();
        }
    }
    // A part without notes says nothing, and is written too.
    let given: Vec<usize> =
        (0..kept.parts.len()).filter(|&part| part < n_parts && !kept.parts[part].notes.is_empty()).collect();
    if n_parts > 0 && given.len() == n_parts {
        return Err(Refusal::new(format!("all {n_parts} parts are to stay; leave one to the model")));
    }
    let told =
        TuneRequest { given: Vec::new(), key: piece::scale(request.key.as_deref())?, style: request.style.clone() };
    let tune = model.tune_of_parts(&kept.score()?, &given, &told)?;
    let usual = HarmonizeSettings::default();
    let temperature = request.temperature.unwrap_or(usual.particles.temperature);
    let particles = Particles { temperature, ..usual.particles };
    let settings = HarmonizeSettings { seed: Seed(request.seed.0), particles, ..usual };
    let harmonization = model.begin_harmonization(&tune, &settings)?;
    Ok(Box::new(Harmonizing { model, tune, harmonization, title: request.piece.title.clone() }))
}

/// Parts of the job: percent.
const PARTS: usize = 100;

/// Tokens of a slice, each for all pieces that the search follows: about 20 ms of a browser.
const TOKENS_PER_SLICE: usize = 16;

impl Harmonizing {
    pub(crate) fn n_parts(&self) -> usize {
        PARTS
    }

    pub(crate) fn step(mut self: Box<Harmonizing>) -> Result<Slice<Box<Harmonizing>>, Refusal> {
        for _ in 0..TOKENS_PER_SLICE {
            if self.harmonization.is_complete() {
                return Ok(Slice::Done(self.finish()?));
            }
            self.harmonization.next_token()?;
        }
        let n_done = (PARTS as f64 * self.harmonization.share()) as usize;
        Ok(Slice::Going(self, n_done))
    }

    fn finish(self) -> Result<Answer, Refusal> {
        let harmonized = self.model.finish_harmonization(self.harmonization);
        let bytes = galant_midi::encode(&harmonized.score)?;
        let (piece, _) = PieceData::of(&harmonized.score, &self.title);
        let breaches = harmonized.breaches();
        let broken = Rule::ALL.into_iter().filter(|rule| breaches.of(*rule) > 0);
        let broken: Vec<_> =
            broken.map(|rule| json!({ "rule": rule.to_string(), "times": breaches.of(rule) })).collect();
        let answer = json!({
            "piece": piece,
            "settings": {
                "seed": SeedData(harmonized.settings.seed.0),
                "temperature": harmonized.settings.particles.temperature,
                "key": self.tune.key().map(|key| key.to_string()),
                "given": self.tune.given(),
            },
            "key": harmonized.key.map(|key| key.to_string()),
            "nats": harmonized.nats / harmonized.texture.n_steps().max(1) as f64,
            "semitones": self.tune.semitones(),
            "folded": self.tune.n_folded(),
            "breaches": broken,
            "record": harmonized.score.texts,
        });
        Ok(Answer::done(&answer, bytes))
    }
}
