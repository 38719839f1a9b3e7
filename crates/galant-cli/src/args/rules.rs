//! The arguments that say what may be played.

use std::num::NonZeroUsize;

use galant_pipeline::ConstraintSettings;
use galant_sample::{NgramBlock, Repetition};
use galant_types::Scale;

use super::values::{PitchRange, pitch_classes};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// Divides the probability of recently played tokens by X
    #[arg(long, value_name = "X")]
    repetition_penalty: Option<f64>,
    /// Number of recent tokens that this applies to [default: 64]
    #[arg(long, value_name = "N", requires = "repetition_penalty")]
    repetition_window: Option<usize>,
    /// Never plays the same sequence of N tokens twice
    #[arg(long, value_name = "N")]
    block_ngrams: Option<usize>,
    /// Number of recent tokens that this applies to [default: 256]
    #[arg(long, value_name = "N", requires = "block_ngrams")]
    block_window: Option<usize>,
    /// Key, such as D, Dm or Bb-dorian: only plays its scale
    #[arg(long, value_name = "KEY")]
    key: Option<Scale>,
    /// Ends on the tonic chord, as pieces in bars or seconds do anyway
    #[arg(long, requires = "key")]
    end_on_tonic: bool,
    /// Only plays pitches from LOW to HIGH, such as C3-C6 or 48-84
    #[arg(long, value_name = "LOW-HIGH")]
    pitch_range: Option<PitchRange>,
    /// Only plays these notes, in any octave, such as C,D,F#
    #[arg(long, value_name = "NOTE,NOTE,...", value_parser = pitch_classes)]
    only_notes: Option<u16>,
    /// Never plays these notes, in any octave
    #[arg(long, value_name = "NOTE,NOTE,...", value_parser = pitch_classes)]
    no_notes: Option<u16>,
    /// Plays at most N notes at a time
    #[arg(long, value_name = "N")]
    max_notes: Option<NonZeroUsize>,
}

impl RulesArgs {
    pub(super) fn repetition(&self) -> Option<Repetition> {
        let repetition = |factor| Repetition { factor, window: self.repetition_window.unwrap_or(64) };
        self.repetition_penalty.map(repetition)
    }

    pub(super) fn ngram_block(&self) -> Option<NgramBlock> {
        let block = |n| NgramBlock { n, window: self.block_window.unwrap_or(256) };
        self.block_ngrams.map(block)
    }

    pub(super) fn constraints(&self) -> ConstraintSettings {
        ConstraintSettings {
            key: self.key,
            end_on_tonic: self.end_on_tonic,
            ending: None,
            returns: Vec::new(),
            pitch_range: self.pitch_range.map(|range| range.0..=range.1),
            only_notes: self.only_notes,
            no_notes: self.no_notes,
            max_notes: self.max_notes,
            avoided: None,
        }
    }
}
