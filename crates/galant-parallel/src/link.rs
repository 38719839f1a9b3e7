//! The processes that MPI started: the only file that knows MPI.
//!
//! Errors of MPI end all processes, which is its default.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use mpi::Threading;
use mpi::datatype::PartitionMut;
use mpi::environment::{Universe, initialize_with_threading, is_finalized, is_initialized, processor_name};
use mpi::request::{LocalScope, Request, scope};
use mpi::topology::{Process, SimpleCommunicator};
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Equivalence, Source};

use crate::traffic::{Counter, Traffic};

/// What a message of a relay is.
const SUMS: i32 = 1;
const RESULT: i32 = 2;

/// How often MPI is asked whether a message has left, before the next round is computed: about a tenth of a millisecond.
const POLLS: usize = 300;

/// The other processes.
pub(crate) struct Link {
    rank: usize,
    count: usize,
    counter: Counter,
    /// Where the rounds of a relay arrive: sums, and results.
    arrivals: Mutex<[Vec<f32>; 2]>,
    /// Ends MPI when it is dropped.
    _universe: Universe,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rank {} of {}", self.rank, self.count)
    }
}

impl Link {
    /// Starts MPI; none if it was started before.
    pub(crate) fn start() -> Option<Link> {
        // Only the thread that trains calls MPI.
        let (universe, _) = initialize_with_threading(Threading::Funneled)?;
        let world = universe.world();
        let (rank, count) = (world.rank() as usize, world.size() as usize);
        Some(Link { rank, count, counter: Counter::default(), arrivals: Mutex::default(), _universe: universe })
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.counter.so_far()
    }

    /// What all processes have, in their order.
    pub(crate) fn gather<T: Equivalence + Clone + Default>(&self, own: &[T]) -> Vec<Vec<T>> {
        let world = SimpleCommunicator::world();
        let own_count = i32::try_from(own.len()).expect("no process gathers so much");
        let mut counts = vec![0; self.count];
        world.all_gather_into(&own_count, &mut counts[..]);
        let starts: Vec<i32> = counts.iter().scan(0, |end, count| Some(std::mem::replace(end, *end + count))).collect();
        self.counter.add(size_of::<i32>());
        let mut all = vec![T::default(); counts.iter().sum::<i32>() as usize];
        if !all.is_empty() {
            // The address of a slice that is empty may be the one by which MPI means something else.
            let mut sent = Vec::with_capacity(own.len().max(1));
            sent.extend_from_slice(own);
            world.all_gather_varcount_into(&sent[..], &mut PartitionMut::new(&mut all[..], &counts[..], &starts[..]));
            self.counter.add(size_of_val(own));
        }
        let mut all = all.into_iter();
        counts.iter().map(|&count| all.by_ref().take(count as usize).collect()).collect()
    }

    /// Passes the running sums of `rounds` along the processes, and what the last one makes of them on to the first and again
    /// along the processes.
    pub(crate) fn relay(&self, rounds: &mut [&mut [f32]], add: &mut dyn FnMut(usize, &mut [f32])) {
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let lens: Vec<usize> = rounds.iter().map(|round| round.len()).collect();
        arrivals.iter_mut().for_each(|numbers| numbers.resize(lens.iter().sum(), 0.0));
        let [sums, results] = &mut *arrivals;
        let (world, last) = (SimpleCommunicator::world(), self.count - 1);
        let process = |rank: usize| world.process_at_rank(rank as i32);
        let (before, after) = (process((self.rank + last) % self.count), process((self.rank + 1) % self.count));
        let (sums, results) = (parts(sums, &lens), parts(results, &lens));
        let sent = &mut *rounds;
        scope(|scope| {
            // All rounds are asked for at once: each arrives when it is sent, whatever this process does meanwhile.
            let receive = |parts, tag| {
                let parts = Vec::into_iter(parts);
                parts.map(|part| before.immediate_receive_into_with_tag(scope, part, tag)).collect()
            };
            let mut passing = Passing {
                sums: if self.rank > 0 { receive(sums, SUMS) } else { VecDeque::new() },
                results: if self.rank < last { receive(results, RESULT) } else { VecDeque::new() },
                sent: VecDeque::new(),
                // The results come to the process before the last one last.
                to_pass_on: if self.rank + 1 < last { Some(after) } else { None },
                counter: &self.counter,
                scope,
            };
            let tag = if self.rank < last { SUMS } else { RESULT };
            for (number, round) in sent.iter_mut().enumerate() {
                if let Some(sums) = passing.sums.pop_front() {
                    round.copy_from_slice(sums.wait_for_data());
                }
                add(number, round);
                passing.send(after, round, tag);
                passing.pass_on_what_arrived();
                passing.push_what_was_sent();
            }
            passing.finish();
        });
        if self.rank < last {
            let mut results = arrivals[1].as_slice();
            for round in rounds {
                round.copy_from_slice(results.split_off(..round.len()).expect("there is room for all rounds"));
            }
        }
    }
}

/// The parts of `numbers` that have these lengths.
fn parts<'a>(numbers: &'a mut [f32], lens: &[usize]) -> Vec<&'a mut [f32]> {
    let mut rest = numbers;
    lens.iter().map(|len| rest.split_off_mut(..*len).expect("there is room for all parts")).collect()
}

type Message<'a, 's> = Request<'a, [f32], &'s LocalScope<'a>>;

/// A relay under way.
struct Passing<'a, 's, 'w> {
    /// The rounds that are still to come: sums, and results.
    sums: VecDeque<Message<'a, 's>>,
    results: VecDeque<Message<'a, 's>>,
    sent: VecDeque<Message<'a, 's>>,
    /// Who is sent the results that arrive, if anyone.
    to_pass_on: Option<Process<'w>>,
    counter: &'w Counter,
    scope: &'s LocalScope<'a>,
}

impl<'a> Passing<'a, '_, '_> {
    fn send(&mut self, to: Process<'_>, numbers: &'a [f32], tag: i32) {
        self.sent.push_back(to.immediate_send_with_tag(self.scope, numbers, tag));
        self.counter.add(size_of_val(numbers));
    }

    fn pass_on(&mut self, result: &'a [f32]) {
        if let Some(to) = self.to_pass_on {
            self.send(to, result, RESULT);
        }
    }

    /// Passes on the results that have arrived, without waiting for others.
    fn pass_on_what_arrived(&mut self) {
        while let Some(first) = self.results.pop_front() {
            match first.test_with_data() {
                Ok((_, result)) => self.pass_on(result),
                Err(first) => return self.results.push_front(first),
            }
        }
    }

    /// Gives what was sent a moment to leave: most of MPI moves messages only while it is called, and the process after this
    /// one often waits for them.
    fn push_what_was_sent(&mut self) {
        for _ in 0..POLLS {
            let Some(first) = self.sent.pop_front() else { return };
            if let Err(first) = first.test() {
                self.sent.push_front(first);
            }
        }
    }

    /// Waits for what is still to be received and sent.
    fn finish(mut self) {
        while let Some(first) = self.results.pop_front() {
            let result = first.wait_for_data();
            self.pass_on(result);
        }
        self.sent.into_iter().for_each(Request::wait_without_status);
    }
}

/// The name of the machine.
pub(crate) fn machine() -> String {
    processor_name().unwrap_or_default()
}

/// Ends all processes at once, if MPI runs.
pub(crate) fn abort(code: i32) {
    if is_initialized() && !is_finalized() && SimpleCommunicator::world().size() > 1 {
        SimpleCommunicator::world().abort(code);
    }
}
