//! The settings of a training, and the presets that they start from.

use std::num::NonZeroUsize;

use galant_batches::Windows;
use galant_checkpoint::{ModelFile, Snapshot};
use galant_corpus::Corpus;
use galant_midi::ReadRules;
use galant_model::{Cell, HoldOut, Initialization, Objective, Optimizer, Schedule, SettingsError, TrainingSettings};
use galant_tokens::{ChordRules, ChordTokenizer, GridTokenizer, Tokenizer};
use galant_types::Seed;

use crate::defaults::Defaults;
use crate::network::Network;
use crate::plan;

/// Everything that decides what a training learns, and when it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How MIDI becomes a score.
    pub read_rules: ReadRules,
    /// How a score becomes tokens.
    pub tokenizer: Tokenizer,
    /// The sizes of the network, without its vocabulary.
    pub network: Network,
    /// How the network learns.
    pub training: TrainingSettings,
    /// The most passes over the training part, of a training planned in steps; a [`Training`](crate::Training) turns them into steps.
    pub passes: Option<u64>,
}

/// Settings for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Learns from every token, holds a tenth of the music out for validation, keeps the best weights.
    Default,
    /// The lecture's for one song: 3 × 128, 200 epochs, RMSprop.
    LectureSong,
    /// The lecture's for nine concerto movements: 3 × 256, 150 epochs, the two highest notes.
    LectureConcertos,
}

impl Preset {
    /// The settings of the preset.
    pub fn settings(self) -> Settings {
        match self {
            Preset::LectureSong => lecture(),
            Preset::LectureConcertos => {
                let lecture = lecture();
                let tokenizer =
                    Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Lecture, top: NonZeroUsize::new(2) });
                let network = Network { hidden_size: 256, ..lecture.network };
                let training = TrainingSettings { epochs: Some(150), ..lecture.training };
                Settings { tokenizer, network, training, ..lecture }
            }
            Preset::Default => {
                let lecture = lecture();
                let tokenizer = Tokenizer::Notes(GridTokenizer::default());
                let mut settings = Settings {
                    read_rules: ReadRules::Standard,
                    tokenizer,
                    training: TrainingSettings {
                        objective: Objective::EveryToken,
                        schedule: Schedule::Cosine,
                        initialization: Initialization::NormalEmbedding,
                        epochs: None,
                        clip_norm: Some(1.0),
                        hold_out: HoldOut::Pieces(0.1),
                        ..lecture.training
                    },
                    ..lecture
                };
                settings.set_defaults(Defaults::of(tokenizer));
                settings
            }
        }
    }
}

/// The lecture's slides; its RMSprop is Keras', and it held nothing out.
fn lecture() -> Settings {
    Settings {
        read_rules: ReadRules::Lecture,
        tokenizer: Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Lecture, top: None }),
        network: Network {
            cell: Cell::Lstm,
            embedding_size: 128,
            hidden_size: 128,
            n_layers: 3,
            dropout: 0.3,
            residual: false,
            streams: Vec::new(),
        },
        training: TrainingSettings {
            objective: Objective::LastToken,
            optimizer: Optimizer::rms_prop(1e-3),
            schedule: Schedule::Constant,
            clip_norm: None,
            initialization: Initialization::Keras,
            window: 128,
            batch_size: 64,
            hold_out: HoldOut::Tails(0.0),
            transpose: 0..=0,
            epochs: Some(200),
            steps: None,
            epoch_steps: None,
            stop_at_loss: None,
            patience: None,
            seed: Seed(1),
        },
        passes: None,
    }
}

impl Settings {
    /// The settings that a model was trained with.
    pub fn of_model(file: &ModelFile) -> Settings {
        Settings {
            read_rules: file.read_rules,
            tokenizer: file.tokenizer,
            network: Network::of(file.weights.spec(), file.streams.streams()),
            training: file.settings.clone(),
            passes: None,
        }
    }

