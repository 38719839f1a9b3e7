//! What a network makes of a piece, token by token.

use std::path::Path;

use anyhow::{Context, ensure};
use galant_corpus::{ReadOptions, Strictness};
use galant_engine::GeneratorState;
use galant_evaluate::{note_surprise, read_tokens};
use galant_model::{Cell, surprise as surprise_of};
use galant_pipeline::LoadedModel;
use galant_plot::{Picture, Range, StateMap, state_maps};
use galant_tokens::{Token, TokenIds};
use galant_types::Score;

use crate::args::{StatesArgs, SurpriseArgs};
use crate::{files, model, music, printable, progress};

/// The piano roll of a piece, colored by surprise.
pub(super) fn surprise(args: &SurpriseArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let Reading { score, tokens, encoded } = Reading::of(&args.file, &model, strictness)?;
    let mut nats = Vec::with_capacity(tokens.len());
    let mut unknown = encoded.unknown.iter().copied().peekable();
    let bar = progress::bar(tokens.len() as u64, "tokens");
    let read = read_tokens(model.generator(), &encoded.ids, |place, logits, _| {
        let is_known = unknown.next_if_eq(&place).is_none();
        nats.push(logits.filter(|_| is_known).map(|logits| surprise_of(logits, encoded.ids[place].index())));
        bar.inc(1);
    });
    read.with_context(|| format!("reading {}", args.file.display()))?;
    bar.finish_and_clear();
    let title = format!("Surprise of {} in {}", files::name(&args.model), files::name(&args.file));
    let surprising = note_surprise(&score, model.file().tokenizer, &tokens, &nats)?;
    Ok(galant_plot::surprise(&surprising.score, &surprising.nats, &title))
}

/// The hidden state and the gates of a layer.
pub(super) fn states(args: &StatesArgs, strictness: Strictness) -> anyhow::Result<Picture> {
    let model = model::read(&args.model)?;
    let spec = *model.file().weights.spec();
    let layer = args.layer.map_or(spec.n_layers, |layer| layer.get());
    ensure!(
        layer <= spec.n_layers,
        "layer {layer} of a network with {} layers; layers are counted from 1",
        spec.n_layers
    );
    let ids = Reading::of(&args.file, &model, strictness)?.encoded.ids;
    let ids = &ids[..ids.len().min(usize::from(args.tokens))];
    let mut layer_maps = LayerMaps::of(spec.cell);
    let read = read_tokens(model.generator(), ids, |_, _, state| layer_maps.push(state, layer - 1));
    read.with_context(|| format!("reading {}", args.file.display()))?;
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

    /// Units are in the order of how long they remember: by the mean of their forget gate, the most open on top.
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

/// A piece as a model reads it.
struct Reading {
    score: Score,
    tokens: Vec<Token>,
    encoded: TokenIds,
}

impl Reading {
    fn of(path: &Path, model: &LoadedModel, strictness: Strictness) -> anyhow::Result<Reading> {
        let file = model.file();
        let score = music::read(path, ReadOptions { rules: file.read_rules, strictness })?.score;
        let tokens = file.tokenizer.encode(&score).tokens;
        let encoded = file.vocabulary.ids(&tokens);
        if let (n, Some(&first)) = (encoded.unknown.len(), encoded.unknown.first()) {
            printable::warn(&format!(
                "{}: {n} of {} tokens are not in the vocabulary, such as {}; each is replaced by the nearest",
                path.display(),
                tokens.len(),
                tokens[first]
            ));
        }
        Ok(Reading { score, tokens, encoded })
    }
}
