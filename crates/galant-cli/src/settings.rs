//! The settings of a training: a preset, and what the command line changes of it.

use galant_dice::Repeats;
use galant_model::{Cell, Optimizer};
use galant_train::Objective;

use crate::args::{CellArg, Initialization, KindArg, ObjectiveArg, OptimizerArg, Preset, Rules, TrainArgs, Transpose};
use crate::corpus::Dance;
use crate::reading::{Reading, rules_name};

/// Everything that decides what a training learns, and when it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) reading: Reading,
    /// Which keys a window may be read in.
    pub(crate) transpose: Transpose,
    /// The waltzes of the dice game, if that is in the corpus.
    pub(crate) dance: Dance,
    pub(crate) objective: Objective,
    pub(crate) cell: Cell,
    pub(crate) optimizer: Optimizer,
    pub(crate) initialization: Initialization,
    pub(crate) embedding_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) layers: usize,
    pub(crate) dropout: f32,
    pub(crate) window: usize,
    pub(crate) batch: usize,
    pub(crate) epochs: u64,
    pub(crate) clip_norm: Option<f32>,
    pub(crate) hold_out: f64,
    pub(crate) stop_at_loss: Option<f64>,
    pub(crate) patience: Option<u64>,
    pub(crate) seed: u64,
}

impl Settings {
    fn preset(preset: Preset) -> Settings {
        // The lecture's slides; its RMSprop is Keras', and it held nothing out.
        let lecture = Settings {
            reading: Reading::chords(Rules::Lecture),
            dance: Dance::default(),
            transpose: Transpose::NONE,
            objective: Objective::LastToken,
            cell: Cell::Lstm,
            optimizer: Optimizer::rms_prop(1e-3),
            initialization: Initialization::Keras,
            embedding_size: 128,
            hidden_size: 128,
            layers: 3,
            dropout: 0.3,
            window: 128,
            batch: 64,
            epochs: 200,
            clip_norm: None,
            hold_out: 0.0,
            stop_at_loss: None,
            patience: None,
            seed: 1,
        };
        match preset {
            Preset::LectureSong => lecture,
            Preset::LectureConcertos => {
                let reading = Reading { top: 2, ..lecture.reading };
                Settings { reading, hidden_size: 256, epochs: 150, ..lecture }
            }
            Preset::Default => Settings {
                reading: Reading { kind: KindArg::Rhythm, ..Reading::chords(Rules::Standard) },
                objective: Objective::EveryToken,
                optimizer: Optimizer::adam(3e-3),
                initialization: Initialization::NormalEmbedding,
                hidden_size: 256,
                batch: 16,
                epochs: 12,
                clip_norm: Some(1.0),
                hold_out: 0.1,
                patience: Some(10),
                ..lecture
            },
        }
    }

    /// The preset with what the command line says.
    pub(crate) fn of(args: &TrainArgs) -> anyhow::Result<Settings> {
        let mut settings = Settings::preset(args.preset);
        settings.reading = reading(args, settings.reading)?;
        settings.dance.repeats = repeats(args.repeat);
        settings.dance.n_evenings = args.evenings.map_or(settings.dance.n_evenings, usize::from);
        settings.transpose = args.transpose.unwrap_or(settings.transpose);
        if let Some(objective) = args.objective {
            settings.objective = match objective {
                ObjectiveArg::EveryToken => Objective::EveryToken,
                ObjectiveArg::LastToken => Objective::LastToken,
            };
        }
        if let Some(cell) = args.cell {
            settings.cell = match cell {
                CellArg::Lstm => Cell::Lstm,
                CellArg::Rnn => Cell::VanillaRnn,
            };
        }
        let learning_rate = args.learning_rate.unwrap_or(settings.optimizer.learning_rate());
        let is_adam = matches!(settings.optimizer, Optimizer::Adam(_));
        settings.optimizer = match args.optimizer {
            Some(OptimizerArg::Adam) => Optimizer::adam(learning_rate),
            Some(OptimizerArg::Rmsprop) => Optimizer::rms_prop(learning_rate),
            None if is_adam => Optimizer::adam(learning_rate),
            None => Optimizer::rms_prop(learning_rate),
        };
        settings.initialization = args.initialization.unwrap_or(settings.initialization);
        settings.embedding_size = args.embedding_size.unwrap_or(settings.embedding_size);
        settings.hidden_size = args.hidden_size.unwrap_or(settings.hidden_size);
        settings.layers = args.layers.unwrap_or(settings.layers);
        settings.dropout = args.dropout.unwrap_or(settings.dropout);
        settings.window = args.window.unwrap_or(settings.window);
        settings.batch = args.batch.map_or(settings.batch, usize::from);
        settings.clip_norm = args.clip_norm.map_or(settings.clip_norm, |norm| Some(norm).filter(|&norm| norm != 0.0));
        settings.hold_out = args.hold_out.unwrap_or(settings.hold_out);
        settings.seed = args.seed;
        Ok(settings.end(args))
    }

