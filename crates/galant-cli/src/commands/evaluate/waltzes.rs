//! How well a network knows the waltzes of the dice game, of which everything is known exactly.

mod composed;

use std::io::Write;
use std::ops::Range;

use anyhow::{Context, bail};
use galant_dice::{Repeats, Throws, evenings, played_bars, position_nats, tables, token_entropy};
use galant_engine::Generator;
use galant_model::StepModel;
use galant_types::{Seed, TokenId};

use crate::model::Model;

use super::surprise;
use composed::{Audition, known};

/// Waltzes measured: what a network pays above chance differs little from waltz to waltz, its mean over these by about
/// a tenth of a nat.
const N_WALTZES: usize = 200;
/// What they are rolled from; far from the seeds that trainings are given, which are small numbers.
const SEED: Seed = Seed(0x0077_616c_747a);
/// Bars of a part of a waltz.
const N_BARS_OF_PART: usize = 8;

/// Rolls waltzes, has the model predict them, and prints what each part costs beside what chance costs.
pub(super) fn report(model: &Model, generator: &Generator, out: &mut impl Write) -> anyhow::Result<()> {
    let playback = model.repeats();
    let mut parts = vec![Part::default(); playback.n_bars() / N_BARS_OF_PART];
    let mut primers = Vec::with_capacity(N_WALTZES);
    // Of two waltzes the first is there to be read: as in training, the second follows on something.
    for evening in evenings(SEED, N_WALTZES, 2) {
        let song = Song::new(model, &evening, playback)?;
        let nats = nats(generator, &song.tokens)?;
        let chance = position_nats(&evening[1], |bar| model.reading.bar(bar));
        let bars = song.bars[playback.n_bars()..].iter().zip(playback.positions());
        for ((bar, position), index) in bars.zip(0_usize..) {
            let number = index / N_BARS_OF_PART;
            let part = &mut parts[number];
            part.model += nats[bar.clone()].iter().sum::<f64>();
            // The second playing of the first part follows from the first.
            let is_again = number == 1 && position <= N_BARS_OF_PART;
            part.chance += if is_again { 0.0 } else { chance[position - 1] };
        }
        let mut primer = song.tokens;
        primer.truncate(song.bars[playback.n_bars()].start);
        primers.push(primer);
    }
    print(&parts, model, playback, out)?;
    Audition { model, generator, playback, known: known(model, playback)? }.print(&primers, SEED, out)
}

/// Sums over all waltzes, in nats.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    model: f64,
    chance: f64,
}

/// Waltzes in the tokens of a model.
struct Song {
    tokens: Vec<TokenId>,
    /// The tokens of each bar.
    bars: Vec<Range<usize>>,
}

impl Song {
    fn new(model: &Model, evening: &[Throws], playback: Repeats) -> anyhow::Result<Song> {
        let mut song = Song { tokens: Vec::new(), bars: Vec::new() };
        for bar in evening.iter().flat_map(|throws| played_bars(throws, playback)) {
            let tokens = model.reading.bar(tables().notes(bar));
            let ids = model.ids(&tokens);
            if let Some(&unknown) = ids.unknown.first() {
                bail!(
                    "the model lacks the token {} of the dice game; train one with --corpus dice and as many --evenings as usual",
                    tokens[unknown]
                );
            }
            let first = song.tokens.len();
            song.tokens.extend(ids.ids);
            song.bars.push(first..song.tokens.len());
        }
        Ok(song)
    }
}

/// The surprise of each token; 0 of the first, which nothing foretells.
fn nats(generator: &Generator, tokens: &[TokenId]) -> anyhow::Result<Vec<f64>> {
    let (mut state, mut logits) = (generator.zero_state(), vec![0.0; generator.vocab_size()]);
    let mut nats = Vec::with_capacity(tokens.len());
    for (place, &token) in tokens.iter().enumerate() {
        nats.push(if place == 0 { 0.0 } else { surprise(&logits, token.index()) });
        generator.step(token, &mut state, &mut logits).with_context(|| format!("reading a waltz: token {place}"))?;
    }
    Ok(nats)
}

fn print(parts: &[Part], model: &Model, playback: Repeats, out: &mut impl Write) -> anyhow::Result<()> {
    let names: &[&str] = match playback {
        Repeats::Straight => &["first part", "second part"],
        Repeats::WithRepeats => &["first part", "first part again", "second part"],
    };
    let sum = |a: Part, b: &Part| Part { model: a.model + b.model, chance: a.chance + b.chance };
    let whole = parts.iter().fold(Part::default(), sum);
    writeln!(out, "{N_WALTZES} fresh waltzes, each read after another; nats a waltz")?;
    writeln!(out, "{:<18} {:>8} {:>8} {:>8}", "", "model", "chance", "more")?;
    for (name, part) in names.iter().zip(parts).chain([(&"whole waltz", &whole)]) {
        let [of_model, of_chance] = [part.model, part.chance].map(|nats| nats / N_WALTZES as f64);
        write!(out, "{name:<18} {of_model:>8.2} {of_chance:>8.2}")?;
        if of_chance > 0.0 {
            write!(out, " {:>6.1} %", 100.0 * (of_model / of_chance - 1.0))?;
        }
        writeln!(out)?;
    }
    if let Ok(entropy) = token_entropy(|bar| model.reading.bar(bar), playback) {
        let (nats, tokens) = (entropy.nats_per_waltz, entropy.tokens_per_waltz);
        writeln!(out, "over all waltzes, chance costs {nats:.4} nats a waltz of {tokens:.1} tokens")?;
    }
    Ok(())
}
