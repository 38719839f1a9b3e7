//! What a network makes of a piece, token by token.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use galant_engine::{Generator, GeneratorState};
use galant_model::{Cell, StepModel};
use galant_plot::{Picture, Range, StateMap, state_maps};
use galant_tokens::Token;
use galant_types::{Meter, Note, Score};

use crate::args::{StatesArgs, SurpriseArgs};
use crate::commands::evaluate::surprise as surprise_of;
use crate::files;
use crate::model::{Model, TokenIds};
use crate::music;
use crate::{printable, progress};

/// The piano roll of a piece, coloured by surprise.
pub(super) fn surprise(args: &SurpriseArgs) -> anyhow::Result<Picture> {
    let model = Model::read(&args.model)?;
    let (score, tokens, ids) = read(&args.file, &model)?;
    let mut nats = Vec::with_capacity(tokens.len());
    let mut unknown = ids.unknown.iter().copied().peekable();
    step_through(&model, &args.file, &ids, ids.ids.len(), |place, before, _| {
        let is_known = unknown.next_if_eq(&place).is_none();
        nats.push(before.filter(|_| is_known).map(|logits| surprise_of(logits, ids.ids[place].index())));
    })?;
    let title = format!("What surprises {} in {}", files::name(&args.model), files::name(&args.file));
    let kind = model.reading.tokens();
    let Some(grid) = kind.grid() else {
        return Ok(galant_plot::surprise(&score, &nats_of_notes(&score, &tokens, &nats), &title));
    };
    // Tokens with rhythm are drawn as they are read, on their grid.
    let told = kind.decode(&tokens, &model.playback)?;
    let retimed = |tick: u64| {
        (u128::from(tick) * u128::from(told.ticks_per_quarter) / u128::from(score.ticks_per_quarter)) as u64
    };
    let meters = score.meters.iter().map(|meter| Meter { tick: retimed(meter.tick), ..*meter }).collect();
    let score = Score { meters, ..told };
    let ticks_per_step = u64::from(score.ticks_per_quarter / grid.steps_per_quarter());
    let by_place = nats_by_place(&tokens, &nats);
    let of_note = |note: &Note| by_place.get(&(note.onset / ticks_per_step, note.pitch)).copied().flatten();
    let nats: Vec<Option<f64>> = score.notes.iter().map(of_note).collect();
    Ok(galant_plot::surprise(&score, &nats, &title))
}

/// Each note's share of the surprise of chord tokens; none for notes that their token leaves out.
fn nats_of_notes(score: &Score, tokens: &[Token], nats: &[Option<f64>]) -> Vec<Option<f64>> {
    // Each onset makes a token, save that the lecture's rules make none of the last.
    let mut tokens = tokens.iter().zip(nats);
    let mut of_notes = Vec::with_capacity(score.notes.len());
    for notes in score.notes.chunk_by(|a, b| a.onset == b.onset) {
        let token = tokens.next().and_then(|(token, nats)| Some((token, (*nats)?)));
        let is_in = |pitch: u8| token.is_some_and(|(token, _)| token.pitches().contains(&pitch));
        let n_in = notes.iter().filter(|note| is_in(note.pitch)).count() as f64;
        of_notes.extend(notes.iter().map(|note| token.filter(|_| is_in(note.pitch)).map(|(_, nats)| nats / n_in)));
    }
    of_notes
}

/// The surprise of tokens with rhythm by step and pitch.
///
/// The notes of a chord share its token's; a note of several tokens has that of its pitch and its length, and the first of
/// an onset that of the time before it.
fn nats_by_place(tokens: &[Token], nats: &[Option<f64>]) -> BTreeMap<(u64, u8), Option<f64>> {
    let mut by_place: BTreeMap<(u64, u8), Option<f64>> = BTreeMap::new();
    let (mut now, mut waiting, mut last) = (0, Some(0.0), None);
    let sum = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
    for (token, &nats) in tokens.iter().zip(nats) {
        let share = |nats: f64| nats / token.pitches().len() as f64;
        for &pitch in token.pitches() {
            by_place.insert((now, pitch), sum(nats, waiting).map(share));
            last = Some((now, pitch));
        }
        if !token.pitches().is_empty() {
            waiting = Some(0.0);
        } else if token.time() > 0 {
            waiting = sum(waiting, nats);
        } else if let Some(note) = last.and_then(|place| by_place.get_mut(&place)) {
            *note = sum(*note, nats);
        }
        now += u64::from(token.time());
    }
    by_place
}