    /// When training ends: who names a loss to reach wants it reached, so patience and the preset's epochs give way.
    fn end(mut self, args: &TrainArgs) -> Settings {
        self.stop_at_loss = args.stop_at_loss;
        if args.stop_at_loss.is_some() {
            self.patience = None;
            self.epochs = u64::MAX;
        }
        self.epochs = args.epochs.map_or(self.epochs, |epochs| epochs.get());
        self.patience = args.patience.map(|patience| patience.get()).or(self.patience);
        self
    }

    /// Names and values of what decides the bits of every step: a training is resumed only with the same.
    pub(crate) fn of_steps(&self) -> Vec<(String, String)> {
        let optimizer = if matches!(self.optimizer, Optimizer::Adam(_)) { "adam" } else { "rmsprop" };
        let objective = if self.objective == Objective::EveryToken { "every-token" } else { "last-token" };
        let initialization = match self.initialization {
            Initialization::Keras => "keras",
            Initialization::NormalEmbedding => "normal-embedding",
        };
        let clip_norm = self.clip_norm.map_or("0".to_owned(), |norm| norm.to_string());
        let named = [
            ("rules", rules_name(self.reading.rules).to_owned()),
            ("top", self.reading.top.to_string()),
            ("objective", objective.to_owned()),
            ("cell", self.cell.name().to_owned()),
            ("optimizer", optimizer.to_owned()),
            ("learning-rate", self.optimizer.learning_rate().to_string()),
            ("clip-norm", clip_norm),
            ("initialization", initialization.to_owned()),
            ("embedding-size", self.embedding_size.to_string()),
            ("hidden-size", self.hidden_size.to_string()),
            ("layers", self.layers.to_string()),
            ("dropout", self.dropout.to_string()),
            ("window", self.window.to_string()),
            ("batch", self.batch.to_string()),
            ("hold-out", self.hold_out.to_string()),
            ("seed", self.seed.to_string()),
        ];
        let repeat = (self.dance.repeats == Repeats::WithRepeats).then(|| (REPEAT, "yes".to_owned()));
        let mut named: Vec<_> = named.into_iter().chain(repeat).map(|(name, value)| (name.to_owned(), value)).collect();
        if self.transpose != Transpose::NONE {
            named.push(("transpose".to_owned(), self.transpose.to_string()));
        }
        // Chord tokens go without saying.
        if let Some(grid) = self.reading.tokens().grid() {
            named.insert(0, ("kind".to_owned(), self.reading.tokens().name().to_owned()));
            named.insert(1, ("grid".to_owned(), grid.steps_per_quarter().to_string()));
        }
        named
    }

    /// Names and values of what decides when training ends.
    pub(crate) fn of_end(&self) -> Vec<(String, String)> {
        let mut named = Vec::new();
        if self.epochs != u64::MAX {
            named.push(("epochs".to_owned(), self.epochs.to_string()));
        }
        named.extend(self.stop_at_loss.map(|loss| ("stop-at-loss".to_owned(), loss.to_string())));
        named.extend(self.patience.map(|patience| ("patience".to_owned(), patience.to_string())));
        named
    }
}

/// What each preset sets, for the help.
pub(crate) fn presets() -> String {
    let of = |preset| [Settings::preset(preset).of_steps(), Settings::preset(preset).of_end()].concat();
    let (song, concertos) = (of(Preset::LectureSong), of(Preset::LectureConcertos));
    let value = |preset: &[(String, String)], name: &str| {
        preset.iter().find(|(other, _)| other == name).map_or("none".to_owned(), |(_, value)| value.clone())
    };
    let mut table = format!("{:<20}{:<20}{:<16}lecture-concertos", "Presets:", "default", "lecture-song");
    for (name, default) in of(Preset::Default).iter().filter(|(name, _)| name != "seed") {
        let (song, concertos) = (value(&song, name), value(&concertos, name));
        table += &format!("\n  {:<18}{default:<20}{song:<16}{concertos}", format!("--{name}"));
    }
    table
}

/// The setting that stands in a model file if waltzes were repeated.
pub(crate) const REPEAT: &str = "repeat";

/// What `--repeat` asks for.
pub(crate) fn repeats(repeat: bool) -> Repeats {
    if repeat { Repeats::WithRepeats } else { Repeats::Straight }
}

/// How music becomes tokens, where a preset reads it as `preset` does.
fn reading(args: &TrainArgs, preset: Reading) -> anyhow::Result<Reading> {
    let rules = args.rules.unwrap_or(preset.rules);
    // Of chords the highest notes are a tune; and the lecture knows no rhythm.
    let is_of_chords = args.top.is_some() || rules == Rules::Lecture;
    let usual = if is_of_chords { KindArg::Chords } else { preset.kind };
    let kind = args.tokenizer.unwrap_or(usual);
    Reading { rules, kind, top: args.top.unwrap_or(preset.top), ..preset }.on_grid(args.grid)
}

/// How many threads there is hardware for.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}
