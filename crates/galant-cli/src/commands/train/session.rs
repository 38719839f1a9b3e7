//! What is done at each step and each epoch of a training.

use std::io::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use galant_evaluate::EpochTime;
use galant_model::{Processes, Progress, Trainable};
use galant_parallel::{Team, Traffic};
use galant_pipeline::Training;
use galant_train::TrainEvent;

use crate::interrupt;

use super::folder::Folder;
use super::report::Report;

/// Reports, measures time, writes snapshots and models, and ends at Ctrl-C.
pub(super) struct Session<'a, W: Write> {
    report: Report<'a, W>,
    training: &'a Training,
    team: &'a Team,
    /// None on all processes but the first.
    saving: Option<Saving<'a>>,
    times: Vec<EpochTime>,
    clock: Clock,
    last_saved: Instant,
    /// How many steps were done then.
    saved_steps: Option<u64>,
    /// How long that took.
    saved_in: Duration,
    /// Whether the weights to keep are others than those of the model file.
    has_better: bool,
    /// What this process has sent in steps, and in all until now.
    sent: Traffic,
    sent_before: Traffic,
    /// Why the session broke the training off.
    failure: Option<anyhow::Error>,
}

/// Where snapshots and models are written, when, and what they say in addition.
pub(super) struct Saving<'a> {
    pub(super) folder: &'a Folder,
    /// Where the music is.
    pub(super) sources: Vec<String>,
    /// The engine, for the model file.
    pub(super) engine: Option<String>,
    /// The longest time without a snapshot.
    pub(super) snapshot_every: Duration,
}

/// What is done after a step or an epoch; the later, the more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Continue,
    /// After a snapshot.
    Stop,
    /// A process has failed.
    GiveUp,
}

/// After an epoch, files are written again once this many times as long has passed as writing them took: where epochs are
/// short, writing would take most of the time.
const SAVING_PAUSE: u32 = 20;

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
        team: &'a Team,
        saving: Option<Saving<'a>>,
        times: Vec<EpochTime>,
    ) -> Session<'a, W> {
        Session {
            report,
            training,
            team,
            saving,
            times,
            clock: Clock::start(),
            last_saved: Instant::now(),
            saved_steps: None,
            saved_in: Duration::ZERO,
            has_better: false,
            sent: Traffic::default(),
            sent_before: team.traffic(),
            failure: None,
        }
    }

    pub(super) fn observe<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
    ) -> ControlFlow<()> {
        if matches!(event, TrainEvent::Step { .. }) {
            self.sent = self.sent + (self.team.traffic() - self.sent_before);
        }
        let flow = match self.decision() {
            Decision::GiveUp => ControlFlow::Break(()),
            decision => {
                let done = self.handle(engine, progress, event, decision);
                let is_failure = done.is_err();
                self.failure = done.err();
                // Other processes hear of a failure before the next step is counted.
                let is_over = decision == Decision::Stop || (is_failure && self.team.count() == 1);
                if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
        };
        self.sent_before = self.team.traffic();
        self.clock.step_began = Instant::now();
        flow
    }

    /// What all processes do now, as the most urgent wish of one of them.
    fn decision(&self) -> Decision {
        let own = if self.failure.is_some() {
            Decision::GiveUp
        } else if interrupt::is_pressed() {
            Decision::Stop
        } else {
            Decision::Continue
        };
        let all = self.team.highest(own as u8);
        [Decision::Continue, Decision::Stop, Decision::GiveUp].into_iter().find(|one| *one as u8 == all).unwrap_or(own)
    }

    fn handle<T: Trainable>(
        &mut self,
        engine: &T,
        progress: &Progress,
        event: TrainEvent<'_>,
        decision: Decision,
    ) -> anyhow::Result<()> {
        match event {
            TrainEvent::Step { n_tokens, .. } => {
                let tokens_per_second = self.clock.step(n_tokens);
                self.report.step(progress, tokens_per_second);
            }
            TrainEvent::Epoch { record, overfitting_since } => {
                let before = self.times.last().map_or(0.0, |time| time.seconds);
                let tokens_per_second = self.clock.n_tokens as f64 / self.clock.seconds;
                let seconds = before + self.clock.seconds;
                let time = EpochTime { epoch: record.epoch, seconds, tokens_per_second };
                self.times.push(time);
                self.clock = Clock::start();
                self.report.epoch(record, progress.n_steps, time, overfitting_since)?;
                if let Some(saving) = &self.saving {
                    saving.folder.write_curve(&progress.records, &self.times)?;
                }
                self.has_better |= self.training.kept_epoch(progress) == record.epoch;
            }
        }
        let Some(saving) = &self.saving else { return Ok(()) };
        let pause = match event {
            TrainEvent::Step { .. } => saving.snapshot_every,
            TrainEvent::Epoch { .. } => saving.snapshot_every.min(SAVING_PAUSE * self.saved_in),
        };
        if decision == Decision::Stop || self.last_saved.elapsed() >= pause {
            self.save(engine, progress)?;
        }
        Ok(())
    }

    /// Writes the snapshot, and the model if it has become better.
    fn save<T: Trainable>(&mut self, engine: &T, progress: &Progress) -> anyhow::Result<()> {
        let Some(saving) = &self.saving else { return Ok(()) };
        let began = Instant::now();
        let mut snapshot = self.training.snapshot(engine, progress)?;
        snapshot.description.sources.clone_from(&saving.sources);
        saving.folder.write_snapshot(&snapshot)?;
        if std::mem::take(&mut self.has_better) {
            let so_far = self.training.so_far(engine, progress)?;
            saving.folder.write_model(&self.training.model_file(&so_far, saving.engine.clone()))?;
        }
        (self.last_saved, self.saved_in) = (Instant::now(), began.elapsed());
        self.saved_steps = Some(progress.n_steps);
        Ok(())
    }

    /// What this process has sent to others in all steps.
    pub(super) fn sent(&self) -> Traffic {
        self.sent
    }

    /// Clears the progress bar, and writes what is done at the end; fails if the session broke the training off.
    pub(super) fn end<T: Trainable>(mut self, engine: &T, progress: Option<&Progress>) -> anyhow::Result<()> {
        self.report.clear();
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        match progress.filter(|progress| self.saved_steps != Some(progress.n_steps)) {
            Some(progress) => self.save(engine, progress),
            None => Ok(()),
        }
    }
}
