//! `galant train`: from music to a model file.

mod events;
mod folder;
mod processes;
mod report;
mod session;
mod speed;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use galant_checkpoint::Snapshot;
use galant_corpus::dice::DiceGame;
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::EpochTime;
use galant_evaluate::dice::WaltzEntropy;
use galant_model::{Progress, Trainable};
use galant_parallel::Team;
use galant_pipeline::{Baseline, Seeds, Settings, Speed, Training};
use galant_train::{Outcome, StopReason};

use crate::args::TrainArgs;
use crate::corpus::{self, CorpusOptions, DICE, Music, is_dice};
use crate::engine::EngineChoice;
use crate::files::quoted;
use crate::inputs::Inputs;
use crate::interrupt::{self, Awaited};
use crate::threads::cores;
use crate::{config, exit, progress};

use events::Event;
use folder::Folder;
use report::{Report, Style};
use session::{Saving, Session};

/// Trains on all processes that were started together, of which the first one prints and writes.
pub(crate) fn run(args: &TrainArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let team = Arc::new(processes::join()?);
    if team.is_first() {
        return train(args, strictness, team, out);
    }
    // Whatever ends the training ends it on all processes, and the first one tells.
    let _ = train(args, strictness, team, &mut std::io::sink());
    Ok(ExitCode::SUCCESS)
}

fn train(args: &TrainArgs, strictness: Strictness, team: Arc<Team>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let ready = processes::all(&team, prepare(args, strictness, &team, out))?;
    let Some(Ready { engine, snapshot, music, code, training, folder }) = ready else { return Ok(ExitCode::SUCCESS) };
    processes::agree(&team, args, &training, snapshot.as_ref(), &engine)?;
    let job = Job { args, began, team: &team, music, code, snapshot, engine: &engine, folder: folder.as_ref() };
    match engine {
        EngineChoice::Embedded { threads } => {
            job.run(training.engine(threads)?.among(Arc::clone(&team) as _), training, out)
        }
        #[cfg(feature = "libtorch")]
        EngineChoice::Torch(placement) => {
            let (optimizer, clip_norm) =
                (training.settings().training.optimizer, training.settings().training.clip_norm);
            let config = galant_engine_torch::TorchConfig { optimizer, clip_norm, placement };
            job.run(galant_engine_torch::TorchEngine::new(&training.initial_weights(), config)?, training, out)
        }
    }
}

/// What a training begins with.
struct Ready {
    engine: EngineChoice,
    snapshot: Option<Snapshot>,
    music: Music,
    code: ExitCode,
    training: Training,
    /// None on all processes but the first.
    folder: Option<Folder>,
}

/// Reads the settings and the music; none if that is all that was asked for.
fn prepare(
    args: &TrainArgs,
    strictness: Strictness,
    team: &Team,
    out: &mut impl Write,
) -> anyhow::Result<Option<Ready>> {
    let threads = args.threads.map_or(processes::threads(team, cores()), usize::from);
    let engine = EngineChoice::of(&args.engine, threads)?;
    processes::ensure_possible(team, &engine)?;
    let snapshot = if args.resume { Some(Folder::read_snapshot(&args.out)?) } else { None };
    if snapshot.is_none() && !args.force && !args.print_config && team.is_first() {
        Folder::ensure_free(&args.out)?;
    }
    args.ensure_song()?;
    let settings = match &snapshot {
        Some(snapshot) => args.resumed(&Settings::of_snapshot(snapshot)).with_context(|| resuming(args))?,
        None => args.settings()?,
    };
    if args.print_config {
        out.write_all(config::text(args, &settings).as_bytes())?;
        return Ok(None);
    }
    // Before a large corpus is read.
    settings.validate()?;
    interrupt::set_last_words(match &snapshot {
        Some(_) => {
            format!("stopped before the next step; {} is as it was", Folder::snapshot_in(&args.out).display())
        }
        None => "stopped before the first step; there is nothing to resume".to_owned(),
    });
    let music = music(args, snapshot.as_ref())?;
    let options = CorpusOptions {
        read: ReadOptions { rules: settings.read_rules, strictness },
        tokenizer: settings.tokenizer,
        transpose: settings.training.transpose.clone(),
        dice: music.dice,
        seed: Seeds::of(settings.training.seed).corpus,
    };
    let (corpus, code) = corpus::read(&music, Inputs::without(&args.reported), &options)?;
    let is_window_open = args.window.is_none() && snapshot.is_none();
    let settings = if is_window_open { settings.with_window_for(&corpus) } else { settings };
    let training = Training::new(corpus, settings)?;
    let folder = if team.is_first() { Some(Folder::take(&args.out)?) } else { None };
    Ok(Some(Ready { engine, snapshot, music, code, training, folder }))
}

