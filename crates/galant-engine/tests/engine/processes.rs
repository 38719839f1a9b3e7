//! Several processes against one; the processes are threads here.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use galant_model::{ModelSpec, Optimizer, Processes, Trainable};
use galant_types::{Positions, Seed};

use crate::{LSTM, NETWORKS, SKIP, STREAMS, batch, engine, weights, with_streams};

/// A process of several that are threads.
#[derive(Debug)]
struct Thread {
    rank: usize,
    count: usize,
    /// Where the sums of the thread before arrive, and where those for the one after go.
    before: Mutex<Receiver<Vec<f32>>>,
    after: Sender<Vec<f32>>,
    all: Arc<All>,
    /// How many numbers were in each relay.
    relayed: Mutex<Vec<usize>>,
}

/// What the threads share.
#[derive(Debug)]
struct All {
    barrier: Barrier,
    numbers: Mutex<Vec<Vec<f64>>>,
}

impl Processes for Thread {
    fn count(&self) -> usize {
        self.count
    }

    fn rank(&self) -> usize {
        self.rank
    }

    fn relay(&self, rounds: &mut [&mut [f32]], add: &mut dyn FnMut(usize, &mut [f32])) {
        self.relayed.lock().unwrap().push(rounds.iter().map(|round| round.len()).sum());
        let before = self.before.lock().unwrap();
        for (number, round) in rounds.iter_mut().enumerate() {
            if self.rank > 0 {
                round.copy_from_slice(&before.recv().unwrap());
            }
            add(number, round);
            if self.rank + 1 < self.count {
                self.after.send(round.to_vec()).unwrap();
            }
        }
        let own: Vec<f64> = rounds.iter().flat_map(|round| round.iter()).map(|&sum| f64::from(sum)).collect();
        let n = own.len();
        let results = self.gather(&own).split_off(n * (self.count - 1));
        let sums = rounds.iter_mut().flat_map(|round| round.iter_mut());
        sums.zip(results).for_each(|(sum, result)| *sum = result as f32);
    }

    fn gather(&self, own: &[f64]) -> Vec<f64> {
        self.all.numbers.lock().unwrap()[self.rank] = own.to_vec();
        self.all.barrier.wait();
        let all = self.all.numbers.lock().unwrap().concat();
        self.all.barrier.wait();
        all
    }
}

