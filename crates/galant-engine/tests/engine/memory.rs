use galant_engine::{Engine, EngineConfig};
use galant_model::{Cell, Initialization, Inputs, ModelSpec, Optimizer, Trainable, Weights};
use galant_types::{Batch, Positions, Seed, TokenId};

/// How many tokens must be remembered.
const N_REMEMBERED: usize = 3;
/// How many tokens are between them and the place where they are asked for.
const GAP: usize = 60;
/// How many symbols there are: tokens 0 to 7 fill the gap, and 8 to 15 are the same symbols to be remembered.
const N_SYMBOLS: u32 = 8;
/// Asks for the next remembered symbol.
const RECALL: TokenId = TokenId(2 * N_SYMBOLS);

/// Windows of the symbols to remember, `gap` random symbols, and requests for the remembered ones in order.
fn copy_after(gap: usize, n_windows: usize, seed: Seed) -> Batch {
    let n_steps = gap + 2 * N_REMEMBERED;
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for window in 0..n_windows as u64 {
        let symbol = |place: usize| (seed.child(window).child(place as u64).0 % u64::from(N_SYMBOLS)) as u32;
        inputs.extend((0..N_REMEMBERED).map(|place| TokenId(N_SYMBOLS + symbol(place))));
        inputs.extend((0..gap).map(|place| TokenId(symbol(N_REMEMBERED + place))));
        inputs.extend([RECALL; N_REMEMBERED]);
        targets.extend(std::iter::repeat_n(RECALL, n_steps - N_REMEMBERED));
        targets.extend((0..N_REMEMBERED).map(|place| TokenId(symbol(place))));
    }
    let mask = (0..n_windows * n_steps).map(|at| at % n_steps >= n_steps - N_REMEMBERED).collect();
    Batch::new(n_windows, n_steps, inputs, targets, Positions::Mask(mask)).unwrap()
}

/// Trains a network on gaps that grow as soon as one is mastered, until it masters the full gap or after 1,500 steps, and
/// returns its loss with the full gap on other windows.
fn loss_after_training(cell: Cell, seed: Seed) -> f64 {
    let spec =
        ModelSpec { cell, inputs: Inputs::tokens(17, 16), hidden_size: 48, n_layers: 1, dropout: 0.0, residual: false };
    let config = EngineConfig { optimizer: Optimizer::adam(1e-2), clip_norm: Some(1.0), threads: 2 };
    let mut engine = Engine::new(Weights::initial(spec, Initialization::Keras, seed).unwrap(), config).unwrap();
    let (mut gap, mut recent_loss) = (2, 1.0);
    for step in 0..1500 {
        let batch = copy_after(gap, 32, seed.child(step));
        let loss = engine.train_batch(&batch, Seed(step), 1.0).unwrap().nats_per_token();
        recent_loss = 0.9 * recent_loss + 0.1 * loss;
        if recent_loss < 0.2 && gap < GAP {
            gap = (gap * 5 / 4 + 1).min(GAP);
            recent_loss = 1.0;
        }
        if recent_loss < 0.02 {
            break;
        }
    }
    engine.evaluate(&copy_after(GAP, 256, Seed(99))).unwrap().nats_per_token()
}

/// A guess costs ln 8 = 2.08 nats per token. Both are trained in the same way.
#[test]
fn an_lstm_remembers_over_a_gap_that_a_vanilla_rnn_does_not_bridge() {
    for seed in [Seed(1), Seed(2)] {
        let lstm = loss_after_training(Cell::Lstm, seed);
        assert!(lstm < 0.1, "{seed:?}: the LSTM's loss is {lstm}");
        let rnn = loss_after_training(Cell::VanillaRnn, seed);
        assert!(rnn > 1.5, "{seed:?}: the vanilla RNN's loss is {rnn}");
    }
}
