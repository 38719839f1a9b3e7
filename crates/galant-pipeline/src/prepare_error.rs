//! Why a corpus and settings make no training.

use galant_batches::WindowsError;
use galant_model::{SettingsError, SpecError};
use galant_tokens::Tokenizer;
use galant_tokens::stream::StreamSetError;
use thiserror::Error;

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
    /// The tokenizer has not the streams asked for.
    #[error(transparent)]
    Streams(#[from] StreamSetError),
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

/// A tokenizer with all that may differ: `rhythm (grid 12, top 2)`.
fn described(tokenizer: Tokenizer) -> String {
    let top = tokenizer.top().map_or("all".to_owned(), |top| top.to_string());
    let detail = match tokenizer {
        Tokenizer::Voices(voices) => {
            let parts = voices.n_parts.map_or("any".to_owned(), |n_parts| n_parts.to_string());
            format!("grid {}, {parts} parts", voices.grid.steps_per_quarter())
        }
        Tokenizer::Chords(chords) => format!("{:?} rules", chords.rules).to_lowercase(),
        Tokenizer::Rhythm(on_grid) | Tokenizer::Notes(on_grid) => format!("grid {}", on_grid.grid.steps_per_quarter()),
    };
    format!("{} ({detail}, top {top})", tokenizer.name())
}
