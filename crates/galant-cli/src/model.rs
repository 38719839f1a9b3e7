//! Model files.

use std::path::Path;

use anyhow::Context;
use galant_checkpoint::MAX_MODEL_BYTES;
use galant_kernels::{Level, level};
use galant_pipeline::LoadedModel;

use crate::files;

/// Reads a model file, once, to compute at the fastest level of this CPU.
pub(crate) fn read(path: &Path) -> anyhow::Result<LoadedModel> {
    read_at(path, level())
}

/// Reads a model file, once, to compute at a given level.
pub(crate) fn read_at(path: &Path, level: Level) -> anyhow::Result<LoadedModel> {
    let bytes = files::read(path, MAX_MODEL_BYTES)?;
    LoadedModel::decode_at(&bytes, level).with_context(|| format!("reading {}", path.display()))
}
