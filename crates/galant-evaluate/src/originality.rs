//! What a piece has from a corpus, and whether that is more than the pieces of the corpus have from each other.
//!
//! An [`OriginalityCorpus`] is the music that pieces are compared with; a [`Receipt`] says of a piece which runs of onsets it
//! has from there, and an [`OriginalityReport`] puts receipts into a table or into JSON.
//! What a run is, [`galant_originality`] says.

mod corpus;
mod json;
mod receipt;
mod report;
mod runs_text;

pub use corpus::{OriginalityCorpus, OriginalityCorpusBuilder};
pub use receipt::{KindReceipt, Receipt};
pub use report::OriginalityReport;
pub(crate) use runs_text::{bars, counted, moved};
