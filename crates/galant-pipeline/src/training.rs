//! From a corpus to a model file.

use std::ops::ControlFlow;

use galant_batches::{Openings, Predicted, Split, Transposition, Validation, Windows};
use galant_checkpoint::{CorpusEntry, ModelFile, Opening, VoicePart};
use galant_corpus::{Corpus, HeldOut, Leaks, PieceInfo, Role};
use galant_engine::{Engine, EngineConfig, EngineError};
use galant_model::{Initialization, ModelSpec, Progress, Trainable, Weights};
use galant_tokens::Vocabulary;
use galant_tokens::stream::StreamSet;
use galant_train::{Outcome, StopReason, TrainConfig, TrainError, TrainEvent, WeightChoice, kept, kept_epoch, train};
use galant_types::Playback;

use crate::baseline::{Baseline, unigram_loss};
use crate::plan;
use crate::prepare_error::PrepareError;
use crate::seeds::Seeds;
use crate::settings::Settings;
use crate::streams::{openings, stream_set, tell, views};
use crate::vocabulary_share::VocabularyShare;

/// A training ready to run: a corpus cut into windows, with a network and settings that fit it.
#[derive(Debug, Clone)]
pub struct Training {
    settings: Settings,
    spec: ModelSpec,
    windows: Windows,
    vocabulary: Vocabulary,
    streams: StreamSet,
    openings: Vec<Opening>,
    parts: Vec<VoicePart>,
    entries: Vec<CorpusEntry>,
    /// What each of the entries is for.
    roles: Vec<Role>,
    held_out: HeldOut,
    leaks: Leaks,
    playback: Playback,
    unigram_loss: Option<f64>,
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
        let settings = settings.with_parts_of(corpus.tokenizer);
        if corpus.tokenizer != settings.tokenizer {
            return Err(PrepareError::Tokenizer { corpus: corpus.tokenizer, settings: settings.tokenizer });
        }
        let training = &settings.training;
        let held_out = corpus.hold_out(training.hold_out, Seeds::of(training.seed).hold_out);
        let leaks = corpus.leaks(&held_out);
        let Corpus { tokenizer, mut songs, vocabulary, entries, pieces, parts, playback, .. } = corpus;
        let learned: Vec<usize> = (0..pieces.len()).filter(|&number| !held_out.is_whole(number)).collect();
        let learned_pieces: Vec<&PieceInfo> = learned.iter().map(|&number| &pieces[number]).collect();
        let streams = stream_set(tokenizer, &settings.network.streams, &learned_pieces)?;
        tell(tokenizer, &streams, &vocabulary, &mut songs, &pieces);
        let beginnings: Vec<_> = learned.iter().map(|&number| (&songs[number], &pieces[number])).collect();
        let openings = openings(tokenizer, &beginnings);
        let validation = match &held_out {
            HeldOut::Tails { share, .. } => Validation::Tails(*share),
            HeldOut::Pieces(flags) | HeldOut::Named(flags) => Validation::Songs(flags.clone()),
        };
        let split = Split { window: training.window, validation, openings: Openings::EveryPass };
        let mut windows = Windows::new(songs, split)?;
        settings.validate()?;
        if training.transpose != (0..=0) {
            let table = |semitones| Transposition {
                tokens: vocabulary.transposition(semitones),
                streams: streams.transposition(&vocabulary, semitones),
            };
            windows = windows.transposed(training.transpose.clone().map(table).collect())?;
        }
        windows = windows.viewed(views(tokenizer, &streams, &vocabulary, Seeds::of(training.seed).given))?;
        let spec = settings.network.spec(vocabulary.len(), &streams);
        spec.validate()?;
        let (n_windows, batch_size, window) = (windows.n_windows(), training.batch_size, training.window);
        if vocabulary.len() < 2 {
            return Err(PrepareError::OneToken);
        }
        if batch_size > n_windows {
            return Err(PrepareError::LargeBatch { batch_size, n_windows, window });
        }
        let unigram_loss = unigram_loss(&windows, vocabulary.len());
        let settings = settings.planned_for(&windows);
        let roles = pieces.into_iter().map(|piece| piece.role).collect();
        Ok(Training {
            settings,
            spec,
            windows,
            vocabulary,
            streams,
            openings,
            parts,
            entries,
            roles,
            held_out,
            leaks,
            playback,
            unigram_loss,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The sizes of the network.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// How much of the network its vocabulary is.
    pub fn vocabulary_share(&self) -> VocabularyShare {
        VocabularyShare::of(&self.spec, &self.windows, self.settings.training.transpose.clone().count())
    }

    /// The corpus, cut into windows.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// What is held out for validation.
    pub fn held_out(&self) -> &HeldOut {
        &self.held_out
    }

    /// How much of what is held out for validation is in what is learned from.
    pub fn leaks(&self) -> &Leaks {
        &self.leaks
    }

    /// What is held out for validation, in words: `4 of 41 pieces, 10.2 % of the tokens: …`.
    pub fn held_out_text(&self) -> String {
        self.held_out.describe(self.windows.songs().iter().map(|song| (song.name.as_str(), song.tokens.len())))
    }

    /// How many tokens the validation part has per note, for comparing tokenizers; none if it has no notes.
    pub fn tokens_per_note(&self) -> Option<f64> {
        let (mut n_tokens, mut n_notes) = (0_usize, 0);
        for Predicted { tokens, places } in self.windows.predicted() {
            for &id in &tokens[places] {
                n_tokens += 1;
                n_notes += self.vocabulary.token(id).map_or(0, |token| token.pitches().len());
            }
        }
        (n_notes > 0).then(|| n_tokens as f64 / n_notes as f64)
    }

    /// The pieces of the corpus.
    pub fn entries(&self) -> &[CorpusEntry] {
        &self.entries
    }

    /// What models that only count pay for the corpus as it is written, without transpositions.
    ///
    /// Of a large corpus they learn from the first [`Ngrams::MAX_TOKENS`](galant_ngram::Ngrams::MAX_TOKENS) tokens, and are
    /// measured on as many.
    pub fn baseline(&self) -> Baseline {
        Baseline::of(&self.windows, self.spec.vocab_size(), self.unigram_loss)
    }

    /// The epoch whose weights a training would end with if it ended at `progress`; 0 if none was completed.
    pub fn kept_epoch(&self, progress: &Progress) -> u64 {
        kept_epoch(self.config().keep, progress)
    }

    /// What a training would end with if it were broken off between two steps.
    ///
    /// # Errors
    ///
    /// If the engine cannot hand out its weights.
    pub fn so_far<T: Trainable>(&self, engine: &T, progress: &Progress) -> Result<Outcome, T::Error> {
        let (kept_epoch, weights) = kept(engine, self.config().keep, progress)?;
        Ok(Outcome { weights, kept_epoch, progress: progress.clone(), reason: StopReason::Interrupted })
    }

    /// The model file of what was learned; `engine` describes the engine if it was not Galant's own.
    pub fn model_file(&self, outcome: &Outcome, engine: Option<String>) -> ModelFile {
        ModelFile {
            weights: outcome.weights.clone(),
            read_rules: self.settings.read_rules,
            tokenizer: self.settings.tokenizer,
            vocabulary: self.vocabulary.clone(),
            streams: self.streams.clone(),
            openings: self.openings.clone(),
            parts: self.parts.clone(),
            playback: self.playback,
            corpus: self.entries_for(Purpose::Corpus),
            settings: self.settings.training.clone(),
            engine,
            epochs: outcome.progress.records.clone(),
            kept_epoch: outcome.kept_epoch,
            unfinished_after: (outcome.reason == StopReason::Interrupted).then_some(outcome.progress.n_steps),
            unigram_loss: self.unigram_loss,
            program: concat!("galant ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Whether a model was trained on this corpus, as far as the model file can tell: the same pieces to learn from, and the
    /// same loss of single tokens in the validation part.
    pub fn is_of(&self, file: &ModelFile) -> bool {
        self.entries_for(Purpose::Corpus) == file.corpus && self.unigram_loss == file.unigram_loss
    }

    /// How many steps the training has unless another rule ends it; none if only another rule does.
    pub fn planned_steps(&self) -> Option<u64> {
        self.config().planned_steps(&self.windows)
    }

    /// How many steps read the training part once.
    pub fn steps_per_pass(&self) -> u64 {
        let training = &self.settings.training;
        plan::steps_per_pass(&self.windows, training.objective, training.batch_size)
    }

    /// The same training with `steps` planned, and divided into epochs anew.
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Training {
        let training = &mut self.settings.training;
        (training.steps, training.epochs, training.epoch_steps) = (Some(steps), None, None);
        self.settings = self.settings.planned_for(&self.windows);
        self
    }

    /// The weights that the training starts from, drawn from its seed.
    ///
    /// The dense layer's biases are how frequent each token is in the training part, except in Keras' initialization.
    pub fn initial_weights(&self) -> Weights {
        let (initialization, seed) = (self.settings.training.initialization, self.settings.training.seed);
        let drawn = Weights::initial(self.spec, initialization, Seeds::of(seed).weights);
        let mut weights = drawn.expect("the sizes were checked");
        match initialization {
            Initialization::Keras => {}
            Initialization::NormalEmbedding => weights.set_token_frequencies(&self.token_counts()),
        }
        weights
    }

    /// How often each token of the vocabulary is in the training part, summed over the keys in which it is read.
    fn token_counts(&self) -> Vec<u64> {
        let mut written = vec![0; self.spec.vocab_size()];
        for token in self.windows.training_parts().flatten() {
            written[token.index()] += 1;
        }
        let mut counts = vec![0; written.len()];
        for semitones in self.settings.training.transpose.clone() {
            for (transposed, count) in self.vocabulary.transposition(semitones).iter().zip(&written) {
                if let Some(token) = transposed {
                    counts[token.index()] += count;
                }
            }
        }
        counts
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
        train(engine, &self.windows, &self.config(), progress, observe)
    }

    /// The settings as the training loop takes them.
    pub(crate) fn config(&self) -> TrainConfig {
        let training = &self.settings.training;
        let memorizes = training.stop_at_loss.is_some();
        TrainConfig {
            objective: training.objective,
            batch_size: training.batch_size,
            epochs: training.epochs,
            steps: training.steps,
            epoch_steps: training.epoch_steps,
            schedule: training.schedule,
            stop_at_loss: training.stop_at_loss,
            patience: training.patience,
            unigram_loss: self.unigram_loss,
            keep: if memorizes { WeightChoice::Last } else { WeightChoice::BestValidation },
            seed: Seeds::of(training.seed).training,
        }
    }
}

impl Training {
    /// The pieces to learn from, or those named for validation.
    pub(crate) fn entries_for(&self, purpose: Purpose) -> Vec<CorpusEntry> {
        let is_asked_for = |role: &Role| (*role == Role::Corpus) == (purpose == Purpose::Corpus);
        let entries = self.entries.iter().zip(&self.roles).filter(|(_, role)| is_asked_for(role));
        entries.map(|(entry, _)| entry.clone()).collect()
    }
}

/// What pieces are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be learned from, except for those held out.
    Corpus,
    /// Named for validation.
    Validation,
}
