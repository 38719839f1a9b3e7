//! `galant train`: from music to a model file.

mod folder;
mod report;
mod session;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use galant_batches::{Cut, Windows};
use galant_checkpoint::{EpochLosses, ModelFile, TrainingSummary};
use galant_engine::{Engine, EngineConfig};
use galant_model::{EpochRecord, ModelSpec, Progress, Trainable, Weights};
use galant_tokens::Vocabulary;
use galant_train::{Keep, Outcome, StopReason, TrainConfig, train};
use galant_types::Seed;

use crate::args::{Initialization, TrainArgs, Transpose};
use crate::corpus::{Corpus, read_corpus};
use crate::engine::Choice;
use crate::files::quoted;
use crate::settings::{Settings, cores};

use folder::Folder;
use report::Report;
use session::Session;

/// What the shell expects of a program that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(args: &TrainArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let choice = Choice::of(&args.engine, threads(args))?;
    let settings = Settings::of(args)?;
    let seeds = Seeds::of(settings.seed);
    let (reading, transpose) = (settings.reading, settings.transpose);
    let mut corpus = read_corpus(&args.corpus, reading, settings.dance, transpose, seeds.corpus)?;
    let cut = Cut { window: settings.window, hold_out: settings.hold_out };
    let mut windows = Windows::new(std::mem::take(&mut corpus.songs), cut)?;
    if transpose != Transpose::NONE {
        let table = |semitones| corpus.vocabulary.transposition(semitones);
        windows = windows.transposed(transpose.semitones().map(table).collect())?;
    }
    corpus.tokens_per_note = tokens_per_held_out_note(&windows, &corpus.vocabulary);
    let spec = spec(&settings, &corpus);
    choice.validate(settings.optimizer, settings.clip_norm)?;
    spec.validate()?;
    ensure_something_to_learn(&windows, &spec, &settings)?;
    if args.resume {
        Folder::ensure_resumable(&args.out)?;
    }
    let folder = Folder::take(&args.out)?;
    let weights = match settings.initialization {
        // The snapshot brings its own.
        _ if args.resume => Weights::zeros(spec)?,
        Initialization::Keras => Weights::initial(spec, seeds.weights)?,
        Initialization::NormalEmbedding => Weights::initial_with_normal_embedding(spec, seeds.weights)?,
    };
    let Settings { optimizer, clip_norm, .. } = settings;
    let training = Training { args, settings, choice, corpus, windows, spec, seeds, folder };
    match choice {
        Choice::Embedded { threads } => {
            training.run(Engine::new(weights, EngineConfig { optimizer, clip_norm, threads })?, out)
        }
        #[cfg(feature = "libtorch")]
        Choice::Torch(placement) => {
            let config = galant_engine_torch::TorchConfig { optimizer, clip_norm, placement };
            training.run(galant_engine_torch::TorchEngine::new(&weights, config)?, out)
        }
    }
}

/// All that a training is, but for its engine.
struct Training<'a> {
    args: &'a TrainArgs,
    settings: Settings,
    choice: Choice,
    corpus: Corpus,
    windows: Windows,
    spec: ModelSpec,
    seeds: Seeds,
    folder: Folder,
}

impl Training<'_> {
    fn run<T: Trainable>(&self, mut engine: T, out: &mut impl Write) -> anyhow::Result<ExitCode> {
        let Training { args, settings, choice, corpus, windows, spec, seeds, folder } = self;
        let identity = identity(settings, corpus);
        let progress = if args.resume {
            let progress = resume(&mut engine, folder, &identity)?;
            ensure_not_past(&progress, settings.epochs)?;
            progress
        } else {
            folder.announce(out)?;
            Progress::default()
        };
        report::print_plan(out, windows, spec, settings, choice)?;
        let report = Report::new(out, settings);
        let snapshot_every = Duration::from_secs(args.snapshot_every);
        let mut session = Session::new(report, folder, identity, seeds.training, snapshot_every);
        let config = train_config(settings, seeds.training);
        let outcome = train(&mut engine, windows, &config, progress, &mut |engine, progress, event| {
            session.observe(engine, progress, event)
        });
        session.end()?;
        let outcome = outcome.with_context(|| folder.what_is_left())?;
        finish(self, &outcome, out)
    }
}

/// The seeds of a training, each of its own.
pub(super) struct Seeds {
    pub(super) corpus: Seed,
    weights: Seed,
    training: Seed,
}

impl Seeds {
    pub(super) fn of(seed: u64) -> Seeds {
        let seed = Seed(seed);
        Seeds { corpus: seed.child(0), weights: seed.child(1), training: seed.child(2) }
    }
}

fn spec(settings: &Settings, corpus: &Corpus) -> ModelSpec {
    ModelSpec {
        cell: settings.cell,
        vocab_size: corpus.vocabulary.len(),
        embedding_size: settings.embedding_size,
        hidden_size: settings.hidden_size,
        n_layers: settings.layers,
        dropout: settings.dropout,
    }
}

fn threads(args: &TrainArgs) -> usize {
    args.threads.map_or_else(cores, usize::from)
}

