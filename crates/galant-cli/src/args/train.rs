//! The arguments of `galant train`.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use galant_corpus::dice::DiceGame;
use galant_midi::ReadRules;
use galant_model::{Cell, HoldOut, Initialization, Objective, Optimizer};
use galant_pipeline::{Preset, Settings};
use galant_tokens::Tokenizer;
use galant_types::Seed;

use super::dice::repeats;
use super::engine::EngineArgs;
use super::tokens::{RulesArg, TokenizerArg, TopArg, tokenizer};

/// Settings made for a purpose; single options override them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetArg {
    /// Learns from every token, validates on a tenth of the music, keeps the best weights
    Default,
    /// The lecture's settings for one song: 3 × 128, 200 epochs, RMSprop
    LectureSong,
    /// The lecture's settings for nine concerto movements: 3 × 256, 150 epochs, the two highest notes
    LectureConcertos,
}

impl PresetArg {
    fn preset(self) -> Preset {
        match self {
            PresetArg::Default => Preset::Default,
            PresetArg::LectureSong => Preset::LectureSong,
            PresetArg::LectureConcertos => Preset::LectureConcertos,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ObjectiveArg {
    /// The next token at every position of a window
    EveryToken,
    /// Only the token after a window
    LastToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CellArg {
    /// Long short-term memory
    Lstm,
    /// Vanilla recurrent network
    Rnn,
}

/// How the recurrent layers are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConnectionsArg {
    /// Each layer reads the output of the layer below
    Stacked,
    /// The same, and each adds what it reads to its own output, which lets deep networks learn
    Residual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OptimizerArg {
    /// Adam, with the constants of its paper
    Adam,
    /// RMSprop, with the constants of Keras 3
    Rmsprop,
}

/// How the initial weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InitializationArg {
    /// As in Keras
    Keras,
    /// The same, but with a standard normal embedding, which learns sooner
    NormalEmbedding,
}

/// Semitones from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TransposeArg {
    lowest: i8,
    highest: i8,
}

impl FromStr for TransposeArg {
    type Err = String;

    fn from_str(text: &str) -> Result<TransposeArg, String> {
        let ends = text.split_once("..=").and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        match ends {
            Some((lowest, highest)) if lowest <= highest && -24 <= lowest && highest <= 24 => {
                Ok(TransposeArg { lowest, highest })
            }
            _ => Err("give two numbers of semitones from -24 to 24, the lower first, such as -6..=5".to_owned()),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct TrainArgs {
    /// "dice" for waltzes of Mozart's dice game, "mozart" or "bach" for bundled piano pieces, or MIDI and ABC files and
    /// folders of them; several are trained on together
    #[arg(long, value_name = "dice|mozart|bach|PATH", num_args = 1.., default_value = "dice")]
    pub(crate) corpus: Vec<PathBuf>,
    /// Repeats the first part of the waltzes of the dice game, as in the original print
    #[arg(long)]
    pub(crate) repeat: bool,
    /// Number of waltzes of the dice game, all different [default: 1600]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) waltzes: Option<u32>,
    /// Folder for the model, the training curve and the snapshot
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,
    /// Defaults of the other settings, listed below
    #[arg(long, value_enum, default_value = "default")]
    pub(crate) preset: PresetArg,
    /// The rules by which MIDI is read
    #[arg(long, value_enum)]
    pub(crate) rules: Option<RulesArg>,
    /// What a token is [default: rhythm; chords with --top, --rules lecture or the lecture's presets]
    #[arg(long, value_enum)]
    pub(crate) tokenizer: Option<TokenizerArg>,
    /// Grid steps per quarter note, for tokens with rhythm [default: 12]
    #[arg(long, value_name = "N")]
    pub(crate) grid: Option<u16>,
    /// Keeps only the N highest notes of each onset; without --tokenizer the tokens are chords
    #[arg(long, value_name = "N|all")]
    pub(crate) top: Option<TopArg>,
    /// Transposes each window by a number of semitones drawn from this range, which enlarges the vocabulary
    #[arg(long, value_name = "LOW..=HIGH", allow_hyphen_values = true)]
    pub(crate) transpose: Option<TransposeArg>,
    /// What the network learns to predict
    #[arg(long, value_enum)]
    pub(crate) objective: Option<ObjectiveArg>,
    /// Cell of the recurrent layers
    #[arg(long, value_enum)]
    pub(crate) cell: Option<CellArg>,
    /// How the weights are updated
    #[arg(long, value_enum)]
    pub(crate) optimizer: Option<OptimizerArg>,
    /// How the initial weights are drawn
    #[arg(long, value_enum)]
    pub(crate) initialization: Option<InitializationArg>,
    /// Size of the vector that represents a token
    #[arg(long, value_name = "N")]
    pub(crate) embedding_size: Option<usize>,
    /// Size of each layer's hidden state
    #[arg(long, value_name = "N")]
    pub(crate) hidden_size: Option<usize>,
    /// Number of recurrent layers
    #[arg(long, value_name = "N")]
    pub(crate) layers: Option<usize>,
    /// How the recurrent layers are connected
    #[arg(long, value_enum)]
    pub(crate) connections: Option<ConnectionsArg>,
    /// Dropout probability after each layer
    #[arg(long, value_name = "P")]
    pub(crate) dropout: Option<f32>,
    /// Length of a window, in tokens
    #[arg(long, value_name = "N")]
    pub(crate) window: Option<usize>,
    /// Windows per training step
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) batch: Option<u16>,
    /// Maximum number of epochs
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<NonZeroU64>,
    /// Learning rate of the optimizer
    #[arg(long, value_name = "X")]
    pub(crate) learning_rate: Option<f64>,
    /// Clips the gradient to this norm; 0 turns clipping off
    #[arg(long, value_name = "X")]
    pub(crate) clip_norm: Option<f32>,
    /// Share of the music held out for validation: whole pieces where at least ten have no music in common, and otherwise
    /// the end of each
    #[arg(long, value_name = "FRACTION")]
    pub(crate) hold_out: Option<f64>,
    /// Holds out the end of each piece
    #[arg(long)]
    pub(crate) hold_out_tail: bool,
    /// Validates on these MIDI and ABC files, or folders of them, and holds nothing out of the corpus; pieces of the corpus
    /// that have music in common with them are left out
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["hold_out", "hold_out_tail"])]
    pub(crate) validation: Vec<PathBuf>,
    /// Stops once the training loss without dropout is this low, in nats per token, and keeps the last weights; the
    /// preset's epochs and patience do not apply
    #[arg(long, value_name = "X", value_parser = loss_to_reach)]
    pub(crate) stop_at_loss: Option<f64>,
    /// Stops after N epochs without a lower validation loss
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<NonZeroU64>,
    /// Seed for the initial weights, batches, dropout and dice
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Number of threads; the embedded engine gives the same result with any number [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Resumes from the snapshot in the folder
    #[arg(long)]
    pub(crate) resume: bool,
    /// Also writes a snapshot within an epoch, N seconds after the last one; 0 writes one after every step
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub(crate) snapshot_every: u64,
}

/// A loss that a training can reach: one that waits for NaN never ends.
fn loss_to_reach(text: &str) -> Result<f64, String> {
    let loss = text.parse().ok().filter(|&loss: &f64| loss.is_finite() && loss > 0.0);
    loss.ok_or_else(|| "give nats per token above 0, such as 0.25".to_owned())
}

impl TrainArgs {
    /// The settings of the preset, changed by the options.
    ///
    /// # Errors
    ///
    /// If the options contradict each other.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = self.preset.preset().settings();
        self.set_tokenizer(&mut settings)?;
        self.set_network(&mut settings);
        self.set_training(&mut settings);
        self.set_end(&mut settings);
        Ok(settings)
    }

    fn set_tokenizer(&self, settings: &mut Settings) -> anyhow::Result<()> {
        let of_preset = match settings.read_rules {
            ReadRules::Standard => RulesArg::Standard,
            ReadRules::Lecture => RulesArg::Lecture,
        };
        let rules = self.rules.unwrap_or(of_preset);
        // The highest notes of chords are a tune, and the lecture has no rhythm.
        let is_of_chords = self.top.is_some() || rules == RulesArg::Lecture;
        let default = match settings.tokenizer {
            _ if is_of_chords => TokenizerArg::Chords,
            Tokenizer::Chords(_) => TokenizerArg::Chords,
            Tokenizer::Rhythm(_) => TokenizerArg::Rhythm,
            Tokenizer::Notes(_) => TokenizerArg::Notes,
        };
        let top = self.top.map_or(settings.tokenizer.top(), |top| top.0);
        settings.tokenizer = tokenizer(self.tokenizer.unwrap_or(default), rules, top, self.grid)?;
        settings.read_rules = rules.read_rules();
        Ok(())
    }

    fn set_network(&self, settings: &mut Settings) {
        let network = &mut settings.network;
        network.cell = match self.cell {
            Some(CellArg::Lstm) => Cell::Lstm,
            Some(CellArg::Rnn) => Cell::VanillaRnn,
            None => network.cell,
        };
        network.embedding_size = self.embedding_size.unwrap_or(network.embedding_size);
        network.hidden_size = self.hidden_size.unwrap_or(network.hidden_size);
        network.n_layers = self.layers.unwrap_or(network.n_layers);
        network.residual = self.connections.map_or(network.residual, |how| how == ConnectionsArg::Residual);
        network.dropout = self.dropout.unwrap_or(network.dropout);
    }

    fn set_training(&self, settings: &mut Settings) {
        let training = &mut settings.training;
        training.objective = match self.objective {
            Some(ObjectiveArg::EveryToken) => Objective::EveryToken,
            Some(ObjectiveArg::LastToken) => Objective::LastToken,
            None => training.objective,
        };
        training.initialization = match self.initialization {
            Some(InitializationArg::Keras) => Initialization::Keras,
            Some(InitializationArg::NormalEmbedding) => Initialization::NormalEmbedding,
            None => training.initialization,
        };
        let learning_rate = self.learning_rate.unwrap_or(training.optimizer.learning_rate());
        let is_adam = matches!(training.optimizer, Optimizer::Adam(_));
        training.optimizer = match self.optimizer {
            Some(OptimizerArg::Adam) => Optimizer::adam(learning_rate),
            Some(OptimizerArg::Rmsprop) => Optimizer::rms_prop(learning_rate),
            None if is_adam => Optimizer::adam(learning_rate),
            None => Optimizer::rms_prop(learning_rate),
        };
        if let Some(TransposeArg { lowest, highest }) = self.transpose {
            training.transpose = lowest..=highest;
        }
        training.window = self.window.unwrap_or(training.window);
        training.batch_size = self.batch.map_or(training.batch_size, usize::from);
        training.clip_norm = self.clip_norm.map_or(training.clip_norm, |norm| Some(norm).filter(|&norm| norm != 0.0));
        training.hold_out = self.hold_out(training.hold_out);
        training.seed = Seed(self.seed);
    }

    fn hold_out(&self, of_preset: HoldOut) -> HoldOut {
        let share = if self.validation.is_empty() { self.hold_out.unwrap_or(of_preset.share()) } else { 0.0 };
        match of_preset {
            HoldOut::Pieces(_) if !self.hold_out_tail => HoldOut::Pieces(share),
            HoldOut::Pieces(_) | HoldOut::Tails(_) => HoldOut::Tails(share),
        }
    }

    /// Who names a loss to reach wants it reached, so patience and the preset's epochs do not apply.
    fn set_end(&self, settings: &mut Settings) {
        let training = &mut settings.training;
        training.stop_at_loss = self.stop_at_loss;
        if self.stop_at_loss.is_some() {
            (training.patience, training.epochs) = (None, None);
        }
        training.epochs = self.epochs.map(NonZeroU64::get).or(training.epochs);
        training.patience = self.patience.map(NonZeroU64::get).or(training.patience);
    }

    /// The waltzes to roll for the dice game.
    pub(crate) fn dice_game(&self) -> DiceGame {
        let default = DiceGame::default();
        let n_waltzes = self.waltzes.map_or(default.n_waltzes, |n| n as usize);
        DiceGame { n_waltzes, repeats: repeats(self.repeat) }
    }
}

/// What each preset sets, for the help.
pub(crate) fn presets() -> String {
    let rows = |preset: Preset| preset.settings().rows();
    let (song, concertos) = (rows(Preset::LectureSong), rows(Preset::LectureConcertos));
    let value = |preset: &[(&str, String)], name: &str| {
        preset.iter().find(|(other, _)| *other == name).map_or("none".to_owned(), |(_, value)| value.clone())
    };
    let mut table = format!("{:<20}{:<20}{:<16}lecture-concertos", "Presets:", "default", "lecture-song");
    for (name, default) in rows(Preset::Default).iter().filter(|(name, _)| *name != "seed") {
        let (song, concertos) = (value(&song, name), value(&concertos, name));
        table += &format!("\n  {:<18}{default:<20}{song:<16}{concertos}", format!("--{name}"));
    }
    table
}
