//! The name, the version and the limits of the format.

use galant_model::ModelSpec;

/// The key of the metadata in safetensors' `__metadata__`.
pub(super) const KEY: &str = "galant";

/// The version of the metadata's format; a change that older readers would misread or refuse raises it.
///
/// 2 added the grid and the playback of tokens with rhythm. 3 has typed training settings, sources of pieces and the
/// playback of every model, under the names that the crates use. 4 added streams, the skip and openings. 5 added voices. 6
/// added weights of 16 and 8 bits.
pub(super) const FORMAT: u32 = 6;

/// The format of files with voices whose weights have 32 bits.
pub(super) const VOICES_FORMAT: u32 = 5;

/// The format of files without voices, which earlier versions read too.
pub(super) const EARLIER_FORMAT: u32 = 4;

/// The longest header, in bytes: a million chords take half of it.
///
/// It bounds what a hostile file makes the reader allocate in addition to the tensors.
pub const MAX_MODEL_HEADER_BYTES: u64 = 32 << 20;

/// The longest file, in bytes: the longest header, and the most parameters with a second bias for each gate.
pub const MAX_MODEL_BYTES: u64 = 8
    + MAX_MODEL_HEADER_BYTES
    + 4 * (ModelSpec::MAX_PARAMETERS + ModelSpec::MAX_LAYERS * 4 * ModelSpec::MAX_WIDTH) as u64;

/// The most openings that a model file keeps.
pub const MAX_OPENINGS: usize = 4096;

/// The longest name of a part, in bytes.
pub const MAX_PART_NAME_BYTES: usize = 256;