fn train_config(settings: &Settings, seed: Seed) -> TrainConfig {
    TrainConfig {
        objective: settings.objective,
        batch_size: settings.batch,
        epochs: settings.epochs,
        stop_at_loss: settings.stop_at_loss,
        patience: settings.patience,
        keep: if settings.stop_at_loss.is_some() { Keep::Last } else { Keep::BestValidation },
        seed,
    }
}

/// What a snapshot must have in common with a training that goes on from it, a line each.
fn identity(settings: &Settings, corpus: &Corpus) -> String {
    let settings = settings.of_steps().into_iter().map(|(name, value)| format!("{name} {value}\n"));
    let songs = corpus.entries.iter().map(|entry| format!("song {} {}\n", entry.name, entry.sha256));
    settings.chain(songs).collect()
}

/// Refuses music that teaches nothing, and steps that would read the same windows several times.
fn ensure_something_to_learn(windows: &Windows, spec: &ModelSpec, settings: &Settings) -> anyhow::Result<()> {
    ensure!(
        spec.vocab_size > 1,
        "all tokens of the music are the same, so there is nothing to learn; give more music, or keep more notes of a chord"
    );
    let (n_windows, batch) = (windows.n_windows(), settings.batch);
    ensure!(
        batch <= n_windows,
        "a batch of {batch} windows is larger than the corpus, which has {n_windows} of {} tokens; \
         choose a --batch of at most {n_windows}, or a shorter --window",
        settings.window
    );
    Ok(())
}

/// Refuses to stop earlier than the snapshot has come: its epochs would have to be taken back.
fn ensure_not_past(progress: &Progress, epochs: u64) -> anyhow::Result<()> {
    let n_done = progress.records.len() as u64;
    let n_begun = n_done + u64::from(progress.step_in_epoch > 0);
    ensure!(
        n_begun <= epochs,
        "the snapshot has {n_done} epochs done and epoch {n_begun} is its last; --epochs {epochs} is less, give {n_begun} or more"
    );
    Ok(())
}

/// Brings the engine to where the snapshot was taken.
fn resume<T: Trainable>(engine: &mut T, folder: &Folder, identity: &str) -> anyhow::Result<Progress> {
    let snapshot = folder.read_snapshot()?;
    let path = folder.snapshot();
    let lines = snapshot.settings.lines().map(Some).chain(std::iter::repeat(None));
    let difference = lines.zip(identity.lines()).find(|(before, now)| *before != Some(now));
    if let Some((before, now)) = difference {
        let before = before.unwrap_or("no such line");
        bail!("{} was made with '{before}', this command says '{now}'; resume with the same", path.display());
    }
    let n_songs = |text: &str| text.lines().filter(|line| line.starts_with("song ")).count();
    let (n_before, n_now) = (n_songs(&snapshot.settings), n_songs(identity));
    ensure!(
        n_before == n_now,
        "{} was made of {n_before} songs, this command names {n_now}; resume with the same",
        path.display()
    );
    engine.restore(&snapshot.state).with_context(|| format!("resuming from {}", path.display()))?;
    Ok(snapshot.progress)
}

/// How many held-out tokens there are for each note in them: by it tokens of different kinds are compared.
fn tokens_per_held_out_note(windows: &Windows, vocabulary: &Vocabulary) -> Option<f64> {
    let (mut n_tokens, mut n_notes) = (0_usize, 0);
    for batch in windows.held_out(1) {
        for (_, &token) in batch.targets().iter().enumerate().filter(|(step, _)| batch.counts(0, *step)) {
            n_tokens += 1;
            n_notes += vocabulary.token(token).map_or(0, |token| token.pitches().len());
        }
    }
    (n_notes > 0).then(|| n_tokens as f64 / n_notes as f64)
}

/// Writes the model and says what was learned and what comes next.
fn finish(training: &Training<'_>, outcome: &Outcome, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Training { args, settings, choice, corpus, folder, .. } = training;
    if outcome.reason == StopReason::Interrupted {
        let args = std::env::args_os().filter(|arg| arg != "--resume");
        let command: Vec<String> = args.map(|arg| quoted(&arg.to_string_lossy())).collect();
        writeln!(out, "\nstopped; to go on from here:\n  {} --resume", command.join(" "))?;
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let file = ModelFile {
        weights: outcome.weights.clone(),
        tokens: settings.reading.settings(corpus.playback),
        vocabulary: corpus.vocabulary.tokens().iter().map(ToString::to_string).collect(),
        corpus: corpus.entries.clone(),
        training: TrainingSummary {
            settings: [settings.of_steps(), settings.of_end(), choice.settings()].concat(),
            seed: Seed(settings.seed),
            epochs: outcome.progress.records.iter().map(losses).collect(),
            kept_epoch: outcome.kept_epoch,
        },
        window: settings.window,
        program: concat!("galant ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    folder.write_model(&file)?;
    report::print_outcome(out, settings, outcome, corpus.waltz, corpus.tokens_per_note)?;
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

fn losses(record: &EpochRecord) -> EpochLosses {
    EpochLosses {
        epoch: record.epoch,
        train_loss: record.train_loss,
        windowed_train_loss: record.windowed_train_loss,
        valid_loss: record.valid_loss,
    }
}
