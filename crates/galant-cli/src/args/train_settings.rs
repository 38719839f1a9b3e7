//! The settings that the arguments of `galant train` ask for.

use std::num::NonZeroU64;

use galant_corpus::dice::DiceGame;
use galant_midi::ReadRules;
use galant_model::{Cell, HoldOut, Initialization, Objective, Optimizer, Schedule, TrainingSettings};
use galant_pipeline::Settings;
use galant_tokens::Tokenizer;
use galant_types::Seed;

use super::dice::repeats;
use super::tokens::{RulesArg, TokenizerArg, tokenizer};
use super::train::{
    CellArg, ConnectionsArg, InitializationArg, ObjectiveArg, OptimizerArg, PresetArg, ScheduleArg, StreamsArg,
    TrainArgs, TransposeArg,
};

impl TrainArgs {
    /// The settings of the preset, changed by the options.
    ///
    /// # Errors
    ///
    /// If the options contradict each other.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = self.preset.unwrap_or(PresetArg::Default).preset().settings();
        self.set_steps(&mut settings)?;
        self.set_length(&mut settings);
        self.set_end(&mut settings.training);
        Ok(settings)
    }

    /// The settings of a training that goes on, which options may let end elsewhere.
    ///
    /// # Errors
    ///
    /// If an option contradicts them.
    pub(crate) fn resumed(&self, before: &Settings) -> anyhow::Result<Settings> {
        let mut settings = before.clone();
        if let Some(preset) = self.preset {
            let TrainingSettings { epochs, steps, epoch_steps, stop_at_loss, patience, .. } = before.training;
            settings = preset.preset().settings();
            let training = TrainingSettings { epochs, steps, epoch_steps, stop_at_loss, patience, ..settings.training };
            settings = Settings { training, passes: None, ..settings };
        }
        self.set_steps(&mut settings)?;
        self.set_end(&mut settings.training);
        settings.ensure_same_steps(before)?;
        Ok(settings)
    }

    /// Refuses the lecture's presets without music: they learn one song, or nine movements, by heart.
    ///
    /// # Errors
    ///
    /// If there is no corpus.
    pub(crate) fn ensure_song(&self) -> anyhow::Result<()> {
        let of_lecture = match self.preset {
            Some(PresetArg::LectureSong) => Some(("lecture-song", "one song")),
            Some(PresetArg::LectureConcertos) => Some(("lecture-concertos", "the movements of concertos")),
            Some(PresetArg::Default) | None => None,
        };
        if let Some((name, music)) = of_lecture.filter(|_| self.corpus.is_empty() && !self.resume && !self.print_config)
        {
            anyhow::bail!("--preset {name} learns {music} by heart, and there is none: name it with --corpus FILE.mid");
        }
        Ok(())
    }

    /// Sets what decides the bits of a step.
    fn set_steps(&self, settings: &mut Settings) -> anyhow::Result<()> {
        self.set_tokenizer(settings)?;
        self.set_network(settings);
        self.set_training(settings);
        Ok(())
    }

    fn set_tokenizer(&self, settings: &mut Settings) -> anyhow::Result<()> {
        let of_preset = match settings.read_rules {
            ReadRules::Standard => RulesArg::Standard,
            ReadRules::Lecture => RulesArg::Lecture,
        };
        let is_given = self.tokenizer.is_some() || self.grid.is_some() || self.top.is_some() || self.rules.is_some();
        if !is_given && self.parts.is_none() {
            return Ok(());
        }
        let rules = self.rules.unwrap_or(of_preset);
        // The highest notes of chords are a tune, and the lecture has no rhythm.
        let is_of_chords = self.top.is_some() || rules == RulesArg::Lecture;
        let default = match settings.tokenizer {
            _ if is_of_chords => TokenizerArg::Chords,
            Tokenizer::Chords(_) => TokenizerArg::Chords,
            Tokenizer::Rhythm(_) => TokenizerArg::Rhythm,
            _ if self.parts.is_some() => TokenizerArg::Voices,
            Tokenizer::Notes(_) => TokenizerArg::Notes,
            Tokenizer::Voices(_) => TokenizerArg::Voices,
        };
        let name = self.tokenizer.unwrap_or(default);
        let is_voices = name == TokenizerArg::Voices;
        let top_before = settings.tokenizer.top().filter(|_| !is_voices);
        let top = self.top.map_or(top_before, |top| top.0);
        // Voices have a grid of their own by default.
        let (parts_before, were_voices) = match settings.tokenizer {
            Tokenizer::Voices(voices) => (voices.n_parts.filter(|_| is_voices), true),
            Tokenizer::Chords(_) | Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => (None, false),
        };
        let keeps_grid = name != TokenizerArg::Chords && is_voices == were_voices;
        let grid_before = settings.tokenizer.grid().filter(|_| keeps_grid);
        let grid = self.grid.or(grid_before.map(|grid| grid.steps_per_quarter()));
        settings.set_tokenizer(tokenizer(name, rules, top, grid, self.parts.or(parts_before))?);
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
        if let Some(StreamsArg(streams)) = &self.streams {
            network.streams.clone_from(streams);
        }
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
        training.schedule = match self.schedule {
            Some(ScheduleArg::Constant) => Schedule::Constant,
            Some(ScheduleArg::Cosine) => Schedule::Cosine,
            None => training.schedule,
        };
        training.window = self.window.unwrap_or(training.window);
        training.batch_size = self.batch.map_or(training.batch_size, usize::from);
        training.clip_norm = self.clip_norm.map_or(training.clip_norm, |norm| Some(norm).filter(|&norm| norm != 0.0));
        training.hold_out = self.hold_out(training.hold_out);
        training.seed = self.seed.map_or(training.seed, Seed);
    }

    fn hold_out(&self, before: HoldOut) -> HoldOut {
        let share = if self.validation.is_empty() { self.hold_out.unwrap_or(before.share()) } else { 0.0 };
        match before {
            HoldOut::Pieces(_) if !self.hold_out_tail => HoldOut::Pieces(share),
            HoldOut::Pieces(_) | HoldOut::Tails(_) => HoldOut::Tails(share),
        }
    }

    /// Whoever says how long a training is replaces what the preset says.
    fn set_length(&self, settings: &mut Settings) {
        let training = &mut settings.training;
        if self.minutes.is_some() {
            // As many as there will be time for; the preset's passes are the most.
            (training.epochs, training.steps) = (None, Some(u64::MAX));
        } else if self.epochs.or(self.steps).or(self.passes).is_some() || self.stop_at_loss.is_some() {
            (training.epochs, training.steps, settings.passes) = (None, None, None);
        }
        settings.passes = self.passes.map(NonZeroU64::get).or(settings.passes);
        // Who names a loss to reach wants it reached: patience does not apply, nor a rate that falls until an end.
        if self.stop_at_loss.is_some() {
            training.patience = None;
            if self.schedule.is_none() {
                training.schedule = Schedule::Constant;
            }
        }
    }

    /// Sets what may be set otherwise when a training goes on.
    fn set_end(&self, training: &mut TrainingSettings) {
        training.epochs = self.epochs.map(NonZeroU64::get).or(training.epochs);
        training.steps = self.steps.map(NonZeroU64::get).or(training.steps);
        training.epoch_steps = self.epoch_steps.map(NonZeroU64::get).or(training.epoch_steps);
        training.stop_at_loss = self.stop_at_loss.or(training.stop_at_loss);
        training.patience = self.patience.map(NonZeroU64::get).or(training.patience);
    }

    /// The waltzes to roll for the dice game; `before` has what no option says.
    pub(crate) fn dice_game(&self, before: DiceGame) -> DiceGame {
        DiceGame {
            n_waltzes: self.waltzes.map_or(before.n_waltzes, |n| n as usize),
            repeats: if self.repeat { repeats(true) } else { before.repeats },
        }
    }
}
