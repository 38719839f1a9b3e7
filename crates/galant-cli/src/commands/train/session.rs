//! What is done at each step and each epoch of a training.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use galant_evaluate::EpochTime;
use galant_model::{Progress, Trainable};
use galant_pipeline::Training;
use galant_train::TrainEvent;

use crate::printable;

use super::folder::Folder;
use super::report::Report;

/// Reports, measures time, writes snapshots, and listens for Ctrl-C.
pub(super) struct Session<'a, W: Write> {
    report: Report<'a, W>,
    training: &'a Training,
    folder: &'a Folder,
    interrupted: Arc<AtomicBool>,
    times: Vec<EpochTime>,
    clock: Clock,
    /// The longest time without a snapshot.
    snapshot_every: Duration,
    last_snapshot: Instant,
    /// Why the session broke the training off.
    failure: Option<anyhow::Error>,
}

/// How long the steps of an epoch have taken; what is done between them does not count.
struct Clock {
    step_began: Instant,
    seconds: f64,
    n_tokens: u64,
}

impl Clock {
    fn start() -> Clock {
        Clock { step_began: Instant::now(), seconds: 0.0, n_tokens: 0 }
    }

    fn step(&mut self, n_tokens: u64) -> f64 {
        self.seconds += self.step_began.elapsed().as_secs_f64();
        self.n_tokens += n_tokens;
        self.n_tokens as f64 / self.seconds
    }
}

impl<'a, W: Write> Session<'a, W> {
    pub(super) fn new(
        report: Report<'a, W>,
        training: &'a Training,
        folder: &'a Folder,
        times: Vec<EpochTime>,
        snapshot_every: Duration,
    ) -> Session<'a, W> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // Without the handler Ctrl-C ends the program at once, which loses no more than the epoch begun.
        if ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).is_err() {
            printable::warn("Ctrl-C will end the training without a last snapshot");
        }
        let (clock, last_snapshot) = (Clock::start(), Instant::now());
        Session { report, training, folder, interrupted, times, clock, snapshot_every, last_snapshot, failure: None }
    }

    pub(super) fn observe<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
    ) -> ControlFlow<()> {
        let flow = self.handle(engine, progress, event).unwrap_or_else(|error| {
            self.failure = Some(error);
            ControlFlow::Break(())
        });
        self.clock.step_began = Instant::now();
        flow
    }

    fn handle<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
    ) -> anyhow::Result<ControlFlow<()>> {
        let is_interrupted = self.interrupted.load(Ordering::Relaxed);
        match event {
            TrainEvent::Step { epoch, step, n_steps, n_tokens, .. } => {
                let tokens_per_second = self.clock.step(n_tokens);
                self.report.step(epoch, step, n_steps, progress.epoch_loss.nats_per_token(), tokens_per_second);
            }
            TrainEvent::Epoch { record, overfitting_since } => {
                let before = self.times.last().map_or(0.0, |time| time.seconds);
                let tokens_per_second = self.clock.n_tokens as f64 / self.clock.seconds;
                let seconds = before + self.clock.seconds;
                let time = EpochTime { epoch: record.epoch, seconds, tokens_per_second };
                self.times.push(time);
                self.clock = Clock::start();
                self.report.epoch(record, time, overfitting_since)?;
                self.folder.write_curve(&progress.records, &self.times)?;
            }
        }
        let is_due = self.last_snapshot.elapsed() >= self.snapshot_every;
        if is_interrupted || is_due || matches!(event, TrainEvent::Epoch { .. }) {
            self.folder.write_snapshot(&self.training.snapshot(engine, progress)?)?;
            self.last_snapshot = Instant::now();
        }
        Ok(if is_interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Clears the progress bar; fails if the session broke the training off.
    pub(super) fn end(self) -> anyhow::Result<()> {
        self.report.end();
        self.failure.map_or(Ok(()), Err)
    }
}
