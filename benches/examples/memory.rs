//! A test of memory: the printed repeat of the dice game, predicted by an LSTM and by a vanilla RNN.
//!
//! `cargo run --release -p galant-benches --example memory`
//!
//! A token is a whole bar, so that the second playing begins eight tokens after the first.
//! Both networks have one layer of 128 units and the same budget: the same waltzes, as many steps, the same optimiser.
//! Who remembers the first playing of the first part pays nothing for the second.
// B rows, T steps.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ops::Range;

use galant_dice::{BarNote, BarNumber, Repeats, Throws, played_bars, position_nats, tables};
use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, Initialization, ModelSpec, Optimizer, Trainable, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

/// Waltzes in a row: the first is there to be read, all are learned from.
const N_WALTZES: usize = 2;
/// Steps of training.
const N_STEPS: u64 = 2000;
/// B, evenings a step learns from.
const N_ROWS: usize = 32;
/// Evenings measured, none of them learned from.
const N_MEASURED: u64 = 1000;
/// Training evenings are rolled from the one, measured ones from the other.
const SEEDS: [Seed; 2] = [Seed(1), Seed(2)];

fn main() -> Result<(), Box<dyn Error>> {
    let tokens = Tokens::new();
    println!("nats a waltz  {:>14} {:>14} {:>14} {:>14}", "first playing", "second playing", "second part", "waltz");
    let measured: Vec<Evening> = (0..N_MEASURED).map(|index| Evening::roll(SEEDS[1].child(index), &tokens)).collect();
    print_row("exact", exact(&measured));
    for cell in [Cell::Lstm, Cell::VanillaRnn] {
        let spec = ModelSpec {
            cell,
            vocab_size: tokens.of_bar.len(),
            embedding_size: 64,
            hidden_size: 128,
            n_layers: 1,
            dropout: 0.0,
        };
        let config = EngineConfig { optimizer: Optimizer::adam(3e-3), clip_norm: Some(1.0), threads: 2 };
        let mut engine = Engine::new(Weights::initial(spec, Initialization::NormalEmbedding, Seed(3))?, config)?;
        for step in 0..N_STEPS {
            let seeds = (0..N_ROWS as u64).map(|row| SEEDS[0].child(step * N_ROWS as u64 + row));
            let evenings: Vec<Evening> = seeds.map(|seed| Evening::roll(seed, &tokens)).collect();
            engine.train_batch(&batch(&evenings, |evening| 1..evening.tokens.len())?, Seed(step))?;
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

/// Repeated waltzes, one after the other.
struct Evening {
    tokens: Vec<TokenId>,
    /// The tokens of the three parts of the last waltz.
    parts: [Range<usize>; 3],
    last: Throws,
}

impl Evening {
    fn roll(seed: Seed, tokens: &Tokens) -> Evening {
        let waltzes: [Throws; N_WALTZES] = std::array::from_fn(|index| Throws::roll(seed.child(index as u64)));
        let bars = waltzes.iter().flat_map(|throws| played_bars(throws, Repeats::WithRepeats));
        let tokens = bars.map(|bar| tokens.of_bar[tables().notes(bar)]).collect();
        let first = (N_WALTZES - 1) * Repeats::WithRepeats.n_bars();
        let parts = std::array::from_fn(|part| first + 8 * part..first + 8 * (part + 1));
        Evening { tokens, parts, last: waltzes[N_WALTZES - 1] }
    }
}

/// Evenings side by side; the tokens at `counted` are predicted.
fn batch(evenings: &[Evening], counted: impl Fn(&Evening) -> Range<usize>) -> Result<Batch, Box<dyn Error>> {
    let n_steps = evenings[0].tokens.len() - 1;
    let inputs = evenings.iter().flat_map(|evening| &evening.tokens[..n_steps]).copied().collect();
    let targets = evenings.iter().flat_map(|evening| &evening.tokens[1..]).copied().collect();
    let mask =
        evenings.iter().flat_map(|evening| (1..=n_steps).map(|place| counted(evening).contains(&place))).collect();
    Ok(Batch::new(evenings.len(), n_steps, inputs, targets, Positions::Mask(mask))?)
}

/// What the network pays for each part of the last waltz, on average.
fn measure(engine: &Engine, evenings: &[Evening]) -> Result<[f64; 3], Box<dyn Error>> {
    let mut nats = [0.0; 3];
    for (part, nats) in nats.iter_mut().enumerate() {
        *nats = engine.evaluate(&batch(evenings, |evening| evening.parts[part].clone())?)?.nats / evenings.len() as f64;
    }
    Ok(nats)
}

/// What chance costs in these very waltzes; nothing the second time.
fn exact(evenings: &[Evening]) -> [f64; 3] {
    let mut nats = [0.0; 3];
    for evening in evenings {
        let positions = position_nats(&evening.last, <[BarNote]>::to_vec);
        nats[0] += positions[..8].iter().sum::<f64>() / evenings.len() as f64;
        nats[2] += positions[8..].iter().sum::<f64>() / evenings.len() as f64;
    }
    nats
}

fn print_row(name: &str, parts: [f64; 3]) {
    let whole: f64 = parts.iter().sum();
    println!("{name:<13} {:>14.2} {:>14.2} {:>14.2} {whole:>14.2}", parts[0], parts[1], parts[2]);
}