    /// Changes the tokenizer; to one of another kind with the transpositions that suit it, and with the network, the streams
    /// and the training too if there were streams, which the lecture's settings have not.
    pub fn set_tokenizer(&mut self, tokenizer: Tokenizer) {
        if tokenizer.name() != self.tokenizer.name() {
            let defaults = Defaults::of(tokenizer);
            if self.network.streams.is_empty() {
                self.training.transpose = defaults.transpose;
            } else {
                self.set_defaults(defaults);
            }
        }
        self.tokenizer = tokenizer;
    }

    fn set_defaults(&mut self, defaults: Defaults) {
        let Defaults { embedding_size, hidden_size, n_layers, residual, dropout, streams, .. } = defaults;
        let network = &mut self.network;
        (network.embedding_size, network.hidden_size, network.n_layers) = (embedding_size, hidden_size, n_layers);
        (network.residual, network.dropout, network.streams) = (residual, dropout, streams);
        let Defaults { learning_rate, window, batch_size, transpose, steps, passes, .. } = defaults;
        let training = &mut self.training;
        training.optimizer = Optimizer::adam(learning_rate);
        (training.window, training.batch_size, training.transpose) = (window, batch_size, transpose);
        (training.steps, self.passes) = (Some(steps), Some(passes));
    }

    /// The settings for a corpus of `tokenizer`: voices whose number of parts they leave open have as many as the corpus.
    pub(crate) fn with_parts_of(mut self, tokenizer: Tokenizer) -> Settings {
        if let (Tokenizer::Voices(own), Tokenizer::Voices(of_corpus)) = (&mut self.tokenizer, tokenizer) {
            own.n_parts = own.n_parts.or(of_corpus.n_parts);
        }
        self
    }

    /// The settings of a training that was broken off.
    pub fn of_snapshot(snapshot: &Snapshot) -> Settings {
        let description = &snapshot.description;
        Settings {
            read_rules: description.read_rules,
            tokenizer: description.tokenizer,
            network: Network::of(snapshot.state.weights.spec(), &description.streams),
            training: description.settings.clone(),
            passes: None,
        }
    }

    /// Checks that every setting of the training is in its range.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if self.passes == Some(0) {
            return Err(SettingsError::Zero { what: "number of passes" });
        }
        let steps = self.training.steps.or(self.passes);
        TrainingSettings { steps, ..self.training.clone() }.validate()
    }

    /// The settings with a window short enough for the pieces of `corpus`: it is halved, down to
    /// [`Settings::SHORTEST_WINDOW`], until nine of ten pieces have more tokens. Shorter pieces have no window and are not
    /// learned from.
    #[must_use]
    pub fn with_window_for(mut self, corpus: &Corpus) -> Settings {
        let mut lengths: Vec<usize> = corpus.songs.iter().map(|song| song.tokens.len()).collect();
        lengths.sort_unstable();
        let short = lengths.get(lengths.len() / 10).copied().unwrap_or(0);
        let window = &mut self.training.window;
        while *window >= short && *window / 2 >= Settings::SHORTEST_WINDOW {
            *window /= 2;
        }
        self
    }

    /// The shortest window that [`Settings::with_window_for`] chooses.
    pub const SHORTEST_WINDOW: usize = 16;

    /// The settings with everything that follows from the music: passes become steps, and steps are divided into epochs.
    pub(crate) fn planned_for(mut self, windows: &Windows) -> Settings {
        let training = &mut self.training;
        let steps_per_pass = plan::steps_per_pass(windows, training.objective, training.batch_size);
        let of_passes = self.passes.take().map(|passes| passes.saturating_mul(steps_per_pass));
        training.steps = training.steps.into_iter().chain(of_passes).min();
        if let Some(steps) = training.steps.filter(|_| training.epochs.is_none()) {
            training.epoch_steps.get_or_insert(plan::epoch_steps(steps, steps_per_pass));
        }
        self
    }
}