/// What `--corpus` names, or what the snapshot says it named.
fn music(args: &TrainArgs, snapshot: Option<&Snapshot>) -> anyhow::Result<Music> {
    let before = snapshot.map_or_else(
        || Music { paths: vec![DICE.into()], validation: Vec::new(), dice: DiceGame::default() },
        |snapshot| Music::of_lines(&snapshot.description.sources),
    );
    let paths = if args.corpus.is_empty() { before.paths } else { args.corpus.clone() };
    ensure!(!paths.is_empty(), "{}: it does not say where its music is; name it with --corpus", resuming(args));
    let dice = args.dice_game(before.dice);
    let has_dice = paths.iter().any(|path| path.as_os_str() == DICE);
    ensure!(has_dice || dice == DiceGame::default(), "--repeat and --waltzes only apply to --corpus {DICE}");
    let validation = if args.validation.is_empty() { before.validation } else { args.validation.clone() };
    Ok(Music { paths, validation, dice })
}

fn resuming(args: &TrainArgs) -> String {
    format!("resuming from {}", Folder::snapshot_in(&args.out).display())
}

/// A training with the folder that it writes into.
struct Job<'a> {
    args: &'a TrainArgs,
    /// When the program was started.
    began: Instant,
    team: &'a Team,
    music: Music,
    /// The exit code of a training that comes to its end: whether all music could be read.
    code: ExitCode,
    snapshot: Option<Snapshot>,
    engine: &'a EngineChoice,
    /// None on all processes but the first.
    folder: Option<&'a Folder>,
}

