//! What a network makes of a piece, word by word.

use std::path::Path;

use anyhow::{Context, ensure};
use galant_engine::{Generator, GeneratorState};
use galant_model::{Cell, StepModel};
use galant_plot::{Picture, Range, StateMap, state_maps};
use galant_types::{Chord, Score};

use crate::args::{StatesArgs, SurpriseArgs};
use crate::commands::evaluate::surprise as surprise_of;
use crate::files;
use crate::model::{Model, Tokens};
use crate::music;
use crate::progress;

/// The piano roll of a piece, coloured by surprise.
pub(super) fn surprise(args: &SurpriseArgs) -> anyhow::Result<Picture> {
    let model = Model::read(&args.model)?;
    let (score, chords, tokens) = read(&args.file, &model)?;
    let mut nats = Vec::with_capacity(chords.len());
    let mut unknown = tokens.unknown.iter().copied().peekable();
    step_through(&model, &args.file, &tokens, tokens.tokens.len(), |place, before, _| {
        let is_known = unknown.next_if_eq(&place).is_none();
        nats.push(before.filter(|_| is_known).map(|logits| surprise_of(logits, tokens.tokens[place].index())));
    })?;
    let title = format!("What surprises {} in {}", files::name(&args.model), files::name(&args.file));
    Ok(galant_plot::surprise(&score, &nats_of_notes(&score, &chords, &nats), &title))
}

/// Each note's share of its word's surprise; none for notes that their word leaves out.
fn nats_of_notes(score: &Score, chords: &[Chord], nats: &[Option<f64>]) -> Vec<Option<f64>> {
    // Each onset makes a word, save that the lecture's rules make none of the last.
    let mut words = chords.iter().zip(nats);
    let mut of_notes = Vec::with_capacity(score.notes.len());
    for notes in score.notes.chunk_by(|a, b| a.onset == b.onset) {
        let word = words.next().and_then(|(chord, nats)| Some((chord, (*nats)?)));
        let is_in = |pitch: u8| word.is_some_and(|(chord, _)| chord.pitches().contains(&pitch));
        let n_in = notes.iter().filter(|note| is_in(note.pitch)).count() as f64;
        of_notes.extend(notes.iter().map(|note| word.filter(|_| is_in(note.pitch)).map(|(_, nats)| nats / n_in)));
    }
    of_notes
}

/// The hidden state and the gates of a layer.
pub(super) fn states(args: &StatesArgs) -> anyhow::Result<Picture> {
    let model = Model::read(&args.model)?;
    let spec = *model.file.weights.spec();
    let layer = args.layer.map_or(spec.layers, |layer| layer.get());
    ensure!(layer <= spec.layers, "layer {layer} of a network with {} layers; they are counted from 1", spec.layers);
    let (_, _, tokens) = read(&args.file, &model)?;
    let n_words = tokens.tokens.len().min(usize::from(args.words));
    let mut layer_maps = LayerMaps::of(spec.cell);
    step_through(&model, &args.file, &tokens, n_words, |_, _, state| layer_maps.push(state, layer - 1))?;
    let title = format!("Layer {layer} of {} reading {}", files::name(&args.model), files::name(&args.file));
    Ok(layer_maps.draw(spec.hidden, &title))
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
fn read(path: &Path, model: &Model) -> anyhow::Result<(Score, Vec<Chord>, Tokens)> {
    let score = music::read(path, model.reading.read_rules())?.score;
    let chords = model.reading.chords(&score);
    let tokens = model.tokens(&chords);
    if let (n, Some(&first)) = (tokens.unknown.len(), tokens.unknown.first()) {
        eprintln!(
            "warning: {}: {n} of {} words are not in the vocabulary, {} for one; the nearest stand for them",
            path.display(),
            chords.len(),
            chords[first]
        );
    }
    Ok((score, chords, tokens))
}

/// Reads the first `n_words` and tells, for each, the logits before it was read and the state after.
fn step_through(
    model: &Model,
    path: &Path,
    tokens: &Tokens,
    n_words: usize,
    mut see: impl FnMut(usize, Option<&[f32]>, &GeneratorState),
) -> anyhow::Result<()> {
    let generator = Generator::new(model.file.weights.clone());
    let (mut state, mut logits, mut before) =
        (generator.zero_state(), vec![0.0; generator.vocab_size()], vec![0.0; generator.vocab_size()]);
    let bar = progress::bar(n_words as u64, "words");
    for (place, &token) in tokens.tokens.iter().enumerate().take(n_words) {
        std::mem::swap(&mut logits, &mut before);
        let read = generator.step(token, &mut state, &mut logits);
        read.with_context(|| format!("reading {}: word {place}", path.display()))?;
        see(place, (place > 0).then_some(&before), &state);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}
