//! From a corpus to a model file.

use std::ops::ControlFlow;

use galant_batches::{Openings, Split, Transposition, Validation, Windows, WindowsError};
use galant_checkpoint::{CorpusEntry, ModelFile, Snapshot};
use galant_corpus::{Corpus, HeldOut, PieceInfo, Role};
use galant_engine::{Engine, EngineConfig, EngineError};
use galant_model::{ModelSpec, Progress, SettingsError, SpecError, Trainable, Weights};
use galant_tokens::{Tokenizer, Vocabulary};
use galant_train::{Outcome, TrainConfig, TrainError, TrainEvent, WeightChoice, train};
use galant_types::{Playback, Seed};
use thiserror::Error;

use crate::settings::Settings;

/// A training ready to run: a corpus cut into windows, with a network and settings that fit it.
#[derive(Debug, Clone)]
pub struct Training {
    settings: Settings,
    spec: ModelSpec,
    windows: Windows,
    vocabulary: Vocabulary,
    entries: Vec<CorpusEntry>,
    pieces: Vec<PieceInfo>,
    held_out: HeldOut,
    playback: Playback,
}

/// The seeds of a training, one for each use of randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds {
    /// Rolls the waltzes of a corpus of the dice game.
    pub corpus: Seed,
    weights: Seed,
    training: Seed,
    hold_out: Seed,
}

impl Seeds {
    /// The seeds of a training by `seed`.
    pub fn of(seed: Seed) -> Seeds {
        Seeds { corpus: seed.child(0), weights: seed.child(1), training: seed.child(2), hold_out: seed.child(3) }
    }
}

