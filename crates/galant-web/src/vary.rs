//! Bars that are composed anew within a piece.

use std::rc::Rc;

use galant_pipeline::{ComposeRequest as Wanted, End, Form, LoadedModel};
use galant_types::Score;

use crate::compose::{self, Composing};
use crate::error::Refusal;
use crate::join::Place;
use crate::request::{Asked, VaryRequest};

/// How many of the bars that follow are asked whether they follow well.
const BARS_AFTER: u64 = 2;

/// Begins bars that take the place of others.
pub(crate) fn begin(model: Rc<LoadedModel>, request: &VaryRequest) -> Result<Box<Composing>, Refusal> {
    let VaryRequest { piece, from, to, asked, .. } = request;
    let score = piece.score()?;
    let map = score.bar_map();
    let n_bars = piece.bars.max(map.n_bars());
    if from >= to || *to > n_bars {
        let why = "give a first bar, counted from 0, and the bar after the last";
        return Err(Refusal::new(format!("bars {from} to {to} of a piece of {n_bars} bars are asked for; {why}")));
    }
    let (first, end) = (map.start(*from), map.start(*to));
    let mut before = Score { notes: Vec::new(), ..score.clone() };
    before.notes.extend(score.notes.iter().filter(|note| note.onset < first).copied());
    // The bar that the primer leaves unfinished is finished in addition.
    let n_before = if before.notes.is_empty() { 0 } else { before.bar_map().n_bars().min(*from) };
    let n_new = (to - n_before) as usize;
    let asked = Asked { bars: Some(n_new), ..asked.clone() };
    let wanted = if before.notes.is_empty() {
        compose::alone(&model, piece, &asked)?
    } else {
        compose::after(&model, &before, &asked)?
    };
    // What follows goes on: only the end of a piece is an end.
    let ends = *to == n_bars;
    let wanted = Wanted { end: if ends { End::Tonic } else { End::Open }, form: Form::Free, ..wanted };
    let place = Place::between(piece.clone(), &before, [first, end, map.start(to + BARS_AFTER)]);
    compose::job(model, &wanted, asked.candidates, Some(place))
}
