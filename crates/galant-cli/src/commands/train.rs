//! `galant train`: from music to a model file.

mod folder;
mod report;
mod session;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use galant_corpus::dice::DiceGame;
use galant_corpus::{ReadOptions, Strictness};
use galant_evaluate::dice::WaltzEntropy;
use galant_model::{Progress, Trainable};
use galant_pipeline::{Baseline, Seeds, Training};
use galant_train::{Outcome, StopReason};

use crate::args::TrainArgs;
use crate::corpus::{self, CorpusOptions, DICE, is_dice};
use crate::engine::EngineChoice;
use crate::files::quoted;
use crate::threads::cores;

use folder::Folder;
use report::Report;
use session::Session;

/// What the shell expects of a program that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(args: &TrainArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let engine = EngineChoice::of(&args.engine, args.threads.map_or_else(cores, usize::from))?;
    let settings = args.settings()?;
    // Before a large corpus is read.
    settings.training.validate()?;
    let dice = args.dice_game();
    let has_dice = args.corpus.iter().any(|path| path.as_os_str() == DICE);
    ensure!(has_dice || dice == DiceGame::default(), "--repeat and --waltzes only apply to --corpus {DICE}");
    let options = CorpusOptions {
        read: ReadOptions { rules: settings.read_rules, strictness },
        tokenizer: settings.tokenizer,
        transpose: settings.training.transpose.clone(),
        dice,
        seed: Seeds::of(settings.training.seed).corpus,
    };
    let training = Training::new(corpus::read(&args.corpus, &args.validation, &options)?, settings)?;
    if args.resume {
        Folder::ensure_resumable(&args.out)?;
    }
    let folder = Folder::take(&args.out)?;
    let job = Job { args, dice, engine: &engine, training: &training, folder: &folder };
    match engine {
        EngineChoice::Embedded { threads } => job.run(training.engine(threads)?, out),
        #[cfg(feature = "libtorch")]
        EngineChoice::Torch(placement) => {
            let (optimizer, clip_norm) =
                (training.settings().training.optimizer, training.settings().training.clip_norm);
            let config = galant_engine_torch::TorchConfig { optimizer, clip_norm, placement };
            job.run(galant_engine_torch::TorchEngine::new(&training.initial_weights(), config)?, out)
        }
    }
}

/// A training with the folder that it writes into.
struct Job<'a> {
    args: &'a TrainArgs,
    dice: DiceGame,
    engine: &'a EngineChoice,
    training: &'a Training,
    folder: &'a Folder,
}

impl Job<'_> {
    fn run<T: Trainable>(&self, mut engine: T, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        let Job { args, training, folder, .. } = *self;
        let progress = if args.resume {
            let resumed = training.resume(&mut engine, &folder.read_snapshot()?);
            resumed.with_context(|| format!("resuming from {}", folder.snapshot().display()))?
        } else {
            folder.announce(out)?;
            Progress::default()
        };
        let baseline = training.baseline();
        report::print_plan(out, training, &baseline, self.engine)?;
        let times = if args.resume { folder.read_times(progress.records.len())? } else { Vec::new() };
        let report = Report::new(out, training.settings().training.epochs);
        let snapshot_every = Duration::from_secs(args.snapshot_every);
        let mut session = Session::new(report, training, folder, times, snapshot_every);
        let outcome = training
            .run(&mut engine, progress, &mut |engine, progress, event| session.observe(engine, progress, event));
        session.end()?;
        self.finish(&outcome.with_context(|| folder.what_is_left())?, &baseline, out)
    }

    /// Writes the model, and says what was learned and what comes next.
    fn finish(&self, outcome: &Outcome, baseline: &Baseline, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        let Job { args, training, folder, .. } = *self;
        if outcome.reason == StopReason::Interrupted {
            let args = std::env::args_os().filter(|arg| arg != "--resume");
            let command: Vec<String> = args.map(|arg| quoted(&arg.to_string_lossy())).collect();
            writeln!(out, "\nstopped; to resume:\n  {} --resume", command.join(" "))?;
            return Ok(ExitCode::from(INTERRUPTED));
        }
        folder.write_model(&training.model_file(outcome, self.engine.description()))?;
        let is_dice = is_dice(&args.corpus);
        let waltz = is_dice.then(|| WaltzEntropy::of(training.settings().tokenizer, self.dice.repeats)).flatten();
        report::print_outcome(out, training, outcome, baseline, waltz)?;
        let model = folder.model();
        writeln!(
            out,
            "\nwrote {}\n      {}\n      {}",
            model.display(),
            folder.curve().display(),
            folder.snapshot().display()
        )?;
        let piece = args.out.join("composed.mid");
        let [model, piece] = [model, piece].map(|path| quoted(&path.to_string_lossy()));
        writeln!(out, "next  galant compose --model {model} --out {piece}")?;
        Ok(ExitCode::SUCCESS)
    }
}