impl Training {
    /// Cuts `corpus` into windows and fits a network to its vocabulary.
    ///
    /// If the corpus has pieces named for validation, these are the validation part, and nothing else is held out.
    ///
    /// # Errors
    ///
    /// If the corpus was encoded by another tokenizer than the settings name, if there is nothing to learn from it, or if a
    /// setting is out of its range.
    pub fn new(corpus: Corpus, settings: Settings) -> Result<Training, PrepareError> {
        if corpus.tokenizer != settings.tokenizer {
            return Err(PrepareError::Tokenizer { corpus: corpus.tokenizer, settings: settings.tokenizer });
        }
        let training = &settings.training;
        let held_out = corpus.hold_out(training.hold_out, Seeds::of(training.seed).hold_out);
        let Corpus { songs, vocabulary, entries, pieces, playback, .. } = corpus;
        let validation = match &held_out {
            HeldOut::Tails { share, .. } => Validation::Tails(*share),
            HeldOut::Pieces(flags) | HeldOut::Named(flags) => Validation::Songs(flags.clone()),
        };
        let split = Split { window: training.window, validation, openings: Openings::EveryPass };
        let mut windows = Windows::new(songs, split)?;
        training.validate()?;
        if training.transpose != (0..=0) {
            let table = |semitones| Transposition::of_tokens(vocabulary.transposition(semitones));
            windows = windows.transposed(training.transpose.clone().map(table).collect())?;
        }
        let spec = settings.network.spec(vocabulary.len());
        spec.validate()?;
        let (n_windows, batch_size, window) = (windows.n_windows(), training.batch_size, training.window);
        if vocabulary.len() < 2 {
            return Err(PrepareError::OneToken);
        }
        if batch_size > n_windows {
            return Err(PrepareError::LargeBatch { batch_size, n_windows, window });
        }
        Ok(Training { settings, spec, windows, vocabulary, entries, pieces, held_out, playback })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The sizes of the network.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// The corpus, cut into windows.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// What is held out for validation.
    pub fn held_out(&self) -> &HeldOut {
        &self.held_out
    }

    /// What is held out for validation, in words: `4 of 41 pieces, 10.2 % of the tokens: …`.
    pub fn held_out_text(&self) -> String {
        self.held_out.describe(self.windows.songs().iter().map(|song| (song.name.as_str(), song.tokens.len())))
    }

    /// How many tokens the validation part has per note, for comparing tokenizers; none if it has no notes.
    pub fn tokens_per_note(&self) -> Option<f64> {
        let (mut n_tokens, mut n_notes) = (0_usize, 0);
        for batch in self.windows.validation(1) {
            for (_, &id) in batch.targets().iter().enumerate().filter(|(step, _)| batch.counts(0, *step)) {
                n_tokens += 1;
                n_notes += self.vocabulary.token(id).map_or(0, |token| token.pitches().len());
            }
        }
        (n_notes > 0).then(|| n_tokens as f64 / n_notes as f64)
    }

    /// The weights that the training starts from, drawn from its seed.
    pub fn initial_weights(&self) -> Weights {
        let seed = Seeds::of(self.settings.training.seed).weights;
        let drawn = Weights::initial(self.spec, self.settings.training.initialization, seed);
        drawn.expect("the sizes were checked")
    }

    /// Galant's own engine with the weights that the training starts from, on `n_threads` threads of the CPU.
    ///
    /// # Errors
    ///
    /// If a setting of the optimizer is out of its range.
    pub fn engine(&self, n_threads: usize) -> Result<Engine, EngineError> {
        let (optimizer, clip_norm) = (self.settings.training.optimizer, self.settings.training.clip_norm);
        Engine::new(self.initial_weights(), EngineConfig { optimizer, clip_norm, threads: n_threads })
    }

    /// What a snapshot must have in common with a training that resumes it, a line each.
    pub fn identity(&self) -> String {
        let settings = self.settings.step_rows().into_iter().map(|(name, value)| format!("{name} {value}\n"));
        let songs = self.entries.iter().zip(&self.pieces).map(|(entry, piece)| {
            let role = if piece.role == Role::Corpus { "song" } else { "validation" };
            format!("{role} {} {}\n", entry.name, entry.sha256)
        });
        settings.chain(songs).collect()
    }

    /// What has been trained so far, for [`Training::resume`].
    ///
    /// # Errors
    ///
    /// If the engine cannot hand out its state.
    pub fn snapshot<T: Trainable>(&self, engine: &T, progress: &Progress) -> Result<Snapshot, T::Error> {
        Ok(Snapshot {
            state: engine.training_state()?,
            progress: progress.clone(),
            settings: self.identity(),
            seed: Seeds::of(self.settings.training.seed).training,
        })
    }

    /// Brings `engine` to where `snapshot` was taken.
    ///
    /// # Errors
    ///
    /// If the snapshot was made with other settings or other music, if it is from a later epoch than the settings allow,
    /// or if the engine refuses its state.
    pub fn resume<T: Trainable>(&self, engine: &mut T, snapshot: &Snapshot) -> Result<Progress, ResumeError<T::Error>> {
        let identity = self.identity();
        let difference = snapshot.settings.lines().zip(identity.lines()).find(|(before, now)| before != now);
        if let Some((before, now)) = difference {
            return Err(ResumeError::Setting { before: before.to_owned(), now: now.to_owned() });
        }
        let is_song = |line: &&str| line.starts_with("song ") || line.starts_with("validation ");
        let n_songs = |text: &str| text.lines().filter(is_song).count();
        let (before, now) = (n_songs(&snapshot.settings), n_songs(&identity));
        if before != now {
            return Err(ResumeError::Songs { before, now });
        }
        let n_done = snapshot.progress.records.len() as u64;
        let n_begun = n_done + u64::from(snapshot.progress.step_in_epoch > 0);
        if let Some(epochs) = self.settings.training.epochs.filter(|&epochs| n_begun > epochs) {
            return Err(ResumeError::Past { n_done, n_begun, epochs });
        }
        engine.restore(&snapshot.state).map_err(|source| ResumeError::Engine { source })?;
        Ok(snapshot.progress.clone())
    }

    /// Trains from `progress` on, and calls `observe` after each step and each epoch, which may stop it.
    ///
    /// `engine` must hold the weights that belong to `progress`: those of [`Training::engine`] for a new training, or what
    /// [`Training::resume`] left in it.
    ///
    /// # Errors
    ///
    /// If the engine fails, with the epoch and the step.
    pub fn run<T: Trainable>(
        &self,
        engine: &mut T,
        progress: Progress,
        observe: &mut dyn FnMut(&T, &Progress, TrainEvent<'_>) -> ControlFlow<()>,
    ) -> Result<Outcome, TrainError<T::Error>> {
        let training = &self.settings.training;
        let memorizes = training.stop_at_loss.is_some();
        let config = TrainConfig {
            objective: training.objective,
            batch_size: training.batch_size,
            epochs: training.epochs.unwrap_or(u64::MAX),
            stop_at_loss: training.stop_at_loss,
            patience: training.patience,
            keep: if memorizes { WeightChoice::Last } else { WeightChoice::BestValidation },
            seed: Seeds::of(training.seed).training,
        };
        train(engine, &self.windows, &config, progress, observe)
    }

    /// The model file of what was learned; `engine` describes the engine if it was not Galant's own.
    pub fn model_file(&self, outcome: &Outcome, engine: Option<String>) -> ModelFile {
        ModelFile {
            weights: outcome.weights.clone(),
            read_rules: self.settings.read_rules,
            tokenizer: self.settings.tokenizer,
            vocabulary: self.vocabulary.clone(),
            playback: self.playback,
            corpus: self.learned_from(),
            settings: self.settings.training.clone(),
            engine,
            epochs: outcome.progress.records.clone(),
            kept_epoch: outcome.kept_epoch,
            program: concat!("galant ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Training {
    /// The pieces of the corpus, without those named for validation.
    fn learned_from(&self) -> Vec<CorpusEntry> {
        let pieces = self.entries.iter().zip(&self.pieces).filter(|(_, piece)| piece.role == Role::Corpus);
        pieces.map(|(entry, _)| entry.clone()).collect()
    }
}

/// A tokenizer with all that may differ: `rhythm (grid 12, top 2)`.
fn described(tokenizer: Tokenizer) -> String {
    let top = tokenizer.top().map_or("all".to_owned(), |top| top.to_string());
    let detail = match tokenizer {
        Tokenizer::Chords(chords) => format!("{:?} rules", chords.rules).to_lowercase(),
        Tokenizer::Rhythm(on_grid) | Tokenizer::Notes(on_grid) => format!("grid {}", on_grid.grid.steps_per_quarter()),
    };
    format!("{} ({detail}, top {top})", tokenizer.name())
}

/// Why a corpus and settings make no training.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The corpus was encoded by another tokenizer.
    #[error(
        "the corpus was encoded with {}, the settings say {}; encode it with the same settings",
        described(*corpus),
        described(*settings)
    )]
    Tokenizer {
        /// What the corpus was encoded by.
        corpus: Tokenizer,
        /// What the settings say.
        settings: Tokenizer,
    },
    /// The corpus cannot be cut into windows.
    #[error(transparent)]
    Windows(#[from] WindowsError),
    /// A setting of the training is out of its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The sizes do not make a network.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// There is nothing to predict.
    #[error(
        "all tokens of the music are the same, so there is nothing to learn; give more music, or keep more notes of a chord"
    )]
    OneToken,
    /// A step would read windows more than once.
    #[error(
        "a batch of {batch_size} windows is larger than the corpus, which has {n_windows} of {window} tokens; \
         choose a batch of at most {n_windows}, or a shorter window"
    )]
    LargeBatch {
        /// How many windows a step reads.
        batch_size: usize,
        /// How many the corpus has.
        n_windows: usize,
        /// How many tokens a window has.
        window: usize,
    },
}

/// Why a snapshot cannot be resumed.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ResumeError<E: std::error::Error> {
    /// A setting or a song differs.
    #[error("it was made with '{before}', and now it is '{now}'; resume with the same settings and music")]
    Setting {
        /// What the snapshot says.
        before: String,
        /// What the training says.
        now: String,
    },
    /// The corpus has more or fewer songs.
    #[error("it was made of {before} songs, and now there are {now}; resume with the same music")]
    Songs {
        /// How many songs the snapshot was made of.
        before: usize,
        /// How many there are now.
        now: usize,
    },
    /// The snapshot is from a later epoch: epochs would have to be undone.
    #[error("it is from epoch {n_begun}, past the {epochs} asked for; train for {n_begun} epochs or more")]
    Past {
        /// How many epochs are done.
        n_done: u64,
        /// The last epoch begun.
        n_begun: u64,
        /// How many the settings allow.
        epochs: u64,
    },
    /// The engine refuses the state.
    #[error("the engine cannot continue from its state")]
    Engine {
        /// Why.
        source: E,
    },
}
