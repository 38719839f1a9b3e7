//! A test of memory: the printed repeat of the dice game, predicted by an LSTM and by a vanilla RNN.
//!
//! `cargo run --release -p galant-benches --example memory`
//!
//! A token is a whole bar, so the second playing begins eight tokens after the first.
//! Both networks have one layer of 128 units and the same budget: the same waltzes, number of steps and optimizer.
//! A network that remembers the first playing of the first part predicts the second at no cost.
// B rows, T steps.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ops::Range;

use galant_dice::{BarNote, BarNumber, Repeats, Throws, played_bars, position_nats, tables};
use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, Trainable, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

/// Waltzes per medley: the last one is measured, and all are trained on.
const N_WALTZES: usize = 2;
/// Training steps.
const N_STEPS: u64 = 2000;
/// B, medleys per training step.
const N_ROWS: usize = 32;
/// Medleys measured, none of which is trained on.
const N_MEASURED: u64 = 1000;
/// The seeds of the medleys trained on and of those measured.
const SEEDS: [Seed; 2] = [Seed(1), Seed(2)];

fn main() -> Result<(), Box<dyn Error>> {
    let tokens = Tokens::new();
    println!("nats per waltz {:>14} {:>14} {:>14} {:>14}", "first playing", "second playing", "second part", "waltz");
    let measured: Vec<Medley> = (0..N_MEASURED).map(|index| Medley::roll(SEEDS[1].child(index), &tokens)).collect();
    print_row("exact", exact(&measured));
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let spec = ModelSpec {
            cell,
            inputs: Inputs::tokens(tokens.of_bar.len(), 64),
            hidden_size: 128,
            n_layers: 1,
            dropout: 0.0,
            residual: false,
        };
        let config = EngineConfig { optimizer: Optimizer::adam(3e-3), clip_norm: Some(1.0), threads: 2 };
        let mut engine = Engine::new(Weights::initial(spec, Initialization::NormalEmbedding, Seed(3))?, config)?;
        for step in 0..N_STEPS {
            let seeds = (0..N_ROWS as u64).map(|row| SEEDS[0].child(step * N_ROWS as u64 + row));
            let medleys: Vec<Medley> = seeds.map(|seed| Medley::roll(seed, &tokens)).collect();
            engine.train_batch(&batch(&medleys, |medley| 1..medley.tokens.len())?, Seed(step), 1.0)?;
        }
        print_row(cell.name(), measure(&engine, &measured)?);
    }
    Ok(())
}

/// A number for each different bar of the print.
struct Tokens {
    of_bar: BTreeMap<&'static [BarNote], TokenId>,
}

impl Tokens {
    fn new() -> Tokens {
        let bars = (1..=u8::MAX).map_while(BarNumber::new).map(|bar| tables().notes(bar));
        let different: BTreeSet<&[BarNote]> = bars.collect();
        Tokens { of_bar: different.into_iter().zip((0..).map(TokenId)).collect() }
    }
}

/// Waltzes with repeats, one after the other.
struct Medley {
    tokens: Vec<TokenId>,
    /// The tokens of the three parts of the last waltz.
    parts: [Range<usize>; 3],
    last: Throws,
}

impl Medley {
    fn roll(seed: Seed, tokens: &Tokens) -> Medley {
        let waltzes: [Throws; N_WALTZES] = std::array::from_fn(|index| Throws::roll(seed.child(index as u64)));
        let bars = waltzes.iter().flat_map(|throws| played_bars(throws, Repeats::WithRepeats));
        let tokens = bars.map(|bar| tokens.of_bar[tables().notes(bar)]).collect();
        let first = (N_WALTZES - 1) * Repeats::WithRepeats.n_bars();
        let parts = std::array::from_fn(|part| first + 8 * part..first + 8 * (part + 1));
        Medley { tokens, parts, last: waltzes[N_WALTZES - 1] }
    }
}

/// A batch of medleys; the predictions of the tokens in `counted` count.
fn batch(medleys: &[Medley], counted: impl Fn(&Medley) -> Range<usize>) -> Result<Batch, Box<dyn Error>> {
    let n_steps = medleys[0].tokens.len() - 1;
    let inputs = medleys.iter().flat_map(|medley| &medley.tokens[..n_steps]).copied().collect();
    let targets = medleys.iter().flat_map(|medley| &medley.tokens[1..]).copied().collect();
    let mask = medleys.iter().flat_map(|medley| (1..=n_steps).map(|place| counted(medley).contains(&place))).collect();
    Ok(Batch::new(medleys.len(), n_steps, inputs, targets, Positions::Mask(mask))?)
}

/// The network's mean loss for each part of the last waltz.
fn measure(engine: &Engine, medleys: &[Medley]) -> Result<[f64; 3], Box<dyn Error>> {
    let mut nats = [0.0; 3];
    for (part, nats) in nats.iter_mut().enumerate() {
        *nats = engine.evaluate(&batch(medleys, |medley| medley.parts[part].clone())?)?.nats / medleys.len() as f64;
    }
    Ok(nats)
}

/// The exact values for these waltzes; the second playing costs nothing.
fn exact(medleys: &[Medley]) -> [f64; 3] {
    let mut nats = [0.0; 3];
    for medley in medleys {
        let positions = position_nats(&medley.last, <[BarNote]>::to_vec);
        nats[0] += positions[..8].iter().sum::<f64>() / medleys.len() as f64;
        nats[2] += positions[8..].iter().sum::<f64>() / medleys.len() as f64;
    }
    nats
}

fn print_row(name: &str, parts: [f64; 3]) {
    let whole: f64 = parts.iter().sum();
    println!("{name:<14} {:>14.2} {:>14.2} {:>14.2} {whole:>14.2}", parts[0], parts[1], parts[2]);
}
