//! What is done at each step and each epoch of a training.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use galant_checkpoint::Snapshot;
use galant_model::{Progress, Trainable};
use galant_train::TrainEvent;
use galant_types::Seed;

use super::folder::Folder;
use super::report::Report;

/// Reports, writes snapshots, and listens for Ctrl-C.
pub(super) struct Session<'a, W: Write> {
    report: Report<'a, W>,
    folder: &'a Folder,
    /// What goes into a snapshot beside the state.
    identity: String,
    seed: Seed,
    interrupted: Arc<AtomicBool>,
    /// How long steps go on without a snapshot.
    snapshot_every: Duration,
    last_snapshot: Instant,
    /// Why the session broke the training off.
    failure: Option<anyhow::Error>,
}

impl<'a, W: Write> Session<'a, W> {
    pub(super) fn new(
        report: Report<'a, W>,
        folder: &'a Folder,
        identity: String,
        seed: Seed,
        snapshot_every: Duration,
    ) -> Session<'a, W> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // Without the handler Ctrl-C ends the program at once, which loses no more than the epoch begun.
        if ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).is_err() {
            eprintln!("warning: Ctrl-C will end the training without a last snapshot");
        }
        let last_snapshot = Instant::now();
        Session { report, folder, identity, seed, interrupted, snapshot_every, last_snapshot, failure: None }
    }

    pub(super) fn observe<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
    ) -> ControlFlow<()> {
        match self.handle(engine, progress, event) {
            Ok(flow) => flow,
            Err(error) => {
                self.failure = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn handle<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
    ) -> anyhow::Result<ControlFlow<()>> {
        let is_interrupted = self.interrupted.load(Ordering::Relaxed);
        match event {
            TrainEvent::Step { epoch, step, n_steps, tokens_per_second, .. } => {
                self.report.step(epoch, step, n_steps, progress.epoch_loss.nats_per_token(), tokens_per_second);
            }
            TrainEvent::Epoch { record, memorising_since } => {
                self.report.epoch(record, memorising_since)?;
                self.folder.write_curve(&progress.records)?;
            }
        }
        let is_due = self.last_snapshot.elapsed() >= self.snapshot_every;
        if is_interrupted || is_due || matches!(event, TrainEvent::Epoch { .. }) {
            self.folder.write_snapshot(&Snapshot {
                state: engine.training_state()?,
                progress: progress.clone(),
                settings: self.identity.clone(),
                seed: self.seed,
            })?;
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
