//! The settings of a training, and the presets that they start from.

use std::num::NonZeroUsize;

use galant_checkpoint::ModelFile;
use galant_midi::ReadRules;
use galant_model::{Cell, HoldOut, Initialization, ModelSpec, Objective, Optimizer, TrainingSettings};
use galant_tokens::{ChordRules, ChordTokenizer, GridTokenizer, Tokenizer};
use galant_types::Seed;

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
}

/// The sizes of a network, whatever its vocabulary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Network {
    /// What its recurrent layers compute.
    pub cell: Cell,
    /// E, how many numbers stand for a token inside the network.
    pub embedding_size: usize,
    /// H, the size of each layer's hidden state.
    pub hidden_size: usize,
    /// How many recurrent layers it has.
    pub n_layers: usize,
    /// The probability that training drops an output of a layer, 0 to below 1.
    pub dropout: f32,
    /// Whether each layer but the first adds its input to its output.
    pub residual: bool,
}

impl Network {
    /// The network for a vocabulary of `vocab_size` tokens.
    pub fn spec(self, vocab_size: usize) -> ModelSpec {
        let Network { cell, embedding_size, hidden_size, n_layers, dropout, residual } = self;
        ModelSpec { cell, vocab_size, embedding_size, hidden_size, n_layers, dropout, residual }
    }
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
                Settings {
                    read_rules: ReadRules::Standard,
                    tokenizer: Tokenizer::Rhythm(GridTokenizer::default()),
                    network: Network { hidden_size: 256, ..lecture.network },
                    training: TrainingSettings {
                        objective: Objective::EveryToken,
                        optimizer: Optimizer::adam(3e-3),
                        initialization: Initialization::NormalEmbedding,
                        batch_size: 16,
                        epochs: Some(12),
                        clip_norm: Some(1.0),
                        hold_out: HoldOut::Pieces(0.1),
                        patience: Some(10),
                        ..lecture.training
                    },
                }
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
        },
        training: TrainingSettings {
            objective: Objective::LastToken,
            optimizer: Optimizer::rms_prop(1e-3),
            clip_norm: None,
            initialization: Initialization::Keras,
            window: 128,
            batch_size: 64,
            hold_out: HoldOut::Tails(0.0),
            transpose: 0..=0,
            epochs: Some(200),
            stop_at_loss: None,
            patience: None,
            seed: Seed(1),
        },
    }
}

impl Settings {
    /// The settings that a model was trained with.
    pub fn of_model(file: &ModelFile) -> Settings {
        let ModelSpec { cell, embedding_size, hidden_size, n_layers, dropout, residual, .. } = *file.weights.spec();
        Settings {
            read_rules: file.read_rules,
            tokenizer: file.tokenizer,
            network: Network { cell, embedding_size, hidden_size, n_layers, dropout, residual },
            training: file.settings.clone(),
        }
    }

    /// Names and values of what decides the bits of every step: a training is resumed only with the same.
    pub fn step_rows(&self) -> Vec<(&'static str, String)> {
        let Settings { read_rules, tokenizer, network, training } = self;
        let grid = tokenizer.grid().map(|grid| ("grid", grid.steps_per_quarter().to_string()));
        let top = tokenizer.top().map_or("all".to_owned(), |top| top.to_string());
        let clip_norm = training.clip_norm.map_or("none".to_owned(), |norm| norm.to_string());
        let transpose = format!("{}..={}", training.transpose.start(), training.transpose.end());
        let mut rows = vec![("tokenizer", tokenizer.name().to_owned())];
        rows.extend(grid);
        rows.extend([
            ("rules", rules_name(*read_rules).to_owned()),
            ("top", top),
            ("objective", objective_name(training.objective).to_owned()),
            ("cell", network.cell.name().to_owned()),
            ("optimizer", optimizer_name(training.optimizer).to_owned()),
            ("learning-rate", training.optimizer.learning_rate().to_string()),
            ("clip-norm", clip_norm),
            ("initialization", initialization_name(training.initialization).to_owned()),
            ("embedding-size", network.embedding_size.to_string()),
            ("hidden-size", network.hidden_size.to_string()),
            ("layers", network.n_layers.to_string()),
            ("dropout", network.dropout.to_string()),
            ("connections", if network.residual { "residual" } else { "stacked" }.to_owned()),
            ("window", training.window.to_string()),
            ("batch", training.batch_size.to_string()),
            ("hold-out", hold_out_text(training.hold_out)),
            ("transpose", transpose),
            ("seed", training.seed.0.to_string()),
        ]);
        rows
    }

    /// Names and values of all settings.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        [self.step_rows(), self.end_rows()].concat()
    }

    /// Names and values of what decides when a training ends.
    pub fn end_rows(&self) -> Vec<(&'static str, String)> {
        let TrainingSettings { epochs, stop_at_loss, patience, .. } = self.training;
        let epochs = epochs.map(|epochs| ("epochs", epochs.to_string()));
        let stop_at_loss = stop_at_loss.map(|loss| ("stop-at-loss", loss.to_string()));
        let patience = patience.map(|patience| ("patience", patience.to_string()));
        epochs.into_iter().chain(stop_at_loss).chain(patience).collect()
    }
}

fn rules_name(rules: ReadRules) -> &'static str {
    match rules {
        ReadRules::Standard => "standard",
        ReadRules::Lecture => "lecture",
    }
}

fn hold_out_text(hold_out: HoldOut) -> String {
    match hold_out {
        HoldOut::Pieces(0.0) | HoldOut::Tails(0.0) => "0".to_owned(),
        HoldOut::Pieces(share) => format!("{share} of the pieces"),
        HoldOut::Tails(share) => format!("{share} of each piece"),
    }
}

fn objective_name(objective: Objective) -> &'static str {
    match objective {
        Objective::EveryToken => "every-token",
        Objective::LastToken => "last-token",
    }
}

fn optimizer_name(optimizer: Optimizer) -> &'static str {
    if matches!(optimizer, Optimizer::Adam(_)) { "adam" } else { "rmsprop" }
}

fn initialization_name(initialization: Initialization) -> &'static str {
    match initialization {
        Initialization::Keras => "keras",
        Initialization::NormalEmbedding => "normal-embedding",
    }
}
