//! The arguments of `galant train`.

use std::collections::BTreeSet;
use std::num::{NonZeroU8, NonZeroU64};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use galant_pipeline::Preset;
use galant_tokens::stream::{ParseStreamError, Stream};

use super::engine::EngineArgs;
use super::tokens::{RulesArg, TokenizerArg, TopArg, parts};

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
    pub(super) fn preset(self) -> Preset {
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
    /// The same, but with a standard normal embedding, and each token as likely as it is frequent: it learns sooner
    NormalEmbedding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScheduleArg {
    /// The same rate at every step
    Constant,
    /// Rises over the first 100 steps or twentieth, whichever is less, then falls along a cosine to a hundredth
    Cosine,
}

/// Semitones from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TransposeArg {
    pub(super) lowest: i8,
    pub(super) highest: i8,
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
    /// Files and folders of music; "mozart" or "bach", bundled piano pieces; "dice", waltzes of Mozart's dice game;
    /// several together [default: dice]
    #[arg(long, value_name = "PATH|NAME", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,
    /// Plays the first part of each waltz twice, as in the original print
    #[arg(long)]
    pub(crate) repeat: bool,
    /// Number of waltzes, all different [default: 1600]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) waltzes: Option<u32>,
    /// Folder for the model, the training curve and the snapshot
    #[arg(long, short, value_name = "DIR", default_value = "out")]
    pub(crate) out: PathBuf,
    /// Replaces the training that is in the folder
    #[arg(long)]
    pub(crate) force: bool,
    /// Defaults of the other settings; --print-config shows them [default: default]
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) preset: Option<PresetArg>,
    /// How MIDI is read
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) rules: Option<RulesArg>,
    /// What a token is: chords, rhythm, notes or voices [default: notes; chords with --top, --rules lecture or the
    /// lecture's presets]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "NAME")]
    pub(crate) tokenizer: Option<TokenizerArg>,
    /// Grid steps per quarter note [default: 12; voices: 4]
    #[arg(long, value_name = "N")]
    pub(crate) grid: Option<u16>,
    /// Parts of voices; other pieces are left out [default: as most have]
    #[arg(long, value_name = "N", value_parser = parts())]
    pub(crate) parts: Option<NonZeroU8>,
    /// Keeps only the N highest notes of each onset; without --tokenizer the tokens are chords
    #[arg(long, value_name = "N|all")]
    pub(crate) top: Option<TopArg>,
    /// Transposes each window by semitones drawn from this range
    #[arg(long, value_name = "LOW..=HIGH", allow_hyphen_values = true)]
    pub(crate) transpose: Option<TransposeArg>,
    /// What is predicted
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) objective: Option<ObjectiveArg>,
    /// Cell of the recurrent layers
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) cell: Option<CellArg>,
    /// How the weights are updated
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) optimizer: Option<OptimizerArg>,
    /// Initial weights
    #[arg(long, value_enum, value_name = "HOW")]
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
    /// Connections of the layers
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) connections: Option<ConnectionsArg>,
    /// What the network is told beside the tokens: none, or some of meter, position (in the bar), bars-played, bars-left, key,
    /// style (the folder) and lookback-N (the token N bars ago); of voices also voice, held, own, previous, lookback-next-N,
    /// and of part N sounding-N, held-N, given-N, ahead-N and until-N
    #[arg(long, value_name = "NAME,...|none")]
    pub(crate) streams: Option<StreamsArg>,
    /// Dropout probability after each layer
    #[arg(long, value_name = "P")]
    pub(crate) dropout: Option<f32>,
    /// Tokens in a window [default: 128, or fewer than nine of ten pieces have]
    #[arg(long, value_name = "N")]
    pub(crate) window: Option<usize>,
    /// Windows per training step
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) batch: Option<u16>,
    /// Minutes until the training has ended; --steps with the number of steps that is printed gives the same model
    #[arg(long, value_name = "M", value_parser = minutes, conflicts_with_all = ["steps", "epochs", "epoch_steps", "resume"])]
    pub(crate) minutes: Option<f64>,
    /// Number of training steps
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroU64>,
    /// Most times that the corpus is read, of a training planned in steps
    #[arg(long, value_name = "N")]
    pub(crate) passes: Option<NonZeroU64>,
    /// Number of epochs, each a pass of at least 50 steps, or --epoch-steps
    #[arg(long, value_name = "N", conflicts_with = "passes")]
    pub(crate) epochs: Option<NonZeroU64>,
    /// Steps from one measurement to the next [default: once through the corpus, but 20 to 100 times in a training planned
    /// in steps]
    #[arg(long, value_name = "N")]
    pub(crate) epoch_steps: Option<NonZeroU64>,
    /// Learning rate of the optimizer
    #[arg(long, value_name = "X")]
    pub(crate) learning_rate: Option<f64>,
    /// How the rate changes over the steps
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) schedule: Option<ScheduleArg>,
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
    /// Validates on these files or folders; pieces of the corpus that have music in common with them are left out
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["hold_out", "hold_out_tail"])]
    pub(crate) validation: Vec<PathBuf>,
    /// Stops at this training loss without dropout, in nats per token, whatever epochs and patience the preset has,
    /// and keeps the last weights
    #[arg(long, value_name = "X", value_parser = loss_to_reach)]
    pub(crate) stop_at_loss: Option<f64>,
    /// Stops after N epochs without a lower validation loss, once the network predicts better than the frequencies of
    /// single tokens do
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<NonZeroU64>,
    /// Seed for the initial weights, batches, dropout and dice [default: 1]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads; those of the embedded engine change no bit [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// A file of settings, such as minutes = 5; other options override it
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,
    /// Prints the settings as a file for --config, and does not train
    #[arg(long, conflicts_with = "resume")]
    pub(crate) print_config: bool,
    /// Prints what happens as JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Resumes from the snapshot in the folder, with its settings and music
    #[arg(long, conflicts_with = "force")]
    pub(crate) resume: bool,
    /// Also writes a snapshot within an epoch, N seconds after the last one; 0 writes one after every step
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub(crate) snapshot_every: u64,
    /// What cannot be learned from, by the labels under which that was reported before.
    #[arg(skip)]
    pub(crate) reported: BTreeSet<String>,
}

/// A time that a training can take.
pub(super) fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|&minutes: &f64| minutes.is_finite() && minutes > 0.0);
    minutes.ok_or_else(|| "give minutes above 0, such as 10 or 0.5".to_owned())
}

/// Streams; none of them if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamsArg(pub(crate) Vec<Stream>);

impl FromStr for StreamsArg {
    type Err = ParseStreamError;

    fn from_str(text: &str) -> Result<StreamsArg, ParseStreamError> {
        let names = text.split(',').filter(|_| text != "none");
        Ok(StreamsArg(names.map(|name| name.trim().parse()).collect::<Result<_, _>>()?))
    }
}

/// A loss that a training can reach: one that waits for NaN never ends.
fn loss_to_reach(text: &str) -> Result<f64, String> {
    let loss = text.parse().ok().filter(|&loss: &f64| loss.is_finite() && loss > 0.0);
    loss.ok_or_else(|| "give nats per token above 0, such as 0.25".to_owned())
}