/// What `work` gives on each of `count` processes.
fn each<T: Send>(count: usize, work: impl Fn(Arc<Thread>) -> T + Sync) -> Vec<T> {
    let all = Arc::new(All { barrier: Barrier::new(count), numbers: Mutex::new(vec![Vec::new(); count]) });
    let (mut senders, mut receivers): (Vec<_>, Vec<_>) = (0..count).map(|_| channel()).unzip();
    // Each thread sends to the next one.
    senders.rotate_left(1);
    thread::scope(|scope| {
        let processes = senders.drain(..).zip(receivers.drain(..)).enumerate().map(|(rank, (after, before))| {
            let (all, before) = (Arc::clone(&all), Mutex::new(before));
            Arc::new(Thread { rank, count, before, after, all, relayed: Mutex::default() })
        });
        let running: Vec<_> = processes.map(|process| scope.spawn(|| work(process))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The bits of all losses and weights of a training.
fn bits(
    network: ModelSpec,
    positions: Positions,
    threads: usize,
    processes: Option<Arc<Thread>>,
) -> (Vec<u64>, Vec<u32>) {
    let mut engine = engine(weights(network), Optimizer::adam(1e-3), threads);
    if let Some(processes) = processes {
        engine = engine.among(processes);
    }
    // Eight lanes whose products are two sums each, three lanes, and fewer lanes than processes.
    let sizes = [(32, 70), (11, 9), (3, 9)];
    let batches = sizes.map(|(windows, steps)| with_streams(&network, &batch(windows, steps, positions.clone())));
    let mut losses = Vec::new();
    for (step, batch) in (0..).zip(&batches) {
        losses.push(engine.train_batch(batch, Seed(step), 1.0).unwrap().nats.to_bits());
        losses.push(engine.evaluate(batch).unwrap().nats.to_bits());
    }
    (losses, engine.weights().unwrap().values().iter().map(|value| value.to_bits()).collect())
}

#[test]
fn processes_do_not_change_a_bit() {
    for network in NETWORKS {
        let one = bits(network, Positions::EveryToken, 2, None);
        for (count, threads) in [(1, 1), (2, 1), (2, 3), (3, 1), (4, 2), (7, 1)] {
            // Processes may have different numbers of threads.
            let all =
                each(count, |process| bits(network, Positions::EveryToken, threads + process.rank % 2, Some(process)));
            assert!(all.iter().all(|process| *process == one), "{count} processes, {threads} threads, {network:?}");
        }
    }
}

/// So wide that each matrix and the sums by value are passed on in several rounds.
const WIDE: ModelSpec = ModelSpec { hidden_size: 81, n_layers: 2, ..STREAMS };

#[test]
fn processes_do_not_change_a_bit_of_a_wide_network() {
    let one = bits(WIDE, Positions::EveryToken, 1, None);
    for (count, threads) in [(2, 2), (3, 1)] {
        let all = each(count, |process| bits(WIDE, Positions::EveryToken, threads, Some(process)));
        assert!(all.iter().all(|process| *process == one), "{count} processes");
    }
}

#[test]
fn processes_do_not_change_a_bit_of_training_on_the_last_token() {
    let one = bits(LSTM, Positions::LastToken, 1, None);
    let all = each(3, |process| bits(LSTM, Positions::LastToken, 1, Some(process)));
    assert!(all.iter().all(|process| *process == one));
}

#[test]
fn a_step_passes_on_the_gradient_with_the_first_layers_input_by_value() {
    for network in [LSTM, STREAMS, SKIP, WIDE] {
        let batch = with_streams(&network, &batch(16, 70, Positions::EveryToken));
        let relayed = each(2, |process| {
            let mut engine = engine(weights(network), Optimizer::adam(1e-3), 1).among(Arc::clone(&process) as _);
            engine.train_batch(&batch, Seed(1), 1.0).unwrap();
            process.relayed.lock().unwrap().clone()
        });
        let n_values: usize = batch
            .all_inputs()
            .iter()
            .map(|values| {
                let mut different = values.clone();
                different.sort();
                different.dedup();
                different.len()
            })
            .sum();
        let gates = network.n_gate_rows();
        let input: usize = network.inputs.iter().map(|input| input.embedding_size).sum();
        let embeddings = network.inputs.iter().filter(|input| !input.skip);
        let embeddings: usize = embeddings.map(|input| input.vocab_size * input.embedding_size).sum();
        let expected = network.n_parameters() - embeddings - gates * (input + 1) + n_values * gates;
        assert_eq!(relayed, [[expected], [expected]]);
    }
}

#[test]
fn an_engine_resumes_on_another_number_of_processes() {
    let batch = batch(20, 10, Positions::EveryToken);
    let mut whole = engine(weights(LSTM), Optimizer::adam(1e-3), 2);
    (0..4).for_each(|step| _ = whole.train_batch(&batch, Seed(step), 1.0).unwrap());
    let begun = each(3, |process| {
        let mut engine = engine(weights(LSTM), Optimizer::adam(1e-3), 1).among(process);
        (0..2).for_each(|step| _ = engine.train_batch(&batch, Seed(step), 1.0).unwrap());
        engine.training_state().unwrap()
    });
    let resumed = each(2, |process| {
        let mut engine = engine(weights(LSTM), Optimizer::adam(1e-3), 1).among(process);
        engine.restore(&begun[2]).unwrap();
        (2..4).for_each(|step| _ = engine.train_batch(&batch, Seed(step), 1.0).unwrap());
        engine.training_state().unwrap()
    });
    assert_eq!(resumed, [whole.training_state().unwrap(), whole.training_state().unwrap()]);
}