impl Job<'_> {
    fn run<T: Trainable>(
        mut self,
        mut engine: T,
        mut training: Training,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let (args, team) = (self.args, self.team);
        let style = if args.json { Style::Json } else { Style::Text };
        let begun = self.begin(&mut engine, &training, style, out);
        let (progress, baseline) = processes::all(team, begun)?;
        let job = progress::spinner("trying how fast it is");
        let speed = speed::measure(&mut engine, &training, speed::trial(args.minutes), team)?;
        drop(job);
        if let Some(minutes) = args.minutes {
            let [seconds_left] = team.of_first([60.0 * minutes - self.began.elapsed().as_secs_f64()]);
            let steps = training.steps_within(seconds_left, speed);
            training = training.with_steps(steps);
        }
        let planned = self.plan(&training, &progress, speed, style, out);
        let (times, saving) = processes::all(team, planned)?;
        let report = Report::new(out, training.planned_steps(), style);
        // What is learned is written before the end, also after Ctrl-C.
        let _awaited = Awaited::begin();
        let n_steps_before = progress.n_steps;
        let mut session = Session::new(report, &training, team, saving, times);
        let outcome = training
            .run(&mut engine, progress, &mut |engine, progress, event| session.observe(engine, progress, event));
        let sent = session.sent();
        session.end(&engine, outcome.as_ref().ok().map(|outcome| &outcome.progress))?;
        if let (Ok(outcome), Style::Text) = (&outcome, style) {
            processes::print_traffic(out, team, sent, outcome.progress.n_steps - n_steps_before)?;
        }
        let left = || self.folder.map(Folder::what_is_left).unwrap_or_default();
        self.finish(&training, &outcome.with_context(left)?, &baseline, out)
    }

    /// Brings the engine to where it is to go on, and says what is trained on what.
    fn begin<T: Trainable>(
        &mut self,
        engine: &mut T,
        training: &Training,
        style: Style,
        out: &mut impl Write,
    ) -> anyhow::Result<(Progress, Baseline)> {
        let progress = match self.snapshot.take() {
            Some(snapshot) => training.resume(engine, &snapshot).with_context(|| resuming(self.args))?,
            None => {
                self.folder.map_or(Ok(()), |folder| folder.clear(out))?;
                Progress::default()
            }
        };
        let job = progress::spinner("counting, for the baseline");
        let baseline = training.baseline();
        drop(job);
        match style {
            Style::Text => {
                report::print_corpus(out, training, &baseline, self.engine)?;
                processes::print(out, self.team, training)?;
            }
            Style::Json => Event::corpus(training, &baseline).print(out)?,
        }
        Ok((progress, baseline))
    }

    /// Says how long it will be, and finds what a session needs.
    fn plan(
        &self,
        training: &Training,
        progress: &Progress,
        speed: Speed,
        style: Style,
        out: &mut impl Write,
    ) -> anyhow::Result<(Vec<EpochTime>, Option<Saving<'_>>)> {
        let args = self.args;
        report::warn_of_vocabulary(training);
        match style {
            Style::Text => report::print_plan(out, training, progress, speed, args.minutes.is_some())?,
            Style::Json => Event::plan(training, speed).print(out)?,
        }
        let Some(folder) = self.folder else { return Ok((Vec::new(), None)) };
        let times = if args.resume { folder.read_times(progress.records.len())? } else { Vec::new() };
        interrupt::set_last_words(format!(
            "stopped at once; {} is as it was last written",
            folder.snapshot().display()
        ));
        let saving = Saving {
            folder,
            sources: self.music.lines()?.unwrap_or_default(),
            engine: self.engine.description(),
            snapshot_every: Duration::from_secs(args.snapshot_every),
        };
        Ok((times, Some(saving)))
    }

    /// Writes the model, and says what was learned and what comes next.
    fn finish(
        &self,
        training: &Training,
        outcome: &Outcome,
        baseline: &Baseline,
        out: &mut impl Write,
    ) -> anyhow::Result<ExitCode> {
        let Job { args, folder: Some(folder), .. } = *self else { return Ok(self.code) };
        let is_interrupted = outcome.reason == StopReason::Interrupted;
        let [model, piece, folder_name] = [folder.model(), args.out.join("composed.mid"), args.out.clone()]
            .map(|path| quoted(&path.to_string_lossy()));
        let compose = format!("galant compose --model {model} --out {piece}");
        let has_model = !is_interrupted || !outcome.progress.records.is_empty();
        if has_model {
            folder.write_model(&training.model_file(outcome, self.engine.description()))?;
        }
        if args.json {
            let model = has_model.then(|| folder.model().to_string_lossy().into_owned());
            Event::end(outcome, model).print(out)?;
            return Ok(if is_interrupted { ExitCode::from(exit::INTERRUPTED) } else { self.code });
        }
        if is_interrupted {
            report::print_interruption(out, outcome)?;
            let engine = if self.engine.description().is_some() { " --engine torch" } else { "" };
            if has_model {
                writeln!(out, "to compose with it:\n  {compose}")?;
            }
            writeln!(out, "to resume:\n  galant train --resume --out {folder_name}{engine}")?;
            return Ok(ExitCode::from(exit::INTERRUPTED));
        }
        let is_dice = is_dice(&self.music.paths);
        let waltz = is_dice.then(|| WaltzEntropy::of(training.settings().tokenizer, self.music.dice.repeats)).flatten();
        report::print_outcome(out, training, outcome, baseline, waltz)?;
        let [model, curve, snapshot] = [folder.model(), folder.curve(), folder.snapshot()];
        writeln!(out, "\nwrote {}\n      {}\n      {}", model.display(), curve.display(), snapshot.display())?;
        writeln!(out, "next  {compose}")?;
        Ok(self.code)
    }
}