/// The hidden state and the gates of a layer.
pub(super) fn states(args: &StatesArgs) -> anyhow::Result<Picture> {
    let model = Model::read(&args.model)?;
    let spec = *model.file.weights.spec();
    let layer = args.layer.map_or(spec.n_layers, |layer| layer.get());
    ensure!(
        layer <= spec.n_layers,
        "layer {layer} of a network with {} layers; they are counted from 1",
        spec.n_layers
    );
    let (_, _, ids) = read(&args.file, &model)?;
    let n_tokens = ids.ids.len().min(usize::from(args.tokens));
    let mut layer_maps = LayerMaps::of(spec.cell);
    step_through(&model, &args.file, &ids, n_tokens, |_, _, state| layer_maps.push(state, layer - 1))?;
    let title = format!("Layer {layer} of {} reading {}", files::name(&args.model), files::name(&args.file));
    Ok(layer_maps.draw(spec.hidden_size, &title))
}

/// What is drawn of a layer: `[T, H]` each.
struct LayerMaps {
    maps: Vec<(&'static str, Range, Vec<f32>)>,
}

impl LayerMaps {
    fn of(cell: Cell) -> LayerMaps {
        let names: &[(&'static str, Range)] = match cell {
            Cell::Lstm => &[
                ("hidden state h", Range::Signed),
                ("input gate i", Range::Gate),
                ("forget gate f", Range::Gate),
                ("candidate g", Range::Signed),
                ("output gate o", Range::Gate),
            ],
            Cell::VanillaRnn => &[("hidden state h", Range::Signed)],
        };
        LayerMaps { maps: names.iter().map(|&(name, range)| (name, range, Vec::new())).collect() }
    }

    fn push(&mut self, state: &GeneratorState, layer: usize) {
        let hidden = state.hidden(layer);
        let gates = state.gates(layer).chunks_exact(hidden.len());
        for ((_, _, values), now) in self.maps.iter_mut().zip(std::iter::once(hidden).chain(gates)) {
            values.extend_from_slice(now);
        }
    }

    /// Units stand in the order of how long they remember: by the mean of their forget gate, the most open on top.
    fn draw(&self, n_units: usize, title: &str) -> Picture {
        let mut units: Vec<usize> = (0..n_units).collect();
        let forget = self.maps.iter().find(|(name, _, _)| name.starts_with("forget"));
        if let Some((_, _, gates)) = forget {
            let sums = gates.chunks_exact(n_units).fold(vec![0.0; n_units], |mut sums, gates| {
                sums.iter_mut().zip(gates).for_each(|(sum, &gate)| *sum += f64::from(gate));
                sums
            });
            units.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]));
        }
        let units_title = if forget.is_some() { "units by mean f" } else { "units" };
        let maps = self.maps.iter().map(|(name, range, values)| StateMap { name, values, range: *range });
        let maps: Vec<StateMap<'_>> = maps.collect();
        state_maps(&maps, &units, units_title, title)
    }
}

/// A piece as the model reads it.
fn read(path: &Path, model: &Model) -> anyhow::Result<(Score, Vec<Token>, TokenIds)> {
    let score = music::read(path, model.reading.read_rules())?.score;
    let tokens = model.reading.tokens().encode(&score).tokens;
    let ids = model.ids(&tokens);
    if let (n, Some(&first)) = (ids.unknown.len(), ids.unknown.first()) {
        printable::warn(&format!(
            "{}: {n} of {} tokens are not in the vocabulary, {} for one; the nearest stand for them",
            path.display(),
            tokens.len(),
            tokens[first]
        ));
    }
    Ok((score, tokens, ids))
}

/// Reads the first `n_tokens` and tells, for each, the logits before it was read and the state after.
fn step_through(
    model: &Model,
    path: &Path,
    ids: &TokenIds,
    n_tokens: usize,
    mut see: impl FnMut(usize, Option<&[f32]>, &GeneratorState),
) -> anyhow::Result<()> {
    let generator = Generator::new(model.file.weights.clone());
    let (mut state, mut logits, mut before) =
        (generator.zero_state(), vec![0.0; generator.vocab_size()], vec![0.0; generator.vocab_size()]);
    let bar = progress::bar(n_tokens as u64, "tokens");
    for (place, &id) in ids.ids.iter().enumerate().take(n_tokens) {
        std::mem::swap(&mut logits, &mut before);
        let read = generator.step(id, &mut state, &mut logits);
        read.with_context(|| format!("reading {}: token {place}", path.display()))?;
        see(place, (place > 0).then_some(&before), &state);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}
